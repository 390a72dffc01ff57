"""The last insertions leave alone what they could not time."""

from __future__ import annotations

from planner.plan import Objective, Plan, Route, Stop, StopKind
from planner.problem import Appointment
from planner.reasons.settle import settle
from tests.planner.small import MONDAY, at, between, problem, workday


def test_a_plan_with_a_day_that_has_no_times_of_its_own_stays_as_it_is():
    # two blocks promised for nine, one hour each: a repair may leave such a day standing by the starts that were published
    blocks = [Appointment(name, "ann", MONDAY, between(at(9), at(9))[0], 3_600) for name in ("one", "two")]
    asked = problem([0, 10], [], [workday()], appointments=tuple(blocks))
    stops = tuple(Stop(StopKind.BLOCK, at(9), at(9), at(10), request=name) for name in ("one", "two"))
    plan = Plan((Route("ann", MONDAY, at(9), at(10), stops),), (), Objective())
    assert settle(asked, plan) is plan
