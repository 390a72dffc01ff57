"""Is a stated reason true?  Each day on which the visit might stand is judged anew, by trying it out.

What is said of a day, from the least hopeful up; the reason for a visit is what is said of its most hopeful day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from planner.check import credit, room
from planner.check.around import anchors, away, bound_by_radius, excepted, radius_of
from planner.check.clock import clock_of
from planner.check.credit import Ledger
from planner.check.day import lacking, start_windows
from planner.check.facts import Facts
from planner.check.prices import breaks, call_on, first_elsewhere, price_of, route_of, with_visit
from planner.check.promises import fulfilled, of_the_cadence
from planner.plan import Cause, Plan, Reason, Route, Unplanned, Violation
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem, Site, Workday

HOPE = (
    Reason.REP_AWAY,
    Reason.NO_SKILL,
    Reason.CLOSED,
    Reason.TOO_CLOSE,
    Reason.OVER_CAPACITY,
    Reason.OUT_OF_REACH,
    Reason.APPOINTMENT_CONFLICT,
    Reason.TOGETHER,
    Reason.APART,
    Reason.BEYOND_RADIUS,
    Reason.DAY_FULL,
    Reason.CHEAPER_LEFT_OUT,
    Reason.NEXT_SEARCH,
)
Said = tuple[Reason, Cause | None]  # a reason, and of some what exactly is in the way


@dataclass(frozen=True, slots=True)
class Wish:
    """A visit left out: the dates on which it might stand, and the must-visit that it is; else its due date."""

    days: tuple[date, ...]
    must: MustVisit | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a visit more on a workday.

    prices : where it fits, what the days then cost more, and with what the dates of the sites cost more (or less): as visits
    were promised, and as if these might come at any time of their slack."""

    workday: Workday
    reason: Reason
    cause: Cause | None = None
    prices: tuple[tuple[int, int], ...] = ()

    def said(self, loosely: bool) -> Said:
        """What is said of the day; loosely: by the dearer of its prices."""
        dearer = loosely and any(total >= 0 for _, total in self.prices)
        return (Reason.CHEAPER_LEFT_OUT if dearer else self.reason), self.cause


def confirm_reason(problem: Problem, plan: Plan, entry: Unplanned) -> bool:
    """Whether the reason given for something unplanned is true."""
    facts = Facts(problem, plan)
    ledgers = {site.id: credit.settle(facts, site) for site in problem.sites if site.id == entry.site}
    return not list(_judge(entry, _true_reasons(facts, ledgers, entry)))


def reason_holds(facts: Facts, ledgers: dict[str, Ledger], entry: Unplanned) -> Iterator[Violation]:
    """The stated reason is true, and so is the cause, which is stated where there is one."""
    true = _true_reasons(facts, ledgers, entry)
    found = list(_judge(entry, true))
    yield from found
    if not found and entry.cause is None and (entry.reason, None) not in true:
        subject, said = entry.request or entry.site, " or ".join(sorted(cause for _, cause in true if cause))
        yield Violation("reason", f"{subject}: no cause is given; it is {said}", subject=subject)


def _judge(entry: Unplanned, true: set[Said]) -> Iterator[Violation]:
    subject = entry.request or entry.site
    if entry.reason not in {reason for reason, _ in true}:
        said = " or ".join(sorted({reason for reason, _ in true})) or "nothing known"
        yield Violation("reason", f"{subject}: {entry.reason} is not true; it is {said}", subject=subject)
    elif entry.cause is not None and (entry.reason, entry.cause) not in true:
        causes = {cause or "none known" for reason, cause in true if reason is entry.reason}
        said = " or ".join(sorted(causes))
        yield Violation("reason", f"{subject}: {entry.cause} is not the cause; it is {said}", subject=subject)


def _true_reasons(facts: Facts, ledgers: dict[str, Ledger], entry: Unplanned) -> set[Said]:
    appointment = facts.appointments.get(entry.request or "")
    if appointment is not None:
        return {_appointment(facts, appointment)}
    site = facts.sites.get(entry.site or "")
    if site is None:
        return set()
    lock = facts.locks.get(entry.request or "")
    if lock is not None and lock.site == site.id:
        return {_locked(facts, site, lock)}
    ledger = ledgers[site.id]
    always = _whatever_the_day(facts, site, ledger, entry)
    if always:
        return {(reason, None) for reason in always}
    wishes = wishes_of(facts, ledger, entry)
    return {_best(facts, site, ledger, wish, loosely) for wish in wishes for loosely in (False, True)}


