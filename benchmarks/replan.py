"""From a changed appointment to the new day being served: `python -m benchmarks.replan [events]`.

A real server (gunicorn with threads) and a real worker on SQLite; one rep with 150 accounts, four weeks planned.  An event
makes, moves or cancels an appointment; the time runs from sending it until a GET of the day shows it, both over HTTP: one
GET after the answer, and more only where the answer came before the plan.  It is measured with a worker that is otherwise
idle, and again while long improves run for the same rep.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import requests

from server import create_app
from server.core.config import Settings
from server.core.database import db, writing

ROOT = Path(__file__).resolve().parent.parent
ACCOUNTS, SECRET = 150, "b" * 40
LONG_IMPROVE = "400000"
WARM_UP, SERVED = 900, 60  # seconds
LOOK_AGAIN = 0.01  # seconds until a client that was told "pending" asks for the day again


def build(folder: Path) -> tuple[UUID, str, list[str]]:
    """A migrated database with one rep; returns the rep's id, an access token and the accounts' ids."""
    from flask_migrate import upgrade
    from sqlalchemy import select

    from server.identity.access import access_token
    from server.identity.models import User
    from server.inputs.service import changed
    from tests import factories as make

    app = create_app(Settings(instance=folder, secret_key=SECRET, access_minutes=600))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        make.company()
        make.cadence(interval_days=21)
        rep = make.rep(
            make.team().id,
            break_from="11:30",
            break_until="13:30",
            break_minutes=30,
            follow_up_minutes=5,
            works_holidays=True,
        )
        user = db.session.scalars(select(User).where(User.id == rep.user_id)).one()
        accounts = _accounts(rep.id, user.id, random.Random(7))
        with writing() as session:
            changed(session, [rep.id], "asked")
        token = access_token(db.session.merge(user))
        rep_id = rep.id
        db.session.remove()
        db.engine.dispose()
    return rep_id, token, accounts


def _accounts(rep: UUID, user: UUID, rng: random.Random) -> list[str]:
    from server.accounts.models import Account
    from server.activities.models import Activity

    made, today = [], datetime.now(UTC).date()
    with writing() as session:
        for number in range(ACCOUNTS):
            account = Account(
                name=f"Account {number}", country="US", region="MA", timezone="America/New_York",
                lat=42.36 + rng.gauss(0, 0.15), lon=-71.06 + rng.gauss(0, 0.2), position_quality="given",
                active_from=today - timedelta(days=400), owner_id=rep,
                opening_hours=rng.choice([None, "Mo-Fr 09:00-17:00", "Mo-Fr 09:00-12:00,13:30-17:00"]),
            )  # fmt: skip
            session.add(account)
            session.flush()
            made.append(str(account.id))
            for visit in range(15):
                moment = datetime.now(UTC) - timedelta(days=1 + rng.randrange(20) + 21 * visit)
                session.add(
                    Activity(
                        client_id=uuid4(), author_id=user, content_hash="", rep_id=rep, account_id=account.id,
                        channel="visit", status="completed", happened_at=moment, timezone="America/New_York",
                        local_day=moment.date(),
                    )
                )  # fmt: skip
    return made


@contextmanager
def running(folder: Path, *command: str, **environment: str) -> Iterator[int]:
    """A process of the product, ended with the block; yields its id."""
    env = {
        **os.environ,
        "FIELDBEAT_INSTANCE": str(folder),
        "SECRET_KEY": SECRET,
        "FIELDBEAT_LOG_LEVEL": "WARNING",
        **environment,
    }
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=env)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def cpu_seconds(parent: int) -> float:
    """CPU time of a process and of those that it has started and that still run (Linux; elsewhere 0)."""
    total, family = 0.0, {parent}
    for stat in sorted(Path("/proc").glob("[0-9]*/stat"), key=lambda path: int(path.parent.name)):
        try:
            fields = stat.read_text().rpartition(")")[2].split()  # from the state on: proc(5), fields 3 and following
        except OSError:
            continue  # it has just ended
        pid = int(stat.parent.name)
        if pid == parent or int(fields[1]) in family:
            family.add(pid)
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


class Client:
    def __init__(self, port: int, token: str) -> None:
        self.base = f"http://127.0.0.1:{port}/api/v1"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        answer = self.session.request(method, self.base + path, timeout=30, **options)
        answer.raise_for_status()
        return answer

    def wait_for(self, path: str, done: Any, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if done(self.send("GET", path).json()):
                    return
            except requests.ConnectionError:
                pass
            time.sleep(0.5)
        raise SystemExit(f"{path} did not get ready within {seconds:.0f} s")

    def until_served(self, day: str, appointment: str, there: bool) -> None:
        deadline = time.monotonic() + SERVED
        while time.monotonic() < deadline:
            stops = self.send("GET", f"/me/route?date={day}").json()["stops"]
            if there == any(s["appointment"] and s["appointment"]["id"] == appointment for s in stops):
                return
            time.sleep(LOOK_AGAIN)
        raise SystemExit(f"{day} does not show the change within {SERVED} s")


def events(client: Client, accounts: list[str], count: int) -> list[tuple[str, float]]:
    """(kind, milliseconds) of make, move and cancel in turn, on working days of the coming week."""
    rng = random.Random(11)
    coming = [date.today() + timedelta(days=n) for n in range(1, 9)]  # noqa: DTZ011
    days = [day.isoformat() for day in coming if day.weekday() < 5]
    taken: list[tuple[str, float]] = []
    while len(taken) < count:
        day, other = rng.sample(days, 2)
        body = {
            "client_id": str(uuid4()), "account_id": rng.choice(accounts), "day": day, "duration_minutes": 30,
            "start": f"{rng.randrange(10, 16):02}:{rng.choice(['00', '30'])}",
        }  # fmt: skip
        began = time.perf_counter()
        made = client.send("POST", "/appointments", json=body)
        client.until_served(day, made.json()["id"], there=True)
        taken.append(("make", time.perf_counter() - began))
        path, tag = f"/appointments/{made.json()['id']}", made.headers["ETag"]
        began = time.perf_counter()
        moved = client.send("PATCH", path, json={"day": other}, headers={"If-Match": tag})
        client.until_served(other, made.json()["id"], there=True)
        taken.append(("move", time.perf_counter() - began))
        began = time.perf_counter()
        client.send("DELETE", path, headers={"If-Match": moved.headers["ETag"]})
        client.until_served(other, made.json()["id"], there=False)
        taken.append(("cancel", time.perf_counter() - began))
    return [(kind, 1000 * seconds) for kind, seconds in taken[:count]]


def report(title: str, taken: list[tuple[str, float]]) -> None:
    for kind in ("all", "make", "move", "cancel"):
        some = [ms for name, ms in taken if kind in ("all", name)]
        cut = statistics.quantiles(some, n=20, method="inclusive")
        print(f"| {title} | {kind} | {len(some)} | {statistics.median(some):.0f} | {cut[18]:.0f} | {max(some):.0f} |")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def measure(folder: Path, rep: UUID, token: str, accounts: list[str], count: int, title: str, **worker: str) -> None:
    port = free_port()
    web = (
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "1",
        "--threads",
        "8",
        "--log-level",
        "warning",
        "wsgi:app",
    )
    planner = ("flask", "--app", "wsgi", "worker")
    with running(folder, *web) as server, running(folder, *planner, **worker) as planning:
        client = Client(port, token)
        client.wait_for(
            f"/reps/{rep}/plan", lambda plan: plan["planning"]["repaired"] == plan["planning"]["revision"], WARM_UP
        )
        events(client, accounts, 6)
        before = cpu_seconds(server), cpu_seconds(planning)
        report(title, events(client, accounts, count))
        spent = [1000 * (cpu_seconds(pid) - start) for pid, start in zip((server, planning), before, strict=True)]
        print(
            f"CPU for each event: server {spent[0] / count:.0f} ms (with the polling), worker {spent[1] / count:.0f} ms"
        )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the blocks that end the processes are left in order
    folder = Path(tempfile.mkdtemp(prefix="fieldbeat-replan-"))
    try:
        rep, token, accounts = build(folder)
        print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        print("| worker | event | number | p50 ms | p95 ms | max ms |\n| --- | --- | --- | --- | --- | --- |")
        quiet = {"FIELDBEAT_PLAN_DEBOUNCE_MS": "600000", "FIELDBEAT_PLAN_PATIENCE_MS": "600000"}
        measure(folder, rep, token, accounts, count, "idle", **quiet)
        busy = {"FIELDBEAT_PLAN_DEBOUNCE_MS": "0", "FIELDBEAT_PLAN_ITERATIONS": LONG_IMPROVE}
        measure(folder, rep, token, accounts, count, "improving", **busy)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
