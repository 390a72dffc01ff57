"""What the plan would be after a change, and how it differs: by a real repair, so that nothing is estimated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from planner.draft.draft import Draft, Key
from planner.plan import Objective, Plan, Route, StopKind
from planner.problem import PlacedVisit, Problem
from planner.proposals.changes import AskVisit, Book, Change, HandOver, MoveVisit, SkipVisit
from planner.proposals.colour import Colour, Facts, Limits, colour
from planner.proposals.compare import Displaced, Shift, displaced, left_out, shifts
from planner.proposals.handed import Handed, handed
from planner.proposals.skip import skipped
from planner.repair import outline, repair, settled
from planner.timing import waiting

PARTS = tuple(part.name for part in fields(Objective))
OF_DAYS = tuple(name for name in PARTS if name not in ("lateness", "missed", "churn"))  # the others are of sites


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the thing itself stands after the change; seconds since local midnight."""

    rep: str
    date: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Price:
    """What a change costs, and what it does.

    Parameters
    ----------
    parts : every part of the objective after the change less before it, in seconds of driving; negative: it saves.
    waiting, overtime : really so many seconds more, before they are weighted.
    placed : where the appointment or visit stands then; None: it has no place, or none is asked for (skip, cancel).
    refused : it was to have a place and has none; `reason` says why.
    credited : whether it counts for the cadence of its site; None: there is no cadence, or nothing to credit.
    paused : the site is paused on that day.
    own : other visits of the same site (and of those that change hands with it) that leave their day (it takes their place, or
        they are too near).
    takes : it takes the place of those of them that find no other day; else (a visit that is moved) they fall away.
    displaced : what else leaves its day.  shifts : what stays on its day and starts sooner than told, or later by more than the lock
        slack (`planner.churn.another_time`, as the difference of two versions of a plan).
    uncredited : dates of fixed visits of the site that were credited before and are not after.
    beyond_radius : it lies beyond the radius of the other visits of its day.
    handed : of a hand-over, what changes hands, and what that is to either rep.
    """

    parts: Objective
    waiting: int
    overtime: int
    placed: Placed | None
    refused: bool
    credited: bool | None
    paused: bool
    own: tuple[Displaced, ...]
    displaced: tuple[Displaced, ...]
    shifts: tuple[Shift, ...]
    uncredited: tuple[date, ...] = ()
    beyond_radius: bool = False
    takes: bool = True
    reason: str = ""
    handed: Handed | None = None
    colour: Colour = Colour.GREEN

    @property
    def total(self) -> int:
        return self.parts.total


def price(
    problem: Problem, plan: Plan, change: Change, dates: Iterable[date] = (), limits: Limits | None = None
) -> Price:
    """The price of one change: two repairs and their difference.

    plan : as published.  Where the problem has changed since, its repair is what the change is compared with.
    dates : days on which nothing is added by itself, as for `repair`.
    Raises ProblemError where the change contradicts itself or names what is not there.
    """
    frozen = tuple(dates)
    problem, before = baseline(problem, plan, frozen, reasons=False)
    return price_from(problem, before, change, frozen, limits)


def price_from(
    problem: Problem, before: Plan, change: Change, frozen: tuple[date, ...] = (), limits: Limits | None = None
) -> Price:
    """The same where `before` is a baseline already: one repair, of a visit skipped a few."""
    changed = change.applied(problem, before)
    after = _repaired(changed, before, change, frozen)
    was, now, placed = Draft.of(problem, before), Draft.of(changed, after), _placed(change, before, after)
    wants = isinstance(change, Book | MoveVisit | AskVisit)
    moved = left_out(displaced(before.routes, after.routes), was, now, after.unplanned)
    moved = [item for item in moved if item.appointment is None or item.appointment != change.appointment_id]
    hands = handed(changed, change, before, after) if isinstance(change, HandOver) else None
    theirs = hands.sites if hands else (change.subject,)
    own = [item for item in moved if item.site is not None and item.site in theirs and not item.appointment]
    about = {change.appointment_id} if change.appointment_id else {*theirs} - {None}
    slack = problem.params.lock_slack
    result = Price(
        _difference(after.objective, before.objective),
        idle(changed, after.routes) - idle(problem, before.routes),
        overtime(changed, after.routes) - overtime(problem, before.routes),
        placed,
        wants and placed is None,
        credited(now, change.subject, placed.date) if placed else None,
        placed is not None and paused(now, change.subject, placed.date),
        tuple(without_the_moved(change, before, own) if isinstance(change, MoveVisit) and placed else own),
        tuple(item for item in moved if item not in own),
        tuple(s for s in shifts(before.routes, after.routes, slack) if about.isdisjoint((s.appointment, s.site))),
        uncredited(was, now, change.subject),
        placed is not None and beyond(now, (placed.rep, placed.date), change.subject),
        reason="" if placed or not wants else _why(changed, change, before, after),
        takes=not isinstance(change, MoveVisit | HandOver),
        handed=hands,
    )
    return coloured(result, limits or Limits(slack=slack))


def _repaired(problem: Problem, before: Plan, change: Change, frozen: tuple[date, ...]) -> Plan:
    if isinstance(change, SkipVisit):
        return skipped(problem, before, change, frozen)
    return outline(problem, before, frozen, reasons=True)


