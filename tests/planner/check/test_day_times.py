"""A day lived through: one stop, or one and what the rep does on the way, on a line with a place each ten minutes.

a is 10 minutes from home, b 20, c 30; a visit takes 30 minutes, follow-up 5.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.calendar import Break, TimeWindow
from planner.check.day import check_day, needs_rest, start_windows
from planner.check.facts import Facts
from planner.check.road import Way, drive, speed
from planner.plan import Objective, Plan, Route, Stop, StopKind, Violation
from planner.problem import Appointment, PlacedVisit, Problem
from planner.travel import UNREACHABLE, SpeedBand, TravelMatrix
from tests.planner.small import HOUR, MINUTE, MONDAY, at, problem, site, workday


def asked(*appointments: Appointment, **more: object) -> Problem:
    day = workday(**{"follow_up": 5 * MINUTE} | more)
    return problem([0, 10, 20, 30], [site("a", 1), site("b", 2), site("c", 3)], [day], appointments=appointments)


def visit(name: str, start: int, travel: int, **more: object) -> Stop:
    values = {
        "arrival": start,
        "metres": travel * 1000 // 60,
        "request": f"{name}#1",
        "place": " abc".index(name),
    } | more
    return Stop(StopKind.VISIT, start=start, end=start + 30 * MINUTE, travel=travel, site=name, **values)


def block(name: str, start: int, end: int) -> Stop:
    return Stop(StopKind.BLOCK, start, start, end, request=name)


def pause(start: int, end: int) -> Stop:
    return Stop(StopKind.BREAK, start, start, end)


def call(name: str, start: int, end: int) -> Appointment:
    return Appointment(name, "ann", MONDAY, TimeWindow(start, start), end - start)


def route(start: int, end: int, *stops: Stop, back: int = 10 * MINUTE) -> Route:
    return Route("ann", MONDAY, start, end, stops, back, back * 1000 // 60)


def drive_through(leave: int, seconds: int, pauses: list[Stop]) -> tuple[int, Stop | None]:
    way = drive((), leave, seconds, pauses)
    return way.arrival, way.clash


def broken(task: Problem, day: Route) -> list[tuple[str, str | None]]:
    return [(v.rule, v.subject) for v in judged(task, day)]


def judged(task: Problem, day: Route) -> list[Violation]:
    return list(check_day(Facts(task, Plan((day,), (), Objective())), day))


# 08:50 leave, 09:00 at a until 09:30 and 09:35, 09:45 home
RIGHT = route(at(8, 50), at(9, 45), visit("a", at(9), 600))


def test_the_right_day():
    assert broken(asked(), RIGHT) == []
    # earlier than needed is allowed, and waiting is what comes of it
    early = route(at(8, 40), at(9, 45), visit("a", at(9), 600, arrival=at(8, 50)))
    assert broken(asked(), early) == []
    # and a stop may start later than one is there
    late = route(at(8, 50), at(9, 46), visit("a", at(9, 1), 600, arrival=at(9)))
    assert broken(asked(), late) == []


def test_the_times_of_the_first_stop_and_of_coming_home():
    assert broken(asked(), replace(RIGHT, start=at(8, 51))) == [("arrival", "a"), ("start", "a")]
    assert broken(asked(), replace(RIGHT, start=at(8, 49))) == [("arrival", "a")]
    assert broken(asked(), replace(RIGHT, end=at(9, 44))) == [("end", None)]
    assert broken(asked(), replace(RIGHT, end=at(9, 46))) == [("end", None)]


def test_visits_and_appointments_take_what_they_take():
    shorter = replace(RIGHT.stops[0], end=at(9, 29))
    assert broken(asked(), replace(RIGHT, stops=(shorter,), end=at(9, 44))) == [("duration", "a")]
    agreed = replace(call("k", at(9), at(9, 30)), site="a")
    stop = Stop(StopKind.APPOINTMENT, at(9), at(9), at(9, 31), 600, 10_000, request="k", site="a", place=1)
    assert broken(asked(agreed), route(at(8, 50), at(9, 46), stop)) == [("duration", "a")]
    longer = block("k", at(9), at(9, 31))
    assert broken(asked(replace(agreed, site=None)), route(at(8, 50), at(9, 31), longer, back=0)) == [("duration", "k")]


def test_the_words_say_what_and_where():
    (violation,) = judged(asked(), replace(RIGHT, end=at(9, 44)))
    assert (violation.rep, violation.date) == ("ann", MONDAY)
    assert violation.message == f"the day ends at {at(9, 45)}, not {at(9, 44)}"
    (violation,) = judged(asked(), replace(RIGHT, start=at(8, 49)))
    assert violation.message == f"a: the rep arrives at {at(8, 59)}, not {at(9)}"


def test_follow_up_is_done_after_visits_and_appointments_at_sites_and_nothing_else():
    # a block of ten minutes at a: 09:00 to 09:10, then 10 minutes home; somewhere else the same
    there = replace(call("k", at(9), at(9, 10)), place=1)
    stop = Stop(StopKind.APPOINTMENT, at(9), at(9), at(9, 10), 600, 10_000, request="k", place=1)
    assert broken(asked(there), route(at(8, 50), at(9, 20), stop)) == []
    at_site = replace(there, place=None, site="a")
    assert broken(asked(at_site), route(at(8, 50), at(9, 25), replace(stop, site="a"))) == []


def test_a_block_on_the_way_takes_its_time_out_of_the_drive():
    # 20 minutes to b; 08:00 to 08:10 driven, block until 08:30, 10 more minutes: 08:40
    task = asked(call("k", at(8, 10), at(8, 30)))
    day = route(at(8), at(9, 35), block("k", at(8, 10), at(8, 30)), visit("b", at(8, 40), 1200), back=1200)
    assert broken(task, day) == []
    assert drive_through(at(8), 1200, [block("k", at(8, 10), at(8, 30))]) == (at(8, 40), None)


def test_two_pauses_on_one_way():
    both = [pause(at(8, 5), at(8, 10)), pause(at(8, 15), at(8, 45))]
    assert drive_through(at(8), 10 * MINUTE, both) == (at(8, 15), None)  # there when the second one begins
    assert drive_through(at(8), 11 * MINUTE, both) == (at(8, 46), None)
    assert drive_through(at(8), 5 * MINUTE, both) == (at(8, 5), None)  # before the first one, which changes nothing
    assert drive_through(at(8), 40 * MINUTE, both) == (at(9, 15), None)
    assert drive_through(at(8, 6), 10 * MINUTE, both)[1] == both[0]
    assert drive_through(at(8), 0, [both[0], pause(at(8, 9), at(8, 20))])[1] is not None


def test_a_stop_starts_after_what_is_done_before_it_at_its_place():
    # at b at 08:20, there a call from 08:25 to 08:40, only then the visit
    task = asked(call("k", at(8, 25), at(8, 40)))

    def day(start: int) -> Route:
        stop = visit("b", start, 1200, arrival=at(8, 20))
        return route(at(8), start + 55 * MINUTE, block("k", at(8, 25), at(8, 40)), stop, back=1200)

    assert broken(task, day(at(8, 40))) == []
    assert broken(task, day(at(8, 39))) == [("start", "b")]
    assert broken(task, day(at(8, 45))) == []


def test_coming_home_waits_for_the_last_pause():
    # home at 09:45; a call from 09:50 to 10:00 there is still part of the day
    task = asked(call("k", at(9, 50), at(10)))
    late = route(at(8, 50), at(10), *RIGHT.stops, block("k", at(9, 50), at(10)))
    assert broken(task, late) == []
    assert broken(task, replace(late, end=at(9, 45))) == [("end", None)]


def test_two_things_do_not_overlap():
    # follow-up ends at 09:35
    for begin, expected in ((at(9, 35), []), (at(9, 34), [("overlap", "k")])):
        task = asked(call("k", begin, at(9, 50)))
        found = broken(task, route(at(8, 50), at(10), *RIGHT.stops, block("k", begin, at(9, 50))))
        assert found == expected
    first = asked(call("k", at(8, 49), at(8, 55)))  # before leaving
    late = replace(RIGHT, stops=(block("k", at(8, 49), at(8, 55)), *RIGHT.stops))
    assert ("overlap", "k") in broken(first, late)


@pytest.mark.parametrize(("cut", "subject"), [((0, 1), "a"), ((1, 0), None)])
def test_no_road_there_or_back(cut, subject):
    task = asked()
    seconds, metres = task.travel.seconds.copy(), task.travel.metres.copy()
    seconds[cut] = metres[cut] = UNREACHABLE
    task = replace(task, travel=TravelMatrix(seconds, metres, "cut"))
    there, back = (UNREACHABLE, 600) if subject else (600, UNREACHABLE)
    stop = replace(RIGHT.stops[0], travel=there, metres=there if subject else 10_000)
    day = replace(RIGHT, stops=(stop,), return_travel=back, return_metres=back if not subject else 10_000)
    assert ("reachable", subject) in broken(task, day)
    assert "travel" not in {rule for rule, _ in broken(task, day)}


def test_a_way_back_of_many_metres_is_still_a_road():
    task = asked()
    metres = task.travel.metres.copy()
    metres[1, 0] = metres[0, 1] = UNREACHABLE
    task = replace(task, travel=TravelMatrix(task.travel.seconds, metres, "far"))
    assert "reachable" not in {rule for rule, _ in broken(task, RIGHT)}


def test_each_leg_takes_what_the_matrix_says():
    stop = RIGHT.stops[0]
    (wrong,) = judged(asked(), replace(RIGHT, stops=(replace(stop, travel=599),), start=RIGHT.start))
    assert wrong.message == "a: the way there is 600 s, 10000 m, not 599 s, 10000 m"
    (wrong,) = judged(asked(), replace(RIGHT, return_travel=599))
    assert wrong.message == "the way back is 600 s, 10000 m, not 599 s, 10000 m"
    for changed in (replace(stop, travel=599), replace(stop, travel=601), replace(stop, metres=9_999)):
        assert ("travel", "a") in broken(asked(), replace(RIGHT, stops=(changed,)))
    assert broken(asked(), replace(RIGHT, return_travel=599)) == [("travel", None)]
    assert broken(asked(), replace(RIGHT, return_metres=9_999)) == [("travel", None)]
    # a block is nowhere: no way leads to it
    task = asked(call("k", at(9, 35), at(9, 50)))
    lost = replace(block("k", at(9, 35), at(9, 50)), travel=1)
    assert broken(task, route(at(8, 50), at(10), *RIGHT.stops, lost)) == [("travel", "k")]


def test_working_hours_and_overtime():
    assert broken(asked(start=at(8, 50), end=at(9, 45)), RIGHT) == []
    assert broken(asked(start=at(8, 51), end=at(9, 45)), RIGHT) == [("working_hours", None)]
    assert broken(asked(end=at(9, 35), max_overtime=10 * MINUTE), RIGHT) == []
    assert broken(asked(end=at(9, 35), max_overtime=599), RIGHT) == [("working_hours", None)]


REST = Break(TimeWindow(at(12), at(13)), 30 * MINUTE)
# 10:00 leave, 10:10 to 16:10 six hours at a (a visit of that length), 16:15, 16:25 home
LONG = 6 * HOUR


def long_day(leave: int, service: int, *pauses: Stop) -> tuple[Problem, Route]:
    task = asked(rest=REST)
    task = replace(task, sites=(replace(task.sites[0], service=service), *task.sites[1:]))
    stop = replace(visit("a", leave + 600, 600), end=leave + 600 + service)
    home = max([stop.end + 900, *(one.end for one in pauses)])
    return task, route(leave, home, stop, *pauses)


def test_a_break_begins_inside_its_window_and_has_its_length():
    # home at 12:30 without it
    early = long_day(at(8), 4 * HOUR, pause(at(12, 30), at(13)))
    assert broken(*early) == []
    task, day = long_day(at(8), 4 * HOUR, pause(at(13), at(13, 30)))
    assert broken(task, day) == []
    assert broken(*long_day(at(8), 4 * HOUR, pause(at(13, 1), at(13, 31)))) == [("break", "break")]
    assert broken(*long_day(at(8), 4 * HOUR, pause(at(12, 30), at(12, 59)))) == [("duration", "break")]
    sooner, day = long_day(at(7), 4 * HOUR, pause(at(11, 59), at(12, 29)))
    sooner = replace(sooner, workdays=(replace(sooner.workdays[0], start=at(7)),))
    assert broken(sooner, day) == [("break", "break")]


def test_a_day_has_one_break_and_only_where_breaks_are():
    task, day = long_day(at(8), 6 * HOUR)
    assert broken(task, day) == [("break", None)]
    again = pause(at(12, 55), at(13, 25))
    both = long_day(at(8), 4 * HOUR, pause(at(12, 20), at(12, 50)), again)
    assert broken(*both) == [("break", None)]
    assert [v.message for v in judged(*both)] == ["the day has 2 breaks instead of one"]
    task, day = long_day(at(8), 4 * HOUR, pause(at(12, 30), at(13)))
    none = replace(task, workdays=(replace(task.workdays[0], rest=None),))
    assert broken(none, day) == [("break", "break")]


@pytest.mark.parametrize(
    ("leave", "home", "needed"),
    [
        (at(8), at(17), True),
        (at(10), at(14), True),  # four hours
        (at(10) + 1, at(14), False),  # a second less than half a day
        (at(8), at(13) + 1, True),
        (at(8), at(13), False),  # over by the end of the window
        (at(12, 29), at(17), True),
        (at(12, 30), at(17), False),  # there was time for a break at home
    ],
)
def test_which_days_need_a_break(leave, home, needed):
    assert needs_rest(workday(rest=REST), leave, home) is needed
    assert not needs_rest(workday(), leave, home)


def test_a_break_at_a_fixed_time_is_over_for_those_who_leave_after_it():
    # a window of one second: nobody can begin it after 12:00, whenever it would be over
    fixed = workday(rest=Break(TimeWindow(at(12), at(12)), 30 * MINUTE))
    assert needs_rest(fixed, at(11, 59), at(17))
    assert not needs_rest(fixed, at(12), at(17))
    assert not needs_rest(fixed, at(12, 10), at(17))


def test_who_has_nothing_to_do_may_drive_home():
    # from c, 30 minutes away, on a day of at most 29 minutes of driving; with a visit on the way it is too much
    task = asked(start_place=3, max_driving=29 * MINUTE)
    assert broken(task, route(at(8), at(8, 30), back=30 * MINUTE)) == []
    on_the_way = route(at(8), at(9, 5), visit("a", at(8, 20), 20 * MINUTE))
    assert broken(task, on_the_way) == [("max_driving", None)]


def test_who_is_there_when_a_pause_begins_has_arrived():
    # 10 seconds of the matrix at 70 % are 14.3, so 15; then a pause until 100
    slow = (SpeedBand(0, 86_400, 70),)
    assert drive(slow, 0, 10, [pause(15, 100)]) == Way(15, 15)
    assert drive(slow, 0, 10, [pause(14, 100)]) == Way(101, 15)


def test_the_speed_of_the_matrix_holds_until_the_next_band():
    # 50 % from 100 to 200 and from 300 on: 150 s from 0 take 100 s, and 100 s for the other 50
    half = [SpeedBand(first, last, 50) for first, last in ((300, 400), (100, 200))]
    for bands in (tuple(half), tuple(half[::-1])):
        assert speed(bands, 0) == (100, 100)
        assert speed(bands, 100) == (50, 200)
        assert speed(bands, 200) == (100, 300)
        assert drive(bands, 0, 150, []) == Way(200, 200)


def test_what_just_fits_into_the_limits_of_a_day():
    task = asked(max_stops=1, capacity=2, max_driving=1200)
    task = replace(task, sites=(replace(task.sites[0], load=2), *task.sites[1:]))
    assert broken(task, RIGHT) == []
    for limit in ({"max_stops": 0}, {"capacity": 1}, {"max_driving": 1199}):
        less = replace(task, workdays=(replace(task.workdays[0], **limit),))
        assert broken(less, RIGHT) == [(next(iter(limit)), None)]


def test_an_appointment_at_a_site_counts_and_one_elsewhere_does_not():
    there = replace(call("k", at(9), at(9, 30)), site="a")
    stop = Stop(StopKind.APPOINTMENT, at(9), at(9), at(9, 30), 600, 10_000, request="k", site="a", place=1)
    task = asked(there, max_stops=0)
    assert broken(task, replace(RIGHT, stops=(stop,))) == [("max_stops", None)]
    elsewhere = replace(there, site=None, place=1)
    day = route(at(8, 50), at(9, 40), replace(stop, site=None))
    assert broken(asked(elsewhere, max_stops=0, capacity=0), day) == []


def test_skills_of_a_visit():
    def judged(needs: str, has: str, lock: PlacedVisit | None = None) -> list[tuple[str, str | None]]:
        task = asked(skills=frozenset(has))
        sites = (replace(task.sites[0], skills=frozenset(needs)), *task.sites[1:])
        return broken(replace(task, sites=sites, locked=(lock,) if lock else ()), RIGHT)

    assert judged("xy", "yxz") == []
    assert judged("xy", "x") == [("skills", "a")]
    # promised for a time it stands without, locked on a day alone it does not
    assert judged("xy", "x", PlacedVisit("a", "ann", MONDAY, at(9))) == []
    assert judged("xy", "x", PlacedVisit("a", "ann", MONDAY)) == [("skills", "a")]


def test_the_missing_skills_are_named_in_order():
    task = asked(skills=frozenset("c"))
    task = replace(task, sites=(replace(task.sites[0], skills=frozenset("gbdacfe")), *task.sites[1:]))
    assert [violation.message for violation in judged(task, RIGHT)] == ["a: needs a, b, d, e, f, g"]


def test_skills_are_not_asked_of_appointments():
    there = replace(call("k", at(9), at(9, 30)), site="a")
    stop = Stop(StopKind.APPOINTMENT, at(9), at(9), at(9, 30), 600, 10_000, request="k", site="a", place=1)
    task = asked(there)
    task = replace(task, sites=(replace(task.sites[0], skills=frozenset("x"), hours=((),) * 7), *task.sites[1:]))
    assert broken(task, replace(RIGHT, stops=(stop,))) == []


# 08:50 leave, a until 09:35, 10 minutes on, b at 09:45 until 10:15 and 10:20, 20 minutes home
BOTH = route(at(8, 50), at(10, 40), visit("a", at(9), 600), visit("b", at(9, 45), 600), back=1200)


def test_sites_that_are_apart():
    def judged(*locked: str) -> list[tuple[str, str | None]]:
        locks = tuple(PlacedVisit(name, "ann", MONDAY) for name in locked)
        return broken(replace(asked(), apart=(("b", "a"),), locked=locks), BOTH)

    assert judged() == [("apart", "b")]
    assert judged("b") == [("apart", "a")]
    assert judged("a") == [("apart", "b")]
    assert judged("a", "b") == []
    assert broken(replace(asked(), apart=(("a", "c"), ("c", "b"))), BOTH) == []


def test_a_promised_start_and_its_slack():
    def judged(start: int | None, hours=None) -> list[tuple[str, str | None]]:
        task = replace(asked(), locked=(PlacedVisit("a", "ann", MONDAY, start),))
        return broken(replace(task, sites=(replace(task.sites[0], hours=hours), *task.sites[1:])), RIGHT)

    assert judged(at(9, 15)) == judged(at(8, 45)) == []
    assert judged(at(9, 15) + 1) == judged(at(8, 45) - 1) == [("locked", "a")]
    # opening hours hold for what is locked on a day alone
    assert judged(at(9, 15), hours=((),) * 7) == []
    assert judged(None, hours=((),) * 7) == [("opening_hours", "a")]


NINE_TO_TEN = (TimeWindow(at(9), at(10)),)


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        (((at(9), at(10)),), ((at(9), at(10)),)),
        (((at(7), at(8)),), ((at(8), at(8)),)),  # the end of the window is the beginning of the day
        (((at(7), at(8) - 1),), ()),
        (((at(17, 30), at(20)),), ((at(17, 30), at(17, 30)),)),  # 17:00 and half an hour of overtime
        (((at(17, 30) + 1, at(20)),), ()),
        (((at(7), at(9)), (at(13), at(20))), ((at(8), at(9)), (at(13), at(17, 30)))),
    ],
)
def test_windows_inside_working_hours(windows, expected):
    day = workday(max_overtime=30 * MINUTE)
    windows = tuple(TimeWindow(*one) for one in windows)
    expected = tuple(TimeWindow(*one) for one in expected)
    assert start_windows(site("a", 1, hours=(windows, *[()] * 6)), day) == expected
    assert start_windows(site("a", 1, exceptions={MONDAY: windows}, hours=(NINE_TO_TEN,) * 7), day) == expected


def test_windows_of_a_site_without_hours_and_on_days_that_are_not_wanted():
    day = workday(max_overtime=30 * MINUTE)
    assert start_windows(site("a", 1), day) == (TimeWindow(at(8), at(17, 30)),)
    assert start_windows(site("a", 1, weekdays=frozenset({1, 2})), day) == ()
    assert start_windows(site("a", 1, weekdays=frozenset({0})), day) == (TimeWindow(at(8), at(17, 30)),)


def test_a_start_at_either_end_of_a_window():
    def judged(first: int, last: int) -> list[tuple[str, str | None]]:
        task = asked()
        return broken(replace(task, sites=(replace(task.sites[0], hours=((TimeWindow(first, last),),) * 7),)), RIGHT)

    assert judged(at(9), at(10)) == judged(at(8), at(9)) == []
    assert judged(at(9) + 1, at(10)) == judged(at(8), at(9) - 1) == [("opening_hours", "a")]


MEETING = Stop(StopKind.APPOINTMENT, at(9), at(9), at(9, 30), 600, 10_000, request="k", place=1)


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        (replace(RIGHT.stops[0], site="z"), "there is no site z"),
        (replace(RIGHT.stops[0], site=None), "there is no site None"),
        (replace(RIGHT.stops[0], place=2), "it is at place 1, not 2"),
        (replace(MEETING, request="z"), "there is no appointment z"),
        (replace(MEETING, request=None), "there is no appointment None"),
        (replace(MEETING, site="a"), "that appointment is at None, not a"),
        (replace(MEETING, place=2), "it is at place 1, not 2"),
        (replace(MEETING, kind=StopKind.BLOCK, place=None), "appointment k is no block"),
        (replace(block("w", at(9), at(9, 30)), kind=StopKind.APPOINTMENT), "appointment w is a block"),
        (replace(MEETING, request="s", site="b"), "it is at place 2, not 1"),
        (replace(pause(at(9), at(9, 30)), site="a"), "a break is at no site and no place"),
        (replace(block("w", at(9), at(9, 30)), place=1), "a block is at no site and no place"),
    ],
)
def test_every_stop_is_something_of_the_problem_at_its_place(stop, words):
    elsewhere = replace(call("k", at(9), at(9, 30)), place=1)
    task = asked(elsewhere, call("w", at(9), at(9, 30)), replace(call("s", at(9), at(9, 30)), site="b"))
    (violation,) = judged(task, replace(RIGHT, stops=(stop,)))
    assert violation.rule == "known_stops"
    assert words in violation.message


def test_nothing_stands_at_an_unknown_position():
    task = replace(asked(), sites=(site("a", None),))
    (violation,) = judged(task, RIGHT)
    assert (violation.rule, violation.message) == ("known_stops", "a: its position is unknown")


def test_nothing_is_judged_of_a_day_on_which_nobody_works():
    (violation,) = judged(asked(), replace(RIGHT, rep="bob"))
    assert (violation.rule, violation.rep, violation.date) == ("no_workday", "bob", MONDAY)
