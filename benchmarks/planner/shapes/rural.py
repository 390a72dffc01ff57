"""Villages about 60 miles apart, farms between them: whole days go to one village, and the order of days decides.

`problem` sends the rep home every evening; `with_nights` has an inn in each village (benchmarks.planner.nights compares them).
"""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

from benchmarks.planner.shapes.accounts import HOUR, MINUTE, Day, Segment, company, on_plane
from planner.params import METRES_PER_MILE, NightRule
from planner.problem import Problem
from planner.travel import Estimate, Place

CENTRE = Place(0.5, 10.0)
APART_KM = 60 * METRES_PER_MILE / 1000
VILLAGES = 6  # home and five around it
SEGMENTS = (Segment(8, 14, (20, 30), 180), Segment(42, 28, (20, 30, 45), 120), Segment(50, 84, (20, 30), 60))
DAY = Day(7 * HOUR + 30 * MINUTE, 17 * HOUR)


def problem(accounts: int, workdays: int, seed: int) -> Problem:
    rng = Random(f"rural {accounts} {workdays} {seed}")
    villages = _villages(rng)
    places = [on_plane(rng.gauss(0, 3), rng.gauss(0, 3), CENTRE)]
    for _ in range(accounts):
        if rng.random() < 0.8:
            x, y = rng.choices(villages, [3, *[2] * (VILLAGES - 1)])[0]
            places.append(on_plane(rng.gauss(x, 6), rng.gauss(y, 6), CENTRE))
        else:
            places.append(on_plane(*(rng.uniform(-APART_KM, APART_KM) for _ in range(2)), CENTRE))
    return company(rng, places, SEGMENTS, workdays, DAY)


def with_nights(accounts: int, workdays: int, seed: int, price: int, at_sites: bool = False) -> Problem:
    """The same, with nights from Monday to Thursday in the inns of the five villages around home (and at any account)."""
    asked = problem(accounts, workdays, seed)
    around = _villages(Random(f"rural {accounts} {workdays} {seed}"))[1:]
    places = (*asked.places, *(on_plane(x, y, CENTRE) for x, y in around))
    inns = tuple(range(len(asked.places), len(places)))
    return replace(
        asked, places=places, travel=Estimate().matrix(places), nights=NightRule(inns, at_sites, price=price)
    )


def _villages(rng: Random) -> list[tuple[float, float]]:
    """Kilometres east and north of home, which is in the first of them."""
    turn = rng.random()
    villages = [(0.0, 0.0)]
    for n in range(VILLAGES - 1):
        angle, km = 2 * math.pi * (n / (VILLAGES - 1) + turn), APART_KM * rng.uniform(0.85, 1.05)
        villages.append((km * math.cos(angle), km * math.sin(angle)))
    return villages