def baseline(problem: Problem, plan: Plan, frozen: Iterable[date], reasons: bool = True) -> tuple[Problem, Plan]:
    """What a change is compared with: the plan as published or, where the problem has changed since, its repair, from which
    moving something has its price then.

    reasons : False: while the routes stand, what is left out and the clusters are as published; a price asks for neither."""
    mended = repair if reasons else settled
    before = mended(problem, plan, frozen)
    if before.routes == tuple(route for route in plan.routes if route.stops):
        return problem, before
    visits = [
        PlacedVisit(stop.site, route.rep, route.date, stop.start)
        for route in before.routes
        for stop in route.stops
        if stop.kind is StopKind.VISIT and stop.site is not None
    ]
    problem = replace(problem, base=tuple(visits))
    return problem, mended(problem, before, frozen)


def _why(problem: Problem, change: Change, before: Plan, after: Plan) -> str:
    """Why what was to have a place has none."""
    if isinstance(change, MoveVisit):
        rep = next(r.rep for r in before.routes if r.date == change.day and any(s.site == change.site for s in r.stops))
        if not any((day.rep, day.date) == (rep, change.to) for day in problem.workdays):
            return f"The rep does not work on {change.to:%A} {change.to.day} {change.to:%B}."
    name = change.must.id if isinstance(change, AskVisit) else change.appointment_id
    about = [entry for entry in after.unplanned if entry.site == change.subject and entry.detail]
    return next((e.detail for e in about if name is None or e.request == name), "")


def coloured(found: Price, limits: Limits) -> Price:
    """The price with its colour."""
    lost = [item for item in found.own if item.left_out]
    facts = Facts(
        found.parts, found.overtime, [*found.displaced, *lost], found.shifts, not found.refused,
        False if found.uncredited else found.credited, found.paused, not found.beyond_radius,
    )  # fmt: skip
    return replace(found, colour=colour(facts, limits))


def credited(draft: Draft, site: str | None, day: date) -> bool | None:
    """Whether a call at the site on `day` counts for its cadence; None: it has none."""
    if site is None or draft.sites[site].cadence is None:
        return None
    return day in draft.verdict(site).due


def uncredited(before: Draft, after: Draft, site: str | None) -> tuple[date, ...]:
    """Calls at the site that stay on their date and lose their credit."""
    if site is None:
        return ()
    lost = before.verdict(site).due.keys() - after.verdict(site).due.keys()
    return tuple(sorted(call.date for call in after.calls(site) if call.date in lost))


def paused(draft: Draft, site: str | None, day: date) -> bool:
    return site is not None and draft.dates(site).paused(day)


def beyond(draft: Draft, key: Key, site: str | None) -> bool:
    """Whether the site lies beyond the radius of the visits of that day.  Appointments may, at no price; people want to know."""
    if draft.radius.rule is None or site is None:
        return False
    others = [name for name in draft.bound(key) if name != site]
    return draft.radius.price(key[0], [*others, site]) > draft.radius.price(key[0], others)


def overtime(problem: Problem, routes: Iterable[Route]) -> int:
    ends = {(day.rep, day.date): day.end for day in problem.workdays}
    return sum(max(0, route.end - ends[route.rep, route.date]) for route in routes)


def idle(problem: Problem, routes: Iterable[Route]) -> int:
    days = {(day.rep, day.date): day for day in problem.workdays}
    return sum(waiting(days[route.rep, route.date], route) for route in routes)


def _difference(after: Objective, before: Objective) -> Objective:
    return Objective(**{name: getattr(after, name) - getattr(before, name) for name in PARTS})


def _placed(change: Change, before: Plan, after: Plan) -> Placed | None:
    """The stop that the change is about; of a visit asked for the one that is new, else any in its period."""
    stops = [(route, stop) for route in after.routes for stop in route.stops]
    if isinstance(change, Book):
        found = [(r, s) for r, s in stops if s.request == change.appointment.id and s.kind is not StopKind.VISIT]
    elif isinstance(change, MoveVisit):
        found = [(r, s) for r, s in stops if s.kind is StopKind.VISIT and (s.site, r.date) == (change.site, change.to)]
    elif isinstance(change, AskVisit):
        known = {(r.date, s.site) for r in before.routes for s in r.stops}
        there = [(r, s) for r, s in stops if s.site == change.must.site and r.date in change.must.period]
        found = sorted(there, key=lambda pair: ((pair[0].date, pair[1].site) in known, pair[0].date))
    else:
        found = []
    return next((Placed(route.rep, route.date, stop.start, stop.end) for route, stop in found), None)


def without_the_moved(change: MoveVisit, before: Plan, own: Sequence[Displaced]) -> list[Displaced]:
    """The moved visit itself is no consequence of its move.  Visits of a site are paired in order: another may have its dates.

    Where one stands on the new day already, it falls away there."""
    if any(
        route.date == change.to != change.day and any(s.site == change.site for s in route.stops)
        for route in before.routes
    ):
        return list(own)
    came = {item.to: item.start for item in own if item.to is not None and item.to != change.to}
    rest = [item for item in own if item.day != change.day]
    days: list[date | None] = [*sorted(came), *[None] * len(rest)]
    return [
        replace(item, to=to, start=came.get(to) if to else None, left_out=to is None and item.left_out)
        for item, to in zip(rest, days, strict=False)
    ]
