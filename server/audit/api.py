"""HTTP of audit."""

from __future__ import annotations

from typing import Any

from server.audit import service
from server.audit.schemas import AuditArgs, AuditPage
from server.core.http import API_PREFIX, Blueprint, Role
from server.core.pages import Page

blueprint = Blueprint("audit", __name__, url_prefix=API_PREFIX, description="Who changed what")


@blueprint.route("/audit", methods=["GET"])
@blueprint.allow(Role.ADMIN)
@blueprint.arguments(AuditArgs, location="query")
@blueprint.response(200, AuditPage)
def audit(args: dict[str, Any]) -> Page:
    """Every change of people, accounts, cadences, appointments and activities, newest first"""
    return service.page(**args)
