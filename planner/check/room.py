"""Is there room on a day?  Orders of stops tried out one by one, each lived through from the start place to the end.

Slow and plain on purpose; the stops of a day are few.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import Any

from planner.calendar import Break, TimeWindow
from planner.check.day import inside, lacking, leg, needs_rest, preferred, service, start_windows
from planner.check.facts import Call, Facts
from planner.check.road import NEVER, Road, drive, faster_from
from planner.params import Params
from planner.plan import Cause, Route, Stop, StopKind
from planner.problem import Appointment, PlacedVisit, Site, Workday
from planner.travel import UNREACHABLE

MOST_PERMUTED = 6  # fixed stops on a day of which all orders are tried


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do: `place` None where one stays wherever one is; `promised` when a locked visit was to start, of which
    nothing is to be kept but the slack if it is `loose`."""

    place: int | None
    windows: tuple[TimeWindow, ...]
    duration: int
    follow_up: int = 0
    counts: bool = True
    load: int = 0
    site: str | None = None
    fixed: bool = False
    promised: int | None = None
    rest: bool = False
    preferred: tuple[TimeWindow, ...] = ()
    loose: bool = False

    def not_before(self, second: int | None) -> Step:
        """A promised visit that does not begin sooner."""
        if second is None:
            return self
        (window,) = self.windows
        return replace(self, windows=(TimeWindow(max(window.earliest, second), window.latest),))


@dataclass(frozen=True, slots=True)
class Spent:
    """What a day costs: driving, idle seconds, seconds of overtime, of work beyond what is fair, starts that nobody prefers.

    starts : of its steps, without the break.  leave, home, order: as it was lived through, the break in it."""

    driving: int
    idle: int
    overtime: int
    beyond: int = 0
    disliked: int = 0
    starts: tuple[int, ...] = field(default=(), compare=False)
    order: tuple[tuple[Step, int], ...] = field(default=(), compare=False)
    leave: int = field(default=0, compare=False)
    home: int = field(default=0, compare=False)

    def price(self, params: Params) -> int:
        percents = (params.waiting_percent, self.idle), (params.overtime_percent, self.overtime)
        rounded = sum(
            percent * seconds // 100 for percent, seconds in (*percents, (params.unfair_percent, self.beyond))
        )
        return self.driving + params.preferred_price * self.disliked + rounded


@dataclass(frozen=True, slots=True)
class Day:
    """One day lived through: leaving, the start of each step, coming home, seconds at the wheel."""

    leave: int
    starts: tuple[int, ...]
    home: int
    wheel: int


def visit_step(facts: Facts, site: Site, workday: Workday) -> Step:
    """A visit more on this day; where one was promised and nobody calls, it is that one."""
    there = any((call.route.rep, call.date) == (workday.rep, workday.date) for call in facts.calls[site.id])
    return _visit(facts, site, workday, None if there else facts.lock_of(site.id, workday.rep, workday.date))


def _visit(facts: Facts, site: Site, workday: Workday, lock: PlacedVisit | None) -> Step:
    shut = lacking(site, workday) or (workday.frozen and lock is None)
    windows = () if shut else start_windows(site, workday)
    wanted = preferred(site, workday.date)
    if lock is not None and lock.start is not None:
        slack = facts.problem.params.lock_slack
        windows, wanted = (TimeWindow(max(0, lock.start - slack), lock.start + slack),), ()
    promised, length = None if lock is None else lock.start, service(facts, site, workday.date)
    desk, fixed = workday.follow_up, lock is not None
    return Step(site.place, windows, length, desk, True, site.load, site.id, fixed, preferred=wanted, promised=promised)


def appointment_step(facts: Facts, appointment: Appointment, workday: Workday) -> Step:
    site = facts.sites.get(appointment.site or "")
    place = appointment.place if site is None else site.place
    desk = 0 if site is None else workday.follow_up
    load = 0 if site is None else site.load
    counts = site is not None
    return Step(place, (appointment.window,), appointment.duration, desk, counts, load, appointment.site, fixed=True)


def steps_of(facts: Facts, route: Route, workday: Workday) -> list[Step]:
    """What a route does, without its break and without its times."""
    return [_step(facts, route, stop, workday) for stop in route.stops if stop.kind is not StopKind.BREAK]


