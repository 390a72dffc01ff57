"""Recurring appointments over HTTP: rules, clock changes, single days moved and cancelled."""

from __future__ import annotations

from datetime import date, time
from uuid import uuid4

import pytest
import time_machine

from server.appointments.occurrences import occurrences
from server.appointments.recurrence import RuleError, days, last_day, normal
from server.core.database import db
from tests.server.world import causes, pointers


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel("2026-03-02T12:00:00-05:00", tick=False):
        yield


def weekly(**values):
    """Tuesdays at 09:00 from 3 March 2026."""
    body = {"client_id": str(uuid4()), "title": "Office", "day": "2026-03-03", "start": "09:00"}
    return {**body, "duration_minutes": 60, "rrule": "FREQ=WEEKLY;BYDAY=TU", **values}


def make_series(world, **values):
    answer = world.call(world.rep, "POST", "/appointments", weekly(**values))
    assert answer.status_code == 201, answer.json
    return answer.json


def listed(world, query="from=2026-03-01&to=2026-03-31"):
    items = world.call(world.rep, "GET", f"/appointments?{query}").json["items"]
    return [(o["day"], o["start"], o["starts_at"][11:16]) for o in items]


def test_expanded_with_the_wall_time_kept(world):
    """Tuesdays in March 2026: 3, 10, 17, 24, 31; UTC-5 on the 3rd, UTC-4 from the 8th on.  The 24th is left out."""
    make_series(world, excluded=["2026-03-24"])
    assert listed(world) == [
        ("2026-03-03", "09:00", "14:00"),
        ("2026-03-10", "09:00", "13:00"),
        ("2026-03-17", "09:00", "13:00"),
        ("2026-03-31", "09:00", "13:00"),
    ]


def test_an_hour_that_one_day_skips_comes_after_the_change(world):
    """02:30 every Sunday from 1 March: on 8 March 02:30 does not exist, it takes place at 03:30 EDT = 07:30 UTC, and says so."""
    make_series(world, day="2026-03-01", start="02:30", rrule="FREQ=WEEKLY;COUNT=3")
    assert listed(world) == [
        ("2026-03-01", "02:30", "07:30"),
        ("2026-03-08", "03:30", "07:30"),
        ("2026-03-15", "02:30", "06:30"),
    ]


def test_one_day_moved_then_cancelled(world):
    series = make_series(world)
    path = f"/appointments/{series['id']}/occurrences"
    moved = world.call(world.rep, "PATCH", f"{path}/2026-03-10", {"day": "2026-03-12", "start": "11:00"}, 1)
    assert (moved.status_code, moved.json["original_day"]) == (200, "2026-03-10")
    assert [(d, s) for d, s, _ in listed(world)][:3] == [
        ("2026-03-03", "09:00"),
        ("2026-03-12", "11:00"),
        ("2026-03-17", "09:00"),
    ]
    stale = world.call(world.rep, "PATCH", f"{path}/2026-03-17", {"cancelled": True}, 1)
    assert stale.status_code == 412  # the series has a new version
    gone = world.call(world.rep, "PATCH", f"{path}/2026-03-10", {"cancelled": True, "cancel_reason": "closed"}, 2)
    assert gone.status_code == 200
    assert [d for d, _, _ in listed(world)] == ["2026-03-03", "2026-03-17", "2026-03-24", "2026-03-31"]
    assert causes(world.rep)[1:] == [
        ("appointment_moved", date(2026, 3, 10), date(2026, 3, 10)),
        ("appointment_moved", date(2026, 3, 12), date(2026, 3, 12)),
        ("appointment_cancelled", date(2026, 3, 12), date(2026, 3, 12)),
    ]


@pytest.mark.parametrize("day", ["2026-03-11", "2026-03-24", "2025-03-04", "tomorrow", "2026-13-01"])
def test_only_days_of_the_series(world, day):
    series = make_series(world, excluded=["2026-03-24"])
    path = f"/appointments/{series['id']}/occurrences/{day}"
    assert world.call(world.rep, "PATCH", path, {"start": "10:00"}, 1).status_code == 404


def test_cancelling_a_series_takes_its_changed_days_along_and_back(world):
    series = make_series(world)
    path = f"/appointments/{series['id']}"
    world.call(world.rep, "PATCH", f"{path}/occurrences/2026-03-10", {"start": "11:00"}, 1)
    assert world.call(world.rep, "DELETE", path, version=2).status_code == 204
    assert listed(world) == []
    version = world.call(world.rep, "GET", path).json["version"]
    assert world.call(world.rep, "PATCH", path, {"cancelled": False}, version).status_code == 200
    assert [s for _, s, _ in listed(world)] == ["09:00", "11:00", "09:00", "09:00", "09:00"]


