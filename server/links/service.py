"""Links between accounts: who may see and set them, and whose plans they touch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from server.accounts.models import Account
from server.accounts.service import regroup
from server.cadences.resolve import cadences_for
from server.cadences.service import planned_by
from server.core.database import db, writing
from server.core.errors import Conflict, Forbidden, Invalid
from server.core.http import check_version
from server.core.pages import Page, keyset
from server.identity.models import User
from server.identity.scope import accounts_of, visible, visible_account
from server.inputs.service import changed
from server.links.conflicts import Around, conflicts
from server.links.models import APART, OF_ONE_REP, SAME_REP, TOGETHER, AccountLink, AccountLinkMember
from server.reps.models import Rep

Expect = Callable[[AccountLink], None]


@dataclass(frozen=True)
class Shown:
    """A link as a user sees it; reads like the link itself."""

    link: AccountLink
    account_ids: list[UUID]
    other_accounts: int
    conflicts: list[dict[str, str]]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.link, name)


def readable(user: User) -> ColumnElement[bool]:
    """Who sees one of the accounts sees the link."""
    mine = select(AccountLinkMember.link_id).join(Account, Account.id == AccountLinkMember.account_id)
    return AccountLink.id.in_(mine.where(accounts_of(user)))


def listed(user: User, args: dict[str, Any]) -> Page:
    session, query = db.session(), select(AccountLink).where(readable(user))
    if "kind" in args:
        query = query.where(AccountLink.kind == args["kind"])
    if "account_id" in args:
        account = visible_account(session, user, args["account_id"])
        of_account = select(AccountLinkMember.link_id).where(AccountLinkMember.account_id == account.id)
        query = query.where(AccountLink.id.in_(of_account))
    page = keyset(session, query, (AccountLink.id,), args["cursor"], args["limit"])
    return Page(_shown(session, user, page.items), page.next)


def get(user: User, link_id: UUID) -> Shown:
    return _shown(db.session(), user, [_stored(db.session(), user, link_id)])[0]


def create(user: User, values: dict[str, Any]) -> Shown:
    """All its accounts are the user's to see."""
    with writing() as session:
        ids = _known(session, user, values["account_ids"])
        link = AccountLink(kind=values["kind"], note=values["note"])
        _refuse_second_group(session, user, link, ids)
        session.add(link)
        session.flush()
        _name(session, link, ids)
        _touch(session, link, ids)
        return _shown(session, user, [link])[0]


def change(user: User, link_id: UUID, values: dict[str, Any], expect: Expect = check_version) -> Shown:
    with writing() as session:
        link = _stored(session, user, link_id)
        expect(link)
        before = _members_to_change(session, user, link)
        if "note" in values:
            link.note = values["note"]
        if "account_ids" in values and set(values["account_ids"]) != before:
            ids = _known(session, user, values["account_ids"], before)
            _refuse_second_group(session, user, link, ids - before)
            flag_modified(link, "updated_at")  # another version, although no column says otherwise
            for row in session.scalars(_rows(link).where(AccountLinkMember.account_id.in_(before - ids))):
                session.delete(row)
            _name(session, link, ids - before)
            _touch(session, link, before | ids)
        return _shown(session, user, [link])[0]


def remove(user: User, link_id: UUID, expect: Expect = check_version) -> None:
    with writing() as session:
        link = _stored(session, user, link_id)
        expect(link)
        ids = _members_to_change(session, user, link)
        for row in session.scalars(_rows(link)):
            session.delete(row)
        session.flush()
        session.delete(link)
        _touch(session, link, ids)


def _stored(session: Session, user: User, link_id: UUID) -> AccountLink:
    link: AccountLink = visible(session, user, AccountLink, link_id, readable(user), "account link")
    return link


def _rows(link: AccountLink) -> Any:
    return select(AccountLinkMember).where(AccountLinkMember.link_id == link.id)


def _members_to_change(session: Session, user: User, link: AccountLink) -> set[UUID]:
    """The accounts of a link; Forbidden where some are not the user's to see."""
    ids = {row.account_id for row in session.scalars(_rows(link))}
    if _seen(session, user, ids) != ids:
        raise Forbidden("It also names accounts of others; somebody who leads all of them may change it.")
    return ids


