"""Times of a day: earliest departures and latest arrivals in one pass each, and what the day costs.

Two copies of the times carry the break: one in which it is still to come, one in which it is taken (or not needed any
more).  Blocks interrupt driving wherever the rep is, so a leg with blocks carries both the time of departure and the
*virtual arrival*, the time at which the drive would end if nothing more came in between.  The rules are those of
planner.timing, which gives the final times; here they are kept in a form in which an insertion is judged in O(1).
"""

from __future__ import annotations

from numba import njit

from planner.search.layout import *  # noqa: F403  the columns
from planner.search.layout import BIG, FORBIDDEN, JIT


@njit(**JIT)
def first_start(state, o, d, ready):
    """The first second from `ready` on at which task `o` may start on day `d`; BIG: none."""
    fit = state.fit[o, d]
    if ready > fit[LATEST]:
        return BIG
    if ready <= fit[EARLIEST]:
        return fit[EARLIEST]
    for k in range(fit[SPANS], fit[SPANS_END]):
        if ready <= state.spans[k, 1]:
            return max(ready, state.spans[k, 0])
    return ready


@njit(**JIT)
def last_start(state, o, d, deadline):
    """The last second up to `deadline` at which task `o` may start on day `d`; -BIG: none."""
    fit = state.fit[o, d]
    if deadline < fit[EARLIEST]:
        return -BIG
    if deadline >= fit[LATEST]:
        return fit[LATEST]
    for k in range(fit[SPANS_END] - 1, fit[SPANS] - 1, -1):
        if deadline >= state.spans[k, 0]:
            return min(deadline, state.spans[k, 1])
    return deadline


@njit(**JIT)
def refresh(state, d):
    """Recompute day `d` after a change of its order; False (and no price) when it cannot be kept."""
    _places(state, d)
    gap, finish, rested = _forward(state, d)
    day = state.day[d]
    day[FINISH] = finish
    price = FORBIDDEN
    if finish <= day[LIMIT]:
        _backward(state, d)
        busy = _busy(state, d)
        leave = _departure(state, d, gap if rested else -1, finish)
        _slack(state, d, gap if rested else day[N] + 1)
        price = _price(state, d, finish - leave - day[TRAVEL] - busy - (day[REST] if rested else 0))
    state.tally[TOTAL] += price - state.day_price[d, PRICE]
    state.day_price[d, PRICE] = price
    return price < FORBIDDEN


@njit(**JIT)
def _price(state, d, waiting):
    """Driving, waiting, overtime and radius of the day, in seconds of driving."""
    day, tally = state.day[d], state.tally
    if day[N] == 0:
        return 0
    over = max(0, day[FINISH] - day[END])
    return day[TRAVEL] + (tally[WAIT_PCT] * waiting + tally[OVER_PCT] * over) // 100 + day[DRAWN]


@njit(**JIT)
def _places(state, d):
    """Origin and goal of each gap, blocks before it; the day's driving, counted stops and radius."""
    day, route, task = state.day[d], state.route[d], state.task
    n = day[N]
    route[FROM, 0], route[RUN, 0], day[COUNTED], day[TRAVEL] = day[ORIGIN], 0, 0, 0
    state.drawn[d, :] = 0
    for i in range(n):
        o = route[TASKS, i]
        block = task[o, PLACE] < 0
        route[FROM, i + 1] = route[FROM, i] if block else task[o, PLACE]
        route[RUN, i + 1] = route[RUN, i] + 1 if block else 0
        day[COUNTED] += task[o, COUNTS]
        for a in range(day[ANCHOR], day[ANCHORS_END]):
            state.drawn[d, a] += state.excess[o, a]
    route[TO, n] = day[GOAL]
    for i in range(n - 1, -1, -1):
        place = task[route[TASKS, i], PLACE]
        route[TO, i] = route[TO, i + 1] if place < 0 else place
    if n:
        for i in range(n + 1):
            if route[RUN, i] == 0:
                day[TRAVEL] += state.seconds[route[FROM, i], route[TO, i]]
    day[DRAWN] = radius_price(state, -1, d)


@njit(**JIT)
def radius_price(state, o, d):
    """Price of the day's distance beyond the radius of its best anchor, with task `o` added (-1: as it is)."""
    first, end = state.day[d, ANCHOR], state.day[d, ANCHORS_END]
    if first == end:
        return 0
    best = FORBIDDEN
    for a in range(first, end):
        drawn = state.drawn[d, a]
        if o >= 0:
            drawn += state.excess[o, a]
        best = min(best, drawn)
    return best


@njit(**JIT)
def _forward(state, d):
    """Earliest departures; returns (gap of the break, end of the day, whether the break is taken)."""
    day, route = state.day[d], state.route[d]
    n, rest, opens, closes = day[N], day[REST], day[REST_FROM], day[REST_TO]
    route[READY0, 0] = day[START] if rest else BIG
    route[READY1, 0] = BIG if rest else day[START]
    gap, begun, x0, x1 = 0, True, 0, 0
    for i in range(n + 1):
        y0, y1 = route[READY0, i], route[READY1, i]
        if route[RUN, i] == 0:
            leg = state.seconds[route[FROM, i], route[TO, i]] if n else 0
            x0, x1 = min(BIG, y0 + leg), min(BIG, y1 + leg)
        pause = rest > 0 and y0 <= closes and x0 < BIG
        if i == n:
            over = x0 <= closes or not begun
            taken = max(x0, opens) + rest
            if rest and over:
                return gap, x0, False
            if pause and taken <= x1:
                return n, taken, True
            return gap, x1, rest > 0
        o = route[TASKS, i]
        if state.task[o, PLACE] < 0:
            if pause and max(x0, opens) + rest <= x1:
                x1, y1, gap = max(x0, opens) + rest, max(y0, opens) + rest, i
            x0, route[READY0, i + 1] = _through(state, o, d, x0, y0)
            x1, route[READY1, i + 1] = _through(state, o, d, x1, y1)
            continue
        start0, start1 = first_start(state, o, d, x0), first_start(state, o, d, x1)
        if pause:
            rested = first_start(state, o, d, max(x0, opens) + rest)
            if rested <= start1:
                start1, gap = rested, i
        if i == 0 and rest and start0 < BIG and start0 - leg >= closes:
            begun, start1 = False, min(start0, start1)  # the day has not begun by the end of the break's window
        busy = state.fit[o, d, BUSY]
        route[READY0, i + 1], route[READY1, i + 1] = min(BIG, start0 + busy), min(BIG, start1 + busy)
    return gap, BIG, False


