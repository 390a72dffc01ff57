"""What goes into a chain from outside the cadence: fixed visits and the wishes of people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from planner.cadence.requests import VisitRequest, Window
from planner.calendar import DateRange
from planner.problem import MustVisit, Site


@dataclass(frozen=True, slots=True)
class Fixed:
    """A visit whose day is settled: an appointment, or a locked visit (appointment None)."""

    day: date
    appointment: str | None = None


@dataclass(slots=True)
class Wishes:
    """The must-visits of a site that no request fulfils yet.

    Overlapping periods are one wish: one visit fulfils both.
    """

    open: list[MustVisit] = field(default_factory=list)

    @classmethod
    def of(cls, musts: Iterable[MustVisit], visited: Sequence[date]) -> Wishes:
        wishes = cls()
        for must in sorted(musts, key=lambda m: (m.period.first, m.period.last, m.id)):
            if any(day in must.period for day in visited):
                continue
            last = wishes.open[-1] if wishes.open else None
            if last and must.period.first <= last.period.last:
                both = DateRange(must.period.first, min(last.period.last, must.period.last))
                wishes.open[-1] = replace(last, period=both)
            else:
                wishes.open.append(must)
        return wishes

    def meeting(self, days: Sequence[date]) -> int:
        """How many open wishes a visit on one of the days would fulfil."""
        return sum(any(day in must.period for day in days) for must in self.open)

    def fulfil(self, day: date) -> str | None:
        """The id of the wish that a visit on this day fulfils; it is open no longer."""
        must = next((m for m in self.open if day in m.period), None)
        if must:
            self.open.remove(must)
        return must.id if must else None

    def claim(self, days: Sequence[date], window: Window, after: Window | None) -> tuple[str | None, tuple[date, ...]]:
        """The wish that the request with these days and this window fulfils best, and the days that remain.

        A wish that misses this window but meets the one `after` is left to the next request.
        """
        for must in self.open:
            inside = tuple(day for day in days if day in must.period)
            if inside and (must.period.first <= window.closes or after is None or must.period.last < after.opens):
                self.open.remove(must)
                return must.id, inside
        return None, tuple(days)

    def assign(self, requests: list[VisitRequest]) -> None:
        """Give each open wish the flexible request that has most days in common with its period, if there is one."""
        for must in tuple(self.open):
            common = {
                i: tuple(day for day in request.days if day in must.period)
                for i, request in enumerate(requests)
                if not request.fixed and request.must_visit is None
            }
            best = max(common, key=lambda i: len(common[i]), default=None)
            if best is not None and common[best]:
                requests[best] = replace(requests[best], days=common[best], must_visit=must.id)
                self.open.remove(must)


def fixed_request(site: Site, fixed: Fixed, wishes: Wishes) -> VisitRequest:
    return VisitRequest(
        id="",
        site=site.id,
        days=(fixed.day,),
        must_visit=wishes.fulfil(fixed.day),
        appointment=fixed.appointment,
        locked=fixed.appointment is None,
    )
