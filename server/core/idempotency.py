"""Creation by a client-made UUID: the same content again succeeds again, other content is a conflict that shows what is stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from server.core.database import db
from server.core.errors import Conflict

Row = TypeVar("Row", bound=Any)
ATTEMPTS = 3


def fingerprint(values: Mapping[str, Any]) -> str:
    """SHA-256 of the values as canonical JSON; dates and ids by their text."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def create_by_client_id(
    model: Any, author_id: UUID, values: Mapping[str, Any], make: Callable[[str], Row], show: Callable[[Row], Any],
    ignoring: Collection[str] = (),
) -> tuple[Row, bool]:  # fmt: skip
    """`create_once` for tables with author_id, client_id and content_hash.

    `make` writes the row with the content hash that it is given; `ignoring` names values that may differ between two tries.
    """
    content = fingerprint({name: value for name, value in values.items() if name not in ignoring})
    wanted = select(model).where(model.author_id == author_id, model.client_id == values["client_id"])
    return create_once(
        find=lambda: db.session.scalar(wanted),
        make=lambda: make(content),
        same=lambda stored: stored.content_hash == content,
        show=show,
    )


def create_once(
    find: Callable[[], Row | None], make: Callable[[], Row], same: Callable[[Row], bool], show: Callable[[Row], Any]
) -> tuple[Row, bool]:
    """The stored row and whether it is new.

    `make` writes in a transaction of its own.  Where a race beats its first look, the unique constraint stops it, and we
    look again.  Raises Conflict with `stored` where the same id was used for something else.
    """
    for left in reversed(range(ATTEMPTS)):
        if (stored := find()) is not None:
            if not same(stored):
                raise Conflict("This id is already used, with other content.", code="id_reused", stored=show(stored))
            return stored, False
        try:
            return make(), True
        except IntegrityError:
            if not left:
                raise
    raise AssertionError("unreachable")
