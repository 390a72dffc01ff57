"""Radius clusters: as few anchor accounts as possible, every account within the radius of one.

Anchors are accounts (a minimum dominating set), because an anchor can be visited and named; a free centre cannot.
Exact where reductions, a packing bound or CP-SAT close the gap, else the best cover found with the gap stated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count

import numpy as np

from planner.around import apart, reach
from planner.engine.cover import minimum_cover
from planner.plan import Cluster, Plan
from planner.problem import Problem, Site

TIES = 10  # rounds in which an anchor may also move to where the ways are as long


def clusters(problem: Problem, owners: Mapping[str, str] | None = None) -> tuple[tuple[Cluster, ...], int]:
    """Clusters of every rep's sites that have a position, and by how many they may exceed the least number (0: proven).

    `owners` says to whom sites without an owner were given.  Without a radius rule the default radius is taken.
    Anchors come in the order of the problem's sites, and so do the members.
    """
    groups: dict[str, list[Site]] = {rep: [] for rep in problem.reps}
    for site in problem.sites:
        rep = site.owner or (owners or {}).get(site.id)
        if site.place is not None and rep is not None:
            groups.setdefault(rep, []).append(site)
    found: list[Cluster] = []
    gap = 0
    for rep, sites in groups.items():
        if sites:
            away = apart(problem, [s.place for s in sites if s.place is not None])
            nearest, bound = cover(away, reach(problem.radius))
            found += _clusters(rep, sites, nearest)
            gap += len(set(nearest)) - bound
    return tuple(found), gap


def still_clusters(problem: Problem, owners: Mapping[str, str], found: Sequence[Cluster]) -> bool:
    """Whether clusters found earlier are right for this problem: the same sites with the same reps, each within the
    radius of its nearest anchor, which is their centre.  A radius that has grown may allow fewer; that is for the next full
    solve."""
    places = {site.id: site.place for site in problem.sites if site.place is not None}
    reps = {site.id: site.owner or owners.get(site.id) for site in problem.sites if site.id in places}
    inside = {(site, cluster.rep) for cluster in found for site in cluster.sites}
    if inside != {(site, rep) for site, rep in reps.items() if rep is not None}:
        return False
    return all(
        _still_near(problem, places, [cluster for cluster in found if cluster.rep == rep])
        for rep in {cluster.rep for cluster in found}
    )


def with_clusters(problem: Problem, plan: Plan) -> Plan:
    """The plan with its clusters, or with new ones where these are right no more."""
    if still_clusters(problem, plan.owners, plan.clusters):
        return plan
    found, gap = clusters(problem, plan.owners)
    return replace(plan, clusters=found, clusters_gap=gap)


def _still_near(problem: Problem, places: Mapping[str, int], found: Sequence[Cluster]) -> bool:
    anchors = [places[cluster.anchor] for cluster in found]
    for column, cluster in enumerate(found):
        distance = apart(problem, [places[site] for site in cluster.sites], anchors)
        own, sites = distance[:, column], [places[site] for site in cluster.sites]
        if (own > reach(problem.radius)).any() or (own > distance.min(axis=1)).any():
            return False
        ways = _ways_from(apart(problem, sites), reach(problem.radius))
        if ways[cluster.sites.index(cluster.anchor)] > ways.min():
            return False
    return True


def _clusters(rep: str, sites: Sequence[Site], nearest: Sequence[int]) -> list[Cluster]:
    members: dict[int, list[str]] = {anchor: [] for anchor in sorted(set(nearest))}
    for site, anchor in zip(sites, nearest, strict=True):
        members[anchor].append(site.id)
    return [Cluster(rep, sites[anchor].id, tuple(ids)) for anchor, ids in members.items()]


def cover(distance: np.ndarray, radius: float) -> tuple[list[int], int]:
    """The anchor of each point, at most `radius` away, and a lower bound on the number of anchors.

    distance : shape (n, n), symmetric.
    """
    near = distance <= radius
    anchors, bound = _fewest(near)
    anchors = _recentre(distance, radius, anchors)
    return _nearest(distance, anchors), bound


def _nearest(distance: np.ndarray, anchors: np.ndarray) -> list[int]:
    return anchors[np.argmin(distance[:, anchors], axis=1)].tolist()


def _recentre(distance: np.ndarray, radius: float, anchors: np.ndarray) -> np.ndarray:
    """Move each anchor to the member from which its cluster is shortest to reach: same number, tighter clusters.

    Of several such members the first, unless that goes round in circles."""
    for moves in count():
        nearest = np.asarray(_nearest(distance, anchors))
        moved = np.sort([_centre(distance, radius, np.flatnonzero(nearest == a)) for a in anchors])
        if np.array_equal(moved, anchors) or (moves >= TIES and _ways(distance, moved) >= _ways(distance, anchors)):
            break
        anchors = moved
    return anchors


def _ways(distance: np.ndarray, anchors: np.ndarray) -> float:
    """Of all points to their nearest anchors."""
    return float(distance[:, anchors].min(axis=1).sum())


def _centre(distance: np.ndarray, radius: float, members: np.ndarray) -> int:
    return int(members[np.argmin(_ways_from(distance[np.ix_(members, members)], radius))])


def _ways_from(within: np.ndarray, radius: float) -> np.ndarray:
    """From each member of a cluster to all others; infinite where one of them is beyond the radius."""
    return np.where(within.max(axis=0) <= radius, within.sum(axis=0), np.inf)


def _fewest(near: np.ndarray) -> tuple[np.ndarray, int]:
    """A small dominating set of the graph `near`, sorted, and a lower bound on the size of any.

    Components that touch are one problem, others are not: each is solved alone.
    """
    chosen: list[int] = []
    bound = 0
    for members in _components(near):
        anchors, least = _fewest_connected(near[np.ix_(members, members)])
        chosen += members[anchors].tolist()
        bound += least
    return np.sort(np.asarray(chosen, dtype=int)), bound


def _components(near: np.ndarray) -> list[np.ndarray]:
    unseen = np.ones(len(near), dtype=bool)
    parts = []
    for point in range(len(near)):
        if not unseen[point]:
            continue
        reached = np.zeros(len(near), dtype=bool)
        frontier = np.zeros(len(near), dtype=bool)
        frontier[point] = True
        while frontier.any():
            reached |= frontier
            frontier = near[frontier].any(axis=0) & ~reached
        unseen &= ~reached
        parts.append(np.flatnonzero(reached))
    return parts


def _fewest_connected(near: np.ndarray) -> tuple[list[int], int]:
    start, bound = _greedy(near), _packing(near)
    if len(start) == bound:
        return start, bound
    rows, columns = _reduce(near)
    small = near[np.ix_(rows, columns)]
    chosen, proven = minimum_cover(small, _greedy(small))
    best = columns[chosen].tolist()
    return min(best, start, key=len), max(bound, proven)


def _reduce(near: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns that matter: a column inside another, and a row that another row implies, do not."""
    rows, columns = np.arange(len(near)), np.arange(len(near))
    while True:
        kept_columns = columns[_maximal(near[np.ix_(rows, columns)].T)]
        kept_rows = rows[_minimal(near[np.ix_(rows, kept_columns)])]
        if len(kept_rows) == len(rows) and len(kept_columns) == len(columns):
            return rows, columns
        rows, columns = kept_rows, kept_columns


