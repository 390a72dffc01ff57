"""Single days that are longer: what `planner.explain` says would admit the goals left out, made one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from planner.check import check
from planner.explain.admit import longer_day
from planner.explain.candidates import OF_THE_DAY
from planner.explain.easings import STEP, Easing, LongerDay, MoreDriving, MoreStops, parts
from planner.overload.goals import wanting
from planner.overload.remedies import SingleDays
from planner.plan import Plan, Route
from planner.problem import Problem, Workday
from planner.reasons import settle

MOST_CHANGES = 12  # visits let in one by one: more than that is no matter of single days
MOST_LONGER = 4 * 3600  # of one day, as of every day


def single_days(problem: Problem, plan: Plan, rep: str) -> tuple[SingleDays, Plan] | None:
    """The changes and the plan with them, which the checker accepts; goals that no change lets in are left out even so.

    None: no single change lets any in, or too many are left out.  The visits that are worth most come first, each where the easiest
    change lets it in."""
    if len(wanting(problem, plan)) > MOST_CHANGES:
        return None
    changed, then, made, let_in = problem, plan, list[Easing](), 0
    hopeless: set[tuple[str | None, tuple[date, ...]]] = set()
    while let_in < MOST_CHANGES:
        entry = next((e for e in wanting(changed, then) if (e.site, e.days) not in hopeless), None)
        if entry is None:
            break
        found = longer_day(changed, then, entry, made, MOST_LONGER)
        if found is None:
            hopeless.add((entry.site, entry.days))
            continue
        changed, then = found.problem, found.plan
        made += [one for one in parts(found.change) if isinstance(one, OF_THE_DAY)]  # none: it fits by now
        let_in += 1
    remedy = SingleDays(rep, joined(made))
    return (remedy, then) if made else None


def tightened(problem: Problem, remedy: SingleDays, plan: Plan) -> tuple[SingleDays, Plan]:
    """The remedy with no more of any day than the plan needs, in steps of five minutes, and the plan with the reasons that are true
    then; `problem` is the one without it."""
    days = {(day.rep, day.date): day for day in problem.workdays}
    routes = {(route.rep, route.date): route for route in plan.routes}
    changes: list[Easing] = []
    for change in remedy.changes:
        assert isinstance(change, OF_THE_DAY)
        key = change.rep, change.date
        used = 0 if key not in routes else _beyond(change, days[key], routes[key])
        if isinstance(change, MoreStops):
            less: Easing = replace(change, stops=min(change.stops, used))
        else:
            less = replace(change, seconds=min(change.seconds, -(-used // STEP) * STEP))
        if used > 0:
            changes.append(less)
    tight = SingleDays(remedy.rep, tuple(changes))
    changed = tight.applied(problem)
    then = settle(changed, plan)
    enough = bool(changes) and len(then.unplanned) <= len(plan.unplanned) and check(changed, then, reasons=False).ok
    return (tight, then) if enough else (remedy, settle(remedy.applied(problem), plan))


def _beyond(change: Easing, day: Workday, route: Route) -> int:
    """By how much a route needs the change of its day: seconds or stops; below nought: not at all."""
    if isinstance(change, MoreStops):
        return sum(stop.site is not None for stop in route.stops) - (day.max_stops or 0)
    if isinstance(change, MoreDriving):
        return sum(stop.travel for stop in route.stops) + route.return_travel - (day.max_driving or 0)
    assert isinstance(change, LongerDay)
    return day.start - route.start if change.morning else route.end - day.end


def joined(changes: Iterable[Easing]) -> tuple[Easing, ...]:
    """Those of one kind and day as one, in the order of the days."""
    sums: Counter[tuple[date, str, str, bool]] = Counter()
    for change in changes:
        if isinstance(change, LongerDay):
            sums[change.date, "longer", change.rep, change.morning] += change.seconds
        elif isinstance(change, MoreDriving):
            sums[change.date, "more driving", change.rep, False] += change.seconds
        elif isinstance(change, MoreStops):
            sums[change.date, "more stops", change.rep, False] += change.stops
    return tuple(_one(*key, amount) for key, amount in sorted(sums.items()))


def _one(day: date, kind: str, rep: str, morning: bool, amount: int) -> Easing:
    if kind == "longer":
        return LongerDay(rep, day, amount, morning)
    return MoreDriving(rep, day, amount) if kind == "more driving" else MoreStops(rep, day, amount)
