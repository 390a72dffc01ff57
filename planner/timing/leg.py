"""A drive from one place to the next, and the times of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.tasks import Task
from planner.timing.pace import Pace


@dataclass(frozen=True, slots=True)
class Leg:
    """Driving from one place to the next, with the tasks without a place (blocks, break) that interrupt it."""

    origin: int
    place: int
    seconds: int
    pauses: tuple[Task, ...]
    target: Task | None  # None: the end place
    pace: Pace | None = None  # of the day; None: `seconds` at all times

    def with_pauses(self, pauses: tuple[Task, ...]) -> Leg:
        return Leg(self.origin, self.place, self.seconds, pauses, self.target, self.pace)


Entry = tuple[Task, int, int]  # its arrival and start


@dataclass(slots=True)
class Timetable:
    """Start of the route, (task, arrival, start) of each entry in order of start, arrival at the end place.

    driven : seconds at the wheel on each leg; None: those of the legs.
    """

    start: int
    entries: list[Entry]
    end: int
    driven: list[int] | None = None

    def driving(self, legs: Sequence[Leg]) -> list[int]:
        return [leg.seconds for leg in legs] if self.driven is None else self.driven