def _whatever_the_day(facts: Facts, site: Site, ledger: Ledger, entry: Unplanned) -> set[Reason]:
    """Reasons that need no look at the days."""
    wishes = wishes_of(facts, ledger, entry)
    horizon = facts.problem.horizon
    must = facts.must_visits.get(entry.request or "")
    if must is not None:
        if must.period.last < horizon.first:
            return {Reason.ENDED}
        if not any(day in horizon and not credit.paused(site, day) for day in must.period):
            return {Reason.NOT_DUE if must.period.last > horizon.last else Reason.PAUSED}
    elif not wishes:
        return {_nothing_due(facts, site)}
    elif entry.reason is Reason.NOT_DUE and _spare(facts, ledger, entry, wishes):
        return {Reason.NOT_DUE}
    if site.place is None:
        return {Reason.NO_POSITION}
    reps = facts.problem.reps
    if not reps or (site.owner is not None and site.owner not in reps):
        return {Reason.NO_REP}
    return set()


def _nothing_due(facts: Facts, site: Site) -> Reason:
    if site.cadence is None:
        return Reason.NO_CADENCE
    clock = clock_of(site.cadence, site.pauses)
    if not any(clock.runs(day) for day in facts.problem.horizon):
        return Reason.PAUSED
    return Reason.ENDED if credit.asks_no_more(facts, site) else Reason.NOT_DUE


def _spare(facts: Facts, ledger: Ledger, entry: Unplanned, wishes: list[Wish]) -> bool:
    """Whether the site has an entry for each visit left out, and for each that a person asked for, even without this one."""
    others = [e for e in facts.plan.unplanned if e.site == entry.site and e.reason is not Reason.NOT_DUE and e.request]
    asked = sum(wish.must is not None for wish in wishes)
    return len(of_the_cadence(facts, others)) >= len(ledger.missed) and len(others) >= asked


def wishes_of(facts: Facts, ledger: Ledger, entry: Unplanned) -> list[Wish]:
    """The visits left out of which an entry may speak: the must-visit that it names, those of the cadence that have its days, else
    any of its site."""
    horizon = facts.problem.horizon
    wishes = []
    for must in facts.musts_of.get(entry.site or "", ()):
        days = tuple(day for day in must.period if day in horizon and not credit.paused(facts.sites[must.site], day))
        if days and not fulfilled(facts, must.id):
            wishes.append(Wish(days, must))
    if entry.request in facts.must_visits:
        return [wish for wish in wishes if wish.must is not None and wish.must.id == entry.request]
    lacking = [Wish(gone.days, due=gone.due) for gone in ledger.missed]
    return [wish for wish in lacking if wish.days == entry.days] or wishes + lacking


def _best(facts: Facts, site: Site, ledger: Ledger, wish: Wish, loosely: bool) -> Said:
    """What is said of the most hopeful day; NEXT_SEARCH: there is a day on which it fits and pays.

    Beside a promised start a visit that pays may be called too dear where it is so with the start anywhere in its slack."""
    days = tried(facts, site, ledger, wish.days)
    if not days and wish.due is not None and wish.due > facts.problem.horizon.last:
        return Reason.NOT_DUE, None
    best = max([(Reason.REP_AWAY, None), *(day.said(loosely) for day in days)], key=_hope)
    full = [day.workday for day in days if day.reason is Reason.DAY_FULL]
    if best[0] is Reason.DAY_FULL and all(_only_too_near(facts, site, workday) for workday in full):
        return Reason.TOO_CLOSE, None
    return best


