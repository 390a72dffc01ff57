"""`flask users`: who may sign in, for operators at the shell."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from server.commands.operating import find_team, loaded, say_where_links_lead
from server.company.service import current
from server.core.database import db, writing
from server.core.errors import DomainError
from server.core.http import EVERYONE, Role
from server.identity import links
from server.identity.models import User
from server.identity.passwords import check_rules, hash_password
from server.identity.schemas import NewUserSchema
from server.identity.users import end as end_user
from server.identity.users import keep_an_admin

users = AppGroup("users", help="Create, list and deactivate people, and make one-time links for them.")


@users.command("create")
@click.argument("email")
@click.option("--name", help="as others see it; default: the part of the address before the @")
@click.option("--role", type=click.Choice([str(role) for role in EVERYONE]), default="admin", show_default=True)
@click.option("--team", help="name or id of the team of a rep or manager")
@click.option("--password", help="else a one-time link is printed, with which the person chooses one")
@with_appcontext
def create(email: str, name: str | None, role: str, team: str | None, password: str | None) -> None:
    """Create the person with address EMAIL.  (`flask reps create` makes a rep together with the person.)"""
    team_id = find_team(db.session(), team).id if team else None
    given = {
        "email": email,
        "name": name or email.split("@")[0],
        "role": role,
        "team_id": str(team_id) if team_id else None,
    }
    email = loaded(NewUserSchema(), given)["email"]
    if role != Role.ADMIN and team_id is None:
        raise click.ClickException(f"a {role} needs --team")
    secret = _hashed(password, email)
    with writing() as session:
        if session.scalar(select(User.id).where(User.email == email)):
            raise click.ClickException(f"{email} exists already; see `flask users link`")
        _keep_company(session)
        user = User(email=email, name=given["name"], role=role, team_id=team_id, password_hash=secret)
        session.add(user)
        link = None if secret else links.make(session, user)
    if link:
        say_where_links_lead()
    click.echo(f"{role} {email} created" + (f"; choose a password within 72 hours at\n{link}" if link else ""))


@users.command("list")
@with_appcontext
def show() -> None:
    """List everybody."""
    for user in db.session.scalars(select(User).order_by(User.email)):
        state = "" if user.active else " (deactivated)"
        invited = "" if user.password_hash else " (invited)"
        click.echo(f"{user.email:40} {user.role:8} {user.name}{state}{invited}")


@users.command("deactivate")
@click.argument("email")
@with_appcontext
def deactivate(email: str) -> None:
    """End the access of EMAIL at once."""
    with writing() as session:
        user = _user(session, email)
        try:
            keep_an_admin(session, user, user.role, active=False)
        except DomainError as error:
            raise click.ClickException(error.detail) from None
        end_user(session, user)
    click.echo(f"{user.email} deactivated")


@users.command("link")
@click.argument("email")
@with_appcontext
def link(email: str) -> None:
    """Print a one-time link with which EMAIL chooses a password."""
    with writing() as session:
        user = _user(session, email)
        if not user.active:
            raise click.ClickException(f"{user.email} is deactivated")
        made = links.make(session, user)
    say_where_links_lead()
    click.echo(made)


def _hashed(password: str | None, email: str) -> str | None:
    if password is None:
        return None
    try:
        check_rules(password, email)
    except DomainError as error:
        raise click.ClickException(" ".join(error.pointers.values())) from None
    return hash_password(password)


def _user(session: Any, email: str) -> User:
    user: User | None = session.scalar(select(User).where(User.email == email.strip().lower()))
    if user is None:
        raise click.ClickException(f"nobody has the address {email}; see `flask users list`")
    return user


def _keep_company(session: Any) -> None:
    """The first person of a new installation brings the company's row with its defaults."""
    company = current(session)
    if company.version == 0:
        company.version = 1
        session.add(company)
