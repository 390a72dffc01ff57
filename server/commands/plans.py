"""`flask plan` and `flask nightly`: planning by hand."""

from __future__ import annotations

from uuid import UUID

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import or_, select

from server.core.database import db, writing
from server.identity.models import User
from server.inputs.service import changed
from server.reps.models import Rep


@click.command()
@click.argument("who")
@click.option("--repair-only", is_flag=True, help="only make the plan right, without a search for a better one")
@with_appcontext
def plan(who: str, repair_only: bool) -> None:
    """Plan now and wait.  WHO is `all`, or a rep's id, e-mail address or name."""
    from server.worker.drain import run_until_idle

    reps = _reps(who)
    with writing() as session:
        changed(session, [rep_id for rep_id, _ in reps], "asked", detail="flask plan")
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    for number, (rep_id, name) in enumerate(reps, start=1):
        click.echo(f"[{number}/{len(reps)}] {name} ...", nl=False)
        done = run_until_idle(app, [rep_id], improve=not repair_only)
        click.echo(" " + (", ".join(f"{stage} {outcome}" for stage, _, outcome in done) or "nothing to do"))
        if any(outcome == "failed" for *_, outcome in done):
            raise click.ClickException(
                f"{name} could not be planned; the reason is in the log and in the rep's plan status"
            )


def _reps(who: str) -> list[tuple[UUID, str]]:
    query = select(Rep.id, Rep.name).where(Rep.active).order_by(Rep.name)
    if who != "all":
        by_mail = Rep.user_id.in_(select(User.id).where(User.email == who.lower()))
        query = query.where(or_(Rep.name == who, by_mail, *([Rep.id == UUID(who)] if _is_id(who) else [])))
    found = [(row.id, row.name) for row in db.session.execute(query)]
    if not found and who != "all":
        raise click.ClickException(f"there is no active rep {who!r}; give an id, an e-mail address or a name")
    return found


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
