"""What the commands that set up a company have in common: who acts, what they name, and their schemas' complaints."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import click
import marshmallow as ma
from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.core.config import Settings
from server.core.fields import countries
from server.core.http import Role
from server.core.problems import flatten
from server.identity.models import User
from server.reps.models import Team

_PARSED = (ma.fields.Integer, ma.fields.Float, ma.fields.Boolean, ma.fields.List)  # as JSON; everything else is text


def operator() -> User:
    """Whoever has the shell may do everything; the audit names nobody.  Never to be added to a session."""
    return User(role=Role.ADMIN)


def say_where_links_lead() -> None:
    """To standard error, so that the link alone can be passed on: this shell may not have the settings of the server."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.public_url:
        click.echo(
            f"The link is for {settings.url}; set PORT or FIELDBEAT_PUBLIC_URL if the server is elsewhere.", err=True
        )


def loaded(schema: ma.Schema, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the API would take them; ClickException with all that is wrong."""
    try:
        found: dict[str, Any] = schema.load(values)
    except ma.ValidationError as error:
        wrong = [f"{problem['pointer'].strip('/')}: {problem['detail']}" for problem in flatten(error.messages)]
        raise click.ClickException("; ".join(wrong)) from None
    return found


def assignments(schema: ma.Schema, words: tuple[str, ...]) -> dict[str, Any]:
    """`name=value` words, loaded by the schema; numbers, lists and true or false as JSON writes them, an empty text is null."""
    values: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        names = f"the names are {', '.join(schema.fields)}"
        if not equals:
            raise click.ClickException(f"{word!r} is not NAME=VALUE; {names}")
        if name not in schema.fields:
            raise click.ClickException(f"there is no setting {name!r} here; {names}")
        values[name] = _value(schema.fields[name], text)
    return loaded(schema, values)


def _value(field: ma.fields.Field, text: str) -> Any:
    if text == "" and field.allow_none:
        return None
    if not isinstance(field, _PARSED):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text  # the schema says what it should be


def newest(_row: object) -> None:
    """For `expect`: the operator sees and means what is stored now."""


def find_team(session: Session, name: str) -> Team:
    """The team of this name or id; ClickException where there is none, or more than one of the name."""
    found = list(session.scalars(select(Team).where(or_(Team.name == name, Team.id == as_id(name)))))
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(str(team.id) for team in found)
        raise click.ClickException(f"{len(found)} teams are called {name!r}; give the id of one of them: {ids}")
    raise click.ClickException(f"there is no such team: {name!r}; see `flask teams list`")


def as_id(text: str) -> UUID | None:
    """The id that the text is, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def known_country(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """For options that name a country."""
    if value is not None and value.upper() not in countries():
        raise click.BadParameter(f"{value!r} is not an ISO 3166-1 country; write its two letters, like US")
    return value.upper() if value else None
