"""A request that changed what plans depend on waits a moment, so that its answer finds the new day being served.

200 and 201 become 202 where the repair is not there yet and the operation documents 202; `Plan-Status` says it in any case.
"""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from flask import Flask, Response, current_app, g, request
from sqlalchemy import bindparam, select

from server.core.database import db
from server.inputs.models import RepInputs

FIRST_LOOK, LOOK = 0.03, 0.005  # seconds: no repair is sooner than the first
_REPAIRED = select(RepInputs.rep_id, RepInputs.repaired).where(
    RepInputs.rep_id.in_(bindparam("reps", expanding=True))
)  # put together once: it is asked again and again


def bind(app: Flask) -> None:
    app.after_request(wait_for_repair)


def wait_for_repair(response: Response) -> Response:
    awaited: dict[UUID, int] = g.pop("awaited", {})
    if not awaited or response.status_code >= 400:
        return response
    served = _repaired(awaited, current_app.extensions["settings"].plan_wait_ms / 1000)
    response.headers["Plan-Status"] = "current" if served else "pending"
    if not served and response.status_code in (200, 201) and _documents_202():
        response.status_code = 202
    return response


def _repaired(awaited: dict[UUID, int], limit: float) -> bool:
    """Whether all these reps' plans respect these revisions, within so many seconds."""
    deadline = time.monotonic() + limit
    pause = FIRST_LOOK
    while not _all_there(awaited):
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(pause, left))
        pause = LOOK
    return True


def _all_there(awaited: dict[UUID, int]) -> bool:
    """One small query on a connection of its own: the request's session keeps what it has loaded for the answer."""
    with db.engine.connect() as connection:
        found = connection.execute(_REPAIRED, {"reps": list(awaited)})
        repaired: dict[UUID, int] = {row.rep_id: row.repaired for row in found}
    return all(repaired.get(rep_id, -1) >= revision for rep_id, revision in awaited.items())


def _documents_202() -> bool:
    view: Any = current_app.view_functions.get(request.endpoint or "")
    handler = getattr(getattr(view, "view_class", None), request.method.lower(), view)
    documented = getattr(handler, "_apidoc", {}).get("response", {}).get("responses", {})
    return any(str(getattr(status, "value", status)) == "202" for status in documented)
