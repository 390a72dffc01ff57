"""What the search by itself, before anything looks at its days again, takes a plan to cost and forbids.

Later steps would mend a day that is too long or too dear, so a plan that passes the checker does not show that the search knew it.
Each on a line with one place a minute apart; prices by hand.  Each once more with bands of speed, which nobody meets: those days
are lived through by other code (`planner.search.timed`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.cadence.policy import Cadence, Mode, Period
from planner.cadence.unroll import unroll
from planner.calendar import DateRange, TimeWindow
from planner.params import Params, RadiusRule
from planner.problem import Appointment, MustVisit, Problem, Site
from planner.search.pack import pack
from planner.search.run import Search
from planner.travel import SpeedBand
from tests.planner.search.solved import on
from tests.planner.small import HOUR, MINUTE, MONDAY, at, between, problem, site, week, workday

# a window of Saturday to Monday: on a horizon of Monday alone, leaving the visit out costs all of `miss_price`
DUE = {"cadence": Cadence(interval_days=7, tolerance_days=1), "credited": (MONDAY - timedelta(days=8),)}
DEAR = DUE | {"miss_price": 90_000}
EVENING = (SpeedBand(at(21), at(22), 50),)  # when everybody is at home


@pytest.fixture(params=[(), EVENING], ids=["steady", "speeds"])
def searched(request):
    """The price of the search's best plan, and the sites of each day of the horizon on which there are any."""

    def search(asked: Problem, iterations: int = 0) -> tuple[int, dict[int, set[str]]]:
        asked = replace(asked, speeds=request.param)
        found = Search(pack(asked, unroll(asked), asked.workdays, asked.sites, {s.id: ("ann",) for s in asked.sites}))
        found.improve(iterations)
        days = {(day - MONDAY).days: {task.site for task in tasks} for (_, day), tasks in found.orders().items()}
        return found.price, days

    return search


def worth(price: int, **more: object) -> Site:
    """Account b, half an hour of service."""
    return site("b", 2, **(DUE | {"miss_price": price} | more))


def test_driving_and_waiting(searched) -> None:
    # a until 08:40, b, at the same place, from 10:40: two hours of waiting at a tenth, 720
    a = site("a", 1, hours=(between(at(8, 10), at(8, 10)),) * 7, **DEAR)
    hours = (between(at(10, 40), at(12)),) * 7
    for price, total, there in ((721, 1200 + 720, {"a", "b"}), (719, 1200 + 719, {"a"})):
        assert searched(problem([0, 10, 10], [a, worth(price, hours=hours)], [workday()])) == (total, {0: there})


def test_overtime_of_a_day_with_one_visit(searched) -> None:
    # 08:00 + 10 minutes + 9 hours + 10 minutes: 17:20, and 20 minutes of overtime at half as much again are 1,800
    for price, total, there in ((3001, 1200 + 1800, {0: {"b"}}), (2999, 2999, {})):
        long = worth(price, service=9 * HOUR)
        assert searched(problem([0, 5, 10], [long], [workday(max_overtime=HOUR)])) == (total, there)
    free = problem([0, 5, 10], [worth(1201, service=9 * HOUR)], [workday(max_overtime=HOUR)])
    assert searched(replace(free, params=Params(overtime_percent=0))) == (1200, {0: {"b"}})


def test_overtime_that_one_visit_more_makes(searched) -> None:
    # a takes from 08:10 to 16:10, b, at the same place, until 17:10: home at 17:20; of this 20 minutes have a price, no driving has
    a = site("a", 1, service=8 * HOUR, **DEAR)
    for price, total, there in ((1801, 1200 + 1800, {"a", "b"}), (1799, 1200 + 1799, {"a"})):
        asked = problem([0, 10, 10], [a, worth(price, service=HOUR)], [workday(max_overtime=HOUR)])
        assert searched(asked) == (total, {0: there})


def test_overtime_is_dearer_than_a_longer_way_on_another_day(searched) -> None:
    # on Monday 1,800 of overtime, on Tuesday a day that begins and ends 14 minutes farther away: 1,680, or 16 minutes: 1,920
    a = site("a", 1, service=8 * HOUR, weekdays=frozenset({0}), **DEAR)
    b = site("b", 1, service=HOUR, cadence=Cadence(interval_days=7), credited=(MONDAY - timedelta(days=7),))
    for minutes, day in ((14, 1), (16, 0)):
        tuesday = workday(MONDAY + timedelta(days=1), start_place=2, end_place=2)
        asked = problem([0, 10, 10 + minutes], [a, b], [workday(max_overtime=HOUR), tuesday])
        price, days = searched(asked)
        assert (price, [n for n in days if "b" in days[n]]) == (1200 + min(1800, 120 * minutes), [day])


