"""Changes that may admit a visit that is left out, each with what it is like to ask for: its effort, in seconds of driving.

Every one gives the problem as it would be then.  A ladder has the easings of one kind from the smallest on.  The effort of what a
person may always do (ask for the visit, fix it on a day) is what the plan then costs more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import Protocol, runtime_checkable

from planner.cadence.policy import Mode
from planner.calendar import DAY_SECONDS, DateRange, TimeWindow
from planner.lateness import a_day_late
from planner.problem import MustVisit, PlacedVisit, Problem, Site, Workday
from planner.tasks import opening

STEP = 300  # people work and open in steps of five minutes
MOST_LONGER = 3 * 3600
MOST_WIDER = 50_000
MOST_UNITS = 10_000
STOP_PRICE = 1_800  # a stop more than was wanted on a day
PROMISE_PRICE = 14_400  # an appointment given up, as in a repair
CAPACITY_PRICE = 3_600  # more to be carried than the day is planned for
OPEN_PRICE = 7_200  # an account that opens for us
SKIP_PRICE = 3_600  # somebody did not want to go
OWNER_PRICE = 3_600  # an account that gets to know another rep


class Change(Protocol):
    """kind : its name, for documents."""

    @property
    def kind(self) -> str: ...

    def applied(self, problem: Problem) -> Problem: ...


@runtime_checkable
class Easing(Change, Protocol):
    """A change after which the visit fits beside everything else."""

    def effort(self, problem: Problem) -> int: ...


@dataclass(frozen=True, slots=True)
class LongerDay:
    """The rep works `seconds` longer on one day: in the morning or in the evening.  Like overtime."""

    rep: str
    date: date
    seconds: int
    morning: bool = False

    kind = "longer_day"

    def applied(self, problem: Problem) -> Problem:
        return _with_day(problem, (self.rep, self.date), self._longer)

    def _longer(self, day: Workday) -> Workday:
        if self.morning:
            return replace(day, start=max(0, day.start - self.seconds))
        return replace(day, end=day.end + self.seconds)

    def effort(self, problem: Problem) -> int:
        return self.seconds * problem.params.overtime_percent // 100


@dataclass(frozen=True, slots=True)
class MoreStops:
    """One day may have `stops` more."""

    rep: str
    date: date
    stops: int

    kind = "more_stops"

    def applied(self, problem: Problem) -> Problem:
        return _with_day(
            problem,
            (self.rep, self.date),
            lambda day: replace(day, max_stops=None if day.max_stops is None else day.max_stops + self.stops),
        )

    def effort(self, problem: Problem) -> int:
        return STOP_PRICE * self.stops


@dataclass(frozen=True, slots=True)
class MoreCapacity:
    """`units` more can be carried on one day (another car, a second tour of the store)."""

    rep: str
    date: date
    units: int

    kind = "more_capacity"

    def applied(self, problem: Problem) -> Problem:
        return _with_day(
            problem,
            (self.rep, self.date),
            lambda day: replace(day, capacity=None if day.capacity is None else day.capacity + self.units),
        )

    def effort(self, problem: Problem) -> int:
        return CAPACITY_PRICE


@dataclass(frozen=True, slots=True)
class MoreDriving:
    """The rep may drive `seconds` more on one day.  Like overtime."""

    rep: str
    date: date
    seconds: int

    kind = "more_driving"

    def applied(self, problem: Problem) -> Problem:
        return _with_day(problem, (self.rep, self.date), self._more)

    def _more(self, day: Workday) -> Workday:
        return replace(day, max_driving=None if day.max_driving is None else day.max_driving + self.seconds)

    def effort(self, problem: Problem) -> int:
        return self.seconds * problem.params.overtime_percent // 100


@dataclass(frozen=True, slots=True)
class WorkOn:
    """The rep works on a date that is free, as on the workday nearest to it.  Like overtime for the whole day."""

    rep: str
    date: date

    kind = "work_on"

    def applied(self, problem: Problem) -> Problem:
        return replace(
            problem, workdays=(*problem.workdays, replace(self._like(problem), date=self.date, frozen=False))
        )

    def _like(self, problem: Problem) -> Workday:
        own = [day for day in problem.workdays if day.rep == self.rep]
        return min(own, key=lambda day: (abs((day.date - self.date).days), day.date))

    def effort(self, problem: Problem) -> int:
        day = self._like(problem)
        return (day.end - day.start) * problem.params.overtime_percent // 100


@dataclass(frozen=True, slots=True)
class LongerHours:
    """The account may be visited `seconds` sooner (or later) than it opens (closes) on one day."""

    site: str
    date: date
    seconds: int
    morning: bool = False

    kind = "longer_hours"

    def applied(self, problem: Problem) -> Problem:
        return _with_site(
            problem,
            self.site,
            lambda site: replace(site, exceptions={**site.exceptions, self.date: self._windows(site)}),
        )

    def _windows(self, site: Site) -> tuple[TimeWindow, ...]:
        hours = opening(site, self.date)
        assert hours, "only what is open can be open longer"
        if self.morning:
            first = TimeWindow(max(0, hours[0].earliest - self.seconds), hours[0].latest)
            return (first, *hours[1:])
        return (*hours[:-1], TimeWindow(hours[-1].earliest, hours[-1].latest + self.seconds))

    def effort(self, problem: Problem) -> int:
        return self.seconds


@dataclass(frozen=True, slots=True)
class OpenOn:
    """The account may be visited at any time of a day on which it is closed."""

    site: str
    date: date

    kind = "open_on"

    def applied(self, problem: Problem) -> Problem:
        any_time = (TimeWindow(0, DAY_SECONDS),)
        return _with_site(
            problem,
            self.site,
            lambda site: replace(
                site,
                exceptions={**site.exceptions, self.date: any_time},
                skipped=site.skipped - {self.date},
                weekdays=site.weekdays | {self.date.weekday()},
            ),
        )

    def effort(self, problem: Problem) -> int:
        return OPEN_PRICE


@dataclass(frozen=True, slots=True)
class NotSkipped:
    """A visit that somebody skipped is made on its day all the same, in the usual hours."""

    site: str
    date: date

    kind = "not_skipped"

    def applied(self, problem: Problem) -> Problem:
        return _with_site(
            problem,
            self.site,
            lambda site: replace(
                site,
                exceptions={day: hours for day, hours in site.exceptions.items() if day != self.date},
                skipped=site.skipped - {self.date},
            ),
        )

    def effort(self, problem: Problem) -> int:
        return SKIP_PRICE


@dataclass(frozen=True, slots=True)
class WiderRadius:
    """The radius of a day's visits is `metres` more.  Like that many kilometres beyond it."""

    metres: int

    kind = "wider_radius"

    def applied(self, problem: Problem) -> Problem:
        assert problem.radius is not None
        return replace(problem, radius=replace(problem.radius, metres=problem.radius.metres + self.metres))

    def effort(self, problem: Problem) -> int:
        assert problem.radius is not None
        return problem.radius.price_per_km * self.metres // 1000


