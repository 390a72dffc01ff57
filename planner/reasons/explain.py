"""Why is it not in the plan?  One true reason for everything that has no stop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace

from planner.cadence.requests import Chain
from planner.draft.draft import Draft, Insertion, Key
from planner.plan import Cause, Plan, Reason, Unplanned
from planner.problem import Appointment, PlacedVisit, Problem, Site
from planner.reasons import sentences
from planner.reasons.alone import barrier
from planner.reasons.days import DayVerdict, fits_beside_fixed, fixed, kept_apart, no_hours, only_too_near, too_large
from planner.reasons.displaced import MOST_DAYS, detour, exchange, worth
from planner.reasons.judge import Judge
from planner.reasons.wishes import Wish, Wishes
from planner.tasks import Task


def explain(problem: Problem, plan: Plan, chains: Mapping[str, Chain] | None = None) -> tuple[Unplanned, ...]:
    """Every site without a stop, and every visit, must-visit and appointment left out, with its reason.

    The plan should be at a local optimum (see `settle`): a visit that fits at less than it is worth has no reason, and
    is reported as NEXT_SEARCH with its cost.
    """
    draft = Draft.of(problem, plan)
    return tuple(explain_draft(Judge(draft), Wishes(draft, chains)))


def explain_draft(judge: Judge, wishes: Wishes) -> list[Unplanned]:
    """The same for a plan that is being worked on."""
    held = judge.draft.held()
    return [entry for site in (*judge.draft.sites, None) for entry in explain_site(judge, site, wishes, held)]


def explain_site(judge: Judge, site: str | None, wishes: Wishes, held: Set[str]) -> list[Unplanned]:
    """What one site lacks; None: the appointments that are at no site.  held: ids that have a stop."""
    draft = judge.draft
    lost = [a for a in draft.problem.appointments if a.site == site and a.id not in held]
    entries = [_appointment(draft, appointment) for appointment in lost]
    if site is None:
        return entries
    entries += [_locked(draft, lock) for lock in draft.unkept(site)]
    return entries + _site(judge, draft.sites[site], wishes, bool(entries))


def paying(judge: Judge, wishes: Wishes) -> list[tuple[Wish, Insertion]]:
    """The visits for which there is no reason, because they fit and pay: each at the place where it gains most."""
    draft, found = judge.draft, []
    for name, site in draft.sites.items():
        for wish in wishes.of(name):
            if _whatever_the_day(draft, site, wish) is None:
                keys = [key for key in _workdays(draft, site, wish) if not judge.too_long(name, key)]
                verdicts = [judge.day(wish, key, prove=False) for key in _nearest_first(draft, wish, keys)]
                gains = [
                    v.insertion for v in verdicts if v is not None and v.reason is None and v.insertion is not None
                ]
                if gains:
                    found.append((wish, min(gains, key=lambda one: one.total)))
    return found


def _site(judge: Judge, site: Site, wishes: Wishes, named: bool) -> list[Unplanned]:
    draft, wanted = judge.draft, wishes.of(site.id)
    if not wanted and not named and not draft.calls(site.id):
        return [_idle(draft, site)]
    return [replace(_wish(judge, site, wish), in_time_until=wish.in_time_until) for wish in wanted]


def _locked(draft: Draft, lock: PlacedVisit) -> Unplanned:
    reason, cause = _locked_reason(draft, lock)
    if reason is Reason.REP_AWAY:
        detail = sentences.day_off(lock.date)
    else:
        key = (lock.rep, lock.date)
        detail = sentences.fixed(draft, reason, cause, key, draft.visit(draft.sites[lock.site], key))
    return Unplanned(lock.site, reason, lock.request, (lock.date,), detail=detail, cause=cause)


def _locked_reason(draft: Draft, lock: PlacedVisit) -> tuple[Reason, Cause | None]:
    """What its own day says, as of an appointment: a person has chosen it."""
    key, site = (lock.rep, lock.date), draft.sites[lock.site]
    if key not in draft.workdays:
        return Reason.REP_AWAY, None
    if site.place is None:
        return Reason.NO_POSITION, None
    task = draft.visit(site, key)
    if not task.windows:
        return no_hours(site, draft.workdays[key], key).reason or Reason.CLOSED, None
    reason, cause = _of_its_day(draft, key, task)
    there = any(day == lock.date for _, day in draft.days_of(site.id))  # somebody else calls that day
    near = there or draft.with_visit(site.id, key).broken is not None
    return (Reason.TOO_CLOSE, None) if reason is Reason.DAY_FULL and near else (reason, cause)


def _idle(draft: Draft, site: Site) -> Unplanned:
    """A site of which nothing is asked in the horizon."""
    clock = draft.dates(site.id).clock
    if clock is None:
        return Unplanned(site.id, Reason.NO_CADENCE, detail=sentences.NO_CADENCE)
    if not any(clock.runs(day) for day in draft.problem.horizon):
        return Unplanned(site.id, Reason.PAUSED, detail=sentences.PAUSED)
    if site.cadence is not None and draft.dates(site.id).asks_no_more():
        return Unplanned(site.id, Reason.ENDED, detail=sentences.ended(site.cadence))
    return Unplanned(site.id, Reason.NOT_DUE, detail=sentences.not_due(draft, site))


def _wish(judge: Judge, site: Site, wish: Wish) -> Unplanned:
    draft, basic = judge.draft, _whatever_the_day(judge.draft, site, wish)
    if basic is not None:
        return basic
    verdicts = list(_days(judge, site, wish))
    best = max(verdicts, key=lambda v: (v.hope, -v.insertion.total if v.insertion else 0), default=None)
    if best is None:
        return _nobody_there(draft, wish)
    if best.reason is Reason.DAY_FULL:
        if _too_near(judge, site, wish, verdicts):
            return _entry(wish, Reason.TOO_CLOSE, sentences.BY_REASON[Reason.TOO_CLOSE])
        return _full(draft, wish, [v.key for v in verdicts if v.reason is Reason.DAY_FULL])
    if best.reason is Reason.APART:
        return _apart(draft, wish, [v.key for v in verdicts if v.reason is Reason.APART])
    return _by_day(site, wish, best)


def _too_near(judge: Judge, site: Site, wish: Wish, verdicts: Sequence[DayVerdict]) -> bool:
    """Whether on no day that counts as full anything is in its way but visits that the plan has there itself, on other days too near.

    Those that are known to be full are asked first, then those that were passed over.  Where days go together in combinations it is
    these that are in the way, not nearness."""
    draft = judge.draft
    if site.id in draft.companions or (site.cadence is not None and site.cadence.combinations):
        return False
    full = [verdict.key for verdict in verdicts if verdict.reason is Reason.DAY_FULL]
    if not all(only_too_near(draft, wish, key) for key in full):
        return False
    known = {verdict.key for verdict in verdicts}
    others = (judge.day(wish, key) for key in _keys(draft, site, wish) if key not in known)
    return all(v is None or v.reason is not Reason.DAY_FULL or only_too_near(draft, wish, v.key) for v in others)


def _nobody_there(draft: Draft, wish: Wish) -> Unplanned:
    """No rep works on any of its days: nothing is wrong with that where it falls due only after the days that are planned."""
    if wish.due is not None and wish.due > draft.problem.horizon.last:
        return _entry(wish, Reason.NOT_DUE, sentences.due_later(wish.due))
    return _entry(wish, Reason.REP_AWAY, sentences.rep_away(wish))


def _whatever_the_day(draft: Draft, site: Site, wish: Wish) -> Unplanned | None:
    """Reasons that need no look at the days."""
    reps = draft.everybody
    owned = site.owner or draft.owners.get(site.id)
    if not wish.days and wish.must is not None and wish.must.period.last > draft.problem.horizon.last:
        return _entry(wish, Reason.NOT_DUE, sentences.later(wish.must))
    if wish.must is not None and wish.must.period.last < draft.problem.horizon.first:
        return _entry(wish, Reason.ENDED, sentences.over(wish.must))
    if not wish.days:
        return _entry(wish, Reason.PAUSED, sentences.PAUSED)
    if site.place is None:
        return _entry(wish, Reason.NO_POSITION, sentences.NO_POSITION)
    if not reps or (owned is not None and owned not in reps):
        return _entry(wish, Reason.NO_REP, sentences.no_rep(site))
    return None


def _days(judge: Judge, site: Site, wish: Wish) -> Iterator[DayVerdict]:
    """Verdicts from the day whose stops are nearest on.

    Once enough days are known to be full, others without a place cannot change the reason and are passed over.
    """
    full = 0
    for key in _keys(judge.draft, site, wish):
        verdict = judge.day(wish, key, prove=full < MOST_DAYS)
        if verdict is not None:
            full += verdict.reason is Reason.DAY_FULL
            yield verdict


def _keys(draft: Draft, site: Site, wish: Wish) -> list[Key]:
    """The workdays of a wish, that with the nearest stops first."""
    return _nearest_first(draft, wish, _workdays(draft, site, wish))


def _workdays(draft: Draft, site: Site, wish: Wish) -> list[Key]:
    reps = draft.reps(site)
    return [(rep, day) for day in wish.days for rep in reps if (rep, day) in draft.workdays]


def _nearest_first(draft: Draft, wish: Wish, keys: Sequence[Key]) -> list[Key]:
    return sorted(keys, key=lambda key: (detour(draft, wish, key), key[1], key[0]))


def _by_day(site: Site, wish: Wish, best: DayVerdict) -> Unplanned:
    reason = best.reason or Reason.NEXT_SEARCH
    cost = best.insertion.driving if best.insertion else None
    skipped = reason is Reason.CLOSED and best.cause is None and not site.skipped.isdisjoint(wish.days)
    detail = sentences.SKIPPED if skipped else sentences.by_day(reason, wish, best)
    return Unplanned(wish.site, reason, wish.request, wish.days, cost=cost, detail=detail, cause=best.cause)


def _full(draft: Draft, wish: Wish, days: list[Key]) -> Unplanned:
    found = exchange(draft, wish, days)
    if found is None:
        detail = sentences.full(wish, None)
        return Unplanned(wish.site, Reason.DAY_FULL, wish.request, wish.days, detail=detail)
    detail = sentences.full(wish, found, worth(draft, wish, found))
    return Unplanned(wish.site, Reason.DAY_FULL, wish.request, wish.days, found.sites, found.driving, detail)


def _apart(draft: Draft, wish: Wish, days: list[Key]) -> Unplanned:
    """days : on which only what it is to be apart from is in its way, the nearest first."""
    found, others = exchange(draft, wish, days), kept_apart(draft, wish.site, days)
    if found is None:
        return _entry(wish, Reason.APART, sentences.apart(wish, others, None))
    detail = sentences.apart(wish, others, found, worth(draft, wish, found))
    return Unplanned(wish.site, Reason.APART, wish.request, wish.days, found.sites, found.driving, detail)


def _entry(wish: Wish, reason: Reason, detail: str) -> Unplanned:
    return Unplanned(wish.site, reason, wish.request, wish.days, detail=detail)


def _appointment(draft: Draft, appointment: Appointment) -> Unplanned:
    reason, cause = _appointment_reason(draft, appointment)
    key = (appointment.rep, appointment.date)
    detail = sentences.fixed(draft, reason, cause, key, draft.appointment(appointment))
    return Unplanned(appointment.site, reason, appointment.id, (appointment.date,), detail=detail, cause=cause)


def _appointment_reason(draft: Draft, appointment: Appointment) -> tuple[Reason, Cause | None]:
    if appointment.site is not None and draft.sites[appointment.site].place is None:
        return Reason.NO_POSITION, None
    task = draft.appointment(appointment)
    if task is None:
        return Reason.REP_AWAY, None
    return _of_its_day(draft, (appointment.rep, appointment.date), task)


def _of_its_day(draft: Draft, key: Key, task: Task) -> tuple[Reason, Cause | None]:
    """Why what is fixed on a workday has no room there."""
    if too_large(draft.workdays[key], task):
        return Reason.OVER_CAPACITY, None
    if (cause := barrier(draft.problem, draft.workdays[key], task)) is not None:
        return Reason.OUT_OF_REACH, cause
    if not fits_beside_fixed(draft.problem, draft.workdays[key], fixed(draft, key), task):
        return Reason.APPOINTMENT_CONFLICT, None
    return Reason.DAY_FULL, None