def test_work_beyond_a_fair_day(searched) -> None:
    # 10 + 30 + 10 minutes are fair; half an hour more at half the price is 900
    a = site("a", 1, **DEAR)
    for price, total, there in ((901, 1200 + 900, {"a", "b"}), (899, 1200 + 899, {"a"})):
        assert searched(problem([0, 10, 10], [a, worth(price)], week(1, fair_work=50 * MINUTE))) == (total, {0: there})


def test_a_soft_radius(searched) -> None:
    # a at 10 minutes, b at 40: an hour more of driving, and 10 minutes beyond a radius of 20
    a = site("a", 1, **DEAR)
    rule = RadiusRule(seconds=20 * MINUTE, price_per_minute=60)
    for price, total, there in ((4201, 1200 + 3600 + 600, {"a", "b"}), (4199, 1200 + 4199, {"a"})):
        assert searched(problem([0, 10, 40], [a, worth(price)], [workday()], radius=rule)) == (total, {0: there})
    # by distance: a minute is 1.00075 km, so 30 of them are 10.02 km beyond 20, at 60 a kilometre 601
    rule = RadiusRule(metres=20_000, price_per_km=60)
    for price, total, there in ((4203, 1200 + 3600 + 601, {"a", "b"}), (4199, 1200 + 4199, {"a"})):
        assert searched(problem([0, 10, 40], [a, worth(price)], [workday()], radius=rule)) == (total, {0: there})


def test_a_radius_is_drawn_around_the_best_account_of_each_day(searched) -> None:
    # from home (30) to a (0) and b (10) on Monday, to c (50) and d (60) on Tuesday: an hour of driving each, and 10 minutes between
    # the two of a day; around an account of the other day it would be half an hour at least
    left = [site(name, n, weekdays=frozenset({0}), **DEAR) for n, name in enumerate("ab", start=1)]
    right = [site(name, n, weekdays=frozenset({1}), **DEAR) for n, name in enumerate("cd", start=3)]
    rule = RadiusRule(seconds=8 * MINUTE, price_per_minute=60)
    asked = problem([30, 0, 10, 50, 60], [*left, *right], week(2), radius=rule)
    price, days = searched(replace(asked, sites=tuple(replace(s, late_price=0) for s in asked.sites)))
    assert (price, days) == (2 * 3600 + 2 * 120, {0: {"a", "b"}, 1: {"c", "d"}})


def test_of_two_days_on_the_way_the_one_inside_the_radius(searched) -> None:
    # x lies at home, so it is no way on either day; a, on Mondays, and b, on Tuesdays, are 30 and 35 minutes away, or the other way round
    rule = RadiusRule(seconds=31 * MINUTE)
    any_day = {"cadence": Cadence(interval_days=7), "credited": (MONDAY - timedelta(days=7),), "miss_price": 90_000}
    x = site("x", 0, **any_day)
    for left, right, day in ((30, 35, 0), (35, 30, 1)):
        a, b = site("a", 1, weekdays=frozenset({0}), **any_day), site("b", 2, weekdays=frozenset({1}), **any_day)
        price, days = searched(problem([left, 0, left + right], [a, b, x], week(2), radius=rule))
        assert price == 2 * 65 * MINUTE
        assert [n for n in days if "x" in days[n]] == [day]


def test_a_hard_radius(searched) -> None:
    a, b = site("a", 1, **DEAR), site("b", 2, **DEAR)
    for minutes, total, count in ((30, 4800, 2), (29, 1200 + 90_000, 1)):
        rule = RadiusRule(seconds=minutes * MINUTE, hard=True)
        price, days = searched(problem([0, 10, 40], [a, b], [workday()], radius=rule), 20)
        assert (price, len(days[0])) == (total, count)


def test_what_can_be_carried(searched) -> None:
    # loads of 3, 2 and 2 at one place: with room for 6 the two small ones are worth more than the large one and nothing
    sites = [site("a", 1, load=3, **DEAR), *(site(name, 1, load=2, **DEAR) for name in "bc")]
    for room, there in ((7, {"a", "b", "c"}), (6, {"a", "b"}), (4, {"b", "c"})):
        price, days = searched(problem([0, 10], sites, [workday(capacity=room)]), 20)
        assert (price, len(days[0])) == (1200 + 90_000 * (3 - len(there)), len(there))
    # an appointment at a site takes what the site needs
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(9), at(9)), HOUR, site="x")
    x = site("x", 1, load=3, cadence=None)
    for room, there in ((5, {"b", "x"}), (4, {"x"})):
        asked = problem([0, 10], [x, sites[1]], [workday(capacity=room)], appointments=(meeting,))
        assert searched(asked, 20)[1] == {0: there}


