"""What a rep does by hand: each day to the nearest account that is due, appointments kept."""

from __future__ import annotations

from datetime import date

from benchmarks.planner.judge import as_plan
from planner.cadence.requests import ClockTable, Window
from planner.cadence.unroll import unroll
from planner.plan import Plan
from planner.problem import Appointment, Problem, Site, Workday
from planner.tasks import visit_windows

LONGEST_WAIT = 1800  # nobody stands longer before a closed door


def plan(problem: Problem, seconds: float = 0, seed: int = 0) -> Plan:
    """Needs neither time nor luck."""
    rhythms = _Rhythms(problem)
    return as_plan(problem, {day.date: _day(problem, day, rhythms) for day in problem.workdays})


class _Rhythms:
    """What each account waits for, while visits are made in date order."""

    def __init__(self, problem: Problem) -> None:
        self.clocks: dict[str, ClockTable] = {}
        self.windows: dict[str, Window | None] = {}
        self.days: dict[str, set[date]] = {}
        for name, chain in unroll(problem).items():
            if chain.clock is not None:
                self.clocks[name], self.windows[name] = chain.clock, chain.window
                self.days[name] = {day for request in chain.requests for day in request.days}

    def is_due(self, site: str, day: date) -> bool:
        if site not in self.clocks or day not in self.days[site]:
            return False
        window, clock = self.windows[site], self.clocks[site]
        while window and window.due <= day and (after := clock.window(window.due)) and after.opens <= day:
            window = after  # nobody came, and the next one has begun
        self.windows[site] = window
        return window is not None and window.due <= day

    def visited(self, site: str, day: date) -> None:
        if site in self.clocks:
            self.windows[site] = self.clocks[site].window(day)


def _day(problem: Problem, day: Workday, rhythms: _Rhythms) -> list[str]:
    meetings = sorted((m for m in problem.appointments if m.date == day.date), key=lambda m: m.window.earliest)
    due = {s.id: s for s in problem.sites if s.place is not None and rhythms.is_due(s.id, day.date)}
    here, now, order = day.start_place, day.start, []
    while True:
        found = _nearest(problem, day, due, here, now, meetings[0] if meetings else None)
        if found is not None:
            name, here, now = found
            del due[name]
            rhythms.visited(name, day.date)
            order.append(name)
        elif meetings:
            meeting = meetings.pop(0)
            met = _meet(problem, day, meeting, here, now)
            if met is not None:
                here, now = met
                order.append(meeting.site or "")
        else:
            return order


def _nearest(
    problem: Problem, day: Workday, due: dict[str, Site], here: int, now: int, meeting: Appointment | None
) -> tuple[str, int, int] | None:
    """The nearest account that is open soon and leaves time for the next appointment, its place and when it is left."""
    best: tuple[int, str, int, int] | None = None
    for name, site in due.items():
        place, travel = site.place or 0, int(problem.travel.seconds[here, site.place or 0])
        window = next((w for w in visit_windows(site, day) if w.latest >= now + travel), None)
        if window is None or window.earliest - now - travel > LONGEST_WAIT:
            continue
        end = max(now + travel, window.earliest) + site.service
        goal, limit = (day.end_place, day.end) if meeting is None else (_place(problem, meeting), meeting.window.latest)
        if end + problem.travel.seconds[place, goal] <= limit and (best is None or travel < best[0]):
            best = (travel, name, place, end)
    return None if best is None else best[1:]


def _meet(problem: Problem, day: Workday, meeting: Appointment, here: int, now: int) -> tuple[int, int] | None:
    place = _place(problem, meeting)
    start = max(meeting.window.earliest, now + int(problem.travel.seconds[here, place]))
    end = start + meeting.duration
    late = start > meeting.window.latest or end + problem.travel.seconds[place, day.end_place] > day.end
    return None if late else (place, end)


def _place(problem: Problem, meeting: Appointment) -> int:
    return next(site.place or 0 for site in problem.sites if site.id == meeting.site)
