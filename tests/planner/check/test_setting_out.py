"""How late one may set out, worked out by hand: home at 0, a meeting 52 minutes away at 14:00, calls on the way to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.calendar import Break, TimeWindow
from planner.check.facts import Facts
from planner.check.setting_out import leave_by
from planner.plan import Objective, Plan, Route, Stop, StopKind
from planner.problem import Appointment, Problem, Workday
from tests.planner.small import MINUTE, MONDAY, at, problem, site, workday

MEETING = Stop(StopKind.APPOINTMENT, at(14), at(14), at(14, 30), request="m", place=1)
REST = Break(TimeWindow(at(11, 30), at(13)), 30 * MINUTE)


def call(name: str, start: int) -> Appointment:
    return Appointment(name, "ann", MONDAY, TimeWindow(start, start), 30 * MINUTE)


def pause(start: int, name: str | None = None) -> Stop:
    return Stop(StopKind.BLOCK if name else StopKind.BREAK, start, start, start + 30 * MINUTE, request=name)


def found(asked: Problem, *stops: Stop, day: Workday | None = None) -> list[tuple[str | None, str]]:
    """Of whom it is said wrongly, and what is wrong."""
    facts = Facts(asked, Plan((), (), Objective()))
    route = Route("ann", MONDAY, at(8), at(16), stops)
    told = leave_by(facts, route, day or asked.workdays[0])
    return [(one.subject, one.message.partition(": ")[2]) for one in told]


def meeting_after(*pauses: Stop, day: Workday | None = None) -> list[int]:
    """Which of these times is right for setting out for the meeting."""
    calls = [call(one.request, one.start) for one in pauses if one.request]
    day = day or workday()
    agreed = Appointment("m", "ann", MONDAY, TimeWindow(at(14), at(14)), 30 * MINUTE, place=1)
    asked = problem([0, 52], [], [day], appointments=(agreed, *calls))
    times = [at(h, m) + s for h, m in ((7, 50), (8, 26), (12, 38), (13, 8)) for s in (-1, 0, 1)]
    return [time for time in times if not found(asked, *pauses, replace(MEETING, leave_by=time))]


@pytest.mark.parametrize(
    ("pauses", "right"),
    [
        ([], at(13, 8)),
        # over long before, the break as well: had it still to come, at 13:00 at the latest, 30 minutes after it were too few
        ([pause(at(8, 30), "k"), pause(at(11, 30))], at(13, 8)),
        # after the call at 12:50 only 40 of 52 minutes are left: 12 are driven before it
        ([pause(at(12, 50), "k")], at(12, 38)),
        # a call that is over before one sets out, and that one
        ([pause(at(8, 30), "k"), pause(at(12, 50), "l")], at(12, 38)),
    ],
    ids=["none", "over", "on the way", "one over, one on the way"],
)
def test_after_as_many_calls_as_leave_time_for_the_way(pauses, right):
    assert meeting_after(*pauses, day=workday(rest=REST)) == [right]


def test_a_stop_at_home():
    agreed = Appointment("m", "ann", MONDAY, TimeWindow(at(14), at(14)), 30 * MINUTE, place=0)
    asked = problem([0, 52], [], [workday()], appointments=(agreed,))
    stop = replace(MEETING, place=0)
    assert found(asked, replace(stop, leave_by=at(14))) == []
    assert found(asked, replace(stop, leave_by=at(14) - 1)) == [
        ("m", f"who sets out for it later than at {at(14) - 1} is still in time")
    ]


def test_a_wrong_time_spoils_no_other_one():
    # b is left by 16:40 for home, begins by 16:10 and is set out for by 16:00; a begins by 15:30, and is set out for by 15:20
    asked = problem([0, 10, 20], [site("a", 1), site("b", 2)], [workday()])
    first = Stop(StopKind.VISIT, at(9), at(9), at(9, 30), leave_by=at(15, 20), request="a#1", site="a", place=1)
    second = Stop(StopKind.VISIT, at(10), at(10), at(10, 30), leave_by=at(16), request="b#1", site="b", place=2)
    assert found(asked, first, second) == []
    assert found(asked, first, replace(second, leave_by=at(16) + 60)) == [
        ("b", f"who sets out for it at {at(16) + 60} is late for it, or for a later stop")
    ]
    assert found(asked, first, replace(second, leave_by=None)) == [("b", "it is not said when to set out for it")]


@pytest.mark.parametrize(("end", "last"), [(at(17), at(16)), (at(15, 30), at(10)), (at(14), at(10))])
def test_the_last_hours_in_which_it_may_begin(end, last):
    # open from 9 to 10 and from 15 to 16; 10 minutes each way
    shut = ((TimeWindow(at(9), at(10)), TimeWindow(at(15), at(16))),) * 7
    asked = problem([0, 10], [site("a", 1, hours=shut)], [workday(end=end)])
    stop = Stop(StopKind.VISIT, at(9), at(9), at(9, 30), request="a#1", site="a", place=1)
    assert found(asked, replace(stop, leave_by=last - 10 * MINUTE)) == []


def test_nobody_sets_out_for_what_has_no_place():
    asked = problem([0, 52], [], [workday(rest=REST)], appointments=(call("k", at(9)),))
    block, rest = replace(pause(at(9), "k"), leave_by=at(9)), replace(pause(at(12)), leave_by=at(12))
    told = "nobody sets out for it"
    assert found(asked, block, rest) == [("k", told), ("break", told)]
