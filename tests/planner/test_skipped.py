"""A visit that is skipped goes where others start when they were told; others make way a little only where it is worth that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from planner.cadence.policy import Cadence
from planner.check import check
from planner.plan import Objective, Plan, Reason, StopKind
from planner.problem import PlacedVisit, Problem
from planner.proposals import SkipVisit, price
from planner.repair import repair
from planner.repair.fewest import SHIFT_PRICE
from planner.solve import solve
from planner.tasks import visit_task
from planner.timing import as_told, time_route
from tests.planner.generate import company
from tests.planner.small import MINUTE, MONDAY, at, problem, site, workday

TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
FOUR_WEEKS = Cadence(interval_days=28)


def skipped(told: int, worth: int, *others, ends: int = at(10, 45)) -> tuple[Problem, Plan]:
    """The hour at a, 10 min to the west, is skipped on Monday.  On Tuesday b, 10 min to the east, is told its half hour.

    Where Tuesday ends at 10:45 there is time for a only before b, who is then visited at 9:30; it takes 20 min more of driving."""
    history = {"cadence": FOUR_WEEKS, "credited": (MONDAY - timedelta(days=28),)}
    rows = [
        site("a", 1, service=60 * MINUTE, miss_price=worth, **history),
        site("b", 2, **history),
    ]
    days = [workday(), workday(TUESDAY, end=ends), *others]
    p = problem([10, 0, 20], rows, days)
    tasks = [
        as_told(visit_task(row, day, f"{row.id}#1"), start)
        for row, day, start in zip(rows, days, (at(9), told), strict=False)
    ]
    routes = [time_route(p, day, [task]) for day, task in zip(days, tasks, strict=False)]
    p = replace(p, base=tuple(PlacedVisit(r.stops[0].site, "ann", r.date, r.stops[0].start) for r in routes))
    return SkipVisit("a", MONDAY).applied(p, plan := Plan(tuple(routes), (), Objective())), plan


def visits(plan: Plan) -> list[tuple]:
    return [(r.date, s.site, s.start) for r in plan.routes for s in r.stops]


@pytest.mark.parametrize(
    ("worth", "stand"),
    [
        # b half an hour later: 7,200 and 1,800 s beside the 1,200 of driving.  Of the window, 25 February to 7 March, 7 of 11 days
        # are in the horizon or before it: the visit is worth 10,200 and 10,201 s.
        (16_029, [(TUESDAY, "b", at(9))]),
        (16_031, [(TUESDAY, "a", at(8, 10)), (TUESDAY, "b", at(9, 30))]),
    ],
)
def test_others_start_later_only_where_it_is_worth_that(worth, stand):
    p, plan = skipped(at(9), worth)
    after = repair(p, plan)
    assert visits(after) == stand
    assert [u.reason for u in after.unplanned] == [Reason.NEXT_SEARCH] * (len(stand) == 1)
    assert check(p, after, reasons=False).ok


def test_rather_a_day_on_which_nobody_starts_later():
    """On Tuesday b would be visited ten minutes later, within what customers put up with; Wednesday costs as much driving."""
    p, plan = skipped(at(9, 20), 20_000, workday(WEDNESDAY))
    assert visits(repair(p, plan)) == [(TUESDAY, "b", at(9, 20)), (WEDNESDAY, "a", at(8, 10))]
    p, plan = skipped(at(9, 20), 20_000)
    assert visits(repair(p, plan)) == [(TUESDAY, "a", at(8, 10)), (TUESDAY, "b", at(9, 30))]


def test_rather_behind_the_others():
    p, plan = skipped(at(9), 20_000, ends=at(17))
    assert visits(repair(p, plan)) == [(TUESDAY, "b", at(9)), (TUESDAY, "a", at(9, 50))]


@pytest.mark.parametrize("seed", range(6))
def test_companies(seed):
    """What a repair gains by the visit's new place is more than what others start later for."""
    rng = Random(f"skipped {seed}")
    p = company(seed, accounts=80, days=8)
    plan = solve(p, iterations=800)
    there = [(s.site, r.rep, r.date, s.start) for r in plan.routes for s in r.stops if s.kind is StopKind.VISIT]
    p = replace(p, base=tuple(PlacedVisit(*one) for one in there))
    for name, _, day, _ in rng.sample(there, 6):
        q = SkipVisit(name, day).applied(p, plan)
        after = repair(q, plan)
        now = {(s.site, r.date): s.start for r in after.routes for s in r.stops}
        off = [abs(now[one, on] - start) for one, _, on, start in there if (one, on) in now]
        late = [seconds for seconds in off if seconds > p.params.lock_slack]
        worth = next(one for one in p.sites if one.id == name).miss_price + p.params.churn_price
        assert SHIFT_PRICE * len(late) + sum(off) < worth * (1 + p.params.miss_growth_most_percent / 100)
        assert check(q, after, reasons=False).ok
        told = price(p, plan, SkipVisit(name, day))
        assert len(told.shifts) * SHIFT_PRICE < worth * 2
