"""The radius of a day, by distance and by minutes.

Each on a line with one place a minute apart; expected values by hand.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.params import RadiusRule
from planner.plan import Reason
from planner.travel import TravelMatrix
from tests.planner.search.solved import DEAR, planned, visits
from tests.planner.small import HOUR, MINUTE, line, problem, site, workday


def test_a_soft_radius_is_priced_by_the_kilometre_and_a_hard_one_kept() -> None:
    # on the line of small.py a minute is 0.009 degrees, 1.0008 km: a and b are 100.08 km apart
    sites = [site("a", 1, **DEAR), site("b", 2, **DEAR)]
    rule = RadiusRule(metres=90_000, price_per_km=60)
    soft = planned(problem([0, 10, 110], sites, [workday()], radius=rule))
    assert len(visits(soft)) == 2
    assert soft.objective.radius == pytest.approx((100.08 - 90) * 60, abs=3)
    hard = planned(problem([0, 10, 110], sites, [workday()], radius=RadiusRule(metres=90_000, hard=True)))
    assert len(visits(hard)) == 1


def test_a_radius_by_minutes_counts_the_longer_of_both_ways() -> None:
    # a and b lie half an hour apart; the way from b to a takes 40 minutes
    places, travel = line([0, 10, 40])
    seconds = travel.seconds.copy()
    seconds[2, 1] = 40 * MINUTE
    sites = [site("a", 1, **DEAR), site("b", 2, **DEAR)]
    asked = problem([0, 10, 40], sites, [workday()])
    asked = replace(asked, travel=TravelMatrix(seconds, travel.metres))
    soft = planned(replace(asked, radius=RadiusRule(seconds=30 * MINUTE, price_per_minute=50)))
    assert len(visits(soft)) == 2
    assert soft.objective.radius == 10 * 50
    assert len(visits(planned(replace(asked, radius=RadiusRule(seconds=40 * MINUTE, hard=True))))) == 2
    hard = planned(replace(asked, radius=RadiusRule(seconds=40 * MINUTE - 1, hard=True)))
    assert [u.reason for u in hard.unplanned] == [Reason.BEYOND_RADIUS]
    assert sorted(cluster.anchor for cluster in hard.clusters) == ["a", "b"]
    assert len(soft.clusters) == 2  # 40 minutes are more than 30, whatever it costs
    wide = planned(replace(asked, radius=RadiusRule(seconds=HOUR)))
    assert [cluster.sites for cluster in wide.clusters] == [("a", "b")]
