"""When each stop has to be set out for at the latest: the day once more, from its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from planner.check import room
from planner.check.day import stop_place
from planner.check.facts import Facts
from planner.plan import Route, Stop, Violation
from planner.problem import Workday


@dataclass(frozen=True, slots=True)
class Way:
    """From a place to a stop, or home (None); pauses: breaks and blocks on it, and when each is over as planned."""

    here: int
    pauses: tuple[room.Step, ...]
    over: tuple[int, ...]
    stop: Stop | None = None
    step: room.Step | None = None


def leave_by(facts: Facts, route: Route, workday: Workday) -> Iterator[Violation]:
    """Who sets out then makes this and all later stops in time, and a second later not.  The day keeps all its other rules.

    Breaks and blocks on the way begin whenever they may; one sets out after as many of them, taken as planned, as leave time
    for that.
    """
    there, by = workday.end_place, workday.end + workday.max_overtime
    for way in reversed(_ways(facts, route, workday)):
        if way.step is not None:
            by = _last_start(way.step, by - way.step.duration - way.step.follow_up)
            there = way.step.place or 0
        leg = replace(workday, start_place=way.here, end_place=there, end=by, max_overtime=0)
        wrong = [] if way.stop is None else list(_stated(facts, route, leg, way))
        yield from wrong
        stated = None if way.stop is None or wrong or way.pauses else way.stop.leave_by
        by = _latest(facts, leg, way.pauses) if stated is None else stated
    for stop in route.stops:
        if stop_place(facts, stop) is None and stop.leave_by is not None:
            yield _wrong(route, stop, "nobody sets out for it")


def _ways(facts: Facts, route: Route, workday: Workday) -> list[Way]:
    ways, here, pauses = list[Way](), workday.start_place, list[tuple[room.Step, int]]()
    for step, stop in zip(room.all_steps(facts, route, workday), route.stops, strict=True):
        if step.place is None:
            pauses.append((step, stop.end))
            continue
        ways.append(Way(here, tuple(one for one, _ in pauses), tuple(end for _, end in pauses), stop, step))
        here, pauses = step.place, []
    return [*ways, Way(here, tuple(one for one, _ in pauses), tuple(end for _, end in pauses))]


def _stated(facts: Facts, route: Route, leg: Workday, way: Way) -> Iterator[Violation]:
    """leg : the way as a day that ends when its stop has to begin."""
    assert way.stop is not None
    taken = [n for n in range(len(way.over), 0, -1) if room.lived(facts, leg, way.pauses[n:], way.over[n - 1])]
    pauses, stated = way.pauses[max(taken, default=0) :], way.stop.leave_by
    if stated is None:
        yield _wrong(route, way.stop, "it is not said when to set out for it")
    elif not room.lived(facts, leg, pauses, stated):
        yield _wrong(route, way.stop, f"who sets out for it at {stated} is late for it, or for a later stop")
    elif room.lived(facts, leg, pauses, stated + 1):
        yield _wrong(route, way.stop, f"who sets out for it later than at {stated} is still in time")


def _latest(facts: Facts, leg: Workday, pauses: Sequence[room.Step]) -> int:
    """The last second of setting out, found by halving."""
    low, high = 0, leg.end
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if room.lived(facts, leg, pauses, middle) else (low, middle - 1)
    return low


def _last_start(step: room.Step, by: int) -> int:
    """The last second, up to `by`, at which it may begin."""
    return max(min(window.latest, by) for window in step.windows if window.earliest <= by)


def _wrong(route: Route, stop: Stop, message: str) -> Violation:
    subject = stop.site or stop.request or str(stop.kind)
    return Violation("leave_by", f"{subject}: {message}", route.rep, route.date, subject)
