"""HTTP of proposals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.views import MethodView

from server.core.database import db
from server.core.http import API_PREFIX, EVERYONE, Blueprint, Role, current_user
from server.identity.scope import own_rep, visible_rep
from server.plans.proposals import schemas
from server.reps.models import Rep

blueprint = Blueprint(
    "proposals", __name__, url_prefix=API_PREFIX, description="What a change would cost, before anybody makes it"
)


@blueprint.route("/me/slots")
class MySlots(MethodView):
    @blueprint.allow(Role.REP)
    @blueprint.arguments(schemas.SlotArgs, location="query")
    @blueprint.response(200, schemas.SlotsSchema)
    def get(self, args: dict[str, Any]) -> Any:
        """Times for a new appointment of the signed-in rep, best first: green, yellow, red."""
        return _slots(own_rep(current_user()), args)


@blueprint.route("/reps/<uuid:rep_id>/slots")
class RepSlots(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.SlotArgs, location="query")
    @blueprint.response(200, schemas.SlotsSchema)
    def get(self, args: dict[str, Any], rep_id: UUID) -> Any:
        """Times for a new appointment of a rep, best first: green, yellow, red."""
        return _slots(_rep(rep_id), args)


@blueprint.route("/me/plan/price")
class MyPrice(MethodView):
    @blueprint.allow(Role.REP)
    @blueprint.arguments(schemas.ProposalSchema)
    @blueprint.response(200, schemas.PriceSchema)
    def post(self, body: dict[str, Any]) -> Any:
        """Say what a change to the signed-in rep's plan would cost and move; nothing is changed."""
        return _price(own_rep(current_user()), body)


@blueprint.route("/reps/<uuid:rep_id>/plan/price")
class RepPrice(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.ProposalSchema)
    @blueprint.response(200, schemas.PriceSchema)
    def post(self, body: dict[str, Any], rep_id: UUID) -> Any:
        """Say what a change to a rep's plan would cost and move; nothing is changed."""
        return _price(_rep(rep_id), body)


def _rep(rep_id: UUID) -> Rep:
    return visible_rep(db.session(), current_user(), rep_id)


def _slots(rep: Rep, args: dict[str, Any]) -> dict[str, Any]:
    from server.plans.proposals import asking  # loads OR-Tools, which most processes never need

    return asking.slots_of(current_user(), rep, args)


def _price(rep: Rep, body: dict[str, Any]) -> dict[str, Any]:
    from server.plans.proposals import asking

    return asking.price_of(current_user(), rep, body)
