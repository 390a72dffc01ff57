"""The smallest remedy of each kind that keeps the goals: found by solving, with and without, always from the same plan.

Every figure is what a real plan does.  As the search is a heuristic, a smaller remedy may do with more iterations.  What is called
enough comes with a plan that keeps all goals; what another search makes of it is said beside (`Tried.again`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from statistics import fmean

from planner.groups import companions, with_one_rep
from planner.overload.goals import asked_of, counts_of, short_of, wanting
from planner.overload.remedies import HandOver, LongerDays, MoreStopsADay, Remedy, Stretch, stretchable
from planner.overload.single import single_days, tightened
from planner.plan import Objective, Plan, Unplanned
from planner.problem import Problem, Site
from planner.solve import solve

STEP = 900  # seconds by which days grow
MOST_STEPS = 16  # four hours a day
MOST_STOPS = 4  # a day
PERCENTS = (110, 125, 150, 200, 300)
MOST_GROUPS = 5  # groups of which the interval is stretched, those that are worth least first
MOST_TRIES = 5  # numbers of accounts that are handed over
NEARBY = 60  # accounts that are looked at for a hand-over
NO_VISITS = Plan((), (), Objective())


@dataclass(frozen=True, slots=True)
class Tried:
    """A remedy and the plan with it.

    short : goals left out for want of time then.  gained : goals kept more than without it.  lost : goals left out for other reasons more
        than without it (a slower rhythm in which visits come too near).  plan : the whole plan of the reps concerned.
    price : of the remedy itself; running : driving, waiting, overtime and radius more than without (negative: less).
    again : goals that another search leaves out with it, from the published plan with another seed: a search looks for the cheapest
        plan, which may leave out a goal that this plan keeps.  None: not asked, as it is not enough.
    before : goals left out for want of time without it.  admits : of single days the entries of these of which a visit stands in the plan.
    idle : of a stretch the sites that the period asks nothing of any more.
    """

    remedy: Remedy
    short: int
    gained: int
    price: int
    running: int
    plan: Plan
    again: int | None = None
    lost: int = 0
    before: int = 0
    idle: int = 0
    admits: tuple[Unplanned, ...] = ()

    @property
    def cost(self) -> int:
        return self.price + self.running

    @property
    def left(self) -> int:
        """Goals left out even so: for want of time, or because they then do not pay or have another reason."""
        return self.short + max(0, self.lost)

    @property
    def keeps(self) -> int:
        """Of the goals left out without it those that it keeps; of a stretch also those that are asked for no more."""
        fewer = self.before - self.left
        return max(0, fewer if isinstance(self.remedy, Stretch) else min(fewer, self.gained))

    @property
    def enough(self) -> bool:
        """Whether its plan keeps all goals that time can keep: not by putting visits off until the next ones fall due after the period, nor
        by giving up others.  Where less is asked for there is nothing to gain."""
        return self.short == 0 and self.lost <= 0 and (self.gained > 0 or isinstance(self.remedy, Stretch))


class Bench:
    """One problem on which remedies are tried, always from the same plan with the same effort.

    known : plans found with remedies of single days: where longer days are not enough they are tried from there as well, so that
        nothing is called too little that lets such a plan stand.
    """

    def __init__(self, problem: Problem, plan: Plan, iterations: int) -> None:
        self.problem, self.iterations, self.published = problem, iterations, plan
        self.plan = solve(problem, seed=plan.seed, iterations=iterations, start=plan)
        self.counts = counts_of(problem, self.plan)
        self.short = self.counts.short
        self.known: list[Plan] = []
        self._running = _running(self.plan.objective)

    def try_(self, remedy: Remedy, starts: Sequence[Plan] = ()) -> Tried:
        """starts : where it is not enough, plans from which it is tried as well."""
        problem = remedy.applied(self.problem)
        best = self._tried(remedy, problem, self.plan)
        for start in starts:
            if not best.enough:
                best = min(best, self._tried(remedy, problem, start), key=_rank)
        return best

    def _tried(self, remedy: Remedy, problem: Problem, start: Plan) -> Tried:
        return self.tried(remedy, problem, solve(problem, seed=self.plan.seed, iterations=self.iterations, start=start))

    def tried(self, remedy: Remedy, problem: Problem, plan: Plan) -> Tried:
        """A plan of the problem with the remedy against that without it."""
        then, now = counts_of(problem, plan), self.counts
        running = _running(plan.objective) - self._running
        gained, lost = then.kept - now.kept, then.otherwise - now.otherwise
        return Tried(remedy, then.short, gained, remedy.price(self.problem), running, plan, lost=lost, before=now.short)

    def best(self, found: Tried) -> Tried:
        """The same or, where that is not enough, what a search finds that begins with no visit planned, if it is better: nothing is to be
        called too little because of the plan that was searched from."""
        if found.enough:
            return found
        problem = found.remedy.applied(self.problem)
        plan = solve(problem, seed=self.plan.seed + 1, iterations=self.iterations, start=NO_VISITS)
        return min(found, self.tried(found.remedy, problem, plan), key=_rank)

    def searched_anew(self, found: Tried) -> Tried:
        """What another search from the published plan leaves out with a remedy of which a plan shows that it is enough."""
        if not found.enough:
            return found
        problem = found.remedy.applied(self.problem)
        plan = solve(problem, seed=self.plan.seed + 1, iterations=self.iterations, start=self.published)
        return replace(found, again=counts_of(problem, plan).short)

    def needs(self, found: Tried) -> bool:
        """Whether goals are left out without the remedy even by a search from the plan that was found with it."""
        plan = solve(self.problem, seed=self.plan.seed, iterations=self.iterations, start=found.plan)
        return counts_of(self.problem, plan).short > 0


def _rank(found: Tried) -> tuple[bool, int, int]:
    return not found.enough, found.left, found.cost


def some_days(bench: Bench, rep: str) -> Tried | None:
    """Single days longer, as the reasons of what is left out say, searched on from there; None: no single day would help."""
    made = single_days(bench.problem, bench.plan, rep)
    if made is None:
        return None
    remedy, plan = made
    problem = remedy.applied(bench.problem)
    plans = [plan, solve(problem, seed=bench.plan.seed, iterations=bench.iterations, start=plan)]
    best = bench.best(min((bench.tried(remedy, problem, one) for one in plans), key=_rank))
    less, plan = tightened(bench.problem, remedy, best.plan)
    best = bench.tried(less, less.applied(bench.problem), plan)
    bench.known.append(best.plan)
    return replace(best, admits=_admitted(bench, best.plan)) if best.keeps else None


def _admitted(bench: Bench, plan: Plan) -> tuple[Unplanned, ...]:
    """Of what is left out without a remedy the entries of which a visit stands in a plan with it, on one of their days."""
    visits = {(stop.site, route.date) for route in plan.routes for stop in route.stops}
    wanted = wanting(bench.problem, bench.plan)
    return tuple(entry for entry in wanted if any((entry.site, day) in visits for day in entry.days))


def longer_days(bench: Bench, rep: str) -> Iterator[Tried]:
    """The fewest quarters of an hour a day that are enough; where stops are limited the fewest stops more, and both where neither is.

    Where none is, what keeps most, the least of it.  Beside it less of the same where that costs less for each goal that it keeps."""
    longer: list[Remedy] = [LongerDays(rep, STEP * n) for n in range(1, MOST_STEPS + 1)]
    limits = [day.max_stops for day in bench.problem.workdays if day.rep == rep and day.max_stops is not None]
    stop_by_stop: list[Remedy] = [MoreStopsADay(rep, n) for n in range(1, MOST_STOPS + 1)]
    found = [_climbed(bench, ladder, bench.known) for ladder in ([longer, stop_by_stop] if limits else [longer])]
    if limits and not any(one[0].enough for one in found):
        length = _day_length(bench.problem, rep)
        stops = [-(-max(limits) * STEP * n // length) for n in range(1, MOST_STEPS + 1)]
        both = _climbed(bench, [LongerDays(rep, STEP * n, more) for n, more in enumerate(stops, start=1)], bench.known)
        found = [both if both[0].enough or both[0].left < found[0][0].left else found[0]]
    enough = [tried for tried in found if tried[0].enough]
    for tried in enough or [min(found, key=lambda tried: _rank(tried[0]))]:
        yield from worth_naming(tried)


def worth_naming(tried: Sequence[Tried]) -> Iterator[Tried]:
    """The first, and what costs less for each goal that it keeps; nothing that keeps none."""
    keeping = [one for one in tried if one.keeps]
    if keeping and keeping[0] is tried[0]:
        yield tried[0]
        best = min(keeping, key=lambda one: (one.cost / one.keeps, one.cost))
        if best.cost / best.keeps < tried[0].cost / tried[0].keeps:
            yield best


def _day_length(problem: Problem, rep: str) -> int:
    return max(1, round(fmean(day.end - day.start for day in problem.workdays if day.rep == rep)))


def stretches(bench: Bench, rep: str, groups: dict[str, list[Site]]) -> Iterator[Tried]:
    """For each group the least of PERCENTS that is enough, then the same for all groups together.

    What is visited together with one of a group has its cadence, and keeps it.
    """
    whole = {site.id: site for sites in groups.values() for site in sites}
    mates = companions(bench.problem)
    ranked = sorted(groups, key=lambda name: (max(site.miss_price for site in groups[name]), name))
    chosen = [(name, groups[name]) for name in ranked[:MOST_GROUPS]]
    if len(groups) > 1:
        chosen.append(("", [site for sites in groups.values() for site in sites]))
    for name, sites in chosen:
        ids = frozenset(one for site in sites for one in (site.id, *mates.get(site.id, ())) if one in whole)
        options = [
            Stretch(rep, name, ids, percent)
            for percent in PERCENTS
            if stretchable([whole[one] for one in sorted(ids)], percent)
        ]
        if options and (found := _smallest(bench, options)).enough:
            yield replace(found, idle=_idle(bench, found))


def _idle(bench: Bench, found: Tried) -> int:
    """Of how many of its sites the period asks for nothing any more."""
    assert isinstance(found.remedy, Stretch)
    then = asked_of(found.remedy.applied(bench.problem), NO_VISITS)
    return len(found.remedy.sites.intersection(asked_of(bench.problem, NO_VISITS)) - then.keys())


def hand_over(bench: Bench, rep: str, to: str, order: Sequence[Sequence[str]], accounts: int) -> Tried | None:
    """The first so many of `order`, as few as are enough for both reps; None: no number that was tried is, or it goes without.

    order : sites, by those that have one rep.
    accounts : about how many are too many.  Where as many are not enough, more follow if it is still the rep who lacks time, and fewer if
        it is the colleague.
    """
    few, many, best = 0, len(order) + 1, None  # too few; enough or too many
    count = _reaching(order, accounts)
    for _ in range(MOST_TRIES):
        remedy = HandOver(rep, to, tuple(site for group in order[:count] for site in group))
        found = bench.try_(remedy)
        if found.enough:
            best, many = found, count
        elif found.lost > 0:
            many = count
        elif found.short == 0 or short_of(remedy.applied(bench.problem), found.plan, rep):
            few = count
        else:
            many = count
        count = (few + many) // 2 if many <= len(order) else min(len(order), count + max(1, count // 2))
        if not few < count < many:
            break
    return best if best is not None and bench.needs(best) else None


def _reaching(order: Sequence[Sequence[str]], accounts: int) -> int:
    """How many of `order` have so many accounts together; all of them at most."""
    together = accumulate(len(group) for group in order)
    return next((n for n, reached in enumerate(together, 1) if reached >= accounts), len(order))


def _smallest(bench: Bench, options: Sequence[Remedy]) -> Tried:
    """The first option that is enough where the one before is not; the last where it is not enough either."""
    return _climbed(bench, options, partly=False)[0]


def _climbed(
    bench: Bench, options: Sequence[Remedy], starts: Sequence[Plan] = (), *, partly: bool = True
) -> list[Tried]:
    """All that were tried, by halving: first the least option that is enough or, where the last one is not, leaves out as few (partly)."""
    first = bench.try_(options[-1], starts)
    best = bench.best(first)
    tried = [best]
    if not best.enough and not (partly and best.keeps):
        return tried
    starts = starts if first.enough else [best.plan]  # the usual ones lead nowhere
    low, high = -1, len(options) - 1
    while high - low > 1:
        middle = (low + high) // 2
        found = bench.try_(options[middle], starts)
        if found.enough or (not best.enough and found.left <= best.left):
            high = middle
            tried.insert(0, found)
        else:
            low = middle
            tried.append(found)
    return tried


def nearest_to(problem: Problem, rep: str, to: str) -> list[tuple[str, ...]]:
    """Sites of `rep` that may change hands, with all that one rep has to visit as well; those first of which the way from the other
    rep's places is shortest against that from the rep's own.  The other has the skills for all of them on some workday."""
    near, far = _distance(problem, to), _distance(problem, rep)
    firm = {a.site for a in problem.appointments} | {v.site for v in problem.locked}
    free = {s.id: s for s in problem.sites if s.owner == rep and s.id not in firm}
    groups = with_one_rep(problem)
    alone = [(site,) for site in free if not any(site in group for group in groups)]
    units = [tuple(free[site] for site in unit) for unit in (*alone, *groups) if free.keys() >= set(unit)]

    def gain(unit: Sequence[Site]) -> float:
        return fmean(near(site) - far(site) for site in unit if site.place is not None)

    skills = [day.skills for day in problem.workdays if day.rep == to]
    known = [unit for unit in units if all(any(site.skills <= having for having in skills) for site in unit)]
    able = [unit for unit in known if any(site.place is not None and site.cadence for site in unit)]
    ranked = sorted(able, key=lambda unit: (gain(unit), unit[0].id))
    return [tuple(site.id for site in unit) for unit in ranked[:NEARBY]]


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
