"""From cells to values: every row checked by itself, then against the rest of the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

from server.accounts.hours import hours_problem
from server.accounts.near import distance
from server.accounts.positions import country_at, is_null_island
from server.accounts.schemas import custom_problem
from server.importing.columns import CUSTOM, Column
from server.importing.guard import unguarded
from server.importing.options import CLEAR, Options
from server.importing.problems import Problems
from server.importing.reading import Table
from server.importing.values import Parser

UNPARSED_HOURS = "opening_hours_as_imported"  # custom field that keeps a text that is no opening hours
NEVER_CLEARED = {"fieldbeat_id", "external_id", "name", "country", "timezone", "priority", "active_from", "last_visit",
                 "owner", "team", "archived", "custom"}  # fmt: skip
FAR_METRES = 500_000


Reader = tuple[int, str, Parser, bool, Column]  # index, field, parser, whether it is a column of its own, the column


@dataclass(slots=True)
class Row:
    """`values`: field -> value for every cell that says something; None clears."""

    number: int
    values: dict[str, Any]


def check(table: Table, columns: list[Column], options: Options, problems: Problems) -> list[Row]:
    """All rows of the table; what is wrong with them goes to `problems`."""
    headers = {column.field: column.header for column in columns}
    segment_index = _segment_index(table.header, options, problems)
    readers = [(c.index, c.field, c.parse, c.field != "custom" and not c.field.startswith(CUSTOM), c) for c in columns]
    rows, width = [], len(table.header)
    for number, cells in table.rows:
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            detail = (
                f"It has {len(cells)} cells, the header {len(table.header)}; is a quote missing around a delimiter?"
            )
            problems.error(number, None, "too_many_cells", detail)
            continue
        if len(cells) < width:
            first = table.header[len(cells)] or f"column {len(cells) + 1}"
            detail = (
                f"It has {len(cells)} cells, the header {width}; from {first!r} on nothing changes. Is the row cut off?"
            )
            problems.warning(number, None, "too_few_cells", detail)
        values = _values(number, cells, readers, options, problems)
        if segment_index is not None and options.segment_by and "segment" not in values:
            cell = cells[segment_index].strip() if segment_index < len(cells) else ""
            if code := options.segment_by.segment_of(cell):
                values["segment"] = code
        _check_row(number, values, headers, problems)
        rows.append(Row(number, values))
    if not rows and not problems.errors:
        problems.error(None, None, "no_rows", "The file has a header, but no rows.")
    _check_duplicates(rows, headers, problems)
    _check_places(rows, headers, options, problems)
    return rows


def _segment_index(header: list[str], options: Options, problems: Problems) -> int | None:
    rule = options.segment_by
    if rule is None:
        return None
    if rule.column not in header:
        problems.error(1, rule.column, "no_such_column", "segment_by names a column that the file has not.")
        return None
    return header.index(rule.column)


def _values(
    number: int, cells: list[str], columns: list[Reader], options: Options, problems: Problems
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    count = len(cells)
    for index, field, parse, plain, column in columns:  # the innermost loop of an import: a million cells are nothing
        cell = cells[index] if index < count else ""
        if cell[:1] == "'":
            cell = unguarded(cell)
        cell = cell.strip()
        if not cell:
            if (
                options.empty == CLEAR and field not in NEVER_CLEARED and index < count
            ):  # what is cut off clears nothing
                _put(values, field, None)
            continue
        try:
            if "\0" in cell:
                raise ValueError("It contains a NUL character; remove it.")
            if plain:
                values[field] = parse(cell)
            else:
                _put(values, field, parse(cell))
        except ValueError as error:
            problems.error(number, column.header, "bad_value", str(error), cell)
    return values


def _put(values: dict[str, Any], field: str, value: Any) -> None:
    if field.startswith(CUSTOM):
        values.setdefault("custom", {})[field[len(CUSTOM) :]] = value
    elif field == "custom":
        values["custom"] = {**value, **values.get("custom", {})}
    else:
        values[field] = value


def _check_row(number: int, values: dict[str, Any], headers: dict[str, str], problems: Problems) -> None:
    if not (values.get("external_id") or values.get("fieldbeat_id")):
        detail = "A row needs an external_id: by it the account is found again at the next import."
        problems.error(number, headers.get("external_id"), "no_external_id", detail)
    _check_position(number, values, headers, problems)
    _check_hours(number, values, headers, problems)
    if "custom" in values and (problem := custom_problem(values["custom"])):
        problems.error(number, None, "bad_value", problem)


def _check_position(number: int, values: dict[str, Any], headers: dict[str, str], problems: Problems) -> None:
    lat, lon = values.get("lat"), values.get("lon")
    if (lat is None) != (lon is None):
        missing = "lat" if lat is None else "lon"
        if missing in headers and not any(p.row == number and p.column == headers[missing] for p in problems.kept[-3:]):
            problems.error(
                number, headers[missing], "half_position", "Latitude and longitude go together; fill in both."
            )
        elif missing not in headers:
            problems.error(number, None, "half_position", f"No column gives {missing}; map one.")
    elif lat is not None and lon is not None:
        if is_null_island(lat, lon):
            problems.error(
                number, headers["lat"], "null_island", "0, 0 lies in the Atlantic; leave both empty if unknown."
            )
        elif abs(lat) > 90:
            swapped = abs(lon) <= 90
            detail = "Latitude and longitude look swapped; map the columns the other way round." if swapped else (
                "It is not between -90 and 90 degrees."
            )  # fmt: skip
            problems.error(number, headers["lat"], "swapped_position" if swapped else "bad_value", detail, lat)
            values["lat"] = values["lon"] = None


def _check_hours(number: int, values: dict[str, Any], headers: dict[str, str], problems: Problems) -> None:
    """Real hours are messy: what does not parse is kept as a custom field, and the default hours hold."""
    text = values.get("opening_hours")
    if text is None:
        return
    problem = hours_problem(text)
    if problem:
        values["opening_hours"] = None
        detail = f"{problem} The company's hours hold for this account until then."
        problems.warning(number, headers["opening_hours"], "opening_hours", detail, text)
        values["custom"] = {**values.get("custom", {}), UNPARSED_HOURS: text[:1000]}


def _check_duplicates(rows: Iterable[Row], headers: dict[str, str], problems: Problems) -> None:
    for field in ("external_id", "fieldbeat_id"):
        seen: dict[str, int] = {}
        for row in rows:
            value = row.values.get(field)
            if value is None:
                continue
            first = seen.setdefault(value, row.number)
            if first != row.number:
                detail = f"Rows {first} and {row.number} have the same {field}; keep one of them."
                problems.error(row.number, headers[field], "duplicate", detail, value)


def _check_places(rows: list[Row], headers: dict[str, str], options: Options, problems: Problems) -> None:
    """Positions in another country than the row, the user or most of the file say."""
    placed = [row for row in rows if row.values.get("lat") is not None and row.values.get("lon") is not None]
    if not placed:
        return
    found = [country_at(row.values["lat"], row.values["lon"]) for row in placed]
    usual = _usual(found)
    middle = (median(row.values["lat"] for row in placed), median(row.values["lon"] for row in placed))
    for row, country in zip(placed, found, strict=True):
        said = row.values.get("country") or options.country
        expected = said or usual
        if expected is None or country == expected:
            continue
        lat, lon = row.values["lat"], row.values["lon"]
        if abs(lon) <= 90 and country_at(lon, lat) == expected:
            detail = f"It lies in {country or 'the sea'}; the other way round in {expected}: latitude and longitude look swapped."
            problems.error(row.number, headers["lat"], "swapped_position", detail, f"{lat}, {lon}")
        elif said and country:
            detail = (
                f"It lies in {country}, but the country is {said}; check one of them (near a border both may be right)."
            )
            problems.warning(row.number, headers["lat"], "position_elsewhere", detail, f"{lat}, {lon}")
        elif distance(lat, lon, *middle) > FAR_METRES:
            detail = f"It lies far from the other rows, in {country or 'the sea'}; check it."
            problems.warning(row.number, headers["lat"], "position_elsewhere", detail, f"{lat}, {lon}")


def _usual(countries: list[str | None]) -> str | None:
    """The country of four fifths of at least five positions."""
    country, count = Counter(countries).most_common(1)[0]
    return country if len(countries) >= 5 and count >= 0.8 * len(countries) else None
