"""The random problems of the property tests have every feature of decision 1, each in many of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from planner.cadence.policy import Mode
from planner.cadence.unroll import unroll
from planner.params import Params
from planner.problem import Problem
from planner.travel import UNREACHABLE
from tests.planner.generate import ALL_FEATURES, random_problem

PROBLEMS = 200  # those of tests/planner/check/test_solved.py
FEATURES: dict[str, Callable[[Problem], bool]] = {
    "several windows a day": lambda p: any(len(day) > 1 for s in p.sites for day in s.hours or ()),
    "exceptions": lambda p: any(s.exceptions for s in p.sites),
    "weekdays": lambda p: any(len(s.weekdays) < 7 for s in p.sites),
    "break": lambda p: any(d.rest for d in p.workdays),
    "overtime": lambda p: any(d.max_overtime for d in p.workdays),
    "frozen days": lambda p: any(d.frozen for d in p.workdays),
    "published on frozen days": lambda p: any(d.frozen and d.date == v.date for d in p.workdays for v in p.base),
    "most stops": lambda p: any(d.max_stops is not None for d in p.workdays),
    "most driving": lambda p: any(d.max_driving is not None for d in p.workdays),
    "capacity": lambda p: any(d.capacity is not None for d in p.workdays) and any(s.load for s in p.sites),
    "skills": lambda p: any(s.skills - d.skills for s in p.sites for d in p.workdays),
    "follow-up": lambda p: any(d.follow_up for d in p.workdays),
    "end elsewhere": lambda p: any(d.start_place != d.end_place for d in p.workdays),
    "two reps": lambda p: len(p.reps) > 1,
    "apart": lambda p: bool(p.apart),
    "same rep": lambda p: bool(p.same_rep),
    "shared": lambda p: any(s.shared for s in p.sites),
    "free": lambda p: any(s.owner is None and not s.shared for s in p.sites),
    "combinations": lambda p: any(s.cadence and s.cadence.combinations for s in p.sites),
    "pattern": lambda p: any(s.cadence and s.cadence.mode is Mode.PATTERN for s in p.sites),
    "quota": lambda p: any(s.cadence and s.cadence.mode is Mode.QUOTA for s in p.sites),
    "least gap": lambda p: any(s.cadence and s.cadence.min_gap_days > 1 for s in p.sites),
    "closed season": lambda p: any(x.interval_days is None for s in p.sites if s.cadence for x in s.cadence.seasons),
    "other season": lambda p: any(x.interval_days for s in p.sites if s.cadence for x in s.cadence.seasons),
    "validity": lambda p: any(s.cadence and (s.cadence.valid_from or s.cadence.valid_to) for s in p.sites),
    "pauses": lambda p: any(s.pauses for s in p.sites),
    "two pauses": lambda p: any(len(s.pauses) > 1 for s in p.sites),
    "never visited": lambda p: any(s.cadence and not s.credited for s in p.sites),
    "no cadence": lambda p: any(s.cadence is None for s in p.sites),
    "must-visits": lambda p: bool(p.must_visits),
    "appointments": lambda p: any(a.site for a in p.appointments),
    "appointments elsewhere": lambda p: any(a.place is not None for a in p.appointments),
    "leeway": lambda p: any(a.window.latest > a.window.earliest for a in p.appointments),
    "blocks": lambda p: any(a.site is None and a.place is None for a in p.appointments),
    "locked days": lambda p: any(lock.start is None for lock in p.locked),
    "promised starts": lambda p: any(lock.start is not None for lock in p.locked),
    "published": lambda p: bool(p.base),
    "hard radius": lambda p: p.radius is not None and p.radius.hard,
    "soft radius": lambda p: p.radius is not None and not p.radius.hard,
    "radius in minutes": lambda p: p.radius is not None and p.radius.seconds is not None,
    "one-way roads": lambda p: bool((p.travel.seconds != p.travel.seconds.T).any()),
    "no road": lambda p: bool((p.travel.seconds >= UNREACHABLE).any()),
    "growth of its own": lambda p: p.params != Params(),
    "missed in a row": lambda p: any(chain.missed > 0 for chain in unroll(p).values()),
    "first visit longer": lambda p: any(s.newcomer for s in p.sites),
    "together": lambda p: bool(p.together),
    "preferred windows": lambda p: any(any(s.preferred or ()) for s in p.sites),
    "fair days": lambda p: any(d.fair_work is not None for d in p.workdays),
    "speeds": lambda p: bool(p.speeds),
    "areas": lambda p: len({d.area for d in p.workdays}) > 1,
    "no position": lambda p: any(s.place is None for s in p.sites),
}


@pytest.fixture(scope="module")
def counted() -> Counter[str]:
    problems = [random_problem(seed, reps=1 + seed % 2) for seed in range(PROBLEMS)]
    return Counter(name for name, has in FEATURES.items() for problem in problems if has(problem))


@pytest.mark.parametrize("name", FEATURES)
def test_a_feature_occurs_in_many_problems(name, counted):
    assert counted[name] >= PROBLEMS // 20


def test_equal_arguments_give_equal_problems():
    one, two = (random_problem(5, features=ALL_FEATURES, reps=2) for _ in range(2))
    assert one.sites == two.sites
    assert one.workdays == two.workdays
    assert (one.travel.seconds == two.travel.seconds).all()