def _seen(session: Session, user: User, ids: Collection[UUID]) -> set[UUID]:
    return set(session.scalars(select(Account.id).where(Account.id.in_(ids), accounts_of(user))))


def _known(session: Session, user: User, ids: Sequence[UUID], before: Collection[UUID] = ()) -> set[UUID]:
    """The ids, if all are accounts of the user's and none of those that are new to the link is archived."""
    rows = session.execute(select(Account.id, Account.archived_at).where(Account.id.in_(ids), accounts_of(user)))
    archived = {row.id: row.archived_at is not None for row in rows}
    wrong = {f"/account_ids/{n}": "There is no such account." for n, one in enumerate(ids) if one not in archived}
    wrong |= {
        f"/account_ids/{n}": "It is archived; restore it first."
        for n, one in enumerate(ids)
        if archived.get(one) and one not in before
    }
    if wrong:
        raise Invalid(pointers=wrong)
    return set(ids)


def _refuse_second_group(session: Session, user: User, link: AccountLink, ids: Collection[UUID]) -> None:
    if link.kind not in OF_ONE_REP:
        return
    others = select(AccountLinkMember).where(
        AccountLinkMember.kind == link.kind, AccountLinkMember.account_id.in_(ids), AccountLinkMember.link_id != link.id
    )
    other = session.scalar(others.order_by(AccountLinkMember.account_id).limit(1))
    if other is not None:
        already = "with the same rep as others" if link.kind == SAME_REP else "visited together with others"
        detail = f"One of the accounts is to be {already} already; add them there (PATCH), or take it out."
        raise Conflict(detail, code="in_other_group", account_id=str(other.account_id), link_id=str(other.link_id))


def _name(session: Session, link: AccountLink, ids: Iterable[UUID]) -> None:
    rows = [AccountLinkMember(link_id=link.id, account_id=one, kind=link.kind) for one in sorted(ids, key=str)]
    session.add_all(rows)
    session.flush()


def _touch(session: Session, link: AccountLink, ids: Collection[UUID]) -> None:
    reps = planned_by(session, Account.id.in_(ids) & Account.archived_at.is_(None))
    changed(
        session, reps, "account_link_changed", subject=f"account link {link.id}", detail=link.kind.replace("_", " ")
    )
    if link.kind in OF_ONE_REP:
        regroup(
            session, session.scalars(select(AccountLinkMember.account_id).where(AccountLinkMember.link_id == link.id))
        )


def _shown(session: Session, user: User, links: Sequence[AccountLink]) -> list[Shown]:
    """One query for the accounts of all of them, and a handful for those that are visited together."""
    team = func.coalesce(Rep.team_id, Account.team_id).label("team")
    query = (
        select(
            AccountLinkMember.link_id, Account.id, Account.owner_id, Account.served_by_id, Account.shared_visits,
            Account.archived_at, Account.segment, team, accounts_of(user).label("mine"),
        )
        .join(Account, Account.id == AccountLinkMember.account_id)
        .outerjoin(Rep, Rep.id == Account.owner_id)
        .where(AccountLinkMember.link_id.in_([link.id for link in links]))
        .order_by(Account.id)
    )  # fmt: skip
    members: dict[UUID, list[Any]] = defaultdict(list)
    for row in session.execute(query):
        members[row.link_id].append(row)
    around = _around(session, [row for link in links if link.kind == TOGETHER for row in members[link.id]])
    return [_one(link, members[link.id], around) for link in links]


def _around(session: Session, rows: Sequence[Any]) -> Around:
    if not rows:
        return Around()
    apart: dict[UUID, set[UUID]] = defaultdict(set)
    kept = select(AccountLinkMember.link_id, AccountLinkMember.account_id).where(AccountLinkMember.kind == APART)
    for link_id, account_id in session.execute(kept.where(AccountLinkMember.account_id.in_({row.id for row in rows}))):
        apart[link_id].add(account_id)
    resolved = cadences_for(session, rows, "visit")
    return Around({account: one.cadence for account, one in resolved.items()}, list(apart.values()))


def _one(link: AccountLink, members: Sequence[Any], around: Around) -> Shown:
    mine = [row.id for row in members if row.mine]
    return Shown(link, mine, len(members) - len(mine), conflicts(link.kind, members, around))