@dataclass(frozen=True, slots=True)
class ShorterGap:
    """Visits of the account may be `days` nearer to each other and still count."""

    site: str
    days: int

    kind = "shorter_gap"

    def applied(self, problem: Problem) -> Problem:
        return _with_site(problem, self.site, self._nearer)

    def _nearer(self, site: Site) -> Site:
        cadence = site.cadence
        assert cadence is not None
        if cadence.mode is Mode.PATTERN:
            return replace(site, cadence=replace(cadence, min_gap_days=max(1, cadence.min_gap_days - self.days)))
        interval = cadence.interval_days or 1
        tolerance = interval // 5 if cadence.tolerance_days is None else cadence.tolerance_days
        most = (interval - 1) // 2 if cadence.interval_days else tolerance + self.days
        gap = max(1, cadence.min_gap_days - self.days)
        nearer = replace(cadence, tolerance_days=min(tolerance + self.days, most), min_gap_days=gap)
        return replace(site, cadence=nearer)

    def effort(self, problem: Problem) -> int:
        return self.days * next(a_day_late(site) for site in problem.sites if site.id == self.site)


@dataclass(frozen=True, slots=True)
class Without:
    """An appointment or time block is given up."""

    appointment: str

    kind = "without_appointment"

    def applied(self, problem: Problem) -> Problem:
        return replace(problem, appointments=tuple(a for a in problem.appointments if a.id != self.appointment))

    def effort(self, problem: Problem) -> int:
        return PROMISE_PRICE


