"""Radius clusters: fewest anchors, everyone within the radius, each with its nearest anchor."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from planner.clusters import clusters, cover, still_clusters, with_clusters
from planner.engine.cover import minimum_cover
from planner.params import RadiusRule
from planner.plan import Objective, Plan
from planner.problem import Problem
from planner.travel import Estimate, Place
from tests.planner.small import problem, site, workday


def on_a_line(kilometres: list[float], radius: int) -> Problem:
    """Places 111.195 km a degree of latitude, exactly as the great circle says."""
    places = tuple(Place(km / 111.1951, 0.0) for km in [0.0, *kilometres])
    sites = [site(f"s{n}", n + 1) for n in range(len(kilometres))]
    return Problem(
        horizon=problem([0], [], [workday()]).horizon,
        places=places,
        travel=Estimate().matrix(places),
        workdays=(workday(),),
        sites=tuple(sites),
        radius=RadiusRule(metres=radius),
    )


def test_one_anchor_in_the_middle() -> None:
    # 0, 10, 20 with a radius of 10 km: only the middle one reaches both.
    found, gap = clusters(on_a_line([0, 10, 20], 10_001))
    assert [(c.anchor, c.sites) for c in found] == [("s1", ("s0", "s1", "s2"))]
    assert gap == 0


def test_each_member_belongs_to_the_nearest_anchor() -> None:
    # 0 10 20 | 26 36 46: anchors at 10 and 36; 20 is 10 from the first, 26 is 10 from the second.
    found, _ = clusters(on_a_line([0, 10, 20, 26, 36, 46], 16_001))
    assert [(c.anchor, c.sites) for c in found] == [("s1", ("s0", "s1", "s2")), ("s4", ("s3", "s4", "s5"))]


def test_the_radius_is_included_and_a_metre_less_is_not() -> None:
    metres = 10 / 111.1951 * np.pi / 180 * 6_371_008.8
    assert len(clusters(on_a_line([0, 10], int(np.ceil(metres))))[0]) == 1
    assert len(clusters(on_a_line([0, 10], int(metres) - 1))[0]) == 2


def test_sites_without_position_or_rep_are_in_none() -> None:
    p = problem([0, 1], [site("a", 1), site("b", None), site("c", 1, owner=None)], [workday()])
    assert [c.sites for c in clusters(p)[0]] == [("a",)]
    assert [c.sites for c in clusters(p, {"c": "ann"})[0]] == [("a", "c")]


def test_reps_have_their_own_clusters() -> None:
    p = problem([0, 1], [site("a", 1), site("b", 1, owner="ben")], [workday(), workday(rep="ben")])
    assert [(c.rep, c.anchor, c.sites) for c in clusters(p)[0]] == [("ann", "a", ("a",)), ("ben", "b", ("b",))]


def distances(seed: int, count: int, spread: float = 100.0) -> np.ndarray:
    points = np.random.default_rng(seed).uniform(0, spread, (count, 2))
    return np.hypot(*(points[:, None] - points).transpose(2, 0, 1))


def brute_force(near: np.ndarray) -> int:
    for size in range(1, len(near) + 1):
        for chosen in combinations(range(len(near)), size):
            if near[:, chosen].any(axis=1).all():
                return size
    raise AssertionError("every point covers itself")


@pytest.mark.parametrize("seed", range(60))
def test_fewest_anchors_by_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    distance, radius = distances(seed, int(rng.integers(1, 13))), float(rng.uniform(5, 60))
    nearest, bound = cover(distance, radius)
    assert len(set(nearest)) == bound == brute_force(distance <= radius)


@pytest.mark.parametrize("seed", range(10))
def test_members_are_within_the_radius_of_the_nearest_anchor(seed: int) -> None:
    distance = distances(seed, 200)
    nearest, bound = cover(distance, 12.0)
    anchors = sorted(set(nearest))
    assert all(nearest[a] == a for a in anchors)
    mine = distance[np.arange(200), nearest]
    assert mine.max() <= 12.0
    assert (mine == distance[:, anchors].min(axis=1)).all()
    assert 1 <= bound <= len(anchors)
    assert cover(distance, 12.0) == (nearest, bound)


def test_cover_beats_greedy_where_greedy_is_wrong() -> None:
    # Rows 0-5. Greedy takes {1,2,4,5} first and then needs two more; {0,1,2} and {3,4,5} do it in two.
    sets = [{0, 1, 2}, {3, 4, 5}, {1, 2, 4, 5}, {0}, {3}]
    near = np.array([[row in s for s in sets] for row in range(6)])
    assert sorted(minimum_cover(near, [2, 3, 4])[0]) == [0, 1]


def test_when_the_limit_ends_the_search_the_start_stays_and_the_bound_is_honest() -> None:
    near = distances(1, 60) <= 20
    start = list(range(60))
    chosen, bound = minimum_cover(near, start, limit=0.0)
    assert near[:, chosen].any(axis=1).all()
    exact, proven = minimum_cover(near, start, limit=10.0)
    assert bound <= len(exact) == proven


def test_a_thousand_accounts_are_covered_with_at_most_two_too_many() -> None:
    # A territory of 400 by 400 km (a rep with 1,000 accounts), 60 miles; about 0.3 s on an idle core.
    nearest, bound = cover(distances(7, 1000, 400.0), 96.56)
    assert len(set(nearest)) - bound <= 2


def test_clusters_hold_until_radius_positions_owners_or_accounts_change() -> None:
    known = on_a_line([0, 10, 20, 26, 36, 46], 16_001)
    found, _ = clusters(known)  # anchors at 10 and 36
    assert still_clusters(known, {}, found)
    assert not still_clusters(on_a_line([0, 10, 20, 26, 36, 46], 9_000), {}, found)  # 0 is 10 km from its anchor
    assert not still_clusters(on_a_line([0, 10, 24, 26, 36, 46], 16_001), {}, found)  # 24 is nearer to 36 than to 10
    assert not still_clusters(on_a_line([0, 10, 20, 26, 36], 16_001), {}, found)  # one account less
    assert not still_clusters(on_a_line([0, 10, 11, 26, 36, 46], 16_001), {}, found[:0])  # none at all
    # 0 has moved to 18 km, so that 18, among 10 and 20, is the middle
    assert not still_clusters(on_a_line([18, 10, 20, 26, 36, 46], 16_001), {}, found)


def test_a_plan_keeps_its_clusters_while_they_are_right() -> None:
    known = on_a_line([0, 10, 20], 16_001)
    found, gap = clusters(known)
    plan = Plan((), (), Objective(), found, clusters_gap=3)
    assert with_clusters(known, plan) is plan
    assert with_clusters(known, replace(plan, clusters=())) == replace(plan, clusters_gap=gap)


def test_of_several_that_are_as_near_an_anchor_stays_where_it_is_in_the_end() -> None:
    """Whatever the distances: no member of a cluster is nearer to the others than its anchor."""
    for seed in range(200):
        rng = np.random.default_rng(seed)
        points = rng.integers(0, 6, (12, 2)).astype(float)  # many are as far from each other
        distance = np.abs(points[:, None] - points).sum(axis=2)
        nearest = np.asarray(cover(distance, 4.0)[0])
        for anchor in set(nearest.tolist()):
            members = np.flatnonzero(nearest == anchor)
            within = distance[np.ix_(members, members)]
            able = within.sum(axis=0)[within.max(axis=0) <= 4]
            assert distance[anchor, members].sum() == able.min(), seed
