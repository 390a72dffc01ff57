"""Creation by a client-made UUID: the same content again succeeds again, other content is a conflict that shows what is stored.

Activities and appointments carry their client_id, for it is always there.  Of all else the ids that clients chose to send
are kept in a table of their own, which also remembers what was deleted since: a late second try does not bring it back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import ForeignKey, String, Uuid, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base, db, writing
from server.core.errors import Conflict, Gone, NotFound
from server.core.models import Stamped

Row = TypeVar("Row", bound=Any)
ATTEMPTS = 3


class Creation(Stamped, Base):
    """What a client made under an id of its own.  `row_id` None: only while it is being made."""

    __tablename__ = "creations"

    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    client_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    row_id: Mapped[UUID | None]


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


def create_remembered(
    author_id: UUID, values: dict[str, Any], make: Callable[[dict[str, Any]], tuple[Row, bool]], get: Callable[[UUID], Row],
    show: Callable[[Row], Any], **scope: Any,
) -> tuple[Row, bool]:  # fmt: skip
    """The row and whether it is new.  Idempotent where `values` have a client_id, else as `make` is.

    `make` takes the other values; `get` finds what was made, if the author may still see it; `scope` is what besides the
    values says which thing is meant (its kind, its parent).  Raises Conflict with `stored` (None: not to be seen here) where
    the id was used for something else, Gone where what it made has been deleted since or is no longer the author's to see.
    """
    client_id = values.pop("client_id", None)
    if client_id is None:
        return make(values)
    content = fingerprint({**values, **{f"scope {name}": value for name, value in scope.items()}})
    made: list[tuple[Row, bool]] = []

    def write() -> Creation:
        with writing() as session:
            # First of all: a second request with this id waits here for the end of the first one, and then fails.
            entry = Creation(author_id=author_id, client_id=client_id, content_hash=content)
            session.add(entry)
            session.flush()
            made[:] = [make(dict(values))]
            entry.row_id = made[0][0].id
        return entry

    def stored(entry: Creation) -> Row | None:
        try:
            return get(cast(UUID, entry.row_id))
        except NotFound:
            return None

    entry, new = create_once(
        find=lambda: db.session.get(Creation, (author_id, client_id)),
        make=write,
        same=lambda entry: entry.content_hash == content,
        show=lambda entry: show(row) if (row := stored(entry)) is not None else None,
    )
    if new:
        return made[0]
    if (row := stored(entry)) is None:
        raise Gone("What you made under this id has been deleted since, or is no longer yours.")
    return row, False


def create_once(
    find: Callable[[], Row | None], make: Callable[[], Row], same: Callable[[Row], bool], show: Callable[[Row], Any],
    code: str = "id_reused", detail: str = "This id is already used, with other content.",
) -> tuple[Row, bool]:  # fmt: skip
    """The stored row and whether it is new.

    `make` writes in a transaction of its own.  Where a race beats its first look, the unique constraint stops it, and we
    look again.  Raises Conflict (`code`, `detail`) with `stored` where there is one with other content.
    """
    for left in reversed(range(ATTEMPTS)):
        if (stored := find()) is not None:
            if not same(stored):
                raise Conflict(detail, code=code, stored=show(stored))
            return stored, False
        try:
            return make(), True
        except IntegrityError:
            if not left:
                raise
    raise AssertionError("unreachable")
