"""HTTP of identity: signing in, and the people who may."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask.views import MethodView

from server.core.http import API_PREFIX, EVERYONE, LEADERS, Blueprint, Role, current_user, tagged
from server.core.pages import Page
from server.identity import links, service, users
from server.identity.limits import attempts_limited, failures_limited
from server.identity.schemas import (
    ChoosePasswordSchema,
    EmailSchema,
    InvitedSchema,
    MeSchema,
    NewUserSchema,
    RefreshSchema,
    SignInSchema,
    TokenSchema,
    UserChangeSchema,
    UserListArgs,
    UserPage,
    UserSchema,
)

blueprint = Blueprint("identity", __name__, url_prefix=API_PREFIX, description="Signing in, and the people who may")
UNAUTHORIZED, GONE, CONFLICT = HTTPStatus.UNAUTHORIZED, HTTPStatus.GONE, HTTPStatus.CONFLICT


@blueprint.route("/auth/token", methods=["POST"])
@blueprint.allow(Role.PUBLIC)
@failures_limited
@blueprint.arguments(SignInSchema)
@blueprint.response(200, TokenSchema)
@blueprint.alt_response(UNAUTHORIZED, UNAUTHORIZED.name)
def sign_in(body: dict[str, str]) -> Any:
    """Sign in with e-mail address and password"""
    return service.sign_in(**body)


@blueprint.route("/auth/refresh", methods=["POST"])
@blueprint.allow(Role.PUBLIC)
@failures_limited
@blueprint.arguments(RefreshSchema)
@blueprint.response(200, TokenSchema)
@blueprint.alt_response(UNAUTHORIZED, UNAUTHORIZED.name)
def refresh(body: dict[str, str]) -> Any:
    """Change a refresh token for new tokens

    Each refresh token is good for one use (and for 30 seconds more, should the answer get lost). A later second use
    ends the whole sign-in.
    """
    return service.refresh(body["refresh_token"])


@blueprint.route("/auth/sign-out", methods=["POST"])
@blueprint.allow(Role.PUBLIC)
@blueprint.arguments(RefreshSchema)
@blueprint.response(204)
def sign_out(body: dict[str, str]) -> None:
    """End this sign-in, access token included"""
    service.sign_out(body["refresh_token"])


@blueprint.route("/auth/password-reset", methods=["POST"])
@blueprint.allow(Role.PUBLIC)
@attempts_limited
@blueprint.arguments(EmailSchema)
@blueprint.response(204)
def ask_reset(body: dict[str, str]) -> None:
    """Ask for a link to choose a new password; the answer is the same whether the address is known or not"""
    service.ask_reset(body["email"])


@blueprint.route("/auth/password-reset/confirm", methods=["POST"])
@blueprint.allow(Role.PUBLIC)
@attempts_limited
@blueprint.arguments(ChoosePasswordSchema)
@blueprint.response(200, TokenSchema)
@blueprint.alt_response(GONE, GONE.name)
def confirm_reset(body: dict[str, str]) -> Any:
    """Choose a new password by a link, and sign in; all other sign-ins end"""
    return service.choose_password(body["token"], links.RESET, body["password"])


@blueprint.route("/auth/invitation/accept", methods=["POST"])
@blueprint.allow(Role.PUBLIC)
@attempts_limited
@blueprint.arguments(ChoosePasswordSchema)
@blueprint.response(200, TokenSchema)
@blueprint.alt_response(GONE, GONE.name)
def accept_invitation(body: dict[str, str]) -> Any:
    """Accept an invitation by its link: choose a password, and sign in"""
    return service.choose_password(body["token"], links.INVITE, body["password"])


@blueprint.route("/auth/me", methods=["GET"])
@blueprint.allow(*EVERYONE)
@blueprint.response(200, MeSchema)
def me() -> Any:
    """Who is signed in, which rep they are, and how the company displays things"""
    return service.myself(current_user())


@blueprint.route("/users")
class Users(MethodView):
    @blueprint.allow(*LEADERS)
    @blueprint.arguments(UserListArgs, location="query")
    @blueprint.response(200, UserPage)
    def get(self, args: dict[str, Any]) -> Page:
        """The people you may see"""
        return users.page(current_user(), **args)

    @blueprint.allow(*LEADERS)
    @blueprint.arguments(NewUserSchema)
    @blueprint.response(201, InvitedSchema)
    @blueprint.alt_response(CONFLICT, CONFLICT.name)
    def post(self, body: dict[str, Any]) -> Any:
        """Invite somebody"""
        user, link = users.invite(current_user(), body)
        return {"user": user, "link": link}


@blueprint.route("/users/<uuid:user_id>")
class OneUser(MethodView):
    @blueprint.allow(*LEADERS)
    @blueprint.response(200, UserSchema)
    def get(self, user_id: UUID) -> Any:
        """One person"""
        return tagged(users.get(current_user(), user_id))

    @blueprint.allow(*LEADERS)
    @blueprint.versioned
    @blueprint.arguments(UserChangeSchema)
    @blueprint.response(200, UserSchema)
    def patch(self, body: dict[str, Any], user_id: UUID) -> Any:
        """Change a person; deactivating ends every sign-in at once"""
        return tagged(users.change(current_user(), user_id, body))


@blueprint.route("/users/<uuid:user_id>/link", methods=["POST"])
@blueprint.allow(*LEADERS)
@blueprint.response(200, InvitedSchema)
@blueprint.alt_response(CONFLICT, CONFLICT.name)
def new_link(user_id: UUID) -> Any:
    """Send a new invitation, or a password reset to somebody who accepted already; earlier links end"""
    user, link = users.new_link(current_user(), user_id)
    return {"user": user, "link": link}
