"""Times of a day: earliest departures and latest arrivals in one pass each, and what the day costs.

Two copies of the times carry the break: one in which it is still to come, one in which it is taken (or not needed any
more).  Blocks interrupt driving wherever the rep is, so a leg with blocks carries both the time of departure and the
*virtual arrival*, the time at which the drive would end if nothing more came in between.  The rules are those of
planner.timing, which gives the final times; here they are kept in a form in which an insertion is judged in O(1).
"""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

import numpy as np

from planner.search.compiled import inline, inner, once
from planner.search.layout import *
from planner.search.layout import BIG, FORBIDDEN, UNLIMITED


@inline
def first_start(state, o, d, ready):
    """The first second from `ready` on at which task `o` may start on day `d`; BIG: none."""
    fit = state.fit
    if ready > fit[o, d, LATEST]:
        return BIG
    if ready <= fit[o, d, EARLIEST]:
        return fit[o, d, EARLIEST]
    for k in range(fit[o, d, SPANS], fit[o, d, SPANS_END], 2):
        if ready <= state.lists[k + 1]:
            return max(ready, state.lists[k])
    return ready


@inline
def last_start(state, o, d, deadline):
    """The last second up to `deadline` at which task `o` may start on day `d`; -BIG: none."""
    fit = state.fit
    if deadline < fit[o, d, EARLIEST]:
        return -BIG
    if deadline >= fit[o, d, LATEST]:
        return fit[o, d, LATEST]
    for k in range(fit[o, d, SPANS_END] - 2, fit[o, d, SPANS] - 1, -2):
        if deadline >= state.lists[k]:
            return min(deadline, state.lists[k + 1])
    return deadline


@once
def refresh_steady(state, d):
    """`refresh` where the matrix holds at all times."""
    _places(state, d)
    gap, finish, rested = _forward(state, d)
    day = state.day
    day[d, FINISH] = finish
    price = FORBIDDEN
    if finish <= day[d, LIMIT] and day[d, TRAVEL] <= day[d, FARTHEST]:
        _backward(state, d)
        busy = _busy(state, d)
        day[d, WORK] = day[d, TRAVEL] + busy
        leave = _departure(state, d, gap if rested else -1, finish)
        _slack(state, d, gap if rested else day[d, N] + 1)
        _spare(state, d)
        price = _price(state, d, finish - leave - day[d, TRAVEL] - busy - (day[d, REST] if rested else 0))
        if state.tally[DISLIKE]:
            price += _disliked(state, d, gap if rested else day[d, N] + 1)
    state.tally[TOTAL] += price - state.day[d, PRICE]
    state.day[d, PRICE] = price
    return price < FORBIDDEN


@inline
def _price(state, d, waiting):
    """Driving, waiting, overtime, radius and unfair work of the day, in seconds of driving."""
    day, tally = state.day, state.tally
    if day[d, N] == 0 and day[d, AWAY] == 0:
        return 0
    over = max(0, day[d, FINISH] - day[d, END])
    percents = tally[WAIT_PCT] * waiting + tally[OVER_PCT] * over
    percents += tally[UNFAIR_PCT] * max(0, day[d, WORK] - day[d, FAIR])
    return day[d, TRAVEL] + percents // 100 + day[d, DRAWN] + day[d, LODGING]


@inner
def _disliked(state, d, gap):
    """Price of the starts that sites do not prefer; `gap` as in `_slack`."""
    day, route, price = state.day, state.route, 0
    for i in range(day[d, N]):
        o = np.int64(route[d, TASKS, i])
        likes = liked(state, o, d)
        if likes:
            late = day[d, REST] == 0 or i >= gap
            start = route[d, READY1 if late else READY0, i + 1] - state.fit[o, d, BUSY]
            latest, slack = np.int64(route[d, LATE1 if late else LATE0, i]), np.int64(route[d, SLACK, i + 1])
            price += dislike(state, d, likes, start, latest, slack, i == 0)
    return price


@inner
def liked(state, o, d):
    """Where in `lists` the windows are that the site of task `o` prefers on day `d`; 0: it prefers none."""
    extra = state.task[o, EXTRA]
    return np.int64(state.lists[state.lists[extra + LIKES] + d]) if extra and state.lists[extra + LIKES] else 0


@inner
def dislike(state, d, likes, start, latest, slack, first):
    """Price of a start: nought inside a window that is preferred, else that of waiting for the next one if it is less.

    latest : the latest start, so that all after it is in time.  slack : the waiting after it.  first : of the day, where waiting
    costs nothing.  What waiting does to the starts after it is left out, so this is an estimate; planner.timing has the times.
    """
    opens, lists, tally, finish, end = BIG, state.lists, state.tally, state.day[d, FINISH], state.day[d, END]
    for k in range(likes + 1, likes + 1 + 2 * lists[likes], 2):
        if lists[k] <= start <= lists[k + 1]:
            return 0
        if start < lists[k] < opens:
            opens = lists[k]
    if opens > latest:
        return tally[DISLIKE]
    wait = opens - start
    over = max(0, finish + max(0, wait - slack) - end) - max(0, finish - end)
    cost = (tally[WAIT_PCT] * ((0 if first else wait) - min(wait, slack)) + tally[OVER_PCT] * over) // 100
    return min(tally[DISLIKE], max(0, cost))


