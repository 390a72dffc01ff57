"""Each part of the objective alone, in the day of tests/planner/check/world.py."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.calendar import DateRange
from planner.check import check
from planner.check.cost import lateness, left_out, moved, share
from planner.check.credit import Late, Ledger, Missed
from planner.check.facts import Facts
from planner.params import Params, RadiusRule
from planner.plan import Objective, Reason, StopKind, Unplanned
from planner.problem import MustVisit, PlacedVisit, Problem
from tests.planner.check.world import small_plan, small_problem, with_route, with_stop, without_stop
from tests.planner.small import MONDAY

PLAN = small_plan()
VISIT_A, BLOCK, MEETING, VISIT_C, LUNCH = range(5)
TUESDAY = MONDAY + timedelta(days=1)


def objective(problem: Problem, plan=PLAN) -> Objective:
    return check(problem, plan, reasons=False).objective


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("first", "last", "price"),
    # 1,000 for the visit, the horizon ends on day 9
    [(0, 9, 1000), (-10, 9, 1000), (0, 19, 500), (9, 11, 333), (5, 9, 1000), (10, 19, 0), (-30, -20, 1000)],
)
def test_a_visit_left_out_costs_the_share_of_its_window_up_to_the_end_of_the_horizon(first, last, price):
    gone = Missed(DateRange(day(first), day(last)), (), day(last), 0)
    assert share(1000, gone, DateRange(day(0), day(9))) == price


@pytest.mark.parametrize(("row", "price"), [(0, 999), (1, 999 + 329), (2, 999 + 659), (3, 999 + 699), (9, 999 + 699)])
def test_each_window_missed_before_makes_it_dearer_up_to_a_bound(row, price):
    # 33 % of 999 for each, 329.67; 70 % at most, 699.3
    known = priced(999, miss_growth_percent=33, miss_growth_most_percent=70)
    assert left_out(known, "a", Missed(DateRange(day(0), day(1)), (), day(1), row)) == price


def priced(price: int, **params: int) -> Facts:
    """The horizon is day 0 and day 1, a visit to a is worth so much."""
    made = small_problem()
    sites = tuple(replace(site, miss_price=price) if site.id == "a" else site for site in made.sites)
    return Facts(replace(made, sites=sites, params=Params(**params)), PLAN)


@pytest.mark.parametrize(
    ("on", "closed", "next_opens", "price"),
    [
        (2, 0, 4, 400 + 300),  # closed on the first day: 40 % at once, and 2 of 4 days of the other 60 %
        (1, 0, 1, 400 + 600),  # as good as missed
        (1, 0, None, 400 + 300),  # no window follows: 1 of the 2 days until the horizon is over, which is day 2
        (1, -3, 5, 150),  # closed before the horizon: only 2 of its 4 days late are in it, of 8
        (0, -1, 2, 200),  # late since today: 1 of 3 days
    ],
)
def test_a_late_visit_costs_a_share_of_its_price_at_once_and_the_rest_by_days(on, closed, next_opens, price):
    late = Late(day(on), day(closed), None if next_opens is None else day(next_opens))
    assert lateness(priced(1000, late_percent=40), "a", late) == price


def test_a_late_visit_of_before_the_horizon_has_nothing_added_before_rounding():
    # 1 % of 799 is 7.99 for four days, of which one is in the horizon: 1.9975
    assert lateness(priced(799, late_percent=99), "a", Late(day(0), day(-3), day(1))) == 1


def test_waiting_and_overtime_have_prices_in_percent():
    # 25 minutes of waiting; at home 30 minutes after the end of the day
    days = tuple(replace(one, end=one.end - 14_400 + 600) for one in small_problem().workdays)
    problem = replace(small_problem(), workdays=days, params=Params(waiting_percent=33, overtime_percent=101))
    found = objective(problem)
    assert (found.waiting, found.overtime) == (1500 * 33 // 100, 600 * 101 // 100)


def test_an_appointment_left_out_has_its_price():
    dear = replace(small_problem(), params=Params(appointment_price=7_000_000))
    assert objective(dear).missed == 2945
    lost = replace(PLAN, unplanned=(*PLAN.unplanned, Unplanned(None, Reason.DAY_FULL, request="k")))
    assert objective(dear, without_stop(lost, BLOCK)).missed == 2945 + 7_000_000
    # a visit that bears the name of an appointment does not keep it
    assert objective(dear, with_stop(without_stop(lost, BLOCK), VISIT_A, request="k")).missed == 2945 + 7_000_000


@pytest.mark.parametrize(
    ("first", "last", "lost"),
    # the horizon is day 0 and day 1; b has an appointment today, d no visit at all
    [(-3, -1, 0), (-3, 0, 1), (0, 1, 1), (1, 5, 1), (2, 5, 0), (-3, 5, 1)],
)
def test_a_must_visit_left_out_has_its_price_where_a_day_of_its_period_is_in_the_horizon(first, last, lost):
    wish = MustVisit("m", "d", DateRange(day(first), day(last)))
    problem = replace(small_problem(), must_visits=(wish,), params=Params(must_price=5_000_000))
    assert objective(problem).missed == 2945 + 5_000_000 * lost
    assert objective(replace(problem, must_visits=(replace(wish, site="b"),))).missed == 2945 + 5_000_000 * (
        lost and not first <= 0 <= last
    )


def test_a_must_visit_is_made_by_whatever_is_credited_in_its_period():
    sites = small_problem().sites
    wish = MustVisit("m", "d", DateRange(day(-27), day(1)))  # d was visited 27 days ago
    assert objective(replace(small_problem(), must_visits=(wish,))).missed == 2945
    assert sites[3].credited == (day(-27),)


def test_a_soft_radius_is_drawn_around_the_anchor_for_which_the_day_is_cheapest():
    # around b: a and c 10.00756 km away, 5.00756 beyond; 2 * int(5007.56 * 6000 / 1000) = 2 * 30,045.  Around a it would be
    # c alone, 20.015 - 5 = 15.015 km beyond
    soft = replace(small_problem(), radius=RadiusRule(5_000, price_per_km=6_000))
    assert objective(soft).radius == 2 * 30_045
    assert objective(soft, with_route(PLAN, anchor="a")).radius == 2 * 30_045
    # beside that nothing; and a hard one has no price, only violations
    assert objective(replace(soft, radius=RadiusRule(11_000, price_per_km=6_000))).radius == 0
    hard = replace(soft, radius=RadiusRule(5_000, hard=True, price_per_km=6_000))
    assert objective(hard).radius == 0


def test_what_a_person_asked_for_does_not_count_for_the_radius():
    # only a is bound: it is its own anchor
    soft = replace(small_problem(), radius=RadiusRule(5_000), locked=(PlacedVisit("c", "ann", MONDAY),))
    assert objective(soft).radius == 0
    both = replace(soft, locked=(PlacedVisit("a", "ann", MONDAY), PlacedVisit("c", "ann", MONDAY)))
    assert objective(both).radius == 0


def test_visits_of_a_rep_who_has_no_account_with_a_position_are_no_matter_of_the_radius():
    sites = tuple(replace(site, owner="bob") for site in small_problem().sites)
    soft = replace(small_problem(), sites=sites, radius=RadiusRule(5_000))
    certificate = check(soft, PLAN, reasons=False)
    assert certificate.objective.radius == 0
    assert "owner" in {violation.rule for violation in certificate.violations}


def base(*visits: tuple[str, int], locked: tuple[PlacedVisit, ...] = (), rep: str = "ann") -> Problem:
    published = tuple(PlacedVisit(site, rep, day(number)) for site, number in visits)
    return replace(small_problem(), base=published, locked=locked, params=Params(churn_price=1000))


def test_a_published_visit_on_its_day_costs_nothing():
    assert objective(base(("a", 0), ("c", 0))).churn == 0


def test_each_published_visit_on_another_day_or_gone_costs():
    assert objective(base(("a", 1), ("c", 0))).churn == 1000
    assert objective(base(("a", 1), ("c", 1))).churn == 2000
    assert objective(base(("d", 1))).churn == 1000  # left out


def test_a_published_visit_without_a_request_any_more_costs_nothing():
    # a has one request in the horizon, not two; b is not asked for at all
    assert objective(base(("a", 0), ("a", 1))).churn == 0
    assert objective(base(("a", 1), ("a", 0))).churn == 0  # in whatever order
    assert objective(base(("b", 1))).churn == 0


def test_locked_visits_and_appointments_are_no_matter_of_churn():
    # c is locked today, which was published: what is left of the base is its visit of tomorrow, for which there is no request
    lock = (PlacedVisit("c", "ann", MONDAY),)
    assert objective(base(("c", 0), ("c", 1), locked=lock)).churn == 0
    assert objective(base(("c", 0), locked=lock)).churn == 0
    # the appointment at b is not the visit that was published for today, nor counts as another one
    wish = (MustVisit("m", "b", DateRange(day(1), day(1))),)
    assert objective(replace(base(("b", 0)), must_visits=wish)).churn == 0
    assert PLAN.routes[0].stops[MEETING].kind is StopKind.APPOINTMENT


def test_what_moved_is_what_is_gone_and_came_again_or_is_missed():
    # c is visited today; what was locked for tomorrow is not what was published, whoever misses a visit
    missing = Ledger(missed=[Missed(DateRange(day(0), day(1)), (), day(1), 0)])
    lock = (PlacedVisit("d", "ann", day(1)),)
    assert moved(Facts(base(("d", 1)), PLAN), "d", missing) == 1
    assert moved(Facts(base(("d", 1), locked=lock), PLAN), "d", missing) == 0
    # c stands where it was published: that another one is missed makes no difference
    assert moved(Facts(base(("c", 0)), PLAN), "c", missing) == 0
