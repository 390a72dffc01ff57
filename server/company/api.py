"""HTTP of company."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from server.company import service
from server.company.schemas import CompanyChangeSchema, CompanySchema
from server.core.http import API_PREFIX, EVERYONE, Blueprint, Role, tagged

blueprint = Blueprint("company", __name__, url_prefix=API_PREFIX, description="Settings of the company")


@blueprint.route("/company")
class OneCompany(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, CompanySchema)
    def get(self) -> Any:
        """The company's settings"""
        return tagged(service.current())

    @blueprint.allow(Role.ADMIN)
    @blueprint.versioned
    @blueprint.arguments(CompanyChangeSchema)
    @blueprint.response(200, CompanySchema)
    @blueprint.alt_response(202, schema=CompanySchema, description="Stored; plans follow", success=True)
    def patch(self, body: dict[str, Any]) -> Any:
        """Change settings; plans that depend on them are made anew"""
        return tagged(service.change(body))
