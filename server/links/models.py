"""What holds between accounts, whoever visits them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base, key
from server.core.models import Versioned

APART, SAME_REP, TOGETHER = "apart", "same_rep", "together"
KINDS = (APART, SAME_REP, TOGETHER)
OF_ONE_REP = (SAME_REP, TOGETHER)  # kinds of which one rep visits all accounts, and an account is in one at most


def _one_group(kind: str) -> Index:
    only = text(f"kind = '{kind}'")
    name = f"uq_account_link_members_{kind}"
    return Index(name, "account_id", unique=True, sqlite_where=only, postgresql_where=only)


class AccountLink(Versioned, Base):
    """What holds between accounts: "apart" (no two on one day's route), "same_rep" (one rep visits all of them) or "together"
    (one rep visits all of them, on the same days)."""

    __tablename__ = "account_links"

    id: Mapped[key]
    kind: Mapped[str] = mapped_column(String(12))
    note: Mapped[str | None] = mapped_column(String(500))


class AccountLinkMember(Base):
    """`kind` is the link's: so the database itself keeps an account in one group of each kind in OF_ONE_REP at most."""

    __tablename__ = "account_link_members"
    __table_args__ = tuple(_one_group(kind) for kind in OF_ONE_REP)

    link_id: Mapped[UUID] = mapped_column(ForeignKey("account_links.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[str] = mapped_column(String(12))
