"""The problem of a team: the days of all its reps, their own accounts, and those that are still to be given to one of them,
or of which each visit is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from planner.calendar import DateRange
from planner.params import Params
from planner.plan import Objective, Plan, Route
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem, Site, Workday
from planner.travel import Place
from server.activities.models import Activity
from server.appointments.occurrences import occurrences
from server.cadences.resolve import cadences_for
from server.core import clock
from server.inputs.models import SharedTurn, TeamInputs
from server.links.models import AccountLinkMember
from server.plans.bridge import queries
from server.plans.bridge.build import build_problem
from server.plans.bridge.links import apart, same_rep, together
from server.plans.bridge.nights import for_all
from server.plans.bridge.reading import Links, Sources, read, snapshot
from server.plans.bridge.roads import Part, joined
from server.plans.bridge.sites import Making, must_visits
from server.plans.bridge.speeds import joined_speeds
from server.plans.bridge.today import under_way
from server.reps.models import Rep

IN_LIST = 5_000


@dataclass(frozen=True)
class Nobodys:
    """Accounts of a team without a rep of their own, as sites without an owner; `places` are theirs, in order."""

    sites: tuple[Site, ...] = ()
    places: tuple[Place, ...] = ()
    must_visits: tuple[MustVisit, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(site.id for site in self.sites)


NOBODYS = Nobodys()


@dataclass(frozen=True)
class Sharing:
    """What a team shares out: of which revision, from which day on; `problem` None: no rep works, or there is nothing to share.

    start : what a search begins with, as BuiltProblem.start.
    """

    revision: int
    first: date
    problem: Problem | None
    shared: frozenset[str]
    start: Plan | None = None


def build_team_problem(session: Session, team_id: UUID, *, now: datetime) -> Problem | None:
    """From tomorrow on; None where the team has no rep who works or nothing to give out."""
    snapshot(session)
    reps = _planned_reps(session, team_id)
    if not reps:
        return None
    tomorrow = now.astimezone(clock.zone(reps[0].timezone)).date() + timedelta(days=1)
    parts = [build_problem(session, rep.id, tomorrow, now=now).part for rep in reps]
    sources: Sources = [(queries.unserved, {"team": team_id})]
    free = _nobodys(session, sources, reps[0].id, tomorrow, parts[0].problem.horizon, now)
    if not free.sites or not any(part.problem.workdays for part in parts):
        return None
    merged = _merged(session, parts, free)
    links = _links(session, merged.sites)
    groups = same_rep(links, merged.sites)
    beside = together(links, merged.sites, groups)
    return replace(merged, apart=apart(links), same_rep=groups, together=beside)


def build_shared_problem(session: Session, team_id: UUID, *, now: datetime) -> Sharing:
    """From tomorrow on, with everything that the reps have to do besides; tomorrow's visits stay with whom they are served to."""
    snapshot(session)
    revision = session.scalar(select(TeamInputs.revision).where(TeamInputs.team_id == team_id)) or 0
    reps = _planned_reps(session, team_id)
    built = [build_problem(session, rep.id, now=now, improve=True) for rep in reps]
    parts = [one.problem for one in built]
    first = min((part.horizon.first for part in parts), default=now.date() + timedelta(days=1))
    if not any(part.workdays for part in parts):
        return Sharing(revision, first, None, frozenset())
    sources: Sources = [(queries.shared, {"team": team_id})]
    mine = _nobodys(session, sources, reps[0].id, first, parts[0].horizon, now)
    if not mine.sites:
        return Sharing(revision, first, None, frozenset())
    mine = replace(mine, sites=tuple(replace(site, shared=True) for site in mine.sites))
    merged = _merged(
        session,
        [one.part for one in built],
        mine,
        _agreed_there(session, [rep.id for rep in reps], mine, parts[0].horizon),
    )
    links = _links(session, merged.sites)
    paused = {site.id: site.pauses for site in mine.sites}
    problem = replace(
        merged,
        must_visits=(*mine.must_visits, *(must for part in parts for must in part.must_visits)),
        locked=_once_a_day(
            visit
            for part in parts
            for visit in part.locked
            if _is_published(visit, merged) and not any(visit.date in pause for pause in paused.get(visit.site, ()))
        ),
        apart=apart(links),
        together=together(links, merged.sites),
    )
    start = None
    if any(one.start() for one in built):
        plans = _shifted_plans([one.plan() for one in built], parts, len(mine.places))
        start = replace(Plan((), (), Objective()), routes=tuple(route for plan in plans for route in plan.routes))
    return Sharing(revision, first, problem, mine.ids, start)


