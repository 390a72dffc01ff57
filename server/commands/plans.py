"""`flask plan`: planning by hand, together with a worker that may be running."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, or_, select

from server.commands.operating import as_id
from server.core.config import Settings
from server.core.database import db, writing
from server.identity.models import User
from server.inputs.models import RepInputs
from server.inputs.service import changed
from server.plans.models import PlanStop, PlanVersion, PlanVersionDay, PublishedPlan
from server.plans.store import State
from server.reps.models import Rep

if TYPE_CHECKING:
    from server.worker.drain import Run

DOT_SECONDS = 2.0
Who = tuple[UUID, str]  # id and name of a rep


@click.command()
@click.argument("who")
@click.option("--repair-only", is_flag=True, help="only make the plan right, without a search for a better one")
@with_appcontext
def plan(who: str, repair_only: bool) -> None:
    """Plan now and wait.  WHO is `all`, or a rep's id, e-mail address or name.

    Where a worker runs, it and this command share the work; what the worker has in hand is waited for.
    """
    reps = find_reps(who)
    with writing() as session:
        changed(session, [rep_id for rep_id, _ in reps], "asked", detail="flask plan")
    plan_reps(reps, improve=not repair_only)


def plan_reps(reps: Sequence[Who], *, improve: bool = True) -> None:
    """Plan these, one line each; ClickException at the end where some could not be.

    In a child process: what takes longer than the setting `solver_seconds` is killed, and could not be planned.
    """
    from server.worker.drain import share_out
    from server.worker.supervised import Supervised

    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the drain pushes a context of its own
    teams = set(db.session.scalars(select(Rep.team_id).where(Rep.id.in_([rep_id for rep_id, _ in reps]))))
    db.session.rollback()
    with Supervised(current_app.extensions["settings"]) as run:
        share_out(app, teams, run=run)
        left = [
            name
            for number, (rep_id, name) in enumerate(reps, 1)
            if not _plan(rep_id, f"[{number}/{len(reps)}] {name}", improve, run)
        ]
    if left:
        raise click.ClickException(f"not planned: {', '.join(left)}; what was published before is still served")


def _plan(rep_id: UUID, title: str, improve: bool, run: Run) -> bool:
    """Whether the plan is now made from the inputs as they were when it was asked for."""
    from server.worker.drain import run_until_idle

    settings: Settings = current_app.extensions["settings"]
    click.echo(f"{title} ...", nl=False)
    app, before, asked = current_app._get_current_object(), _published(rep_id), _state(rep_id).revision  # type: ignore[attr-defined]
    patience = 2.0 * settings.solver_seconds + 30  # a solver that hangs is killed by then, and its lease runs out
    run_until_idle(app, [rep_id], improve=improve, patience=patience, waiting=_Dots(), run=run)
    state = _state(rep_id)
    ready = min(state.repaired, state.improved if improve else state.repaired) >= asked
    click.echo(" " + (_result(rep_id, before) if ready else _obstacle(state)))
    return ready


class _Dots:
    """Shows that another worker is waited for."""

    def __init__(self) -> None:
        self.last = 0.0

    def __call__(self) -> None:
        if not self.last:
            click.echo(" the running worker is at it ", nl=False)
        if time.monotonic() - self.last > DOT_SECONDS:
            click.echo(".", nl=False)
            self.last = time.monotonic()


def _state(rep_id: UUID) -> RepInputs:
    db.session.rollback()
    return db.session.get_one(RepInputs, rep_id, populate_existing=True)


def _published(rep_id: UUID) -> int | None:
    query = select(PlanVersion.number).join(PublishedPlan, PublishedPlan.version_id == PlanVersion.id)
    return db.session.scalar(query.where(PublishedPlan.rep_id == rep_id))


def _result(rep_id: UUID, before: int | None) -> str:
    """What is served now, such as "version 7: 212 stops on 20 days, 3 not planned"."""
    query = select(PlanVersion).join(PublishedPlan, PublishedPlan.version_id == PlanVersion.id)
    version = db.session.scalars(query.where(PublishedPlan.rep_id == rep_id)).one()
    stops = select(func.count()).select_from(PlanStop).where(PlanStop.account_id.is_not(None))
    days = select(PlanVersionDay.day_id).where(PlanVersionDay.version_id == version.id)
    count = db.session.scalar(stops.where(PlanStop.day_id.in_(days)))
    used = len(db.session.scalars(days).all())
    waits = select(PlanVersion.number).where(PlanVersion.rep_id == rep_id, PlanVersion.state == State.WAITING)
    better = [f"; version {number} waits for approval" for number in db.session.scalars(waits)]
    same = " (as before)" if version.number == before else ""
    return f"version {version.number}{same}: {count} stops on {used} days, {len(version.unplanned)} not planned{''.join(better)}"


def _obstacle(state: RepInputs) -> str:
    if state.last_error:
        return f"failed: {state.last_error}"
    return "another worker still plans; its result follows by itself (ask again with `flask plan`)"


def find_reps(who: str) -> list[Who]:
    """Active reps by id, e-mail address or name, or all of them; ClickException where there is none."""
    query = select(Rep.id, Rep.name).where(Rep.active).order_by(Rep.name)
    if who != "all":
        by_mail = Rep.user_id.in_(select(User.id).where(User.email == who.lower()))
        query = query.where(or_(Rep.name == who, by_mail, Rep.id == as_id(who)))
    found = [(row.id, row.name) for row in db.session.execute(query)]
    if not found:
        hint = "make one with `flask reps create`" if who == "all" else "give an id, an e-mail address or a name"
        raise click.ClickException(f"there is no active rep{'' if who == 'all' else f' {who!r}'}; {hint}")
    return found
