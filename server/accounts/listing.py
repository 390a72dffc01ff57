"""Finding accounts: filters and pages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select

from server.accounts.models import Account
from server.accounts.segments import check_known
from server.core.database import db
from server.core.pages import Page, keyset
from server.identity.models import User
from server.identity.scope import accounts_of, team_tree
from server.reps.models import Rep


def find(user: User, filters: dict[str, Any], cursor: str | None, limit: int) -> Page:
    """A page of the accounts that the user may see, by name."""
    check_known(filters.get("segment"))
    query = _filtered(select(Account).where(accounts_of(user)), filters)
    return keyset(db.session(), query, (Account.name, Account.id), cursor, limit)


def _filtered(query: Select[Any], filters: dict[str, Any]) -> Select[Any]:
    query = query.where(Account.archived_at.isnot(None) if filters.get("archived") else Account.archived_at.is_(None))
    for name in ("external_id", "segment", "owner_id", "stage", "position_quality"):
        if filters.get(name) is not None:
            query = query.where(getattr(Account, name) == filters[name])
    if filters.get("unowned"):
        query = query.where(Account.owner_id.is_(None))
    if (doubtful := filters.get("position_doubtful")) is not None:
        metres = Account.position_doubt_metres
        query = query.where(metres.is_not(None) if doubtful else metres.is_(None))
    if team := filters.get("team_id"):
        owned = Account.owner_id.in_(select(Rep.id).where(Rep.team_id.in_(team_tree(team))))
        query = query.where(or_(owned, Account.team_id.in_(team_tree(team))))
    if since := filters.get("updated_since"):
        query = query.where(Account.updated_at >= since)
    if text := filters.get("search"):
        columns = (Account.name, Account.external_id, Account.city)
        query = query.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    if (off := filters.get("off_road")) is not None:
        query = query.where(Account.off_road_metres.is_not(None) if off else Account.off_road_metres.is_(None))
    return query
