"""When an account may be visited: OpenStreetMap opening hours as windows in elapsed seconds of each local day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import holidays
from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from server.core.clock import instant, midnight, wall_seconds

LONGEST = 1000  # characters, of the database column
EXAMPLE = "write it as OpenStreetMap does, like 'Mo-Fr 09:00-17:00; Sa 10:00-14:00; PH off'."
DAY = timedelta(days=1)
Windows = tuple[tuple[int, int], ...]
_DASHES = str.maketrans({"–": "-", "—": "-", "‒": "-", "−": "-", "\u00a0": " ", "\u202f": " "})


def normalised(text: str) -> str:
    """The text with the typographic dashes and spaces replaced that word processors put into it, and none after dashes."""
    plain = " ".join(text.translate(_DASHES).split())
    return plain if '"' in plain else re.sub(r"(?<=\w) ?- (?=\w)", "-", plain)  # in quotes stands what is for people


@lru_cache(maxsize=20_000)
def hours_problem(text: str) -> str | None:
    """Why a text is no opening hours in OpenStreetMap syntax, None where it is.  It may still need `normalised`."""
    if len(text) > LONGEST:
        return f"It has {len(text)} characters; at most {LONGEST} fit."
    try:
        OpeningHours(normalised(text))
    except ParserError as error:
        place = re.search(r"--> \d+:(\d+)", str(error))
        return _complaint(normalised(text), int(place.group(1)) - 1 if place else 0)
    return None


def _complaint(text: str, at: int) -> str:
    """The word around the place at which the parser gave up, what is usually wrong with such a word, and an example."""
    if at >= len(text):
        problem = f"Something is missing at the end, after {text[-20:]!r}" if text else "It is empty"
        return f"{problem}; {EXAMPLE}"
    begin = max(text.rfind(sign, 0, at) for sign in " ;,") + 1
    word = re.split(r"[ ;,]", text[begin:])[0] or text[at]
    if re.search(r"\d", word):
        hint = "times have hours and minutes of a day of 24 hours, as in 09:00-17:00"
    else:
        hint = "weekdays are Mo Tu We Th Fr Sa Su, holidays PH, closed is off"
    return f"{word[:40]!r} (character {at + 1}) is not understood: {hint}; {EXAMPLE}"


def open_windows(
    texts: Sequence[str | None], country: str, region: str | None, zone: str, first: date, last: date
) -> tuple[Windows, ...]:
    """Opening windows of every local day from `first` to `last`, by the first of `texts` that parses; none does: never open.

    A window is (opens, closes) in elapsed seconds since the local midnight of its day (core.clock), 0 <= opens < closes; hours
    that cross midnight are cut there, so that each part stands on its own day.
    """
    for text in texts:
        if text and hours_problem(text) is None:
            return _windows(normalised(text), country, region, zone, first, last)
    return ((),) * ((last - first).days + 1)


def open_spans(
    texts: Sequence[str | None], country: str, region: str | None, zone: str, first: date, last: date
) -> list[tuple[datetime, datetime]]:
    """The same as instants, in order, what goes on over a midnight in one piece: as it looks from another zone."""
    found: list[tuple[datetime, datetime]] = []
    for n, windows in enumerate(open_windows(texts, country, region, zone, first, last)):
        for opens, closes in windows:
            begin, end = instant(first + n * DAY, opens, zone), instant(first + n * DAY, closes, zone)
            if found and begin <= found[-1][1]:
                found[-1] = found[-1][0], end
            else:
                found.append((begin, end))
    return found


@lru_cache(maxsize=8_192)
def _windows(text: str, country: str, region: str | None, zone: str, first: date, last: date) -> tuple[Windows, ...]:
    closed = holidays_between(country, region, first, last)
    by_day: dict[date, list[tuple[time, time | None]]] = {}
    for day, opens, closes in _pieces(OpeningHours(text), first, last):
        if day not in closed:
            by_day.setdefault(day, []).append((opens, closes))
    for day in closed:
        by_day[day] = [(opens, closes) for _, opens, closes in _pieces(_on_holidays(text), day, day)]
    days = (first + n * DAY for n in range((last - first).days + 1))
    return tuple(_elapsed(day, by_day.get(day, ()), zone) for day in days)


def _pieces(hours: OpeningHours, first: date, last: date) -> Iterable[tuple[date, time, time | None]]:
    """(day, opens, closes) of all open time, cut at midnights; closes None: at the end of the day."""
    start, end = datetime.combine(first, time()), datetime.combine(last + DAY, time())  # wall time, on purpose naive
    for opens, closes, state, _comment in hours.intervals(start, end):
        if state != State.OPEN:
            continue
        while opens.date() < closes.date():
            yield opens.date(), opens.time(), None
            opens = datetime.combine(opens.date() + DAY, time())
        if opens < closes:
            yield opens.date(), opens.time(), closes.time()


@lru_cache(maxsize=4_096)
def _on_holidays(text: str) -> OpeningHours:
    """The hours that hold on a public holiday: what the text says about PH, else closed (24/7 means holidays too).

    On such a day "PH" is true like "any weekday", so it can be read as one; the library's own calendars know no regions.
    """
    if not re.search(r"\bPH\b", text):
        return OpeningHours("24/7" if text == "24/7" else "off")
    try:
        return OpeningHours(re.sub(r"\bPH\b", "Mo-Su", text))
    except ParserError:  # "PH +1 day" and the like
        return OpeningHours("off")


@lru_cache(maxsize=1_024)
def holidays_between(country: str, region: str | None, first: date, last: date) -> frozenset[date]:
    """Public holidays of a country, with those of its region where `holidays` knows it; unknown countries have none."""
    years = range(first.year, last.year + 1)
    return frozenset(day for year in years for day in holiday_names(country, region, year) if first <= day <= last)


@lru_cache(maxsize=1_024)
def holiday_names(country: str, region: str | None, year: int) -> dict[date, str]:
    """The same of one year, as the country calls them."""
    if country not in _regions():
        return {}
    return dict(holidays.country_holidays(country, subdiv=subdivision(country, region), years=year))


@lru_cache(maxsize=4_096)
def subdivision(country: str, region: str | None) -> str | None:
    """The region as `holidays` knows it: by its code ("MA", "US-MA") or its name ("Massachusetts"); None: it does not."""
    wanted = (region or "").strip().casefold()
    codes = {code.casefold(): code for code in _regions().get(country, ())}
    if not codes or not wanted:
        return None
    names = getattr(holidays.country_holidays(country, years=[]), "subdivisions_aliases", {})
    return codes.get(wanted.removeprefix(f"{country.casefold()}-")) or {
        name.casefold(): code for name, code in names.items()
    }.get(wanted)


def region_problem(country: str, region: str | None) -> str | None:
    """Why a region stands for no holidays of its own in a country, None where it does, or there is none."""
    if not region or country not in _regions() or subdivision(country, region):
        return None
    codes = ", ".join(sorted(_regions()[country]))
    if not codes:
        return f"Public holidays of {country} are the same everywhere; leave the region empty."
    return f"{region!r} is no region of {country} with public holidays of its own; one of {codes}, or nothing."


def with_region_code(values: Mapping[str, Any], country: str) -> dict[str, Any]:
    """Values of a company or rep, a region that `holidays` knows by its code: md, US-MD and Maryland are MD.

    country : where the values name none.
    """
    code = subdivision(values.get("country", country), values.get("region"))
    return {**values, "region": code} if code else dict(values)


@lru_cache(maxsize=1)
def _regions() -> dict[str, frozenset[str]]:
    return {country: frozenset(regions) for country, regions in holidays.list_supported_countries().items()}


def _elapsed(day: date, pieces: Iterable[tuple[time, time | None]], zone: str) -> Windows:
    """Wall-clock pieces of a day as sorted, merged windows in elapsed seconds."""
    length = _length(day, zone)
    plain = length == 86_400  # wall time and elapsed time are the same, but on the days of a clock change
    windows: list[tuple[int, int]] = []
    for opens, closes in sorted(pieces, key=lambda piece: piece[0]):
        start = _seconds(opens) if plain else wall_seconds(day, opens, zone)
        end = length if closes is None else _seconds(closes) if plain else wall_seconds(day, closes, zone)
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(end, windows[-1][1]))
        elif start < end:
            windows.append((start, end))
    return tuple(windows)


def _seconds(wall: time) -> int:
    return wall.hour * 3600 + wall.minute * 60 + wall.second


@lru_cache(maxsize=16_384)
def _length(day: date, zone: str) -> int:
    """Elapsed seconds from this local midnight to the next: 86,400 but on the days of a clock change."""
    return int((midnight(day + DAY, zone) - midnight(day, zone)).total_seconds())
