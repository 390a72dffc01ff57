"""What goes into a chain from outside the cadence: fixed visits and the wishes of people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from planner.cadence.requests import VisitRequest
from planner.problem import MustVisit, Site


@dataclass(frozen=True, slots=True)
class Fixed:
    """A visit whose day is settled: an appointment, or a locked visit (appointment None)."""

    day: date
    appointment: str | None = None


@dataclass(slots=True)
class Wishes:
    """The must-visits of a site that no visit made or fixed fulfils, in the order of their periods."""

    open: list[MustVisit] = field(default_factory=list)

    @classmethod
    def of(cls, musts: Iterable[MustVisit], visited: Sequence[date]) -> Wishes:
        waiting = (must for must in musts if not any(day in must.period for day in visited))
        return cls(sorted(waiting, key=lambda m: (m.period.first, m.period.last, m.id)))

    def fulfil(self, day: date) -> str | None:
        """The id of the first wish that a visit on this day fulfils; none of these is open any more."""
        fulfilled = [must for must in self.open if day in must.period]
        self.open = [must for must in self.open if day not in must.period]
        return fulfilled[0].id if fulfilled else None


def fixed_request(site: Site, fixed: Fixed, wishes: Wishes) -> VisitRequest:
    return VisitRequest(
        id="",
        site=site.id,
        days=(fixed.day,),
        must_visit=wishes.fulfil(fixed.day),
        appointment=fixed.appointment,
        locked=fixed.appointment is None,
    )
