"""What holds between accounts, whoever visits them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base, key
from server.core.models import Versioned

APART, SAME_REP = "apart", "same_rep"
KINDS = (APART, SAME_REP)
_ONE_GROUP = text("kind = 'same_rep'")


class AccountLink(Versioned, Base):
    """What holds between accounts: "apart" (no two on one day's route) or "same_rep" (one rep visits all of them)."""

    __tablename__ = "account_links"

    id: Mapped[key]
    kind: Mapped[str] = mapped_column(String(12))
    note: Mapped[str | None] = mapped_column(String(500))


class AccountLinkMember(Base):
    """`kind` is the link's: so the database itself keeps an account in one group of the same rep at most."""

    __tablename__ = "account_link_members"
    __table_args__ = (
        Index(
            "uq_account_link_members_same_rep", "account_id", unique=True, sqlite_where=_ONE_GROUP,
            postgresql_where=_ONE_GROUP,
        ),
    )  # fmt: skip

    link_id: Mapped[UUID] = mapped_column(ForeignKey("account_links.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[str] = mapped_column(String(12))
