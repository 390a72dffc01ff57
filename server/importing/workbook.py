"""Reading the first sheet of an XLSX workbook, guarded against files that are small on disk and huge in memory."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from server.importing.blanks import LONGEST_CELL, Blanks, file_of_sheet
from server.importing.problems import Problems, Unreadable

UNZIPPED = 300 * 1024 * 1024  # bytes
TOO_LARGE = f"Unpacked it has more than {UNZIPPED >> 20} MB; split it, or save it as CSV."
FARTHEST_ROW, FARTHEST_COLUMN = 260_000, 1_000  # a reader allocates the whole rectangle up to the last cell
MOST_CELLS = 20_000_000
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,7})([0-9]{1,12})["']""")


def is_workbook(data: bytes) -> bool:
    """A zip file, as XLSX is."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def workbook_rows(data: bytes, problems: Problems, sheet: str | None = None) -> Iterator[list[str]]:
    """The rows of a sheet as text (default: the first one)."""
    blanks = _check_sizes(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = workbook.sheet_names
        if not names:
            raise Unreadable("The workbook has no sheet.")
        if sheet is not None and sheet not in names:
            raise Unreadable(f"The workbook has no sheet {sheet!r}; it has {', '.join(names[:10])}.")
        if sheet is None and len(names) > 1:
            problems.warning(None, None, "sheets", f"Only the first of {len(names)} sheets was read: {names[0]}.")
        content = workbook.get_sheet_by_name(sheet or names[0])
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            blanks.get(file_of_sheet(archive, sheet or names[0]) or "", Blanks()).warn(problems)
        above = content.start[0] if content.start else 0  # empty rows at the top, which the reader leaves out
    except (CalamineError, OSError) as error:
        raise Unreadable(f"It is no XLSX workbook that can be read ({error}); save it again or as CSV.") from None
    yield from ([] for _ in range(above))
    for cells in content.iter_rows():
        yield [_text(value) for value in cells]


def _check_sizes(data: bytes) -> dict[str, Blanks]:
    """Unpack once, in pieces and keeping nothing, to know the true size and how far the sheets reach.

    Returns, by the entry of each sheet, the cells that would be read as empty.
    """
    found: dict[str, Blanks] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise Unreadable("It is a zip file, but no XLSX workbook; unpack it, or save it as CSV or XLSX.")
            left = UNZIPPED
            if sum(entry.file_size for entry in archive.infolist()) > left:
                raise Unreadable(TOO_LARGE)  # one that says so itself need not be unpacked
            for entry in archive.infolist():
                is_sheet = entry.filename.startswith("xl/worksheets/")
                left -= _unpacked(
                    archive, entry, left, found.setdefault(entry.filename, Blanks()) if is_sheet else None
                )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Unreadable(f"The workbook is damaged or locked ({error}); save it again without a password.") from None
    return found


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, blanks: Blanks | None) -> int:
    """Bytes of an entry as they really unpack, whatever its header claims; `blanks` for a sheet."""
    entry.file_size = max(entry.file_size, UNZIPPED + 1)  # do not stop where the header says it ends
    size, tail = 0, b""
    with archive.open(entry) as packed:
        while chunk := packed.read(1 << 20):
            size += len(chunk)
            if size > left:
                raise Unreadable(TOO_LARGE)
            if blanks is not None:
                piece = tail + chunk
                _check_reach(piece)
                blanks.scan(piece)
                tail = piece[-LONGEST_CELL:]
    return size


def _check_reach(xml: bytes) -> None:
    columns, rows = set(), 0
    for letters, number in _CELL.findall(xml):
        columns.add(letters)
        rows = max(rows, int(number))
    widest = max((_column_number(letters) for letters in columns), default=0)
    if rows > FARTHEST_ROW or widest > FARTHEST_COLUMN or rows * widest > MOST_CELLS:
        raise Unreadable(
            f"A sheet reaches to row {rows:,}, column {widest:,}; clear what lies far outside the table, or save it as CSV."
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _text(value: Any) -> str:
    """A cell as it would stand in a CSV file."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute or value.second) else value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
