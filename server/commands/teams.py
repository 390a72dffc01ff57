"""`flask teams`: the tree of teams."""

from __future__ import annotations

from collections import Counter, defaultdict
from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy import select

from server.commands.operating import find_team, loaded, operator
from server.core.database import db
from server.reps import teams as tree
from server.reps.models import Rep, Team
from server.reps.schemas import NewTeamSchema

teams = AppGroup("teams", help="Teams of reps, a tree.")


@teams.command("create")
@click.argument("name")
@click.option("--parent", help="name or id of the team above; default: at the top")
def create(name: str, parent: str | None) -> None:
    """Create the team NAME."""
    above = find_team(db.session(), parent).id if parent else None
    values = loaded(NewTeamSchema(), {"name": name, "parent_id": str(above) if above else None})
    if db.session.scalar(select(Team.id).where(Team.name == values["name"], Team.parent_id == above)):
        raise click.ClickException(f"there is a team {values['name']!r} in that place already")
    team = tree.create(operator(), values)
    click.echo(f"team {team.name} created ({team.id})")


@teams.command("list")
def show() -> None:
    """List all teams, each under the one above it, with the number of active reps and the id."""
    below: dict[UUID | None, list[Team]] = defaultdict(list)
    for team in db.session.scalars(select(Team).order_by(Team.name, Team.id)):
        below[team.parent_id].append(team)
    reps = Counter(db.session.scalars(select(Rep.team_id).where(Rep.active)))
    waiting = [(team, 0) for team in reversed(below[None])]
    while waiting:
        team, depth = waiting.pop()
        click.echo(f"{'  ' * depth + team.name:40} {reps[team.id]:4} reps  {team.id}")
        waiting += [(child, depth + 1) for child in reversed(below[team.id])]
