"""From an uploaded file to a header and rows of text, whatever it was saved with.

CSV: comma, semicolon, tab or bar; UTF-8, UTF-16 or Windows-1252; quoted newlines.  XLSX: its first sheet.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from server.importing.guard import unguarded
from server.importing.problems import Problems, Unreadable
from server.importing.workbook import is_workbook, workbook_rows

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 250_000, 500, 100_000
DELIMITERS = (",", ";", "\t", "|")
Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Table:
    """`rows` yields (row number in the spreadsheet, cells); it can be read once."""

    header: list[str]
    rows: Iterator[Row]


def read(data: bytes, problems: Problems, delimiter: str | None = None, sheet: str | None = None) -> Table:
    """The table in a file; raises Unreadable with what to do about it."""
    if not data.strip():
        raise Unreadable("The file is empty.")
    records = workbook_rows(data, problems, sheet) if is_workbook(data) else _csv_rows(data, problems, delimiter)
    rows = _numbered(records)
    header = next(rows, None)
    if header is None:
        raise Unreadable("The file has no header row: the first row names the columns.")
    names = [unguarded(cell).strip() for cell in header[1]]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise Unreadable(f"It has {len(names)} columns; at most {MOST_COLUMNS} can be read.")
    return Table(names, rows)


def _numbered(records: Iterator[list[str]]) -> Iterator[Row]:
    number = 0
    for number, cells in enumerate(records, 1):
        if number > MOST_ROWS + 1:
            raise Unreadable(f"It has more than {MOST_ROWS:,} rows; split it.")
        if max(map(len, cells), default=0) > LONGEST_CELL:
            raise Unreadable(f"Row {number} has a cell of more than {LONGEST_CELL:,} characters; is a quote missing?")
        if any(map(str.strip, cells)):
            yield number, cells


def _csv_rows(data: bytes, problems: Problems, delimiter: str | None) -> Iterator[list[str]]:
    encoding = _encoding(data, problems)
    text = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    first = text.readline()
    if first.lower().startswith("sep=") and len(first.strip()) == 5:  # Excel's own hint
        delimiter, start = first[4], len(first.encode(encoding.removesuffix("-sig")))
        text = io.TextIOWrapper(
            io.BytesIO(data[start + (3 if encoding.endswith("-sig") else 0) :]), encoding=encoding, newline=""
        )
        first = text.readline()
    text.seek(0)
    csv.field_size_limit(4 * LONGEST_CELL)
    reader = csv.reader(text, delimiter=delimiter or _delimiter(first), strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise Unreadable(f"Line {reader.line_num}: {error}; is a quote missing?") from None


def _delimiter(header: str) -> str:
    """The one that the header line holds most of outside quotes."""
    outside = "".join(header.split('"')[::2])
    counts = Counter({mark: outside.count(mark) for mark in DELIMITERS})
    return counts.most_common(1)[0][0]


def _encoding(data: bytes, problems: Problems) -> str:
    """The encoding by which the whole file can be read, tried strictly."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif data[:200].count(b"\0") > len(data[:200]) // 3:  # every other byte: UTF-16 without its mark
        candidates = ["utf-16-le" if data[1:2] == b"\0" else "utf-16-be"]
    else:
        candidates = ["utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8", "cp1252"]
    for encoding in candidates:
        if _reads(data, encoding):
            if encoding == "cp1252":
                problems.warning(
                    None, None, "encoding", "It is not UTF-8; read as Windows-1252. Check names with accents."
                )
            return encoding
    raise Unreadable("It is neither text nor an XLSX workbook; save it as CSV in UTF-8.")


def _reads(data: bytes, encoding: str) -> bool:
    text = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    line = 1
    try:
        while chunk := text.read(1 << 16):
            if "\0" in chunk:
                line += chunk[: chunk.index("\0")].count("\n")
                raise Unreadable(
                    f"It has a NUL character in line {line}: it is damaged, or not text. Save it as CSV again."
                )
            line += chunk.count("\n")
    except UnicodeError:
        return False
    return True
