"""From the Authorization header to the signed-in user; roles are checked here, objects in scope.py."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Flask, g
from flask_jwt_extended import JWTManager, create_access_token, get_jwt, get_jwt_identity, verify_jwt_in_request
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt.exceptions import PyJWTError

from server.core.config import Settings
from server.core.database import db
from server.core.errors import Forbidden, Unauthenticated
from server.core.http import Role
from server.identity import limits, mail, tokens
from server.identity.models import User

FAMILY = "sid"  # the claim that names the sign-in, so that signing out ends the access token too


def bind(app: Flask, settings: Settings) -> None:
    app.config["JWT_SECRET_KEY"] = settings.secret_key
    app.config["JWT_ACCESS_TOKEN_EXPIRES"] = timedelta(minutes=settings.access_minutes)
    JWTManager(app)
    limits.bind(app)
    mail.bind(app, settings)
    app.extensions["authenticate"] = authenticate


def access_token(user: User, family: UUID | None = None) -> str:
    claims = {FAMILY: str(family)} if family else {}
    return create_access_token(identity=str(user.id), additional_claims=claims)


def authenticate(roles: tuple[Role, ...]) -> None:
    """Put the signed-in user into `g.user`.  Asked of the database each time, so that revocation is immediate."""
    try:
        verify_jwt_in_request()
        user_id, family = UUID(get_jwt_identity()), get_jwt().get(FAMILY)
    except (JWTExtendedException, PyJWTError, ValueError, TypeError):
        raise Unauthenticated("Send a valid access token as 'Authorization: Bearer ...'.") from None
    user = db.session.get(User, user_id)
    if user is None or not user.active or (family and tokens.ended(db.session(), UUID(family))):
        raise Unauthenticated("This sign-in is no longer valid.")
    if user.role not in roles:
        raise Forbidden(f"This needs the role {' or '.join(roles)}; yours is {user.role}.")
    g.user = user
