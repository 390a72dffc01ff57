"""The cheapest place for a task on a day: O(1) for each gap."""

from __future__ import annotations

from numba import njit

from planner.search.layout import *  # noqa: F403  the columns
from planner.search.layout import BIG, JIT
from planner.search.schedule import _through, first_start, radius_price


@njit(**JIT)
def look(state, o, d):
    """Find the cheapest gap of day `d` for task `o` and note it in `fit`: DETOUR (BIG: none) and GAP."""
    fit, day = state.fit[o, d], state.day[d]
    fit[SEEN_DAY] = day[VERSION]
    fit[DETOUR], fit[GAP] = BIG, -1
    n = day[N]
    if day[COUNTED] + state.task[o, COUNTS] > day[MOST] or n + 2 >= state.route.shape[2]:
        return
    if state.task[o, PLACE] < 0:
        _look_block(state, o, d)
        return
    radius = radius_price(state, o, d) - day[DRAWN]
    if radius >= BIG:
        return
    route, place = state.route[d], state.task[o, PLACE]
    most = state.tally[WAIT_PCT] * route[SLACK, 0] // 100  # an insertion can save no more waiting than there is
    best, gap = BIG, -1
    for i in range(n + 1):
        if min(route[READY0, i], route[READY1, i]) > fit[LATEST]:
            break
        origin, goal = route[FROM, i], route[TO, i]
        there, on = state.back[place, origin], state.seconds[place, goal]
        detour = there + on - (state.seconds[origin, goal] if n else 0)
        if detour - most >= best or there >= BIG or on >= BIG:
            continue
        start, arrival = _start_in(state, o, d, i, there, on)
        if start < BIG:
            price = detour + _waste(state, o, d, i, start, arrival, on)
            if price < best:
                best, gap = price, i
    if gap >= 0:
        fit[DETOUR], fit[GAP] = min(BIG - 1, best + radius), gap


@njit(**JIT)
def _start_in(state, o, d, i, there, on):
    """(start, arrival) of task `o` in gap i, as early as the rest of the day and the break allow; BIG: impossible."""
    day, route, fit = state.day[d], state.route[d], state.fit[o, d]
    y0, busy, rest, opens, closes = route[READY0, i], fit[BUSY], day[REST], day[REST_FROM], day[REST_TO]
    if route[RUN, i]:
        x0, x1 = _arrivals(state, d, i, there)
    else:
        x0, x1 = y0 + there, route[READY1, i] + there
    late1, leave1 = route[LATE1, i], route[LEAVE1, i]
    if x1 <= fit[LATEST]:
        start = first_start(state, o, d, x1)
        if start + busy + on <= late1 and start + busy <= leave1:
            return start, x1
    if rest == 0 or y0 >= BIG:
        return BIG, BIG
    start = first_start(state, o, d, x0)
    if start < BIG:
        end = start + busy
        if end + on <= route[LATE0, i] and end <= route[LEAVE0, i]:
            return start, x0
        if end <= closes and max(end + on, opens) + rest <= late1 and max(end, opens) + rest <= leave1:
            return start, x0
        if i == 0 and start - there >= closes and end + on <= late1 and end <= leave1:
            return start, x0
    if y0 <= closes:
        x = max(x0, opens) + rest
        start = first_start(state, o, d, x)
        if start + busy + on <= late1 and start + busy <= leave1:
            return start, x
    return BIG, BIG


@njit(**JIT)
def _arrivals(state, d, i, there):
    """Arrival at a place `there` seconds away through the blocks straight before gap i: break to come, taken."""
    day, route = state.day[d], state.route[d]
    j = i - route[RUN, i]
    y0, y1 = route[READY0, j], route[READY1, j]
    x0, x1 = y0 + there, y1 + there
    while j < i:
        if day[REST] and y0 <= day[REST_TO] and max(x0, day[REST_FROM]) + day[REST] <= x1:
            x1, y1 = max(x0, day[REST_FROM]) + day[REST], max(y0, day[REST_FROM]) + day[REST]
        o = route[TASKS, j]
        x0, y0 = _through(state, o, d, x0, y0)
        x1, y1 = _through(state, o, d, x1, y1)
        j += 1
    return x0, x1


@njit(**JIT)
def _waste(state, o, d, i, start, arrival, on):
    """Change of the day's waiting and overtime, in seconds of driving; an estimate where a break or block is near."""
    day, route = state.day[d], state.route[d]
    if day[N] == 0:
        over = max(0, start + state.fit[o, d, BUSY] + on - day[END])
        return state.tally[OVER_PCT] * over // 100
    push = start + state.fit[o, d, BUSY] + on - route[ARRIVAL, i]
    waiting = 0 if i == 0 else start - arrival
    waiting -= min(push, route[SLACK, i])
    finish = day[FINISH] + max(0, push - route[SLACK, i])
    over = max(0, finish - day[END]) - max(0, day[FINISH] - day[END])
    return (state.tally[WAIT_PCT] * waiting + state.tally[OVER_PCT] * over) // 100


@njit(**JIT)
def _look_block(state, o, d):
    """A block goes where, in order of start, it first fits; it costs no driving of its own."""
    day, route, fit = state.day[d], state.route[d], state.fit[o, d]
    best = BIG
    for i in range(day[N] + 1):
        leg = state.seconds[route[FROM, i], route[TO, i]]
        if route[RUN, i]:
            x0, x1 = _arrivals(state, d, i, leg)
        else:
            x0, x1 = route[READY0, i] + leg, route[READY1, i] + leg
        after = _block_push(state, o, d, i, x0, x1)
        if after < best:
            best, fit[GAP] = after, i
    if best < BIG:
        fit[DETOUR] = 0


@njit(**JIT)
def _block_push(state, o, d, i, x0, x1):
    """By how much block `o` in gap i delays what follows; BIG: it does not fit."""
    day, route = state.day[d], state.route[d]
    out1, ready1 = _through(state, o, d, x1, route[READY1, i])
    if out1 < BIG and out1 <= route[LATE1, i] and ready1 <= route[LEAVE1, i]:
        return max(0, out1 - route[ARRIVAL, i])
    if day[REST] == 0:
        return BIG
    y0, opens, rest = route[READY0, i], day[REST_FROM], day[REST]
    out0, ready0 = _through(state, o, d, x0, y0)
    if out0 < BIG:
        if out0 <= route[LATE0, i] and ready0 <= route[LEAVE0, i]:
            return max(0, out0 - route[ARRIVAL, i])
        if ready0 <= day[REST_TO] and max(out0, opens) + rest <= route[LATE1, i]:
            return max(0, out0 + rest - route[ARRIVAL, i])
    if y0 <= day[REST_TO]:
        out, ready = _through(state, o, d, max(x0, opens) + rest, max(y0, opens) + rest)
        if out < BIG and out <= route[LATE1, i] and ready <= route[LEAVE1, i]:
            return max(0, out - route[ARRIVAL, i])
    return BIG