def _only_too_near(facts: Facts, site: Site, workday: Workday) -> bool:
    """Whether nothing is in its way on a day but that the plan has another visit there on it, or too near to it.

    What is visited together, and combinations of days, are other things that may be in the way."""
    grouped = any(site.id in group for group in facts.problem.together)
    if grouped or (site.cadence is not None and site.cadence.combinations):
        return False
    route, new = route_of(facts, workday), room.visit_step(facts, site, workday)
    if any(stop.site == site.id for stop in route.stops):
        return True
    return within_radius(facts, [site], workday, route) and room.fits(
        facts, workday, room.insertions(room.steps_of(facts, route, workday), new)
    )


def tried(facts: Facts, site: Site, ledger: Ledger, days: Sequence[date]) -> list[Tried]:
    """A visit more on each workday of these dates; each is tried once for a plan."""
    found = []
    for workday in facts.workdays_at(site, days):
        key = (site.id, workday.rep, workday.date)
        if key not in facts.tried:
            facts.tried[key] = _of_day(facts, site, ledger, workday)
        found.append(facts.tried[key])
    return found


def _hope(said: Said) -> tuple[int, int]:
    reason, cause = said
    return HOPE.index(reason), -1 if cause is None else list(Cause).index(cause)


def _of_day(facts: Facts, site: Site, ledger: Ledger, workday: Workday) -> Tried:
    new = room.visit_step(facts, site, workday)
    if not new.windows:
        return Tried(workday, *_no_hours(facts, site, workday))
    if workday.capacity is not None and site.load > workday.capacity:
        return Tried(workday, Reason.OVER_CAPACITY)
    if not room.fits(facts, workday, iter([[new]])):
        return Tried(workday, Reason.OUT_OF_REACH, room.barrier(facts, workday, new))
    return _beside_others(facts, site, ledger, workday, new)


def _no_hours(facts: Facts, site: Site, workday: Workday) -> Said:
    if lacking(site, workday):
        return Reason.NO_SKILL, None
    return Reason.CLOSED, Cause.FROZEN if start_windows(site, workday) else None


def _beside_others(facts: Facts, site: Site, ledger: Ledger, workday: Workday, new: room.Step) -> Tried:
    """What is said of a day that has room for the visit alone."""
    route = route_of(facts, workday)
    if _too_close(facts, site, workday):
        return Tried(workday, Reason.TOO_CLOSE)
    fixed, company = room.fixed_steps(facts, route, workday), _company(facts, site, workday, route)
    price = price_of(facts, [site, *company], ledger, workday, route)
    if price is None and not room.fits(facts, workday, room.orders(fixed, new)):
        beside = room.fits(facts, workday, room.orders(fixed, replace(new, site=None)))
        return Tried(workday, Reason.APART if beside else Reason.APPOINTMENT_CONFLICT)
    if price is None and company and not _may_come(facts, company, workday, route, new):
        return Tried(workday, Reason.TOGETHER)
    if price is None:
        only = _only_apart(facts, [site, *company], workday, route)
        return Tried(workday, Reason.APART if only else Reason.DAY_FULL)
    bound = [one for one in (site, *company) if not excepted(facts, call_on(one, workday))]
    if bound and not within_radius(facts, bound, workday, route):
        return Tried(workday, Reason.BEYOND_RADIUS)
    elsewhere = first_elsewhere(facts, site, workday)
    told = any(step.promised is not None for step in (new, *fixed, *(elsewhere.steps if elsewhere else ())))
    loose = price_of(facts, [site, *company], ledger, workday, route, loose=True) if told else None
    return Tried(
        workday, Reason.CHEAPER_LEFT_OUT if price[1] >= 0 else Reason.NEXT_SEARCH, None, (price, loose or price)
    )


def _only_apart(facts: Facts, sites: list[Site], workday: Workday, route: Route) -> bool:
    """Whether visits to these sites would be credited and had room in the order of the day if none were to be apart from another."""
    if any(breaks(with_visit(facts, site, workday, facts.calls[site.id], sites)[1]) for site in sites):
        return False
    bound = [one for one in sites if not excepted(facts, call_on(one, workday))]
    if bound and not within_radius(facts, bound, workday, route):
        return False
    nameless = [replace(room.visit_step(facts, site, workday), site=None) for site in sites]
    return room.fits(facts, workday, room.all_insertions(room.steps_of(facts, route, workday), nameless))


