"""A table of speeds as CSV: weekdays,from,to,percent; a row a band, weekdays as Mo-Fr or Sa,Su."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import marshmallow as ma

from server.company.schemas import MOST_BANDS, SpeedBands, SpeedBandSchema
from server.core.errors import Invalid
from server.core.problems import flatten
from server.traffic.default import Bands

COLUMNS = ("weekdays", "from", "to", "percent")
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAYS_HELP = "Write weekdays like Mo-Fr or Sa,Su (Mo, Tu, We, Th, Fr, Sa, Su)."
MOST_BYTES = 100_000
_SPAN = re.compile("([A-Z][a-z])[a-z]*(?:-([A-Z][a-z])[a-z]*)?")


def written(bands: Bands) -> str:
    """The bands as a file that `read` takes."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(COLUMNS)
    lines.writerows([_days(band["weekdays"]), band["from"], band["to"], band["percent"]] for band in bands)
    return out.getvalue()


def read(content: bytes) -> Bands:
    """The bands of a file, in order.  Invalid with row and column of everything that is wrong."""
    rows = _rows(content)
    wrong: dict[str, str] = {}
    found = [(number, _band(number, row, wrong)) for number, row in rows]
    if wrong:
        raise _invalid(wrong)
    try:
        bands: Bands = _Sheet().load({"bands": [band for _, band in found]})["bands"]
    except ma.ValidationError as error:
        raise _invalid(dict(_placed(error, [number for number, _ in found]))) from None
    return bands


class _Sheet(ma.Schema):
    bands = SpeedBands(required=True)


def _placed(error: ma.ValidationError, numbers: list[int]) -> list[tuple[str, str]]:
    """Pointers to rows and columns, from those to bands and fields."""
    found = []
    for problem in flatten(error.messages):
        _, _, index, *field = [*problem["pointer"].split("/"), ""]
        row = numbers[int(index)] if index.isdigit() else ""
        found.append((f"/file/{row}/{field[0] if field else ''}".rstrip("/"), problem["detail"]))
    return found


def _rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    if len(content) > MOST_BYTES:
        raise _invalid({"/file": f"It is larger than {MOST_BYTES // 1000} kB; a table has at most {MOST_BANDS} rows."})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _invalid({"/file": "It is not UTF-8; save it as CSV (UTF-8)."}) from None
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise _invalid({"/file": f"It is not CSV that can be read: {error}."}) from None
    names = [name.strip().lower() for name in lines[0]] if lines else []
    if sorted(names) != sorted(COLUMNS):
        raise _invalid({"/file/1": f"The first row names the columns: {','.join(COLUMNS)}."})
    found = [(number, line) for number, line in enumerate(lines[1:], 2) if any(cell.strip() for cell in line)]
    if len(found) > MOST_BANDS:
        raise _invalid({"/file": f"It has {len(found)} rows; at most {MOST_BANDS} bands fit."})
    for number, line in found:
        if len(line) != len(names):
            raise _invalid({f"/file/{number}": f'It has {len(line)} cells, not {len(names)}; quote Sa,Su as "Sa,Su".'})
    return [(number, dict(zip(names, map(str.strip, line), strict=True))) for number, line in found]


def _band(number: int, row: dict[str, str], wrong: dict[str, str]) -> dict[str, Any]:
    days = _weekdays(row["weekdays"])
    if days is None:
        wrong[f"/file/{number}/weekdays"] = DAYS_HELP
    if not re.fullmatch("[0-9]{1,3}", row["percent"]):
        wrong[f"/file/{number}/percent"] = "It is not a whole number of percent, such as 75."
    band = {"weekdays": days or [0], "from": _clock(row["from"]), "to": _clock(row["to"]),
            "percent": int(row["percent"]) if f"/file/{number}/percent" not in wrong else 100}  # fmt: skip
    for problem in flatten(SpeedBandSchema().validate(band)):
        wrong.setdefault(f"/file/{number}{problem['pointer']}", problem["detail"])
    return band


def _clock(text: str) -> str:
    """Spreadsheets write 7:00."""
    return f"0{text}" if re.fullmatch("[0-9]:[0-9]{2}", text) else text


def _weekdays(text: str) -> list[int] | None:
    found: set[int] = set()
    for part in re.split("[, ]+", text.strip()):
        span = _SPAN.fullmatch(part)
        ends = [day for day in span.groups() if day] if span else []
        if not ends or any(day not in DAYS for day in ends):
            return None
        first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
        found |= {day % 7 for day in range(first, last + 1 + (7 if last < first else 0))}
    return sorted(found)


def _days(weekdays: list[int]) -> str:
    """Mo-Fr where they follow each other, else one by one."""
    if len(weekdays) > 2 and weekdays[-1] - weekdays[0] == len(weekdays) - 1:
        return f"{DAYS[weekdays[0]]}-{DAYS[weekdays[-1]]}"
    return ",".join(DAYS[day] for day in weekdays)


def _invalid(wrong: dict[str, str]) -> Invalid:
    return Invalid("Nothing was changed: the table has mistakes.", code="table_rejected", pointers=wrong)
