"""What would let an appointment stand that has no room: another time, a longer day, another appointment given up.  Of a locked visit
the same, but that it keeps its time.

An appointment goes before visits, so a real repair decides: it has a stop then, and nothing else that was agreed loses its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from planner.calendar import TimeWindow
from planner.check import check
from planner.draft.draft import Key
from planner.errors import ProblemError
from planner.explain.easings import Easing, Without, longer_days, more_driving, more_stops
from planner.plan import Plan, Reason, Unplanned
from planner.problem import Appointment, PlacedVisit, Problem
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


Way = tuple[Easing, Key, Problem, Plan]
Promise = tuple[str | None, Key | None]  # the id of an appointment; or the site and the day of a locked visit


def admissions(problem: Problem, plan: Plan, entry: Unplanned) -> Iterator[Way]:
    """The smallest of each kind with which the appointment stands."""
    if entry.reason in (Reason.NO_POSITION, Reason.REP_AWAY):
        return
    appointment = next(a for a in problem.appointments if a.id == entry.request)
    key = (appointment.rep, appointment.date)
    times = (
        [OtherTime(appointment.id, sign * seconds) for seconds in range(STEP, MOST_OFF + 1, STEP)] for sign in (1, -1)
    )
    yield from _ways(problem, plan, (appointment.id, None), key, [*times, *_ladders(problem, key, appointment.id)])


def of_locked(problem: Problem, plan: Plan, lock: PlacedVisit) -> Iterator[Way]:
    """The same of a locked visit, whose rep works on its day."""
    key = (lock.rep, lock.date)
    stops = [more_stops(day) for day in problem.workdays if (day.rep, day.date) == key]
    yield from _ways(problem, plan, (lock.site, key), key, [*stops, *_ladders(problem, key)])


def _ways(
    problem: Problem, plan: Plan, promise: Promise, key: Key, ladders: Sequence[Sequence[Easing]]
) -> Iterator[Way]:
    for ladder in ladders:
        found = _smallest(problem, plan, promise, key, ladder)
        if found is not None:
            yield found


def _ladders(problem: Problem, key: Key, but: str | None = None) -> Iterator[Sequence[Easing]]:
    """More of a workday, and each of its other appointments given up."""
    for morning in (False, True):
        yield longer_days(*key, morning)
    for day in problem.workdays:
        if (day.rep, day.date) == key:
            yield more_driving(day)
    for other in problem.appointments:
        if other.id != but and (other.rep, other.date) == key:
            yield [Without(other.id)]


def _smallest(problem: Problem, plan: Plan, promise: Promise, key: Key, ladder: Sequence[Easing]) -> Way | None:
    """The first step that is enough.  Another time may be free between two that are not, so all are tried in order."""
    before = _kept(problem, plan)
    for easing in ladder:
        try:
            changed = easing.applied(problem)
        except ProblemError:  # before midnight
            return None
        after = repair(changed, plan)
        given_up: set[Promise] = {(easing.appointment, None)} if isinstance(easing, Without) else set()
        if {promise, *before - given_up} <= _kept(changed, after):
            return (easing, key, changed, after) if check(changed, after, reasons=False).ok else None
    return None


def _kept(problem: Problem, plan: Plan) -> set[Promise]:
    """Appointments and locked visits that have a stop."""
    ids, locks = {a.id for a in problem.appointments}, {(v.site, v.rep, v.date) for v in problem.locked}
    stops = [(route, stop) for route in plan.routes for stop in route.stops]
    kept: set[Promise] = {(stop.request, None) for _, stop in stops if stop.request in ids}
    return kept | {(s.site, (r.rep, r.date)) for r, s in stops if (s.site, r.rep, r.date) in locks}
