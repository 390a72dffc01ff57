"""A planned stop: why now, why this day, and what the next best day would cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from planner.cadence.requests import Window
from planner.draft.draft import Draft, Key
from planner.errors import ProblemError
from planner.explain.other_day import OtherDay, next_best, other_days
from planner.plan import Plan, Route, Stop, StopKind
from planner.problem import MustVisit, Problem
from planner.proposals import Price
from planner.proposals.trial import standing
from planner.tasks import Task


class Basis(StrEnum):
    """Why a stop is in the plan at all, from the firmest reason on."""

    AGREED = "agreed"  # an appointment
    FIXED = "fixed"  # locked on this day
    ASKED = "asked"  # a person asked for it
    OVERDUE = "overdue"  # its window is over
    DUE = "due"  # its due date has come
    DUE_SOON = "due_soon"  # its window is open, the due date is still to come
    PERIOD = "period"  # one of the visits of its quota period or pattern block


@dataclass(frozen=True, slots=True)
class Why:
    """Parameters
    ----------
    window : when it is credited, due and still on time (of a quota the whole period); None: no cadence asks for it.
    late_days : after its window.  previous : the visit of the site before it, made or planned.  must : whose wish it fulfils.
    value : what leaving it out would cost, in seconds of driving: the visit missed, later ones late, the change itself.
    detour : what its day costs more because of it: driving, waiting, overtime and radius, in seconds of driving.
    others : the other days on which its rhythm allows it, in order.
    next_best : the cheapest of them, as moving it there really comes out; None: there is none.
    """

    site: str
    rep: str
    previous: date | None
    date: date
    start: int
    end: int
    basis: Basis
    window: Window | None
    late_days: int
    must: str | None
    value: int
    detour: int
    others: tuple[OtherDay, ...]
    next_best: Price | None


def why(problem: Problem, plan: Plan, site: str, day: date, frozen: Iterable[date] = ()) -> Why:
    """Explain the stop at `site` on `day`.

    plan : as published.  Where the problem has changed since, its repair is explained.  frozen : as for `repair`.
    Raises ProblemError where there is no such stop.
    """
    dates = tuple(frozen)
    base = standing(problem, plan, dates)
    problem, plan = base.draft.problem, base.plan
    route, stop = _stop(plan, site, day)
    draft, key = Draft.of(problem, plan), (route.rep, day)
    task = next(t for t in draft.orders[key] if t.site == site and t.kind is stop.kind)
    previous = _previous(draft, site, day)
    due = draft.verdict(site).due.get(day)
    locked = (site, *key) in draft.locks
    must = next((m for m in problem.must_visits if m.site == site and day in m.period), None)
    window = draft.verdict(site).met.get(day)
    value, detour = _taken(draft, key, task)
    firm = stop.kind is StopKind.APPOINTMENT or locked
    others = () if firm else other_days(draft, site, key, _days(draft, site, must, window, day), detour - value)
    return Why(
        site, route.rep, previous, day, stop.start, stop.end, _basis(draft, stop, day, locked, must, due), window,
        due[1] if due else 0, must.id if must else None, value, detour, others,
        None if firm else next_best(base, draft, site, key, others, detour - value),
    )  # fmt: skip


def _stop(plan: Plan, site: str, day: date) -> tuple[Route, Stop]:
    for route in plan.routes:
        for stop in route.stops:
            if route.date == day and stop.site == site:
                return route, stop
    raise ProblemError(f"no stop at {site} is planned on {day}", "/day")


def _previous(draft: Draft, site: str, day: date) -> date | None:
    made = [*draft.sites[site].credited, *(call.date for call in draft.calls(site))]
    return max((when for when in made if when < day), default=None)


def _taken(draft: Draft, key: Key, task: Task) -> tuple[int, int]:
    """Take the stop out of the draft: what the site then loses, and what the day saves."""
    assert task.site is not None
    before, with_it = draft.site_price(task.site), (draft.room(key).cost or 0) + _radius(draft, key)
    draft.take(task, key)
    value = draft.site_price(task.site) - before
    detour = with_it - (draft.room(key).cost or 0) - _radius(draft, key)
    if task.kind is StopKind.APPOINTMENT:
        value += draft.problem.params.appointment_price
    return value, detour


def _radius(draft: Draft, key: Key) -> int:
    return draft.radius.price(key[0], draft.bound(key))


def _days(draft: Draft, site: str, must: MustVisit | None, window: Window | None, day: date) -> tuple[date, ...]:
    """The dates on which the visit might stand instead."""
    if must is not None:
        return draft.dates(site).must_days(must)
    return () if window is None else draft.dates(site).days_of(window, _previous(draft, site, day))


def _basis(
    draft: Draft, stop: Stop, day: date, locked: bool, must: MustVisit | None, due: tuple[date, int] | None
) -> Basis:
    if stop.kind is StopKind.APPOINTMENT:
        return Basis.AGREED
    if locked:
        return Basis.FIXED
    if must is not None:
        return Basis.ASKED
    cadence = draft.sites[stop.site or ""].cadence
    if due is None or cadence is None or cadence.interval_days is None:
        return Basis.PERIOD
    if due[1]:
        return Basis.OVERDUE
    return Basis.DUE if due[0] <= day else Basis.DUE_SOON
