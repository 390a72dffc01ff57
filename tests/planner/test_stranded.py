"""A visit that is locked on a day off of its rep is left out and said: it neither disappears nor makes the plan fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import DateRange
from planner.check import check
from planner.errors import ProblemError
from planner.explain import why_not
from planner.plan import Plan, Reason, StopKind
from planner.problem import PlacedVisit, Problem
from planner.repair import repair
from planner.solve import solve
from tests.planner.generate import ALL_FEATURES, random_problem
from tests.planner.small import MONDAY, problem, site, week, workday

THURSDAY = MONDAY + timedelta(days=3)
FOUR_WEEKS = Cadence(interval_days=28)
WEEK = DateRange(MONDAY, MONDAY + timedelta(days=4))


def asked(*days: date, rep: str = "ann", on: date = THURSDAY, cadence: Cadence | None = FOUR_WEEKS):
    """Ann works on these days; a is due on Monday (without a cadence: only as locked)."""
    row = site("a", 1, cadence=cadence, credited=(MONDAY - timedelta(days=28),))
    return problem([0, 10], [row], [workday(day) for day in days], horizon=WEEK, locked=(PlacedVisit("a", rep, on),))


def stops(plan: Plan) -> list[tuple[date, str | None]]:
    return [(route.date, stop.site) for route in plan.routes for stop in route.stops]


@pytest.mark.parametrize("made", [lambda p: solve(p, iterations=50), lambda p: repair(p, solve(p, iterations=50))])
@pytest.mark.parametrize(("cadence", "planned"), [(FOUR_WEEKS, [(MONDAY, "a")]), (None, [])])
def test_it_is_left_out_because_the_rep_is_away_and_the_cadence_goes_on(made, cadence, planned):
    p = asked(MONDAY, cadence=cadence)
    plan = made(p)
    assert stops(plan) == planned
    (entry,) = plan.unplanned
    assert (entry.site, entry.reason, entry.days) == ("a", Reason.REP_AWAY, (THURSDAY,))
    assert entry.detail == (
        "It is fixed on Thursday 5 March, when its rep does not work: fix it on another day, or let the rep work then."
    )
    assert check(p, plan).ok


def test_the_checker_wants_it_said():
    p = asked(MONDAY)
    plan = solve(p, iterations=50)
    silent = check(p, replace(plan, unplanned=()))
    assert [(v.rule, v.date, v.subject) for v in silent.violations] == [("locked", THURSDAY, "a")]
    (entry,) = plan.unplanned
    false = check(p, replace(plan, unplanned=(replace(entry, reason=Reason.DAY_FULL),)))
    assert [(v.rule, v.subject) for v in false.violations] == [("reason", entry.request)]


def test_a_day_off_entered_later_and_taken_back():
    """The repair takes the visit away, says so, and puts it back when the rep works after all."""
    working = asked(MONDAY, THURSDAY, cadence=None)
    plan = solve(working, iterations=50)
    assert stops(plan) == [(THURSDAY, "a")]
    away = asked(MONDAY, cadence=None)
    without = repair(away, plan)
    assert stops(without) == []
    assert [(e.reason, e.days) for e in without.unplanned] == [(Reason.REP_AWAY, (THURSDAY,))]
    again = repair(working, without)
    assert (stops(again), again.unplanned) == ([(THURSDAY, "a")], ())
    for p, made in ((away, without), (working, again)):
        assert check(p, made).ok


def test_a_repair_that_leaves_the_site_alone_says_it_too():
    """b's visit stays as it is; only the lock of its second one, on a day on which nothing stood, has lost its workday."""
    p = asked(MONDAY)
    plan = solve(p, iterations=50)
    before = replace(plan, unplanned=())
    assert repair(p, before).unplanned == plan.unplanned
    assert repair(p, plan).unplanned == plan.unplanned


def test_the_smallest_change_is_to_work_then():
    p = asked(MONDAY)
    (found,) = why_not(p, solve(p, iterations=50), "a")
    (one,) = found.admissions
    # a day of nine hours at the price of overtime: 32,400 s at 150 %
    assert (one.change.kind, one.rep, one.date, one.effort) == ("work_on", "ann", THURSDAY, 48_600)
    assert (THURSDAY, "a") in stops(one.plan)


@pytest.mark.parametrize(
    ("rep", "on", "pointer", "words"),
    [
        ("zoe", THURSDAY, "/locked/0/rep", "there is no rep zoe: lock the visit to a with one of ann, or give zoe a workday"),
        ("ann", THURSDAY + timedelta(days=7), "/locked/0/date", "2026-03-12 is outside the horizon"),
    ],
)  # fmt: skip
def test_what_can_never_be_is_refused(rep, on, pointer, words):
    with pytest.raises(ProblemError) as raised:
        asked(MONDAY, rep=rep, on=on)
    assert (raised.value.pointer, raised.value.message) == (pointer, words)


def test_a_rep_on_leave_all_the_time_is_known_by_what_is_theirs():
    """zoe works on no day, and owns b: her lock at a is left out.  Where nobody works at all no rep is known."""
    rows = [site("a", 1), site("b", 1, owner="zoe")]
    p = problem([0, 10], rows, week(1), horizon=WEEK, locked=(PlacedVisit("a", "zoe", MONDAY),))
    assert [(e.site, e.reason) for e in solve(p, iterations=50).unplanned if e.days] == [("a", Reason.REP_AWAY)]
    plan = solve(asked(), iterations=50)
    assert [(e.reason, e.days) for e in plan.unplanned if e.days == (THURSDAY,)] == [(Reason.REP_AWAY, (THURSDAY,))]


@pytest.mark.parametrize("seed", range(30))
def test_random_problems_with_days_off_entered_later(seed):
    """Each lock stands, or has an entry of its own where its rep is away, after a search and after a repair; all is accepted."""
    rng = Random(f"stranded {seed}")
    features = {"locked", *rng.sample(sorted(ALL_FEATURES), len(ALL_FEATURES) // 2)}
    p = random_problem(seed, reps=rng.choice([1, 2]), features=features)
    plan = solve(p, iterations=60, seed=seed)
    off = {rng.choice(p.workdays).date, *(lock.date for lock in p.locked[:1])}
    away = replace(p, workdays=tuple(day for day in p.workdays if day.date not in off))
    for made, reasons in ((repair(away, plan), False), (solve(away, iterations=60, seed=seed), True)):
        assert not check(away, made, reasons).violations
        _all_said(away, made)


def _all_said(p: Problem, plan: Plan) -> None:
    visits = {(s.site, r.rep, r.date) for r in plan.routes for s in r.stops if s.kind is StopKind.VISIT}
    days = {(day.rep, day.date) for day in p.workdays}
    said = [(e.site, e.days) for e in plan.unplanned if e.reason is Reason.REP_AWAY and "@" in (e.request or "")]
    off = [(lock.site, (lock.date,)) for lock in p.locked if (lock.rep, lock.date) not in days]
    assert sorted(said) == sorted(off)
    assert not [
        lock for lock in p.locked if (lock.site, lock.rep, lock.date) in visits and (lock.rep, lock.date) not in days
    ]
