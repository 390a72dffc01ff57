"""Small problems solved and checked, for the rules one by one."""

from __future__ import annotations

from datetime import timedelta

from planner.cadence.policy import Cadence
from planner.calendar import DateRange
from planner.check import check
from planner.plan import Plan, StopKind
from planner.problem import Problem, Workday
from planner.solve import solve
from tests.planner.small import MONDAY, workday

WEEKLY = Cadence(interval_days=7)
OFTEN = {"cadence": WEEKLY, "credited": (MONDAY - timedelta(days=7),)}  # due on MONDAY, window Sunday to Tuesday
DEAR = OFTEN | {"miss_price": 90_000}
WHOLE_WEEK = DateRange(MONDAY, MONDAY + timedelta(days=6))


def planned(asked: Problem, **more: object) -> Plan:
    plan = solve(asked, iterations=60, **more)
    assert check(asked, plan).violations == ()
    return plan


def visits(plan: Plan) -> list[tuple[str, int]]:
    """(site, day of the horizon) of each visit."""
    return sorted((s.site, (r.date - MONDAY).days) for r in plan.routes for s in r.stops if s.kind is StopKind.VISIT)


def on(*days: int, **more: object) -> tuple[Workday, ...]:
    return tuple(workday(MONDAY + timedelta(days=n), **more) for n in days)
