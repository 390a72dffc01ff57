"""Villages about 60 miles apart, farms between them: whole days go to one village, and the order of days decides.

The planner has no overnight stays yet, so every day ends at home; with them another plan would be better.
"""

from __future__ import annotations

import math
from random import Random

from benchmarks.planner.shapes.accounts import HOUR, MINUTE, Day, Segment, company, on_plane
from planner.params import METRES_PER_MILE
from planner.problem import Problem
from planner.travel import Place

CENTRE = Place(0.5, 10.0)
APART_KM = 60 * METRES_PER_MILE / 1000
VILLAGES = 6  # home and five around it
SEGMENTS = (Segment(8, 14, (20, 30), 8, 180), Segment(42, 28, (20, 30, 45), 4, 120), Segment(50, 84, (20, 30), 2, 60))
DAY = Day(7 * HOUR + 30 * MINUTE, 17 * HOUR)


def problem(accounts: int, workdays: int, seed: int) -> Problem:
    rng = Random(f"rural {accounts} {workdays} {seed}")
    turn = rng.random()
    villages = [(0.0, 0.0)]
    for n in range(VILLAGES - 1):
        angle, km = 2 * math.pi * (n / (VILLAGES - 1) + turn), APART_KM * rng.uniform(0.85, 1.05)
        villages.append((km * math.cos(angle), km * math.sin(angle)))
    places = [on_plane(rng.gauss(0, 3), rng.gauss(0, 3), CENTRE)]
    for _ in range(accounts):
        if rng.random() < 0.8:
            x, y = rng.choices(villages, [3, *[2] * (VILLAGES - 1)])[0]
            places.append(on_plane(rng.gauss(x, 6), rng.gauss(y, 6), CENTRE))
        else:
            places.append(on_plane(*(rng.uniform(-APART_KM, APART_KM) for _ in range(2)), CENTRE))
    return company(rng, places, SEGMENTS, workdays, DAY)
