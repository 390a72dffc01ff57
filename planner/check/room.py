"""Is there room on a day?  Orders of stops tried out one by one, each lived through from the start place to the end.

Slow and plain on purpose; the stops of a day are few.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, permutations

from planner.calendar import TimeWindow
from planner.check.day import drive_through, inside, lacking, leg, needs_rest, preferred, service, start_windows
from planner.check.facts import Call, Facts
from planner.params import Params
from planner.plan import Route, Stop, StopKind
from planner.problem import Appointment, PlacedVisit, Site, Workday

MOST_PERMUTED = 6  # fixed stops on a day of which all orders are tried


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do: `place` None where one stays wherever one is; `promised` when a locked visit was to start."""

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

    def not_before(self, second: int | None) -> Step:
        """A promised visit that does not begin sooner."""
        if second is None:
            return self
        (window,) = self.windows
        return replace(self, windows=(TimeWindow(max(window.earliest, second), window.latest),))


@dataclass(frozen=True, slots=True)
class Spent:
    """What a day costs: driving, idle seconds, seconds of overtime, of work beyond what is fair, starts that nobody prefers.

    starts : of its steps, without the break."""

    driving: int
    idle: int
    overtime: int
    beyond: int = 0
    disliked: int = 0
    starts: tuple[int, ...] = field(default=(), compare=False)

    def price(self, params: Params) -> int:
        percents = params.waiting_percent * self.idle + params.overtime_percent * self.overtime
        plain = self.driving + params.preferred_price * self.disliked
        return plain + (percents + params.unfair_percent * self.beyond) // 100


def visit_step(facts: Facts, site: Site, workday: Workday) -> Step:
    """A visit more on this day; where one was promised and nobody calls, it is that one."""
    there = any((call.route.rep, call.date) == (workday.rep, workday.date) for call in facts.calls[site.id])
    return _visit(facts, site, workday, None if there else facts.lock_of(site.id, workday.rep, workday.date))


def _visit(facts: Facts, site: Site, workday: Workday, lock: PlacedVisit | None) -> Step:
    windows = () if lacking(site, workday) else start_windows(site, workday)
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


def fits(facts: Facts, workday: Workday, orders: Iterator[list[Step]]) -> bool:
    return any(spend(facts, workday, order) is not None for order in orders)


def spend(facts: Facts, workday: Workday, steps: Sequence[Step]) -> Spent | None:
    """What this order costs as early as it can be, but with waiting, visit after visit, for what its site prefers where that is
    cheaper; None: impossible."""
    best, tried, params = _spend(facts, workday, steps), list(steps), facts.problem.params
    for n, step in enumerate(steps):
        if best is None or not step.preferred or inside(best.starts[n], step.preferred):
            continue
        soon = [window.earliest for window in step.preferred if window.earliest > best.starts[n]]
        open_then = [
            TimeWindow(max(w.earliest, *soon[:1]), w.latest) for w in step.windows if soon and w.latest >= soon[0]
        ]
        if open_then:
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
    if workday.max_driving is not None and steps and _driven(facts, workday, steps) > workday.max_driving:
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
    if step.promised is None:
        return None
    low, high = step.windows[0].earliest, step.promised
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
    if workday.rest is None or not needs_rest(workday, _late_start(facts, workday, steps, day), day[-1]):
        return _spent(facts, workday, steps, day)
    pause = Step(None, (workday.rest.window,), workday.rest.duration, rest=True)
    return _with_break(facts, workday, steps, pause)


def _with_break(facts: Facts, workday: Workday, steps: Sequence[Step], pause: Step) -> Spent | None:
    """The break where it costs least overtime, rather not before all work; of several such places where the day then ends
    soonest."""
    best: tuple[tuple[int, bool, int], Spent] | None = None
    for at, order in enumerate(insertions(steps, pause)):
        day = _live(facts, workday, order, workday.start)
        if day is not None:
            rank = max(0, day[-1] - workday.end), at == 0, day[-1]
            if best is None or rank < best[0]:
                best = rank, _spent(facts, workday, order, day)
    return best and best[1]


def _live(facts: Facts, workday: Workday, steps: Sequence[Step], leave: int) -> list[int] | None:
    """The start of each step, and the arrival at the end place, when leaving the start place at `leave`."""
    now, here, starts = leave, workday.start_place, []
    pauses: list[Stop] = []
    for step in steps:
        if step.place is None:
            begin = _first_start(step.windows, max([now, *(pause.end for pause in pauses)]))
            if begin is None:
                return None
            pauses.append(Stop(StopKind.BLOCK, begin, begin, begin + step.duration))
            starts.append(begin)
            continue
        begin = _first_start(step.windows, _there(facts, now, here, step.place, pauses))
        if begin is None:
            return None
        starts.append(begin)
        now, here, pauses = begin + step.duration + step.follow_up, step.place, []
    home = _there(facts, now, here, workday.end_place, pauses)
    return [*starts, home] if home <= workday.end + workday.max_overtime else None


def _there(facts: Facts, now: int, here: int, place: int, pauses: list[Stop]) -> int:
    """When one is at the place and free."""
    drive, _ = leg(facts, here, place)  # without a road longer than any day
    arrival, _ = drive_through(now, drive, pauses)
    return max([arrival, *(pause.end for pause in pauses)])


def _late_start(facts: Facts, workday: Workday, steps: Sequence[Step], day: list[int]) -> int:
    """The last second of leaving with which nothing is later, found by halving."""
    low, high = workday.start, day[-1]
    while low < high:
        middle = (low + high + 1) // 2
        if _live(facts, workday, steps, middle) == day:
            low = middle
        else:
            high = middle - 1
    return low


def _spent(facts: Facts, workday: Workday, steps: Sequence[Step], day: list[int]) -> Spent:
    busy = sum(step.duration + step.follow_up for step in steps)
    driving = _driven(facts, workday, steps)
    length = day[-1] - _late_start(facts, workday, steps, day)
    work = driving + busy - sum(step.duration for step in steps if step.rest)
    beyond = 0 if workday.fair_work is None else max(0, work - workday.fair_work)
    timed = [(step, start) for step, start in zip(steps, day, strict=False) if not step.rest]
    disliked = sum(bool(step.preferred) and not inside(start, step.preferred) for step, start in timed)
    starts = tuple(start for _, start in timed)
    return Spent(driving, length - driving - busy, max(0, day[-1] - workday.end), beyond, disliked, starts)


def _met(site: str, steps: Sequence[Step]) -> bool:
    return any(step.site == site for step in steps)


def _all_fixed(sites: tuple[str, str], steps: Sequence[Step]) -> bool:
    return all(step.fixed for step in steps if step.site in sites)


def _driven(facts: Facts, workday: Workday, steps: Sequence[Step]) -> int:
    """Seconds at the wheel, the way home included."""
    places = [workday.start_place, *(step.place for step in steps if step.place is not None), workday.end_place]
    return sum(leg(facts, one, two)[0] for one, two in pairwise(places))


def _first_start(windows: tuple[TimeWindow, ...], ready: int) -> int | None:
    return min((max(ready, window.earliest) for window in windows if ready <= window.latest), default=None)


def _step(facts: Facts, route: Route, stop: Stop, workday: Workday) -> Step:
    if stop.kind is not StopKind.VISIT:
        return appointment_step(facts, facts.appointments[stop.request or ""], workday)
    return _visit(facts, facts.sites[stop.site or ""], workday, facts.lock(Call(route, stop)))
