"""About twice as much due as the days can hold: which visits are left out is the decision."""

from __future__ import annotations

from random import Random

from benchmarks.planner.shapes.accounts import Segment, company, on_plane
from planner.problem import Problem
from planner.travel import Place

CENTRE = Place(0.5, 30.0)
SEGMENTS = (Segment(20, 7, (30, 45), 240), Segment(40, 14, (30, 45, 60), 150), Segment(40, 28, (30, 60), 90))


def problem(accounts: int, workdays: int, seed: int) -> Problem:
    rng = Random(f"overload {accounts} {workdays} {seed}")
    towns = [(rng.uniform(-30, 30), rng.uniform(-30, 30)) for _ in range(4)]
    places = [on_plane(rng.uniform(-10, 10), rng.uniform(-10, 10), CENTRE)]
    for _ in range(accounts):
        x, y = rng.choice(towns)
        places.append(on_plane(rng.gauss(x, 6), rng.gauss(y, 6), CENTRE))
    return company(rng, places, SEGMENTS, workdays)
