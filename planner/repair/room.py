"""Making room on a day: what must stand there is put in, and as little as possible has to go."""

from __future__ import annotations

from collections.abc import Sequence

from planner.draft.draft import Draft, Key
from planner.draft.room import DayRoom
from planner.draft.steady import starts_of, steady_times
from planner.engine.choose import choose_day
from planner.plan import Route, StopKind
from planner.repair.steady import shifts
from planner.tasks import Task
from planner.timing import order_cost, route_cost

IMPOSSIBLE = 1 << 50
SHIFT_PRICE = 1800  # a stop that starts more than the lock slack off its published time, in seconds of driving


def make_room(draft: Draft, key: Key, new: Task | None, published: Route | None) -> list[Task] | None:
    """Put `new` on the day (or mend an order that has no times); returns the visits that had to go.

    None: not even with every movable visit gone; then the day stays as it is.
    """
    order = draft.orders[key]
    if new is not None and not new.windows:  # a locked visit without a promised start, and the site is closed now
        return None
    if new is not None and (position := _position(draft, key, new, published)) is not None:
        draft.put(new, key, position)
        return []
    tasks = [*order, *([new] if new is not None else [])]
    prices = {n: _drop_price(draft, key, task) for n, task in enumerate(tasks) if _movable(task)}
    starts = _starts(draft, key, tasks, prices)
    if not starts:
        return None

    def rank(chosen: Sequence[int]) -> tuple[int, int]:
        """As few displaced as can be, then what the day costs."""
        gone = [price for n, price in prices.items() if n not in chosen]
        return len(gone), sum(gone) + steady_price(draft, key, [tasks[n] for n in chosen], published)

    start = min(starts, key=rank)
    chosen = choose_day(draft.problem, draft.workdays[key], tasks, prices, start)
    return _apply(draft, key, tasks, min([start, *([chosen] if chosen else [])], key=rank), new)


def _position(draft: Draft, key: Key, new: Task, published: Route | None) -> int | None:
    """Where it fits with everything that is there, at the least cost and change; None: nowhere."""
    order = draft.orders[key]
    prices = [
        (steady_price(draft, key, [*order[:at], new, *order[at:]], published), at)
        for at in draft.room(key).positions(new)
    ]
    price, position = min(prices, default=(IMPOSSIBLE, 0))
    return position if price < IMPOSSIBLE else None


def _movable(task: Task) -> bool:
    return task.kind is StopKind.VISIT and task.flexible


def _drop_price(draft: Draft, key: Key, task: Task) -> int:
    """What it costs to take a visit off its day: its best place elsewhere, or its miss price, and the change itself."""
    assert task.site is not None
    position = draft.take(task, key)
    missed = draft.site_price(task.site)
    dates, params = draft.dates(task.site), draft.problem.params
    prices = [missed]
    for day in {day for gone in draft.verdict(task.site).missed for day in gone.days}:
        other = (key[0], day)
        if day <= key[1] or other not in draft.workdays:
            continue
        detour = draft.room(other).estimate(draft.visit(draft.sites[task.site], other))
        after = draft.with_visit(task.site, other)
        if detour is not None and after.broken is None:
            prices.append(detour + dates.price(after, params))
    draft.put(task, key, position)
    change = 0 if dates.base else params.churn_price
    return max(1, min(prices) - draft.site_price(task.site) + change)


def steady_price(draft: Draft, key: Key, order: Sequence[Task], published: Route | None) -> int:
    """Cost of the day, and of every stop that starts at another time than was published."""
    route = steady_times(draft.problem, draft.workdays[key], order, starts_of(published))
    if route is None:
        return IMPOSSIBLE
    cost = route_cost(draft.problem.params, draft.workdays[key], route)
    return cost + SHIFT_PRICE * shifts(draft.problem, route, published)


def _starts(draft: Draft, key: Key, tasks: Sequence[Task], prices: dict[int, int]) -> list[list[int]]:
    """Orders with times: all but one visit where that is enough, else what must stay, refilled."""
    options = [order for n in prices if (order := _without_one(draft, key, tasks, n)) is not None]
    if not options and (refilled := _refilled(draft, key, tasks, prices)) is not None:
        options.append(refilled)
    return options


def _without_one(draft: Draft, key: Key, tasks: Sequence[Task], gone: int) -> list[int] | None:
    """The given order with its last task where it fits best and without one visit."""
    workday = draft.workdays[key]
    left = [n for n in range(len(tasks)) if n != gone]
    if order_cost(draft.problem, workday, [tasks[n] for n in left]) is not None:
        return left
    if _movable(tasks[-1]) or gone == len(tasks) - 1:
        return None
    found = DayRoom(draft.problem, workday, [tasks[n] for n in left[:-1]]).insert(tasks[-1])
    return None if found is None else [*left[: found[1]], len(tasks) - 1, *left[found[1] : -1]]


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
    gone = [task for n, task in enumerate(tasks) if n not in order and task is not new]
    for task in gone:
        draft.take(task, key)
    if new is not None:
        draft.put(new, key, 0)
    draft.reorder(key, [tasks[n] for n in order])
    return gone
