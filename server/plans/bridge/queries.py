"""The statements by which a problem is read.

Each is put together once, with named parameters: that takes longer than running it, and somebody waits for the repair.
They are given back as Any: what reads them names the columns.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import String, and_, bindparam, cast, func, or_, select
from sqlalchemy.orm import aliased

from server.accounts.models import Account, Segment
from server.activities.models import Activity
from server.cadences.models import MustVisit, Pause
from server.company.models import Company
from server.hotels.models import Hotel
from server.inputs.models import RepInputs, SharedTurn, TeamInputs
from server.links.models import AccountLinkMember
from server.plans.models import PlanDay, PlanVersion, PlanVersionDay, PublishedPlan
from server.reps.models import DayHours, Rep, TimeOff

Which = Callable[[], Any]  # a condition on Account: `served` or `unserved`
VISIT = "visit"


def served() -> Any:
    """Owned by :rep, or without an owner and given to this rep by the team step; not archived."""
    rep: Any = bindparam("rep")
    given = and_(Account.owner_id.is_(None), Account.served_by_id == rep, Account.shared_visits.is_(False))
    return and_(or_(Account.owner_id == rep, given), Account.archived_at.is_(None))


def unserved() -> Any:
    """Of :team, without an owner, without a rep of the team who serves it, and with a position."""
    team: Any = bindparam("team")
    serving = select(Rep.id).where(Rep.team_id == team, Rep.active)
    return and_(
        Account.team_id == team, Account.owner_id.is_(None), Account.archived_at.is_(None), Account.lat.is_not(None),
        Account.shared_visits.is_(False),
        or_(Account.served_by_id.is_(None), Account.served_by_id.not_in(serving)),
    )  # fmt: skip


def shared() -> Any:
    """Of :team, to be visited by any of its reps, and with a position."""
    return and_(
        Account.team_id == bindparam("team"), Account.shared_visits, Account.owner_id.is_(None),
        Account.archived_at.is_(None), Account.lat.is_not(None),
    )  # fmt: skip


def taken() -> Any:
    """Shared accounts at which a rep has turns."""
    return Account.id.in_(bindparam("taken", expanding=True))


@cache
def turns() -> Any:
    """:rep's visits at shared accounts of :team."""
    found = select(SharedTurn).join(Account, Account.id == SharedTurn.account_id)
    mine = (SharedTurn.rep_id == bindparam("rep"), SharedTurn.day >= bindparam("first"))
    return found.where(*mine, shared()).order_by(SharedTurn.day, SharedTurn.account_id)


@cache
def first_turns() -> Any:
    """Of the accounts in :taken the day of the next turn there, whoever's it is."""
    next_day = func.min(SharedTurn.day).label("day")
    mine = (SharedTurn.account_id.in_(bindparam("taken", expanding=True)), SharedTurn.day >= bindparam("first"))
    return select(SharedTurn.account_id, next_day).where(*mine).group_by(SharedTurn.account_id)


@cache
def nobodys() -> Any:
    """What :team could not share out."""
    return select(TeamInputs.left_out).where(TeamInputs.team_id == bindparam("team"))


@cache
def links(which: Which) -> Any:
    """Link, kind and account, of the accounts that are linked."""
    columns = (AccountLinkMember.link_id, AccountLinkMember.kind, AccountLinkMember.account_id)
    return select(*columns).where(AccountLinkMember.account_id.in_(ids(which)))


@cache
def zone() -> Any:
    return select(Rep.timezone).where(Rep.id == bindparam("rep"))


@cache
def state() -> Any:
    """The rep, the company, revision, improved, and the published version."""
    return (
        select(Rep, Company, RepInputs.revision, RepInputs.improved, PublishedPlan.version_id)
        .select_from(Rep)
        .join(Company, Company.id == 1)
        .outerjoin(RepInputs, RepInputs.rep_id == Rep.id)
        .outerjoin(PublishedPlan, PublishedPlan.rep_id == Rep.id)
        .where(Rep.id == bindparam("rep"))
        .execution_options(populate_existing=True)
    )


