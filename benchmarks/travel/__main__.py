"""`python -m benchmarks.travel [area] [accounts] [sqlite|postgresql]`: prints the table of docs/benchmarks.md.

The area's businesses and extract come from FIELDBEAT_SHARED.  `clock` is wall time, `cpu` the processor time of this process
(the engine's is its own); of readings the median of ten.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

from sqlalchemy import text

from benchmarks.roads.__main__ import _ready, businesses, folder_of
from server.core.config import Settings
from server.travel.local import graph
from server.travel.local.serve import RoadServer

PORT = 5066
READINGS = 10
REPS = 1_000


def timed(do: Callable[[], Any]) -> tuple[Any, float, float]:
    """What it returns, and milliseconds by the clock and of this process."""
    clock, cpu = time.perf_counter(), time.process_time()
    found = do()
    return found, 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - cpu)


def main(area: str = "andorra", accounts: str = "300", database: str = "sqlite") -> None:
    data = Path(os.environ.get("FIELDBEAT_SHARED", "../shared")) / "data" / "osm"
    roads = folder_of(area)
    graph.build(roads, data / f"{area}.osm.pbf", say=lambda _: None)
    server = RoadServer(roads, PORT)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        _ready(PORT)
        places = Random(1).sample(businesses(data / f"{area}-pois.csv"), int(accounts) + 2)
        with tempfile.TemporaryDirectory() as folder:
            _measure(Path(folder), places, database)
    finally:
        server.stop()
        thread.join()


def _measure(folder: Path, places: list[Any], database: str) -> None:
    from server import create_core
    from server.core.database import db
    from server.travel.port import travel_times
    from server.travel.store.sets import _unpacked
    from tests import factories as make
    from tests.databases import PostgresTemplate, SqliteTemplate

    template = (PostgresTemplate if database == "postgresql" else SqliteTemplate)(folder)
    url = template.copy(folder)
    settings = Settings(instance=folder, database_url=url, travel="osrm", travel_url=f"http://127.0.0.1:{PORT}")
    app = create_core(settings)
    with app.app_context():
        make.company()
        rep = make.rep(make.team().id).id
        roads = travel_times(settings)
        roads.times(places[:2], make.rep(make.team().id).id)  # connections, and what is imported late
        cold, cold_ms, cold_cpu = timed(lambda: roads.times(places[:-1], rep))
        assert cold.matrix.source == "osrm", cold.matrix.source
        readings = []
        for n in range(READINGS):
            if n % 2:
                _unpacked.cache_clear()  # as in a process that has not read it yet
            readings.append((*timed(lambda: roads.times(places[:-1], rep)), n % 2))
        _, more_ms, more_cpu = timed(lambda: roads.times(places, rep))
        dialect = db.engine.dialect.name
        with db.engine.connect() as connection:
            size = connection.scalar(
                text("SELECT length(places) + length(cells) FROM travel_sets ORDER BY length(cells) DESC LIMIT 1")
            )
        db.session.remove()
        db.engine.dispose()
    template.drop(url)
    template.close()
    count = len(places) - 1
    print(f"| {count} places on {dialect} | clock ms | cpu ms |\n| --- | --- | --- |")
    print(f"| cold, our own OSRM | {cold_ms:.0f} | {cold_cpu:.0f} |")
    for again, label in ((1, "read and unpacked"), (0, "read, unpacked before in this process")):
        clock, cpu = (
            statistics.median(reading[which] for reading in readings if reading[3] == again) for which in (1, 2)
        )
        print(f"| {label} | {clock:.1f} | {cpu:.1f} |")
    print(f"| one account more | {more_ms:.0f} | {more_cpu:.0f} |")
    print(f"\n{size} bytes, {size / (count + 1) ** 2:.2f} a pair; {REPS} such reps: {REPS * size / 1e6:.0f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
