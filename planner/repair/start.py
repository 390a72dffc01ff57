"""What is left of a published plan when the problem has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from planner.draft.draft import Draft, Key
from planner.draft.room import DayRoom
from planner.draft.steady import Identity, identity
from planner.groups import with_their_group
from planner.nights import nights_of
from planner.plan import Plan, Reason, Route, Stop, StopKind
from planner.problem import Appointment, PlacedVisit, Problem
from planner.tasks import Task

# Of a locked visit: others stand in its way.
NO_ROOM = (Reason.APPOINTMENT_CONFLICT, Reason.TOO_CLOSE, Reason.DAY_FULL)


@dataclass(slots=True)
class Remains:
    """draft : what may stay where it is.  lost : sites whose visit was taken away, in the order found.

    pending : appointments and locked visits that have no place yet.  waiting : locked visits for which the published plan had no room
    beside others: they get what is free.  refused : ids of all for which it had none; also must-visits get only what is free then, until
    the next search.  published : routes by workday.
    cancelled : sites of appointments that are no more: what becomes of their own visits moves nobody else's.
    standing : the days for which the published route was found to hold as it is, and their version then.
    """

    draft: Draft
    published: dict[Key, Route]
    lost: dict[str, None] = field(default_factory=dict)
    pending: list[tuple[Key, Task]] = field(default_factory=list)
    waiting: list[PlacedVisit] = field(default_factory=list)
    refused: frozenset[str] = frozenset()
    cancelled: set[str] = field(default_factory=set)
    standing: dict[Key, int] = field(default_factory=dict)

    def copy(self, draft: Draft) -> Remains:
        """The same to try something on, with another draft."""
        return replace(
            self,
            draft=draft,
            lost=dict(self.lost),
            pending=list(self.pending),
            waiting=list(self.waiting),
            cancelled=set(self.cancelled),
            standing=dict(self.standing),
        )


def remains(problem: Problem, plan: Plan) -> Remains:
    """Keep every stop that the problem still allows on its day; times are judged later."""
    free = {site.id for site in problem.sites if site.owner is None and not site.shared}
    reps = problem.reps
    owners = {site: rep for site, rep in plan.owners.items() if site in free and rep in reps}
    owners = {site: rep for site, rep in with_their_group(problem, owners).items() if site in plan.owners}
    routes = {(route.rep, route.date): route for route in plan.routes}
    found = Remains(Draft(problem, owners, _starts(problem, routes), nights_of(plan)), routes)
    for key, route in found.published.items():
        for stop in route.stops:
            if stop.kind is not StopKind.BREAK:
                _keep(found, key, stop)
    found.refused = frozenset(entry.request for entry in plan.unplanned if entry.request and entry.reason in NO_ROOM)
    _pending(found)
    for site in list(found.draft.sites):
        _keep_rhythm(found, site)
    return found


def _starts(problem: Problem, routes: Mapping[Key, Route]) -> dict[Key, dict[Identity, int]]:
    """When customers expect each stop: as published, unless it was promised for another time since.

    Not an appointment that was changed: it was agreed anew.
    """
    agreed = {a.id: a for a in problem.appointments}
    starts: dict[Key, dict[Identity, int]] = {}
    for key, route in routes.items():
        kept = [s for s in route.stops if s.kind is StopKind.VISIT or _agreed(agreed.get(s.request or ""), s)]
        starts[key] = {identity(stop): stop.start for stop in kept}
    told = {(v.site, v.rep, v.date): v.start for v in problem.base if v.start is not None}
    for lock in problem.locked:
        there, visit = starts.get((lock.rep, lock.date)), (StopKind.VISIT, lock.site)
        if lock.start is None or there is None:
            continue
        last = told.get((lock.site, lock.rep, lock.date), there.get(visit))
        within = last is not None and abs(last - lock.start) <= problem.params.lock_slack
        there[visit] = last if last is not None and within else lock.start
    return starts


def _keep(found: Remains, key: Key, stop: Stop) -> None:
    draft = found.draft
    if stop.kind is StopKind.APPOINTMENT and stop.site in draft.sites and stop.request not in draft.appointments:
        found.cancelled.add(stop.site or "")
    task = draft.task_again(stop.kind, stop.request, stop.site, key) if key in draft.workdays else None
    if task is not None and stop.kind is StopKind.VISIT:
        site = draft.sites[stop.site or ""]
        wrong_rep = task.flexible and key[0] not in draft.reps(site)
        if wrong_rep or not task.windows or (task.flexible and draft.dates(site.id).paused(key[1])):
            task = None
        elif task.flexible and site.owner is None and not site.shared:
            draft.give(site.id, key[0])  # it may have been shared when that was published
    if (
        task is not None
        and stop.kind is not StopKind.VISIT
        and not _agreed(draft.appointments[stop.request or ""], stop)
    ):
        return  # the appointment was changed: its place is looked for anew
    if task is not None:
        draft.put(task if task.kind is StopKind.VISIT else draft.no_earlier(task, key), key, len(draft.orders[key]))
    elif stop.kind is StopKind.VISIT and stop.site in draft.sites:
        found.lost[stop.site or ""] = None


def _agreed(appointment: Appointment | None, stop: Stop) -> bool:
    """Whether an appointment is still as it was planned."""
    if appointment is None or appointment.duration != stop.end - stop.start:
        return False
    return appointment.window.earliest <= stop.start <= appointment.window.latest


def _pending(found: Remains) -> None:
    """Appointments and locked visits that are not in the draft and could stand; an appointment takes the place of a visit that day."""
    draft = found.draft
    held = {task.request for _, task in draft.tasks() if task.kind is not StopKind.VISIT}
    for appointment in draft.problem.appointments:
        if appointment.id not in held and (pending := _booked(found, appointment)):
            found.pending.append(pending)
    booked = {(task.site, key[1]) for key, task in found.pending}
    for lock in draft.problem.locked:
        key = (lock.rep, lock.date)
        site = draft.sites[lock.site]
        called = (site.id, lock.date) in booked or lock.date in {day for _, day in draft.days_of(site.id)}
        if not called and key in draft.workdays and site.place is not None:
            task = draft.visit(site, key, lock.request)
            if _fits_alone(draft, key, task):
                if lock.request in found.refused:
                    found.waiting.append(lock)
                else:
                    found.pending.append((key, task))


def book(found: Remains, appointment: Appointment) -> None:
    """One appointment more, which the problem of the draft has already: what `remains` would make of it."""
    if pending := _booked(found, appointment):
        others = sum(task.kind is not StopKind.VISIT for _, task in found.pending)
        found.pending.insert(others, pending)
    if appointment.site is not None:
        _keep_rhythm(found, appointment.site)


def move(found: Remains, problem: Problem, lock: PlacedVisit, day: date) -> Remains:
    """The planned visit of a site on `day` locked on another one, as the problem has it: what `remains` would make of that."""
    site = next(site for site in problem.sites if site.id == lock.site)
    draft = found.draft.varied(problem, sites=[site])
    moved = found.copy(draft)
    own, key = (lock.rep, day), (lock.rep, lock.date)
    draft.take(draft.visit_on(site.id, own), own)
    moved.lost[site.id] = None
    task = draft.visit(site, key, lock.request)
    booked = any((on, other.site) == (key, site.id) for on, other in moved.pending)
    moved.waiting = [other for other in found.waiting if other.request != lock.request]
    if not booked and _fits_alone(draft, key, task):
        if len(moved.waiting) < len(found.waiting):
            moved.waiting.append(lock)
        else:
            moved.pending.append((key, task))
    _keep_rhythm(moved, site.id)
    return moved


def _booked(found: Remains, appointment: Appointment) -> tuple[Key, Task] | None:
    """None: it has no workday, or does not fit into it even alone; then no visit of its site makes way for it."""
    task, key = found.draft.appointment(appointment), (appointment.rep, appointment.date)
    if task is None or not _fits_alone(found.draft, key, task):
        return None
    _give_way(found.draft, key, task)
    return key, task


def _fits_alone(draft: Draft, key: Key, task: Task) -> bool:
    """Whether an empty day has room for it; where not, nothing makes way."""
    return DayRoom(draft.problem, draft.workdays[key], []).fits(task)


def _give_way(draft: Draft, key: Key, appointment: Task) -> None:
    for task in list(draft.orders[key]):
        if task.kind is StopKind.VISIT and appointment.site is not None and task.site == appointment.site:
            draft.take(task, key)


def _keep_rhythm(found: Remains, site: str) -> None:
    """Take away, one by one, the visits that would not be credited any more."""
    draft = found.draft
    if not draft.days_of(site):
        return
    ahead = [key for key, task in found.pending if task.site == site]
    while (broken := draft.broken(site, ahead)) is not None:
        key = next(key for key in draft.days_of(site) if key[1] == broken)
        draft.take(draft.visit_on(site, key), key)
        found.lost[site] = None