@cache
def ids(which: Which) -> Any:
    return select(Account.id).where(which())


@cache
def accounts(which: Which) -> Any:
    columns = (
        Account.id, Account.name, Account.lat, Account.lon, Account.timezone, Account.country, Account.region,
        Account.segment, Account.opening_hours, Account.service_minutes, Account.allowed_weekdays, Account.priority,
        Account.active_from, Account.load_units, Account.needed_skills, Account.first_service_minutes,
        Account.preferred_hours, Account.access_minutes, Account.off_road_metres,
    )  # fmt: skip
    return select(*columns).where(which()).order_by(Account.id)


@cache
def segments() -> Any:
    return select(Segment)


@cache
def hotels() -> Any:
    return select(Hotel.id, Hotel.lat, Hotel.lon).where(Hotel.active).order_by(Hotel.id)


@cache
def time_off() -> Any:
    away = select(TimeOff.first, TimeOff.last).where(TimeOff.rep_id == bindparam("rep"))
    return away.where(TimeOff.last >= bindparam("first"), TimeOff.first <= bindparam("last"))


@cache
def day_hours() -> Any:
    own = select(DayHours).where(DayHours.rep_id == bindparam("rep"))
    return own.where(DayHours.day >= bindparam("first"), DayHours.day <= bindparam("last"))


@cache
def pauses(which: Which) -> Any:
    found = select(Pause.account_id, Pause.first, Pause.last).where(Pause.account_id.in_(ids(which)))
    return found.order_by(Pause.first, Pause.id)


@cache
def must_visits(which: Which) -> Any:
    found = select(MustVisit).where(MustVisit.account_id.in_(ids(which)))
    return found.where(MustVisit.last >= bindparam("first"), MustVisit.first <= bindparam("last")).order_by(
        MustVisit.id
    )


@cache
def visits(which: Which) -> Any:
    """Account, and the local dates of its completed visits in one text."""
    dates = func.aggregate_strings(cast(Activity.local_day, String), ",")
    return (
        select(Activity.account_id, dates)
        .where(Activity.account_id.in_(ids(which)), Activity.channel == VISIT, Activity.status == "completed")
        .where(Activity.withdrawn_at.is_(None))
        .group_by(Activity.account_id)
    )


@cache
def logged() -> Any:
    """What the rep logged between two local days, with the place, in the order in which it happened."""
    columns = (
        Activity.id, Activity.account_id, Activity.appointment_id, Activity.status, Activity.happened_at,
        Activity.ended_at, Activity.local_day, Account.lat, Account.lon, Account.service_minutes, Account.segment,
        Account.load_units, Account.first_service_minutes, _visited_before().label("visited_before"),
    )  # fmt: skip
    return (
        select(*columns)
        .join(Account, Account.id == Activity.account_id)
        .where(Activity.rep_id == bindparam("rep"), Activity.channel == VISIT, Activity.withdrawn_at.is_(None))
        .where(Activity.local_day.between(bindparam("since"), bindparam("until")))
        .order_by(Activity.happened_at, Activity.id)
    )


def _visited_before() -> Any:
    """Whether somebody had completed a visit to the account on an earlier day."""
    before = aliased(Activity)
    visits = (before.channel == VISIT, before.status == "completed", before.withdrawn_at.is_(None))
    earlier = (before.account_id == Activity.account_id, before.local_day < Activity.local_day)
    return select(before.id).where(*earlier, *visits).exists()


@cache
def version() -> Any:
    columns = (
        PlanVersion.unplanned,
        PlanVersion.clusters,
        PlanVersion.certificate,
        PlanVersion.seed,
        PlanVersion.iterations,
    )
    return select(*columns).where(PlanVersion.id == bindparam("version"))


@cache
def days() -> Any:
    """Date and route of a version's days from a date on."""
    return (
        select(PlanDay.date, PlanDay.route)
        .join(PlanVersionDay, PlanVersionDay.day_id == PlanDay.id)
        .where(PlanVersionDay.version_id == bindparam("version"), PlanVersionDay.date >= bindparam("first"))
    )
