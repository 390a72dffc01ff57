"""`flask worker`, and the nightly work by hand."""

from __future__ import annotations

import logging

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from server.commands.failures import refuse_unready
from server.core.database import db, writing


@click.command()
@with_appcontext
def worker() -> None:
    """Plan whatever needs planning, until it is told to stop."""
    from server.worker.loop import Worker

    refuse_unready()
    settings = current_app.extensions["settings"]
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    db.session.remove()
    Worker(current_app._get_current_object()).run()  # type: ignore[attr-defined]


nightly = AppGroup("nightly", help="The nightly work.")


@nightly.command("now")
@click.option("--wait", is_flag=True, help="plan in this process and wait, instead of leaving it to the worker")
def nightly_now(wait: bool) -> None:
    """Roll every rep's horizon on now, and thin out what is old."""
    from server.worker.clock import nightly as roll
    from server.worker.clock import tidy
    from server.worker.drain import run_until_idle

    with writing() as session:
        count = roll(session)
        tidy(session)
    click.echo(f"{count} reps marked; " + ("planning ..." if wait else "the worker plans them"))
    if wait:
        done = run_until_idle(current_app._get_current_object())  # type: ignore[attr-defined]
        failed = sum(outcome == "failed" for *_, outcome in done)
        click.echo(f"{len(done)} pieces of planning done, {failed} failed")
