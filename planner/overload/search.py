"""The smallest remedy of each kind that keeps the goals: found by solving, with and without, always from the same plan.

Every figure is what a real plan does.  As the search is a heuristic, a smaller remedy may do with more iterations; none that is
called enough is too small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from planner.overload.goals import short
from planner.overload.remedies import HandOver, LongerDays, Remedy, Stretch, stretchable
from planner.plan import Objective, Plan
from planner.problem import Problem, Site
from planner.solve import solve

STEP = 900  # seconds by which days grow
MOST_STEPS = 16  # four hours a day
PERCENTS = (110, 125, 150, 200, 300)
MOST_GROUPS = 5  # groups of which the interval is stretched, those that are worth least first
MOST_TRIES = 5  # numbers of accounts that are handed over
NEARBY = 60  # accounts that are looked at for a hand-over


@dataclass(frozen=True, slots=True)
class Tried:
    """A remedy and the plan with it.

    short : goals left out for want of time then; 0: it keeps them all.  plan : the whole plan of the reps concerned.
    price : of the remedy itself; running : driving, waiting, overtime and radius more than without (negative: less).
    """

    remedy: Remedy
    short: int
    price: int
    running: int
    plan: Plan

    @property
    def cost(self) -> int:
        return self.price + self.running


class Bench:
    """One problem on which remedies are tried, always from the same plan with the same effort."""

    def __init__(self, problem: Problem, plan: Plan, iterations: int) -> None:
        self.problem, self.iterations = problem, iterations
        self.plan = solve(problem, seed=plan.seed, iterations=iterations, start=plan)
        self.short = short(problem, self.plan)
        self._running = _running(self.plan.objective)

    def try_(self, remedy: Remedy) -> Tried:
        problem = remedy.applied(self.problem)
        plan = solve(problem, seed=self.plan.seed, iterations=self.iterations, start=self.plan)
        running = _running(plan.objective) - self._running
        return Tried(remedy, short(problem, plan), remedy.price(self.problem), running, plan)


def longer_days(bench: Bench, rep: str) -> Tried:
    """The fewest quarters of an hour a day that are enough, or four hours where they are not either (`short` is above 0)."""
    options = [LongerDays(rep, STEP * n) for n in range(1, MOST_STEPS + 1)]
    return _smallest(bench, options) or bench.try_(options[-1])


def stretches(bench: Bench, rep: str, groups: dict[str, list[Site]]) -> Iterator[Tried]:
    """For each group the least of PERCENTS that is enough, then the same for all groups together."""
    ranked = sorted(groups, key=lambda name: (max(site.miss_price for site in groups[name]), name))
    chosen = [(name, groups[name]) for name in ranked[:MOST_GROUPS]]
    if len(groups) > 1:
        chosen.append(("", [site for sites in groups.values() for site in sites]))
    for name, sites in chosen:
        ids = frozenset(site.id for site in sites)
        options = [Stretch(rep, name, ids, percent) for percent in PERCENTS if stretchable(sites, percent)]
        found = _smallest(bench, options)
        if found is not None:
            yield found


def hand_over(bench: Bench, rep: str, to: str, order: Sequence[str], first: int) -> Tried | None:
    """The first so many sites of `order`, as few as are enough for both reps; None: no number that was tried is.

    first : the number tried first; a larger one follows where it is not enough, smaller ones where it is.
    """
    fails, count, best = 0, max(1, first), None
    for _ in range(MOST_TRIES):
        found = bench.try_(HandOver(rep, to, tuple(order[:count])))
        if found.short == 0:
            best = found
            if count - fails <= 1:
                break
            count = (count + fails) // 2
        else:
            fails = count
            top = len(best.remedy.sites) if best is not None and isinstance(best.remedy, HandOver) else None
            count = (count + top) // 2 if top is not None else min(len(order), count + max(1, count // 2))
            if count == fails:
                break
    return best


def _smallest(bench: Bench, options: Sequence[Remedy]) -> Tried | None:
    """By halving: the first option that is enough where the one before is not; None: the last is not enough either."""
    if not options:
        return None
    best = bench.try_(options[-1])
    if best.short:
        return None
    low, high = -1, len(options) - 1
    while high - low > 1:
        middle = (low + high) // 2
        found = bench.try_(options[middle])
        low, high, best = (low, middle, found) if found.short == 0 else (middle, high, best)
    return best


def nearest_to(problem: Problem, rep: str, to: str) -> list[str]:
    """Sites of `rep` that may change hands, those first of which the way from the other rep's places is shortest against
    that from the rep's own."""
    near, far = _distance(problem, to), _distance(problem, rep)
    firm = {a.site for a in problem.appointments} | {v.site for v in problem.locked}
    sites = [s for s in problem.sites if s.owner == rep and s.place is not None and s.id not in firm and s.cadence]
    ranked = sorted(sites, key=lambda s: (near(s) - far(s), s.id))
    return [site.id for site in ranked[:NEARBY]]


def _distance(problem: Problem, rep: str) -> Callable[[Site], int]:
    """Seconds from the nearest of the rep's places (the site's own left away)."""
    places = {site.place for site in problem.sites if site.owner == rep and site.place is not None}
    places |= {day.start_place for day in problem.workdays if day.rep == rep}

    def distance(site: Site) -> int:
        others = sorted(places - {site.place})
        return int(problem.travel.seconds[others, site.place].min()) if others else 0

    return distance


def _running(parts: Objective) -> int:
    return parts.driving + parts.waiting + parts.overtime + parts.radius
