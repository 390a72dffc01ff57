"""`flask plan` and `flask nightly now`: alone, beside a worker, and when planning fails."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime
from datetime import time as clock

import pytest
import time_machine
from sqlalchemy import select, update

from server.accounts.models import Account
from server.appointments.models import Appointment
from server.cadences.models import MustVisit
from server.commands import plans
from server.core.clock import now
from server.core.database import db, writing
from server.inputs.models import RepInputs
from server.plans.candidate import Stage
from server.plans.models import PublishedPlan
from server.plans.naming import explained
from server.reps.models import Rep
from server.worker import leases, queue
from server.worker.drain import run_until_idle
from server.worker.wake import Bell
from server.worker.work import lease_name, note_failure, work
from tests import factories as make
from tests.server.plans.planned import ask, company


@pytest.fixture
def run(app):
    def call(*arguments):
        db.session.rollback()
        result = app.test_cli_runner().invoke(args=list(arguments))
        return result.exit_code, result.output

    return call


def test_it_plans_and_says_what_is_served(app, run):
    made = company(app, accounts=2)
    code, output = run("plan", made.rep.name)
    assert code == 0
    # 28 days, a visit every 14 days and two accounts: four stops, or three where the first falls late
    assert f"[1/1] {made.rep.name} ... version " in output
    assert "0 not planned" in output
    code, again = run("plan", made.rep.name, "--repair-only")
    assert (code, "(as before)" in again) == (0, True)


def test_accounts_of_the_team_are_given_out_first(app, run):
    made = company(app, accounts=1)
    shared = make.account(team_id=made.rep.team_id).id
    assert run("plan", "all")[0] == 0
    db.session.rollback()
    assert db.session.scalar(select(Account.served_by_id).where(Account.id == shared)) == made.rep.id


def test_it_waits_for_the_worker_that_has_the_rep_in_hand(app, run):
    """Another worker holds both leases, plans after a second, and gives them back: the command reports that plan."""
    made = company(app, accounts=1)
    rep_id = made.rep.id
    other = f"{leases.me()[:-12]}another00001"
    held = {stage: leases.acquire(lease_name(stage, rep_id), other) for stage in (Stage.REPAIR, Stage.IMPROVE)}

    def worker() -> None:
        time.sleep(1.0)
        with app.app_context():
            for stage, lease in held.items():
                assert work(stage, rep_id, lease) != "failed"
                leases.release(lease)

    thread = threading.Thread(target=worker)
    thread.start()
    code, output = run("plan", "all")
    thread.join()
    assert (code, "the running worker is at it ." in output) == (0, True), output
    assert "version 1: " in output


def test_it_gives_up_with_an_error_when_the_worker_never_ends(app, run):
    made = company(app, accounts=1)
    leases.acquire(lease_name(Stage.REPAIR, made.rep.id), f"{leases.me()[:-12]}another00001", seconds=600)
    app.extensions["settings"] = _impatient(app.extensions["settings"])
    code, output = run("plan", "all")
    assert code == 1
    assert "another worker still plans" in output
    assert f"Error: not planned: {made.rep.name}" in output


def test_a_search_that_fails_in_the_running_worker_is_an_error_here_as_well(app, run):
    """The worker holds the search and is timed out after a second: the command does not begin it anew, it says why."""
    made = company(app, accounts=1)
    rep_id = made.rep.id
    held = leases.acquire(lease_name(Stage.IMPROVE, rep_id), f"{leases.me()[:-12]}another00001", seconds=600)

    def worker() -> None:
        with app.app_context():
            while (state := db.session.get_one(RepInputs, rep_id, populate_existing=True)).repaired < state.revision:
                db.session.rollback()
                time.sleep(0.05)
            db.session.rollback()
            time.sleep(1.0)
            note_failure(rep_id, "improve: the solver took longer than 120 s")
            leases.release(held)

    thread = threading.Thread(target=worker)
    thread.start()
    code, output = run("plan", "all")
    thread.join()
    assert code == 1, output
    assert "failed: improve: the solver took longer than 120 s" in output
    assert f"Error: not planned: {made.rep.name}" in output


def test_the_pauses_after_failures_grow_up_to_five_minutes(app):
    """2, 4, 8 ... seconds: 2**8 = 256 is the last below 300; a change of the inputs begins anew."""
    made = company(app, accounts=1)
    with time_machine.travel("2026-03-02T12:00:00+00:00", tick=False):
        pauses = []
        for _ in range(10):
            note_failure(made.rep.id, "improve: the solver took longer than 120 s")
            pauses.append((made.inputs().not_before - now()).total_seconds())
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert made.inputs().failures == 10
    ask(made)
    assert (made.inputs().failures, made.inputs().not_before) == (0, None)


def _impatient(settings):
    """Patience is 2 * solver_seconds + 30: with -14 s it is two seconds.  Not a setting that anybody could make."""
    import copy

    hurried = copy.copy(settings)
    object.__setattr__(hurried, "solver_seconds", -14)
    return hurried


def test_a_rep_who_cannot_be_planned_stops_neither_the_others_nor_the_error(app, run):
    made = company(app, accounts=1)
    other = make.rep(made.rep.team_id)
    with writing() as session:  # an input that no planner can use: a position outside the globe
        session.execute(update(Rep).where(Rep.id == made.rep.id).values(home_lat=1234.5))
    code, output = run("plan", "all")
    assert code == 1
    assert "failed: repair: ProblemError: not a position: latitude 1234.5" in output
    assert f"Error: not planned: {made.rep.name};" in output
    assert f"{other.name} ... version 1: 0 stops" in output


@pytest.mark.parametrize("who", ["all", "nobody@example.com"])
def test_nobody_to_plan_is_an_error(run, who):
    code, output = run("plan", who)
    assert (code, "there is no active rep" in output) == (1, True)


def test_a_failure_names_accounts_and_reps_as_people_do(app):
    made = company(app, accounts=1)
    account = make.account(name="Bakery", external_id="4711")
    text = f"radius: {account.id}: 80000 m from {made.accounts[0].id}@2026-03-02, {made.rep.id}; {'0' * 8}-0000-7000-8000-{'0' * 12}"
    note_failure(made.rep.id, text)
    said = made.inputs().last_error
    assert said == (
        f"radius: account 'Bakery' (external id 4711): 80000 m from account '{made.accounts[0].name}'@2026-03-02, "
        f"rep '{made.rep.name}'; 00000000-0000-7000-8000-000000000000"
    )


def test_a_failure_names_appointments_and_wishes(app):
    made = company(app, accounts=1)
    account_id, rep_id = made.accounts[0].id, made.rep.id
    with writing() as session:
        booked = Appointment(
            rep_id=rep_id, account_id=account_id, title="Demo", day=date(2026, 3, 4), start=clock(9), timezone="UTC",
            starts_at=datetime(2026, 3, 4, 9, tzinfo=UTC), duration_minutes=30,
        )  # fmt: skip
        wish = MustVisit(account_id=account_id, first=date(2026, 3, 2), last=date(2026, 3, 6))
        session.add_all([booked, wish])
        session.flush()
        said = explained(session, f"{booked.id}:2026-03-04 and {wish.id}")
        assert explained(session, "nothing to name") == "nothing to name"
    place = made.accounts[0].name
    assert (
        said == f"appointment 'Demo' of 2026-03-04:2026-03-04 and must-visit at '{place}' from 2026-03-02 to 2026-03-06"
    )


def test_nightly_says_who_plans(app, run, settings):
    made = company(app, accounts=1)
    code, output = run("nightly", "now")
    assert (code, "no worker runs on this machine" in output) == (0, True)
    bell = Bell(settings.instance)
    try:
        assert "the worker plans them" in run("nightly", "now")[1]
    finally:
        bell.close()
    code, output = run("nightly", "now", "--wait")
    assert (code, "version 1" in output) == (0, True)
    assert db.session.scalar(select(PublishedPlan.rep_id)) == made.rep.id
    assert run_until_idle(app) == []
    assert queue.repairs(db.session()) == []
    assert plans.find_reps("all") == [(made.rep.id, made.rep.name)]
