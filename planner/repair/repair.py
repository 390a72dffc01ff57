"""The published plan made right for a changed problem, with as little change as possible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from datetime import date

from planner.clusters import with_clusters
from planner.draft.draft import Draft, Insertion, Key
from planner.draft.objective import objective
from planner.plan import Plan, Reason, Route, Unplanned
from planner.problem import PlacedVisit, Problem, Site
from planner.reasons.explain import explain_site
from planner.reasons.judge import Judge
from planner.reasons.settle import stays_empty
from planner.reasons.wishes import Wish, Wishes
from planner.repair.fewest import NEVER
from planner.repair.insist import insist
from planner.repair.room import make_room, sites_of, whenever
from planner.repair.start import Remains, remains
from planner.repair.steady import shift_price, stands, steady_route
from planner.timing import time_route


def repair(problem: Problem, published: Plan, dates: Iterable[date] = ()) -> Plan:
    """A plan that keeps every rule of `problem` and differs from `published` as little as possible.

    - A stop that the problem no longer allows on its day is taken away: cancelled, closed, paused, no workday, too soon
      after a visit that was made, outside a hard radius.  Time that becomes free is not refilled, and no other stop
      moves for it.
    - An appointment that is new or was moved is put in; if it does not fit, OR-Tools decides which visits leave the day,
      each priced by its best place elsewhere.  The same where a day has become too short.
    - A must-visit that has no place takes that of other visits, as an appointment does.
    - An appointment that is cancelled changes nobody else's start: what becomes of the visits to its own site has to fit in between,
      and so does a locked visit that had no room beside others.
    - A visit that lost its day goes to its best other day (not one of `dates` that is not its own), or is unplanned with
      a reason.  Reasons of sites that the change does not touch stay as published; the next improvement renews them.
    - Published starts stay: no earlier, and later only where something came in between.

    Parameters
    ----------
    dates : days on which nothing is added that was not there (today, frozen days), except what must stand there.

    Days on which nothing changed keep the same Route object.  Deterministic.
    """
    left = remains(problem, published)
    lost = mend(left, dates)
    return _finished(left, published, lost)


def outline(problem: Problem, published: Plan, dates: Iterable[date] = (), reasons: bool = False) -> Plan:
    """The routes and the objective of a repair, at half its time: the clusters are as published.

    reasons : what is left out is explained as in a repair; else that is as published too."""
    left = remains(problem, published)
    lost = mend(left, dates)
    if reasons:
        return _explained(left, published, lost)
    _timeless(left)
    return with_routes(left, published)


def settled(problem: Problem, published: Plan, dates: Iterable[date] = ()) -> Plan:
    """What a change is compared with: where no route becomes another, the outline; else with reasons, which are then out of date."""
    left = remains(problem, published)
    lost = mend(left, dates)
    lost = {**lost, **_timeless(left)}
    plan = with_routes(left, published)
    if plan.routes == tuple(route for route in published.routes if route.stops):
        return plan
    return replace(plan, unplanned=tuple(_unplanned(left.draft, published, lost)))


def mend(left: Remains, dates: Iterable[date] = (), touched: Iterable[Key] | None = None) -> dict[str, None]:
    """Steps 2 and 3 of a repair, on what `remains` has left: returns the sites of which a visit has lost its day.

    dates : as in `repair`.  touched : workdays on which the order is not as published; None: any may be.
    """
    draft = left.draft
    lost = {**left.lost, **_out_of_radius(left)}
    for key, task in left.pending:
        gone = make_room(draft, key, task, left.published.get(key))
        lost |= sites_of([task] if gone is None else gone)  # what made way for nothing finds a place again
    for lock in left.waiting:
        _let_in(left, lock)
    lost |= _too_short(left, draft.workdays if touched is None else touched)
    lost |= _left_alone(left)
    _place_again(left, lost, frozenset(dates))
    for_others = insist(left, frozenset(dates))
    for_others |= _left_alone(left)
    _place_again(left, for_others, frozenset(dates))
    return {**lost, **for_others}


def _let_in(left: Remains, lock: PlacedVisit) -> None:
    """A locked visit that others left no room for: at its best place where nobody else starts a second sooner or later."""
    draft, site, key = left.draft, left.draft.sites[lock.site], (lock.rep, lock.date)
    task = draft.visit(site, key, lock.request)
    ways = [way for way in draft.insertions(task, key) if not _disturbs(left, site, way, quietly=True)]
    if ways:
        draft.put(task, key, min(ways, key=lambda way: way.total).position)


def _too_short(left: Remains, keys: Iterable[Key]) -> dict[str, None]:
    """Visits leave the days whose order has no times."""
    draft, lost = left.draft, dict[str, None]()
    for key in keys:
        if draft.orders[key] and not stands(left, key) and draft.room(key).cost is None:
            lost |= sites_of(make_room(draft, key, None, left.published.get(key)))
    return lost


def _left_alone(left: Remains) -> dict[str, None]:
    """Take away the visits that stand without one of those that are to be visited with them."""
    draft, gone = left.draft, dict[str, None]()
    alone = [(site, key) for site in draft.companions for key in draft.days_of(site) if draft.alone(site, key)]
    for site, key in alone:
        draft.take(draft.visit_on(site, key), key)
        gone[site] = None
    return gone | _left_alone(left) if gone else gone


def _out_of_radius(left: Remains) -> dict[str, None]:
    """Visits that a hard radius, new or smaller than before, no longer allows on their day."""
    draft, gone = left.draft, dict[str, None]()
    for key in draft.workdays:
        for site in draft.radius.outside(key[0], draft.bound(key)):
            draft.take(next(task for task in draft.orders[key] if task.site == site and draft.is_bound(task, key)), key)
            gone[site] = None
    return gone


def _place_again(left: Remains, lost: dict[str, None], frozen: frozenset[date]) -> None:
    """Each visit that lost its day, and each must-visit not fulfilled, to the day on which it costs least."""
    draft = left.draft
    wishes = Wishes(draft)
    wanted = dict.fromkeys([*lost, *(must.site for must in draft.problem.must_visits)])
    pairs = [(wish, site) for site in wanted for wish in wishes.of(site) if wish.must or site in lost]
    for wish, site in sorted(pairs, key=lambda pair: -pair[0].value):
        waits = wish.request in left.refused
        quietly = waits or site in left.cancelled
        best = _best_day(left, wish, frozen, quietly)
        if best is None and quietly and wish.must and not waits:
            # a person asked: rather a few minutes later for others than not at all
            best = _best_day(left, wish, frozen, False)
        if best is not None:
            draft.place(draft.sites[site], best, wishes.request_for)


def _best_day(left: Remains, wish: Wish, frozen: frozenset[date], quietly: bool) -> Insertion | None:
    """Of the places that pay the one with the least price, that of the times which other stops lose included: it pays for these as well.

    quietly: of those where no other stop starts at another time."""
    draft, site = left.draft, left.draft.sites[wish.site]
    if site.place is None or (wish.must is not None and wish.must not in draft.verdict(site.id).wanted):
        return None  # a visit placed meanwhile may fulfil a must-visit as well
    keys = ((rep, day) for day in wish.days if wish.must or day not in frozen for rep in draft.reps(site))
    found = [draft.insertion(draft.visit(site, key), key) for key in keys if key in draft.workdays]
    gains = [insertion for insertion in found if insertion is not None and insertion.total < 0]
    best, least = None, 0
    for cheapest in sorted(gains, key=lambda insertion: (insertion.total, insertion.key[1], insertion.key[0])):
        if cheapest.total >= least:
            break
        for insertion in _positions(left, site, cheapest, quietly):
            if (price := insertion.total + _disturbs(left, site, insertion, quietly)) < least:
                best, least = insertion, price
    return best


def _positions(left: Remains, site: Site, cheapest: Insertion, quietly: bool) -> Iterator[Insertion]:
    """The cheapest position of a day and, where others would lose their time, all that pay."""
    yield cheapest
    if not _disturbs(left, site, cheapest, quietly):
        return
    draft, key = left.draft, cheapest.key
    for insertion in draft.insertions(draft.visit(site, key), key):
        if insertion.total < 0:
            yield insertion


def _disturbs(left: Remains, site: Site, insertion: Insertion, quietly: bool) -> int:
    """The price of the times that a visit takes from the other stops of its day; quietly: not a second."""
    draft, key = left.draft, insertion.key
    published = left.published.get(key)
    route = time_route(draft.problem, draft.workdays[key], draft.with_insertion(site.id, insertion))
    if route is None:
        return 0
    price = shift_price(draft.problem, route, published)
    return NEVER * (price > 0) if quietly else price


def _finished(left: Remains, published: Plan, lost: dict[str, None]) -> Plan:
    return with_clusters(left.draft.problem, _explained(left, published, lost))


def _explained(left: Remains, published: Plan, lost: dict[str, None]) -> Plan:
    """The routes, and a reason for whatever is left out."""
    lost = {**lost, **_timeless(left)}
    return replace(with_routes(left, published), unplanned=tuple(_unplanned(left.draft, published, lost)))


def with_routes(left: Remains, published: Plan) -> Plan:
    """The published plan with the routes of the draft and what they cost."""
    draft = left.draft
    routes = [route for key in _keys(draft, published) if (route := _route(left, key)) is not None]
    return replace(published, routes=tuple(routes), objective=objective(draft, routes), owners=draft.owners)


def _timeless(left: Remains) -> dict[str, None]:
    """Make room on days that stood as published while their order alone has no times, and that have changed since.

    Again as long as something leaves: without its first visit a site has a longer one on another day, and what is visited together
    leaves together."""
    draft, lost = left.draft, dict[str, None]()
    while True:
        gone = dict[str, None]()
        for key, order in draft.orders.items():
            if order and steady_route(left, key) is None:
                gone |= sites_of(make_room(draft, key, None, left.published.get(key)))
        gone |= _left_alone(left)
        lost |= gone
        if not any(draft.sites[site].newcomer for site in gone):
            return lost


def _keys(draft: Draft, published: Plan) -> list[Key]:
    """Workdays in the order of the published routes, then new ones."""
    known = [(route.rep, route.date) for route in published.routes]
    return sorted({*known, *draft.workdays} & draft.workdays.keys())


def _route(left: Remains, key: Key) -> Route | None:
    before = left.published.get(key)
    if not left.draft.orders[key] and not left.draft.away(key):
        return stays_empty(before)
    route = steady_route(left, key)
    assert route is not None, "only orders with times are kept"
    return route


def _unplanned(draft: Draft, published: Plan, lost: dict[str, None]) -> list[Unplanned]:
    """Entries of sites that are as they were stay; the others are explained anew.

    A reason is what the rules say, not what was published: a visit that has left its day might come at any time.
    """
    draft.starts = {}
    before: dict[str | None, list[Unplanned]] = {}
    for entry in published.unplanned:
        before.setdefault(entry.site, []).append(entry)
    wishes, held = Wishes(draft), draft.held()
    booked = {a.site for a in draft.problem.appointments if a.id not in held}
    same = {
        site
        for site in draft.sites
        if site not in lost and site not in booked and _same(draft, site, before.get(site, []), held)
    }
    _at_any_time(
        draft, {day for site in draft.sites if site not in same for wish in wishes.of(site) for day in wish.days}
    )
    judge, entries = Judge(draft), list[Unplanned]()
    for site in draft.sites:
        entries += before.get(site, []) if site in same else explain_site(judge, site, wishes, held)
    return entries + explain_site(judge, None, wishes, held)


def _at_any_time(draft: Draft, days: Container[date]) -> None:
    """Forget on these days when stops were published."""
    for key, order in draft.orders.items():
        if key[1] in days:
            draft.reorder(key, [whenever(draft, key, task) for task in order])


def _same(draft: Draft, site: str, entries: list[Unplanned], held: set[str]) -> bool:
    """Whether the published entries of a site name exactly what it lacks now."""
    verdict = draft.verdict(site)
    lacking = len(verdict.missed) + len(verdict.wanted)
    locks = {lock.request for lock in draft.locks_of.get(site, ())}
    if draft.unkept(site) or any(entry.request in locks for entry in entries):
        return False  # a locked visit: what its own day says may be something else by now
    asked = {must.id for must in draft.problem.must_visits if must.site == site}
    if {must.id for must in verdict.wanted} != asked.intersection(entry.request or "" for entry in entries):
        return False  # asked for, or made, since
    if any(entry.request in held or (entry.request and entry.reason is Reason.NOT_DUE) for entry in entries):
        return False  # planned now; or it may be due by now, as the horizon ends later than when it was published
    if lacking == 0 and not draft.calls(site):
        return len(entries) == 1 and all(entry.request is None for entry in entries)
    last = draft.problem.horizon.last
    until = Counter(gone.in_time_until(last) for gone in verdict.missed) + Counter({None: len(verdict.wanted)})
    named = all(entry.request is not None for entry in entries)
    return named and until == Counter(entry.in_time_until for entry in entries)