@njit(**JIT)
def _through(state, o, d, x, y):
    """Virtual arrival and departure after block `o`, entered with virtual arrival x at time y."""
    fit = state.fit[o, d]
    if y > fit[LATEST]:
        return BIG, BIG
    return min(BIG, max(x, fit[EARLIEST]) + fit[BUSY]), max(y, fit[EARLIEST]) + fit[BUSY]


@njit(**JIT)
def _backward(state, d):
    """Latest arrivals and departures, so that everything after them is still in time."""
    day, route = state.day[d], state.route[d]
    n, rest, opens, closes = day[N], day[REST], day[REST_FROM], day[REST_TO]
    route[LATE1, n] = day[LIMIT]
    route[LATE0, n] = min(closes, day[LIMIT]) if rest else -BIG  # over before the break's window is
    route[LEAVE0, n] = route[LEAVE1, n] = BIG
    for i in range(n - 1, -1, -1):
        o = route[TASKS, i]
        late0, late1, leave0, leave1 = route[LATE0, i + 1], route[LATE1, i + 1], route[LEAVE0, i + 1], route[LEAVE1, i + 1]
        pause = rest > 0 and opens + rest <= late1 and opens + rest <= leave1
        if state.task[o, PLACE] < 0:
            if pause and late1 - rest > late0:
                late0, leave0 = late1 - rest, min(closes, leave1 - rest)
            route[LATE0, i], route[LEAVE0, i] = _before(state, o, d, late0, leave0)
            route[LATE1, i], route[LEAVE1, i] = _before(state, o, d, late1, leave1)
            continue
        leg, busy = state.seconds[state.task[o, PLACE], route[TO, i + 1]], state.fit[o, d, BUSY]
        end0, end1 = min(late0 - leg, leave0), min(late1 - leg, leave1)
        if pause:
            end0 = max(end0, min(closes, late1 - rest - leg, leave1 - rest))
        route[LATE0, i] = last_start(state, o, d, end0 - busy) if rest else -BIG
        route[LATE1, i] = last_start(state, o, d, end1 - busy)
        route[LEAVE0, i] = route[LEAVE1, i] = BIG


@njit(**JIT)
def _before(state, o, d, late, leave):
    """Latest virtual arrival and departure into block `o`, given those after it."""
    fit = state.fit[o, d]
    done = fit[EARLIEST] + fit[BUSY]
    if done > late or done > leave:
        return -BIG, -BIG
    return late - fit[BUSY], min(fit[LATEST], leave - fit[BUSY])


@njit(**JIT)
def _busy(state, d):
    total = 0
    for i in range(state.day[d, N]):
        total += state.fit[state.route[d, TASKS, i], d, BUSY]
    return total


@njit(**JIT)
def _departure(state, d, gap, finish):
    """As late as no stop becomes later; `gap` is that of the break, -1: none."""
    day, route = state.day[d], state.route[d]
    n = day[N]
    if n == 0:
        return finish
    first = 0  # the gap through which the first place is reached
    while first < n and state.task[route[TASKS, first], PLACE] < 0:
        first += 1
    rested = 0 <= gap <= first
    now, drive = finish, state.seconds[day[ORIGIN], route[TO, 0]]
    if first < n:
        ready = route[READY1 if rested or day[REST] == 0 else READY0, first + 1]
        now = ready - state.fit[route[TASKS, first], d, BUSY]
    for i in range(first, -1, -1):
        if gap == i:
            start = min(day[REST_TO], now - day[REST])
            drive, now = max(0, drive - (now - day[REST] - start)), start
        if i:
            o = route[TASKS, i - 1]
            ready = route[READY1 if 0 <= gap < i or day[REST] == 0 else READY0, i]
            busy = state.fit[o, d, BUSY]
            start = min(now - busy, ready - busy)
            drive, now = max(0, drive - (now - busy - start)), start
    return now - drive


@njit(**JIT)
def _slack(state, d, gap):
    """Present arrivals, and the waiting that a later arrival would use up; before the first stop it is free."""
    day, route = state.day[d], state.route[d]
    n, rest = day[N], day[REST]
    route[ARRIVAL, n], route[SLACK, n] = day[FINISH], 0
    for i in range(n - 1, -1, -1):
        o = route[TASKS, i]
        late = rest == 0 or i >= gap
        start = route[READY1 if late else READY0, i + 1] - state.fit[o, d, BUSY]
        arrival = start
        if i and route[RUN, i] == 0 and state.task[o, PLACE] >= 0:
            before = route[READY1 if rest == 0 or i > gap else READY0, i]
            arrival = before + state.seconds[route[FROM, i], route[TO, i]]
            if rest and i == gap:
                arrival = max(arrival, day[REST_FROM]) + rest
        route[ARRIVAL, i] = arrival
        route[SLACK, i] = start - arrival + route[SLACK, i + 1]
