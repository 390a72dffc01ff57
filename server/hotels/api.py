"""HTTP of hotels."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.views import MethodView

from server.core.http import API_PREFIX, EVERYONE, LEADERS, Blueprint, current_user, tagged
from server.core.idempotency import create_remembered
from server.core.pages import Page
from server.hotels import service
from server.hotels.schemas import HotelChangeSchema, HotelListArgs, HotelPage, HotelSchema, NewHotelSchema

blueprint = Blueprint("hotels", __name__, url_prefix=API_PREFIX, description="Where reps may spend a night")
FOLLOWS = "Stored; plans follow"


@blueprint.route("/hotels")
class Hotels(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(HotelListArgs, location="query")
    @blueprint.response(200, HotelPage)
    def get(self, args: dict[str, Any]) -> Page:
        """The company's hotels"""
        return service.listed(**args)

    @blueprint.allow(*LEADERS)
    @blueprint.arguments(NewHotelSchema)
    @blueprint.response(201, HotelSchema)
    @blueprint.repeatable(HotelSchema)
    @blueprint.alt_response(202, schema=HotelSchema, description=FOLLOWS, success=True)
    def post(self, body: dict[str, Any]) -> Any:
        """Add a hotel; reps who may spend nights away are planned anew"""
        row, new = create_remembered(
            current_user().id, body, lambda rest: (service.create(rest), True), service.get, HotelSchema().dump, kind="hotel"
        )  # fmt: skip
        return tagged(row, 201 if new else 200)


@blueprint.route("/hotels/<uuid:hotel_id>")
class OneHotel(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, HotelSchema)
    def get(self, hotel_id: UUID) -> Any:
        """One hotel"""
        return tagged(service.get(hotel_id))

    @blueprint.allow(*LEADERS)
    @blueprint.versioned
    @blueprint.arguments(HotelChangeSchema)
    @blueprint.response(200, HotelSchema)
    @blueprint.alt_response(202, schema=HotelSchema, description=FOLLOWS, success=True)
    def patch(self, body: dict[str, Any], hotel_id: UUID) -> Any:
        """Change a hotel, or take it off the list (active: false); plans that sleep there are repaired"""
        return tagged(service.change(hotel_id, body))
