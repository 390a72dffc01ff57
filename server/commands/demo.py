"""`flask demo`: create the demo company, or throw it away and begin anew."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import inspect, select

from server.commands import up
from server.commands.failures import refuse_running
from server.company.models import Company
from server.core.config import Settings
from server.core.database import db, writing
from server.inputs.wake import worker_answers
from server.reps.models import Rep


@click.group("demo")
def demo() -> None:
    """A demo company to try Fieldbeat with."""


@demo.command("create")
@with_appcontext
def create() -> None:
    """Create and plan the demo company, unless the database has a company already."""
    _create_once(current_app.extensions["settings"])


@demo.command("reset")
@with_appcontext
def reset() -> None:
    """Delete the SQLite database of the instance folder and create the demo company again."""
    _begin_anew(current_app.extensions["settings"])


@demo.command("serve")
@click.option("--anew", is_flag=True, help="as `demo reset` does")
@with_appcontext
def serve(anew: bool) -> None:
    """`demo create`, then `up`, in one process: what is slow to load is loaded once."""
    settings: Settings = current_app.extensions["settings"]
    if anew:
        _begin_anew(settings)
    else:
        up.refuse_taken_port(settings)
        _refuse_second(settings)
        _create_once(settings)
    up.serve(settings)


def _refuse_second(settings: Settings) -> None:
    """A second one on another port would rewrite demo.json, and leave it wrong when it ends."""
    if worker_answers(settings.instance):
        raise click.ClickException("the demo is running already; instance/demo.json says where.  End it first.")


def _create_once(settings: Settings) -> None:
    upgrade(directory=str(Path(current_app.root_path).parent / "migrations"))
    if name := db.session.scalar(select(Company.name)):
        click.echo(f"The database holds {name} already; nothing was changed (make demo-reset begins anew).")
        return
    _create(settings)


def _begin_anew(settings: Settings) -> None:
    if settings.database_url:
        raise click.ClickException("demo reset only deletes its own SQLite file; DATABASE_URL is set, so do it by hand")
    refuse_running("run demo reset")
    _refuse_foreign()
    db.session.remove()
    db.engine.dispose()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{settings.instance / 'fieldbeat.db'}{suffix}").unlink(missing_ok=True)
    (settings.instance / "demo.json").unlink(missing_ok=True)
    upgrade(directory=str(Path(current_app.root_path).parent / "migrations"))
    _create(settings)


def _refuse_foreign() -> None:
    """Only ever delete a demo company: a real one has no demo.json beside it."""
    settings: Settings = current_app.extensions["settings"]
    known = "company" in inspect(db.engine).get_table_names() and db.session.scalar(select(Company.name))
    if known and not (settings.instance / "demo.json").exists():
        raise click.ClickException(f"the database holds {known}, which is not the demo company; nothing was deleted")


def _create(settings: Settings) -> None:
    from server.demo.company import build

    click.echo("Creating the demo company: 3 reps, 300 accounts, three months of history")
    with writing() as session:
        sign_ins = build(session)
    notes = {"url": settings.url, "users": [asdict(s) for s in sign_ins]}
    target = settings.instance / "demo.json"
    target.write_text(json.dumps(notes, indent=2) + "\n")
    target.chmod(0o600)
    _plan()


def _plan() -> None:
    """Plan rep by rep, so that something is seen to happen."""
    from server.worker.drain import run_until_idle

    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the drain pushes a context of its own
    reps = db.session.execute(select(Rep.id, Rep.name).order_by(Rep.name)).all()
    for rep_id, name in reps:
        click.echo(f"Planning four weeks for {name} ...")
        run_until_idle(app, {rep_id})
