"""`flask roads`: our own road engine, and how it is with road times."""

from __future__ import annotations

import logging
import signal
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from server.commands.failures import refuse_unready
from server.core.config import Settings

roads = AppGroup("roads", help="Driving times by road.")


@roads.command("build")
@click.argument("extract", type=click.Path(path_type=Path))
@with_appcontext
def build(extract: Path) -> None:
    """Install our own OSRM and build the graph of EXTRACT (.osm.pbf); one that runs takes it at once."""
    from server.travel.local import graph
    from server.travel.local.install import RoadsError

    settings: Settings = current_app.extensions["settings"]
    try:
        made = graph.build(settings.roads, extract, click.echo)
    except RoadsError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"The roads of {made.extract} are ready (version {made.version}).")
    if settings.travel != "local":
        click.echo("Set FIELDBEAT_TRAVEL=local, and `flask up` serves and uses them.")


@roads.command("serve")
@with_appcontext
def serve() -> None:
    """Run our own OSRM on loopback until Ctrl-C; `flask up` does it by itself where FIELDBEAT_TRAVEL=local."""
    from server.travel.local.graph import current
    from server.travel.local.serve import RoadServer

    settings: Settings = current_app.extensions["settings"]
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    server = RoadServer(settings.roads, settings.travel_port)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: server.stop())
    if current(server.roads) is None:
        click.echo(
            "There is no graph yet; `flask roads build FILE.osm.pbf` makes one, and it is taken at once.", err=True
        )
    server.run()


@roads.command("status")
@with_appcontext
def status() -> None:
    """Where times come from, whether the engine answers, and what is kept."""
    from server.travel.status import status_now

    refuse_unready()
    for name, value in status_now().items():
        click.echo(f"{name.replace('_', ' '):22} {'' if value is None else value}")


@roads.command("renew")
@click.option(
    "--all", "everything", is_flag=True, help="Ask again for all driving times that are kept, of the same map too."
)
@with_appcontext
def renew_now(everything: bool) -> None:
    """Ask for what plans lack and what is outdated, as the worker does by itself; the reps concerned are planned anew."""
    from server.travel.engines.faults import EngineFault
    from server.travel.renewal import renew, renew_all

    refuse_unready()
    try:
        told, left = renew_all() if everything else (renew(), 0)
    except EngineFault as fault:
        raise click.ClickException(f"{fault}. Nothing was changed.") from None
    click.echo(f"{len(told)} reps have other driving times now.")
    if left:
        raise click.ClickException(
            f"Of {left} reps the old ones are kept: the engine failed, or somebody else was asking. Try again."
        )
