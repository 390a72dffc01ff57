"""From a table to what the planner drives by: leaving later never arrives earlier, clock changes, several reps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from planner.check.road import drive
from planner.io import problem_to_json
from planner.timing import pace_on
from planner.travel import SpeedBand
from server.company.models import Company as Settings
from server.core.clock import now
from server.core.database import db
from server.plans.bridge.speeds import area_on, joined_speeds, usual_percent, with_clock_changes
from server.plans.bridge.team import build_colleagues_problem
from server.reps.models import Rep
from server.traffic.schemas import OwnTableSchema
from tests import factories as make
from tests.planner.small import problem, site, workday
from tests.server.plans.planned import Company
from tests.server.traffic.conftest import settings

ZONE = "America/New_York"
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)  # Sundays of 23 and 25 hours
HOUR = 3600
SUNDAY = {"weekdays": [6], "from": "07:00", "to": "09:00", "percent": 50}


def accepted(rng: Random) -> list[dict[str, Any]]:
    """A table as the API takes it: bands of any length and speed on some weekdays, one after the other."""
    bands = []
    for weekdays in ([0, 1, 2, 3, 4], [5], [6]):
        edges = sorted(rng.sample(range(0, 24 * 60 + 1, 5), 2 * rng.randint(0, 6)))
        bands += [
            {"weekdays": weekdays, "from": clock(first), "to": clock(last), "percent": rng.randint(10, 300)}
            for first, last in zip(edges[::2], edges[1::2], strict=True)
        ]
    return list(OwnTableSchema().load({"bands": bands})["bands"])


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@pytest.mark.parametrize("seed", range(60))
def test_leaving_later_never_arrives_earlier_whatever_table_the_api_takes(seed):
    """On every weekday and on days with a clock change; the search's arithmetic and the checker's say the same."""
    rng = Random(seed)
    bands = accepted(rng)
    days = [date(2026, 3, 2) + timedelta(days=n) for n in range(7)] + [SPRING, AUTUMN]
    speeds = with_clock_changes(bands, days, ZONE)
    asked = problem([0, 1], [site("a", 1)], [workday()], speeds=speeds)
    for day in days:
        area = area_on(bands, day, ZONE)
        pace = pace_on(asked, day, area)
        road = tuple(band for band in speeds if band.area == area and day.weekday() in band.weekdays)
        for _ in range(15):
            leave, later, way = rng.randrange(86_400), rng.randrange(1, 3_000), rng.randrange(1, 12_000)
            first, second = (drive(road, t, way, []).arrival for t in (leave, leave + later))
            assert first <= second
            if pace is not None:
                assert (first, second) == (pace.arrive(leave, way), pace.arrive(leave + later, way))


def hours(speeds: tuple[SpeedBand, ...], area: str, weekday: int) -> list[tuple[float, float]]:
    return [(b.start / HOUR, b.end / HOUR) for b in speeds if b.area == area and weekday in b.weekdays]


def test_bands_are_on_the_clock_on_days_of_23_and_25_hours():
    """At 7:00 six hours have passed on the one and eight on the other."""
    speeds = with_clock_changes([SUNDAY], [SPRING, AUTUMN, date(2026, 3, 15)], ZONE)
    assert [area_on([SUNDAY], day, ZONE) for day in (SPRING, AUTUMN, date(2026, 3, 15))] == [
        "2026-03-08",
        "2026-11-01",
        "",
    ]
    assert hours(speeds, "", 6) == [(7, 9)]
    assert hours(speeds, "2026-03-08", 6) == [(6, 8)]
    assert hours(speeds, "2026-11-01", 6) == [(8, 10)]
    assert with_clock_changes([SUNDAY], [SPRING], "Asia/Tokyo") == with_clock_changes([SUNDAY], [], ZONE)


def test_what_the_clock_skips_is_skipped_and_what_it_repeats_is_longer():
    """02:00 to 03:00 is not there in spring; 01:00 to 02:00 in autumn begins at the first 1:00 and ends at the second 2:00."""
    night = [SUNDAY | {"from": "02:00", "to": "03:00"}, SUNDAY | {"from": "01:00", "to": "02:00"}]
    speeds = with_clock_changes(night, [SPRING, AUTUMN], ZONE)
    assert hours(speeds, "2026-03-08", 6) == [(1, 2)]
    assert hours(speeds, "2026-11-01", 6) == [(1, 3), (3, 4)]
    half = [SUNDAY | {"from": "01:30", "to": "02:30"}, SUNDAY | {"from": "03:10", "to": "04:00"}]  # 02:30 is 03:30
    assert hours(with_clock_changes(half, [SPRING], ZONE), "2026-03-08", 6) == [(1.5, 2.5), (2.5, 3)]


def test_whoever_tries_such_a_day_on_another_weekday_has_its_usual_bands():
    every = SUNDAY | {"weekdays": list(range(7))}
    speeds = with_clock_changes([every], [SPRING], ZONE)
    assert [hours(speeds, "2026-03-08", weekday) for weekday in (0, 5, 6)] == [[(7, 9)], [(7, 9)], [(6, 8)]]


def test_the_usual_speed_is_the_mean_of_the_working_hours():
    """8 to 17 from Monday to Friday: one of nine hours at 50 % is 94.4; on Sundays too, 7 to 9: (5 * 8.5 + 1) / (45 + 2) = 92.6."""
    rush = SUNDAY | {"weekdays": [0, 1, 2, 3, 4, 6]}
    rep = Rep(working_hours=make.WEEK, timezone=ZONE)
    assert usual_percent([rush], rep, Settings()) == 94
    rep.working_hours = {**make.WEEK, "6": ["07:00", "09:00"]}
    assert usual_percent([rush], rep, Settings()) == 93
    assert usual_percent([], rep, Settings()) == 100
    rep.working_hours = {"5": ["08:00", "09:00"]}
    assert usual_percent([rush], rep, Settings()) == 100


def test_reps_with_other_speeds_keep_theirs_in_one_problem():
    """Three parts: none, a table, and the same with a clock change.  Who has none keeps the area without a name."""
    band = SpeedBand(7 * HOUR, 9 * HOUR, 50)
    changed = (band, replace(band, start=6 * HOUR, area="2026-03-08"))
    parts = [
        problem([0, 1], [], [workday(rep="ann")], speeds=(band,)),
        problem([0, 1], [], [workday(rep="bob")]),
        problem([0, 1], [], [workday(rep="cid"), workday(SPRING, rep="cid", area="2026-03-08")], speeds=changed),
        problem([0, 1], [], [workday(rep="dan")], speeds=(band,)),
    ]
    joined = joined_speeds(parts)
    areas = [[day.area for day in days] for days in joined.workdays]
    assert areas == [["1"], [""], ["2", "2 2026-03-08"], ["1"]]
    assert [(b.start // HOUR, b.area) for b in joined.speeds] == [(7, "1"), (7, "2"), (6, "2 2026-03-08")]
    alone = joined_speeds(parts[:1])
    assert (alone.speeds, alone.workdays) == ((band,), [list(parts[0].workdays)])


def test_the_problem_of_a_team_has_the_areas_of_each_rep(app, time):
    from tests.server.plans.planned import company

    acme: Company = company(app, accounts=1)
    settings(acme, traffic="tables")
    mate = make.rep(acme.rep.team_id, area="city")
    asked, _ = build_colleagues_problem(db.session(), [acme.rep.id, mate.id], now=now())
    first = {day.rep: day for day in reversed(asked.workdays)}
    percents = {rep: pace_on(asked, day.date, day.area).percents for rep, day in first.items()}
    assert {rep: percents[1:4] for rep, percents in percents.items()} == {
        str(acme.rep.id): [92, 80, 88],
        str(mate.id): [85, 68, 78],
    }
    assert len(problem_to_json(asked)["speeds"]) == 2 * len({(b.start, b.end, b.weekdays) for b in asked.speeds})