def all_steps(facts: Facts, route: Route, workday: Workday) -> list[Step]:
    """What a route does, its break included, without its times."""
    return [
        _pause(workday.rest)
        if stop.kind is StopKind.BREAK and workday.rest is not None
        else _step(facts, route, stop, workday)
        for stop in route.stops
    ]


def fixed_steps(facts: Facts, route: Route, workday: Workday) -> list[Step]:
    """What a route does that may not be moved: appointments, blocks and locked visits."""
    return [
        _step(facts, route, stop, workday)
        for stop in route.stops
        if stop.kind in (StopKind.APPOINTMENT, StopKind.BLOCK) or facts.lock(Call(route, stop)) is not None
    ]


def insertions(steps: Sequence[Step], new: Step) -> Iterator[list[Step]]:
    """The new step at each position, the others in their order."""
    return ([*steps[:at], new, *steps[at:]] for at in range(len(steps) + 1))


def loosened(steps: Sequence[Step]) -> list[Step]:
    """With promised visits that may come at any time of their slack."""
    return [replace(step, loose=True) for step in steps]


def cheapest(facts: Facts, workday: Workday, orders: Iterator[list[Step]]) -> int | None:
    """The price of the cheapest of these orders; None: none of them is possible."""
    days = (spend(facts, workday, order) for order in orders)
    return min((day.price(facts.problem.params) for day in days if day is not None), default=None)


def all_insertions(steps: Sequence[Step], new: Sequence[Step]) -> Iterator[list[Step]]:
    """The new steps at all positions, the others in their order."""
    if len(new) == 0:
        return iter([list(steps)])
    return (whole for one in insertions(steps, new[0]) for whole in all_insertions(one, new[1:]))


def orders(steps: Sequence[Step], new: Step) -> Iterator[list[Step]]:
    """Every order in which the steps can be taken, if they are few, else each position of the new one."""
    if len(steps) > MOST_PERMUTED:
        return insertions(steps, new)
    return (list(order) for order in permutations([*steps, new]))


def barrier(facts: Facts, workday: Workday, step: Step) -> Cause:
    """What keeps a step from standing alone on the day: the plainest cause that does so without those after it."""
    here, home = workday.start_place, workday.end_place
    ways = [(here, home)] if step.place is None else [(here, step.place), (step.place, home)]
    if any(leg(facts, *way)[0] >= UNREACHABLE for way in ways):
        return Cause.NO_ROAD
    if workday.max_stops is not None and workday.max_stops < step.counts:
        return Cause.STOP_LIMIT
    whole = TimeWindow(workday.start, workday.end + workday.max_overtime)
    if not _alone(facts, workday, step, windows=(whole,)):
        return Cause.WORKDAY
    if not _alone(facts, workday, step):
        return Cause.HOURS
    return Cause.DRIVING_LIMIT if _alone(facts, workday, step, rest=workday.rest) else Cause.BREAK


def _alone(facts: Facts, workday: Workday, step: Step, rest: Break | None = None, **otherwise: Any) -> bool:
    """Whether it fits without a limit on driving, with this break."""
    day = replace(workday, max_driving=None, rest=rest)
    return fits(facts, day, iter([[replace(step, **otherwise)]]))


def fits(facts: Facts, workday: Workday, orders: Iterator[list[Step]]) -> bool:
    return any(spend(facts, workday, order) is not None for order in orders)


def spend(facts: Facts, workday: Workday, steps: Sequence[Step]) -> Spent | None:
    """What this order costs as early as it can be, but with waiting for what sites prefer where that is cheaper, and on the departure
    that is cheapest of those that `later` names; no overtime is made for that.  None: impossible."""
    early, params = _spend(facts, workday, steps), facts.problem.params
    if early is None:
        return None
    best = _patient(facts, workday, steps, early)
    if any(step.promised is not None for step in steps):
        return best
    for leave in sorted(later(facts, workday, early)):
        if not early.leave < leave <= workday.end:
            continue
        begun = replace(workday, start=leave)
        soon = _spend(facts, begun, steps)
        other = soon and _patient(facts, begun, steps, soon)
        if other is not None and other.overtime <= early.overtime and other.price(params) < best.price(params):
            best = other
    return best


