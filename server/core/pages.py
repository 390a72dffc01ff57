"""Keyset pages: stable under writes, equally quick on the last page as on the first."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
from sqlalchemy import Select, and_, or_
from sqlalchemy.orm import Session

from server.core.errors import Invalid
from server.core.http import Schema

LIMIT, MOST = 50, 500
LARGEST = 2**31 - 1  # of a number in a cursor: integer columns have 32 bits


class PageArgs(Schema):
    """Query parameters of every list."""

    limit = ma.fields.Integer(load_default=LIMIT, validate=ma.validate.Range(1, MOST))
    cursor = ma.fields.String(load_default=None, metadata={"description": "`next` of the page before"})


@dataclass(frozen=True)
class Page:
    """`next` is the cursor of the following page, None on the last."""

    items: Sequence[Any]
    next: str | None


def page_schema(item: type[ma.Schema]) -> type[ma.Schema]:
    """The schema of a page of these items."""
    name = item.__name__.removesuffix("Schema") + "Page"
    fields = {"items": ma.fields.List(ma.fields.Nested(item)), "next": ma.fields.String(allow_none=True)}
    return type(name, (Schema,), fields)


def keyset(
    session: Session,
    query: Select[Any],
    order: Sequence[Any],
    cursor: str | None,
    limit: int,
    *,
    descending: bool = False,
) -> Page:
    """One page of `query` in the order of these columns, the last of which must be unique and none of which is null."""
    if cursor:
        query = query.where(_after(order, decode(cursor, [column.type.python_type for column in order]), descending))
    query = query.order_by(*(column.desc() if descending else column for column in order)).limit(limit + 1)
    rows = list(session.scalars(query))
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, encode([getattr(rows[-1], column.key) for column in order]) if more else None)


def _after(order: Sequence[Any], values: list[Any], descending: bool) -> Any:
    """(a, b) > (x, y), spelled out so that every database uses its index."""
    clauses = []
    for i, column in enumerate(order):
        equal = [c == v for c, v in zip(order[:i], values[:i], strict=True)]
        clauses.append(and_(*equal, column < values[i] if descending else column > values[i]))
    return or_(*clauses)


def encode(values: Sequence[Any]) -> str:
    """The cursor that stands after a row with these values."""
    text = json.dumps([v.isoformat() if isinstance(v, date) else str(v) if isinstance(v, UUID) else v for v in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, types: Sequence[type]) -> list[Any]:
    """The values in a cursor, exactly of these types and such as a database can compare; Invalid for anything else."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list):
            raise ValueError("not a list")
        return [_typed(value, python_type) for value, python_type in zip(values, types, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise Invalid(
            "The cursor is not one of ours; begin again without it.", pointers={"/query/cursor": "unknown"}
        ) from None


def _typed(value: Any, python_type: type) -> Any:
    """Somebody may have forged it: no text with NUL, no number beyond the columns, no date that overflows in UTC."""
    if python_type in (float, int):
        if type(value) not in (float, int) or not -LARGEST <= value <= LARGEST:
            raise ValueError("no number of ours")
        return python_type(value)
    if type(value) is not (bool if python_type is bool else str):
        raise TypeError("not of this type")
    text = str(value)
    if "\0" in text:
        raise ValueError("not storable")
    text.encode()  # a ValueError where it holds half a character (a lone surrogate)
    if python_type is datetime:
        return datetime.fromisoformat(text).astimezone(UTC)
    return date.fromisoformat(text) if python_type is date else python_type(value)