@inline
def _places(state, d):
    """Origin and goal of each gap, blocks before it; the day's driving, counted stops, load and radius."""
    day, route, task = state.day, state.route, state.task
    n = day[d, N]
    route[d, FROM, 0], route[d, RUN, 0], day[d, COUNTED], day[d, TRAVEL] = day[d, ORIGIN], 0, 0, 0
    for a in range(day[d, ANCHOR], day[d, ANCHORS_END]):
        state.drawn[d, a] = 0
    for i in range(n):
        o = route[d, TASKS, i]
        block = task[o, PLACE] < 0
        route[d, FROM, i + 1] = route[d, FROM, i] if block else task[o, PLACE]
        route[d, RUN, i + 1] = route[d, RUN, i] + 1 if block else 0
        day[d, COUNTED] += task[o, COUNTS]
        for a in range(day[d, ANCHOR], day[d, ANCHORS_END]):
            state.drawn[d, a] += state.excess[o, a]
    if day[d, CAPACITY] < UNLIMITED:
        day[d, LOADED] = _load(state, d)
    route[d, TO, n] = day[d, GOAL]
    for i in range(n - 1, -1, -1):
        place = task[route[d, TASKS, i], PLACE]
        route[d, TO, i] = route[d, TO, i + 1] if place < 0 else place
    if n or day[d, AWAY]:
        for i in range(n + 1):
            if route[d, RUN, i] == 0:
                day[d, TRAVEL] += state.travel[0, route[d, FROM, i], route[d, TO, i]]
    day[d, DRAWN] = radius_price(state, -1, d)


@once
def _load(state, d):
    """What the tasks of the day take of its capacity."""
    loaded = 0
    for i in range(state.day[d, N]):
        extra = state.task[state.route[d, TASKS, i], EXTRA]
        if extra:
            loaded += state.lists[extra + LOAD]
    return loaded


@inline
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


@once
def _forward(state, d):
    """Earliest departures; returns (gap of the break, end of the day, whether the break is taken)."""
    day, route = state.day, state.route
    n, rest, opens, closes = day[d, N], day[d, REST], day[d, REST_FROM], day[d, REST_TO]
    route[d, READY0, 0] = day[d, START] if rest else BIG
    route[d, READY1, 0] = BIG if rest else day[d, START]
    gap, begun, x0, x1 = 0, True, 0, 0
    for i in range(n + 1):
        y0, y1 = route[d, READY0, i], route[d, READY1, i]
        if route[d, RUN, i] == 0:
            leg = state.travel[0, route[d, FROM, i], route[d, TO, i]] if n or day[d, AWAY] else 0
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
        o = route[d, TASKS, i]
        if state.task[o, PLACE] < 0:
            if pause and max(x0, opens) + rest <= x1:
                x1, y1, gap = max(x0, opens) + rest, max(y0, opens) + rest, i
            x0, route[d, READY0, i + 1] = _through(state, o, d, x0, y0)
            x1, route[d, READY1, i + 1] = _through(state, o, d, x1, y1)
            continue
        start0, start1 = first_start(state, o, d, x0), first_start(state, o, d, x1)
        if pause:
            rested = first_start(state, o, d, max(x0, opens) + rest)
            if rested <= start1:
                start1, gap = rested, i
        if i == 0 and rest and start0 < BIG and start0 - leg >= closes:
            begun, start1 = False, min(start0, start1)  # the day has not begun by the end of the break's window
        busy = state.fit[o, d, BUSY]
        route[d, READY0, i + 1], route[d, READY1, i + 1] = min(BIG, start0 + busy), min(BIG, start1 + busy)
    return gap, BIG, False


@inline
def _through(state, o, d, x, y):
    """Virtual arrival and departure after block `o`, entered with virtual arrival x at time y."""
    fit = state.fit
    if y > fit[o, d, LATEST]:
        return BIG, BIG
    return min(BIG, max(x, fit[o, d, EARLIEST]) + fit[o, d, BUSY]), max(y, fit[o, d, EARLIEST]) + fit[o, d, BUSY]


