"""Times for a new appointment: on each day the best ones, each with the price that a repair gives it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate, islice

from planner.calendar import DateRange, TimeWindow
from planner.draft.dates import Call, Hold
from planner.draft.draft import Draft, Key
from planner.draft.room import DayRoom
from planner.errors import ProblemError
from planner.plan import Plan, Reason, StopKind
from planner.problem import Appointment, Problem, Site
from planner.proposals.colour import ORDER, Limits
from planner.proposals.gaps import Opening, exchanges, openings
from planner.proposals.price import Price, coloured
from planner.proposals.trial import Standing, standing, trial
from planner.reasons.days import fits_beside_fixed, fixed, too_large
from planner.repair.room import drop_price
from planner.tasks import Task, intersect, opening, service_of, working_time

A_DAY = 2  # openings of one day that are priced
EFFORT = 600  # of trials where nothing has to leave: the square of the stops of each day; some nine days of eight stops
ENOUGH = 3  # slots where nothing has to leave; where there are fewer, full days are tried as well
MOST_EXCHANGES = 5  # full days that are compared
MOST_DISPLACING = 2  # trials of full days; some thirty milliseconds each
NEW = "new appointment"


@dataclass(frozen=True, slots=True)
class SlotRequest:
    """An appointment of `duration` seconds by `rep`, at a `site` or at a `place` (index into Problem.places).

    days : dates that are looked at; what of them is outside the horizon is left away.
    """

    rep: str
    duration: int
    days: DateRange
    site: str | None = None
    place: int | None = None

    def __post_init__(self) -> None:
        if self.duration <= 0:
            raise ProblemError("it lasts at least a second", "/duration")
        if (self.site is None) == (self.place is None):
            raise ProblemError("either a site or a place")


@dataclass(frozen=True, slots=True)
class Slot:
    """It may start on `date` at `start`; `first` to `last`: starts at which it fits at the same place of the order.

    price : of `start`.
    """

    rep: str
    date: date
    start: int
    end: int
    first: int
    last: int
    price: Price


@dataclass(frozen=True, slots=True)
class NoSlot:
    """A date without a slot, and why.

    reason : None: it fits there too, at a longer detour than on the days that were priced; ask for that day alone.  Else
        rep_away, closed, too_close (visited that day already, or it would not be credited), over_capacity, out_of_reach,
        appointment_conflict or day_full.
    """

    date: date
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class FreeSlots:
    """slots : best first.  none : the other dates, in order."""

    slots: tuple[Slot, ...]
    none: tuple[NoSlot, ...]


def slots(
    problem: Problem, plan: Plan, request: SlotRequest, dates: Iterable[date] = (), limits: Limits | None = None
) -> FreeSlots:
    """Times for a new appointment, by colour and then by detour.

    Each day's gaps are found with bounds, the most promising ones tried as a repair would do it: so what is said of a slot is
    what happens when it is booked (`price` and `planner.check` agree).  On full days the cheapest exchanges are tried;
    of a full day that was not tried nothing is said but that.

    plan : as published.  dates : days on which nothing is added by itself, as for `repair`.
    Raises ProblemError for a rep, site or place that is not there.
    """
    task = _task(problem, request)
    base = standing(problem, plan, tuple(dates))
    days = _Days(base.draft, request, task)
    found = list(_fitting(base, request, days))
    if len(found) < ENOUGH:
        found += _displacing(base, request, days)
    limits = limits or Limits(slack=problem.params.lock_slack)
    priced = [_slot(way, price, limits) for way, price in found]
    priced.sort(key=lambda s: (ORDER.index(s.price.colour), s.price.parts.driving, s.price.total, s.date, s.start))
    there = {slot.date for slot in priced}
    none = tuple(NoSlot(day, days.reason(day)) for day in days.dates if day not in there)
    return FreeSlots(tuple(priced), none)


def _fitting(base: Standing, request: SlotRequest, days: _Days) -> Iterator[tuple[Opening, Price]]:
    """The best openings of each day, those with a short detour first; days on which it would not be credited last."""
    ranked = [
        (n, not days.credited(key[1]), way.detour, key[1], way)
        for key, found in days.openings.items()
        for n, way in enumerate(found[:A_DAY])
    ]
    ranked.sort(key=lambda entry: entry[:4])
    efforts = accumulate(max(1, len(base.draft.orders[entry[-1].key])) ** 2 for entry in ranked)
    return _tried(base, request, [entry[-1] for entry, spent in zip(ranked, efforts, strict=True) if spent <= EFFORT])


def _displacing(base: Standing, request: SlotRequest, days: _Days) -> Iterator[tuple[Opening, Price]]:
    """Of the full days those on which what leaves is soonest placed elsewhere; on which it would be credited, if there are any."""
    full = [key for key, found in days.openings.items() if not found]
    counting = [key for key in full if days.credited(key[1])]
    ways = islice(exchanges(base.draft, counting or full, days.tasks), MOST_EXCHANGES)
    ranked = sorted(ways, key=lambda way: (way.detour + _loss(base.draft, way), way.key[1]))
    return _tried(base, request, ranked[:MOST_DISPLACING])


def _tried(base: Standing, request: SlotRequest, ways: Iterable[Opening]) -> Iterator[tuple[Opening, Price]]:
    for way in ways:
        price = trial(base, _appointment(request, way))
        if price is not None:
            yield way, price


def _loss(draft: Draft, way: Opening) -> int:
    """About what it costs that the visit leaves its day."""
    return drop_price(draft, way.key, draft.visit_on(way.displaces or "", way.key))


def _appointment(request: SlotRequest, way: Opening) -> Appointment:
    when = TimeWindow(way.begin, way.begin)
    return Appointment(NEW, request.rep, way.key[1], when, request.duration, request.site, request.place)


def _slot(way: Opening, found: Price, limits: Limits) -> Slot:
    assert found.placed is not None
    start, end, key = found.placed.start, found.placed.end, way.key
    first, last = (start, start) if way.displaces else (way.start, way.latest)
    return Slot(*key, start, end, first, last, coloured(found, limits))


class _Days:
    """The dates asked for: the task that it would be, and its openings, on each workday on which it may stand."""

    def __init__(self, draft: Draft, request: SlotRequest, task: Task) -> None:
        self.draft, self.request, self.task = draft, request, task
        horizon = draft.problem.horizon
        self.dates = [day for day in request.days if day in horizon]
        self.taken = {call.date for call in draft.calls(request.site or "") if not call.flexible}
        days = [day for day in self.dates if day not in self.taken]
        keys = [key for day in days if (key := (request.rep, day)) in draft.workdays]
        self.tasks = {key: task for key in keys if (task := self._on(key)).windows}
        self.openings = {key: openings(draft, key, task) for key, task in self.tasks.items()}

    def _on(self, key: Key) -> Task:
        """At times at which the site is open and the rep works; what lasts longer than a visit begins sooner before closing."""
        day, name = self.draft.workdays[key], self.request.site
        within = working_time(day)
        if name is None:
            return self.task.at((within,))
        site = self.draft.sites[name]
        hours, longer = opening(site, day.date), max(0, self.request.duration - service_of(site, first=True))
        if hours is None:
            windows: tuple[TimeWindow, ...] = (within,)
        else:
            left = (TimeWindow(w.earliest, w.latest - longer) for w in hours if w.latest - longer >= w.earliest)
            windows = intersect(tuple(left), within)
        return replace(self.task, windows=windows, follow_up=day.follow_up)

    def credited(self, day: date) -> bool:
        """Whether it would count if nothing but what is fixed stood beside it."""
        site = self.request.site
        if site is None or self.draft.sites[site].cadence is None:
            return True
        calls = [call for call in self.draft.calls(site) if not call.flexible]
        return day in self.draft.dates(site).judge(sorted([*calls, Call(day, Hold.APPOINTMENT)])).due

    def reason(self, day: date) -> Reason | None:
        """Why there is no slot on a date, from the most basic reason on."""
        key, draft = (self.request.rep, day), self.draft
        if key not in draft.workdays:
            return Reason.REP_AWAY
        if self.openings.get(key):
            return None
        if key not in self.tasks and day not in self.taken:
            return Reason.CLOSED
        if day in self.taken or not self.credited(day):
            return Reason.TOO_CLOSE
        task, workday = self.tasks[key], draft.workdays[key]
        if too_large(workday, task):
            return Reason.OVER_CAPACITY
        if not DayRoom(draft.problem, workday, []).fits(task):
            return Reason.OUT_OF_REACH
        if not fits_beside_fixed(draft.problem, workday, fixed(draft, key), task):
            return Reason.APPOINTMENT_CONFLICT
        return Reason.DAY_FULL


def _task(problem: Problem, request: SlotRequest) -> Task:
    if request.rep not in problem.reps:
        raise ProblemError(f"{request.rep} has no workday in these days", "/rep")
    site = _site(problem, request.site) if request.site is not None else None
    place = request.place if site is None else site.place
    if place is None:
        raise ProblemError(f"the position of {request.site} is unknown", "/site")
    if not 0 <= place < len(problem.places):
        raise ProblemError(f"there is no place {place}", "/place")
    load = 0 if site is None else site.load
    return Task(StopKind.APPOINTMENT, request.duration, (), place, 0, NEW, request.site, flexible=False, load=load)


def _site(problem: Problem, name: str) -> Site:
    found = next((site for site in problem.sites if site.id == name), None)
    if found is None:
        raise ProblemError(f"there is no site {name}", "/site")
    return found