def later(facts: Facts, workday: Workday, early: Spent) -> set[int]:
    """Departures, sooner ones too: with each of them one of the visits that are before their preferred hours is there as they begin, or
    the roads become faster."""
    found = set[int]()
    for at, (step, start) in enumerate(early.order):
        opens = [window.earliest for window in step.preferred if window.earliest > start]
        if opens and not inside(start, step.preferred):
            found.add(_leaving_by(facts, workday, early, at, opens[0]))
    return found.union(turn for turn in faster_from(facts.road(workday)) if turn < early.home)


def _leaving_by(facts: Facts, workday: Workday, early: Spent, at: int, second: int) -> int:
    """The last second of leaving with which this step begins by then, found by halving; what comes after it does not count."""
    steps = [step for step, _ in early.order[: at + 1]]
    there = replace(workday, max_overtime=NEVER)
    low, high = early.leave, second
    while low < high:
        middle = (low + high + 1) // 2
        day = _live(facts, there, steps, middle)
        low, high = (low, middle - 1) if day is None or day.starts[-1] > second else (middle, high)
    return low


def _patient(facts: Facts, workday: Workday, steps: Sequence[Step], early: Spent) -> Spent:
    """As early as it can be, but with waiting, visit after visit, for what its site prefers where that is cheaper."""
    best, tried, params = early, list(steps), facts.problem.params
    for n, step in enumerate(steps):
        if not step.preferred or inside(best.starts[n], step.preferred):
            continue
        soon = [window.earliest for window in step.preferred if window.earliest > best.starts[n]]
        open_then = [
            TimeWindow(max(w.earliest, *soon[:1]), w.latest) for w in step.windows if soon and w.latest >= soon[0]
        ]
        later = [*tried[:n], replace(step, windows=tuple(open_then)), *tried[n + 1 :]]
        other = _spend(facts, workday, later)
        if other is not None and other.price(params) < best.price(params):
            best, tried = other, later
    return best


def _spend(facts: Facts, workday: Workday, steps: Sequence[Step]) -> Spent | None:
    """What this order costs with every step as early as it can be, then leaving as late as it may; None: impossible.
    A promised visit is not early where the order allows that, else by no more than what comes after it needs."""
    if workday.max_stops is not None and sum(step.counts for step in steps) > workday.max_stops:
        return None
    if workday.capacity is not None and sum(step.load for step in steps) > workday.capacity:
        return None
    if any(
        _met(one, steps) and _met(two, steps) and not _all_fixed((one, two), steps) for one, two in facts.problem.apart
    ):
        return None
    if all(step.promised is None for step in steps):
        return _timed(facts, workday, steps)
    needed = [step.not_before(_latest(facts, workday, steps, at)) for at, step in enumerate(steps)]
    return _timed(facts, workday, needed) or _timed(facts, workday, steps)


def _latest(facts: Facts, workday: Workday, steps: Sequence[Step], at: int) -> int | None:
    """The last second, up to the promised one, before which a step need not begin for the others' sake; found by halving."""
    step = steps[at]
    if step.promised is None or step.loose:
        return None
    low, high = step.windows[0].earliest, min(step.promised, step.windows[0].latest)
    while low < high:
        middle = (low + high + 1) // 2
        if _timed(facts, workday, [*steps[:at], step.not_before(middle), *steps[at + 1 :]]) is None:
            high = middle - 1
        else:
            low = middle
    return low


def _timed(facts: Facts, workday: Workday, steps: Sequence[Step]) -> Spent | None:
    day = _live(facts, workday, steps, workday.start)
    if day is None:
        return None
    late = _late(facts, workday, steps, day)
    if workday.rest is None or not needs_rest(workday, late.leave, late.home):
        spent: Spent | None = _spent(workday, steps, late)
    else:
        spent = _with_break(facts, workday, steps, _pause(workday.rest))
    if spent is not None and workday.max_driving is not None and steps and spent.driving > workday.max_driving:
        return None
    return spent


def _with_break(facts: Facts, workday: Workday, steps: Sequence[Step], pause: Step) -> Spent | None:
    """The break where it costs least overtime, rather not before all work; of several such places where the day then ends
    soonest, of these where the stops start soonest, and of these the first."""
    best: tuple[tuple[int, bool, int, int], list[Step], Day] | None = None
    for at, order in enumerate(insertions(steps, pause)):
        day = _live(facts, workday, order, workday.start)
        if day is not None:
            starts = sum(day.starts[:at]) + sum(day.starts[at + 1 :])
            rank = max(0, day.home - workday.end), at == 0, day.home, starts
            if best is None or rank < best[0]:
                best = rank, order, day
    return best and _spent(workday, best[1], _late(facts, workday, best[1], best[2]))