@once
def _backward(state, d):
    """Latest arrivals and departures, so that everything after them is still in time."""
    day, route = state.day, state.route
    n, rest, opens, closes = day[d, N], day[d, REST], day[d, REST_FROM], day[d, REST_TO]
    route[d, LATE1, n] = day[d, LIMIT]
    route[d, LATE0, n] = min(closes, day[d, LIMIT]) if rest else -BIG  # over before the break's window is
    route[d, LEAVE0, n] = route[d, LEAVE1, n] = BIG
    for i in range(n - 1, -1, -1):
        o = route[d, TASKS, i]
        late0, late1, leave0, leave1 = (
            route[d, LATE0, i + 1],
            route[d, LATE1, i + 1],
            route[d, LEAVE0, i + 1],
            route[d, LEAVE1, i + 1],
        )
        pause = rest > 0 and opens + rest <= late1 and opens + rest <= leave1
        if state.task[o, PLACE] < 0:
            if pause and late1 - rest > late0:
                late0, leave0 = late1 - rest, min(closes, leave1 - rest)
            route[d, LATE0, i], route[d, LEAVE0, i] = _before(state, o, d, late0, leave0)
            route[d, LATE1, i], route[d, LEAVE1, i] = _before(state, o, d, late1, leave1)
            continue
        leg, busy = state.travel[0, state.task[o, PLACE], route[d, TO, i + 1]], state.fit[o, d, BUSY]
        end0, end1 = min(late0 - leg, leave0), min(late1 - leg, leave1)
        if pause:
            end0 = max(end0, min(closes, late1 - rest - leg, leave1 - rest))
        route[d, LATE0, i] = last_start(state, o, d, end0 - busy) if rest else -BIG
        route[d, LATE1, i] = last_start(state, o, d, end1 - busy)
        route[d, LEAVE0, i] = route[d, LEAVE1, i] = BIG


@inline
def _before(state, o, d, late, leave):
    """Latest virtual arrival and departure into block `o`, given those after it."""
    fit = state.fit
    done = fit[o, d, EARLIEST] + fit[o, d, BUSY]
    if done > late or done > leave:
        return -BIG, -BIG
    return late - fit[o, d, BUSY], min(fit[o, d, LATEST], leave - fit[o, d, BUSY])


@inline
def _busy(state, d):
    total = 0
    for i in range(state.day[d, N]):
        total += state.fit[state.route[d, TASKS, i], d, BUSY]
    return total


@once
def _departure(state, d, gap, finish):
    """As late as no stop becomes later; `gap` is that of the break, -1: none."""
    day, route = state.day, state.route
    n = day[d, N]
    if n == 0:
        return day[d, START] if day[d, AWAY] else finish
    first = 0  # the gap through which the first place is reached
    while first < n and state.task[route[d, TASKS, first], PLACE] < 0:
        first += 1
    rested = 0 <= gap <= first
    now, drive = finish, state.travel[0, day[d, ORIGIN], route[d, TO, 0]]
    if first < n:
        ready = route[d, READY1 if rested or day[d, REST] == 0 else READY0, first + 1]
        now = ready - state.fit[route[d, TASKS, first], d, BUSY]
    for i in range(first, -1, -1):
        if gap == i:
            start = min(day[d, REST_TO], now - day[d, REST])
            drive, now = max(0, drive - (now - day[d, REST] - start)), start
        if i:
            o = route[d, TASKS, i - 1]
            ready = route[d, READY1 if 0 <= gap < i or day[d, REST] == 0 else READY0, i]
            busy = state.fit[o, d, BUSY]
            start = min(now - busy, ready - busy)
            drive, now = max(0, drive - (now - busy - start)), start
    return now - drive


@once
def _slack(state, d, gap):
    """Present arrivals, and the waiting that a later arrival would use up; before the first stop it is free."""
    day, route = state.day, state.route
    n, rest = day[d, N], day[d, REST]
    route[d, ARRIVAL, n], route[d, SLACK, n] = day[d, FINISH], 0
    for i in range(n - 1, -1, -1):
        o = route[d, TASKS, i]
        late = rest == 0 or i >= gap
        start = route[d, READY1 if late else READY0, i + 1] - state.fit[o, d, BUSY]
        arrival = start
        if i and route[d, RUN, i] == 0 and state.task[o, PLACE] >= 0:
            before = route[d, READY1 if rest == 0 or i > gap else READY0, i]
            arrival = before + state.travel[0, route[d, FROM, i], route[d, TO, i]]
            if rest and i == gap:
                arrival = max(arrival, day[d, REST_FROM]) + rest
        route[d, ARRIVAL, i] = arrival
        route[d, SLACK, i] = start - arrival + route[d, SLACK, i + 1]


@once
def _spare(state, d):
    """How much more each gap could take at most, whichever side of the break it comes to lie on."""
    day, route = state.day, state.route
    n, rest = day[d, N], day[d, REST]
    day[d, ROOM] = 0
    for i in range(n + 1):
        ready0, ready1, late0, late1 = route[d, READY0, i], route[d, READY1, i], route[d, LATE0, i], route[d, LATE1, i]
        spare = late1 - ready1
        if rest:
            spare = max(spare, late0 - ready0, late1 - ready0 - (rest if i else 0))
        if n or day[d, AWAY]:
            spare -= state.travel[0, route[d, FROM, i], route[d, TO, i]]
        route[d, SPARE, i] = BIG if route[d, RUN, i] else spare
        day[d, ROOM] = max(day[d, ROOM], route[d, SPARE, i])
