"""`flask worker`, and the nightly work by hand."""

from __future__ import annotations

import logging

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from server.commands.failures import refuse_unready
from server.commands.plans import find_reps, plan_reps
from server.core.database import db, writing
from server.inputs.wake import worker_answers


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
@click.option("--wait", is_flag=True, help="plan now and wait, instead of leaving it to the worker")
def nightly_now(wait: bool) -> None:
    """Roll every rep's horizon on now, and thin out what is old."""
    from server.worker.clock import nightly as roll
    from server.worker.clock import tidy
    from server.worker.drain import share_out

    with writing() as session:
        count = roll(session)
        tidy(session)
    click.echo(f"{count} reps marked, old plans and sign-ins thinned out; {_who_plans(wait)}")
    if wait and count:
        share_out(current_app._get_current_object())  # type: ignore[attr-defined]
        plan_reps(find_reps("all"))


def _who_plans(wait: bool) -> str:
    if wait:
        return "planning ..."
    if worker_answers(current_app.extensions["settings"].instance):
        return "the worker plans them"
    return "no worker runs on this machine: they wait until one does (`flask up`), or use --wait"
