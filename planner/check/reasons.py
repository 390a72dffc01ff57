"""Is a stated reason true?  Each day on which the visit might stand is judged anew, by trying it out.

What is said of a day, from the least hopeful up; the reason for a visit is what is said of its most hopeful day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from planner.check import cost, credit, room
from planner.check.around import anchors, away, bound_by_radius, excepted, radius_of
from planner.check.clock import clock_of
from planner.check.credit import Ledger
from planner.check.day import lacking, start_windows
from planner.check.facts import Call, Facts
from planner.check.promises import fulfilled
from planner.plan import Cause, Plan, Reason, Route, Stop, StopKind, Unplanned, Violation
from planner.problem import Appointment, MustVisit, Problem, Site, Workday

HOPE = (
    Reason.REP_AWAY,
    Reason.NO_SKILL,
    Reason.CLOSED,
    Reason.TOO_CLOSE,
    Reason.OVER_CAPACITY,
    Reason.OUT_OF_REACH,
    Reason.APPOINTMENT_CONFLICT,
    Reason.TOGETHER,
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


def confirm_reason(problem: Problem, plan: Plan, entry: Unplanned) -> bool:
    """Whether the reason given for something unplanned is true."""
    facts = Facts(problem, plan)
    ledgers = {site.id: credit.settle(facts, site) for site in problem.sites if site.id == entry.site}
    return not list(_judge(facts, ledgers, entry))


def reasons_hold(facts: Facts, ledgers: dict[str, Ledger]) -> Iterator[Violation]:
    """Every stated reason is true."""
    for entry in facts.plan.unplanned:
        yield from _judge(facts, ledgers, entry)


def _judge(facts: Facts, ledgers: dict[str, Ledger], entry: Unplanned) -> Iterator[Violation]:
    true, subject = _true_reasons(facts, ledgers, entry), entry.request or entry.site
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
    if entry.request in facts.stranded:
        return {(Reason.REP_AWAY, None)}
    ledger = ledgers[site.id]
    always = _whatever_the_day(facts, site, ledger, entry)
    if always:
        return {(reason, None) for reason in always}
    return {_best(facts, site, ledger, wish) for wish in _wishes(facts, ledger, entry)}


def _whatever_the_day(facts: Facts, site: Site, ledger: Ledger, entry: Unplanned) -> set[Reason]:
    """Reasons that need no look at the days."""
    wishes = _wishes(facts, ledger, entry)
    horizon = facts.problem.horizon
    must = facts.must_visits.get(entry.request or "")
    if must is not None:
        beyond = must.period.last > horizon.last
        days = [day for day in must.period if day in horizon and not credit.paused(site, day)]
        if beyond or not days:
            return {Reason.NOT_DUE} if beyond else {Reason.PAUSED}
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
    return Reason.NOT_DUE if any(clock.runs(day) for day in facts.problem.horizon) else Reason.PAUSED


def _spare(facts: Facts, ledger: Ledger, entry: Unplanned, wishes: list[Wish]) -> bool:
    """Whether the site has an entry for each visit left out, and for each that a person asked for, even without this one."""
    others = [e for e in facts.plan.unplanned if e.site == entry.site and e.reason is not Reason.NOT_DUE and e.request]
    asked = sum(wish.must is not None and wish.must.period.last <= facts.problem.horizon.last for wish in wishes)
    return len(others) >= max(len(ledger.missed), asked)


def _wishes(facts: Facts, ledger: Ledger, entry: Unplanned) -> list[Wish]:
    """The visits left out of which an entry may speak."""
    horizon = facts.problem.horizon
    wishes = []
    for must in facts.musts_of.get(entry.site or "", ()):
        days = tuple(day for day in must.period if day in horizon and not credit.paused(facts.sites[must.site], day))
        if days and not fulfilled(facts, must.id):
            wishes.append(Wish(days, must))
    if entry.request in facts.must_visits:
        return [wish for wish in wishes if wish.must is not None and wish.must.id == entry.request]
    return wishes + [Wish(gone.days, due=gone.due) for gone in ledger.missed]


def _best(facts: Facts, site: Site, ledger: Ledger, wish: Wish) -> Said:
    """What is said of the most hopeful day; NEXT_SEARCH: there is a day on which it fits and pays."""
    workdays = list(facts.workdays_at(site, wish.days))
    if not workdays and wish.due is not None and wish.due > facts.problem.horizon.last:
        return Reason.NOT_DUE, None
    verdicts = [_of_day(facts, site, ledger, wish, workday) for workday in workdays]
    return max([(Reason.REP_AWAY, None), *verdicts], key=_hope)


def _hope(said: Said) -> tuple[int, int]:
    reason, cause = said
    return HOPE.index(reason), -1 if cause is None else list(Cause).index(cause)


def _of_day(facts: Facts, site: Site, ledger: Ledger, wish: Wish, workday: Workday) -> Said:
    new = room.visit_step(facts, site, workday)
    if not new.windows:
        return _no_hours(facts, site, workday)
    if workday.capacity is not None and site.load > workday.capacity:
        return Reason.OVER_CAPACITY, None
    if not room.fits(facts, workday, iter([[new]])):
        return Reason.OUT_OF_REACH, room.barrier(facts, workday, new)
    return _beside_others(facts, site, ledger, workday, new), None


def _no_hours(facts: Facts, site: Site, workday: Workday) -> Said:
    if lacking(site, workday):
        return Reason.NO_SKILL, None
    return Reason.CLOSED, Cause.FROZEN if start_windows(site, workday) else None


def _beside_others(facts: Facts, site: Site, ledger: Ledger, workday: Workday, new: room.Step) -> Reason:
    """What is said of a day that has room for the visit alone."""
    route = _route(facts, workday)
    if _too_close(facts, site, workday):
        return Reason.TOO_CLOSE
    if not room.fits(facts, workday, room.orders(room.fixed_steps(facts, route, workday), new)):
        return Reason.APPOINTMENT_CONFLICT
    company = _company(facts, site, workday, route)
    if company and not _may_come(facts, company, workday, route, new):
        return Reason.TOGETHER
    price = _price(facts, [site, *company], ledger, workday, route)
    if price is None:
        return Reason.DAY_FULL
    bound = [one for one in (site, *company) if not excepted(facts, _call(one, workday))]
    if bound and not _within_radius(facts, bound, workday, route):
        return Reason.BEYOND_RADIUS
    return Reason.CHEAPER_LEFT_OUT if price >= 0 else Reason.NEXT_SEARCH


def _company(facts: Facts, site: Site, workday: Workday, route: Route) -> list[Site]:
    """The sites that would have to be visited as well: those of its group that nobody calls at that day."""
    there = [one.site for one in route.stops]
    wished = any(workday.date in must.period for must in facts.musts_of.get(site.id, ()))
    if wished or (site.id not in there and facts.lock_of(site.id, workday.rep, workday.date)):
        return []
    group = next((group for group in facts.problem.together if site.id in group), ())
    others = [facts.sites[other] for other in group if other != site.id and other not in there]
    return [other for other in others if workday.date not in other.credited]


def _may_come(facts: Facts, company: list[Site], workday: Workday, route: Route, new: room.Step) -> bool:
    """Whether all of them could be visited that day together with the site if the planner had chosen nothing else."""
    steps = [room.visit_step(facts, one, workday) for one in company]
    if any(one.place is None or not step.windows for one, step in zip(company, steps, strict=True)):
        return False
    if any(_too_close(facts, one, workday) for one in company):
        return False
    return room.fits(facts, workday, room.orders([*room.fixed_steps(facts, route, workday), *steps], new))


def _route(facts: Facts, workday: Workday) -> Route:
    for route in facts.plan.routes:
        if (route.rep, route.date) == (workday.rep, workday.date):
            return route
    return Route(workday.rep, workday.date, workday.start, workday.start, ())


def _call(site: Site, workday: Workday) -> Call:
    """The visit that is tried."""
    stop = Stop(StopKind.VISIT, 0, 0, site.service, request="", site=site.id, place=site.place)
    return Call(Route(workday.rep, workday.date, 0, 0, (stop,)), stop)


def _with_visit(
    facts: Facts, site: Site, workday: Workday, keep_flexible: bool, company: Sequence[Site] = ()
) -> tuple[Facts, Ledger]:
    """The calls and the ledger of the site with a visit more on this day, which others are given to its rep with."""
    calls = [c for c in facts.calls[site.id] if keep_flexible or not credit.flexible(facts, c)]
    owners = facts.plan.owners | dict.fromkeys(
        (one.id for one in (site, *company)), workday.rep
    )  # nobody's become theirs
    changed = Facts(facts.problem, replace(facts.plan, routes=(), owners=owners))
    changed.rows, changed.distances = facts.rows, facts.distances
    changed.calls = {site.id: sorted([*calls, _call(site, workday)], key=lambda call: call.date)}
    return changed, credit.settle(changed, site)


def _breaks(ledger: Ledger) -> bool:
    """Whether it breaks a rule, beyond due dates that the plan states and that would now be others."""
    return any(violation.rule not in ("due", "late_days") for violation in ledger.violations)


def _too_close(facts: Facts, site: Site, workday: Workday) -> bool:
    """Whether a visit would break the gap as the plan is, and still to an appointment or a locked visit alone."""
    return all(_breaks(_with_visit(facts, site, workday, keep)[1]) for keep in (True, False))


def _price(facts: Facts, sites: list[Site], ledger: Ledger, workday: Workday, route: Route) -> int | None:
    """What the cheapest positions of all these sites on this day would add to the objective; None: there are none.

    ledger : of the first of them."""
    after = [_with_visit(facts, site, workday, True, sites) for site in sites]
    if any(_breaks(ledger) for _, ledger in after):
        return None
    steps, new = room.steps_of(facts, route, workday), [room.visit_step(facts, site, workday) for site in sites]
    days = [room.spend(facts, workday, order) for order in room.all_insertions(steps, new)]
    prices = [day.price(facts.problem.params) for day in days if day is not None]
    if not prices:
        return None
    before = cost.of_the_day(facts, route) + cost.excess(facts, route)
    more = tuple(Stop(StopKind.VISIT, 0, 0, 0, site=site.id) for site in sites)
    day = min(prices) + cost.excess(after[0][0], replace(route, stops=(*route.stops, *more))) - before
    day += sum(_first_elsewhere(facts, site, workday) for site in sites)
    now = [ledger, *(credit.settle(facts, site) for site in sites[1:])]
    for site, then, (changed, its) in zip(sites, now, after, strict=True):
        day += _chain_price(changed, site, its) - _chain_price(facts, site, then)
    return day


def _first_elsewhere(facts: Facts, site: Site, workday: Workday) -> int:
    """What the day of the visit that is the first one now costs less when it is not the first one any more."""
    calls = facts.calls[site.id]
    if site.first_service is None or site.credited or not calls or calls[0].date <= workday.date:
        return 0
    if calls[0].stop.kind is not StopKind.VISIT:
        return 0
    route = calls[0].route
    day = facts.workdays[route.rep, route.date]
    steps = room.steps_of(facts, route, day)
    if all(step.site != site.id or step.duration == site.service for step in steps):
        return 0
    spent = room.spend(facts, day, [replace(s, duration=site.service) if s.site == site.id else s for s in steps])
    if spent is None:
        return 0
    return spent.price(facts.problem.params) - cost.of_the_day(facts, route)


def _chain_price(facts: Facts, site: Site, ledger: Ledger) -> int:
    left_out = sum(cost.left_out(facts, site.id, gone) for gone in ledger.missed)
    churn = facts.problem.params.churn_price * cost.moved(facts, site.id, ledger)
    musts = facts.problem.params.must_price * len(cost.lost_musts(facts, facts.musts_of.get(site.id, ())))
    late = sum(cost.lateness(facts, site.id, late) for late in ledger.late)
    return late + left_out + musts + churn


def _within_radius(facts: Facts, sites: list[Site], workday: Workday, route: Route) -> bool:
    """Whether an anchor of the rep reaches these sites, which may be anchors themselves, and the other visits of the day."""
    rule = facts.problem.radius
    if rule is None or not rule.hard:
        return True
    names = [site.id for site in sites]
    visits = [*names, *(stop.site or "" for stop in bound_by_radius(facts, route))]
    candidates = {*anchors(facts, workday.rep), *names}
    return any(all(away(facts, other, anchor) <= radius_of(rule) for other in visits) for anchor in candidates)


def _appointment(facts: Facts, appointment: Appointment) -> Said:
    workday = facts.workdays.get((appointment.rep, appointment.date))
    site = facts.sites.get(appointment.site or "")
    if site is not None and site.place is None:
        return Reason.NO_POSITION, None
    if workday is None:
        return Reason.REP_AWAY, None
    step = room.appointment_step(facts, appointment, workday)
    if workday.capacity is not None and step.load > workday.capacity:
        return Reason.OVER_CAPACITY, None
    if not room.fits(facts, workday, iter([[step]])):
        return Reason.OUT_OF_REACH, room.barrier(facts, workday, step)
    fixed = room.fixed_steps(facts, _route(facts, workday), workday)
    if not room.fits(facts, workday, room.orders(fixed, step)):
        return Reason.APPOINTMENT_CONFLICT, None
    return Reason.DAY_FULL, None
