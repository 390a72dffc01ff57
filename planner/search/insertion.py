"""The cheapest place for a task on a day: O(1) for each gap."""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

from planner.search.chance import below
from planner.search.compiled import inline, inner, once
from planner.search.layout import *
from planner.search.layout import BIG
from planner.search.schedule import _through, dislike, first_start, liked, radius_price
from planner.search.timed import at_least, start_timed, way, wheel


@inner
def look(state, o, d):
    """Find the cheapest gap of day `d` for task `o` and note it in `fit`: DETOUR (BIG: none) and GAP."""
    fit, day = state.fit, state.day
    fit[o, d, SEEN_DAY] = day[d, VERSION]
    fit[o, d, DETOUR], fit[o, d, GAP] = BIG, -1
    n = day[d, N]
    if day[d, COUNTED] + state.task[o, COUNTS] > day[d, MOST] or n + 2 >= state.route.shape[2]:
        return
    if state.task[o, PLACE] < 0:
        _look_block(state, o, d)
        return
    busy = fit[o, d, BUSY]
    if busy > day[d, ROOM]:
        return  # most days are full, so most looks end here
    likes = 0
    if state.task[o, EXTRA]:
        if _refused(state, o, d):
            return
        likes = liked(state, o, d) if state.tally[DISLIKE] else 0
    radius = radius_price(state, o, d) - day[d, DRAWN]
    if radius >= BIG:
        return
    route, place = state.route, state.task[o, PLACE]
    most = state.tally[WAIT_PCT] * route[d, SLACK, 0] // 100  # an insertion can save no more waiting than there is
    farthest, driven = day[d, FARTHEST] - day[d, TRAVEL], n > 0 or day[d, AWAY] > 0
    before = day[d, WORK] if driven else 0
    work, fair = before + busy, max(before, day[d, FAIR])  # what is beyond it already has its price
    if state.tally[TIMED]:
        _look_timed(state, o, d, radius, most, farthest, work, fair, likes)
        return
    best, gap = BIG, -1
    for i in range(n + 1):
        if busy > route[d, SPARE, i]:
            continue
        if min(route[d, READY0, i], route[d, READY1, i]) > fit[o, d, LATEST]:
            break
        origin, goal = route[d, FROM, i], route[d, TO, i]
        there, on = state.travel[1, place, origin], state.travel[0, place, goal]
        detour = there + on - (state.travel[0, origin, goal] if driven else 0)
        if detour - most >= best or there >= BIG or on >= BIG or detour + busy > route[d, SPARE, i]:
            continue
        start, arrival = _start_in(state, o, d, i, there, on)
        if start < BIG:
            price = detour + _waste(state, o, d, i, start, arrival, on)
            if work + detour > fair:
                price += state.tally[UNFAIR_PCT] * (work + detour - fair) // 100
            if likes:
                room = route[d, SLACK, i] - max(0, start + busy + on - route[d, ARRIVAL, i]) if n else 0
                price += dislike(state, d, likes, start, route[d, LATE1, i] - on - busy, max(0, room), i == 0)
            if price < best and detour <= farthest:
                best, gap = price, i
    if gap >= 0:
        fit[o, d, DETOUR], fit[o, d, GAP] = min(BIG - 1, best + radius), gap


