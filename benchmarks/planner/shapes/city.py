"""A dense city: short calls, many a day, little driving; the due dates decide more than the map."""

from __future__ import annotations

from random import Random

from benchmarks.planner.shapes.accounts import Segment, company, on_plane
from planner.problem import Problem
from planner.travel import Place

CENTRE = Place(0.5, 20.0)
SEGMENTS = (Segment(20, 7, (10, 15), 60), Segment(45, 14, (10, 15), 45), Segment(35, 28, (10, 15, 20), 40))
SPREAD_KM = 3.5


def problem(accounts: int, workdays: int, seed: int) -> Problem:
    rng = Random(f"city {accounts} {workdays} {seed}")
    places = [on_plane(rng.gauss(0, 2 * SPREAD_KM), rng.gauss(0, 2 * SPREAD_KM), CENTRE)]
    places += [on_plane(rng.gauss(0, SPREAD_KM), rng.gauss(0, SPREAD_KM), CENTRE) for _ in range(accounts)]
    return company(rng, places, SEGMENTS, workdays)
