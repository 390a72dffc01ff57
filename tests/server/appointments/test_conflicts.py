"""What an appointment is told at once.  Today is Monday 2026-03-02 in Boston; the rep works Monday to Friday 08:00-17:00."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from server.core.database import db, writing
from server.reps.models import Rep, TimeOff
from tests import factories as make
from tests.server.appointments.test_appointments import block, visit


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel("2026-03-02T12:00:00-05:00", tick=False):
        yield


def said(world, body, who=None):
    """(kind, day, detail) of what stands against it; it is accepted all the same."""
    made = world.call(who or world.rep, "POST", "/appointments", body)
    assert made.status_code == 201, made.text
    return [(c["kind"], c["day"], c["detail"]) for c in made.json["conflicts"]]


def change(rep, **values):
    with writing() as session:
        for name, value in values.items():
            setattr(session.get_one(Rep, rep.id), name, value)


@pytest.mark.parametrize(
    ("when", "kind", "detail"),
    [
        ({"day": "2026-03-08"}, "no_workday", "{rep} does not work on Sundays."),
        (
            {"day": "2026-05-25"},  # Memorial Day
            "holiday",
            "Monday 25 May is a public holiday (Memorial Day), on which {rep} does not work.",
        ),
        (
            {"start": "03:00"},
            "outside_working_hours",
            "It begins at 03:00, before the working day of {rep}, which begins at 08:00.",
        ),
        (
            {"start": "16:55", "duration_minutes": 60},
            "outside_working_hours",
            "It ends at 17:55, after the working day of {rep}, which ends at 17:00.",
        ),
        (
            {"start": "06:00", "leeway_minutes": 90},  # at 07:30 at the latest
            "outside_working_hours",
            "It begins at 06:00 (at 07:30 at the latest), before the working day of {rep}, which begins at 08:00.",
        ),
    ],
)
def test_outside_the_working_life(world, when, kind, detail):
    day = when.get("day", "2026-03-04")
    assert said(world, block(**when)) == [(kind, day, detail.format(rep=world.rep.name))]


@pytest.mark.parametrize(
    "when",
    [
        {"start": "08:00"},
        {"start": "16:00"},  # 60 min: to the minute
        {"start": "07:00", "leeway_minutes": 60},  # it may begin at 08:00
    ],
)
def test_inside_the_working_day_nothing_is_said(world, when):
    assert said(world, block(**when)) == []


def test_overtime_belongs_to_the_day(world):
    """17:00 and 30 min of overtime: until 17:30."""
    change(world.rep, max_overtime_minutes=30)
    assert said(world, block(start="16:30")) == []
    ((kind, _, detail),) = said(world, block(start="16:31", day="2026-03-05"))
    assert kind == "outside_working_hours"
    assert detail.endswith("which ends at 17:30 with 30 min of overtime.")


def test_who_works_on_holidays_keeps_an_appointment_there(world):
    change(world.rep, works_holidays=True)
    assert said(world, block(day="2026-05-25")) == []


def test_time_off(world):
    with writing() as session:
        session.add(TimeOff(rep_id=world.rep.id, first=date(2026, 3, 4), last=date(2026, 3, 5)))
    assert [k for k, _, _ in said(world, block())] == ["time_off"]
    assert [k for k, _, _ in said(world, block(day="2026-03-05"))] == ["time_off"]
    assert said(world, block(day="2026-03-06")) == []


def test_the_account_is_closed_which_is_only_a_warning(world):
    """4 March 2026 is a Wednesday, and the visit is 09:30-10:15 unless said otherwise."""
    shop = make.account(owner_id=world.rep.id, name="Night Bar", opening_hours="We 12:00-15:00, We 22:00-02:00")
    assert said(world, visit(shop, start="11:00")) == [
        ("account_closed", "2026-03-04", "Night Bar is open 12:00-15:00 and 22:00-02:00 on Wednesday 4 March.")
    ]
    assert said(world, visit(shop, day="2026-03-06")) == [
        ("account_closed", "2026-03-06", "Night Bar is closed on Friday 6 March.")
    ]


def test_a_visit_inside_opening_hours(world):
    shop = make.account(owner_id=world.rep.id, name="Bakery", opening_hours="Mo-Fr 09:00-12:00")
    assert said(world, visit(shop, start="09:00")) == []
    assert said(world, visit(shop, start="12:30", duration_minutes=15)) == [
        ("account_closed", "2026-03-04", "Bakery is open 09:00-12:00 on Wednesday 4 March.")
    ]
    assert [k for k, _, _ in said(world, visit(shop, day="2026-03-07"))] == ["no_workday", "account_closed"]  # Saturday


def test_hours_across_midnight_are_one(world):
    """23:30 to 00:30 while it is open 22:00-02:00; the rep works the whole day."""
    change(world.rep, working_hours={str(day): ["00:00", "24:00"] for day in range(7)}, max_overtime_minutes=60)
    bar = make.account(owner_id=world.rep.id, opening_hours="Mo-Su 22:00-02:00")
    assert said(world, visit(bar, start="23:30", duration_minutes=60)) == []
    assert [k for k, _, _ in said(world, visit(bar, start="21:00", duration_minutes=30))] == ["account_closed"]


def test_what_overlaps_comes_first_and_is_named(world):
    first = world.call(world.rep, "POST", "/appointments", block(start="16:30", title="Lunch talk")).json
    assert [c["kind"] for c in first["conflicts"]] == ["outside_working_hours"]  # to 17:30
    second = world.call(world.rep, "POST", "/appointments", block(start="16:45")).json
    assert [(c["kind"], c["appointment_id"]) for c in second["conflicts"]] == [
        ("overlap", first["id"]),
        ("outside_working_hours", second["id"]),
    ]
    assert second["conflicts"][0]["detail"] == "At the same time: Lunch talk, Wednesday 4 March 16:30-17:30."


def test_moving_it_says_so_too_and_cancelling_forgets_it(world):
    made = world.call(world.rep, "POST", "/appointments", block()).json
    path = f"/appointments/{made['id']}"
    moved = world.call(world.rep, "PATCH", path, {"day": "2026-03-07"}, 1)
    assert (moved.status_code, [c["kind"] for c in moved.json["conflicts"]]) == (200, ["no_workday"])
    assert world.call(world.rep, "GET", path).json["conflicts"] == moved.json["conflicts"]
    assert world.call(world.rep, "PATCH", path, {"cancelled": True}, 2).json["conflicts"] == []


def test_a_series_says_which_of_its_days(world):
    """Every Monday for 90 days from 2 March: Patriots' Day (20 April) is no US holiday, Memorial Day (25 May) is one."""
    series = block(day="2026-03-02", start="13:00", rrule="FREQ=WEEKLY;BYDAY=MO")
    assert [(kind, day) for kind, day, _ in said(world, series)] == [("holiday", "2026-05-25")]


def test_twenty_of_a_series_are_enough(world):
    """Daily for 90 days: 26 days of weekends, of which the first 20 are named, and what overlaps besides."""
    world.call(world.rep, "POST", "/appointments", block(day="2026-05-20", start="13:30"))
    found = said(world, block(day="2026-03-02", rrule="FREQ=DAILY"))
    assert [kind for kind, _, _ in found] == ["overlap"] + ["no_workday"] * 20


def test_without_a_home_no_day_can_be_planned(world):
    change(world.rep, home_lat=None, home_lon=None)
    db.session.rollback()
    ((kind, _, detail),) = said(world, block())
    assert kind == "no_workday"
    assert "home address" in detail
