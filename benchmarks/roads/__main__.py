"""`python -m benchmarks.roads [andorra liechtenstein ...] [--accounts 250] [--days 20] [--seeds 3] [--iterations 20000]`

Takes the extract and its businesses from FIELDBEAT_SHARED, builds the graph with our own OSRM in instance/bench-roads, and prints the
table of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import csv
import os
import socket
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from threading import Thread
from time import sleep

import numpy as np

from benchmarks.planner.shapes.accounts import company
from benchmarks.planner.shapes.real import SEGMENTS
from benchmarks.roads.driving import Driven, drive
from planner.calibration import calibrated
from planner.problem import Problem
from planner.solve import solve
from planner.travel import UNREACHABLE, Estimate, Place, TravelMatrix, great_circle
from server.travel.engines.faults import Deadline, EngineFault
from server.travel.engines.osrm import Osrm
from server.travel.engines.tiles import ask
from server.travel.filling import OFF_ROAD, PAIRS
from server.travel.local import graph
from server.travel.local.install import install
from server.travel.local.serve import RoadServer

FOLDER = Path("instance/bench-roads")
HEAD = ("area", "planned by", "error %", "visits planned", "missed", "of them appointments", "made", "driving told min", "driven min",
        "late > 10 min %", "driving a visit made, min")  # fmt: skip


@dataclass(frozen=True)
class Area:
    name: str
    places: list[Place]
    engine: Osrm


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("areas", nargs="*", default=["andorra", "liechtenstein"])
    for name, default in (("accounts", 250), ("days", 20), ("seeds", 3), ("iterations", 20_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    print("| " + " | ".join(HEAD) + " |\n|" + " --- |" * len(HEAD), flush=True)
    data = Path(os.environ.get("FIELDBEAT_SHARED", "../shared")) / "data" / "osm"
    for name in given.areas:
        roads = folder_of(name)
        graph.build(roads, data / f"{name}.osm.pbf", say=lambda _: None)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        server = RoadServer(roads, port)
        thread = Thread(target=server.run)
        thread.start()
        try:
            compare(Area(name, businesses(data / f"{name}-pois.csv"), _ready(port)), given)
        finally:
            server.stop()
            thread.join()


def folder_of(name: str) -> Path:
    """Of an area's graph; all areas have the same programs."""
    install(FOLDER)
    folder = FOLDER / name
    folder.mkdir(exist_ok=True)
    if not (folder / "engine").exists():
        (folder / "engine").symlink_to("../engine")
    return folder


def _ready(port: int) -> Osrm:
    engine = Osrm(f"http://127.0.0.1:{port}")
    for _ in range(150):
        try:
            engine.version([], Deadline(1))
            return engine
        except EngineFault:
            sleep(0.1)
    raise SystemExit("the engine does not answer")


def businesses(path: Path) -> list[Place]:
    with path.open(encoding="utf-8", newline="") as rows:
        return [Place(float(row["lat"]), float(row["lon"])) for row in csv.DictReader(rows)]


def compare(area: Area, given: argparse.Namespace) -> None:
    """One row for each way to plan, over all seeds."""
    sums: dict[str, list[tuple[Driven, float]]] = {}
    for seed in range(given.seeds):
        roads, matrices = instance(area, given.accounts, given.days, seed)
        for label, matrix in matrices.items():
            plan = solve(replace(roads, travel=matrix), seed=seed, iterations=given.iterations)
            sums.setdefault(label, []).append((drive(roads, plan), error(matrix, roads.travel)))
    for label, found in sums.items():
        total = sum((driven for driven, _ in found), Driven())
        print(row(area.name, label, total, sum(e for _, e in found) / len(found)), flush=True)


def instance(area: Area, accounts: int, days: int, seed: int) -> tuple[Problem, dict[str, TravelMatrix]]:
    """The problem on its roads, and the matrices that plans are made with."""
    rng = Random(f"roads {area.name} {accounts} {days} {seed}")
    places = rng.sample(area.places, min(accounts + 40, len(area.places)))
    block, fault = ask(area.engine, places, places, Deadline(60))
    if fault is not None:
        raise SystemExit(f"the engine: {fault}")
    on = [
        n
        for n in range(len(places))
        if block.source_snaps[n] <= OFF_ROAD and (block.seconds[n] < UNREACHABLE).mean() > 0.9
    ]
    on = on[: accounts + 1]
    places = [places[n] for n in on]
    by_road = TravelMatrix(block.seconds[np.ix_(on, on)], block.metres[np.ix_(on, on)], "osrm")
    fitted = fit(places, by_road, seed)
    return company(rng, places, SEGMENTS, days, travel=by_road), {
        "estimate": Estimate().matrix(places),
        "calibrated estimate": fitted.matrix(places),
        "road": by_road,
    }


def fit(places: list[Place], roads: TravelMatrix, seed: int) -> Estimate:
    """As the server does it: to PAIRS pairs."""
    rng = np.random.default_rng(seed)
    from_, to = rng.integers(0, len(places), (2, PAIRS))
    air = great_circle(places)[from_, to]
    return calibrated(air / 1000, roads.seconds[from_, to], roads.metres[from_, to]) or Estimate()


def error(matrix: TravelMatrix, roads: TravelMatrix) -> float:
    """Mean absolute percentage error of times between different places."""
    known = (roads.seconds >= 60) & (roads.seconds < UNREACHABLE)
    return float((np.abs(matrix.seconds - roads.seconds.astype(float))[known] / roads.seconds[known]).mean() * 100)


def row(area: str, label: str, driven: Driven, mistake: float) -> str:
    made = driven.planned - driven.missed
    late = sum(seconds > 600 for seconds in driven.late_seconds) / max(1, made) * 100
    cells = (
        area, label, f"{mistake:.0f}", driven.planned, f"{driven.missed} ({100 * driven.missed / max(1, driven.planned):.1f} %)",
        driven.missed_appointments, made, driven.planned_seconds // 60, driven.driven_seconds // 60, f"{late:.0f}",
        f"{driven.driven_seconds / 60 / max(1, made):.1f}",
    )  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


if __name__ == "__main__":
    main()
