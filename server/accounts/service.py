"""Accounts: who may read and change which, and what a change means for the plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.accounts import positions
from server.accounts.models import Account, OwnerChange, Segment
from server.accounts.schemas import AccountSchema
from server.company.models import Company
from server.core.clock import now, today
from server.core.database import db, writing
from server.core.errors import Conflict, Forbidden, Invalid
from server.core.http import Role
from server.identity.models import User
from server.identity.scope import accounts_of, own_rep, reps_of, team_tree, teams_of, visible_account
from server.inputs.service import changed
from server.links.models import OF_ONE_REP, AccountLinkMember
from server.places.lookup import Index
from server.places.placing import MOVING, place
from server.reps.models import Rep, Team

PLANNED = frozenset(
    {
        "lat",
        "lon",
        "timezone",
        "country",
        "region",
        "segment",
        "opening_hours",
        "preferred_hours",
        "service_minutes",
        "first_service_minutes",
        "access_minutes",
        "allowed_weekdays",
        "load_units",
        "needed_skills",
        "priority",
        "active_from",
    }
)  # fmt: skip  what a plan depends on, besides the owner
HOLDING = ("owner_id", "team_id", "shared_visits")
LED = (
    *HOLDING,
    "segment",
    "priority",
    "needed_skills",
)  # what a rep may not change: it decides who is measured, and how
LOCATING = (*sorted(MOVING), "timezone", "position_quality")
Expect = Callable[[Account], None]
SHARED_BY_WHOM = "Only the reps of a team share visits: set team_id, and owner_id to null."


def company(session: Session) -> Company:
    """The company's settings; the defaults where nobody has written any yet."""
    return session.get(Company, 1) or Company(
        country="US", timezone="America/New_York", default_hours="Mo-Fr 08:00-18:00; PH off", default_service_minutes=30,
        radius_metres=96_561,
    )  # fmt: skip


def get(user: User, account_id: UUID) -> Account:
    return visible_account(db.session(), user, account_id)


def create(user: User, values: dict[str, Any]) -> Account:
    """A new account, with what is left out taken from its position and the company."""
    with writing() as session:
        _refuse_taken(session, user, values.get("external_id"))
        if user.role == Role.REP:
            values = _owned_by(values, own_rep(user).id)
        defaults = {"custom": {}, "products": [], "needed_skills": [], "shared_visits": False, "priority": 100}
        account = Account(**{**defaults, **values})
        _complete(session, account, values)
        _check(session, user, account, values)
        session.add(account)
        session.flush()
        if account.owner_id:
            session.add(OwnerChange(account_id=account.id, owner_id=account.owner_id, from_day=account.active_from))
        _tell(session, "account_opened", account, planning_reps(session, account.owner_id, account.team_id))
    return account


def update(user: User, account_id: UUID, values: dict[str, Any], expect: Expect) -> Account:
    """Change what `values` names; `expect` refuses a version that the client has not read."""
    with writing() as session:
        account = visible_account(session, user, account_id)
        expect(account)
        if user.role == Role.REP:
            _refuse_led(account, values)
        archived = values.pop("archived", None)
        _refuse_taken(session, user, values.get("external_id"), besides=account)
        before, reps_before = _snapshot(account), planning_reps(session, account.owner_id, account.team_id)
        _apply(session, account, values)
        with session.no_autoflush:  # a reference to nothing must meet our check, not the database's
            _check(session, user, account, values)
        if archived is not None and archived != (account.archived_at is not None):
            account.archived_at = now() if archived else None
        session.flush()
        _tell_difference(session, account, before, reps_before)
    return account


def moved(session: Session, account: Account, values: dict[str, Any]) -> None:
    """Set columns that say where an account is, and tell those whose plans depend on it."""
    before, reps_before = _snapshot(account), planning_reps(session, account.owner_id, account.team_id)
    for name, value in values.items():
        setattr(account, name, value)
    if (account.lat, account.lon) != (before["lat"], before["lon"]):
        account.off_road_metres = None  # was said of where it was
    session.flush()
    _tell_difference(session, account, before, reps_before)