@inner
def _look_timed(state, o, d, radius, most, farthest, work, fair, likes):
    """The rest of `look` on a day with several speeds: the driving of the other legs is estimated, the first step of a put is exact."""
    fit, route, place, busy, at = (
        state.fit,
        state.route,
        state.task[o, PLACE],
        state.fit[o, d, BUSY],
        state.day[d, PACE],
    )
    best, least, gap = BIG, BIG, -1
    # Where estimates mislead, for there are several speeds, another gap is taken now and then.
    vague = state.lists[at] > 1 and below(state.rng, 3) == 0
    for i in range(state.day[d, N] + 1):
        if min(route[d, READY0, i], route[d, READY1, i]) > fit[o, d, LATEST]:
            break
        there, on = state.travel[1, place, route[d, FROM, i]], state.travel[0, place, route[d, TO, i]]
        if busy > route[d, SPARE, i] or there >= BIG or on >= BIG:
            continue
        if at_least(state, at, there + on - way(state, d, i)) + busy > route[d, SPARE, i]:
            continue
        start, arrival = start_timed(state, o, d, i, there, on)
        if start < BIG:
            detour, onward = wheel(state, d, i, start, start + busy, there, on)
            price = detour + _waste(state, o, d, i, start, arrival, onward)
            if work + detour > fair:
                price += state.tally[UNFAIR_PCT] * (work + detour - fair) // 100
            if likes:
                room = 0
                if state.day[d, N]:
                    room = max(0, route[d, SLACK, i] - max(0, start + busy + onward - route[d, ARRIVAL, i]))
                price += dislike(state, d, likes, start, route[d, LATE1, i] - onward - busy, room, i == 0)
            blurred = price + (below(state.rng, 1 + (there + on) // 2) if vague else 0)
            if blurred < least and detour <= farthest:
                best, least, gap = price, blurred, i
    if gap >= 0:
        fit[o, d, DETOUR], fit[o, d, GAP] = min(BIG - 1, best + radius), gap


@once
def _refused(state, o, d):
    """Whether task `o` is too much to carry, or meets a site on the day from which it is to be apart (unless people fixed both)."""
    task, lists, extra = state.task, state.lists, state.task[o, EXTRA]
    if state.day[d, LOADED] + lists[extra + LOAD] > state.day[d, CAPACITY]:
        return True
    foes = lists[extra + FOES]
    for i in range(state.day[d, N] if foes else 0):
        other = state.route[d, TASKS, i]
        if task[other, EXTRA] == 0 or (task[o, ROLE] == FIXED and task[other, ROLE] == FIXED):
            continue
        for k in range(extra + FOES + 1, extra + FOES + 1 + foes):
            if lists[k] == lists[task[other, EXTRA] + SITE]:
                return True
    return False


@once
def _start_in(state, o, d, i, there, on):
    """(start, arrival) of task `o` in gap i, as early as the rest of the day and the break allow; BIG: impossible."""
    day, route, fit = state.day, state.route, state.fit
    y0, busy, rest, opens, closes = (
        route[d, READY0, i],
        fit[o, d, BUSY],
        day[d, REST],
        day[d, REST_FROM],
        day[d, REST_TO],
    )
    if route[d, RUN, i]:
        x0, x1 = _arrivals(state, d, i, there)
    else:
        x0, x1 = y0 + there, route[d, READY1, i] + there
    late1, leave1 = route[d, LATE1, i], route[d, LEAVE1, i]
    if x1 <= fit[o, d, LATEST]:
        start = first_start(state, o, d, x1)
        if start + busy + on <= late1 and start + busy <= leave1:
            return start, x1
    if rest == 0 or y0 >= BIG:
        return BIG, BIG
    start = first_start(state, o, d, x0)
    if start < BIG:
        end = start + busy
        if end + on <= route[d, LATE0, i] and end <= route[d, LEAVE0, i]:
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


@inner
def _arrivals(state, d, i, there):
    """Arrival at a place `there` seconds away through the blocks straight before gap i: break to come, taken."""
    day, route = state.day, state.route
    j = i - route[d, RUN, i]
    y0, y1 = route[d, READY0, j], route[d, READY1, j]
    x0, x1 = y0 + there, y1 + there
    while j < i:
        if day[d, REST] and y0 <= day[d, REST_TO] and max(x0, day[d, REST_FROM]) + day[d, REST] <= x1:
            x1, y1 = max(x0, day[d, REST_FROM]) + day[d, REST], max(y0, day[d, REST_FROM]) + day[d, REST]
        o = route[d, TASKS, j]
        x0, y0 = _through(state, o, d, x0, y0)
        x1, y1 = _through(state, o, d, x1, y1)
        j += 1
    return x0, x1


@inline
def _waste(state, o, d, i, start, arrival, on):
    """Change of the day's waiting and overtime, in seconds of driving; an estimate where a break or block is near."""
    day, route = state.day, state.route
    if day[d, N] == 0:
        over = max(0, start + state.fit[o, d, BUSY] + on - day[d, END])
        return state.tally[OVER_PCT] * over // 100
    push = start + state.fit[o, d, BUSY] + on - route[d, ARRIVAL, i]
    waiting = 0 if i == 0 else start - arrival
    waiting -= min(push, route[d, SLACK, i])
    finish = day[d, FINISH] + max(0, push - route[d, SLACK, i])
    over = max(0, finish - day[d, END]) - max(0, day[d, FINISH] - day[d, END])
    return (state.tally[WAIT_PCT] * waiting + state.tally[OVER_PCT] * over) // 100


@inner
def _look_block(state, o, d):
    """A block goes where, in order of start, it first fits; it costs no driving of its own."""
    day, route, fit = state.day, state.route, state.fit
    best = BIG
    for i in range(day[d, N] + 1):
        leg = state.travel[0, route[d, FROM, i], route[d, TO, i]]
        if route[d, RUN, i]:
            x0, x1 = _arrivals(state, d, i, leg)
        else:
            x0, x1 = route[d, READY0, i] + leg, route[d, READY1, i] + leg
        after = _block_push(state, o, d, i, x0, x1)
        if after < best:
            best, fit[o, d, GAP] = after, i
    if best < BIG:
        fit[o, d, DETOUR] = 0


@once
def _block_push(state, o, d, i, x0, x1):
    """By how much block `o` in gap i delays what follows; BIG: it does not fit."""
    day, route = state.day, state.route
    out1, ready1 = _through(state, o, d, x1, route[d, READY1, i])
    if out1 < BIG and out1 <= route[d, LATE1, i] and ready1 <= route[d, LEAVE1, i]:
        return max(0, out1 - route[d, ARRIVAL, i])
    if day[d, REST] == 0:
        return BIG
    y0, opens, rest = route[d, READY0, i], day[d, REST_FROM], day[d, REST]
    out0, ready0 = _through(state, o, d, x0, y0)
    if out0 < BIG:
        if out0 <= route[d, LATE0, i] and ready0 <= route[d, LEAVE0, i]:
            return max(0, out0 - route[d, ARRIVAL, i])
        if ready0 <= day[d, REST_TO] and max(out0, opens) + rest <= route[d, LATE1, i]:
            return max(0, out0 + rest - route[d, ARRIVAL, i])
    if y0 <= day[d, REST_TO]:
        out, ready = _through(state, o, d, max(x0, opens) + rest, max(y0, opens) + rest)
        if out < BIG and out <= route[d, LATE1, i] and ready <= route[d, LEAVE1, i]:
            return max(0, out - route[d, ARRIVAL, i])
    return BIG
