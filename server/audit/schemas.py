"""What the audit trail looks like outside."""

from __future__ import annotations

import marshmallow as ma

from server.audit.events import AUDITED
from server.core.fields import Text
from server.core.http import Schema
from server.core.pages import PageArgs, page_schema
from server.core.time_fields import Moment


class AuditEntrySchema(Schema):
    """Who changed what, from what, to what."""

    id = ma.fields.UUID(required=True)
    at = ma.fields.AwareDateTime(required=True)
    actor_id = ma.fields.UUID(required=True, allow_none=True, metadata={"description": "null: the system itself"})
    request_id = ma.fields.String(required=True, allow_none=True)
    action = ma.fields.String(required=True, metadata={"description": "create, update, delete, import, ..."})
    table_name = ma.fields.String(required=True)
    row_id = ma.fields.String(required=True)
    changes = ma.fields.Dict(required=True, metadata={"description": "{column: [old, new]}, secrets hidden"})


class AuditArgs(PageArgs):
    table_name = ma.fields.String(validate=ma.validate.OneOf(sorted(AUDITED)))
    row_id = Text(60, 1)
    actor_id = ma.fields.UUID()
    since = Moment()
    until = Moment()


AuditPage = page_schema(AuditEntrySchema)
