"""`flask segments` and `flask cadences`: how often whom."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import select

from server.accounts import segments as service
from server.accounts.models import Segment
from server.accounts.schemas import SegmentCreateSchema
from server.cadences import service as policies
from server.cadences.models import CadencePolicy
from server.cadences.resolve import CHANNELS
from server.cadences.schemas import CadenceCreateSchema
from server.commands.operating import assignments, loaded, operator
from server.core.database import db
from server.core.errors import Conflict

segments = AppGroup("segments", help="Segments of accounts, such as A, B and C.")
cadences = AppGroup("cadences", help="Call cadences of the organisation and of segments.")


@segments.command("create")
@click.argument("code")
@click.option("--name", help="default: the code")
@click.argument("more", nargs=-1, metavar="[NAME=VALUE ...]")
def create_segment(code: str, name: str | None, more: tuple[str, ...]) -> None:
    """Create the segment CODE.

    NAME=VALUE words set what else it has: rank (0 is the most important), service_minutes, first_service_minutes,
    preferred_hours, load_units, late_minutes, miss_minutes.
    """
    values = assignments(SegmentCreateSchema(partial=True), (f"code={code}", f"name={name or code}", *more))
    click.echo(f"segment {service.create(values).code} created")


@segments.command("list")
def show_segments() -> None:
    """List all segments, the most important first."""
    for segment in db.session.scalars(select(Segment).order_by(Segment.rank, Segment.code)):
        click.echo(f"{segment.code:12} {segment.name:30} rank {segment.rank}")


@cadences.command("create")
@click.option("--segment", help="code of the segment; default: the whole organisation")
@click.option("--channel", type=click.Choice(CHANNELS), default="visit", show_default=True)
@click.option("--every", type=int, metavar="DAYS", help="rolling: so many days after the last one")
@click.argument("more", nargs=-1, metavar="[NAME=VALUE ...]")
def create_cadence(segment: str | None, channel: str, every: int | None, more: tuple[str, ...]) -> None:
    """Say how often accounts are seen: --every 28, or by NAME=VALUE words such as mode=quota visits=2 period=month."""
    schema = CadenceCreateSchema()
    rolling = {"mode": "rolling", "interval_days": every} if every is not None else {}
    words = dict(word.split("=", 1) for word in more if "=" in word)
    if not rolling and "mode" not in words:
        raise click.ClickException("say how often: --every DAYS, or mode=... (see `flask cadences create --help`)")
    further = assignments(CadenceCreateSchema(partial=True), more)
    values = loaded(schema, {"channel": channel, "segment": segment, "mode": "rolling", **rolling}) | further
    try:
        policy, _ = policies.create(operator(), values, show=lambda stored: str(stored.id))
    except Conflict:
        scope = f"segment {segment}" if segment else "the organisation"
        raise click.ClickException(
            f"there is a cadence of {scope} by {channel} already; see `flask cadences list`"
        ) from None
    click.echo(_shown(policy))


@cadences.command("list")
def show_cadences() -> None:
    """List the cadences of the organisation and of segments; accounts may have their own."""
    query = select(CadencePolicy).where(CadencePolicy.account_id.is_(None))
    for policy in db.session.scalars(query.order_by(CadencePolicy.segment.nulls_first(), CadencePolicy.channel)):
        click.echo(_shown(policy))


def _shown(policy: CadencePolicy) -> str:
    how = {
        "rolling": f"every {policy.interval_days} days",
        "quota": f"{policy.visits} in each {policy.period}",
        "pattern": f"{policy.visits} in {policy.block_workdays} working days",
    }.get(policy.mode or "", "none")
    return f"{'segment ' + policy.segment if policy.segment else 'organisation':24} {policy.channel:8} {how}"