def _once_a_day(visits: Iterable[PlacedVisit]) -> tuple[PlacedVisit, ...]:
    """Of two reps' visits at a shared account on one day the one that the customer was told of: the turn has moved since."""
    found: dict[tuple[str, date], PlacedVisit] = {}
    for visit in sorted(visits, key=lambda visit: visit.start is None):
        found.setdefault((visit.site, visit.date), visit)
    return tuple(found.values())


def _is_published(visit: PlacedVisit, problem: Problem) -> bool:
    """Not a turn at a shared account, which is to be decided anew: that has no time."""
    return visit.start is not None and visit.date in problem.horizon


def build_colleagues_problem(
    session: Session, rep_ids: Sequence[UUID], *, now: datetime, improve: bool = True
) -> tuple[Problem, list[Plan]]:
    """The days of several reps, and their published plans (empty: never planned), in the same order.

    improve : from tomorrow on, as a search sees them; else from today on, as a repair does.
    """
    snapshot(session)
    built = [build_problem(session, rep_id, now=now, improve=improve) for rep_id in rep_ids]
    parts = [one.problem for one in built]
    merged = _merged(session, [one.part for one in built])
    inside, links = merged.horizon, _links(session, merged.sites)
    turns = {site for one in built for site, _ in one.turns}
    own = [site for site in merged.sites if site.id not in turns]
    groups = same_rep(links, own)
    problem = replace(
        merged,
        must_visits=tuple(must for part in parts for must in part.must_visits),
        locked=_once_a_day(v for part in parts for v in part.locked if v.date in inside and v.rep in merged.reps),
        apart=apart(links),
        same_rep=groups,
        together=together(links, own, groups),
    )
    plans = [Plan((), (), Objective()) if one.base is None else one.plan() for one in built]
    return problem, _shifted_plans(plans, parts)


def _planned_reps(session: Session, team_id: UUID) -> list[Rep]:
    """Active reps of a team who have a home."""
    query = select(Rep).where(Rep.team_id == team_id, Rep.active, Rep.home_lat.is_not(None)).order_by(Rep.id)
    return list(session.scalars(query))


def _nobodys(session: Session, sources: Sources, rep_id: UUID, day: date, horizon: DateRange, now: datetime) -> Nobodys:
    """Read as if they were the rep's, from whom no more follows than the zone of the days."""
    inputs = read(session, rep_id, day, len(horizon), instead=sources)
    ids = [row.id for row in inputs.accounts]
    places = {row.id: n for n, row in enumerate(inputs.accounts)}
    cadences = cadences_for(session, inputs.accounts, "visit")  # type: ignore[arg-type]  # rows have what it reads
    today = under_way(inputs, day, now)
    making = Making(
        inputs, horizon, today.date, cadences, places, frozenset(), _on_the_way(session, ids, day - timedelta(days=1))
    )
    return Nobodys(
        tuple(replace(site, owner=None) for site in making.sites()),
        tuple(Place(row.lat, row.lon) for row in inputs.accounts),
        must_visits(inputs, day, today.date, frozenset()),
    )


def _on_the_way(session: Session, ids: Sequence[UUID], today: date) -> dict[UUID, list[date]]:
    """Shared accounts at which somebody has a turn today, and has not said yet that it came to nothing: they count as visited."""
    given_up = select(Activity.account_id).where(
        Activity.account_id == SharedTurn.account_id, Activity.local_day == today, Activity.channel == queries.VISIT,
        Activity.status.in_(("skipped", "attempted")), Activity.withdrawn_at.is_(None),
    )  # fmt: skip
    turns = select(SharedTurn.account_id).where(SharedTurn.day == today, ~given_up.exists())
    going: set[UUID] = set()
    for start in range(0, len(ids), IN_LIST):
        going.update(session.scalars(turns.where(SharedTurn.account_id.in_(ids[start : start + IN_LIST]))))
    return {account: [today] for account in going}


