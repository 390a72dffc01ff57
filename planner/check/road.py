"""Driving lived through, band of speeds by band of speeds; pauses stop it wherever one is."""

from __future__ import annotations

from dataclasses import dataclass

from planner.plan import Stop
from planner.travel import SpeedBand

Road = tuple[SpeedBand, ...]  # of one weekday, in any order; where none of them holds the speed is that of the matrix
SAME = 100  # percent
NEVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Way:
    """`arrival` there, `wheel` seconds of really driving; `clash`: the pause, if any, that begins before one is free for it."""

    arrival: int
    wheel: int
    clash: Stop | None = None


def drive(road: Road, leave: int, seconds: int, pauses: list[Stop]) -> Way:
    """One who leaves at `leave` for a way of so many seconds of the matrix."""
    now, left, wheel = leave, seconds * SAME, 0  # hundredths of a second at the matrix's speed
    arrival: int | None = None
    for pause in pauses:
        if pause.start < now:
            reached, _ = drive_until(road, now, left, NEVER)
            return Way(reached, wheel + reached - now, pause)
        reached, left = drive_until(road, now, left, pause.start)
        if arrival is None and left == 0:
            arrival = reached  # there already when the pause begins
        wheel += reached - now
        now = pause.end
    reached, _ = drive_until(road, now, left, NEVER)
    return Way(reached if arrival is None else arrival, wheel + reached - now)


def drive_until(road: Road, now: int, left: int, until: int) -> tuple[int, int]:
    """Drive on until all is driven, to the full second, or it is time for something else: (when that is, what is left)."""
    while now < until:
        percent, ends = speed(road, now)
        ends = min(ends, until)
        needed = -(-left // percent)
        if needed <= ends - now:
            return now + needed, 0
        left -= percent * (ends - now)
        now = ends
    return now, left


def speed(road: Road, now: int) -> tuple[int, int]:
    """(percent, when another speed may begin)."""
    for band in road:
        if band.start <= now < band.end:
            return band.percent, band.end
    return SAME, min((band.start for band in road if band.start > now), default=NEVER)


def faster_from(road: Road) -> set[int]:
    """When one begins to drive faster than just before."""
    turns = {turn for band in road for turn in (band.start, band.end)}
    return {turn for turn in turns if speed(road, turn - 1)[0] < speed(road, turn)[0]}
