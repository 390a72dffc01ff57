"""Many activities at once: each is judged and stored by itself, so that none stands in the way of the others."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from server.activities import service
from server.activities.schemas import ActivityCreateSchema, ActivitySchema
from server.core.database import db
from server.core.errors import Busy, DomainError, Invalid
from server.core.problems import document, flatten
from server.identity.models import User


def store(user_id: UUID, items: list[Any], device_time: datetime | None) -> list[dict[str, Any]]:
    """One result an item, in their order: {client_id, status, activity or problem}."""
    return [_store_one(user_id, item, device_time) for item in items]


def _store_one(user_id: UUID, item: Any, device_time: datetime | None) -> dict[str, Any]:
    sent = item.get("client_id") if isinstance(item, dict) else None
    client_id = sent if isinstance(sent, str) else None
    try:
        values = _load(item)
        values["device_time"] = values["device_time"] or device_time
        user = db.session.get_one(User, user_id)
        row, new = service.create(user, values, ActivitySchema().dump)
        return {"client_id": client_id, "status": 201 if new else 200, "activity": row}
    except DomainError as error:
        return {"client_id": client_id, "status": error.status, "problem": document(error)}
    except SQLAlchemyError:
        current_app.logger.exception("an activity of a batch could not be stored")
        db.session.rollback()
        busy = Busy("The database is busy; send this one again.")
        return {"client_id": client_id, "status": busy.status, "problem": document(busy)}


def _load(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise Invalid("It is not an object.")
    try:
        values: dict[str, Any] = ActivityCreateSchema().load(item)
    except ma.ValidationError as error:
        raise Invalid(pointers={e["pointer"]: e["detail"] for e in flatten(error.messages)}) from None
    return values
