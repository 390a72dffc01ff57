"""From an order of tasks to the times of a day.  This is THE function that makes a Route.

    route = time_route(problem, workday, tasks)        # None: no times exist for this order
    cost  = route_cost(problem.params, workday, route) # seconds of driving

`tasks` (planner.tasks.Task) are in the order in which they are to be done, without the break, which is placed here.

prefer  waiting for what sites prefer                departure  leaving later than the first stop needs
legs    lived through forward and backward        rest   the break: whether, and where
pace    speeds by the time of day                 paced  the two passes with these
order   the times of an order and what it costs   latest how late it may run
route   the Route, made new or found to hold

Rules (docs/decisions/0001-planning-model.md, "A day")
- The rep leaves the start place not before Workday.start and reaches the end place by Workday.end + max_overtime.
- Every stop starts as early as it can; then departure is put as late as it can be without making any stop later.
- Blocks and the break may interrupt driving: the leg is driven before, between and after them.  Nothing interrupts
  service or the follow-up after it.
- The break begins inside its window, in the gap between two tasks from which what somebody was told starts least later than that;
  then with the least overtime, not before the first task where a later gap will do, and from which the day ends soonest (then: its
  stops start soonest; then: the first such gap).  None on a
  day that begins late or ends early enough to take it at home inside its window, nor on half a day.
- A visit starts later, where its site's preferred windows open, if that makes the day cheaper: one visit after the other, in order.
- The rep leaves later, for a preferred hour further on or after a slow hour, if that makes the day cheaper: of some departures the
  one with the cheapest day, never with more overtime for it.
- `leave_by` is the backward pass over the same legs; where a block or break comes before, setting out after it if that will do.
- A day that begins with a block begins when the block does, or earlier if driving before it makes a later stop earlier.
"""

from planner.timing.latest import latest_starts
from planner.timing.order import (
    Spent,
    clash,
    order_cost,
    order_spent,
    over_limits,
    route_cost,
    too_many,
    unfair,
    waiting,
    work,
)
from planner.timing.pace import WORK, Pace, pace_of, pace_on
from planner.timing.rest import break_due, break_task
from planner.timing.route import replay, time_route
from planner.timing.windows import as_told, first_start, last_start, not_before

__all__ = [
    "WORK",
    "Pace",
    "Spent",
    "as_told",
    "break_due",
    "break_task",
    "clash",
    "first_start",
    "last_start",
    "latest_starts",
    "not_before",
    "order_cost",
    "order_spent",
    "over_limits",
    "pace_of",
    "pace_on",
    "replay",
    "route_cost",
    "time_route",
    "too_many",
    "unfair",
    "waiting",
    "work",
]
