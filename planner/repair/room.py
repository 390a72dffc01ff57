"""Making room on a day: what must stand there is put in, and as little as possible has to go.

Tasks of a draft that was begun from a published plan start no earlier than published, so every order that is tried here keeps
that.  Only where what must stand on the day cannot stand otherwise, it may come earlier itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planner.draft.draft import Draft, Key
from planner.draft.room import DayRoom
from planner.draft.steady import identity
from planner.engine.choose import choose_day
from planner.plan import Route, StopKind
from planner.problem import Problem, Workday
from planner.repair.fewest import LEAVE_PRICE, SHIFT_PRICE, FullDay, fewest_leave
from planner.repair.steady import shifts
from planner.tasks import Task, promised, visit_task
from planner.timing import as_told, latest_starts, order_cost, time_route

IMPOSSIBLE = 1 << 50
PROMISE_PRICE = 14_400  # a start brought forward, in seconds of driving: more than most visits are worth


def make_room(draft: Draft, key: Key, new: Task | None, published: Route | None) -> list[Task] | None:
    """Put `new` on the day (or mend an order that has no times); returns what had to go: visits, and only where the day
    itself has become too short something that was to stand there.  The order that is left always has times.

    None: `new` cannot stand there, not even with every movable visit gone; then the day stays as it is.
    """
    if new is not None and not new.windows:  # a locked visit without a promised start, and the site is closed now
        return None
    new = None if new is None else draft.as_long_as_now(new, key)
    tasks = [*draft.orders[key], *([new] if new is not None else [])]
    movable = [n for n, task in enumerate(tasks) if _movable(task)]
    order, _ = _fewest(draft, key, tasks, {}, LEAVE_PRICE // SHIFT_PRICE)
    if order is None or SHIFT_PRICE * _late(draft, key, tasks, order) > LEAVE_PRICE:
        prices = {n: drop_price(draft, key, tasks[n]) for n in movable}
        order = _order(draft, key, tasks, prices, published) or order
        dear = [n for n, price in prices.items() if price > PROMISE_PRICE]
        if order is None or any(n not in order for n in dear):
            tasks, order = _sooner(draft, key, tasks, prices, order, published)
    if new is not None and len(tasks) - 1 not in order:
        return None
    return _apply(draft, key, tasks, order, new)


def sites_of(tasks: Iterable[Task] | None) -> dict[str, None]:
    """The sites among what had to leave a day."""
    return {task.site: None for task in tasks or () if task.site is not None}


def _sooner(
    draft: Draft, key: Key, tasks: list[Task], prices: dict[int, int], order: list[int] | None, published: Route | None
) -> tuple[list[Task], list[int]]:
    """Where what must stand cannot otherwise, or a visit is worth more than a promise: the best order if they may start
    before they were published, and their tasks for it; `order` as it is if that is the better one.

    What must stand and has no room even so is not in the order.
    """
    firm = [n for n in range(len(tasks)) if n not in prices]
    firm += sorted(
        (n for n in prices if prices[n] > PROMISE_PRICE and order and n not in order), key=lambda n: -prices[n]
    )
    free, stands = _as_late_as_needed(draft, key, tasks, firm)
    kept = sorted({*stands, *prices})
    at = {n: place for place, n in enumerate(kept)}
    among = {at[n]: price for n, price in prices.items()}
    found = _order(draft, key, [free[n] for n in kept], among, published)
    sooner = stands if found is None else [kept[n] for n in found]

    def rank(chosen: Sequence[int], by: Sequence[Task]) -> int:
        early = PROMISE_PRICE * _brought_forward(draft, key, [by[n] for n in chosen])
        gone = sum(prices.get(n, IMPOSSIBLE) for n in range(len(tasks)) if n not in chosen)
        return early + gone + steady_price(draft, key, [by[n] for n in chosen], published)

    return (tasks, order) if order is not None and rank(order, tasks) <= rank(sooner, free) else (free, sooner)


def _as_late_as_needed(
    draft: Draft, key: Key, tasks: Sequence[Task], firm: Sequence[int]
) -> tuple[list[Task], list[int]]:
    """The tasks, with those of `firm` no earlier than they have to be to stand on the day together; and the order of
    those for which there is time."""
    problem, workday, order = draft.problem, draft.workdays[key], list[int]()
    free = [whenever(draft, key, task) if n in firm else task for n, task in enumerate(tasks)]
    for n in firm:
        order = _with(problem, workday, free, order, n) or order
    latest = latest_starts(problem, workday, [free[n] for n in order]) or []
    starts, late = draft.starts.get(key, {}), list(free)
    for n, by in zip(order, latest, strict=bool(order)):
        if (start := starts.get(identity(free[n]))) is not None:
            late[n] = as_told(free[n], min(start, by))
    # A day that ends later may need a break that it did not need before: then they stand as early as they can.
    return (late, order) if _timed(draft, key, late, order) else (free, order)


def _with(problem: Problem, workday: Workday, tasks: Sequence[Task], order: list[int], new: int) -> list[int] | None:
    """The order with one more: put between the others, or if it must be all of them in another order."""
    found = DayRoom(problem, workday, [tasks[n] for n in order]).insert(tasks[new])
    if found is not None:
        return [*order[: found[1]], new, *order[found[1] :]]
    all_of_them = [*order, new]
    anyhow = fewest_leave(problem, workday, [tasks[n] for n in all_of_them], {}, [None] * len(all_of_them))
    chosen = [all_of_them[n] for n in anyhow or ()]
    return chosen if chosen and time_route(problem, workday, [tasks[n] for n in chosen]) else None


def _brought_forward(draft: Draft, key: Key, order: Sequence[Task]) -> int:
    """How many start earlier than published."""
    route = time_route(draft.problem, draft.workdays[key], order)
    starts = draft.starts.get(key, {})
    return 0 if route is None else sum(stop.start < starts.get(identity(stop), 0) for stop in route.stops)


def _timed(draft: Draft, key: Key, tasks: Sequence[Task], order: Sequence[int]) -> bool:
    return time_route(draft.problem, draft.workdays[key], [tasks[n] for n in order]) is not None


def _movable(task: Task) -> bool:
    return task.kind is StopKind.VISIT and task.flexible


def _late(draft: Draft, key: Key, tasks: Sequence[Task], order: Sequence[int]) -> int:
    """How many start more than the lock slack after their published time."""
    route = time_route(draft.problem, draft.workdays[key], [tasks[n] for n in order])
    starts, slack = draft.starts.get(key, {}), draft.problem.params.lock_slack
    return 0 if route is None else sum(s.start > starts.get(identity(s), s.start) + slack for s in route.stops)


def _fewest(
    draft: Draft, key: Key, tasks: Sequence[Task], prices: dict[int, int], most_late: int | None = None
) -> tuple[list[int] | None, bool]:
    """An order that has times, and whether it is known to be the best.  most_late : as for `FullDay`."""
    starts = [draft.starts.get(key, {}).get(identity(task)) for task in tasks]
    day = FullDay(draft.problem, draft.workdays[key], tasks, prices, starts, most_late)
    order = day.best()
    timed = order is not None and _timed(draft, key, tasks, order)
    return (order if timed else None), timed and day.proven


def _order(
    draft: Draft, key: Key, tasks: Sequence[Task], prices: dict[int, int], published: Route | None
) -> list[int] | None:
    """What stays, in order: few displaced and few shifted at their prices, and what the day costs."""

    def rank(chosen: Sequence[int]) -> int:
        gone = sum(LEAVE_PRICE + price for n, price in prices.items() if n not in chosen)
        return gone + steady_price(draft, key, [tasks[n] for n in chosen], published)

    start, proven = _fewest(draft, key, tasks, prices)
    if proven:
        return start
    if start is None and (start := _refilled(draft, key, tasks, prices)) is None:
        return None
    chosen = choose_day(draft.problem, draft.workdays[key], tasks, prices, start)
    return min([start, *([chosen] if chosen else [])], key=rank)


def whenever(draft: Draft, key: Key, task: Task) -> Task:
    """The task at any time that was agreed, or at which the site is open."""
    if task.kind is not StopKind.VISIT:
        return task.at((draft.appointments[task.request or ""].window,))
    assert task.site is not None
    visit, lock = visit_task(draft.sites[task.site], draft.workdays[key]), draft.locks.get((task.site, *key))
    if lock is not None and not task.flexible:
        visit = promised(visit, lock.start, draft.problem.params.lock_slack)
    return task.at(visit.windows)


def drop_price(draft: Draft, key: Key, task: Task) -> int:
    """What it costs to take a visit off its day: its best place elsewhere, or its miss price, and the change itself."""
    assert task.site is not None
    dates, params = draft.dates(task.site), draft.problem.params
    others = [call for call in draft.calls(task.site) if call.date != key[1] or not call.flexible]
    left_out = dates.judge(others)
    least = dates.price(left_out, params)
    for day in sorted({day for gone in left_out.missed for day in gone.days if day > key[1]}):
        other = (key[0], day)
        if other not in draft.workdays:
            continue
        after = dates.judge(sorted([*others, draft.call(task.site, other)]))
        if after.broken is None and (price := dates.price(after, params)) < least:
            detour = draft.room(other).estimate(draft.visit(draft.sites[task.site], other, without=(key[1],)))
            least = least if detour is None else min(least, price + detour)
    change = 0 if dates.base else params.churn_price
    return max(1, least - draft.site_price(task.site) + change)


def steady_price(draft: Draft, key: Key, order: Sequence[Task], published: Route | None) -> int:
    """Cost of the day, and of every stop that starts at another time than was published."""
    route = time_route(draft.problem, draft.workdays[key], order)
    if route is None:
        return IMPOSSIBLE
    cost = order_cost(draft.problem, draft.workdays[key], order)
    assert cost is not None, "it has times"
    return cost + SHIFT_PRICE * shifts(draft.problem, route, published)


def _refilled(draft: Draft, key: Key, tasks: Sequence[Task], prices: dict[int, int]) -> list[int] | None:
    """What must stay first, each where it fits, then the others, the dearest to move first."""
    workday, order = draft.workdays[key], list[int]()
    stays = [n for n in range(len(tasks)) if n not in prices]
    for n in sorted(stays, key=lambda n: tasks[n].windows[-1].latest):
        found = DayRoom(draft.problem, workday, [tasks[k] for k in order]).insert(tasks[n])
        if found is None:
            return None
        order.insert(found[1], n)
    for n in sorted(prices, key=lambda n: (-prices[n], n)):
        found = DayRoom(draft.problem, workday, [tasks[k] for k in order]).insert(tasks[n])
        if found is not None:
            order.insert(found[1], n)
    return order


def _apply(draft: Draft, key: Key, tasks: Sequence[Task], order: Sequence[int], new: Task | None) -> list[Task]:
    gone = [task for n, task in enumerate(draft.orders[key]) if n not in order]
    for task in gone:
        draft.take(task, key)
    if new is not None:
        draft.put(new, key, 0)
    draft.reorder(key, [tasks[n] for n in order])
    for site in sites_of([new] if new is not None else []):
        draft.keep_lengths(site)  # with what left, another visit may be the first one
    return gone
