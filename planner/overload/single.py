"""Single days that are longer: what `planner.explain` says would admit the goals left out, made one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from planner.check import check
from planner.explain.admit import OF_THE_DAY, longer_day
from planner.explain.easings import STEP, Easing, LongerDay, MoreDriving, MoreStops
from planner.overload.goals import wanting
from planner.overload.remedies import SingleDays
from planner.plan import Plan
from planner.problem import Problem

MOST_CHANGES = 12  # visits let in one by one: more than that is no matter of single days
MOST_LONGER = 4 * 3600  # of one day, as of every day


def single_days(problem: Problem, plan: Plan, rep: str) -> tuple[SingleDays, Plan] | None:
    """The changes and the plan with them, which the checker accepts; goals that no change lets in are left out even so.

    None: no single change lets any in, or too many are left out.  The visits that are worth most come first, each where the easiest
    change lets it in."""
    if len(wanting(problem, plan)) > MOST_CHANGES:
        return None
    changed, then, made = problem, plan, list[Easing]()
    hopeless: set[tuple[str | None, tuple[date, ...]]] = set()
    while len(made) < MOST_CHANGES:
        entry = next((e for e in wanting(changed, then) if (e.site, e.days) not in hopeless), None)
        if entry is None:
            break
        found = longer_day(changed, then, entry, made, MOST_LONGER)
        if found is None:
            hopeless.add((entry.site, entry.days))
            continue
        changed, then = found.problem, found.plan
        if isinstance(found.change, OF_THE_DAY):  # else it fits by now
            made.append(found.change)
    remedy = SingleDays(rep, joined(made))
    return (remedy, then) if made else None


def tightened(problem: Problem, remedy: SingleDays, plan: Plan) -> SingleDays:
    """The remedy with no day longer than the plan needs it, in steps of five minutes; `problem` is the one without it."""
    days = {(day.rep, day.date): day for day in problem.workdays}
    routes = {(route.rep, route.date): route for route in plan.routes}
    changes: list[Easing] = []
    for change in remedy.changes:
        if isinstance(change, LongerDay):
            day, route = days[change.rep, change.date], routes.get((change.rep, change.date))
            used = 0 if route is None else day.start - route.start if change.morning else route.end - day.end
            change = replace(change, seconds=min(change.seconds, max(0, -(-used // STEP) * STEP)))
        if not isinstance(change, LongerDay) or change.seconds:
            changes.append(change)
    less = SingleDays(remedy.rep, tuple(changes))
    return less if changes and check(less.applied(problem), plan, reasons=False).ok else remedy


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
