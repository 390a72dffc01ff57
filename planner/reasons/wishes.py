"""What a plan leaves out: the visits of which a reason has to be given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from planner.cadence.members import Fixed
from planner.cadence.requests import Chain, VisitRequest
from planner.cadence.unroll import unroll_site
from planner.draft.dates import Missed
from planner.draft.draft import Draft
from planner.problem import MustVisit, Problem


@dataclass(frozen=True, slots=True)
class Wish:
    """A visit left out, and the dates on which it might stand as far as its rhythm goes.

    request : id of the request (of the must-visit, for one that a person asked for).
    value : what leaving it out costs, in seconds of driving.
    due : its due date (not of a must-visit).
    in_time_until : the end of its window where that is after the horizon (not of a must-visit).
    """

    site: str
    request: str
    days: tuple[date, ...]
    value: int
    must: MustVisit | None = None
    due: date | None = None
    in_time_until: date | None = None


class Wishes:
    """Names what each site lacks.  chains : unrolled already; sites not in it are unrolled when needed."""

    def __init__(self, draft: Draft, chains: Mapping[str, Chain] | None = None) -> None:
        self.draft = draft
        self.chains = dict(chains or {})

    def of(self, site: str) -> list[Wish]:
        """Must-visits first, then visits that the cadence asks for, in date order."""
        dates, verdict = self.draft.dates(site), self.draft.verdict(site)
        price = self.draft.problem.params.must_price
        musts = [Wish(site, must.id, dates.must_days(must), price, must) for must in verdict.wanted]
        if not verdict.missed:
            return musts
        names = self._names(site, verdict.missed)
        pairs = zip(names, verdict.missed, strict=True)
        params, last = self.draft.problem.params, self.draft.problem.horizon.last
        return musts + [
            Wish(site, name, gone.days, dates.miss_price(gone, params), None, gone.due, gone.in_time_until(last))
            for name, gone in pairs
        ]

    def request_for(self, site: str, day: date) -> str:
        """The id of the request that a visit on this day would be."""
        return self._names(site, [Missed(self.draft.problem.horizon, (day,), day)])[0]

    def _names(self, site: str, missed: list[Missed]) -> list[str]:
        """An unplanned request for each missed window: the first whose days meet it, else any, else a new number."""
        free = [request for request in self._requests(site) if request.id not in self._used(site)]
        names: list[str] = []
        for gone in missed:
            wanted = set(gone.days)
            request = next((r for r in free if wanted.intersection(r.days)), free[0] if free else None)
            if request is not None:
                free.remove(request)
            names.append(request.id if request is not None else self._new(site, names))
        return names

    def _requests(self, site: str) -> list[VisitRequest]:
        if site not in self.chains:
            self.chains[site] = _unrolled(self.draft.problem, self.draft, site)
        chain = self.chains[site]
        return [request for request in (*chain.requests, *chain.loose) if not request.fixed]

    def _used(self, site: str) -> set[str]:
        keys = self.draft.days_of(site)
        return {t.request for key in keys for t in self.draft.orders[key] if t.site == site and t.request is not None}

    def _new(self, site: str, names: list[str]) -> str:
        number = 1
        taken = self._used(site).union(names)
        while f"{site}#{number}" in taken:
            number += 1
        return f"{site}#{number}"


def _unrolled(problem: Problem, draft: Draft, site: str) -> Chain:
    stranded = problem.stranded
    fixed = {visit.date: Fixed(visit.date) for visit in problem.locked if visit.site == site and visit not in stranded}
    for appointment in problem.appointments:
        if appointment.site == site:
            fixed[appointment.date] = Fixed(appointment.date, appointment.id)
    musts = [must for must in problem.must_visits if must.site == site]
    return unroll_site(draft.sites[site], problem.horizon, list(fixed.values()), musts)