def _agreed_there(session: Session, reps: Sequence[UUID], mine: Nobodys, horizon: DateRange) -> dict[str, str]:
    """Appointments of these reps at accounts that nobody owns: the account, by the key of the occurrence."""
    found = occurrences(session, reps, horizon.first, horizon.last)
    sites = {o.key: str(o.appointment.account_id) for o in found}
    return {key: site for key, site in sites.items() if site in mine.ids}


def _links(session: Session, sites: Sequence[Site]) -> Links:
    """The links of accounts, by kind and id."""
    found: Links = {}
    ids = [UUID(site.id) for site in sites]
    for start in range(0, len(ids), IN_LIST):
        members = select(AccountLinkMember).where(AccountLinkMember.account_id.in_(ids[start : start + IN_LIST]))
        for row in session.scalars(members):
            found.setdefault((row.kind, row.link_id), []).append(row.account_id)
    return found


def _merged(
    session: Session,
    named: Sequence[Part],
    free: Nobodys = NOBODYS,
    agreed: Mapping[str, str] = MappingProxyType({}),
) -> Problem:
    """One problem of several, each with its places after those of the one before.

    An account that is in several parts, or in one and `free`, is there once.  agreed : sites of appointments, by their ids.
    """
    parts = [part.problem for part in named]
    first = parts[0]
    all_places, sites = [*free.places], {site.id: site for site in free.sites}
    days: list[Workday] = []
    appointments: list[Appointment] = []
    base: list[PlacedVisit] = []
    hotels: list[int] = []
    paced = joined_speeds(parts)
    for part, workdays in zip(parts, paced.workdays, strict=True):
        shift = len(all_places)
        all_places += part.places
        for site in part.sites:
            sites.setdefault(site.id, replace(site, place=None if site.place is None else site.place + shift))
        days += [replace(d, start_place=d.start_place + shift, end_place=d.end_place + shift) for d in workdays]
        appointments += [_shifted(a, shift, agreed) for a in part.appointments]
        base += part.base
        hotels += [place + shift for place in part.nights.hotels] if part.nights else []
    free_places = {UUID(site.id): site.place for site in free.sites if site.place is not None}
    travel = joined(session, named, free.places, all_places, free_places)
    inside = [item for item in base if item.date in first.horizon]
    rules = {part.workdays[0].rep: part.nights for part in parts if part.nights and part.workdays}
    return Problem(
        first.horizon, tuple(all_places), travel,
        tuple(day for day in days if day.date in first.horizon), tuple(sites.values()),
        tuple(a for a in appointments if a.date in first.horizon), base=tuple(inside), radius=first.radius,
        speeds=paced.speeds, nights=for_all(rules, hotels), params=replace(first.params, churn_percent=Params().churn_percent),
    )  # fmt: skip


def _shifted_plans(plans: Sequence[Plan], parts: Sequence[Problem], shift: int = 0) -> list[Plan]:
    """Plans of the parts, their nights at the places of the merged problem."""
    found = []
    for plan, part in zip(plans, parts, strict=True):
        found.append(replace(plan, routes=tuple(_slept(route, shift) for route in plan.routes)))
        shift += len(part.places)
    return found


def _slept(route: Route, shift: int) -> Route:
    morning, night = (None if place is None else place + shift for place in (route.morning, route.night))
    return replace(route, morning=morning, night=night)


def _shifted(appointment: Appointment, shift: int, agreed: Mapping[str, str]) -> Appointment:
    if appointment.id in agreed:
        return replace(appointment, site=agreed[appointment.id], place=None)
    return replace(appointment, place=None if appointment.place is None else appointment.place + shift)
