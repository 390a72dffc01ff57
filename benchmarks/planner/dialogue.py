"""What a planned rep's questions and changes cost: prices of changes, slots, and how much of the plan a new search keeps.

The company, its plan and the questions are those of benchmarks.proposals, which has the long form.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from benchmarks.proposals import ITERATIONS, KINDS, hand_overs, milliseconds, published, questions, reasons_for
from planner.calendar import TimeWindow
from planner.churn import churn
from planner.plan import Plan
from planner.problem import Appointment, Problem
from planner.repair import repair
from planner.solve import solve

ASKED = {"quick": 4, "fixed": 8, "full": 8}  # questions of each kind, on days that are full and on days with room
EXPLAINED = {"quick": 6, "fixed": 15, "full": 30}  # planned visits
HANDED = {"quick": 10, "fixed": 20, "full": 20}
SHAPES = {
    "quick": (1,),
    "fixed": (1, 2),
    "full": (1, 2),
}  # intervals so many times as long; the quick form has full days only
STEP = {"quick": 2, "fixed": 1, "full": 1}  # changes: every second one, or all
CHURN_PERCENT = 5  # the server's own (FIELDBEAT_PLAN_CHURN_PERCENT)
HALF_AN_HOUR = 1800


def figures(sample: str = "fixed", seed: int = 1) -> Mapping[str, float]:
    times: list[float] = []
    explained: list[float] = []
    handed: list[float] = []
    kept: list[float] = []
    unchanged = 0
    for longer in SHAPES[sample]:
        problem, plan = published(seed, longer)
        times += milliseconds(questions(problem, plan, random.Random(seed), ASKED[sample] + 1), warm=KINDS)
        visits = reasons_for(problem, plan, random.Random(seed), EXPLAINED[sample] + 1)
        explained += milliseconds(visits, warm=1)
        two = hand_overs(*published(seed, longer, reps=2), random.Random(seed), HANDED[sample] + 1)
        handed += milliseconds(two, warm=1)
        budget = replace(problem, params=replace(problem.params, churn_percent=CHURN_PERCENT))
        changes = islice(_changes(budget, plan, random.Random(seed)), 0, None, STEP[sample])
        kept += [_kept(changed, plan) for changed in changes]
        again = [solve(budget, seed=2, iterations=ITERATIONS, start=plan) for _ in range(2)]
        unchanged += again[0] != again[1]
    return {
        "price of a change or slots: ms, p95": statistics.quantiles(times, n=20)[-1],
        "why of a planned visit: ms, mean": statistics.mean(explained),
        "why of a planned visit: ms, p95": statistics.quantiles(explained, n=20, method="inclusive")[-1],
        "price of a hand-over, two reps: ms, p95": statistics.quantiles(handed, n=20, method="inclusive")[-1],
        "searched again after one change: % of later visits that keep their day, least": 100 * min(kept),
        "searched again after one change: the same, mean": 100 * statistics.mean(kept),
        "two runs with nothing changed that differ": unchanged,
    }


def _changes(problem: Problem, plan: Plan, rng: random.Random) -> Iterator[Problem]:
    """An appointment made, an account paused for good, a day off: each alone."""
    days = [workday.date for workday in problem.workdays][2:]
    for _ in range(2):
        account, start = rng.choice(problem.sites).id, rng.randrange(10, 16) * 2 * HALF_AN_HOUR
        day = rng.choice(days)
        new = Appointment("new", "rep0", day, TimeWindow(start, start), HALF_AN_HOUR, account)
        yield replace(problem, appointments=(new,))
    gone = rng.choice([visit.site for visit in problem.base])
    yield replace(
        problem,
        sites=tuple(site for site in problem.sites if site.id != gone),
        base=tuple(visit for visit in problem.base if visit.site != gone),
    )
    off = rng.choice(days)
    yield replace(
        problem,
        workdays=tuple(day for day in problem.workdays if day.date != off),
        base=tuple(visit for visit in problem.base if visit.date != off),  # these have to go
    )


def _kept(problem: Problem, before: Plan) -> float:
    """As the server does: mended at once, then searched again with today and tomorrow as they were."""
    mended = repair(problem, before)
    near = {workday.date for workday in problem.workdays[:2]}
    locked = tuple(visit for visit in problem.base if visit.date in near)
    later = tuple(visit for visit in problem.base if visit.date not in near)
    asked = replace(problem, locked=locked, base=later)
    found = churn(asked, solve(asked, seed=2, iterations=ITERATIONS, start=mended))
    assert found.kept_share is not None
    return found.kept_share
