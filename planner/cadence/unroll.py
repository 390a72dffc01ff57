"""From cadences to visit requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from planner.cadence.clock import Clock
from planner.cadence.members import Fixed, Wishes
from planner.cadence.periods import gap, missed_in_a_row, period_of
from planner.cadence.policy import Mode
from planner.cadence.quota import QuotaUnroll
from planner.cadence.requests import Chain, VisitRequest
from planner.cadence.rolling import RollingUnroll, first_window, with_days
from planner.calendar import DateRange
from planner.plan import Reason, Unplanned
from planner.problem import MustVisit, Problem, Site


def unroll(problem: Problem) -> dict[str, Chain]:
    """The chain of every site of the problem, in the order of its sites."""
    fixed: dict[str, dict[date, Fixed]] = {site.id: {} for site in problem.sites}
    stranded = set(problem.stranded)
    for locked in problem.locked:
        if locked not in stranded:
            fixed[locked.site][locked.date] = Fixed(locked.date)
    for appointment in problem.appointments:  # over a locked visit of the same day: that is the same visit
        if appointment.site is not None:
            fixed[appointment.site][appointment.date] = Fixed(appointment.date, appointment.id)
    musts: dict[str, list[MustVisit]] = {site.id: [] for site in problem.sites}
    for must in problem.must_visits:
        musts[must.site].append(must)
    return {
        site.id: unroll_site(site, problem.horizon, list(fixed[site.id].values()), musts[site.id])
        for site in problem.sites
    }


def unroll_site(site: Site, horizon: DateRange, fixed: Sequence[Fixed] = (), musts: Sequence[MustVisit] = ()) -> Chain:
    """The chain of one site.

    fixed : its appointments and locked visits, at most one a date, all inside the horizon.
    musts : its must-visits; those with a credited visit in their period are fulfilled already.
    """
    fixed = sorted(fixed, key=lambda visit: visit.day)
    wishes = Wishes.of(musts, site.credited)
    chain, outside = _chain(site, horizon, fixed, wishes)
    loose = [_locked(site, visit, wishes) for visit in outside if visit.appointment is None]
    for visit in outside:
        wishes.fulfil(visit.day)
    alone, unplanned = _asked_for(site, horizon, wishes)
    loose += alone
    if not chain.requests and not loose and not unplanned and not fixed:
        unplanned = (Unplanned(site.id, _idle(site, horizon)),)
    return _numbered(replace(chain, loose=tuple(sorted(loose, key=lambda r: r.days)), unplanned=unplanned))


def _chain(site: Site, horizon: DateRange, fixed: Sequence[Fixed], wishes: Wishes) -> tuple[Chain, list[Fixed]]:
    """The chain proper, without ids, and the fixed visits that are not credited."""
    previous = site.credited[-1] if site.credited else None
    if site.cadence is None:
        return Chain(site.id, previous=previous), list(fixed)
    clock = _clock(site, horizon)
    if site.cadence.mode is not Mode.ROLLING:
        quota = QuotaUnroll(site, horizon, wishes, clock)
        quota.run(fixed)
        missed = missed_in_a_row(site.cadence, clock, site.active_from, site.credited, horizon.first)
        members, asking = tuple(quota.members), tuple(quota.asking)
        return Chain(site.id, members, previous=previous, missed=missed, periods=asking), quota.outside
    window, missed = first_window(clock, site.active_from, site.credited, horizon.first)
    window = with_days(clock, window, horizon.first, fixed) if window else None
    rolling = RollingUnroll(site, horizon, wishes, clock, window)
    rolling.run(fixed)
    table = clock.table(min(window.due, horizon.first), horizon.last) if window and rolling.members else None
    chain = Chain(site.id, tuple(rolling.members), previous=previous, window=window, clock=table, missed=missed)
    return chain, rolling.outside


def _clock(site: Site, horizon: DateRange) -> Clock:
    assert site.cadence is not None
    return Clock(site.cadence, site.pauses, min(horizon.first, *(site.credited[-1:] or (site.active_from,))))


def _locked(site: Site, visit: Fixed, wishes: Wishes) -> VisitRequest:
    return VisitRequest("", site.id, (visit.day,), must_visit=wishes.fulfil(visit.day), locked=True)


def _asked_for(site: Site, horizon: DateRange, wishes: Wishes) -> tuple[list[VisitRequest], tuple[Unplanned, ...]]:
    """The visits with which wishes can be fulfilled beside those of the cadence, and the wishes that have no day.

    Any visit in its period fulfils a wish, whichever it is; these stand there whatever the cadence says, and are credited
    where they can be."""
    requests, unplanned = [], []
    for must in wishes.open:
        days = [day for day in must.period if day in horizon and not any(day in pause for pause in site.pauses)]
        requests += _by_period(site, must, days)
        if days:
            continue
        if must.period.last > horizon.last or not any(day in horizon for day in must.period):
            later = must.period.last > horizon.last
            detail = "its days go on after the horizon" if later else "its days are outside the horizon"
            unplanned.append(Unplanned(site.id, Reason.NOT_DUE, request=must.id, detail=detail))
        else:
            unplanned.append(Unplanned(site.id, Reason.PAUSED, request=must.id, days=tuple(must.period)))
    return requests, tuple(unplanned)


def _by_period(site: Site, must: MustVisit, days: Sequence[date]) -> list[VisitRequest]:
    """A request for each period of a quota or pattern in which days of the wish lie; else one for all of them."""
    cadence = site.cadence
    if cadence is None or cadence.mode is Mode.ROLLING:
        return [VisitRequest("", site.id, tuple(days), must_visit=must.id)] if days else []
    return [
        VisitRequest("", site.id, tuple(group), must_visit=must.id, period=period, gap=gap(cadence, period))
        for period, group in groupby(days, key=lambda day: period_of(cadence, day))
    ]


def _idle(site: Site, horizon: DateRange) -> Reason:
    if site.cadence is None:
        return Reason.NO_CADENCE
    clock = _clock(site, horizon)
    return Reason.NOT_DUE if any(clock.runs(day) for day in horizon) else Reason.PAUSED


def _numbered(chain: Chain) -> Chain:
    """Ids in the order of the chain, the loose ones after them."""
    everything = [replace(r, id=f"{chain.site}#{n}") for n, r in enumerate((*chain.requests, *chain.loose), start=1)]
    count = len(chain.requests)
    return replace(chain, requests=tuple(everything[:count]), loose=tuple(everything[count:]))
