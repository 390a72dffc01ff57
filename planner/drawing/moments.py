"""What a rep does between the stops of a day: follow-up, driving, waiting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from planner.plan import Route, Stop, StopKind


class Doing(StrEnum):
    FOLLOW_UP = "follow-up"  # desk work after a visit, before driving on
    DRIVING = "driving"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Moment:
    """From `start` to `end`, seconds since local midnight."""

    doing: Doing
    start: int
    end: int


def moments(route: Route, follow_up: int) -> Iterator[Moment]:
    """All of a day that is no stop, in order.

    The rep drives on as soon as the follow-up (seconds, after each stop at a site) is done, stops driving for breaks and blocks,
    and waits from the arrival to the start, unless a break or block is taken meanwhile.
    """
    now, pauses = route.start, list[Stop]()
    for stop in route.stops:
        if _is_pause(stop):
            pauses.append(stop)
            continue
        yield from _spent(Doing.DRIVING, now, stop.travel, pauses)
        yield from _left(stop.arrival, stop.start, pauses)
        now, pauses = stop.end, []
        if stop.site is not None and follow_up:
            yield Moment(Doing.FOLLOW_UP, now, now + follow_up)
            now += follow_up
    yield from _spent(Doing.DRIVING, now, route.return_travel, pauses)


def _is_pause(stop: Stop) -> bool:
    return stop.place is None or stop.kind in (StopKind.BREAK, StopKind.BLOCK)


def _spent(doing: Doing, now: int, seconds: int, pauses: Sequence[Stop]) -> Iterator[Moment]:
    """So many seconds from now on, with the pauses between them."""
    for pause in pauses:
        part = min(seconds, pause.start - now)
        if part > 0:
            yield Moment(doing, now, now + part)
            seconds -= part
        now = pause.end
    if seconds > 0:
        yield Moment(doing, now, now + seconds)


def _left(begin: int, end: int, pauses: Sequence[Stop]) -> Iterator[Moment]:
    """What is not a pause from `begin` to `end`."""
    for pause in pauses:
        if begin < min(pause.start, end):
            yield Moment(Doing.WAITING, begin, min(pause.start, end))
        begin = max(begin, pause.end)
    if begin < end:
        yield Moment(Doing.WAITING, begin, end)
