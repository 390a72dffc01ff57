"""The arrays of the search: few, with named columns.

Passing many arrays to compiled functions is slow (measured: forty arrays cost five times the whole search), so everything
that belongs to a task, a day or a chain lies in one array, and the constants below name its columns.  All numbers are
integers: seconds, dates counted from the horizon's first, prices in seconds of driving.
"""

from __future__ import annotations

BIG = 1 << 28  # no time of a day, and no price
FORBIDDEN = 1 << 40  # a sum of prices in which a rule is broken
NEVER = 1 << 20  # a date that does not come
UNLIMITED = 1 << 40  # a load that no day comes near

# task: what is to be done and where it stands now.  WHERE -1: left out.  PLACE -1: a block.
#   FREE: may be moved, and has a day to stand on; FIRST up to LAST: its days in `lists`;
#   LEFT_OUT: what leaving it out costs, 0: its chain says; ROLE in its chain; VISIT: a visit, not an appointment;
#   CHURNS: is compared with the published visits;
#   MISS, LEAST_GAP: chains without a clock; PINNED: the date on which another rep does it, -1: nobody else does;
#   EXTRA: where in `lists` what few tasks have is, 0: nothing: LOAD of the day's capacity; STEP, its number in a block of a
#   pattern whose combinations decide all of it, -1; SITE, the number of its site; BRIEF, of a visit to a site
#   never visited where its time is by day if it is not the first one, follow-up included; MATE, the next task that is
#   put and taken with it, LEADER, the first of these, which alone is moved: -1 where there are none; FOES, how many sites it may
#   not meet on a day, and after it their numbers
(PLACE, FREE, FIRST, LAST, WHERE, STAMP, CHAIN, COUNTS, LEFT_OUT, ROLE, VISIT, CHURNS, MISS, LEAST_GAP, PINNED) = range(
    15
)
#   PERIOD: of a quota or pattern twice the number of periods before its own that ask for visits, 1 less if its own
#   asks for none, -2: it belongs to none
#   CAME: noted by a walk: whether what people fixed or asked for is credited to its period
EXTRA, PERIOD, CAME = 15, 16, 17
TASK_COLUMNS = 18
(LOAD, STEP, SITE, BRIEF, MATE, LEADER, LIKES, FOES) = range(8)
# LOOSE: asked for whatever the cadence says: credited where it is not too soon, and else it may stand uncredited
FLEXIBLE, FIXED, LOOSE = range(3)
# fit: what a task meets on a day (EARLIEST > LATEST: closed), and the cached prices of putting it there.
#   DETOUR: through the cheapest gap, GAP (BIG: none is possible); holds while the day's version is SEEN_DAY.
#   MOVE: what it changes in its chain; holds while no other member has moved since SEEN_CHAIN.
(EARLIEST, LATEST, SPANS, SPANS_END, BUSY, DETOUR, GAP, SEEN_DAY, MOVE, SEEN_CHAIN) = range(10)
FIT_COLUMNS = 10
# day: limits, present state, what a rollback restores; ROOM: the most that its gaps have to spare; FARTHEST: the most driving
(N, VERSION, START, END, LIMIT, ORIGIN, GOAL, REST_FROM, REST_TO, REST, MOST, COUNTED, TRAVEL) = range(13)
(FINISH, DATE, REP, ANCHOR, ANCHORS_END, DRAWN, MARK, CHANGED, OLD_N, OLD_VERSION, PRICE, OLD_PRICE, ROOM) = range(
    13, 26
)
#   TWIN: the next day on the same date, another rep's; -1: there is none.  WORK: driving, visits, appointments and blocks; what is
#   more than FAIR has a price
(CAPACITY, LOADED, FARTHEST, TWIN, WORK, FAIR) = range(26, 32)
#   PACE: where in `lists` the speeds of its times of day are (only where tally TIMED): how many pieces, the fastest percent, and
#   for each piece where it begins, its percent, and the work (hundredths of a second at the matrix's speed) done by then
PACE = 32
#   a night away: AWAY: the day begins or ends at one; NIGHT, MORNING: its place, -1: home; LODGING: its price; BEST_NIGHT: NIGHT of
#   the best plan; HOME_ORIGIN, HOME_GOAL: the ends at home; NEXT: the day after it, -1: it is not to end in one
(AWAY, NIGHT, MORNING, LODGING, BEST_NIGHT, HOME_ORIGIN, HOME_GOAL, NEXT) = range(33, 41)
#   TOLD: somebody was told when a visit of the day starts, so the day begins no later than it must; SHIFT: by how many seconds it
#   is better to leave later (only where tally TIMED)
TOLD, SHIFT = 41, 42
DAY_COLUMNS = 43
# route, one row of `width` numbers each.  Gap i lies before task i of the day, or before the way home.
#   TASKS, OLD_TASKS   order, and the order before this iteration
#   READY0, READY1     earliest departure into gap i: break to come / taken or not needed any more
#   LATE0, LATE1       latest arrival through gap i; LEAVE0, LEAVE1 latest departure into it where a block follows
#   FROM, TO, RUN      places around the gap; number of blocks straight before it
#   ARRIVAL, SLACK     present arrival through gap i; waiting from there to the end of the day
#   SPARE              at most so many seconds more fit into gap i, driving included (BIG: not known, blocks are near)
(TASKS, OLD_TASKS, READY0, READY1, LATE0, LATE1, LEAVE0, LEAVE1, FROM, TO, RUN, ARRIVAL, SLACK, SPARE) = range(14)
ROUTE_ROWS = 14
# chain: its members are tasks FIRST_MEMBER up to END_MEMBER; CLOCK: the row of `clock` that holds for date CLOCK_FROM, -1:
#   no clock; OPENS_0 .. MISS_0: the first window; SOONEST_0: first credited date; IN_ORDER: dates follow the members
(FIRST_MEMBER, END_MEMBER, CLOCK, CLOCK_FROM, CLOCK_DAYS, OPENS_0, DUE_0, CLOSES_0, MISS_0, LATE_PRICE) = range(10)
#   ONE_REP: 0, or 1 + the next chain that the same rep is to visit, in a ring (alone: itself)
#   CHANGE: version of the last change, by task CHANGER; CHANGE_BEFORE: of the last one by another task
(SOONEST_0, BASE, BASE_END, ONE_REP, IN_ORDER, C_MARK, C_CHANGED, C_PRICE, CHANGE, CHANGER, CHANGE_BEFORE) = range(
    10, 21
)
(C_OLD_PRICE, OLD_CHANGE, OLD_CHANGER, OLD_CHANGE_BEFORE) = range(21, 25)
#   COMBINED: where in `lists` combinations of days are, 0: there are none.  So many MASKS, each with SIZE working days of its
#   block; BLOCKS: where is told for each date of the horizon 32 times its block + its bit; DATES: where for each block and
#   BLOCK_SIZE working days the date is, -1: outside; ON: where for each date the first of `day` is, -1: none; HISTORY: bits of
#   the first block that are credited already.  Then MASKED: the masks, and in the same order
#   the numbers of the days of each
#   ROW: windows missed in a row before the first one; without a clock PERIOD of the last one with a visit
#   NEWCOMER: by how much the first visit of the site is longer
#   GROUPED: its site is visited together with others
#   LATE_PRICE: of each day late; -1: it follows from WORTH, the price of a visit left out (planner.lateness)
#   MUSTS up to MUSTS_END: where in `lists` the first and last dates are between which people asked for a visit
#   PREVIOUS: the last credited date before the horizon
COMBINED, ROW, NEWCOMER, GROUPED, WORTH, MUSTS, MUSTS_END, PREVIOUS = 25, 26, 27, 28, 29, 30, 31, 32
CHAIN_COLUMNS = 33
(MASKS, SIZE, BLOCKS, DATES, BLOCK_SIZE, ON, HISTORY, MASKED) = range(8)
# clock: the window that follows from a date, the first credited date after it, the price of leaving that window out
(OPENS, DUE, CLOSES, CREDITED, MISSED) = range(5)
# tally
(VERSIONS, TOTAL, DAYS_CHANGED, LOG, STAMPS, OLD_TOTAL, CHAINS_CHANGED, WAIT_PCT, OVER_PCT, CHURN, LAST_DATE) = range(
    11
)
(FREE_FROM, FREE_COUNT) = range(11, 13)  # in `lists`: the tasks that may be moved
TIMED = 13  # 1: speeds depend on the time of day
#   nights away: in `lists` the days that may end in one; the price; the day whose night this iteration has changed (-1), as it was
(EVENINGS_FROM, EVENINGS, NIGHT_PRICE, NIGHT_DAY, OLD_NIGHT) = range(14, 19)
#   in `lists` the hotels; whether a night may be at any site; how many seconds from home at least
(HOTELS_FROM, HOTELS_COUNT, AT_SITES, FROM_HOME) = range(19, 23)
#   percent of the iterations that change a night, and of the iterations after which they begin
(NIGHTS_SHARE, NIGHTS_AFTER) = range(23, 25)
(GROWTH, GROWTH_MOST) = range(25, 27)  # percent by which a miss is dearer after each one before it, and at most
(UNFAIR_PCT, DISLIKE) = range(27, 29)  # DISLIKE: price of a start that a site does not prefer, 0: none prefers any
LATE_PCT = 29  # of the price of leaving it out, what a visit costs as soon as it is late
MUST = 31  # price of a period without the visit that a person asked for
AHEAD = 30  # 1 + the chain of which misses still to come are not counted while it is put together anew; 0: none
TALLIES = 32
