"""The one place where HTTP meets the domain: blueprints, policies, arguments, problem documents, ETags."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from http import HTTPStatus
from threading import RLock
from typing import Any

import flask_smorest
import marshmallow as ma
from flask import Flask, Request, current_app, g, request
from flask.typing import ResponseReturnValue
from flask.views import MethodView
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from webargs.core import is_json
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.exceptions import BadRequest, HTTPException, UnsupportedMediaType

from server.core import errors
from server.core.database import db
from server.core.outages import advice, is_busy, is_outage, is_unmigrated
from server.core.problems import MIME, ProblemSchema, from_domain, from_http, response

API_PREFIX = "/api/v1"
UPLOAD = "upload"  # a location of arguments: multipart/form-data with files
LARGEST_BODY, LARGEST_UPLOAD = 16 * 1024 * 1024, 64 * 1024 * 1024


class Role(StrEnum):
    """What a user may be.  PUBLIC operations need no sign-in."""

    PUBLIC = "public"
    REP = "rep"
    MANAGER = "manager"
    ADMIN = "admin"


EVERYONE = (Role.REP, Role.MANAGER, Role.ADMIN)
LEADERS = (Role.MANAGER, Role.ADMIN)


class Schema(ma.Schema):
    """Root of all schemas: unknown fields are errors (marshmallow's default), order is as declared."""

    class Meta:
        unknown = ma.RAISE

    def __deepcopy__(self, memo: Any) -> Schema:
        """Itself: it is never changed, and flask-smorest copies what it knows of an operation in each of its decorators."""
        return self


class Parser(FlaskParser):
    """Reads requests strictly: an unknown query parameter is an error too (a mistyped filter must not return everything),
    a body that is no JSON is never taken for an empty one, and what is said twice is refused: nobody knows which is meant.
    """

    DEFAULT_UNKNOWN_BY_LOCATION = {
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        **dict.fromkeys(("query", "json", UPLOAD), ma.RAISE),
    }
    __location_map__ = {**FlaskParser.__location_map__, UPLOAD: "load_upload"}

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        if not is_json(req.mimetype):
            raise UnsupportedMediaType("Send the body as JSON, with Content-Type: application/json.")
        try:
            return json.loads(req.get_data(cache=True), parse_constant=_no_json, object_pairs_hook=_once_each)
        except (ValueError, RecursionError):  # also of numbers with thousands of digits
            raise BadRequest("The body is not JSON that can be read.") from None

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        return self._makeproxy(_single(req.args), schema)

    def load_upload(self, req: Request, schema: ma.Schema) -> Any:
        """Fields and files of one form."""
        req.max_content_length = LARGEST_UPLOAD
        return self._makeproxy(_single(CombinedMultiDict([req.form, req.files])), schema)


def _single(given: Any) -> Any:
    """The parameters, where none is given twice."""
    times = {name: len(given.getlist(name)) for name in given}
    if twice := sorted(name for name, count in times.items() if count > 1):
        raise ma.ValidationError({name: [f"It is given {times[name]} times; give it once."] for name in twice})
    return given


def _once_each(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, where no name comes twice in it (RFC 8259: what then holds is anybody's guess)."""
    found = dict(members)
    if len(found) < len(members):
        twice, _ = Counter(name for name, _ in members).most_common(1)[0]
        raise BadRequest(f"{json.dumps(twice[:100])} stands twice in one object of the body; send it once.")
    return found


def _no_json(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


class Blueprint(flask_smorest.Blueprint):
    """A domain's part of the API.  Every operation declares who may call it with `allow`, outermost."""

    ARGUMENTS_PARSER = Parser()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING = {
        **flask_smorest.Blueprint.DEFAULT_LOCATION_CONTENT_TYPE_MAPPING,
        UPLOAD: "multipart/form-data",
    }

    def arguments(self, schema: Any, *, location: str = "json", **kwargs: Any) -> Callable[..., Any]:
        """As flask-smorest's; documents also what happens to a body of another type, or too large."""
        takes = super().arguments(schema, location=location, **kwargs)

        def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
            documented: Callable[..., Any] = takes(view)
            for status in _ERRORS_OF_BODIES if location == "json" else ():
                documented = self.alt_response(status, status.name)(documented)
            return documented

        return decorator

    def allow(self, *roles: Role) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Only these roles may call the operation; the check runs before the input is even read.

        What of the data a role may see is the service's affair (identity.scope): a foreign object is a 404.
        """

        def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(view)
            def guarded(*args: Any, **kwargs: Any) -> Any:
                if Role.PUBLIC not in roles:
                    current_app.extensions["authenticate"](roles)
                return view(*args, **kwargs)

            security: dict[str, Any] = {"security": []} if Role.PUBLIC in roles else {"security": [{"bearer": []}]}
            documented = self.doc(**{"x-roles": [str(role) for role in roles]}, **security)(guarded)
            for status in _errors_of(roles):
                documented = self.alt_response(status, status.name)(documented)
            documented.roles = roles
            return documented

        return decorator

    def repeatable(self, schema: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """The operation creates, and calls `create_remembered`: document what a second try meets."""

        def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
            documented: Callable[..., Any] = view
            for status in (HTTPStatus.CONFLICT, HTTPStatus.GONE):
                documented = self.alt_response(status, status.name)(documented)
            return self.alt_response(200, schema=schema, description="Stored already", success=True)(documented)

        return decorator

    def versioned(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """The operation calls `check_version`: document If-Match and what happens without it or too late."""
        documented = view
        for status in (HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED):
            documented = self.alt_response(status, status.name)(documented)
        arguments = documented._apidoc.setdefault("arguments", {})  # type: ignore[attr-defined]
        arguments.setdefault("parameters", []).append(IF_MATCH)
        return documented


IF_MATCH = {
    "in": "header", "name": "If-Match", "required": True, "schema": {"type": "string", "pattern": r'^"v[0-9]{1,9}"$'},
    "description": "The ETag of the version that you read and now change",
}  # fmt: skip


_ERRORS_OF_BODIES = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def _errors_of(roles: tuple[Role, ...]) -> list[HTTPStatus]:
    common = [
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
    ]
    return common if Role.PUBLIC in roles else [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, *common]


class Api(flask_smorest.Api):
    """flask-smorest with RFC 9457 problem documents instead of its own error shape."""

    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask) -> None:
        self._undocumented: list[Blueprint] = []
        self._documenting = RLock()
        super().__init__(app)

    def register_blueprint(self, blueprint: Blueprint) -> None:
        """Bind its views.  They are documented when the document is first asked for: that takes longer than all the rest
        of the start, and most processes (commands, the worker and its children) are never asked."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._undocumented.append(blueprint)

    @property
    def spec(self) -> Any:
        """The OpenAPI document, with everything that is registered by now."""
        with self._documenting:
            waiting, self._undocumented = self._undocumented, []
            for blueprint in waiting:
                blueprint.register_views_in_doc(self, self._app, self._spec, name=blueprint.name, parameters=None)
                self._spec.tag({"name": blueprint.name, "description": blueprint.description})
        return self._spec

    @spec.setter
    def spec(self, document: Any) -> None:
        self._spec = document

    def handle_http_exception(self, error: HTTPException) -> ResponseReturnValue:
        return from_http(error)

    def _register_responses(self) -> None:
        """Document errors as what they are, application/problem+json (flask-smorest says application/json)."""
        super()._register_responses()
        for component in self.spec.components.responses_lazy.values():
            if "application/json" in component.get("content", {}):
                component["content"] = {MIME: component["content"]["application/json"]}


def make_api(app: Flask) -> Api:
    """The API of the application, with its OpenAPI settings."""
    app.config.update(
        API_TITLE="Fieldbeat",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=API_PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        JSON_SORT_KEYS=False,
    )
    api = Api(app)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    app.register_error_handler(errors.DomainError, from_domain)
    app.register_error_handler(StaleDataError, lambda _: from_domain(errors.PreconditionFailed()))
    app.register_error_handler(IntegrityError, _integrity)
    app.register_error_handler(SQLAlchemyError, _outage)
    return api


def _integrity(error: IntegrityError) -> ResponseReturnValue:
    """A constraint that a race slipped past the service's own check: the loser gets a conflict, not a 500."""
    current_app.logger.warning("constraint: %s", error.orig)
    return from_domain(errors.Conflict("It conflicts with what is stored; read it again and retry."))


def _outage(error: SQLAlchemyError) -> ResponseReturnValue:
    """A database that is gone is a 503; anything else is a fault of ours, and stays one."""
    if not is_outage(error):
        raise error
    db.session.remove()
    current_app.logger.error("%s", advice(error, db.engine.url))
    if is_busy(error):
        return response(503, "busy", "Try again in a moment", "The database is busy.", headers={"Retry-After": "1"})
    detail = "The database is not migrated." if is_unmigrated(error) else "The database cannot be reached."
    return response(503, "unavailable", "Not available now", detail, headers={"Retry-After": "5"})


def require_policies(app: Flask) -> None:
    """Refuse to start when an operation under the API prefix has not declared its policy."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(API_PREFIX) or rule.rule.endswith(("openapi.json", "/docs")):
            continue
        view = app.view_functions[rule.endpoint]
        view_class = getattr(view, "view_class", None)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            handler = getattr(view_class, method.lower()) if issubclass(view_class or object, MethodView) else view
            if not getattr(handler, "roles", None):
                raise RuntimeError(f"{method} {rule.rule} declares no policy: put @blueprint.allow(...) on it")


def tag(version: int) -> str:
    """The ETag of one version of a row that two people can edit."""
    return f'"v{version}"'


def tagged(row: Any, status: int = 200) -> tuple[Any, int, dict[str, str]]:
    """A single row as a response with the ETag that If-Match wants back."""
    return row, status, {"ETag": tag(row.version)}


def check_version(row: Any) -> None:
    """If-Match must name the stored version: 428 where it is missing, 412 where somebody was faster."""
    if not request.if_match:
        raise _precondition_required()
    if not (request.if_match.star_tag or request.if_match.contains(tag(row.version).strip('"'))):
        raise errors.PreconditionFailed("It was changed since you read it; read it again.", version=row.version)


def _precondition_required() -> errors.DomainError:
    error = errors.PreconditionFailed("Send If-Match with the ETag that you read.", code="precondition_required")
    error.status, error.title = 428, "Say which version you change"
    return error


def current_user() -> Any:
    """The signed-in user (identity.models.User) of this request."""
    return g.user
