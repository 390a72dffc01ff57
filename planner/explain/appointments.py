"""What would let an appointment stand that has no room: another time, a longer day, another appointment given up.

An appointment goes before visits, so a real repair decides: it has a stop then, and nothing else that was agreed loses its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from planner.calendar import TimeWindow
from planner.check import check
from planner.errors import ProblemError
from planner.explain.easings import Easing, Without, longer_days, more_driving
from planner.plan import Plan, Reason, Unplanned
from planner.problem import Appointment, Problem
from planner.repair import repair

STEP = 900  # seconds by which an appointment is put off
MOST_OFF = 4 * 3600


@dataclass(frozen=True, slots=True)
class OtherTime:
    """The appointment is `seconds` later (negative: earlier) on its day."""

    appointment: str
    seconds: int

    kind = "other_time"

    def applied(self, problem: Problem) -> Problem:
        moved = tuple(self._moved(a) if a.id == self.appointment else a for a in problem.appointments)
        return replace(problem, appointments=moved)

    def _moved(self, appointment: Appointment) -> Appointment:
        window = appointment.window
        return replace(appointment, window=TimeWindow(window.earliest + self.seconds, window.latest + self.seconds))

    def effort(self, problem: Problem) -> int:
        return abs(self.seconds)


Way = tuple[Easing, Appointment, Problem, Plan]


def admissions(problem: Problem, plan: Plan, entry: Unplanned) -> Iterator[Way]:
    """The smallest of each kind with which the appointment stands."""
    if entry.reason in (Reason.NO_POSITION, Reason.REP_AWAY):
        return
    appointment = next(a for a in problem.appointments if a.id == entry.request)
    for ladder in _ladders(problem, appointment):
        found = _smallest(problem, plan, appointment, ladder)
        if found is not None:
            yield found


def _ladders(problem: Problem, appointment: Appointment) -> Iterator[Sequence[Easing]]:
    for sign in (1, -1):
        yield [OtherTime(appointment.id, sign * seconds) for seconds in range(STEP, MOST_OFF + 1, STEP)]
    for morning in (False, True):
        yield longer_days(appointment.rep, appointment.date, morning)
    for day in problem.workdays:
        if (day.rep, day.date) == (appointment.rep, appointment.date):
            yield more_driving(day)
    for other in problem.appointments:
        if other.id != appointment.id and (other.rep, other.date) == (appointment.rep, appointment.date):
            yield [Without(other.id)]


def _smallest(problem: Problem, plan: Plan, appointment: Appointment, ladder: Sequence[Easing]) -> Way | None:
    """The first step that is enough.  Another time may be free between two that are not, so all are tried in order."""
    before = _agreed(problem, plan)
    for easing in ladder:
        try:
            changed = easing.applied(problem)
        except ProblemError:  # before midnight
            return None
        after = repair(changed, plan)
        given_up = {easing.appointment} if isinstance(easing, Without) else set()
        if {appointment.id, *before - given_up} <= _agreed(changed, after):
            return (easing, appointment, changed, after) if check(changed, after, reasons=False).ok else None
    return None


def _agreed(problem: Problem, plan: Plan) -> set[str]:
    """Appointments that have a stop."""
    ids = {a.id for a in problem.appointments}
    return {stop.request for route in plan.routes for stop in route.stops if stop.request in ids and stop.request}
