"""Real businesses of a mountain country (OpenStreetMap, from FIELDBEAT_SHARED), a random part of them for each seed.

Distances between them are the product's estimate of roads: measured roads come with the road matrices of the product.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path
from random import Random

from benchmarks.planner.shapes.accounts import Segment, company
from planner.problem import Problem
from planner.travel import Place

COUNTRY = "andorra-pois.csv"
SEGMENTS = (Segment(25, 14, (20, 30), 120), Segment(45, 28, (20, 30, 45), 90), Segment(30, 84, (20, 30), 45))


class Absent(Exception):
    """What an instance needs is not on this machine."""


def problem(accounts: int, workdays: int, seed: int) -> Problem:
    """Raises Absent without the shared data."""
    rng = Random(f"real {accounts} {workdays} {seed}")
    known = _businesses()
    if accounts >= len(known):
        raise ValueError(f"{COUNTRY} has {len(known)} places, too few for {accounts} accounts and a home")
    return company(rng, rng.sample(known, accounts + 1), SEGMENTS, workdays)


def _businesses() -> list[Place]:
    path = Path(os.environ.get("FIELDBEAT_SHARED", "../shared")) / "data" / "osm" / COUNTRY
    if not path.is_file():
        raise Absent(f"no {path}: set FIELDBEAT_SHARED")
    with path.open(encoding="utf-8", newline="") as rows:
        return [Place(float(row["lat"]), float(row["lon"])) for row in csv.DictReader(rows)]