def archive(user: User, account_id: UUID, expect: Expect) -> None:
    """Take an account out of all plans and lists.  Its history stays, and PATCH archived=false brings it back."""
    update(user, account_id, {"archived": True}, expect)


def planning_reps(session: Session, owner_id: UUID | None, team_id: UUID | None) -> list[UUID]:
    """The reps whose plans may contain such an account: the owner, else all active reps of the team and those below."""
    if owner_id:
        return [owner_id]
    if team_id is None:
        return []
    return list(session.scalars(select(Rep.id).where(Rep.active, Rep.team_id.in_(team_tree(team_id)))))


@dataclass(frozen=True)
class Detail:
    """An account with the settings that hold for it; reads like the account itself."""

    account: Account
    effective: dict[str, dict[str, Any]]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.account, name)


def effective(account: Account) -> dict[str, dict[str, Any]]:
    """The settings that the planner uses for an account, each with the level that decided it."""
    session = db.session()
    segment = session.get(Segment, account.segment) if account.segment else None
    root = company(session)
    prices = segment or Segment(miss_minutes=90)
    priced_by = "segment" if segment else "company"
    a_day = None if prices.late_minutes is None else prices.late_minutes * account.priority / 100
    service = _first(
        ("account", account.service_minutes), ("segment", segment.service_minutes if segment else None),
        ("company", root.default_service_minutes),
    )  # fmt: skip
    first = _first(
        ("account", account.first_service_minutes), ("segment", segment.first_service_minutes if segment else None),
        ("company", 0),
    )  # fmt: skip
    return {
        "service_minutes": service,
        "first_service_minutes": first if first["value"] > service["value"] else service,
        "preferred_hours": _first(
            ("account", account.preferred_hours), ("segment", segment.preferred_hours if segment else None), ("company", "24/7")
        ),
        "load_units": _first(
            ("account", account.load_units), ("segment", segment.load_units if segment else None), ("company", 0)
        ),
        "opening_hours": _first(("account", account.opening_hours), ("company", root.default_hours)),
        "late_minutes": {"value": a_day, "source": priced_by},
        "miss_minutes": _first((priced_by, prices.miss_minutes * account.priority / 100)),
    }  # fmt: skip


def _first(*levels: tuple[str, Any]) -> dict[str, Any]:
    return next({"value": value, "source": source} for source, value in levels if value is not None)


def _owned_by(values: dict[str, Any], rep_id: UUID) -> dict[str, Any]:
    """A rep opens accounts for themselves only."""
    if values.get("owner_id", rep_id) != rep_id or values.get("team_id"):
        raise Forbidden("You may open accounts that you own yourself; leave owner_id and team_id out.")
    return {**values, "owner_id": rep_id, "team_id": None}


def _refuse_led(account: Account, values: dict[str, Any]) -> None:
    for name in LED:
        if name in values and values[name] != getattr(account, name):
            raise Forbidden(f"Only a manager may change {name}.")
    if values.get("archived") is not None and values["archived"] != (account.archived_at is not None):
        raise Forbidden("Only a manager may archive an account or bring it back.")


def _refuse_taken(session: Session, user: User, external_id: str | None, besides: Account | None = None) -> None:
    """409 where another account has this external id; shows it only to those who may see it."""
    if external_id is None:
        return
    stored = session.scalar(select(Account).where(Account.external_id == external_id))
    if stored is None or stored is besides:
        return
    detail = f"There is already an account with the external id {external_id!r}."
    if visible_to(session, user, stored.id):
        raise Conflict(detail, code="external_id_taken", stored=AccountSchema().dump(stored))
    raise Conflict(detail, code="external_id_taken")


