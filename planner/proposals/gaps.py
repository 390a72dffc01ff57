"""Where in a day there is time for something new: starts at which nothing else has to move, or only one visit has to go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.calendar import TimeWindow
from planner.draft.draft import Draft, Key
from planner.draft.room import DayRoom
from planner.plan import StopKind
from planner.problem import Workday
from planner.tasks import Task, intersect
from planner.timing import order_cost, too_many

STEP = 300  # people agree on times of five minutes


@dataclass(frozen=True, slots=True)
class Opening:
    """It may start from `start` to `latest` at this place in the order of the day; `begin` of these is the best.

    detour : seconds of driving more.  displaces : the visit that would have to go, so that it fits.
    """

    key: Key
    begin: int
    start: int
    latest: int
    detour: int
    displaces: str | None = None


def openings(draft: Draft, key: Key, task: Task) -> list[Opening]:
    """Where it fits beside everything that is planned, at most the lock slack later; the shortest detour first."""
    workday, slack = draft.workdays[key], draft.problem.params.lock_slack
    tasks = [_steady(other, slack) for other in _others(draft, key, task)]
    found = []
    for detour, position, first, last in _spans(draft, workday, tasks, task):
        best = _timed(draft, workday, tasks, task, position, (first, last))
        if best is not None:
            begin, start, latest = best
            found.append(Opening(key, begin, start, latest, detour))
    return sorted(found, key=lambda opening: (opening.detour, opening.start))


def exchanges(draft: Draft, keys: Iterable[Key], tasks: Mapping[Key, Task]) -> Iterator[Opening]:
    """On each of these days where it fits if one visit leaves, the shortest detour first.  What really leaves, a trial says."""
    ways = [way for key in keys for way in _ways(draft, key, tasks[key])]
    done: set[Key] = set()
    for _, key, n in sorted(ways):
        if key in done:
            continue
        others = _others(draft, key, tasks[key])
        gone = others.pop(n)
        for detour, position, first, last in _spans(draft, draft.workdays[key], others, tasks[key]):
            if position == n:
                begin = min(last, max(first, _up(gone.windows[0].earliest)))
                done.add(key)
                yield Opening(key, begin, first, last, detour, gone.site)
                break


def _ways(draft: Draft, key: Key, task: Task) -> Iterator[tuple[int, Key, int]]:
    """(detour, day, position) of every visit whose place in the order it could take; no times yet."""
    seconds, day = draft.problem.travel.seconds, draft.workdays[key]
    others = _others(draft, key, task)
    places = [day.start_place, *(other.place for other in others), day.end_place]
    assert task.place is not None
    for n, other in enumerate(others):
        before, after = places[n], places[n + 2]
        if other.kind is StopKind.VISIT and other.flexible and before is not None and after is not None:
            there, back = seconds.item(before, task.place), seconds.item(task.place, after)
            yield there + back - seconds.item(before, after), key, n


def _others(draft: Draft, key: Key, task: Task) -> list[Task]:
    """The tasks of the day; a visit that the planner chose for the same site gives way to an appointment there."""
    return [t for t in draft.orders[key] if t.site is None or t.site != task.site or t.kind is not StopKind.VISIT]


def _steady(task: Task, slack: int) -> Task:
    """No earlier than published (as it is in the draft), and little later."""
    first = task.windows[0].earliest
    return task if not task.flexible else task.at(intersect(task.windows, TimeWindow(first, first + slack)))


def _spans(draft: Draft, workday: Workday, tasks: Sequence[Task], task: Task) -> Iterator[tuple[int, int, int, int]]:
    """(detour, position, first and last start) for each position and window; the break is not reckoned with yet."""
    room = DayRoom(draft.problem, workday, tasks)
    if room.cost is None or too_many(workday, [*tasks, task]):
        return
    seconds, pace = draft.problem.travel.seconds, room.pace
    assert task.place is not None
    for position, gap in enumerate(room.gaps):
        there, back = seconds.item(gap.origin, task.place), seconds.item(task.place, gap.goal)
        detour = there + back - (seconds.item(gap.origin, gap.goal) if room.driven else 0)
        ready = max(gap.left + there if pace is None else pace.arrive(gap.left, there), gap.free)
        leave = gap.goal_by - back if pace is None else pace.leave(gap.goal_by, back)
        until = min(leave, gap.busy_by) - task.duration - task.follow_up
        for window in task.windows:
            first, last = _up(max(ready, window.earliest)), min(until, window.latest) // STEP * STEP
            if first <= last:
                yield detour, position, first, last


def _timed(
    draft: Draft, workday: Workday, tasks: Sequence[Task], task: Task, position: int, span: tuple[int, int]
) -> tuple[int, int, int] | None:
    """(best, first and last start) that really have times, the break reckoned with; None: none was found.

    Before the first stop the last moment is the best, because the rep then leaves later; else the first one is."""

    def cost(start: int) -> int | None:
        fixed = task.at((TimeWindow(start, start),))
        return order_cost(draft.problem, workday, [*tasks[:position], fixed, *tasks[position:]])

    first, last = span
    middle = (first + last) // 2 // STEP * STEP
    prices = {start: found for start in (first, middle, last) if (found := cost(start)) is not None}
    if not prices:
        return None
    best = min(prices, key=lambda start: (prices[start], start))
    return best, min(prices), max(prices)


def _up(second: int) -> int:
    return -(-second // STEP) * STEP
