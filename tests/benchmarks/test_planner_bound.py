"""The lower bound: its two minima against trying everything, and itself against proven optima and by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import combinations, permutations, product
from random import Random

import numpy as np
import pytest

from benchmarks.planner.bound import lower_bound
from benchmarks.planner.bound.dates import Rhythm
from benchmarks.planner.bound.tours import Day, metric
from planner.cadence.policy import Cadence
from planner.cadence.unroll import unroll
from planner.draft.dates import Call, SiteDates
from planner.params import Params
from planner.plan import StopKind
from planner.problem import Appointment
from planner.solve import solve
from planner.tasks import TimeWindow
from tests.planner.small import MINUTE, MONDAY, at, problem, site, week, workday
from tests.planner.test_optimal import best, small

MONTHLY = {"cadence": Cadence(interval_days=28), "credited": (MONDAY - timedelta(days=28),)}  # due on MONDAY
FREE_WAITING = {"params": Params(waiting_percent=0)}


def test_a_visit_that_pays_costs_its_way() -> None:
    # 20 minutes there and back are 2,400 s, less than the 5,400 of leaving it out
    found = lower_bound(problem([0, 20], [site("a", 1, **MONTHLY)], [workday()], **FREE_WAITING), 20.0)
    assert found.value == pytest.approx(2 * 20 * MINUTE, abs=1)


def test_a_visit_that_does_not_pay_costs_its_price() -> None:
    # three hours there and back; of its window (5 days before until 5 after Monday) six days of eleven lie before the end
    found = lower_bound(problem([0, 90], [site("a", 1, **MONTHLY)], [workday()], **FREE_WAITING), 20.0)
    assert found.value == pytest.approx(5400 * 6 // 11, abs=1)


def test_two_on_one_way_share_it() -> None:
    sites = [site("a", 1, **MONTHLY), site("b", 2, **MONTHLY)]
    found = lower_bound(problem([0, 18, 20], sites, week(3), **FREE_WAITING), 20.0)
    assert found.value == pytest.approx(2 * 20 * MINUTE, abs=1)


def test_an_appointment_is_kept() -> None:
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(10), at(10)), 30 * MINUTE, "a")
    asked = problem([0, 100], [site("a", 1)], [workday()], appointments=(meeting,), **FREE_WAITING)
    assert lower_bound(asked, 20.0).value == pytest.approx(2 * 100 * MINUTE, abs=1)


@pytest.mark.parametrize(("a_day_late", "expected"), [(5_000, 4 * 10 * MINUTE), (240, 2 * 10 * MINUTE + 240)])
def test_a_due_date_moves_with_the_visit_before(a_day_late: int, expected: int) -> None:
    """Every 4 days, credited from the third, on time on Monday and Tuesday: then the next one may come on Thursday or Friday.

    A visit on Wednesday is a day late, but after it none falls due before Saturday: one way instead of two.
    """
    fast = {"cadence": Cadence(interval_days=4, tolerance_days=1), "credited": (MONDAY - timedelta(days=4),)}
    often = site("a", 1, miss_price=90_000, late_price=a_day_late, **fast)
    found = lower_bound(problem([0, 10], [often], week(5), **FREE_WAITING), 20.0)
    assert found.value == pytest.approx(expected, abs=1)


@pytest.mark.parametrize(("growth", "expected"), [(0, 12_960), (25, 17_400)])
def test_windows_missed_in_a_row_are_dearer(growth: int, expected: int) -> None:
    """Every 10 days, last seen 30 days ago; the way there and back takes 12,000 s.

    Three windows left out are 5,400 + 5,400 + 2,160 s, after two missed before with a growth of 25 % up to 60 % 8,100 + 8,640 + 3,456 s
    (tests/planner/test_who_waits.py).  Seen on Wednesday, the last day in time, one more is due in the 20 days: 12,000 + 5,400 s.
    """
    seldom = site("a", 1, cadence=Cadence(interval_days=10, tolerance_days=2), credited=(MONDAY - timedelta(days=30),))
    params = Params(waiting_percent=0, miss_growth_percent=growth, miss_growth_most_percent=60)
    found = lower_bound(problem([0, 100], [seldom], week(20), params=params), 20.0)
    assert found.value == pytest.approx(expected, abs=1)


def test_what_it_does_not_know_is_refused() -> None:
    known = site("a", 1, **MONTHLY)
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(10), at(10)), 30 * MINUTE, "a")
    with pytest.raises(ValueError, match="fixed visits"):
        lower_bound(problem([0, 10], [known], [workday()], appointments=(meeting,)), 1.0)


def test_never_above_the_optimum_and_seldom_far_below() -> None:
    """The optimum by trying everything (tests/planner/test_optimal.py): overtime and waiting cost there, and not in the bound."""
    gaps = []
    for seed in range(25):
        asked = replace(small(seed), params=Params(waiting_percent=0, overtime_percent=0))
        least, bound = best(asked), lower_bound(asked, 20.0, 4).value
        assert bound <= least + 1e-6, seed
        assert bound <= best(small(seed)), seed
        gaps.append(1 - bound / least if least else 0.0)
    assert sum(gap < 0.01 for gap in gaps) >= 15  # a linear program may combine halves of plans
    assert max(gaps) < 0.25


def test_never_above_a_plan_with_moving_due_dates() -> None:
    rng = Random(5)
    for seed in range(4):
        sites = [
            site(
                f"s{n}",
                n + 1,
                cadence=Cadence(interval_days=rng.choice([4, 7])),
                credited=(MONDAY - timedelta(days=rng.randint(1, 8)),),
                hours=((TimeWindow(at(8), at(rng.choice([10, 12, 16]))),),) * 7,
                miss_price=rng.choice([2_000, 5_400]),
            )
            for n in range(6)
        ]
        asked = problem([0, *(rng.randint(5, 60) for _ in sites)], sites, week(5), **FREE_WAITING)
        assert lower_bound(asked, 1.0).value <= solve(asked, seed=seed, iterations=300).objective.total


def test_the_cheapest_dates_are_those_of_trying_all() -> None:
    rng = Random(3)
    for _ in range(30):
        interval = rng.choice([3, 4, 7])
        one = site(
            "a",
            1,
            cadence=Cadence(interval_days=interval, min_gap_days=rng.randint(1, interval)),
            credited=(MONDAY - timedelta(days=rng.randint(1, 9)),),
            weekdays=frozenset(rng.sample(range(5), 4)),
            late_price=rng.choice([0, 240, 900]),
            miss_price=rng.choice([300, 5_400]),
        )
        asked = problem([0, 10], [one], week(5))
        days = [day.date for day in asked.workdays if day.date.weekday() in one.weekdays]
        prizes = {day: rng.choice([-1500, 0, 400]) for day in days}
        rhythm = Rhythm(asked, one, unroll(asked)["a"], set(days))
        value, found = rhythm.cheapest(prizes)
        assert value == pytest.approx(_all_dates(asked, prizes, days))
        assert value == pytest.approx(found.price + sum(prizes[day] for day in found.days))


def _all_dates(asked, prizes, days) -> float:
    rhythm = SiteDates(asked.sites[0], asked.horizon)
    least = float("inf")
    for count in range(len(days) + 1):
        for chosen in combinations(days, count):
            verdict = rhythm.judge([Call(day) for day in chosen])
            if verdict.broken is None:
                price = rhythm.price(verdict, asked.params) + sum(prizes[day] for day in chosen)
                least = min(least, price)
    return least


@pytest.mark.parametrize("memory", [1, 3])
def test_the_cheapest_tour_is_no_dearer_than_any_and_exact_with_memory(memory: int) -> None:
    rng = np.random.default_rng(7)
    for _ in range(20):
        xy = rng.uniform(0, 40, (5, 2))
        minutes = metric(np.ceil(np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1))).astype(np.int64))
        opens = rng.integers(0, 120, 4)
        stays = np.array([0, *rng.integers(5, 40, 4)])
        day = Day(
            np.arange(4),
            minutes.astype(float),
            minutes + stays[:, None],
            opens,
            opens + rng.integers(10, 120, 4),
            0,
            240,
        )
        prize = rng.uniform(-5, 60, 4)
        day.remember_nearest(memory)
        value, tours = day.cheapest(prize)
        least = _all_tours(day, prize)
        assert value <= least + 1e-9
        if memory == 3:  # remembers all the others
            assert value == pytest.approx(least)
            assert all(len(set(tour)) == len(tour) for tour in tours)


def test_a_site_between_learns_to_remember() -> None:
    day = Day(np.arange(10, 14), np.zeros((5, 5)), np.zeros((5, 5)), np.zeros(4), np.zeros(4), 0, 1, [[], [2], [], []])
    assert day.learn([10, 11, 12, 10, 13], most=2)
    assert day.remembered == [[], [2, 0], [0], []]  # 11 and 12 stand between the two visits to 10
    assert not day.learn([10, 11, 12, 10, 13], most=2)
    assert not day.learn([13, 11, 13], most=2)  # 11 remembers two already


def _all_tours(day: Day, prize: np.ndarray) -> float:
    least = 0.0
    for count in range(1, 5):
        for order in permutations(range(4), count):
            now, here, cost = day.start, 0, 0.0
            for i in order:
                now = max(now + day.lasts[here, i + 1], day.opens[i])
                if now > day.closes[i]:
                    break
                cost += day.cost[here, i + 1] - prize[i]
                here = i + 1
            else:
                if now + day.lasts[here, 0] <= day.end:
                    least = min(least, cost + day.cost[here, 0])
    return least


def test_a_metric_is_no_longer_and_keeps_the_triangle() -> None:
    seconds = np.random.default_rng(1).integers(1, 100, (6, 6))
    np.fill_diagonal(seconds, 0)
    short = metric(seconds)
    assert (short <= seconds).all()
    assert all(short[a, b] <= short[a, c] + short[c, b] for a, b, c in product(range(6), repeat=3))


def test_visits_of_the_plan_are_known_to_the_program() -> None:
    """The first value of the program is the price of the plan it begins with, or less."""
    sites = [site(f"s{n}", n + 1, **MONTHLY) for n in range(4)]
    asked = problem([0, 10, 20, 35, 50], sites, week(3), **FREE_WAITING)
    plan = solve(asked, iterations=200)
    orders = {r.date: [s.site for s in r.stops if s.kind is StopKind.VISIT] for r in plan.routes}
    found = lower_bound(asked, 2.0, plan=orders)
    assert found.value - 1 <= found.program <= plan.objective.total + 1e-6