def visible_to(session: Session, user: User, account_id: UUID) -> bool:
    return session.scalar(select(Account.id).where(Account.id == account_id, accounts_of(user))) is not None


def _complete(session: Session, account: Account, values: dict[str, Any]) -> None:
    """Fill in what a new account does not say."""
    root = company(session)
    _locate(session, account, None, root)
    account.active_from = account.active_from or today(account.timezone)


def _apply(session: Session, account: Account, values: dict[str, Any]) -> None:
    if values.get("owner_id") and values.get("team_id") is None:
        values = {"shared_visits": False, **values, "team_id": None}
    elif "owner_id" in values and values["owner_id"] is None and account.owner_id and not values.get("team_id"):
        owner = session.get(Rep, account.owner_id)  # left without an owner it stays with the owner's team
        values = {**values, "team_id": owner.team_id if owner else None}
    before = account.lat, account.lon
    for name, value in values.items():
        setattr(account, name, value)
    if MOVING & values.keys():
        _locate(session, account, values, company(session))
    if (account.lat, account.lon) != before:
        account.off_road_metres = None  # was said of where it was


def _locate(session: Session, account: Account, values: dict[str, Any] | None, root: Company) -> None:
    """Position, its quality, and what follows from it (`values` None: a new account); given by hand it is a person's."""
    if (account.lat is None) != (account.lon is None):
        raise Invalid(pointers={"/lat" if account.lat is None else "/lon": "Give lat and lon together, or neither."})
    said = {name: getattr(account, name) for name in LOCATING}
    with session.no_autoflush:
        follows = place(said, values, root, Index(session), positions.PERSON)
    for name, value in follows.items():
        setattr(account, name, value)


def _check(session: Session, user: User, account: Account, values: dict[str, Any]) -> None:
    """Raise Invalid with a pointer for everything that contradicts itself or the data."""
    wrong: dict[str, str] = {}
    if positions.is_null_island(account.lat, account.lon):
        wrong["/lat"] = "0, 0 lies in the Atlantic; leave both out when the position is unknown."
    elif {"lat", "lon", "country"} & values.keys():
        wrong.update(_swapped_problem(account))
    if account.owner_id and account.team_id:
        wrong["/team_id"] = "An account has an owner, or a team that shares it; set owner_id to null to share it."
    if account.shared_visits and (account.owner_id or not account.team_id):
        wrong["/shared_visits"] = SHARED_BY_WHOM
    if values.get("segment") and session.get(Segment, values["segment"]) is None:
        wrong["/segment"] = f"There is no segment {values['segment']!r}."
    if values.get("parent_id"):
        wrong.update(_parent_problem(session, user, account))
    wrong.update(_ownership_problem(session, user, account, values))
    wrong.update(shorter_first(account, values))
    if wrong:
        raise Invalid(pointers=wrong)


def shorter_first(row: Account | Segment, values: Iterable[str]) -> dict[str, str]:
    """What is wrong where one and the same row has a first visit that is shorter than its others; `values`: what is given."""
    first, usual = row.first_service_minutes, row.service_minutes
    given = [name for name in ("first_service_minutes", "service_minutes") if name in values]
    if first is None or usual is None or first >= usual or not given:
        return {}
    return {f"/{given[0]}": f"A first visit ({first} minutes) is not shorter than the others ({usual} minutes)."}


def _swapped_problem(account: Account) -> dict[str, str]:
    """A position that lies in the account's country only the other way round; as an import has it."""
    lat, lon = account.lat, account.lon
    if lat is None or lon is None or abs(lon) > 90 or positions.country_at(lat, lon) == account.country:
        return {}
    if positions.country_at(lon, lat) != account.country:
        return {}
    there = positions.country_at(lat, lon) or "the sea"
    return {"/lat": f"lat and lon look swapped: they lie in {there}, the other way round in {account.country}."}


