"""Workbooks as people make them, and rows that are cut off: what is read, and what is said about the rest."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from sqlalchemy import select

from server.accounts.models import Account
from server.activities.models import Activity
from server.core.database import db
from server.importing.exporting import export
from server.importing.notices import SENTENCES
from tests import factories as make
from tests.server.importing.test_imports import counts, errors, send, warnings

HEADER = [
    "Customer No",
    "Name",
    "Zip",
    "Latitude",
    "Longitude",
    "Owner",
    "Last Visit",
    "Archived",
    "Revenue",
    "Service Minutes",
]


@pytest.fixture
def world(app):
    make.company()
    user = make.user("rep", email="ann@example.com")

    class World:
        admin = make.auth(make.user("admin"))
        team = make.team(name="East").id
        ann = make.rep(team, user_id=user.id, name="Ann").id

    return World


def workbook(*rows, title="Customers", **more):
    """Bytes of a workbook with these rows on its first sheet; `more`: further sheets."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name, content in more.items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(row)
    return saved(book)


def saved(book):
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def account(external_id):
    db.session.rollback()
    return db.session.scalars(select(Account).where(Account.external_id == external_id)).one()


def problems_of_file(answer):
    """Without what is said of other sheets, and of what will not happen to accounts."""
    return [p for p in answer.json["problems"] if p["code"] not in {"sheets", *SENTENCES}]


def test_cells_of_every_type_are_read_as_they_are_meant(client, world):
    data = workbook(
        HEADER,
        [1001, "Bakery", 2101, 42.37, -71.06, "ann@example.com", date(2026, 1, 15), False, 1234.5, 30],
        ["0042", "Café", "02102", 42.33, -71.05, "Ann", datetime(2026, 1, 16, 14, 30), True, "1,234.50", 45.0],
    )
    assert counts(send(client, world.admin, data, filename="customers.xlsx")) == (2, 0, 0)
    bakery, cafe = account("1001"), account("0042")  # a number without ".0"; a text keeps its zeros
    assert (bakery.postcode, cafe.postcode) == (
        "02101",
        "02102",
    )  # a US postcode that became a number has its zero again
    assert (bakery.lat, bakery.lon, bakery.service_minutes, cafe.service_minutes) == (42.37, -71.06, 30, 45)
    assert (bakery.revenue, cafe.revenue) == (Decimal("1234.50"), Decimal("1234.50"))
    assert (bakery.archived_at, cafe.archived_at is not None) == (None, True)
    visits = select(Activity.local_day).join(Account, Account.id == Activity.account_id).order_by(Activity.local_day)
    assert list(db.session.scalars(visits)) == [date(2026, 1, 15), date(2026, 1, 16)]
    assert counts(send(client, world.admin, data, filename="customers.xlsx")) == (0, 0, 2)


def test_postcodes_of_other_countries_stay_short(client, world):
    text = (
        "external_id,name,zip,country,lat,lon\n1,Zürich,8001,CH,47.37,8.54\n2,Bern,3011,,46.95,7.45\n3,Boston,2101,,,\n"
    )
    assert counts(send(client, world.admin, text)) == (3, 0, 0)
    assert [account(key).postcode for key in "123"] == [
        "8001",
        "3011",
        "02101",
    ]  # 2: its position says CH; 3: the company, US


def test_empty_rows_and_other_sheets(client, world):
    data = workbook(
        ["id", "name"], ["1", "One"], [None, None], ["2", "Two"], [" ", None], [None, ""], Notes=[["id"], ["x"]]
    )
    answer = send(client, world.admin, data)
    assert counts(answer) == (2, 0, 0)
    assert warnings(answer) == [(None, None, "sheets")]
    chosen = workbook(["read", "me"], Customers=[["id", "name"], ["3", "Three"]], title="Cover")
    assert counts(send(client, world.admin, chosen, sheet="Customers")) == (1, 0, 0)
    refused = send(client, world.admin, chosen, sheet="Clients")
    assert (refused.status_code, "it has Cover, Customers" in refused.json["detail"]) == (422, True)


def test_cells_that_would_be_lost_are_named(client, world):
    """Written by a program, not by a spreadsheet: the formula has no result yet.  And an error where a name should be."""
    data = workbook(
        ["id", "name", "phone"], ["1", "One", '="+1 555"&A2'], ["2", "Two", "#N/A"], Calc=[["x"], ["=1+1"], ["#REF!"]]
    )
    answer = send(client, world.admin, data, dry_run=True)
    found = [(p["row"], p["code"], p["value"]) for p in problems_of_file(answer)]
    assert found == [(2, "formula_without_result", "C2"), (3, "error_in_cell", "C3")]  # nothing of the sheet not read