def test_another_rule_drops_changed_days_that_it_no_longer_has(world):
    """From Tuesdays to Tuesdays every other week: 3, 17, 31 March.  The changed 10 March goes, the 17th stays."""
    series = make_series(world)
    path = f"/appointments/{series['id']}"
    world.call(world.rep, "PATCH", f"{path}/occurrences/2026-03-10", {"start": "11:00"}, 1)
    world.call(world.rep, "PATCH", f"{path}/occurrences/2026-03-17", {"start": "12:00"}, 2)
    answer = world.call(world.rep, "PATCH", path, {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"}, 3)
    assert answer.status_code == 200
    assert [(d[8:], s) for d, s, _ in listed(world)] == [("03", "09:00"), ("17", "12:00"), ("31", "09:00")]


def test_conflicts_of_a_series_are_found_ahead(world):
    other = {**weekly(rrule=None), "day": "2026-04-07", "start": "09:30", "title": "Dentist"}
    single = world.call(world.rep, "POST", "/appointments", other).json
    series = make_series(world)
    assert [(c["appointment_id"], c["day"]) for c in series["conflicts"]] == [(single["id"], "2026-04-07")]


def test_the_touched_days_of_a_series(world):
    """Until 31 March, with a day of room for other zones; without end the last day is open."""
    make_series(world, rrule="FREQ=WEEKLY;BYDAY=TU;UNTIL=20260331")
    make_series(world)
    assert causes(world.rep) == [
        ("appointment_made", date(2026, 3, 2), date(2026, 4, 1)),
        ("appointment_made", date(2026, 3, 2), None),
    ]


def test_one_query_for_many_reps(world):
    from sqlalchemy import event

    make_series(world)
    reps = [world.rep.id, world.peer.id, world.stranger.id]
    db.session.rollback()
    statements = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    found = occurrences(db.session(), reps, date(2026, 3, 1), date(2026, 3, 31))
    assert len(found) == 5
    assert len([s for s in statements if s.startswith("SELECT")]) == 1
    assert len({o.key for o in found}) == 5


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY", "FREQ=SECONDLY;COUNT=5", "FREQ=DAILY;BYHOUR=9", "FREQ=WEEKLY;BYDAY=1TU", "BYDAY=TU", "nonsense",
        "FREQ=WEEKLY;COUNT=3;UNTIL=20270101", "FREQ=DAILY;COUNT=1001", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;UNTIL=2027",
        "FREQ=DAILY;UNTIL=99991231", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYDAY=MO", "FREQ=MONTHLY;BYSETPOS=1", "FREQ=WEEKLY;FREQ=DAILY", "FREQ=WEEKLY;BYDAY=TÜ",
        "FREQ=DAILY;UNTIL=20260229", "FREQ=DAILY;COUNT=٣",
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_used_is_refused(world, rule):
    answer = world.call(world.rep, "POST", "/appointments", weekly(rrule=rule))
    assert (answer.status_code, pointers(answer)) == (422, ["/rrule"])
    assert listed(world) == []


def test_rules_by_hand():
    """Tuesday 3 March 2026 is the first Tuesday of its month."""
    first, nine, boston = date(2026, 3, 3), time(9), "America/New_York"

    def expand(text, until):
        return [
            day.isoformat() for day in days(normal(text, first, nine, boston), first, first, date.fromisoformat(until))
        ]

    assert expand("FREQ=DAILY;INTERVAL=10", "2026-03-31") == ["2026-03-03", "2026-03-13", "2026-03-23"]
    assert expand("freq=monthly;byday=1TU", "2026-05-31") == ["2026-03-03", "2026-04-07", "2026-05-05"]
    assert expand("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2", "2026-05-01") == ["2026-03-03", "2026-04-02"]
    assert expand("FREQ=YEARLY", "2028-12-31") == ["2026-03-03", "2027-03-03", "2028-03-03"]
    # calendars write the end in UTC: 13:00Z on 17 March is 09:00 in Boston, a second earlier is too early
    assert len(expand("FREQ=WEEKLY;UNTIL=20260317T130000Z", "2026-12-31")) == 3
    assert len(expand("FREQ=WEEKLY;UNTIL=20260317T125959Z", "2026-12-31")) == 2
    assert last_day(normal("FREQ=WEEKLY;COUNT=3", first, nine, boston), first) == date(2026, 3, 17)
    assert last_day(normal("FREQ=WEEKLY", first, nine, boston), first) is None
    with pytest.raises(RuleError, match="not one of its days"):
        normal("FREQ=WEEKLY;BYDAY=WE", first, nine, boston)