def _parent_problem(session: Session, user: User, account: Account) -> dict[str, str]:
    parent = account.parent_id
    if parent is None or not (parent == account.id or visible_to(session, user, parent)):
        return {"/parent_id": "There is no such account."}
    above = select(Account.id, Account.parent_id).where(Account.id == parent).cte("above", recursive=True)
    above = above.union(select(Account.id, Account.parent_id).where(Account.id == above.c.parent_id))
    if account.id is not None and session.scalar(select(above.c.id).where(above.c.id == account.id)) is not None:
        return {"/parent_id": "An account cannot lie under itself."}
    return {}


def _ownership_problem(session: Session, user: User, account: Account, values: dict[str, Any]) -> dict[str, str]:
    if values.get("owner_id"):
        owner = session.scalar(select(Rep).where(Rep.id == values["owner_id"], reps_of(user)))
        if owner is None:
            return {"/owner_id": "There is no such rep."}
        if not owner.active:
            return {"/owner_id": f"{owner.name} is no longer active."}
    if values.get("team_id") and not _exists(session, Team, values["team_id"], teams_of(user)):
        return {"/team_id": "There is no such team."}
    if user.role == Role.MANAGER and account.owner_id is None and account.team_id is None:
        return {"/owner_id": "Name an owner or a team of yours, or you could not see the account yourself."}
    return {}


def _exists(session: Session, model: Any, row_id: UUID, condition: ColumnElement[bool]) -> bool:
    return session.scalar(select(model.id).where(model.id == row_id, condition)) is not None


def _snapshot(account: Account) -> dict[str, Any]:
    return {name: getattr(account, name) for name in (*PLANNED, *HOLDING, "archived_at")}


def _tell_difference(session: Session, account: Account, before: dict[str, Any], reps_before: Iterable[UUID]) -> None:
    """Say what a change means for the plans: to the reps of before and of after, once, by its weightiest kind."""
    differs = {name for name, value in before.items() if value != getattr(account, name)}
    if differs & {*HOLDING, "archived_at"}:
        account.served_by_id = None  # the team plan decides anew
    if differs & {*HOLDING, "archived_at"}:
        regroup(session, _group_of(session, account))
    if "owner_id" in differs:
        day = today(account.timezone)
        session.add(OwnerChange(account_id=account.id, owner_id=account.owner_id, from_day=day))
    if "archived_at" in differs:
        kind = "account_archived" if account.archived_at else "account_opened"
    elif differs & set(HOLDING):
        kind = "owner_changed"
    elif differs and account.archived_at is None:
        kind = "account_changed"
    else:
        return
    _tell(session, kind, account, [*reps_before, *planning_reps(session, account.owner_id, account.team_id)])


def _group_of(session: Session, account: Account) -> list[UUID]:
    """The accounts that are to be with the same rep as this one, itself included; [] where there are none."""
    mine = select(AccountLinkMember.link_id).where(
        AccountLinkMember.account_id == account.id, AccountLinkMember.kind.in_(OF_ONE_REP)
    )
    return list(session.scalars(select(AccountLinkMember.account_id).where(AccountLinkMember.link_id.in_(mine))))


def regroup(session: Session, account_ids: Iterable[UUID]) -> None:
    """Of accounts that are to be with one rep and are not, those without an owner are given to somebody anew."""
    wanted = list(account_ids)
    if len(wanted) < 2:
        return
    session.flush()
    members = select(Account).where(Account.id.in_(wanted), Account.archived_at.is_(None))
    rows = session.scalars(members.order_by(Account.id)).all()
    if len({row.owner_id or row.served_by_id for row in rows} - {None}) < 2:
        return
    for row in rows:
        if row.owner_id is None and row.served_by_id is not None:
            row.served_by_id = None
            _tell(session, "owner_changed", row, planning_reps(session, None, row.team_id))


def _tell(session: Session, kind: str, account: Account, reps: Iterable[UUID]) -> None:
    changed(session, reps, kind, subject=f"account {account.id}", detail=account.name)