def kept_apart(facts: Facts, site: Site, workday: Workday) -> set[str]:
    """What stands on a day and is to be apart from a visit to the site, or from those that would come with it."""
    route = route_of(facts, workday)
    there, coming = (
        {stop.site for stop in route.stops},
        {site.id, *(s.id for s in _company(facts, site, workday, route))},
    )
    pairs = [pair for one, two in facts.problem.apart for pair in ((one, two), (two, one))]
    return {two for one, two in pairs if one in coming and two in there}


def _company(facts: Facts, site: Site, workday: Workday, route: Route) -> list[Site]:
    """The sites that would have to be visited as well: those of its group that nobody calls at that day."""
    there = [one.site for one in route.stops]
    wished = any(workday.date in must.period for must in facts.musts_of.get(site.id, ()))
    if wished or facts.lock_of(site.id, workday.rep, workday.date):
        return []
    group = next((group for group in facts.problem.together if site.id in group), ())
    others = [facts.sites[other] for other in group if other != site.id and other not in there]
    return [other for other in others if workday.date not in other.credited]


def _may_come(facts: Facts, company: list[Site], workday: Workday, route: Route, new: room.Step) -> bool:
    """Whether all of them could be visited that day together with the site if the planner had chosen nothing else."""
    steps = [room.visit_step(facts, one, workday) for one in company]
    if any(one.place is None for one in company):
        return False
    if any(_too_close(facts, one, workday) for one in company):
        return False
    return room.fits(facts, workday, room.orders([*room.fixed_steps(facts, route, workday), *steps], new))


def _too_close(facts: Facts, site: Site, workday: Workday) -> bool:
    """Whether a visit would break the gap as the plan is, and still to an appointment or a locked visit alone."""
    calls = facts.calls[site.id]
    fixed = [call for call in calls if not credit.flexible(facts, call)]
    return all(breaks(with_visit(facts, site, workday, there)[1]) for there in (calls, fixed))


def within_radius(facts: Facts, sites: list[Site], workday: Workday, route: Route) -> bool:
    """Whether an anchor of the rep reaches these sites, which may be anchors themselves, and the other visits of the day."""
    rule = facts.problem.radius
    if rule is None or not rule.hard:
        return True
    names = [site.id for site in sites]
    visits = [*names, *(stop.site or "" for stop in bound_by_radius(facts, route))]
    candidates = {*anchors(facts, workday.rep), *names}
    return any(all(away(facts, other, anchor) <= radius_of(rule) for other in visits) for anchor in candidates)


def _locked(facts: Facts, site: Site, lock: PlacedVisit) -> Said:
    """Of a locked visit that does not stand, what its own day says."""
    workday = facts.workdays.get((lock.rep, lock.date))
    if workday is None:
        return Reason.REP_AWAY, None
    if site.place is None:
        return Reason.NO_POSITION, None
    step = room.visit_step(facts, site, workday)
    if not step.windows:
        return _no_hours(facts, site, workday)
    said = _fixed(facts, workday, step)
    near = breaks(with_visit(facts, site, workday, facts.calls[site.id])[1])
    return (Reason.TOO_CLOSE, None) if said[0] is Reason.DAY_FULL and near else said


def _appointment(facts: Facts, appointment: Appointment) -> Said:
    workday = facts.workdays.get((appointment.rep, appointment.date))
    site = facts.sites.get(appointment.site or "")
    if site is not None and site.place is None:
        return Reason.NO_POSITION, None
    if workday is None:
        return Reason.REP_AWAY, None
    return _fixed(facts, workday, room.appointment_step(facts, appointment, workday))


def _fixed(facts: Facts, workday: Workday, step: room.Step) -> Said:
    """Why what people fixed has no room on its workday."""
    if workday.capacity is not None and step.load > workday.capacity:
        return Reason.OVER_CAPACITY, None
    if not room.fits(facts, workday, iter([[step]])):
        return Reason.OUT_OF_REACH, room.barrier(facts, workday, step)
    fixed = room.fixed_steps(facts, route_of(facts, workday), workday)
    if not room.fits(facts, workday, room.orders(fixed, step)):
        return Reason.APPOINTMENT_CONFLICT, None
    return Reason.DAY_FULL, None
