"""HTTP of places."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from server.accounts.positions import zone_at
from server.accounts.service import company
from server.core.database import db
from server.core.http import API_PREFIX, EVERYONE, LEADERS, Blueprint
from server.places.index import extracts
from server.places.lookup import Address, Index
from server.places.schemas import AddressAnswerSchema, AddressArgs, ExtractsSchema

blueprint = Blueprint("places", __name__, url_prefix=API_PREFIX, description="Where addresses are")
ATTRIBUTION = "© OpenStreetMap contributors"


@blueprint.route("/places/search")
class Search(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(AddressArgs, location="query")
    @blueprint.response(200, AddressAnswerSchema)
    def get(self, args: dict[str, Any]) -> Any:
        """Say where an address is, by what this machine knows: the address index and US postcodes.

        An account with this address gets the same position.
        """
        session = db.session()
        place = Index(session).find(Address.of(args, company(session).country))
        return {"place": {**place._asdict(), "timezone": zone_at(place.lat, place.lon)} if place else None}


@blueprint.route("/places/extracts")
class Extracts(MethodView):
    @blueprint.allow(*LEADERS)
    @blueprint.response(200, ExtractsSchema)
    def get(self) -> Any:
        """List the extracts of the map whose addresses are known (`flask places index` reads them)."""
        return {"items": extracts(db.session()), "attribution": ATTRIBUTION}