def lived(facts: Facts, workday: Workday, steps: Sequence[Step], leave: int) -> bool:
    """Whether all of this is in time for one who leaves the start place then; limits of the day do not count."""
    return _live(facts, workday, steps, leave) is not None


def _pause(rest: Break) -> Step:
    return Step(None, (rest.window,), rest.duration, rest=True)


def _live(facts: Facts, workday: Workday, steps: Sequence[Step], leave: int) -> Day | None:
    """The day when leaving the start place at `leave`; None: something comes too late."""
    now, here, starts, wheel = leave, workday.start_place, list[int](), 0
    road, pauses = facts.road(workday), list[Stop]()
    for step in steps:
        if step.place is None:
            begin = _first_start(step.windows, max([now, *(pause.end for pause in pauses)]))
            if begin is None:
                return None
            pauses.append(Stop(StopKind.BLOCK, begin, begin, begin + step.duration))
            starts.append(begin)
            continue
        arrival, driven = _way(facts, road, now, here, step.place, pauses)
        begin = _first_start(step.windows, arrival)
        if begin is None:
            return None
        starts.append(begin)
        now, here, pauses, wheel = begin + step.duration + step.follow_up, step.place, [], wheel + driven
    home, driven = _way(facts, road, now, here, workday.end_place, pauses)
    if home > workday.end + workday.max_overtime:
        return None
    return Day(leave, tuple(starts), home, wheel + driven)


def _way(facts: Facts, road: Road, now: int, here: int, place: int, pauses: list[Stop]) -> tuple[int, int]:
    """When one is there and free, and the seconds at the wheel."""
    seconds = facts.problem.travel.seconds.item(here, place)  # without a road longer than any day
    if not road and not pauses:
        return now + seconds, seconds
    way = drive(road, now, seconds, pauses)
    return max([way.arrival, *(pause.end for pause in pauses)]), way.wheel


def _late(facts: Facts, workday: Workday, steps: Sequence[Step], day: Day) -> Day:
    """The same day with the last second of leaving with which nothing is later, found by halving.

    What comes after the first step with a place does not depend on when the day began."""
    stops = [n for n, step in enumerate(steps, start=1) if step.place is not None]
    begun = stops[0] if stops else len(steps)
    low, high, there = workday.start, day.home, replace(workday, max_overtime=NEVER)
    while low < high:
        middle = (low + high + 1) // 2
        later = _live(facts, there, steps[:begun], middle)
        if later is not None and later.starts == day.starts[:begun] and (stops or later.home == day.home):
            low = middle
        else:
            high = middle - 1
    latest = _live(facts, workday, steps, low)
    assert latest is not None, "it is as the day was"
    return latest


def _spent(workday: Workday, steps: Sequence[Step], day: Day) -> Spent:
    busy = sum(step.duration + step.follow_up for step in steps)
    work = day.wheel + busy - sum(step.duration for step in steps if step.rest)
    beyond = 0 if workday.fair_work is None else max(0, work - workday.fair_work)
    timed = [(step, start) for step, start in zip(steps, day.starts, strict=True) if not step.rest]
    disliked = sum(bool(step.preferred) and not inside(start, step.preferred) for step, start in timed)
    idle, overtime = day.home - day.leave - day.wheel - busy, max(0, day.home - workday.end)
    starts, lived = tuple(start for _, start in timed), tuple(zip(steps, day.starts, strict=True))
    return Spent(day.wheel, idle, overtime, beyond, disliked, starts, lived, day.leave, day.home)


def _met(site: str, steps: Sequence[Step]) -> bool:
    return any(step.site == site for step in steps)


def _all_fixed(sites: tuple[str, str], steps: Sequence[Step]) -> bool:
    return all(step.fixed for step in steps if step.site in sites)


def _first_start(windows: tuple[TimeWindow, ...], ready: int) -> int | None:
    return min([max(ready, window.earliest) for window in windows if ready <= window.latest], default=None)


def _step(facts: Facts, route: Route, stop: Stop, workday: Workday) -> Step:
    if stop.kind is not StopKind.VISIT:
        return appointment_step(facts, facts.appointments[stop.request or ""], workday)
    return _visit(facts, facts.sites[stop.site or ""], workday, facts.lock(Call(route, stop)))
