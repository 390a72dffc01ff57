"""The tasks of a problem in the order of the arrays: chain after chain, then what belongs to no site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from planner.cadence.requests import Chain, VisitRequest
from planner.calendar import TimeWindow
from planner.problem import Appointment, PlacedVisit, Problem, Site, Workday
from planner.tasks import Task, appointment_task, promised, service_of, visit_task, visit_windows


def _period(request: VisitRequest) -> date:
    """Of a quota or pattern the periods come one after the other, what was asked for in one as well."""
    return request.period.first if request.period else date.max


@dataclass(frozen=True, slots=True)
class Item:
    """One task: a visit request, an appointment, or (both) an appointment that is a member of its site's chain.

    `chain` is the number of the site's chain, -1 for what is done elsewhere or for another rep's site.
    """

    request: VisitRequest | None
    appointment: Appointment | None
    lock: PlacedVisit | None
    site: Site | None
    chain: int
    rep: str | None  # only this rep may do it; None: any rep of the site

    @property
    def id(self) -> str:
        if self.appointment is not None:
            return self.appointment.id
        assert self.request is not None
        return self.request.id

    @property
    def dates(self) -> tuple[date, ...]:
        if self.appointment is not None:
            return (self.appointment.date,)
        assert self.request is not None
        return self.request.days


class Items:
    """The tasks that some reps of a problem can do, and the sites whose chains are decided with them.

    Appointments and locked visits of these reps at the sites of others occupy a day here, and nothing more.
    """

    def __init__(
        self, problem: Problem, chains: Mapping[str, Chain], sites: Sequence[Site], reps: Sequence[str]
    ) -> None:
        self.problem = problem
        self.sites = list(sites)
        self._known = {site.id: site for site in problem.sites}
        self._locks = {(lock.site, lock.date): lock for lock in problem.locked}
        self._appointments = {a.id: a for a in problem.appointments}
        self.all: list[Item] = []
        self.bounds: list[tuple[int, int]] = []
        own = {site.id for site in sites}
        at_site: dict[str, list[Appointment]] = {}
        for appointment in problem.appointments:
            if appointment.site is not None:
                at_site.setdefault(appointment.site, []).append(appointment)
        for number, site in enumerate(self.sites):
            first = len(self.all)
            self._chain(number, site, chains[site.id], at_site.get(site.id, ()))
            self.bounds.append((first, len(self.all)))
        for appointment in problem.appointments:
            if appointment.rep in reps and appointment.site not in own:
                at = self._known[appointment.site] if appointment.site else None
                self.all.append(Item(None, appointment, None, at, -1, appointment.rep))
        for site_id in dict.fromkeys(lock.site for lock in problem.locked if lock.rep in reps and lock.site not in own):
            self._foreign_locks(chains[site_id], self._known[site_id], set(reps))

    def _chain(self, number: int, site: Site, chain: Chain, appointments: Sequence[Appointment]) -> None:
        members = {request.appointment for request in chain.requests if request.appointment}
        for request in sorted((*chain.requests, *chain.loose), key=_period):
            appointment = self._appointments[request.appointment] if request.appointment else None
            self.all.append(self._item(request, appointment, site, number))
        for appointment in appointments:
            if appointment.id not in members:
                self.all.append(Item(None, appointment, None, site, number, appointment.rep))

    def _item(self, request: VisitRequest, appointment: Appointment | None, site: Site, chain: int) -> Item:
        lock = self._locks.get((site.id, request.days[0])) if request.locked else None
        rep = appointment.rep if appointment else lock.rep if lock else None
        return Item(request, appointment, lock, site, chain, rep)

    def _foreign_locks(self, chain: Chain, site: Site, reps: set[str]) -> None:
        for request in (*chain.requests, *chain.loose):
            item = self._item(request, None, site, -1) if request.locked else None
            if item is not None and item.rep in reps:
                self.all.append(item)

    def windows(self, item: Item, workday: Workday) -> tuple[TimeWindow, ...]:
        """When the task may start on a workday on which its dates allow it."""
        if item.appointment is not None:
            return (item.appointment.window,)
        assert item.site is not None
        if item.lock is None:
            return visit_windows(item.site, workday)
        return promised(visit_task(item.site, workday), item.lock.start, self.problem.params.lock_slack).windows

    def place(self, item: Item) -> int | None:
        """Index of its place; None for a block (and for a site whose position is unknown)."""
        if item.site is not None:
            return item.site.place
        return item.appointment.place if item.appointment else None

    def possible(self, item: Item) -> bool:
        """Whether its position is known, or not needed."""
        return item.site is None or item.site.place is not None

    def duration(self, item: Item) -> int:
        if item.appointment is not None:
            return item.appointment.duration
        assert item.site is not None
        return service_of(
            item.site, item.chain < 0
        )  # of another rep's site that it is not the first one is not known here

    def task(self, item: Item, workday: Workday, due: date | None = None, late_days: int = 0) -> Task:
        """The task as the rest of the planner knows it."""
        if item.appointment is not None:
            return appointment_task(self.problem, item.appointment, workday)
        assert item.site is not None
        task = visit_task(item.site, workday, item.id, due, late_days)
        return promised(task, item.lock.start, self.problem.params.lock_slack) if item.lock else task
