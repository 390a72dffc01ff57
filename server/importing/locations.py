"""Positions in a file: each by itself, then against what the rows, the file and the company say about where they should be."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from server.accounts.near import distance
from server.accounts.positions import country_at, is_null_island
from server.importing.ground import UNINHABITED, Ground, fits, is_nowhere
from server.importing.problems import Problems
from server.importing.rows import Row

FAR_METRES = 500_000
MOST = 0.8  # of the rows: then it is said of the whole file
FEWEST = 5  # rows that can speak for a whole file
SWAPPED = "swapped_position"
UNLESS_NAMED = "If they are right, name their country in a column or in the option country."


@dataclass(frozen=True)
class Swapped:
    """A row whose coordinates look swapped."""

    row: int
    detail: str
    value: str


@dataclass
class Locations:
    """The positions of one file; `country`: of rows that name none, as the user says."""

    headers: Mapping[str, str]
    country: str | None
    ground: Ground
    problems: Problems
    swapped: list[Swapped] = field(default_factory=list)
    judged: set[int] = field(default_factory=set)  # rows of which enough is said
    impossible: int = 0  # rows whose position was taken out, because there is none of that latitude

    def check_row(self, number: int, values: dict[str, Any]) -> None:
        """What is wrong with one position by itself; an impossible one is taken out of `values`."""
        lat, lon = values.get("lat"), values.get("lon")
        if (lat is None) != (lon is None):
            self._refuse_half(number, "lat" if lat is None else "lon")
        elif lat is None or lon is None:
            return
        elif is_null_island(lat, lon):
            detail = "0, 0 lies in the Atlantic; leave both empty if unknown."
            self.problems.error(number, self.headers["lat"], "null_island", detail)
        elif abs(lat) > 90:
            if abs(lon) <= 90 and not is_nowhere(lon, lat):
                detail = f"Latitude and longitude look swapped. {self._exchange}"
                self.swapped.append(Swapped(number, detail, str(lat)))
                self.impossible += 1
            else:
                detail = "It is not between -90 and 90 degrees."
                self.problems.error(number, self.headers["lat"], "bad_value", detail, lat)
            values["lat"] = values["lon"] = None

    def _refuse_half(self, number: int, missing: str) -> None:
        header = self.headers.get(missing)
        if header is None:
            self.problems.error(number, None, "half_position", f"No column gives {missing}; map one.")
        elif not any(
            p.row == number and p.column == header for p in self.problems.kept[-3:]
        ):  # a bad value is said already
            detail = "Latitude and longitude go together; fill in both."
            self.problems.error(number, header, "half_position", detail)

    def check_all(self, rows: list[Row]) -> None:
        """Positions that contradict the row, the user, most of the file, or everything that is known of the company."""
        placed = [row for row in rows if row.values.get("lat") is not None and row.values.get("lon") is not None]
        silent = [row for row in placed if not (self.country or row.values.get("country"))]
        others = self._reversed(silent)
        if others:
            self._refuse_all(others, len(silent))
        if not others:
            self._check_each(silent)
        self._compare(placed, skip_silent=bool(others))
        self._refuse_swapped(len(placed) + self.impossible)

    def _reversed(self, rows: list[Row]) -> list[Row]:
        """The rows of a file that names no country for which something speaks only the other way round, if they are most."""
        if len(rows) < FEWEST:
            return []
        found, fitting = [], 0
        for row in rows:
            lat, lon = row.values["lat"], row.values["lon"]
            if self.ground.holds(lat, lon, row.values):
                fitting += 1
                if fitting > (1 - MOST) * len(rows):
                    return []
            elif abs(lon) <= 90 and country_at(lon, lat) and self.ground.holds(lon, lat, row.values):
                found.append(row)
        return found if len(found) >= MOST * len(rows) else []

    def _is_certain(self, row: Row) -> bool:
        """Whether one row is proof by itself: at sea, in Antarctica or far from its own postcode, but not the other way round."""
        lat, lon, said = row.values["lat"], row.values["lon"], row.values
        if abs(lon) > 90 or not country_at(lon, lat):
            return False
        if is_nowhere(lat, lon) and not self.ground.holds(lat, lon, said):
            return self.ground.holds(lon, lat, said)
        return fits(lon, lat, said) and not fits(lat, lon, said)

    def _check_each(self, rows: list[Row]) -> None:
        """Rows that name no country, each by itself, however few they are."""
        for row in rows:
            lat, lon = row.values["lat"], row.values["lon"]
            if self._is_certain(row):
                where = f"It lies in {_place(lat, lon)}; the other way round in {_place(lon, lat)}"
                detail = f"{where}: latitude and longitude look swapped. {self._exchange} {UNLESS_NAMED}"
                self.swapped.append(Swapped(row.number, detail, f"{lat}, {lon}"))
                self.judged.add(row.number)
            elif is_nowhere(lat, lon) and not self.ground.holds(lat, lon, row.values):
                self._warn(
                    row, f"It lies in {_place(lat, lon)}, far from everything that is known of the company; check it."
                )
                self.judged.add(row.number)

    def _refuse_all(self, rows: list[Row], count: int) -> None:
        """A company may sell abroad, but hardly where its own country lies the other way round; who does names the country."""
        first = rows[0]
        lat, lon = first.values["lat"], first.values["lon"]
        detail = (
            f"Latitude and longitude look swapped: {len(rows):,} of {count:,} positions lie far from everything that is known of "
            f"the company, but not the other way round (row {first.number}: {_place(lat, lon)}, else {_place(lon, lat)}). "
            f"{self._advice} {UNLESS_NAMED}"
        )
        self.problems.error(None, self.headers["lat"], SWAPPED, detail, f"{lat}, {lon}")

    def _compare(self, placed: list[Row], skip_silent: bool) -> None:
        """Positions in another country than the row, the user or most of the file say."""
        if not placed:
            return
        found = [country_at(row.values["lat"], row.values["lon"]) for row in placed]
        usual = None if skip_silent else _usual(found)
        middle = (median(row.values["lat"] for row in placed), median(row.values["lon"] for row in placed))
        for row, country in zip(placed, found, strict=True):
            said = row.values.get("country") or self.country
            expected = said or usual
            if expected is None or country == expected or row.number in self.judged:
                continue
            lat, lon = row.values["lat"], row.values["lon"]
            if abs(lon) <= 90 and country_at(lon, lat) == expected:
                where = f"It lies in {country or 'the sea'}; the other way round in {expected}"
                detail = f"{where}: latitude and longitude look swapped. {self._exchange}"
                self.swapped.append(Swapped(row.number, detail, f"{lat}, {lon}"))
            elif said and country:
                where = f"It lies in {country}, but the country is {said}"
                self._warn(row, f"{where}; check one of them (near a border both may be right).")
            elif distance(lat, lon, *middle) > FAR_METRES:
                self._warn(row, f"It lies far from the other rows, in {country or 'the sea'}; check it.")

    def _warn(self, row: Row, detail: str) -> None:
        value = f"{row.values['lat']}, {row.values['lon']}"
        self.problems.warning(row.number, self.headers["lat"], "position_elsewhere", detail, value)

    def _refuse_swapped(self, count: int) -> None:
        """Row by row, or in one line where it is all of them."""
        column = self.headers.get("lat")
        if len(self.swapped) == count and count > 1:
            first = min(self.swapped, key=lambda swapped: swapped.row)
            all_rows = f"all {count:,} rows that have a position, row {first.row} the first"
            detail = f"Latitude and longitude look swapped in {all_rows}. {self._advice}"
            self.problems.error(None, column, SWAPPED, detail, first.value)
            return
        for swapped in self.swapped:
            self.problems.error(swapped.row, column, SWAPPED, swapped.detail, swapped.value)

    @property
    def _advice(self) -> str:
        mapping = {self.headers["lat"]: "lon", self.headers["lon"]: "lat"}
        return f"If so, map the columns the other way round: {json.dumps(mapping, ensure_ascii=False)}."

    @property
    def _exchange(self) -> str:
        return f"If so, exchange {self.headers['lat']} and {self.headers['lon']} in this row."


def _usual(countries: list[str | None]) -> str | None:
    """The country of four fifths of at least five positions."""
    country, count = Counter(countries).most_common(1)[0]
    return country if len(countries) >= FEWEST and count >= MOST * len(countries) else None


def _place(lat: float, lon: float) -> str:
    country = country_at(lat, lon) or "the sea"
    return "Antarctica" if country == UNINHABITED else country
