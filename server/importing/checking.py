"""From cells to values: every row checked by itself, then against the rest of the file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from server.accounts.hours import hours_problem
from server.accounts.schemas import custom_problem
from server.importing.columns import CUSTOM, Column
from server.importing.ground import Ground
from server.importing.guard import unguarded
from server.importing.locations import Locations
from server.importing.options import CLEAR, Options
from server.importing.problems import Problems
from server.importing.reading import Table
from server.importing.rows import Row
from server.importing.values import Parser

UNPARSED_HOURS = "opening_hours_as_imported"  # custom field that keeps a text that is no opening hours
NEVER_CLEARED = {"fieldbeat_id", "external_id", "name", "country", "timezone", "priority", "active_from", "last_visit",
                 "owner", "team", "shared_visits", "archived", "custom"}  # fmt: skip
Reader = tuple[int, str, Parser, bool, Column]  # index, field, parser, whether it is a column of its own, the column


def check(table: Table, columns: list[Column], options: Options, ground: Ground, problems: Problems) -> list[Row]:
    """All rows of the table; what is wrong with them goes to `problems`."""
    headers = {column.field: column.header for column in columns}
    locations = Locations(headers, options.country, ground, problems)
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
        locations.check_row(number, values)
        rows.append(Row(number, values))
    if not rows and not problems.errors:
        problems.error(None, None, "no_rows", "The file has a header, but no rows.")
    _check_duplicates(rows, headers, problems)
    locations.check_all(rows)
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
    _check_hours(number, values, headers, problems)
    if "custom" in values and (problem := custom_problem(values["custom"])):
        problems.error(number, None, "bad_value", problem)


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