def _maximal(sets: np.ndarray) -> np.ndarray:
    """Mask of the sets (rows) inside no other; of equal ones the first."""
    common = sets.astype(np.float32) @ sets.T.astype(np.float32)
    size = common.diagonal()
    inside = common >= size[:, None]  # [j, k]: set j lies inside set k
    equal = inside & inside.T
    earlier = np.tri(len(sets), k=-1, dtype=bool)
    return ~((inside & ~equal) | (equal & earlier)).any(axis=1)


def _minimal(sets: np.ndarray) -> np.ndarray:
    """Mask of the sets (rows) that contain no other; of equal ones the first."""
    return _maximal(~sets)


def _greedy(near: np.ndarray) -> list[int]:
    """Again and again the column that covers most of what is left (the first such); at last drop what is not needed."""
    left = np.ones(len(near), dtype=bool)
    chosen: list[int] = []
    while left.any():
        best = int(np.argmax(near[left].sum(axis=0)))
        chosen.append(best)
        left &= ~near[:, best]
    for column in reversed(chosen.copy()):
        others = [c for c in chosen if c != column]
        if others and near[:, others].any(axis=1).all():
            chosen = others
    return chosen


def _packing(near: np.ndarray) -> int:
    """Rows of which no two share a column each need one of their own: a lower bound, greedily by fewest conflicts."""
    common = near.astype(np.float32) @ near.T.astype(np.float32) > 0
    free = np.ones(len(near), dtype=bool)
    count = 0
    while free.any():
        conflicts = np.where(free, (common & free).sum(axis=1), len(near) + 1)
        free &= ~common[int(np.argmin(conflicts))]
        count += 1
    return count