@dataclass(frozen=True, slots=True)
class OtherRep:
    """Somebody else visits the account."""

    site: str
    rep: str

    kind = "other_rep"

    def applied(self, problem: Problem) -> Problem:
        return _with_site(problem, self.site, lambda site: replace(site, owner=self.rep))

    def effort(self, problem: Problem) -> int:
        return OWNER_PRICE


@dataclass(frozen=True, slots=True)
class Several:
    """Changes that are enough only together, in this order: a day off worked on which the account is closed as well, an hour and a stop
    more on a full day."""

    changes: tuple[Change, ...]

    kind = "several"

    def applied(self, problem: Problem) -> Problem:
        return reduce(lambda changed, change: change.applied(changed), self.changes, problem)

    def effort(self, problem: Problem) -> int:
        """Of its easings, each where those before it are made; what insisting costs the plan says."""
        total = 0
        for change in self.changes:
            total += change.effort(problem) if isinstance(change, Easing) else 0
            problem = change.applied(problem)
        return total


@dataclass(frozen=True, slots=True)
class AskFor:
    """Somebody asks for a visit on any day of a period: then it stands where it fits, whatever it costs."""

    site: str
    period: DateRange

    kind = "ask_for"

    def applied(self, problem: Problem) -> Problem:
        must = MustVisit(f"{self.site} asked for", self.site, self.period)
        return replace(problem, must_visits=(*problem.must_visits, must))


@dataclass(frozen=True, slots=True)
class FixOn:
    """The visit is fixed on a day; what has no room beside it moves to another day or is left out."""

    site: str
    rep: str
    date: date

    kind = "fix_on"

    def applied(self, problem: Problem) -> Problem:
        others = (visit for visit in problem.locked if (visit.site, visit.date) != (self.site, self.date))
        return replace(problem, locked=(*others, PlacedVisit(self.site, self.rep, self.date)))


NOTHING = Several(())


def parts(change: Change) -> tuple[Change, ...]:
    """The changes that are made together, one by one."""
    return change.changes if isinstance(change, Several) else (change,)


def last(change: Change) -> Change:
    """Of several that are made together the last one: where a person insists, that is it."""
    return parts(change)[-1] if parts(change) else change


def longer_days(rep: str, day: date, morning: bool) -> list[Easing]:
    return [LongerDay(rep, day, seconds, morning) for seconds in range(STEP, MOST_LONGER + 1, STEP)]


def longer_hours(site: Site, day: date, morning: bool) -> list[Easing]:
    if not opening(site, day):
        return []
    return [LongerHours(site.id, day, seconds, morning) for seconds in range(STEP, MOST_LONGER + 1, STEP)]


def opened(site: Site, day: date) -> Easing:
    """A visit on a day on which none may be made: it was skipped, or the account is closed."""
    return NotSkipped(site.id, day) if day in site.skipped else OpenOn(site.id, day)


def more_stops(day: Workday) -> list[Easing]:
    """None where their number is not limited."""
    return [] if day.max_stops is None else [MoreStops(day.rep, day.date, number) for number in (1, 2, 3)]


def more_driving(day: Workday) -> list[Easing]:
    """None where it is not limited."""
    if day.max_driving is None:
        return []
    return [MoreDriving(day.rep, day.date, seconds) for seconds in range(STEP, MOST_LONGER + 1, STEP)]


def more_capacity(site: Site, day: Workday) -> list[Easing]:
    """Up to what one visit takes; none where what is carried is not limited."""
    if day.capacity is None:
        return []
    return [MoreCapacity(day.rep, day.date, units) for units in range(1, min(site.load, MOST_UNITS) + 1)]


def wider_radius(problem: Problem) -> list[Easing]:
    return [] if problem.radius is None else [WiderRadius(metres) for metres in range(1000, MOST_WIDER + 1, 1000)]


def shorter_gaps(site: Site) -> list[Easing]:
    if site.cadence is None:
        return []
    longest = site.cadence.interval_days or 31
    return [ShorterGap(site.id, days) for days in range(1, longest)]


def _with_day(problem: Problem, key: tuple[str, date], change: Callable[[Workday], Workday]) -> Problem:
    days: Sequence[Workday] = [change(day) if (day.rep, day.date) == key else day for day in problem.workdays]
    return replace(problem, workdays=tuple(days))


def _with_site(problem: Problem, name: str, change: Callable[[Site], Site]) -> Problem:
    sites: Sequence[Site] = [change(site) if site.id == name else site for site in problem.sites]
    return replace(problem, sites=tuple(sites))
