"""What a repair does with visits that people asked for, and what it says of those that it leaves to the next search.

Places lie on a line, minutes of driving from home at 0.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.calendar import DateRange, TimeWindow
from planner.check import check
from planner.plan import Reason
from planner.problem import Appointment, MustVisit, Problem
from planner.repair import repair
from planner.solve import solve
from tests.planner.generate import random_problem
from tests.planner.small import HOUR, MINUTE, MONDAY, at, between, problem, week, workday
from tests.planner.test_repair import TUESDAY, due, published


def stops(plan) -> dict[str, list[str]]:
    return {
        f"{route.date:%a}": [stop.site for stop in route.stops if stop.site] for route in plan.routes if route.stops
    }


def test_a_must_visit_takes_the_place_of_another_visit_at_once():
    """One stop a day on Monday and Tuesday, both taken; the school is asked for on Tuesday, so the shop there leaves."""
    p, plan = published(problem([0, 5, 10, 15], [due("bar", 1), due("shop", 2)], week(2, max_stops=1)))
    before = stops(plan)
    school = due("school", 3, cadence=None, credited=())
    must = MustVisit("m", "school", DateRange(TUESDAY, TUESDAY))
    changed = replace(p, sites=(*p.sites, school), must_visits=(must,))
    after = repair(changed, plan)
    assert stops(after) == {"Mon": before["Mon"], "Tue": ["school"]}
    assert check(changed, after, reasons=False).ok
    [left] = [entry for entry in after.unplanned if entry.site in before["Tue"]]
    assert left.reason is Reason.DAY_FULL


def test_a_visit_asked_for_just_before_the_own_one_takes_its_place():
    """Every four weeks, on a Thursday: 5 March and 2 April. Tuesday 3 March is asked for, after which a visit on the 5th would not be
    credited: it makes way, while that of 2 April, 30 days after the 3rd, stays."""
    thursdays = [workday(MONDAY + timedelta(days=days)) for days in (3, 31)]
    p, plan = published(problem([0, 5], [due("shop", 1)], thursdays))
    assert [route.date for route in plan.routes] == [date(2026, 3, 5), date(2026, 4, 2)]
    must = MustVisit("m", "shop", DateRange(TUESDAY, TUESDAY))
    changed = replace(p, workdays=(workday(TUESDAY), *thursdays), must_visits=(must,))
    after = repair(changed, plan, [TUESDAY])  # even where nothing else is added to that day
    assert [route.date for route in after.routes if route.stops] == [date(2026, 3, 3), date(2026, 4, 2)]
    assert check(changed, after, reasons=False).ok
    assert [(entry.site, entry.reason) for entry in after.unplanned] == []


def test_where_the_day_has_no_room_for_it_the_own_one_stays():
    """The same, but on that Tuesday a training takes the whole day."""
    thursdays = [workday(MONDAY + timedelta(days=days)) for days in (3, 31)]
    p, plan = published(problem([0, 5], [due("shop", 1)], thursdays))
    training = Appointment("training", "ann", TUESDAY, TimeWindow(at(8), at(8)), 9 * HOUR, place=0)
    must = MustVisit("m", "shop", DateRange(TUESDAY, TUESDAY))
    changed = replace(p, workdays=(workday(TUESDAY), *thursdays), must_visits=(must,), appointments=(training,))
    after = repair(changed, plan)
    visits = [route.date for route in after.routes if any(stop.site for stop in route.stops)]
    assert visits == [date(2026, 3, 5), date(2026, 4, 2)]
    assert [entry.request for entry in after.unplanned] == ["m"]


def test_a_must_visit_does_not_drive_out_another():
    """Both were asked for on Monday, where there is one stop: the second one waits, with its reason."""
    first = MustVisit("m1", "bar", DateRange(MONDAY, MONDAY))
    sites = [due("bar", 1, cadence=None, credited=()), due("school", 2, cadence=None, credited=())]
    p, plan = published(problem([0, 5, 10], sites, week(1, max_stops=1), must_visits=(first,)))
    assert stops(plan) == {"Mon": ["bar"]}
    changed = replace(p, must_visits=(first, MustVisit("m2", "school", DateRange(MONDAY, MONDAY))))
    after = repair(changed, plan)
    assert stops(after) == {"Mon": ["bar"]}
    [left] = [entry for entry in after.unplanned if entry.request == "m2"]
    assert left.reason is Reason.DAY_FULL


def waits() -> tuple[Problem, Problem]:
    """Before and after the café's opening hours change.

    Monday 8:00 to 12:00, both ten minutes away.  The café at 8:10 for 50 min, the bar was told 11:00 for 50 min, home at
    12:00.  Now the café opens at 11:00: it fits only after the bar has been visited, which would have to be before 10:00.
    """
    days = [workday(end=at(12))]
    cafe = due("cafe", 1, service=50 * MINUTE, hours=(between(at(8, 10), at(8, 10)),) * 7, miss_price=90 * MINUTE)
    bar = due("bar", 1, service=50 * MINUTE, hours=(between(at(11), at(11)),) * 7, miss_price=90 * MINUTE)
    told = problem([0, 10], [cafe, bar], days)
    later = replace(cafe, hours=(between(at(11), at(11)),) * 7)
    whenever = replace(bar, hours=None)
    return told, replace(told, sites=(later, whenever))


def test_what_fits_only_before_promised_times_waits_for_the_next_search():
    told, later = waits()
    p, plan = published(told)
    assert stops(plan) == {"Mon": ["cafe", "bar"]}
    changed = replace(later, base=p.base)
    after = repair(changed, plan)
    assert stops(after) == {"Mon": ["bar"]}
    [left] = [entry for entry in after.unplanned if entry.site == "cafe"]
    # no more driving, but the bar from 8:10 to 9:00 and then two hours of waiting, a tenth of which counts
    assert (left.reason, left.cost) == (Reason.NEXT_SEARCH, 12 * MINUTE)
    assert "next search" in left.detail
    assert check(changed, after).ok
    assert stops(solve(changed, seed=1, iterations=200)) == {"Mon": ["bar", "cafe"]}


def test_it_is_no_reason_for_what_does_not_fit():
    told, _ = waits()
    p, plan = published(replace(told, workdays=(workday(end=at(12), max_stops=1),)))
    wrong = tuple(replace(e, reason=Reason.NEXT_SEARCH) if e.request else e for e in plan.unplanned)
    found = check(p, replace(plan, unplanned=wrong))
    assert [violation.rule for violation in found.violations] == ["reason"]


@pytest.mark.parametrize("seed", range(12))
def test_a_search_leaves_nothing_to_the_next_one(seed):
    plan = solve(random_problem(seed), seed=seed, iterations=300)
    assert Reason.NEXT_SEARCH not in {entry.reason for entry in plan.unplanned}
