"""Tasks: what is to be done on a workday, before it has a time.

A visit or an appointment becomes a Task here, in one place, so that every part that puts stops in an order (search, day
router, repair, reasons) means the same by it.  `planner.timing` gives an order of tasks its times.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from planner.calendar import TimeWindow
from planner.plan import StopKind
from planner.problem import Appointment, Problem, Site, Workday


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do on a workday.

    Parameters
    ----------
    duration : seconds of service; `follow_up` seconds of desk work come after it, before driving on.
    windows : when service may start, in order, not overlapping.
    place : None: a block; the rep stays wherever they are, possibly on the way.
    flexible : may be put on another day or left out (appointments and locked visits may not).
    load : what it takes of Workday.capacity.
    preferred : when its site would rather have it start; (): any time.
    expected : when somebody was told that it starts; None: nobody was, so it, and with it its day, may begin later than it could.
    request, site, due, late_days : copied to the stop.
    """

    kind: StopKind
    duration: int
    windows: tuple[TimeWindow, ...]
    place: int | None
    follow_up: int = 0
    request: str | None = None
    site: str | None = None
    due: date | None = None
    late_days: int = 0
    flexible: bool = True
    load: int = 0
    preferred: tuple[TimeWindow, ...] = ()
    expected: int | None = None

    @property
    def counts(self) -> bool:
        """Whether it is a stop in the sense of Workday.max_stops: only what happens at a site is."""
        return self.site is not None

    def at(self, windows: tuple[TimeWindow, ...]) -> Task:
        """The same at other times.  Written out, as `due_on`: dataclasses.replace takes ten times as long."""
        return Task(
            self.kind, self.duration, windows, self.place, self.follow_up, self.request, self.site, self.due,
            self.late_days, self.flexible, self.load, self.preferred, self.expected,
        )  # fmt: skip

    def told(self, windows: tuple[TimeWindow, ...], start: int) -> Task:
        """The same at times of which somebody was told, and expects it at `start`."""
        return Task(
            self.kind, self.duration, windows, self.place, self.follow_up, self.request, self.site, self.due,
            self.late_days, self.flexible, self.load, self.preferred, start,
        )  # fmt: skip

    def suits(self, start: int) -> bool:
        """Whether its site is content with this start."""
        return not self.preferred or any(w.earliest <= start <= w.latest for w in self.preferred)

    def lasting(self, duration: int) -> Task:
        """The same, shorter or longer."""
        return replace(self, duration=duration)

    def due_on(self, due: date | None, late_days: int) -> Task:
        """The same for another due date."""
        return Task(
            self.kind, self.duration, self.windows, self.place, self.follow_up, self.request, self.site, due,
            late_days, self.flexible, self.load, self.preferred, self.expected,
        )  # fmt: skip

    def called(self, request: str | None) -> Task:
        """The same by another name."""
        return Task(
            self.kind, self.duration, self.windows, self.place, self.follow_up, request, self.site, self.due,
            self.late_days, self.flexible, self.load, self.preferred, self.expected,
        )  # fmt: skip


def working_time(workday: Workday) -> TimeWindow:
    """From the earliest departure to the latest return, overtime included."""
    return TimeWindow(workday.start, workday.end + workday.max_overtime)


def intersect(windows: tuple[TimeWindow, ...], within: TimeWindow) -> tuple[TimeWindow, ...]:
    """The parts of `windows` inside `within`."""
    first, last = within.earliest, within.latest
    if all(first <= w.earliest and w.latest <= last for w in windows):
        return windows
    return tuple(
        TimeWindow(max(w.earliest, first), min(w.latest, last))
        for w in windows
        if w.earliest <= last and w.latest >= first
    )


def opening(site: Site, day: date) -> tuple[TimeWindow, ...] | None:
    """Start windows of a site on a date: () is closed (or not wanted on that weekday), None any time."""
    if day.weekday() not in site.weekdays:
        return ()
    if day in site.exceptions:
        return site.exceptions[day]
    return None if site.hours is None else site.hours[day.weekday()]


def visit_windows(site: Site, workday: Workday) -> tuple[TimeWindow, ...]:
    """When a visit more to `site` may start on `workday`; () if closed, if a skill is missing or nothing is added to the day.  Pauses
    are the cadence's affair."""
    return () if workday.frozen else open_windows(site, workday)


def open_windows(site: Site, workday: Workday) -> tuple[TimeWindow, ...]:
    """The same of a visit that stands there already."""
    if not site.skills <= workday.skills:
        return ()
    hours = opening(site, workday.date)
    return (working_time(workday),) if hours is None else intersect(hours, working_time(workday))


def service_of(site: Site, first: bool) -> int:
    """Seconds of a visit; first: nobody has called there before."""
    return site.first_service if first and site.first_service is not None and site.newcomer else site.service


def visit_task(
    site: Site,
    workday: Workday,
    request: str | None = None,
    due: date | None = None,
    late_days: int = 0,
    first: bool = False,
) -> Task:
    """A visit that the planner may place, or one that is fixed on the day (see `promised`); its position must be known.

    first: of the site at all.
    """
    windows = open_windows(site, workday)
    return Task(
        StopKind.VISIT, service_of(site, first), windows, site.place, workday.follow_up, request, site.id, due, late_days,
        load=site.load, preferred=preferred_windows(site, workday.date),
    )  # fmt: skip


def preferred_windows(site: Site, day: date) -> tuple[TimeWindow, ...]:
    """When the site would rather be visited; (): any time."""
    return () if site.preferred is None else site.preferred[day.weekday()]


def promised(task: Task, start: int | None, slack: int) -> Task:
    """The task of a locked visit: it stays on its day and, with a promised `start`, within `slack` seconds of it.

    With a promise only the promise counts: opening hours were settled when it was made.
    """
    if start is None:
        return replace(task, flexible=False)
    window = TimeWindow(max(0, start - slack), start + slack)
    return replace(task, flexible=False, windows=(window,), preferred=(), expected=start)


def appointment_task(problem: Problem, appointment: Appointment, workday: Workday) -> Task:
    """An appointment at a site or another place, or (with neither) a block.

    Its window was agreed, so opening hours do not matter.  Follow-up comes only after appointments at a site.
    """
    windows = (appointment.window,)
    if appointment.site is None:
        kind = StopKind.BLOCK if appointment.place is None else StopKind.APPOINTMENT
        return Task(kind, appointment.duration, windows, appointment.place, 0, appointment.id, flexible=False)
    site = next(site for site in problem.sites if site.id == appointment.site)
    return Task(
        StopKind.APPOINTMENT,
        appointment.duration,
        windows,
        site.place,
        workday.follow_up,
        appointment.id,
        appointment.site,
        flexible=False,
        load=site.load,
    )
