"""The break: whether a day needs one, and where it is taken."""

from __future__ import annotations

from collections.abc import Sequence

from planner.calendar import HALF_DAY, Break, TimeWindow
from planner.plan import StopKind
from planner.problem import Workday
from planner.tasks import Task
from planner.timing.leg import Entry, Leg, Timetable
from planner.timing.legs import earliest, forward


def break_due(rest: Break, start: int, end: int) -> bool:
    """Whether a day that without a break lasts from `start` to `end` needs one.

    Not where there is time for it at home inside its window, before or after, nor on half a day.
    """
    begins_after_it = start >= min(rest.window.latest, rest.window.earliest + rest.duration)
    return not begins_after_it and rest.window.latest < end and end - start >= HALF_DAY


def break_task(rest: Break) -> Task:
    """A break as a task: in its window, wherever the rep is then."""
    return Task(StopKind.BREAK, rest.duration, (rest.window,), None)


def with_break(legs: list[Leg], workday: Workday, without: Timetable) -> tuple[list[Leg], Timetable] | None:
    """The break in the gap where nothing starts later than somebody was told (else least later); then with the least overtime; then
    not before anything was done; then where the day ends soonest; then the stops start soonest; then the first such gap."""
    rest = workday.rest
    assert rest is not None
    pause = break_task(rest)
    best: tuple[tuple[int, int, bool, int, int], list[Leg]] | None = None
    for number, position, entry, leaves in _gaps(legs, workday, without, rest.window):
        leg = legs[number]
        pauses = (*leg.pauses[:position], pause, *leg.pauses[position:])
        changed = [leg.with_pauses(pauses), *legs[number + 1 :]]
        table = forward(changed, leaves, workday)  # what comes before is as it was without the break
        if table is None:
            continue
        times = [*without.entries[:entry], *table.entries]
        starts = sum(start for task, _, start in times if task is not pause)
        rank = _after_told(times), max(0, table.end - workday.end), number == position == 0, table.end, starts
        if best is None or rank < best[0]:
            best = rank, [*legs[:number], *changed]
    if best is None:
        return None
    table = earliest(best[1], workday)
    assert table is not None, "it was found once already"
    return best[1], table


def _after_told(entries: Sequence[Entry]) -> int:
    """By how many seconds, all together, stops start later than somebody was told."""
    told = ((task.expected, start) for task, _, start in entries)
    return sum(max(0, start - expected) for expected, start in told if expected is not None)


def _gaps(legs: list[Leg], workday: Workday, without: Timetable, window: TimeWindow) -> list[tuple[int, int, int, int]]:
    """(leg, position among its pauses) worth trying for the break; how many entries come before the leg, and when it is set out on.

    In gaps after one that cannot be reached by the end of the window the break would come too late.  Before the last gap
    reached by the beginning of the window it would make more stops wait for it, to no stop's advantage.
    """
    gaps: list[tuple[int, int, int, int]] = []
    free, entry = workday.start, 0
    for number, leg in enumerate(legs):
        leaves = free
        for position in range(len(leg.pauses) + 1):
            if free > window.latest:
                return gaps
            if free <= window.earliest:
                gaps.clear()
            gaps.append((number, position, entry, leaves))
            if position < len(leg.pauses):
                free = without.entries[entry + position][2] + leg.pauses[position].duration
        entry += len(leg.pauses)
        if leg.target is not None:
            free = without.entries[entry][2] + leg.target.duration + leg.target.follow_up
            entry += 1
    return gaps
