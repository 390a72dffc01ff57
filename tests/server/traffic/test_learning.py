"""Speeds learned from logged drives, the figures worked out by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from server.activities.models import Activity
from server.core.database import db, writing
from server.core.ids import new_id
from server.identity.models import User
from server.reps.models import Rep
from server.traffic.drives import Drive, drives_of
from server.traffic.learning import learned, stage, stepped
from server.traffic.models import LearnedSpeeds
from server.traffic.service import put
from server.worker import clock
from tests import factories as make
from tests.server.plans.planned import Company
from tests.server.plans.test_limits_and_links import change, rep_path
from tests.server.traffic.conftest import settings
from tests.server.world import causes

MON = date(2026, 2, 2)
RUSH = {"weekdays": [0, 1, 2, 3, 4], "from": "07:00", "to": "09:00", "percent": 80}
LATE = {"weekdays": [0, 1, 2, 3, 4], "from": "15:00", "to": "18:00", "percent": 77}


def workday(n: int) -> date:
    """The n-th from Monday 2 February on."""
    return MON + timedelta(days=n // 5 * 7 + n % 5)


def drives(count: int, percent: float, days: int = 5, hour: int = 8) -> list[Drive]:
    return [Drive(workday(n % days), 60 * hour, percent) for n in range(count)]


# -- how much is learned ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("logged", "percent"),
    [
        (drives(20, 60), 70),  # (20 * 60 + 20 * 80) / 40
        (drives(60, 60), 65),  # (60 * 60 + 20 * 80) / 80
        (drives(19, 60), 80),  # one too few
        (drives(20, 60, days=4), 80),  # enough, but of four days only
        (
            drives(21, 60) + drives(19, 149),
            67,
        ),  # the median of 40 is 60, whatever the others: (2400 + 1600) / 60 = 66.67
        (drives(40, 60, hour=12), 80),  # at another time of the day
        ([Drive(date(2026, 2, 7 + 7 * n), 480, 60) for n in range(3)] * 10, 80),  # on Saturdays
        (drives(980, 20), 30),  # 21.2: nobody believes less than 30
    ],
)
def test_the_median_counts_as_much_as_there_are_drives(logged, percent):
    (band,) = learned([RUSH], logged)
    assert band["percent"] == percent


def test_bands_are_learned_apart_and_say_from_how_many_drives():
    bands = learned([RUSH, LATE], drives(20, 60) + drives(5, 40, hour=16))
    assert bands == [RUSH | {"percent": 70, "drives": 20}, LATE | {"drives": 5}]


def test_the_end_of_a_band_belongs_to_the_next():
    logged = [Drive(workday(n), 60 * 9, 60) for n in range(20)]
    assert learned([RUSH], logged)[0]["drives"] == 0
    assert learned([RUSH | {"from": "09:00", "to": "10:00"}], logged)[0]["drives"] == 20


@pytest.mark.parametrize(
    ("wanted", "now"),
    [((70, 77), (75, 77)), ((96, 60), (85, 72)), ((78, 77), (78, 77)), ((79, 78), (80, 77)), ((79, 75), (79, 75))],
)
def test_a_look_changes_little_and_next_to_nothing_not_at_all(wanted, now):
    """From 80 and 77: five points at most, and where none changes by two, none changes."""
    before, after = [RUSH, LATE], [RUSH | {"percent": wanted[0]}, LATE | {"percent": wanted[1]}]
    assert tuple(band["percent"] for band in stepped(before, after)) == now


# -- what is a drive --------------------------------------------------------------------------------------------------

# The accounts are 0.05 degrees apart, 5.55975 km: 0.6 + 1.86 * 5.55975 = 10.941 minutes, 656 s on empty roads.
FREE = 656


def log_visit(
    acme: Company, account: Any, begins: datetime, minutes: int | None = 30, status: str = "completed"
) -> None:
    with writing() as session:
        session.add(
            Activity(
                client_id=new_id(), author_id=acme.user.id, content_hash="-", rep_id=acme.rep.id, channel="visit",
                account_id=account.id, status=status, happened_at=begins, timezone="America/New_York",
                ended_at=None if minutes is None else begins + timedelta(minutes=minutes), local_day=begins.date(),
            )
        )  # fmt: skip


@pytest.fixture
def far(acme: Company) -> Company:
    """A second account, far enough away to learn something from the drive."""
    first = acme.accounts[0]
    acme.accounts.append(
        make.account(owner_id=acme.rep.id, lat=first.lat + 0.05, lon=first.lon, active_from=date(2026, 3, 2))
    )
    return acme


def at(day: date, text: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{text}:00-05:00")


def found(acme: Company) -> list[tuple[int, float]]:
    db.session.rollback()
    return [
        (d.middle, round(d.percent, 2))
        for d in drives_of(db.session(), db.session.get_one(Rep, acme.rep.id), date(2026, 3, 2))
    ]


def test_a_drive_is_from_the_end_of_a_visit_to_the_beginning_of_the_next(far):
    """Left at 8:00 and there at 8:20: 1200 s, so 656 / 1200 = 54.67 % at 8:10."""
    log_visit(far, far.accounts[0], at(MON, "07:30"))
    log_visit(far, far.accounts[1], at(MON, "08:20"))
    assert found(far) == [(490, 54.67)]


def test_parking_is_no_driving(far):
    """Of the 1200 s three minutes: 656 / 1020."""
    change(far, f"/accounts/{far.accounts[1].id}", access_minutes=3)
    log_visit(far, far.accounts[0], at(MON, "07:30"))
    log_visit(far, far.accounts[1], at(MON, "08:20"))
    assert found(far) == [(490, 64.31)]


def test_one_tap_alone_says_neither_when_it_began_nor_when_it_ended(far):
    log_visit(far, far.accounts[0], at(MON, "07:30"), minutes=None)
    log_visit(far, far.accounts[1], at(MON, "08:20"))
    log_visit(far, far.accounts[0], at(MON, "09:10"), minutes=None)
    assert found(far) == []


def test_two_taps_on_arrival_and_when_done_say_both(far):
    for account, there, done in ((far.accounts[0], "07:30", "08:00"), (far.accounts[1], "08:20", "08:50")):
        log_visit(far, account, at(MON, there), minutes=None, status="started")
        log_visit(far, account, at(MON, done), minutes=None)
    assert found(far) == [(490, 54.67)]


@pytest.mark.parametrize(
    ("arrives", "kept"),
    [
        ("08:07", False),  # 420 s: faster than one and a half times
        ("08:08", True),  # 480 s: 136.67 %
        ("08:36", True),  # 2160 s: 30.37 %
        ("08:37", False),  # 2220 s: 29.5 %
        ("12:30", False),
    ],
)
def test_what_was_no_plain_drive_is_left_out(far, arrives, kept):
    log_visit(far, far.accounts[0], at(MON, "07:30"))
    log_visit(far, far.accounts[1], at(MON, arrives))
    assert bool(found(far)) is kept


def test_ways_that_may_hold_the_break_are_left_out_slow_or_not(far):
    """The break is 30 minutes and begins between 11:30 and 12:30, so it is over by 13:00."""
    change(far, rep_path(far), break_from="11:30", break_until="12:30", break_minutes=30)
    for day, (left, there) in enumerate(
        [("11:10", "11:30"), ("11:11", "11:31"), ("12:59", "13:19"), ("13:00", "13:20")]
    ):
        log_visit(far, far.accounts[0], at(workday(day), left) - timedelta(minutes=30))
        log_visit(far, far.accounts[1], at(workday(day), there))
    assert [middle for middle, _ in found(far)] == [680, 790]


def test_neighbours_the_other_side_of_the_night_and_what_is_withdrawn_say_nothing(far):
    near = make.account(owner_id=far.rep.id, lat=far.accounts[0].lat + 0.005, lon=far.accounts[0].lon)  # 96 s
    log_visit(far, far.accounts[0], at(MON, "07:30"))
    log_visit(far, near, at(MON, "08:03"))
    log_visit(far, far.accounts[1], at(MON + timedelta(days=1), "08:20"))
    assert found(far) == []
    log_visit(far, far.accounts[0], at(date(2025, 8, 1), "07:30"))  # half a year ago
    log_visit(far, far.accounts[1], at(date(2025, 8, 1), "08:20"))
    assert found(far) == []


# -- the job ----------------------------------------------------------------------------------------------------------


def slow_weeks(acme: Company, days: int = 20) -> None:
    """On each workday of February one drive at 54.67 % at 8:10."""
    for n in range(days):
        log_visit(acme, acme.accounts[0], at(workday(n), "07:30"))
        log_visit(acme, acme.accounts[1], at(workday(n), "08:20"))


def rush(acme: Company) -> int:
    told = acme.call("GET", f"/reps/{acme.rep.id}/speeds").json
    (percent,) = [band["percent"] for band in told["bands"] if band["from"] == "07:00" and 0 in band["weekdays"]]
    return int(percent)


def learn() -> Any:
    """As `flask speeds learn` does."""
    job = stage()
    with writing() as session:
        return job(session)


def look(acme: Company) -> bool:
    return "speeds" in clock.look(acme.app, "far:1:a")


def test_the_worker_learns_once_a_week_in_small_steps_and_plans_follow(far, time):
    """(20 * 54.67 + 20 * 80) / 40 = 67.3: to 67 by way of 75 and 70."""
    settings(far, traffic="learned")
    slow_weeks(far)
    assert rush(far) == 80
    seen = []
    for _ in range(4):
        assert look(far) is True
        assert look(far) is False  # once in a week
        seen.append(rush(far))
        time.shift(timedelta(days=7))
    assert seen == [75, 70, 67, 67]
    assert [kind for kind, _, _ in causes(far.rep)].count("speeds_learned") == 3
    far.plan()
    label = far.published()["speeds"]
    assert label == {
        "source": "learned", "area": "town", "version": 3, "said_by": "company", "prior": "default 1", "drives": 20,
        "since": "2026-02-02", "until": "2026-02-27",
    }  # fmt: skip
    (table,) = [one for one in far.call("GET", "/speed-tables", who=far.manager).json["items"] if one["area"] == "town"]
    (row,) = table["learned"]
    assert (row["team_id"], row["basis"], row["drives"], row["in_use"], row["version"]) == (
        None,
        "estimate",
        20,
        True,
        3,
    )
    assert {band["from"]: band["drives"] for band in row["bands"] if 0 in band["weekdays"]}["07:00"] == 20


def test_a_week_missed_is_made_up_for_and_a_look_that_fails_has_changed_nothing(far, time):
    settings(far, traffic="learned")
    slow_weeks(far)
    job = stage()
    with pytest.raises(ZeroDivisionError), writing() as session:
        job(session)
        session.flush()
        raise ZeroDivisionError  # as if the process had ended here
    db.session.rollback()
    assert db.session.query(LearnedSpeeds).count() == 0
    assert causes(far.rep)[-1][0] != "speeds_learned"
    time.shift(timedelta(days=3))  # on Thursday the worker is back
    assert look(far) is True
    assert rush(far) == 75


def test_the_same_log_teaches_the_same(far):
    settings(far, traffic="learned")
    slow_weeks(far)
    first, second = stage(), stage()
    for job in (first, second):
        with writing() as session:
            job(session)
    db.session.rollback()
    assert db.session.query(LearnedSpeeds).one().bands[1]["percent"] == 70  # two steps of one way


def test_nothing_is_learned_where_nobody_asked_or_too_little_is_known(far):
    slow_weeks(far, days=19)
    assert look(far) is True
    assert db.session.query(LearnedSpeeds).count() == 0  # traffic is off
    settings(far, traffic="learned")
    learn()
    told = far.call("GET", f"/reps/{far.rep.id}/speeds").json
    assert (told["source"], told["version"]) == ("default", 1)  # 19 drives are noted, and change nothing
    assert db.session.query(LearnedSpeeds).one().drives == 19


def test_what_was_learned_of_another_table_does_not_hold(far):
    settings(far, traffic="learned")
    slow_weeks(far)
    job = stage()
    put(User(role="admin"), "town", [RUSH | {"percent": 90}], expect=lambda _: None)
    with writing() as session:
        assert job(session) == []  # somebody wrote another table meanwhile
    learn()
    assert rush(far) == 85  # a step from 90 towards (20 * 54.67 + 20 * 90) / 40 = 72
    put(User(role="admin"), "town", [RUSH | {"percent": 60}], expect=lambda _: None)
    assert rush(far) == 60


def test_an_area_is_a_kind_within_a_team(far):
    """Another team of the same kind drives at full speed: each goes its own way, from what all say together."""
    settings(far, traffic="learned")
    slow_weeks(far)
    other = make.rep(make.team().id)
    mine = far.rep
    far.rep = other
    for n in range(20):
        log_visit(far, far.accounts[0], at(workday(n), "07:30"))
        log_visit(far, far.accounts[1], at(workday(n), "08:11"))  # 660 s: 99.39 %
    far.rep = mine
    for _ in range(4):
        learn()
    db.session.rollback()
    told = {row.team_id: row.bands[1]["percent"] for row in db.session.query(LearnedSpeeds)}
    # all: the median of 20 at 54.67 and 20 at 99.39 is 77.03, (40 * 77.03 + 20 * 80) / 60 = 78.02; own: (54.67 + 78) / 2 = 66.3,
    # (99.39 + 78) / 2 = 88.7.  From 80 to 78, and in steps of five to 66 and 89.
    assert told == {None: 78, mine.team_id: 66, other.team_id: 89}
    assert rush(far) == 66
    (table,) = [one for one in far.call("GET", "/speed-tables", who=far.manager).json["items"] if one["area"] == "town"]
    assert [row["team_id"] for row in table["learned"]] == [
        None,
        str(mine.team_id),
    ]  # nothing of a team that is foreign
