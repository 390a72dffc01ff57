"""What can be said of one day for one visit left out, from the most basic reason to the most economic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.draft.draft import Draft, Insertion, Key
from planner.draft.radius import BEYOND
from planner.draft.room import DayRoom
from planner.plan import Cause, Reason, StopKind
from planner.problem import Problem, Site, Workday
from planner.reasons.wishes import Wish
from planner.tasks import Task, open_windows
from planner.timing import clash, first_start, order_cost, pace_of

# From the least hopeful day to the most hopeful one.  The reason of a visit is what is said of its most hopeful day:
# that is the day on which the smallest change would let it in.
HOPE = (
    Reason.REP_AWAY,
    Reason.NO_SKILL,
    Reason.CLOSED,
    Reason.TOO_CLOSE,
    Reason.OVER_CAPACITY,
    Reason.OUT_OF_REACH,
    Reason.APPOINTMENT_CONFLICT,
    Reason.TOGETHER,
    Reason.APART,
    Reason.BEYOND_RADIUS,
    Reason.DAY_FULL,
    Reason.CHEAPER_LEFT_OUT,
)
CAUSES = tuple(Cause)
MOST_PERMUTED = 6  # fixed stops of a day of which every order is tried


@dataclass(frozen=True, slots=True)
class DayVerdict:
    """`reason` None: it fits and is worth more than it costs, so it belongs in the plan; `insertion` says where."""

    key: Key
    reason: Reason | None
    insertion: Insertion | None = None
    cause: Cause | None = None

    @property
    def hope(self) -> tuple[int, int]:
        reason = len(HOPE) if self.reason is None else HOPE.index(self.reason)
        return reason, -1 if self.cause is None else CAUSES.index(self.cause)


def no_hours(site: Site, workday: Workday, key: Key) -> DayVerdict:
    """Why a visit may start at no time of the day."""
    if not site.skills <= workday.skills:
        return DayVerdict(key, Reason.NO_SKILL)
    return DayVerdict(key, Reason.CLOSED, cause=Cause.FROZEN if open_windows(site, workday) else None)


def in_company(draft: Draft, wish: Wish, key: Key, task: Task, others: Sequence[str], prove: bool) -> DayVerdict | None:
    """The same of a visit with which others have to come."""
    insertion = draft.insertion(task, key)
    if insertion is not None:
        return DayVerdict(key, Reason.CHEAPER_LEFT_OUT if insertion.total >= 0 else None, insertion)
    if not prove:
        return None
    reason = no_place(draft, wish, key, task, draft.with_visit(wish.site, key).broken is not None)
    if reason is not Reason.DAY_FULL:
        return DayVerdict(key, reason)
    company = [draft.sites[site] for site in others]
    tasks = [draft.visit(site, key) for site in company]
    placed = all(site.place is not None for site in company) and all(one.windows for one in tasks)
    broken = any(draft.with_visit(site, key).broken is not None for site in (wish.site, *others))
    if placed and not broken and draft.room(key).insert_all([task, *tasks]) is not None:
        return DayVerdict(key, Reason.BEYOND_RADIUS)  # beside everything there is time for them
    if not placed or any(_never(draft, site.id, key) for site in company):
        return DayVerdict(key, Reason.TOGETHER)
    beside = [*fixed(draft, key), *tasks]
    if not fits_beside_fixed(draft.problem, draft.workdays[key], beside, task):
        return DayVerdict(key, Reason.TOGETHER)
    return DayVerdict(key, Reason.APART if not broken and only_apart(draft, key, [task, *tasks]) else Reason.DAY_FULL)


def _never(draft: Draft, site: str, key: Key) -> bool:
    """Whether a visit would not be credited, or comes in a pause, whatever else the planner chose for the site."""
    return all(draft.with_visit(site, key, flexible_too).broken is not None for flexible_too in (True, False))


def too_large(workday: Workday, task: Task) -> bool:
    """Whether its load alone is more than can be carried."""
    return workday.capacity is not None and task.load > workday.capacity


def no_place(draft: Draft, wish: Wish, key: Key, task: Task, broken: bool) -> Reason:
    """Why a visit that the day would have time for alone has no place on it; broken: as things stand, its rhythm forbids it."""
    if broken and draft.with_visit(wish.site, key, flexible_too=False).broken is not None:
        return Reason.TOO_CLOSE
    others = fixed(draft, key)  # without any the day is as good as empty, and has time for it
    workday = draft.workdays[key]
    if others and not fits_beside_fixed(draft.problem, workday, others, task):
        kept_apart = clash(draft.problem, [*others, task])
        beside = kept_apart and fits_beside_fixed(draft.problem, workday, others, _of_nobody(task))
        return Reason.APART if beside else Reason.APPOINTMENT_CONFLICT
    return Reason.DAY_FULL


def only_apart(draft: Draft, key: Key, tasks: Sequence[Task]) -> bool:
    """Whether visits have no place on a day only because one of them is to be apart from what stands there."""
    order = draft.orders[key]
    if not clash(draft.problem, [*order, *tasks]) or draft.radius_price(tasks, key) >= BEYOND:
        return False
    return draft.room(key).insert_all([_of_nobody(task) for task in tasks]) is not None


def _of_nobody(task: Task) -> Task:
    """The same visit to a site of no name, which is to be apart from nothing."""
    return replace(task, site="")


def kept_apart(draft: Draft, site: str, keys: Sequence[Key]) -> list[str]:
    """What stands on these days and is to be apart from a visit to the site, or from those that would come with it."""
    found: dict[str, None] = {}
    for key in keys:
        coming, there = {site, *draft.absent(site, key)}, {task.site for task in draft.orders[key]}
        for pair in draft.problem.apart:
            found |= dict.fromkeys(two for one, two in (pair, pair[::-1]) if one in coming and two in there)
    return sorted(found)


def only_too_near(draft: Draft, wish: Wish, key: Key) -> bool:
    """Whether nothing is in its way on a day but that the plan has another visit there on it, or too near to it."""
    if draft.with_visit(wish.site, key).broken is None:
        return False
    task = draft.visit(draft.sites[wish.site], key)
    room = draft.radius_price([task], key) < BEYOND and draft.room(key).insert(task) is not None
    return room or key in draft.days_of(wish.site)


def fixed(draft: Draft, key: Key) -> list[Task]:
    """What may not be moved off a day: appointments, blocks and locked visits."""
    return [t for t in draft.orders[key] if t.kind is not StopKind.VISIT or not t.flexible]


def fits_beside_fixed(problem: Problem, workday: Workday, others: Sequence[Task], task: Task) -> bool:
    """Whether the task and the fixed ones have times in any order (in the given one, if they are many)."""
    if DayRoom(problem, workday, others).fits(task):
        return True
    return len(others) <= MOST_PERMUTED and _any_order(problem, workday, [], [*others, task])


def _any_order(problem: Problem, workday: Workday, begun: list[Task], rest: list[Task]) -> bool:
    """Depth first over all orders, cut where even without a break a task comes too late."""
    if not rest:
        return order_cost(problem, workday, begun) is not None
    if not _in_time(problem, workday, begun):
        return False
    return any(
        _any_order(problem, workday, [*begun, task], [t for t in rest if t is not task])
        for task in sorted(rest, key=lambda t: t.windows[-1].latest)
    )


def _in_time(problem: Problem, workday: Workday, begun: list[Task]) -> bool:
    """A bound: whether the beginning of an order has times, the break, driving home and blocks on the way left out."""
    here, left, free, pace = workday.start_place, workday.start, workday.start, pace_of(problem, workday)
    for task in begun:
        ready = free
        if task.place is not None:
            way = int(problem.travel.seconds[here, task.place])
            ready = max(free, left + way if pace is None else pace.arrive(left, way))
        start = first_start(task.windows, ready)
        if start is None:
            return False
        free = start + task.duration + task.follow_up
        if task.place is not None:
            here, left = task.place, free
    return True
