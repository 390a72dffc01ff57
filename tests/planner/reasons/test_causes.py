"""What exactly is in the way of a visit that does not fit into a day even alone, worked out by hand.

Account a is 40 minutes from home, a visit takes 30 minutes, the workday is 8:00 to 17:00.  Each case has one limit, at which it does
not fit, and the same limit a little wider, at which it does.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.calendar import Break, TimeWindow
from planner.check import check, confirm_reason
from planner.plan import Cause, Objective, Plan, Reason, Unplanned
from planner.problem import Appointment, Problem, Site, Workday
from planner.reasons import explain, settle
from planner.travel import UNREACHABLE, SpeedBand, TravelMatrix
from tests.planner.reasons.test_reasons import EMPTY, day, due
from tests.planner.small import MINUTE, MONDAY, at, between, problem, workday

SEVEN_HOURS = 420 * MINUTE
LONG_LUNCH = Break(TimeWindow(at(10), at(16)), 60 * MINUTE)


def account(**more: object) -> Site:
    return due("a", 1, miss_price=10**6, **more)


def asked(one: Site, *days: Workday, **more: object) -> Problem:
    return problem([0, 40], [one], days, **more)


def open_from(second: int) -> Site:
    return account(hours=(between(second, at(17)),) * 7)


def causes(p: Problem, plan: Plan = EMPTY) -> set[Cause]:
    """Those that the checker believes."""
    entries = (Unplanned("a", Reason.OUT_OF_REACH, "a#1", cause=cause) for cause in Cause)
    return {entry.cause for entry in entries if entry.cause and confirm_reason(p, plan, entry)}


CASES = {
    # there and back in 80 min
    Cause.STOP_LIMIT: (asked(account(), workday(max_stops=0)), asked(account(), workday(max_stops=1))),
    # 40 + 30 + 40 = 110 min
    Cause.WORKDAY: (asked(account(), workday(end=at(9, 49))), asked(account(), workday(end=at(9, 50)))),
    # 15:50 + 30 + 40 = 17:00
    Cause.HOURS: (asked(open_from(at(15, 51)), workday()), asked(open_from(at(15, 50)), workday())),
    # 8:40 to 15:40 there; a break may begin at 10:00, so after it, and one of 60 min ends at 16:40, one of 40 at 16:20
    Cause.BREAK: (
        asked(account(service=SEVEN_HOURS), workday(rest=LONG_LUNCH)),
        asked(account(service=SEVEN_HOURS), workday(rest=replace(LONG_LUNCH, duration=40 * MINUTE))),
    ),
    Cause.DRIVING_LIMIT: (
        asked(account(), workday(max_driving=80 * MINUTE - 1)),
        asked(account(), workday(max_driving=80 * MINUTE)),
    ),
}
WORDS = {
    Cause.NO_ROAD: "No road leads there and back.",
    Cause.STOP_LIMIT: "No stop is allowed on any day on which it could be visited.",
    Cause.WORKDAY: "Even as the only stop of the day, the way there, the visit and the way home take longer than a workday.",
    Cause.HOURS: "Even as the only stop of the day, it cannot be reached in the hours in which it may be visited and left in time to be "
    "home by the end of the workday.",
    Cause.BREAK: "Even as the only stop of the day, it leaves no time for the break.",
    Cause.DRIVING_LIMIT: "The way there and back is more than may be driven in a day.",
}


def told(p: Problem) -> Unplanned:
    """The one entry of the settled plan; the checker agrees with its cause and with no other."""
    plan = settle(p, EMPTY)
    assert check(p, plan).ok
    (entry,) = plan.unplanned
    assert entry.reason is Reason.OUT_OF_REACH
    assert causes(p) == {entry.cause}
    return entry


@pytest.mark.parametrize("cause", CASES)
def test_the_limit_that_is_in_the_way(cause: Cause) -> None:
    narrow, wide = CASES[cause]
    entry = told(narrow)
    assert (entry.cause, entry.detail) == (cause, WORDS[cause])
    assert settle(wide, EMPTY).unplanned == ()


@pytest.mark.parametrize("way", [(0, 1), (1, 0)], ids=["there", "back"])
def test_no_road(way: tuple[int, int]) -> None:
    p = asked(account(), workday())
    seconds = p.travel.seconds.copy()
    seconds[way] = UNREACHABLE
    entry = told(replace(p, travel=TravelMatrix(seconds, p.travel.metres.copy())))
    assert (entry.cause, entry.detail) == (Cause.NO_ROAD, WORDS[Cause.NO_ROAD])


@pytest.mark.parametrize(
    ("one", "limits", "cause"),
    [
        (open_from(at(15, 51)), {"max_driving": 79 * MINUTE}, Cause.HOURS),
        (account(service=SEVEN_HOURS), {"rest": LONG_LUNCH, "max_driving": 79 * MINUTE}, Cause.BREAK),
        (open_from(at(9)), {"end": at(9, 49), "max_driving": 79 * MINUTE}, Cause.WORKDAY),
        (account(), {"end": at(9, 49), "max_stops": 0}, Cause.STOP_LIMIT),
    ],
)  # fmt: skip
def test_of_several_limits_the_plainest(one: Site, limits: dict, cause: Cause) -> None:
    assert told(asked(one, workday(**limits))).cause is cause


def test_a_slow_hour_that_makes_the_day_too_short() -> None:
    # At half the speed the way takes 80 min: 80 + 30 + 80 = 190 min, until 11:10
    slow = (SpeedBand(0, at(24), 50),)
    for end, expected in ((at(11, 9), [Cause.WORKDAY]), (at(11, 10), [])):
        plan = settle(asked(account(), workday(end=end), speeds=slow), EMPTY)
        assert [entry.cause for entry in plan.unplanned] == expected
    # and it is 160 min of driving, whatever the matrix says
    assert told(asked(account(), workday(max_driving=160 * MINUTE - 1), speeds=slow)).cause is Cause.DRIVING_LIMIT


def test_what_is_said_is_said_of_the_most_hopeful_day() -> None:
    # Monday is too short, on Tuesday only the limit on driving is in the way
    p = asked(account(), workday(end=at(9)), workday(day(2), max_driving=79 * MINUTE))
    assert told(p).cause is Cause.DRIVING_LIMIT


def test_a_cause_is_said_of_no_other_reason() -> None:
    p = asked(account(weekdays=frozenset({5})), workday())
    (entry,) = settle(p, EMPTY).unplanned
    assert (entry.reason, entry.cause) == (Reason.CLOSED, None)
    assert not any(confirm_reason(p, EMPTY, replace(entry, cause=cause)) for cause in Cause)
    (violation,) = check(p, Plan((), (replace(entry, cause=Cause.BREAK),), Objective(missed=0))).violations[-1:]
    assert violation.message == "a#1: break is not the cause; it is none known"


@pytest.mark.parametrize(
    ("limits", "cause", "words"),
    [
        ({"max_driving": 79 * MINUTE}, Cause.DRIVING_LIMIT, "the way there and back is more than the driving allowed in a day"),
        ({"end": at(9)}, Cause.WORKDAY, "the way there, the appointment and the way home take longer than the working day"),
        ({"end": at(12, 39)}, Cause.HOURS, "the way home after it is not over by the end of the working day, even as the only stop "
         "of the day"),
        ({"start": at(11, 21)}, Cause.HOURS, "it cannot be reached in time, even as the only stop of the day"),
    ],
)  # fmt: skip
def test_an_appointment(limits: dict, cause: Cause, words: str) -> None:
    # at 12:00, of no time: home from 12:00 on is at 12:40, there from 11:20 on
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(12), at(12)), 0, place=1)
    p = problem([0, 40], [], [workday(**limits)], appointments=(meeting,))
    (entry,) = explain(p, EMPTY)
    assert (entry.reason, entry.cause, entry.detail) == (Reason.OUT_OF_REACH, cause, f"On Monday 2 March {words}.")
    believed = {cause for cause in Cause if confirm_reason(p, EMPTY, replace(entry, cause=cause))}
    assert believed == {cause}


def test_an_appointment_without_a_road() -> None:
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(12), at(12)), 0, place=1)
    p = problem([0, 40], [], [workday(max_driving=60)], appointments=(meeting,))
    seconds = p.travel.seconds.copy()
    seconds[0, 1] = UNREACHABLE
    (entry,) = explain(replace(p, travel=TravelMatrix(seconds, p.travel.metres.copy())), EMPTY)
    assert entry.detail == "On Monday 2 March no road leads there and back."
