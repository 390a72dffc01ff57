"""Today's repair on the best known plans: an appointment made, moved or cancelled on a day as full as the search left it.

Judged by the checker, and beside the exact minimum: of the visits published for the day, how many must leave at least so that the
appointments stand and nothing starts earlier than it was published (every order of every selection, with arithmetic of its own).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from random import Random

from benchmarks.planner.best_known import Store
from benchmarks.planner.judge import Infeasible
from benchmarks.planner.shapes import Instance
from planner.calendar import TimeWindow
from planner.check import check
from planner.plan import Plan, StopKind
from planner.problem import Appointment, PlacedVisit, Problem
from planner.reasons import explain
from planner.repair import repair
from planner.tasks import visit_windows

MINUTE = 60
HALF_HOUR = 30 * MINUTE
KINDS = ("make", "move", "cancel")
MOST_STOPS = 12  # of a day, for the exact minimum
NEVER = 1 << 40


@dataclass(frozen=True)
class Repair:
    """milliseconds of processor time; visits of others that left the day, how many of them must; starts shifted by > 15 min, on
    other days as well."""

    kind: str
    milliseconds: float
    left: int
    fewest: int
    shifted: int


def repairs(instances: Sequence[Instance], store: Store, each: int = 10) -> list[Repair]:
    """`each` events of each kind on each instance that has a best known plan."""
    found: list[Repair] = []
    for instance in instances:
        problem = instance.problem()
        plan = store.plan(instance, problem)
        if plan is not None:
            published = replace(problem, base=tuple(_published(plan)))
            plan = replace(plan, unplanned=explain(published, plan))  # a published plan has its reasons
            rng = Random(f"repair {instance}")
            _one(rng, "make", published, plan)  # what is imported and kept the first time
            for kind in KINDS:
                found += [r for _ in range(each) if (r := _one(rng, kind, published, plan)) is not None]
    return found


def figures(found: Sequence[Repair]) -> dict[str, float]:
    """What the goals are about."""
    if not found:
        return {}
    spent = sorted(one.milliseconds for one in found)
    full = [one for one in found if one.kind != "cancel"]
    return {
        "repair: ms, p50": spent[len(spent) // 2],
        "repair: ms, p95": spent[min(len(spent) - 1, round(0.95 * len(spent)))],
        "repair: others that a cancellation moves": float(sum(o.left + o.shifted for o in found if o.kind == "cancel")),
        "repair: visits that leave a day": sum(one.left for one in full) / max(1, len(full)),
        "repair: visits more than must leave": sum(one.left - one.fewest for one in full) / max(1, len(full)),
        "repair: starts shifted by more than 15 min": sum(one.shifted for one in full) / max(1, len(full)),
    }


def _published(plan: Plan) -> Iterator[PlacedVisit]:
    for route in plan.routes:
        for stop in route.stops:
            if stop.kind is StopKind.VISIT and stop.site:
                yield PlacedVisit(stop.site, route.rep, route.date, stop.start)


def _one(rng: Random, kind: str, problem: Problem, plan: Plan) -> Repair | None:
    """None: what was asked has no room on its day, whoever leaves."""
    route = rng.choice([r for r in plan.routes if len(r.stops) < MOST_STOPS and _suits(kind, problem, r.date)])
    changed, about = _event(rng, kind, problem, route.rep, route.date)
    began = time.process_time()
    after = repair(changed, plan, [route.date])
    spent = 1000 * (time.process_time() - began)
    certificate = check(changed, after, reasons=False)
    if not certificate.ok:
        raise Infeasible(f"a repair breaks a rule: {certificate.violations[0]}")
    before, now = (_starts(one, route.date, about) for one in (plan, after))
    asked_stands = any(stop.request == about for r in after.routes for stop in r.stops)
    if kind != "cancel" and not asked_stands:
        return None
    least = _fewest(changed, before, route.date) if kind != "cancel" else 0
    return Repair(kind, spent, sum(name not in now for name in before), least, _shifted(plan, after, about))


def _shifted(plan: Plan, after: Plan, about: str) -> int:
    """Of what is still on its day, how much starts at another time."""
    days = {route.date for route in plan.routes}
    pairs = [[_starts(one, day, about) for one in (plan, after)] for day in days]
    return sum(abs(now[name] - start) > 15 * MINUTE for was, now in pairs for name, start in was.items() if name in now)


def _suits(kind: str, problem: Problem, day: date) -> bool:
    return any(a.date == day for a in problem.appointments) == (kind != "make")


def _event(rng: Random, kind: str, problem: Problem, rep: str, day: date) -> tuple[Problem, str]:
    """The problem with the change, and the id of the appointment."""
    start = rng.randrange(9 * 3600, 16 * 3600, HALF_HOUR)
    window = TimeWindow(start, start)
    if kind == "make":
        place = rng.choice(problem.sites).place
        new = Appointment("new", rep, day, window, HALF_HOUR, place=place)
        return replace(problem, appointments=(*problem.appointments, new)), "new"
    old = next(a for a in problem.appointments if a.date == day)
    others = tuple(a for a in problem.appointments if a != old)
    moved = (*others, replace(old, window=window)) if kind == "move" else others
    return replace(problem, appointments=moved), old.id


def _starts(plan: Plan, day: date, about: str) -> dict[str, int]:
    """Of everybody else's stops that day."""
    stops = [stop for route in plan.routes if route.date == day for stop in route.stops]
    return {s.site: s.start for s in stops if s.site and s.request != about and s.kind is StopKind.VISIT}


def _fewest(problem: Problem, published: dict[str, int], day: date) -> int:
    """By the earliest end of each selection of stops, whichever is last."""
    workday = next(one for one in problem.workdays if one.date == day)
    sites, drive = {site.id: site for site in problem.sites}, problem.travel.seconds
    todo = []  # place, seconds, windows, not before
    for name, start in published.items():
        windows = [(w.earliest, w.latest) for w in visit_windows(sites[name], workday)]
        todo.append((sites[name].place or 0, sites[name].service, windows, start))
    visits = len(todo)
    for a in problem.appointments:
        if a.date == day:
            place = a.place if a.site is None else sites[a.site].place
            todo.append((place or 0, a.duration, [(a.window.earliest, a.window.latest)], 0))
    count, firm = len(todo), (1 << len(todo)) - (1 << visits)

    @cache
    def over(done: int, last: int) -> int:
        """When the rep is free at the earliest, after all of `done` with `last` at the end."""
        place, seconds, windows, floor = todo[last]
        before = done & ~(1 << last)
        come = [over(before, m) + int(drive[todo[m][0], place]) for m in range(count) if before >> m & 1]
        ready = max(min(come, default=workday.start + int(drive[workday.start_place, place])), floor)
        return min((max(ready, opens) + seconds for opens, closes in windows if ready <= closes), default=NEVER)

    for most in range(visits, -1, -1):
        for done in range(1 << count):
            if done & firm == firm and (done & ~firm).bit_count() == most and _ends(done, over, todo, drive, workday):
                return visits - most
    return visits


def _ends(done: int, over, todo, drive, workday) -> bool:
    """Whether the rep can be home in time after all of `done`."""
    stops = [n for n in range(len(todo)) if done >> n & 1]
    return not stops or any(over(done, n) + int(drive[todo[n][0], workday.end_place]) <= workday.end for n in stops)
