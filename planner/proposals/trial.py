"""One appointment tried on a shared draft: what a repair would do with it, at a fraction of the time.

`remains` of a plan that keeps all rules takes as long as a hundred changes to it.  It is made once; each trial copies it,
books the appointment, lets the repair mend what that touches, and sees what has become dearer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from planner.draft.draft import Draft, Key
from planner.draft.objective import days_objective
from planner.plan import Objective, Plan, Route, StopKind
from planner.problem import Appointment, Problem
from planner.proposals.changes import MoveVisit
from planner.proposals.colour import Limits
from planner.proposals.compare import displaced, left_out, shifts
from planner.proposals.price import (
    OF_DAYS,
    Placed,
    Price,
    baseline,
    beyond,
    coloured,
    credited,
    idle,
    overtime,
    paused,
    price_from,
    uncredited,
    without_the_moved,
)
from planner.repair.repair import mend, with_routes
from planner.repair.start import Remains, book, move, remains
from planner.repair.steady import steady_route
from planner.tasks import Task


@dataclass(frozen=True)
class Standing:
    """A plan that keeps all rules of its problem.

    left : what a repair would begin with.  draft : the plan itself.
    hopeless : what is agreed and has no room on its day, by request: no repair finds any as long as the day stays as it is.
    """

    plan: Plan
    left: Remains
    draft: Draft
    frozen: tuple[date, ...]
    hopeless: frozenset[str | None]


def standing(problem: Problem, plan: Plan, frozen: tuple[date, ...] = ()) -> Standing:
    """The plan as it is, or its repair where the problem has changed since it was made."""
    left = remains(problem, plan)
    orders = {key: list(tasks) for key, tasks in left.draft.orders.items()}
    mended = left
    if left.lost or mend(left, frozen) or left.draft.orders != orders or not _holds(left):
        problem, plan = baseline(problem, plan, frozen)
        left = remains(problem, plan)
        mended = _copy(left)
        mend(mended, frozen)
    else:
        plan = with_routes(left, plan)
    for site in left.draft.sites:
        mended.draft.verdict(site)
    hopeless = {task.request for _, task in left.pending} - mended.draft.held()
    return Standing(plan, left, mended.draft, frozen, frozenset(hopeless))


def _holds(left: Remains) -> bool:
    """Whether the published routes are what a repair would give."""
    draft = left.draft
    if any(route.stops and not draft.orders.get(key) for key, route in left.published.items()):
        return False
    return all(steady_route(left, key) == left.published.get(key) for key in draft.workdays if draft.orders[key])


def trial(base: Standing, appointment: Appointment) -> Price | None:
    """What it costs to book the appointment; None: it has no place.  Reasons of what is left out are not looked for."""
    left = _copy(base.left, [appointment])
    book(left, appointment)
    left.pending = [entry for entry in left.pending if not _is_hopeless(base, left, *entry)]
    mend(left, base.frozen, _touched(base, left.draft))
    draft = left.draft
    touched = list(_touched(base, draft))
    driven = [key for key in touched if draft.orders[key] or draft.away(key)]
    after = [route for key in driven if (route := steady_route(left, key)) is not None]
    before = [left.published[key] for key in touched if key in left.published]
    placed = _placed(after, appointment)
    if placed is None:
        return None
    moved = left_out(displaced(before, after), base.draft, draft)
    own = [d for d in moved if d.site is not None and d.site == appointment.site and d.appointment is None]
    return Price(
        _parts(base, draft, before, after),
        idle(draft.problem, after) - idle(draft.problem, before),
        overtime(draft.problem, after) - overtime(draft.problem, before),
        placed,
        False,
        credited(draft, appointment.site, appointment.date),
        paused(draft, appointment.site, appointment.date),
        tuple(own),
        tuple(item for item in moved if item not in own),
        tuple(shifts(before, after, draft.problem.params.lock_slack)),
        uncredited(base.draft, draft, appointment.site),
        beyond(draft, (appointment.rep, appointment.date), appointment.site),
    )


@dataclass(frozen=True)
class Outcome:
    """What `price` says of a change: in all, and what it says of it."""

    total: int
    price: Callable[[], Price]


def trial_of_move(base: Standing, change: MoveVisit) -> Outcome | None:
    """A visit moved to another workday of its rep, at a fraction of the time of `price`; None: it has no place there.

    No visit of its site stands on the new day."""
    problem = change.applied(base.left.draft.problem, base.plan)
    lock = problem.locked[-1]
    if (lock.rep, change.day) not in base.left.draft.days_of(lock.site):  # a repair finds it a place only later
        return _exactly(base, change)
    left = move(base.left, problem, lock, change.day)
    left.pending = [entry for entry in left.pending if not _is_hopeless(base, left, *entry)]
    mend(left, base.frozen, _touched(base, left.draft))
    draft = left.draft
    if lock.date not in {day for _, day in draft.days_of(lock.site)}:
        return None
    touched = list(_touched(base, draft))
    after = [steady_route(left, key) for key in touched if draft.orders[key] or draft.away(key)]
    routes = [route for route in after if route is not None]
    if len(routes) < len(after):  # a day on which something more has to go
        return _exactly(base, change)
    before = [left.published[key] for key in touched if key in left.published]
    parts = _parts(base, draft, before, routes)
    return Outcome(parts.total, lambda: _price_of_move(base, change, draft, parts, before, routes))


def _exactly(base: Standing, change: MoveVisit) -> Outcome | None:
    found = price_from(base.draft.problem, base.plan, change, base.frozen)
    return None if found.refused else Outcome(found.total, lambda: found)


def _price_of_move(
    base: Standing, change: MoveVisit, draft: Draft, parts: Objective, before: list[Route], after: list[Route]
) -> Price:
    """before, after : the routes of the days that are touched.  Exactly `price` where something is left out, which says why."""
    problem, slack = base.draft.problem, draft.problem.params.lock_slack
    moved = left_out(displaced(before, after), base.draft, draft)
    if any(item.left_out for item in moved):
        return price_from(problem, base.plan, change, base.frozen)
    own = [item for item in moved if item.site == change.site and item.appointment is None]
    placed = next(
        Placed(route.rep, route.date, stop.start, stop.end)
        for route in after
        for stop in route.stops
        if (stop.kind, stop.site, route.date) == (StopKind.VISIT, change.site, change.to)
    )
    found = Price(
        parts,
        idle(draft.problem, after) - idle(problem, before),
        overtime(draft.problem, after) - overtime(problem, before),
        placed,
        False,
        credited(draft, change.site, change.to),
        paused(draft, change.site, change.to),
        tuple(without_the_moved(change, base.plan, own)),
        tuple(item for item in moved if item not in own),
        tuple(shift for shift in shifts(before, after, slack) if shift.appointment or shift.site != change.site),
        uncredited(base.draft, draft, change.site),
        beyond(draft, (placed.rep, placed.date), change.site),
        takes=False,
    )
    return coloured(found, Limits(slack=slack))


def _copy(left: Remains, appointments: Iterable[Appointment] = ()) -> Remains:
    return left.copy(left.draft.copy(appointments))


def _is_hopeless(base: Standing, left: Remains, key: Key, task: Task) -> bool:
    """Trying for room takes longer than all the rest of a trial."""
    booked = any(other is not task and day == key for day, other in left.pending)
    return task.request in base.hopeless and not booked and left.draft.orders[key] == base.left.draft.orders[key]


def _touched(base: Standing, draft: Draft) -> Iterator[Key]:
    """Workdays that are otherwise than before; asked again for each day, as mending goes on."""
    return (key for key in draft.workdays if draft.orders[key] != base.draft.orders[key])


def _placed(routes: list[Route], appointment: Appointment) -> Placed | None:
    stops = [(route, stop) for route in routes for stop in route.stops if stop.request == appointment.id]
    return next((Placed(route.rep, route.date, stop.start, stop.end) for route, stop in stops), None)


def _parts(base: Standing, draft: Draft, before: list[Route], after: list[Route]) -> Objective:
    """The difference of the objective: routes that changed, and sites whose dates did."""
    params = draft.problem.params
    new, old = days_objective(draft, after), days_objective(base.draft, before)
    late = missed = churn = 0
    for name in draft.sites:
        now, then = draft.verdict(name), base.draft.verdict(name)
        if now is not then:
            dates = draft.dates(name)
            late += dates.lateness(now, params) - dates.lateness(then, params)
            missed += dates.missed(now, params) - dates.missed(then, params)
            churn += params.churn_price * (now.churn - then.churn)
    missed += _lost(base, draft)
    days = {name: getattr(new, name) - getattr(old, name) for name in OF_DAYS}
    return Objective(lateness=late, missed=missed, churn=churn, **days)


def _lost(base: Standing, draft: Draft) -> int:
    """The price of appointments that lose their place (or, with luck, find one)."""
    then, now = base.draft.held(), draft.held()
    known = base.draft.problem.appointments
    return draft.problem.params.appointment_price * sum((a.id in then) - (a.id in now) for a in known)