def test_most_driving_of_a_day(searched) -> None:
    # half an hour to the left and half an hour to the right, an hour there and back each
    sites = [site("a", 0, **DEAR), site("b", 2, **DEAR)]
    ends = {"start_place": 1, "end_place": 1}
    for most, total, count in ((2 * HOUR, 7200, 2), (2 * HOUR - 1, 3600 + 90_000, 1), (HOUR - 1, 180_000, 0)):
        price, days = searched(problem([0, 30, 60], sites, week(1, max_driving=most, **ends)), 20)
        assert (price, len(days.get(0, ()))) == (total, count)


def test_a_dearer_place_in_the_day_that_is_not_too_far(searched) -> None:
    # The day ends where b is, 40 minutes from home. b before a: 40 + 30 + 30 minutes of driving, and home at 17:00; after a, which
    # takes from 10:10 to 16:30: 40 minutes, but until 18:00, an hour of overtime
    a = site("a", 1, service=380 * MINUTE, hours=(between(at(10, 10), at(10, 10)),) * 7, **DEAR)
    b = worth(90_000, service=HOUR)
    for most, total in ((100 * MINUTE, 6000), (100 * MINUTE - 1, 2400 + 5400)):
        day = workday(end_place=2, max_overtime=HOUR, max_driving=most)
        assert searched(problem([0, 10, 40], [a, b], [day]), 20) == (total, {0: {"a", "b"}})


def test_most_stops_of_a_day(searched) -> None:
    sites = [site(name, 1, **DEAR) for name in "abc"]
    price, days = searched(problem([0, 10], sites, week(1, max_stops=2)), 20)
    assert (price, len(days[0])) == (1200 + 90_000, 2)


def test_what_is_apart(searched) -> None:
    # at one place: on one day 1,200 of driving, on two twice as much; with one day only one of them
    both = {"cadence": Cadence(interval_days=7), "credited": (MONDAY - timedelta(days=7),), "miss_price": 90_000}
    sites = [site(name, 1, **both) for name in "abc"]
    price, days = searched(problem([0, 10], sites, week(2), apart=(("a", "b"),)), 20)
    assert (price, sorted(days)) == (2 * 1200, [0, 1])
    assert all(not {"a", "b"} <= there for there in days.values())
    # c, which is worth least, from both of the others, of which one is on each day
    one_each = [replace(sites[n], weekdays=frozenset({n})) for n in range(2)]
    asked = problem([0, 10], [*one_each, replace(sites[2], miss_price=80_000)], week(2), apart=(("c", "a"), ("c", "b")))
    assert searched(asked, 20) == (2 * 1200 + 80_000, {0: {"a"}, 1: {"b"}})


def test_the_least_gap_of_a_rhythm(searched) -> None:
    # every 7 days, 3 sooner or later, 6 after the visit before: planned on Tuesday (1) the next is on Monday (7) at the soonest.
    # That day begins far away: 2 * 30 minutes of driving. Without the gap Sunday (6) would do, for 2 * 10 minutes
    cadence = Cadence(interval_days=7, tolerance_days=3, min_gap_days=6)
    a = site("a", 1, cadence=cadence, credited=(MONDAY - timedelta(days=7),), miss_price=90_000)
    far = workday(MONDAY + timedelta(days=7), start_place=2, end_place=2)
    price, days = searched(problem([0, 10, 40], [a], (*on(1, 6), far)), 20)
    assert (price, days) == (1200 + 3600, {1: {"a"}, 7: {"a"}})
    # credited 3 days before the horizon: one who is asked for on Wednesday (2) is not credited, so Saturday (5) is visited as well
    soon = replace(a, credited=(MONDAY - timedelta(days=3),))
    wish = (MustVisit("m", "a", DateRange(MONDAY + timedelta(days=2), MONDAY + timedelta(days=2))),)
    asked = problem([0, 10], [soon], on(2, 5), must_visits=wish)
    assert searched(asked, 20) == (2 * 1200, {2: {"a"}, 5: {"a"}})


def test_the_least_gap_of_a_quota(searched) -> None:
    # two a week, 3 days apart: Tuesday (1) and Friday (4), though Friday begins far away and Thursday (3) does not
    twice = Cadence(Mode.QUOTA, visits=2, period=Period.WEEK)
    a = site("a", 1, cadence=twice, credited=(MONDAY - timedelta(days=9),), miss_price=90_000)
    far = workday(MONDAY + timedelta(days=4), start_place=2, end_place=2)
    week_long = problem([0, 10, 40], [a], (*on(1, 3), far, workday(MONDAY + timedelta(days=6), max_stops=0)))
    assert searched(week_long, 20) == (1200 + 3600, {1: {"a"}, 4: {"a"}})
