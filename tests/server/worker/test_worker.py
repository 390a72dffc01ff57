"""The worker as a process: it plans, survives kill -9 at any point, leaves nobody behind, and shares work without repeating it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from time import sleep

import pytest
from sqlalchemy import func, select

from server.core.database import db, writing
from server.inputs.models import RepInputs
from server.inputs.service import changed
from server.plans.models import PlanVersion
from server.worker.child import NICENESS
from server.worker.models import Tick
from tests.server.plans.planned import Company, company
from tests.server.worker.process import WARM_UP, WorkerProcess, until

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="watches processes through /proc"),
    pytest.mark.timeout(900),
]


@pytest.fixture
def start(app, settings):
    started = []

    def starter(**environment: str) -> WorkerProcess:
        db.session.rollback()
        started.append(WorkerProcess(settings, **environment))
        return started[-1]

    yield starter
    for worker in started:
        worker.clean_up()


def planned(made: Company) -> bool:
    state = made.inputs()
    return state.repaired >= state.revision and state.improved >= state.revision


def bump(made: Company, kind: str = "appointment_made") -> None:
    with writing() as session:
        changed(session, [made.rep.id], kind)


def versions() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(PlanVersion))


# Where in the plan of a change the worker is killed, and whether the change is repaired and searched for by then.
KILLS = {
    "repair read": (False, False), "repair solved": (False, False), "repair judged": (False, False),
    "repair stored": (False, False), "repair published": (True, False),
    "improve read": (True, False), "improve solved": (True, False), "improve judged": (True, False),
    "improve stored": (True, False), "improve published": (True, True),
}  # fmt: skip
SEARCHING = 0.3  # seconds into a search that takes many; the kill falls into compiled code


@pytest.mark.long
def test_killed_at_ten_points_it_loses_nothing_and_leaves_nobody(app, start):
    """Each time a new appointment is being planned; in the end all ten are in the plan."""
    made = company(app, accounts=25, works_holidays=True)
    made.plan(improve=False)
    promised = []
    for (point, state), day in zip(KILLS.items(), _workdays(), strict=False):
        before = made.published()["number"]
        promised.append(made.meet(made.accounts[len(promised)], str(day), "10:00")["id"])
        worker = start(
            FIELDBEAT_HALT_AT=point, FIELDBEAT_PLAN_ITERATIONS="200000" if point == "improve read" else "300"
        )
        until(lambda w=worker: bool(w.halted()), WARM_UP, f"it gets to {point}")
        assert (repaired(made), planned(made)) == state, point
        _kill(worker, searching=point == "improve read")
        assert (made.published()["number"] > before) == state[0], point  # a whole version or none
        assert made.published()["certificate"]["ok"], point
    bump(made)
    worker = start(FIELDBEAT_PLAN_ITERATIONS="300")
    until(lambda: planned(made), WARM_UP, "the plan comes")
    assert made.published()["certificate"]["ok"]
    assert made.inputs().last_error is None
    assert set(promised) <= _appointments(made)
    assert worker.end() == 0
    until(lambda: not worker.family(), 20, "it ends with its children")


def _kill(worker: WorkerProcess, *, searching: bool) -> None:
    """The parent only: its children are to notice by themselves, also those that are stopped."""
    if searching:
        for pid in worker.halted():
            os.kill(pid, signal.SIGCONT)
        sleep(SEARCHING)
    worker.kill()
    until(lambda: not worker.family(), 20, "all its processes are gone")


def _workdays() -> Iterator[date]:
    """Mondays to Fridays from the day after tomorrow on."""
    first = date.today() + timedelta(days=2)
    return (day for day in (first + timedelta(days=n) for n in range(20)) if day.weekday() < 5)


def _appointments(made: Company) -> set[str]:
    """Ids of appointments that are in the plan."""
    days = list(_workdays())
    answer = made.call("GET", f"/reps/{made.rep.id}/schedule?from={days[0]}&to={days[-1]}", who=made.manager)
    stops = [stop for day in answer.json["days"] for stop in day["stops"]]
    return {stop["appointment"]["id"] for stop in stops if stop["appointment"]}


def repaired(made: Company) -> bool:
    state = made.inputs()
    return state.repaired == state.revision


@pytest.mark.long
def test_two_workers_do_nothing_twice_and_fifty_changes_cost_two_improves(app, start):
    made = company(app, accounts=12)
    workers = [start(FIELDBEAT_PLAN_ITERATIONS="300", FIELDBEAT_PLAN_DEBOUNCE_MS="400") for _ in range(2)]
    until(lambda: planned(made) and nights() == 1, WARM_UP, "the first plan and the night's mark")
    searching = app.extensions["settings"].solver_processes  # children, which let those that repair and answer go first
    assert [worker.niceness().count(NICENESS) for worker in workers] == [searching, searching]
    before = searched(made)
    for _ in range(50):
        bump(made)
    until(lambda: planned(made), 200, "all changes are planned")
    assert searched(made) - before <= 2
    numbers = list(db.session.scalars(select(PlanVersion.number).order_by(PlanVersion.number)))
    assert numbers == list(range(1, len(numbers) + 1))
    # every version was made from the one before it: nobody planned beside somebody else
    chain = db.session.execute(select(PlanVersion.id, PlanVersion.base_id).order_by(PlanVersion.number)).all()
    assert [row.base_id for row in chain[1:]] == [row.id for row in chain[:-1]]
    until(lambda: worked_out(made) in ("ready", "outdated"), 60, "the idle workers say what there is no time for")
    assert [worker.end() for worker in workers] == [0, 0]


def worked_out(made: Company) -> str:
    status: str = made.call("GET", f"/reps/{made.rep.id}/overload", who=made.manager).json["status"]
    return status


def nights() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Tick).where(Tick.job == "nightly"))


def searched(made: Company) -> int:
    """How often a lease to improve was handed out: its token counts them."""
    from server.worker.models import Lease

    db.session.rollback()
    return db.session.scalar(select(Lease.token).where(Lease.name == f"improve {made.rep.id}")) or 0


def test_the_last_plan_is_served_when_the_solver_fails(app, monkeypatch):
    made = company(app, accounts=3)
    made.plan()
    served = made.published()
    with writing() as session:  # an input that no planner can use: a position outside the globe
        made.accounts[0] = session.merge(made.accounts[0])
        made.accounts[0].lat = 1234.5
        changed(session, [made.rep.id], "account_changed")
    assert made.plan() == [("repair", "failed")]
    state = made.inputs()
    assert (state.failures, state.not_before is not None) == (1, True)
    assert "latitude 1234.5" in state.last_error
    assert made.published() == served
    status = made.call("GET", f"/reps/{made.rep.id}/plan", who=made.manager).json["planning"]
    assert status["status"] == "failing"
    with writing() as session:
        session.merge(made.accounts[0]).lat = 42.4
        changed(session, [made.rep.id], "account_changed")
    made.plan()
    assert made.inputs().last_error is None


def test_idle_reps_wait_for_nothing(app):
    made = company(app, accounts=1)
    made.plan()
    state = db.session.get_one(RepInputs, made.rep.id)
    assert state.repaired == state.improved == state.revision
    assert made.plan() == []
