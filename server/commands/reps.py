"""`flask reps`: who is planned for, from where and when."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy import or_, select

from server.commands.operating import as_id, assignments, find_team, loaded, newest, operator, say_where_links_lead
from server.core.database import db, writing
from server.core.http import Role
from server.identity import links
from server.identity.models import User
from server.importing.values import weekdays
from server.reps import service
from server.reps.models import Rep, Team
from server.reps.schemas import NewRepSchema, RepChangeSchema

reps = AppGroup("reps", help="Field reps.")
_SPAN = re.compile(r"(.+?)\s+(\d\d:\d\d)\s*-\s*(\d\d:\d\d)")


@reps.command("create")
@click.argument("name")
@click.option("--team", required=True, help="name or id of the rep's team")
@click.option("--email", help="who signs in as this rep: a person that exists, or a new one, who gets a link")
@click.option("--home", metavar="LAT,LON", help="where days begin and end; without it nothing can be planned")
@click.option("--hours", help='working hours, such as "Mo-Fr 08:00-17:00; Sa 09:00-12:00"; default: the company\'s')
@click.option(
    "--break", "rest", metavar="FROM-UNTIL/MINUTES", help="a break that starts between two times: 11:30-13:00/30"
)
@click.argument("more", nargs=-1, metavar="[NAME=VALUE ...]")
def create(
    name: str,
    team: str,
    email: str | None,
    home: str | None,
    hours: str | None,
    rest: str | None,
    more: tuple[str, ...],
) -> None:
    """Create the rep NAME.

    NAME=VALUE words set what else a rep has, such as timezone=America/Chicago max_stops=12 follow_up_minutes=10.
    """
    values = {**_home(home), **_hours(hours), **_break(rest)}
    further = assignments(RepChangeSchema(), more)
    with writing() as session:
        values = {"name": name, "team_id": str(find_team(session, team).id), **values}
        user, link = _person(session, email, name, UUID(values["team_id"])) if email else (None, None)
        values = {**loaded(NewRepSchema(), values), **further, **({"user_id": user.id} if user else {})}
        rep = service.create(operator(), values)
        rep_id = rep.id
    if link:
        say_where_links_lead()
    click.echo(f"rep {name} created ({rep_id})" + (f"; choose a password within 72 hours at\n{link}" if link else ""))
    if home is None:
        click.echo("No home position is known yet (--home): no day can be planned.", err=True)


@reps.command("set")
@click.argument("rep")
@click.argument("changes", nargs=-1, metavar="[NAME=VALUE ...]")
@click.option("--team", help="name or id of the team to move to")
@click.option("--home", metavar="LAT,LON", help="where days begin and end")
@click.option("--hours", help='working hours, such as "Mo-Fr 08:00-17:00"')
@click.option("--break", "rest", metavar="FROM-UNTIL/MINUTES", help="such as 11:30-13:00/30")
def change(
    rep: str, changes: tuple[str, ...], team: str | None, home: str | None, hours: str | None, rest: str | None
) -> None:
    """Change REP (an id, e-mail address or name), such as name="Dana Bell" max_stops=9, or active=false to end planning."""
    rep_id = _find(rep)
    given = {**_home(home), **_hours(hours), **_break(rest)}
    if team:
        given["team_id"] = str(find_team(db.session(), team).id)
    values = {**loaded(RepChangeSchema(), given), **assignments(RepChangeSchema(), changes)}
    if not values:
        raise click.ClickException("say what to change: NAME=VALUE, such as max_stops=9, or an option (see --help)")
    changed = service.change(operator(), rep_id, values, newest)
    click.echo(f"rep {changed.name} changed: {', '.join(values)}")


def _find(who: str) -> UUID:
    """Of the rep, active or not; ClickException where there is none, or more than one of the name."""
    by_mail = Rep.user_id.in_(select(User.id).where(User.email == who.strip().lower()))
    found = db.session.scalars(select(Rep.id).where(or_(Rep.name == who, Rep.id == as_id(who), by_mail))).all()
    if len(found) == 1:
        return found[0]
    if found:
        raise click.ClickException(
            f"{len(found)} reps are called {who!r}; give the id of one of them: {', '.join(map(str, found))}"
        )
    raise click.ClickException(f"there is no rep {who!r}; see `flask reps list`")


@reps.command("list")
def show() -> None:
    """List all reps: name, team, who signs in, home, and whether they are planned."""
    query = select(Rep, Team.name, User.email).join(Team, Team.id == Rep.team_id)
    for rep, team, email in db.session.execute(query.outerjoin(User, User.id == Rep.user_id).order_by(Rep.name)):
        home = f"{rep.home_lat:.4f},{rep.home_lon:.4f}" if rep.home_lat is not None else "(no home)"
        state = "" if rep.active else " (not active)"
        click.echo(f"{rep.name:28} {team:20} {email or '(no sign-in)':32} {home:20} {rep.id}{state}")


def _person(session: Any, email: str, name: str, team_id: UUID) -> tuple[User, str | None]:
    """The user with this address; a new one brings a link to choose a password with."""
    address = email.strip().lower()
    user = session.scalar(select(User).where(User.email == address))
    if user is not None:
        return user, None
    from server.identity.schemas import NewUserSchema

    values = {"email": address, "name": name, "role": str(Role.REP), "team_id": str(team_id)}
    user = User(**loaded(NewUserSchema(), values))
    session.add(user)
    return user, links.make(session, user)


def _home(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError:
        raise click.ClickException(f"--home is {text!r}; write degrees like 42.3601,-71.0589") from None
    return {"home_lat": lat, "home_lon": lon}


def _hours(text: str | None) -> dict[str, Any]:
    """Spans by weekday: {"working_hours": {"0": ["08:00", "17:00"], ...}}."""
    if text is None:
        return {}
    found: dict[str, list[str]] = {}
    try:
        for part in filter(None, (part.strip() for part in text.split(";"))):
            match = _SPAN.fullmatch(part)
            if match is None:
                raise ValueError
            found |= {str(day): [match[2], match[3]] for day in weekdays(match[1])}
    except ValueError:
        raise click.ClickException(f'--hours is {text!r}; write it like "Mo-Fr 08:00-17:00; Sa 09:00-12:00"') from None
    return {"working_hours": found}


def _break(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    match = re.fullmatch(r"(\d\d:\d\d)-(\d\d:\d\d)/(\d{1,3})", text)
    if match is None:
        raise click.ClickException(f"--break is {text!r}; write it like 11:30-13:00/30")
    return {"break_from": match[1], "break_until": match[2], "break_minutes": int(match[3])}
