"""An independent day-by-day reimplementation agrees with the module on random histories."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from planner.cadence.compliance import figures, overdue_days
from planner.cadence.credit import history
from planner.calendar import DateRange
from tests.planner.cadence.bruteforce import simulate
from tests.planner.cadence.strategies import START, random_account, random_visits

BATCHES, EACH = 20, 50


@pytest.mark.parametrize("batch", range(BATCHES))
def test_agrees_with_a_day_by_day_simulation(batch):
    for n in range(EACH):
        seed = batch * EACH + n
        rng = random.Random(seed)
        account, visits = random_account(rng), random_visits(rng)
        today = START + timedelta(days=rng.randrange(60, 240))
        assert_same(account, visits, today, rng, seed)


def assert_same(account, visits, today, rng, seed):
    seen = simulate(account, [day for day in visits if day <= today], today)
    found = history(account, visits, today)
    assert {c.day: c.verdict.value for c in found.credits} == seen.verdicts, seed
    asked = [(t.opens, t.closes, t.asked, list(t.credited)) for t in found.targets]
    assert sorted(asked) == sorted(t[:4] for t in seen.targets if t[2] or t[3]), seed
    assert overdue_days(account, found) & seen.active == seen.overdue & seen.active, seed
    period = DateRange(START + timedelta(days=rng.randrange(60)), today - timedelta(days=rng.randrange(-3, 1)))
    assert_same_figures(figures(account, found, period), seen, period, today, seed)


def assert_same_figures(found, seen, period, today, seed):
    counted = [t for t in seen.targets if period.first <= t[1] <= period.last and t[1] < today and t[2]]
    assert found.attainment.denominator == sum(t[2] for t in counted), seed
    assert found.attainment.numerator == sum(min(len(t[3]), t[2]) for t in counted), seed
    assert found.on_time.numerator == sum(min(len([d for d in t[3] if d <= t[1]]), t[2]) for t in counted), seed
    active = [day for day in seen.active if period.first <= day <= period.last and day < today]
    assert found.in_compliance.denominator == len(active), seed
    assert found.in_compliance.numerator == len([day for day in active if day not in seen.overdue]), seed
    made = [v for day, v in seen.verdicts.items() if day in period and v != "no_cadence"]
    assert found.over_call.denominator == len(made), seed
    assert found.over_call.numerator == made.count("surplus") + made.count("too_early"), seed
