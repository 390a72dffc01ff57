"""What identity takes and gives."""

from __future__ import annotations

import marshmallow as ma

from server.company.schemas import DisplaySchema
from server.core.fields import Boolean, Email, Secret, Text
from server.core.http import EVERYONE, Schema
from server.core.pages import PageArgs, page_schema
from server.identity.passwords import LONGEST, SHORTEST

ROLES = [str(role) for role in EVERYONE]
ROLE_HELP = {"description": "rep: own data; manager: the team and those below it; admin: everything"}


def _new_password() -> Secret:
    doc = {"description": f"{SHORTEST} to {LONGEST} characters, hard to guess (zxcvbn)", "format": "password"}
    return Secret(LONGEST, SHORTEST, required=True, metadata=doc)


class UserSchema(Schema):
    """A person who may sign in."""

    id = ma.fields.UUID(required=True)
    email = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    role = ma.fields.String(required=True, metadata={"enum": ROLES, **ROLE_HELP})
    team_id = ma.fields.UUID(required=True, allow_none=True)
    active = ma.fields.Boolean(required=True)
    accepted = ma.fields.Function(
        lambda user: user.password_hash is not None,
        metadata={"type": "boolean", "description": "false: invited, has not chosen a password yet"},
    )
    version = ma.fields.Integer(required=True)


class NewUserSchema(Schema):
    """An invitation.  A manager invites reps, into the own team or one below it."""

    email = Email(required=True)
    name = Text(200, 1, required=True)
    role = ma.fields.String(required=True, validate=ma.validate.OneOf(ROLES), metadata=ROLE_HELP)
    team_id = ma.fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "The team that a manager leads or a rep belongs to; needed for both"},
    )


class UserChangeSchema(Schema):
    """What is given changes.  A manager changes name, team and active of reps; the rest is for admins."""

    email = Email()
    name = Text(200, 1)
    role = ma.fields.String(validate=ma.validate.OneOf(ROLES), metadata=ROLE_HELP)
    team_id = ma.fields.UUID(allow_none=True)
    active = Boolean(metadata={"description": "false ends every sign-in at once"})


class InvitedSchema(Schema):
    """The person invited and, where the server sends no mail, the link to hand over."""

    user = ma.fields.Nested(UserSchema, required=True)
    link = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "null: mailed. Whoever opens it within 72 hours chooses the password, once"},
    )


class UserListArgs(PageArgs):
    role = ma.fields.String(validate=ma.validate.OneOf(ROLES))
    active = ma.fields.Boolean(truthy={"true"}, falsy={"false"})


UserPage = page_schema(UserSchema)


class SignInSchema(Schema):
    email = Email(required=True)
    password = Secret(LONGEST, 1, required=True, metadata={"format": "password"})


class RefreshSchema(Schema):
    refresh_token = Secret(200, 1, required=True)


class TokenSchema(Schema):
    """Send the access token as `Authorization: Bearer ...`; change the refresh token for new ones before it ends."""

    access_token = ma.fields.String(required=True)
    refresh_token = ma.fields.String(required=True, metadata={"description": "Good for one use"})
    token_type = ma.fields.String(required=True, metadata={"enum": ["bearer"]})
    expires_in = ma.fields.Integer(required=True, metadata={"description": "Seconds that the access token lives"})
    user = ma.fields.Nested(UserSchema, required=True)


class EmailSchema(Schema):
    email = Email(required=True)


class ChoosePasswordSchema(Schema):
    token = Secret(200, 1, required=True, metadata={"description": "What stands behind the # of the link"})
    password = _new_password()


class MeSchema(Schema):
    """The signed-in person, the rep that they are, and how the company displays things."""

    user = ma.fields.Nested(UserSchema, required=True)
    rep_id = ma.fields.UUID(required=True, allow_none=True)
    company = ma.fields.Nested(DisplaySchema, required=True, allow_none=True)