def test_a_formula_counts_by_its_stored_result(client, world):
    """As spreadsheets save it; openpyxl cannot, so the result is put into the file by hand.  An empty text is a result."""
    import zipfile

    plain = workbook(["id", "name", "phone"], ["1", "=A2&A2", "=B2"])
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                for cell, value in ((b"B2", b"One"), (b"C2", b"")):
                    start = content.index(b'<c r="' + cell)
                    end = content.index(b"</c>", start)
                    typed = content[start:end].replace(b'"' + cell + b'"', b'"' + cell + b'" t="str"')
                    content = content[:start] + typed.replace(b"<v />", b"<v>" + value + b"</v>") + content[end:]
            new.writestr(entry, content)
    answer = send(client, world.admin, target.getvalue())
    assert counts(answer) == (1, 0, 0)
    assert warnings(answer) == []
    assert (account("1").name, account("1").phone) == ("One", None)


def test_a_day_that_became_a_number_is_explained(client, world):
    # day 46,037 of spreadsheets, which count from 30 December 1899, is 15 January 2026
    data = workbook(["id", "name", "last_visit"], ["1", "One", 46037])
    answer = send(client, world.admin, data, dry_run=True)
    (problem,) = [p for p in answer.json["problems"] if p["severity"] == "error"]
    assert "2026-01-15" in problem["detail"]


@pytest.mark.parametrize("typed", [False, True], ids=["texts", "numbers"])
def test_an_export_comes_back_as_a_workbook_without_changes(client, world, typed):
    make.account(
        external_id="0042", name="=SUM(A1)", owner_id=world.ann, postcode="02101", revenue=Decimal("1234.50"), phone="+1 555",
        opening_hours="Mo-Fr 09:00-17:00", products=["a", "b"], custom={"colour": "red"}, allowed_weekdays=[0, 2],
        lat=42.361099999999995, lon=-71.05890000000001,  # more digits than a spreadsheet keeps
    )  # fmt: skip
    make.account(external_id="x", name="007", team_id=world.team, notes="two\nlines", service_minutes=20)
    rows = list(csv.reader(io.StringIO("".join(export(db.session(), "accounts", None)), newline="")))
    if typed:  # as a spreadsheet makes numbers of what looks like one
        numbers = {rows[0].index(name) for name in ("lat", "lon", "revenue", "service_minutes", "priority", "version")}
        rows[1:] = [[float(c) if n in numbers and c else c for n, c in enumerate(row)] for row in rows[1:]]
    data = workbook(*rows)
    answer = send(client, world.admin, data)
    assert counts(answer) == (0, 0, 2), answer.json["problems"]


def test_a_position_that_really_moves_is_changed(client, world):
    make.account(external_id="1", owner_id=world.ann, lat=42.36, lon=-71.06)
    # a millionth of a degree is eleven centimetres
    assert counts(send(client, world.admin, "external_id,lat,lon\n1,42.360001,-71.06\n")) == (0, 1, 0)
    assert account("1").lat == 42.360001


SHORT = "external_id,name,phone,city\n1,One,555,Boston\n2,Two,556\n3,Three\n"


def test_rows_that_are_cut_off_are_named(client, world):
    answer = send(client, world.admin, SHORT, dry_run=True)
    assert warnings(answer) == [(3, None, "too_few_cells"), (4, None, "too_few_cells")]
    details = [problem["detail"] for problem in problems_of_file(answer)]
    assert "from 'city' on nothing changes" in details[0]
    assert "from 'phone' on nothing changes" in details[1]


def test_what_is_cut_off_clears_nothing(client, world):
    full = "external_id,name,phone,city\n1,One,555,Boston\n2,Two,556,Newton\n"
    assert counts(send(client, world.admin, full)) == (2, 0, 0)
    cut = "external_id,name,phone,city\n1,One,,\n2,Two\n"
    assert counts(send(client, world.admin, cut, empty="clear")) == (0, 1, 1)
    assert (account("1").phone, account("1").city) == (None, None)  # empty cells clear
    assert (account("2").phone, account("2").city) == ("556", "Newton")  # cells that are not there do not


def test_rows_that_are_too_long_are_errors(client, world):
    text = "external_id,name,city\n1,One,Boston\n2,Two, Inc.,Newton\n3,Three,Salem,,\n"
    assert errors(client, world.admin, text) == [
        (3, None, "too_many_cells")
    ]  # empty cells behind the last are harmless
