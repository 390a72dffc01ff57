"""Why is it not in the plan?  One true reason for everything that has no stop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field

from planner.cadence.requests import Chain
from planner.draft.draft import Draft, Key
from planner.draft.room import DayRoom
from planner.plan import Plan, Reason, Unplanned
from planner.problem import Appointment, Problem, Site
from planner.reasons import sentences
from planner.reasons.days import DayVerdict, fits_beside_fixed, fixed, judge_day, too_large
from planner.reasons.displaced import MOST_DAYS, detour, exchange
from planner.reasons.wishes import Wish, Wishes


@dataclass(slots=True)
class Explanation:
    """entries : what is unplanned and why.  pays: visits for which there is no reason, because they fit and pay."""

    entries: list[Unplanned] = field(default_factory=list)
    pays: list[tuple[Wish, DayVerdict]] = field(default_factory=list)


def explain(problem: Problem, plan: Plan, chains: Mapping[str, Chain] | None = None) -> tuple[Unplanned, ...]:
    """Every site without a stop, and every visit, must-visit and appointment left out, with its reason.

    The plan should be at a local optimum (see `settle`): a visit that fits at less than it is worth has no reason, and
    is reported as NEXT_SEARCH with its cost.
    """
    return tuple(explain_draft(Draft.of(problem, plan), chains).entries)


def explain_draft(draft: Draft, chains: Mapping[str, Chain] | None = None) -> Explanation:
    """The same for a plan that is being worked on."""
    found = Explanation()
    wishes, held = Wishes(draft, chains), draft.held()
    for site in (*draft.sites, None):
        explain_site(draft, site, wishes, held, found)
    return found


def explain_site(draft: Draft, site: str | None, wishes: Wishes, held: Set[str], found: Explanation) -> None:
    """Add what one site lacks; None: the appointments that are at no site.  held: ids that have a stop."""
    lost = [a for a in draft.problem.appointments if a.site == site and a.id not in held]
    found.entries += [_appointment(draft, appointment) for appointment in lost]
    if site is not None:
        _site(draft, draft.sites[site], wishes, found, bool(lost))


def _site(draft: Draft, site: Site, wishes: Wishes, found: Explanation, named: bool) -> None:
    wanted = wishes.of(site.id)
    for wish in wanted:
        _wish(draft, site, wish, found)
    gone = any(v.site == site.id and (v.rep, v.date) not in draft.days_of(site.id) for v in draft.problem.locked)
    if not wanted and not named and (gone or not draft.calls(site.id)):
        found.entries.append(_idle(draft, site))


def _idle(draft: Draft, site: Site) -> Unplanned:
    """A site of which nothing is asked in the horizon."""
    clock = draft.dates(site.id).clock
    if clock is None:
        return Unplanned(site.id, Reason.NO_CADENCE, detail=sentences.NO_CADENCE)
    if any(clock.runs(day) for day in draft.problem.horizon):
        return Unplanned(site.id, Reason.NOT_DUE, detail=sentences.not_due(draft, site))
    return Unplanned(site.id, Reason.PAUSED, detail=sentences.PAUSED)


def _wish(draft: Draft, site: Site, wish: Wish, found: Explanation) -> None:
    basic = _whatever_the_day(draft, site, wish)
    if basic is not None:
        found.entries.append(basic)
        return
    verdicts = list(_days(draft, site, wish))
    best = max(verdicts, key=lambda v: (v.hope, -v.insertion.total if v.insertion else 0), default=None)
    if best is None:
        entry = _nobody_there(draft, wish)
    elif best.reason is Reason.DAY_FULL:
        entry = _full(draft, wish, [v.key for v in verdicts if v.reason is Reason.DAY_FULL])
    else:
        entry = _by_day(wish, best)
        if best.reason is None:
            found.pays.append((wish, best))
    found.entries.append(entry)


def _nobody_there(draft: Draft, wish: Wish) -> Unplanned:
    """No rep works on any of its days: nothing is wrong with that where it falls due only after the days that are planned."""
    if wish.due is not None and wish.due > draft.problem.horizon.last:
        return _entry(wish, Reason.NOT_DUE, sentences.due_later(wish.due))
    return _entry(wish, Reason.REP_AWAY, sentences.rep_away(wish))


def _whatever_the_day(draft: Draft, site: Site, wish: Wish) -> Unplanned | None:
    """Reasons that need no look at the days."""
    reps = draft.problem.reps
    owned = site.owner or draft.owners.get(site.id)
    if wish.must is not None and wish.must.period.last > draft.problem.horizon.last:
        return _entry(wish, Reason.NOT_DUE, sentences.later(wish.must))
    if not wish.days:
        return _entry(wish, Reason.PAUSED, sentences.PAUSED)
    if site.place is None:
        return _entry(wish, Reason.NO_POSITION, sentences.NO_POSITION)
    if not reps or (owned is not None and owned not in reps):
        return _entry(wish, Reason.NO_REP, sentences.no_rep(site))
    return None


def _days(draft: Draft, site: Site, wish: Wish) -> Iterator[DayVerdict]:
    """Verdicts from the day whose stops are nearest on.

    Once enough days are known to be full, others without a place cannot change the reason and are passed over.
    """
    keys = [(rep, day) for day in wish.days for rep in draft.reps(site) if (rep, day) in draft.workdays]
    full = 0
    for key in sorted(keys, key=lambda key: (detour(draft, wish, key), key[1], key[0])):
        verdict = judge_day(draft, wish, key, prove=full < MOST_DAYS)
        if verdict is not None:
            full += verdict.reason is Reason.DAY_FULL
            yield verdict


def _by_day(wish: Wish, best: DayVerdict) -> Unplanned:
    reason = best.reason or Reason.NEXT_SEARCH
    cost = best.insertion.driving if best.insertion else None
    detail = sentences.by_day(reason, wish, best)
    return Unplanned(wish.site, reason, wish.request, wish.days, cost=cost, detail=detail)


def _full(draft: Draft, wish: Wish, days: list[Key]) -> Unplanned:
    found = exchange(draft, wish, days)
    detail = sentences.full(wish, found)
    if found is None:
        return Unplanned(wish.site, Reason.DAY_FULL, wish.request, wish.days, detail=detail)
    return Unplanned(wish.site, Reason.DAY_FULL, wish.request, wish.days, found.sites, found.driving, detail)


def _entry(wish: Wish, reason: Reason, detail: str) -> Unplanned:
    return Unplanned(wish.site, reason, wish.request, wish.days, detail=detail)


def _appointment(draft: Draft, appointment: Appointment) -> Unplanned:
    reason = _appointment_reason(draft, appointment)
    detail = sentences.appointment(draft, reason, appointment)
    return Unplanned(appointment.site, reason, appointment.id, (appointment.date,), detail=detail)


def _appointment_reason(draft: Draft, appointment: Appointment) -> Reason:
    if appointment.site is not None and draft.sites[appointment.site].place is None:
        return Reason.NO_POSITION
    task = draft.appointment(appointment)
    if task is None:
        return Reason.REP_AWAY
    key = (appointment.rep, appointment.date)
    if too_large(draft.workdays[key], task):
        return Reason.OVER_CAPACITY
    if not DayRoom(draft.problem, draft.workdays[key], []).fits(task):
        return Reason.OUT_OF_REACH
    if not fits_beside_fixed(draft.problem, draft.workdays[key], fixed(draft, key), task):
        return Reason.APPOINTMENT_CONFLICT
    return Reason.DAY_FULL
