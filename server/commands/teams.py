"""`flask teams`: the tree of teams."""

from __future__ import annotations

from collections import Counter, defaultdict
from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy import select

from server.commands.operating import assignments, find_team, loaded, newest, operator
from server.core.database import db
from server.reps import teams as tree
from server.reps.models import Rep, Team
from server.reps.schemas import NewTeamSchema, TeamChangeSchema

teams = AppGroup("teams", help="Teams of reps, a tree.")


@teams.command("create")
@click.argument("name")
@click.option("--parent", help="name or id of the team above; default: at the top")
def create(name: str, parent: str | None) -> None:
    """Create the team NAME."""
    above = find_team(db.session(), parent).id if parent else None
    values = loaded(NewTeamSchema(), {"name": name, "parent_id": str(above) if above else None})
    _refuse_twin(values["name"], above)
    team = tree.create(operator(), values)
    click.echo(f"team {team.name} created ({team.id})")


@teams.command("set")
@click.argument("team")
@click.argument("changes", nargs=-1, metavar="[NAME=VALUE ...]")
@click.option("--parent", help="name or id of the team above; an empty text: at the top")
def change(team: str, changes: tuple[str, ...], parent: str | None) -> None:
    """Change TEAM (a name or id), such as name="East Coast" radius_metres=50000 radius_hard=true approval=true."""
    found = find_team(db.session(), team)
    values = assignments(TeamChangeSchema(), changes)
    if parent is not None:
        values["parent_id"] = find_team(db.session(), parent).id if parent else None
    if not values:
        raise click.ClickException('say what to change: NAME=VALUE, such as name="East Coast", or --parent')
    if values.keys() & {"name", "parent_id"}:
        _refuse_twin(values.get("name", found.name), values.get("parent_id", found.parent_id), found.id)
    changed = tree.change(operator(), found.id, values, newest)
    click.echo(f"team {changed.name} changed: {', '.join(values)}")


@teams.command("delete")
@click.argument("team")
def delete(team: str) -> None:
    """Delete TEAM (a name or id), which has no reps, people, accounts or teams below it any more."""
    found = find_team(db.session(), team)
    name, team_id = found.name, found.id
    tree.delete(operator(), team_id, newest)
    click.echo(f"team {name} deleted")


def _refuse_twin(name: str, parent_id: UUID | None, itself: UUID | None = None) -> None:
    twin = db.session.scalar(select(Team.id).where(Team.name == name, Team.parent_id == parent_id))
    if twin not in (None, itself):
        raise click.ClickException(f"there is a team {name!r} in that place already")


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
