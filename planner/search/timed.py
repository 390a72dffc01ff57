"""`schedule` on days with other speeds at other times.

A way is *work*, hundredths of a second at the speed of the matrix; `done` says how much one who drives all day has done by a
time, `reach` by when so much is done.  The forward pass is exact (as planner.timing.pace), virtual arrivals being sums of
work, so every day that it accepts has times; the pass backward is a bound where blocks or the break come in between.
"""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

import numpy as np

from planner.search.compiled import inline, inner, once
from planner.search.layout import *
from planner.search.layout import BIG, FORBIDDEN
from planner.search.schedule import _before, _busy, _disliked, _places, _price, first_start, last_start

A_SECOND = 100  # work of a second at the speed of the matrix
HUGE = 1 << 50  # work that no day is long enough for


@inline
def _piece(state, at, column, value):
    """The piece of the day in which `column` (0: its begin, 2: the work done by then) comes to `value`."""
    k = at + 2 + 3 * (state.lists[at] - 1)
    while k > at + 2 and state.lists[k + column] > value:
        k -= 3
    return k


@inner
def done(state, at, second):
    """Work that is done by a time."""
    k = _piece(state, at, 0, second)
    return state.lists[k + 2] + state.lists[k + 1] * (second - state.lists[k])


@inner
def reach(state, at, work):
    """The first second by which so much work is done; BIG: never."""
    if work >= HUGE:
        return BIG
    k = _piece(state, at, 2, work)
    return min(BIG, state.lists[k] - (state.lists[k + 2] - work) // state.lists[k + 1])


@inner
def leave(state, at, by, leg):
    """The last second of setting out for a way of `leg` seconds of the matrix so as to arrive by a time."""
    work = done(state, at, by) - A_SECOND * leg
    k = _piece(state, at, 2, work)
    return state.lists[k] + (work - state.lists[k + 2]) // state.lists[k + 1]


@inline
def at_least(state, at, leg):
    """Seconds that such a way (or difference of ways) takes at the best of times."""
    return A_SECOND * leg // state.lists[at + 1]


@inline
def way(state, d, i):
    """Seconds of the matrix of gap i; none on an empty day at home."""
    driven = state.day[d, N] or state.day[d, AWAY]
    return state.travel[0, state.route[d, FROM, i], state.route[d, TO, i]] if driven else 0


@inner
def refresh_timed(state, d):
    """`refresh` with the speeds of the day."""
    _places(state, d)
    gap, finish, rested = _forward(state, d)
    day = state.day
    day[d, FINISH], day[d, SHIFT] = finish, 0
    price = FORBIDDEN
    if finish <= day[d, LIMIT]:
        leaves = _departure(state, d, gap if rested else -1, finish)
        day[d, TRAVEL] = _driven(state, d, leaves, gap if rested else -1)
        if day[d, TRAVEL] <= day[d, FARTHEST]:
            _backward(state, d)
            busy = _busy(state, d)
            day[d, WORK] = day[d, TRAVEL] + busy
            _slack(state, d, gap if rested else day[d, N] + 1)
            _spare(state, d)
            price = _price(state, d, finish - leaves - day[d, WORK] - (day[d, REST] if rested else 0))
            if state.tally[DISLIKE]:
                price += _disliked(state, d, gap if rested else day[d, N] + 1)
            if price and not day[d, TOLD]:
                price = _leaving_later(state, d, leaves, busy, price)
    state.tally[TOTAL] += price - state.day[d, PRICE]
    state.day[d, PRICE] = price
    return price < FORBIDDEN


@once
def _leaving_later(state, d, leaves, busy, price):
    """The price of the day, or of one that begins as a slower hour ends if that is less, without more overtime
    (planner.timing.departure).  What else is kept of the day is as it was, for there may be time for more; SHIFT is by how much
    later the rep leaves."""
    day, lists, at = state.day, state.lists, state.day[d, PACE]
    start, finish, travel, work = day[d, START], day[d, FINISH], day[d, TRAVEL], day[d, WORK]
    latest, tried = min(day[d, LIMIT], max(day[d, END], finish)), False
    for k in range(at + 2, at + 2 + 3 * (lists[at] - 1), 3):
        begins = lists[k + 3]
        if lists[k + 1] >= lists[k + 4] or begins <= leaves or begins >= finish or begins > day[d, END]:
            continue
        day[d, START], tried = begins, True
        gap, home, rested = _forward(state, d)
        if home > latest:
            continue
        out = _departure(state, d, gap if rested else -1, home)
        wheel = _driven(state, d, out, gap if rested else -1)
        if wheel <= day[d, FARTHEST]:
            day[d, FINISH], day[d, TRAVEL], day[d, WORK] = home, wheel, wheel + busy
            other = _price(state, d, home - out - wheel - busy - (day[d, REST] if rested else 0))
            if state.tally[DISLIKE]:
                other += _disliked(state, d, gap if rested else day[d, N] + 1)
            if other < price:
                price, day[d, SHIFT] = other, out - leaves
    if tried:
        day[d, START], day[d, FINISH], day[d, TRAVEL], day[d, WORK] = start, finish, travel, work
        _forward(state, d)
    return price


@inner
def _set_out(state, at, second, leg):
    """The work done when a way is, if one sets out at a time."""
    return HUGE if second >= BIG or leg >= BIG else done(state, at, second) + A_SECOND * leg


@inner
def _pause(state, at, begin, length, work):
    """When a way would be done (as work) with a pause on it."""
    return done(state, at, begin + length) + max(0, work - done(state, at, begin))


@once
def _forward(state, d):
    """As in `schedule`: (gap of the break, end of the day, whether the break is taken)."""
    day, route, at = state.day, state.route, state.day[d, PACE]
    n, rest, opens, closes = day[d, N], day[d, REST], day[d, REST_FROM], day[d, REST_TO]
    route[d, READY0, 0] = day[d, START] if rest else BIG
    route[d, READY1, 0] = BIG if rest else day[d, START]
    gap, begun, z0, z1 = 0, True, 0, 0
    for i in range(n + 1):
        y0, y1 = route[d, READY0, i], route[d, READY1, i]
        if route[d, RUN, i] == 0:
            z0, z1 = _set_out(state, at, y0, way(state, d, i)), _set_out(state, at, y1, way(state, d, i))
        pause = rest > 0 and y0 <= closes and z0 < HUGE
        taken = _pause(state, at, max(y0, opens), rest, z0) if pause else HUGE
        if i == n:
            x0, x1, x = reach(state, at, z0), reach(state, at, z1), reach(state, at, taken)
            if rest and (x0 <= closes or not begun):
                return gap, x0, False
            if pause and x <= x1:
                return n, x, True
            return gap, x1, rest > 0
        o = np.int64(route[d, TASKS, i])
        if state.task[o, PLACE] < 0:
            if pause and taken <= z1:
                z1, y1, gap = taken, max(y0, opens) + rest, i
            z0, route[d, READY0, i + 1] = _through(state, at, o, d, z0, y0)
            z1, route[d, READY1, i + 1] = _through(state, at, o, d, z1, y1)
            continue
        start0 = first_start(state, o, d, reach(state, at, z0))
        start1 = first_start(state, o, d, reach(state, at, z1))
        if pause:
            rested = first_start(state, o, d, reach(state, at, taken))
            if rested <= start1:
                start1, gap = rested, i
        if i == 0 and rest and start0 < BIG and leave(state, at, start0, way(state, d, 0)) >= closes:
            begun, start1 = False, min(start0, start1)  # the day has not begun by the end of the break's window
        busy = state.fit[o, d, BUSY]
        route[d, READY0, i + 1], route[d, READY1, i + 1] = min(BIG, start0 + busy), min(BIG, start1 + busy)
    return gap, BIG, False


@inner
def _through(state, at, o, d, work, y):
    """(work, time) after block `o`, entered at time y on a way that is done with so much work."""
    fit = state.fit
    if y > fit[o, d, LATEST] or work >= HUGE:
        return HUGE, BIG
    begin = max(y, fit[o, d, EARLIEST])
    return _pause(state, at, begin, fit[o, d, BUSY], work), begin + fit[o, d, BUSY]


@once
def _departure(state, d, gap, finish):
    """As late as no stop becomes later; `gap` is that of the break, -1: none."""
    day, route, at = state.day, state.route, state.day[d, PACE]
    n = day[d, N]
    if n == 0:
        return day[d, START] if day[d, AWAY] else finish
    first = 0  # the gap through which the first place is reached
    while first < n and state.task[route[d, TASKS, first], PLACE] < 0:
        first += 1
    goal = finish
    if first < n:
        late = 0 <= gap <= first or day[d, REST] == 0
        goal = route[d, READY1 if late else READY0, first + 1] - state.fit[route[d, TASKS, first], d, BUSY]
    if first == 0 and gap != 0:
        return leave(state, at, goal, way(state, d, 0))
    low, high = day[d, START], goal
    while low < high:
        middle = (low + high + 1) // 2
        if _first_in_time(state, d, middle, first, gap, goal):
            low = middle
        else:
            high = middle - 1
    return low


@once
def _first_in_time(state, d, leaves, first, gap, goal):
    """Whether one who leaves then is at the first place by `goal`, and no block before it begins later than it does."""
    day, route, at = state.day, state.route, state.day[d, PACE]
    now, work = leaves, _set_out(state, at, leaves, way(state, d, 0))
    for i in range(first + 1):
        if i == gap:
            begin = max(now, day[d, REST_FROM])
            if begin > day[d, REST_TO]:
                return False
            work, now = _pause(state, at, begin, day[d, REST], work), begin + day[d, REST]
        if i < first:
            ready = route[d, READY1 if 0 <= gap <= i or day[d, REST] == 0 else READY0, i + 1]
            work, now = _through(state, at, np.int64(route[d, TASKS, i]), d, work, now)
            if now > ready:
                return False
    return reach(state, at, work) <= goal


@once
def _driven(state, d, leaves, gap):
    """Seconds at the wheel when leaving then."""
    day, route, at = state.day, state.route, state.day[d, PACE]
    now, work, wheel = leaves, 0, 0
    for i in range(day[d, N] + 1):
        if route[d, RUN, i] == 0:
            work = _set_out(state, at, now, way(state, d, i))
        if i == gap:
            begin = max(now, day[d, REST_FROM])
            wheel += min(reach(state, at, work), begin) - now
            work, now = _pause(state, at, begin, day[d, REST], work), begin + day[d, REST]
        if i == day[d, N]:
            break
        o = np.int64(route[d, TASKS, i])
        there = reach(state, at, work)
        if state.task[o, PLACE] < 0:
            wheel += min(there, max(now, state.fit[o, d, EARLIEST])) - now
            work, now = _through(state, at, o, d, work, now)
        else:
            wheel += there - now
            now = first_start(state, o, d, there) + state.fit[o, d, BUSY]
    return wheel + reach(state, at, work) - now


@once
def _backward(state, d):
    """As in `schedule`."""
    day, route, at = state.day, state.route, state.day[d, PACE]
    n, rest, opens, closes = day[d, N], day[d, REST], day[d, REST_FROM], day[d, REST_TO]
    route[d, LATE1, n] = day[d, LIMIT]
    route[d, LATE0, n] = min(closes, day[d, LIMIT]) if rest else -BIG
    route[d, LEAVE0, n] = route[d, LEAVE1, n] = BIG
    for i in range(n - 1, -1, -1):
        o = np.int64(route[d, TASKS, i])
        late0, late1 = route[d, LATE0, i + 1], route[d, LATE1, i + 1]
        leave0, leave1 = route[d, LEAVE0, i + 1], route[d, LEAVE1, i + 1]
        pause = rest > 0 and opens + rest <= late1 and opens + rest <= leave1
        if state.task[o, PLACE] < 0:
            if pause and late1 - rest > late0:
                late0, leave0 = late1 - rest, min(closes, leave1 - rest)
            route[d, LATE0, i], route[d, LEAVE0, i] = _before(state, o, d, late0, leave0)
            route[d, LATE1, i], route[d, LEAVE1, i] = _before(state, o, d, late1, leave1)
            continue
        leg, busy = state.travel[0, state.task[o, PLACE], route[d, TO, i + 1]], state.fit[o, d, BUSY]
        end0 = min(leave(state, at, late0, leg), leave0) if late0 > 0 else -BIG
        end1 = min(leave(state, at, late1, leg), leave1) if late1 > 0 else -BIG
        if pause:
            end0 = max(end0, min(closes, leave(state, at, late1, leg) - rest, leave1 - rest))
        route[d, LATE0, i] = last_start(state, o, d, end0 - busy) if rest else -BIG
        route[d, LATE1, i] = last_start(state, o, d, end1 - busy)
        route[d, LEAVE0, i] = route[d, LEAVE1, i] = BIG


@once
def _slack(state, d, gap):
    """As in `schedule`."""
    day, route, at = state.day, state.route, state.day[d, PACE]
    n, rest = day[d, N], day[d, REST]
    route[d, ARRIVAL, n], route[d, SLACK, n] = day[d, FINISH], 0
    for i in range(n - 1, -1, -1):
        o = np.int64(route[d, TASKS, i])
        start = route[d, READY1 if rest == 0 or i >= gap else READY0, i + 1] - state.fit[o, d, BUSY]
        arrival = start
        if i and route[d, RUN, i] == 0 and state.task[o, PLACE] >= 0:
            before = route[d, READY1 if rest == 0 or i > gap else READY0, i]
            work = _set_out(state, at, before, way(state, d, i))
            if rest and i == gap:
                work = _pause(state, at, max(before, day[d, REST_FROM]), rest, work)
            arrival = reach(state, at, work)
        route[d, ARRIVAL, i] = arrival
        route[d, SLACK, i] = start - arrival + route[d, SLACK, i + 1]


@once
def _spare(state, d):
    """As in `schedule`, with all ways as quick as can be."""
    day, route, at = state.day, state.route, state.day[d, PACE]
    rest = day[d, REST]
    day[d, ROOM] = 0
    for i in range(day[d, N] + 1):
        ready0, ready1, late0, late1 = route[d, READY0, i], route[d, READY1, i], route[d, LATE0, i], route[d, LATE1, i]
        spare = late1 - ready1
        if rest:
            spare = max(spare, late0 - ready0, late1 - ready0 - (rest if i else 0))
        route[d, SPARE, i] = BIG if route[d, RUN, i] else spare - at_least(state, at, way(state, d, i))
        day[d, ROOM] = max(day[d, ROOM], route[d, SPARE, i])


@inner
def start_timed(state, o, d, i, there, on):
    """(start, arrival) of task `o` in gap i, as `_start_in` of `insertion` has it; blocks before it about as long as they are."""
    day, route, fit, at = state.day, state.route, state.fit, state.day[d, PACE]
    busy, rest, opens, closes = fit[o, d, BUSY], day[d, REST], day[d, REST_FROM], day[d, REST_TO]
    j = i - route[d, RUN, i]
    y0, y1 = route[d, READY0, j], route[d, READY1, j]
    z0, z1 = _set_out(state, at, y0, there), _set_out(state, at, y1, there)
    while j < i:
        if rest and y0 <= closes and z0 < HUGE and _pause(state, at, max(y0, opens), rest, z0) <= z1:
            z1, y1 = _pause(state, at, max(y0, opens), rest, z0), max(y0, opens) + rest
        z0, y0 = _through(state, at, np.int64(route[d, TASKS, j]), d, z0, y0)
        z1, y1 = _through(state, at, np.int64(route[d, TASKS, j]), d, z1, y1)
        j += 1
    late1, leave1 = route[d, LATE1, i], route[d, LEAVE1, i]
    start = first_start(state, o, d, reach(state, at, z1))
    if start < BIG and reach(state, at, _set_out(state, at, start + busy, on)) <= late1 and start + busy <= leave1:
        return start, reach(state, at, z1)
    if rest == 0 or y0 >= BIG:
        return BIG, BIG
    x = reach(state, at, z0)
    start = first_start(state, o, d, x)
    if start < BIG:
        end, work = start + busy, _set_out(state, at, start + busy, on)
        if reach(state, at, work) <= route[d, LATE0, i] and end <= route[d, LEAVE0, i]:
            return start, x
        begin = max(end, opens)
        if end <= closes and reach(state, at, _pause(state, at, begin, rest, work)) <= late1 and begin + rest <= leave1:
            return start, x
        before = i == 0 and leave(state, at, start, there) >= closes
        if before and reach(state, at, work) <= late1 and end <= leave1:
            return start, x
    if y0 <= closes and z0 < HUGE:
        x = reach(state, at, _pause(state, at, max(y0, opens), rest, z0))
        start = first_start(state, o, d, x)
        if start < BIG and reach(state, at, _set_out(state, at, start + busy, on)) <= late1 and start + busy <= leave1:
            return start, x
    return BIG, BIG


@inner
def wheel(state, d, i, start, end, there, on):
    """(seconds of driving more, seconds of the way on) where a task from `start` to `end` comes into gap i; as if no other
    leg were driven at another time for it."""
    route, at, leg, shift = state.route, state.day[d, PACE], way(state, d, i), state.day[d, SHIFT]
    onward = reach(state, at, _set_out(state, at, end + shift, on)) - end - shift
    if i == 0:
        arrival = route[d, ARRIVAL, 0] + shift
        before = start + shift - leave(state, at, start + shift, there)
        now = arrival - leave(state, at, arrival, leg) if leg else 0
    else:
        y = min(route[d, READY0, i], route[d, READY1, i]) + shift
        before = reach(state, at, _set_out(state, at, y, there)) - y
        now = reach(state, at, _set_out(state, at, y, leg)) - y
    return before + onward - now, onward
