"""Files that are broken, or made to break the reader: a clear problem, quickly, and nothing changes."""

from __future__ import annotations

import io
import random
import zipfile

import openpyxl
import pytest

from server.importing.problems import Problems, Unreadable
from server.importing.reading import MOST_COLUMNS, MOST_ROWS, read
from server.importing.workbook import UNZIPPED

HEAD = b"external_id,name\n"


def rows_of(data):
    problems = Problems()
    table = read(data, problems)
    return table.header, list(table.rows), problems


def refused(data):
    with pytest.raises(Unreadable) as caught:
        rows_of(data)
    return caught.value.detail


def workbook(*rows, sheets=1):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for n in range(1, sheets):
        book.create_sheet(f"Other {n}")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rezipped(data, name, content):
    """The same archive with one entry replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, content if entry == name else old.read(entry))
    return out.getvalue()


def test_a_workbook_is_read_as_its_csv_would_be():
    from datetime import date

    data = workbook(["id", "zip", "x", "day", "ok"], ["K1", 2139, 1.5, date(2026, 3, 1), True], [None], ["K2", "02139"])
    header, rows, _ = rows_of(data)
    assert header == ["id", "zip", "x", "day", "ok"]
    assert rows == [(2, ["K1", "2139", "1.5", "2026-03-01", "true"]), (4, ["K2", "02139", "", "", ""])]


def test_only_the_first_sheet_is_read_and_it_is_said():
    assert [p.code for p in rows_of(workbook(["id"], ["K1"], sheets=2))[2].kept] == ["sheets"]


def test_an_empty_file_and_one_of_blanks():
    assert "empty" in refused(b"")
    assert "empty" in refused(b" \n\n  ")
    assert "empty" in refused(b"\xef\xbb\xbf".strip() and b"")


def test_only_a_header_has_no_rows():
    assert rows_of(HEAD)[1] == []


def test_binary_garbage():
    noise = random.Random(1).randbytes(5_000)
    assert refused(noise)
    assert refused(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + noise)
    assert "XLSX" in refused(b"PK\x03\x04" + noise) or "damaged" in refused(b"PK\x03\x04" + noise)


def test_a_nul_character_is_named_by_its_line():
    assert "line 3" in refused(HEAD + b"K1,a\nK2,b\0c\n")


def test_a_very_long_cell_and_a_quote_never_closed():
    assert "row 2" in refused(HEAD + b"K1," + b"x" * 200_000 + b"\n").lower()
    assert "quote" in refused(HEAD + b'K1,"' + b"x,y\n" * 200_000)


def test_columns_up_to_the_limit():
    wide = lambda n: ",".join(f"c{i}" for i in range(n)).encode() + b"\n1\n"  # noqa: E731
    assert len(rows_of(wide(200))[0]) == 200
    assert str(MOST_COLUMNS) in refused(wide(MOST_COLUMNS + 1))


def test_too_many_rows():
    assert "rows" in refused(b"id\n" + b"1\n" * (MOST_ROWS + 1))


def test_a_zip_that_is_no_workbook():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "no XLSX" in refused(file.getvalue())


def test_a_zip_bomb_is_refused_by_what_it_really_holds():
    bomb = rezipped(workbook(["id"], ["K1"]), "xl/worksheets/sheet1.xml", b" " * (UNZIPPED + 10))
    assert len(bomb) < 1_000_000
    assert "300 MB" in refused(bomb)
    size = (UNZIPPED + 10).to_bytes(4, "little")
    lying = bomb.replace(size, (1_000).to_bytes(4, "little"))  # both headers say 1 kB
    assert lying != bomb
    assert "300 MB" in refused(lying)


def test_a_cell_far_outside_does_not_fill_the_memory():
    sheet = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert "far outside" in refused(rezipped(workbook(["id"]), "xl/worksheets/sheet1.xml", sheet))


def test_a_workbook_cut_short():
    data = workbook(["id"], *([f"K{n}"] for n in range(100)))
    for cut in (10, len(data) // 2, len(data) - 5):
        assert refused(data[:cut])
