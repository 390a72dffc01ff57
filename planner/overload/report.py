"""The whole: for each rep what is missing, who waits, and what would keep the goals, the cheapest remedy first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from planner.estimate import Need, estimate, weeks
from planner.overload.goals import Goals, Unkept, asked_of, goals_of, groups_of, lacking, unkept_of
from planner.overload.part import part
from planner.overload.remedies import LongerDays
from planner.overload.search import Bench, Tried, hand_over, longer_days, nearest_to, some_days, stretches
from planner.plan import Plan
from planner.problem import Problem, Site
from planner.travel import UNREACHABLE

ITERATIONS = 3_000  # of each solve: some tenths of a second for 150 accounts on 20 days
MOST_OTHERS = 2  # reps to whom accounts might be handed over, those with most time first


@dataclass(frozen=True, slots=True)
class RepOverload:
    """One rep's period.

    weeks : of the rep's working time.  estimate : before any planning.
    short : goals left out for want of time in the best plan found; unkept : where.
    takes : seconds a week that the visits take which on-time visiting would make and the plan does not, left out for want of time or
        fallen away: service, follow-up and the detour for a visit of the plan; 0: nothing is left out for want of time.
    free : seconds of working time a week that the plan leaves.  days : where that is as much as they take, but in pieces too short
        for a visit on each day: workdays a week that are short, at as many visits as the plan has a day; None: it is hours that are
        short or, with as much free as they take, what is free is not when these visits may be made.
    hours : seconds a week by which the rep's days would have to be longer, each by as much, so that none is left out, as a plan proves;
        None: not even four hours more a day are enough (opening hours end as well, or stops are limited), or nothing is missing.
    remedies : what was tried; first what keeps all goals, the cheapest first, then what keeps most.
    """

    rep: str
    weeks: float
    estimate: Need
    groups: tuple[Goals, ...]
    unkept: tuple[Unkept, ...]
    short: int
    takes: int
    free: int
    days: float | None
    hours: int | None
    remedies: tuple[Tried, ...]

    @property
    def missing(self) -> int:
        """Seconds a week that are short: what the visits take beyond what is free."""
        return max(0, self.takes - self.free)

    @property
    def fallen(self) -> int:
        """Goals fallen away, because visits come late."""
        return sum(group.fallen for group in self.groups)

    @property
    def best_value(self) -> Tried | None:
        """The remedy that costs least for each goal that it keeps; None: nothing that was tried keeps any."""
        return min(self.remedies, key=lambda one: one.cost / one.keeps, default=None)


def overload(
    problem: Problem,
    plan: Plan,
    groups: Mapping[str, str] | None = None,
    iterations: int = ITERATIONS,
    reps: Collection[str] | None = None,
) -> tuple[RepOverload, ...]:
    """For every rep of the problem (or these), in its order.  Deterministic: the effort is counted in iterations.

    plan : where each solve starts from.  groups : site to the name of its group (segment); None: by rhythm and worth.
    """
    return tuple(_of_rep(problem, plan, rep, groups, iterations) for rep in problem.reps if reps is None or rep in reps)


def _of_rep(problem: Problem, plan: Plan, rep: str, groups: Mapping[str, str] | None, iterations: int) -> RepOverload:
    own, served = part(problem, plan, [rep])
    names = groups_of(own) if groups is None else {**groups_of(own), **groups}
    bench = Bench(own, served, iterations)
    tried: list[Tried] = []
    hours = None
    if bench.short:
        single = some_days(bench, rep)
        tried += [single] if single is not None else []
        for longer in longer_days(bench, rep):
            if longer.enough and isinstance(longer.remedy, LongerDays) and not longer.remedy.stops:
                hours = round(longer.remedy.total(own) / weeks(own, rep))
            tried.append(longer)
        tried += stretches(bench, rep, _grouped(own, names))
        tried = [bench.searched_anew(one) for one in tried]
        tried += _hand_overs(problem, plan, rep, bench, iterations)
    unkept = unkept_of(own, bench.plan, names)
    takes, free = _takes(bench, rep), max(0, round(spare(own, bench.plan, rep) / weeks(own, rep)))
    return RepOverload(
        rep,
        weeks(own, rep),
        estimate(own, rep),
        goals_of(own, bench.plan, names),
        unkept,
        bench.short,
        takes,
        free,
        _days(own, bench.plan, bench.short, rep)
        if free >= takes and _in_pieces(own, bench.plan, unkept, rep)
        else None,
        hours,
        tuple(sorted(tried, key=lambda one: (not one.enough, one.left, one.cost))),
    )


def _takes(bench: Bench, rep: str) -> int:
    """Seconds a week that the visits which the plan lacks would take."""
    if not bench.short:
        return 0
    problem = bench.problem
    service = {site.id: site.service for site in problem.sites}
    more = max((day.follow_up for day in problem.workdays), default=0) + detour(problem, bench.plan)
    lacks = lacking(problem, bench.plan)
    return round(sum(count * (service[site] + more) for site, count in lacks.items()) / weeks(problem, rep))


def detour(problem: Problem, plan: Plan) -> int:
    """Seconds of driving that a stop costs, in the mean of all of the plan: the ways there and on, without the way past it."""
    seconds, days = problem.travel.seconds, {(day.rep, day.date): day for day in problem.workdays}
    found = []
    for route in plan.routes:
        day = days[route.rep, route.date]
        first = day.start_place if route.morning is None else route.morning
        last = day.end_place if route.night is None else route.night
        way = [first, *(stop.place for stop in route.stops if stop.site is not None and stop.place is not None), last]
        for before, here, after in zip(way, way[1:], way[2:], strict=False):
            past = int(seconds[before, after])
            found.append(int(seconds[before, here]) + int(seconds[here, after]) - (0 if past >= UNREACHABLE else past))
    return max(0, round(fmean(found))) if found else 0


def _in_pieces(problem: Problem, plan: Plan, unkept: Sequence[Unkept], rep: str) -> bool:
    """Whether no workday has as much time left as the shortest visit that waits: else something else is in its way."""
    sites = {site.id: site.service for site in problem.sites}
    waiting = [sites[entry.site] for entry in unkept if entry.short]
    return bool(waiting) and max(_left(problem, plan, rep).values(), default=0) < min(waiting)


def _days(problem: Problem, plan: Plan, short: int, rep: str) -> float | None:
    """Workdays a week that so many visits would fill; None: the plan has no visit to go by."""
    stops = [sum(stop.site is not None for stop in route.stops) for route in plan.routes]
    filled = [count for count in stops if count]
    return short * len(filled) / sum(filled) / weeks(problem, rep) if filled else None


def _grouped(problem: Problem, names: Mapping[str, str]) -> dict[str, list[Site]]:
    found: dict[str, list[Site]] = {}
    for site in problem.sites:
        if site.cadence is not None:
            found.setdefault(names[site.id], []).append(site)
    return found


def _hand_overs(problem: Problem, plan: Plan, rep: str, bench: Bench, iterations: int) -> Sequence[Tried]:
    """To each of the reps with most time left, as far as both then keep their goals."""
    others = sorted(((spare(problem, plan, other), other) for other in problem.reps if other != rep), reverse=True)
    found = []
    for left, other in others[:MOST_OTHERS]:
        both = Bench(*part(problem, plan, [rep, other]), iterations)
        order = _small_enough(both, nearest_to(both.problem, rep, other), left)
        if left > 0 and order and both.short == bench.short:  # the other one keeps theirs
            one = hand_over(both, rep, other, order, _too_many(bench))
            found += [both.searched_anew(one)] if one is not None else []
    return found


def _small_enough(both: Bench, order: Sequence[tuple[str, ...]], left: int) -> list[tuple[str, ...]]:
    """Those of `order` whose visits take no more than the time left: what can never be taken would stand in the way of what comes after."""
    asked = asked_of(both.problem, both.plan)
    takes = {site.id: asked.get(site.id, 0) * site.service for site in both.problem.sites}
    return [unit for unit in order if sum(takes[site] for site in unit) <= left]


def _too_many(bench: Bench) -> int:
    """About how many accounts ask for as many visits as are left out."""
    goals = goals_of(bench.problem, bench.plan, {})
    asked = sum(group.asked for group in goals) / max(1, sum(group.sites for group in goals))
    return max(1, round(bench.short / max(asked, 0.01)))


def spare(problem: Problem, plan: Plan, rep: str) -> int:
    """Working time that the plan leaves free, in seconds over the period."""
    return sum(_left(problem, plan, rep).values())


def _left(problem: Problem, plan: Plan, rep: str) -> dict[date, int]:
    """Of each workday."""
    found = {
        day.date: day.end - day.start - (day.rest.duration if day.rest else 0)
        for day in problem.workdays
        if day.rep == rep
    }
    for route in plan.routes:
        if route.rep == rep:
            found[route.date] -= route.end - route.start
    return found
