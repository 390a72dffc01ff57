"""JSON of links between accounts."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from server.core.fields import ClientId, Text
from server.core.http import Schema
from server.core.pages import PageArgs
from server.links.models import KINDS

FEWEST, MOST = 2, 50  # accounts
KIND = {
    "description": "apart: no two of them are planned on one day's route; same_rep: one rep visits all of them, and those "
    "without an owner follow the one who has one; together: the same, and what is planned of one on a day is planned of all"
}


def _accounts(**kwargs: Any) -> ma.fields.List:
    return ma.fields.List(
        ma.fields.UUID(), validate=[ma.validate.Length(FEWEST, MOST), _distinct], metadata={"uniqueItems": True}, **kwargs
    )  # fmt: skip


def _distinct(ids: list[Any]) -> None:
    if len(set(ids)) < len(ids):
        raise ma.ValidationError("Name each account once.")


class LinkChangeSchema(Schema):
    """What is given changes."""

    account_ids = _accounts()
    note = Text(500, allow_none=True)


class LinkCreateSchema(Schema):
    client_id = ClientId()
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS), metadata=KIND)
    account_ids = _accounts(required=True)
    note = Text(500, load_default=None, allow_none=True)


class LinkConflictSchema(Schema):
    """What stands against it at present."""

    kind = ma.fields.String(
        metadata={
            "description": "different_reps: they have different owners; different_teams: no rep may visit all of them; "
            "shared_visits: one of them has no rep of its own; too_few: fewer than two accounts are left. Of a link of the kind "
            "together also some_shared: only some of them have no rep of their own; different_cadences: they are not to be visited "
            "equally often; kept_apart: another link keeps two of them apart"
        }
    )
    detail = ma.fields.String(metadata={"description": "The same in English, with what to do"})


class LinkSchema(Schema):
    id = ma.fields.UUID()
    kind = ma.fields.String(metadata=KIND)
    account_ids = ma.fields.List(ma.fields.UUID(), metadata={"description": "Those that you may see"})
    other_accounts = ma.fields.Integer(metadata={"description": "How many more it names that you may not see"})
    note = ma.fields.String(allow_none=True)
    conflicts = ma.fields.List(
        ma.fields.Nested(LinkConflictSchema),
        metadata={"description": "Why the planner cannot keep it as things stand; empty: it can"},
    )
    version = ma.fields.Integer()


class LinkArgs(PageArgs):
    account_id = ma.fields.UUID(metadata={"description": "Only links of this account"})
    kind = ma.fields.String(validate=ma.validate.OneOf(KINDS))
