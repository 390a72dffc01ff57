"""A plan on which single visits are put, taken and priced, exactly.

The search moves thousands of visits a second and lives in arrays.  Repair and reasons move a few, and need what is
exact and easy to follow: times from `planner.timing`, dates from SiteDates, prices as in the objective.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date

from planner.calendar import DAY_SECONDS
from planner.draft.dates import Call, Hold, SiteDates, Verdict
from planner.draft.radius import BEYOND, Radius
from planner.draft.room import DayRoom
from planner.draft.steady import Identity, identity, steady_times
from planner.groups import companions, with_their_group
from planner.nights import DayAway, Nights, nights_of, still_allowed, with_nights
from planner.plan import Plan, Route, StopKind
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem, Site, Workday
from planner.tasks import Task, appointment_task, promised, service_of, visit_task
from planner.timing import as_told, order_cost, time_route

Key = tuple[str, date]  # rep and date of a workday


@dataclass(frozen=True, slots=True)
class Insertion:
    """The cheapest way to put a visit on a day: `driving` is what the day gains (driving, waiting, overtime, radius),
    `total` adds what the dates of the site gain (negative: it is worth more than it costs).

    others : sites that are visited together with it and come as well, and the position of each once those before it are in."""

    key: Key
    position: int
    driving: int
    total: int
    others: tuple[tuple[str, int], ...] = ()


class Draft:
    """orders : the tasks of each workday, in order.  Built empty; see `of`.

    starts : published starts by workday.  What stands on that day again is a task that starts no earlier.
    nights : where they are spent; the workdays of the draft begin and end there.
    """

    def __init__(
        self,
        problem: Problem,
        owners: Mapping[str, str] | None = None,
        starts: Mapping[Key, Mapping[Identity, int]] | None = None,
        nights: Nights | None = None,
    ) -> None:
        self.problem = problem
        self.everybody = problem.reps  # who works; read from all workdays
        self.owners = dict(owners or {})
        self.starts = starts or {}
        self.sites: dict[str, Site] = {site.id: site for site in problem.sites}
        self.nights = still_allowed(problem, nights or {})
        self.workdays: dict[Key, Workday] = with_nights(problem, self.nights)
        self.appointments: dict[str, Appointment] = {item.id: item for item in problem.appointments}
        self._published()
        self.orders: dict[Key, list[Task]] = {key: [] for key in self.workdays}
        self.radius = Radius(problem, self.owners)
        self.companions = companions(problem)
        self._musts: dict[str, list[MustVisit]] = {}
        for must in problem.must_visits:
            self._musts.setdefault(must.site, []).append(must)
        self._calls: dict[str, list[tuple[Call, Key]]] = {}
        self._dates: dict[str, SiteDates] = {}
        self._verdicts: dict[str, Verdict] = {}
        self._with_more: dict[
            str, dict[tuple[Key, bool], Verdict]
        ] = {}  # what `with_visit` said, while its visits are the same
        self._rooms: dict[Key, DayRoom] = {}
        self._versions = dict.fromkeys(self.workdays, 0)

    @classmethod
    def of(cls, problem: Problem, plan: Plan, nights: Nights | None = None) -> Draft:
        """The plan as it is; stops that the problem does not know any more are left away.  nights: others than those of the plan."""
        draft = cls(problem, plan.owners, nights=nights_of(plan) if nights is None else nights)
        for route in plan.routes:
            for stop in route.stops:
                if stop.kind is StopKind.BREAK or (route.rep, route.date) not in draft.workdays:
                    continue
                task = draft.task_again(stop.kind, stop.request, stop.site, (route.rep, route.date))
                if task is not None:
                    draft.put(task, (route.rep, route.date), len(draft.orders[route.rep, route.date]))
        return draft

    def copy(self, appointments: Iterable[Appointment] = ()) -> Draft:
        """The same plan to try something on, with so many appointments more in its problem.

        What is not changed is shared, prices that are known too: a copy is far sooner made than a draft."""
        other = copy(self)
        if added := tuple(appointments):
            other.problem = replace(self.problem, appointments=(*self.problem.appointments, *added))
            other.appointments = {**self.appointments, **{item.id: item for item in added}}
        other.owners = dict(self.owners)
        other.orders = {key: list(tasks) for key, tasks in self.orders.items()}
        other._calls = {site: list(calls) for site, calls in self._calls.items()}
        other._verdicts, other._rooms, other._versions = dict(self._verdicts), dict(self._rooms), dict(self._versions)
        other._with_more = {}
        return other

    def varied(self, problem: Problem, days: Iterable[Workday] = (), sites: Iterable[Site] = ()) -> Draft:
        """A copy under a problem in which these workdays, these sites and locked visits to them are others; what it knows of the rest is
        shared.  The tasks stay as they are: what they are in that problem `read_again` says."""
        other, changed = self.copy(), {site.id: site for site in sites}
        other.problem, other.everybody = problem, problem.reps
        other.workdays = {**self.workdays, **{(day.rep, day.date): day for day in days}}
        other.sites = {**self.sites, **changed}
        other._published()
        other._dates = {name: dates for name, dates in self._dates.items() if name not in changed}
        for name in changed:
            other._verdicts.pop(name, None)
        return other

    def read_again(self, key: Key) -> None:
        """The tasks of a day as they are in this problem."""
        self._rooms.pop(key, None)
        for task in list(self.orders[key]):
            position = self.take(task, key)
            again = self.task_again(task.kind, task.request, task.site, key)
            assert again is not None, "sites stay where they are"
            self.put(again, key, position)

    def _published(self) -> None:
        """What is locked, and the dates of the other published visits of each site."""
        self.locks: dict[tuple[str, str, date], PlacedVisit] = {(v.site, v.rep, v.date): v for v in self.problem.locked}
        self.locks_of: dict[str, list[PlacedVisit]] = {}
        for visit in self.locks.values():
            self.locks_of.setdefault(visit.site, []).append(visit)
        self._base: dict[str, list[date]] = {}
        for visit in self.problem.base:
            if (visit.site, visit.rep, visit.date) not in self.locks:
                self._base.setdefault(visit.site, []).append(visit.date)

    # -- tasks ---------------------------------------------------------------------------------------------------

    def task_again(self, kind: StopKind, request: str | None, site: str | None, key: Key) -> Task | None:
        """The task of a stop of an earlier plan; None if it is gone, or its position is not known any more."""
        if kind is StopKind.VISIT:
            known = self.sites.get(site or "")
            return None if known is None or known.place is None else self.visit(known, key, request)
        appointment = self.appointments.get(request or "")
        if appointment is None or (appointment.rep, appointment.date) != key:
            return None
        return self.appointment(appointment)

    def visit(self, site: Site, key: Key, request: str | None = None, without: Collection[date] = ()) -> Task:
        """A visit on this day: the locked one, if the problem has one that is not there yet.

        without : the dates of visits to the site that would go for it."""
        task = visit_task(site, self.workdays[key], request, first=self._is_first(site, key, without))
        lock = self.locks.get((site.id, *key))
        if lock is not None and key not in self.days_of(site.id):
            task = promised(task, lock.start, self.problem.params.lock_slack)
        elif self.workdays[key].frozen:
            task = task.at(())
        return self.no_earlier(task, key)

    def as_long_as_now(self, task: Task, key: Key) -> Task:
        """A visit that is to stand on this day, as long as it is with the other visits that its site has now."""
        site = self.sites.get(task.site or "")
        if site is None or not site.newcomer or task.kind is not StopKind.VISIT:
            return task
        return task.lasting(service_of(site, self._is_first(site, key)))

    def _is_first(self, site: Site, key: Key, without: Collection[date] = ()) -> bool:
        """Whether nobody calls there before."""
        return site.newcomer and not any(
            call.date < key[1] and call.date not in without for call in self.calls(site.id)
        )

    def appointment(self, appointment: Appointment) -> Task | None:
        """None: there is no workday for it, or the position of its site is unknown."""
        workday = self.workdays.get((appointment.rep, appointment.date))
        if workday is None or (appointment.site is not None and self.sites[appointment.site].place is None):
            return None
        return appointment_task(self.problem, appointment, workday)

    def no_earlier(self, task: Task, key: Key) -> Task:
        """The task from its published start on, if it has one on this day."""
        start = self.starts.get(key, {}).get(identity(task))
        return task if start is None else as_told(task, start)

    def reps(self, site: Site) -> tuple[str, ...]:
        """Who may visit: the owner, or anybody where none is chosen yet."""
        owner = site.owner or self.owners.get(site.id)
        if owner is None and (self.problem.same_rep or self.problem.together):
            owner = with_their_group(self.problem, self.owners).get(site.id)
        return self.everybody if owner is None else (owner,)

    def give(self, site: str, rep: str) -> None:
        """Choose who visits a site that nobody owns; a choice made before stays."""
        if self.owners.setdefault(site, rep) == rep:
            self.radius = Radius(self.problem, self.owners)
            self._versions = {key: version + 1 for key, version in self._versions.items()}

    # -- putting and taking --------------------------------------------------------------------------------------

    def put(self, task: Task, key: Key, position: int) -> None:
        self.orders[key].insert(position, task)
        if task.site is not None:
            hold = Hold.APPOINTMENT if task.kind is StopKind.APPOINTMENT else self._hold(task.site, key)
            self._calls.setdefault(task.site, []).append((Call(key[1], hold), key))
            self._calls[task.site].sort(key=lambda entry: entry[0].date)
            self.keep_lengths(task.site)
        self._forget(task, key)

    def place(self, site: Site, insertion: Insertion, name: Callable[[str, date], str]) -> None:
        """Put a visit, and those that come with it, where an insertion says; a site that nobody owns is the rep's from now on.

        name : the id of the request that a visit to a site on a day would be."""
        key = insertion.key
        for one, position in ((site.id, insertion.position), *insertion.others):
            if self.sites[one].owner is None and not self.sites[one].shared:
                self.give(one, key[0])
            self.put(self.visit(self.sites[one], key, name(one, key[1])), key, position)

    def take(self, task: Task, key: Key) -> int:
        """Take it away and return where it was."""
        position = next(n for n, other in enumerate(self.orders[key]) if other is task)
        del self.orders[key][position]
        if task.site is not None:
            calls = self._calls[task.site]
            appointment = task.kind is StopKind.APPOINTMENT
            gone = next(c for c in calls if c[1] == key and (c[0].hold is Hold.APPOINTMENT) == appointment)
            calls.remove(gone)
            self.keep_lengths(task.site)
        self._forget(task, key)
        return position

    def keep_lengths(self, site: str) -> None:
        """Of a site that nobody has called at the first visit is the long one, whichever that is now.

        When it leaves its day the next one becomes longer, perhaps on a day that has no time for it."""
        if not self.sites[site].newcomer or not self._calls[site]:
            return
        first = self._calls[site][0][0].date
        for _, key in self._calls[site]:
            for n, task in enumerate(self.orders[key]):
                lasts = service_of(self.sites[site], key[1] == first)
                if task.site == site and task.kind is StopKind.VISIT and task.duration != lasts:
                    self.orders[key][n] = task.lasting(lasts)
                    self._rooms.pop(key, None)
                    self._versions[key] += 1

    def reorder(self, key: Key, tasks: Iterable[Task]) -> None:
        """The same tasks in another order."""
        self.orders[key] = list(tasks)
        self._rooms.pop(key, None)
        self._versions[key] += 1

    def _hold(self, site: str, key: Key) -> Hold:
        return Hold.LOCKED if (site, *key) in self.locks else Hold.FLEXIBLE

    def _forget(self, task: Task, key: Key) -> None:
        self._rooms.pop(key, None)
        self._versions[key] += 1
        if task.site is not None:
            self._verdicts.pop(task.site, None)
            self._with_more.pop(task.site, None)
            for _, other in self._calls[task.site]:  # where its due dates may be others now
                self._versions[other] += 1

    # -- what it is and what it costs ----------------------------------------------------------------------------

    def version(self, key: Key) -> int:
        """Another number whenever the tasks of a day, their due dates or its anchor may have changed."""
        return self._versions[key]

    def room(self, key: Key) -> DayRoom:
        if key not in self._rooms:
            self._rooms[key] = DayRoom(self.problem, self.workdays[key], self.orders[key])
        return self._rooms[key]

    def calls(self, site: str) -> list[Call]:
        return [call for call, _ in self._calls.get(site, ())]

    def visit_on(self, site: str, key: Key) -> Task:
        """The visit that the plan has there on this day."""
        return next(task for task in self.orders[key] if task.site == site and task.kind is StopKind.VISIT)

    def days_of(self, site: str) -> list[Key]:
        """The workdays on which the site is called at, in date order."""
        return [key for _, key in self._calls.get(site, ())]

    def unkept(self, site: str) -> list[PlacedVisit]:
        """The locked visits of a site that do not stand: on a day off, or without room."""
        there = self.days_of(site) if site in self.locks_of else ()
        return [lock for lock in self.locks_of.get(site, ()) if (lock.rep, lock.date) not in there]

    def dates(self, site: str) -> SiteDates:
        if site not in self._dates:
            musts, base = self._musts.get(site, ()), self._base.get(site, ())
            self._dates[site] = SiteDates(self.sites[site], self.problem.horizon, musts, base)
        return self._dates[site]

    def verdict(self, site: str) -> Verdict:
        if site not in self._verdicts:
            self._verdicts[site] = self.dates(site).judge(self.calls(site))
        return self._verdicts[site]

    def broken(self, site: str, fixed: Iterable[Key] = ()) -> date | None:
        """The date of a visit that breaks a rule, with appointments also on the `fixed` days; None: all keep them."""
        extra = [Call(day, Hold.APPOINTMENT) for _, day in fixed]
        return (
            self.dates(site).judge(sorted([*self.calls(site), *extra])).broken if extra else self.verdict(site).broken
        )

    def site_price(self, site: str) -> int:
        return self.dates(site).price(self.verdict(site), self.problem.params)

    def with_visit(self, site: str, key: Key, flexible_too: bool = True) -> Verdict:
        """The verdict with one visit more; `flexible_too`: False: all other visits that the planner chose left away."""
        known = self._with_more.setdefault(site, {})
        if (key, flexible_too) not in known:
            calls = [call for call in self.calls(site) if flexible_too or not call.flexible]
            known[key, flexible_too] = self.dates(site).judge(sorted([*calls, self.call(site, key)]))
        return known[key, flexible_too]

    def call(self, site: str, key: Key) -> Call:
        """A visit more on this day: the locked one, if the problem has one that is not there yet."""
        there = key in self.days_of(site)
        return Call(key[1], Hold.FLEXIBLE if there else self._hold(site, key))

    def bound(self, key: Key) -> list[str]:
        """Sites of a day for which the radius holds: not appointments, nor what is locked or a person asked for."""
        return [t.site for t in self.orders[key] if t.site is not None and self.is_bound(t, key)]

    def is_bound(self, task: Task, key: Key) -> bool:
        if task.kind is not StopKind.VISIT or task.site is None or not task.flexible:
            return False
        return not any(key[1] in must.period for must in self._musts.get(task.site, ()))

    def insertion(self, task: Task, key: Key) -> Insertion | None:
        """The cheapest insertion of a visit, and of those that have to come with it, into a day as it stands.

        None: no position, or a rule is broken."""
        gain = self._gain(task, key)
        if gain is None:
            return None
        tasks = self._in_company(task, key)
        found = self.room(key).insert_all(tasks)
        return None if found is None else self._insertion(tasks, key, found, gain)

    def insertions(self, task: Task, key: Key) -> Iterator[Insertion]:
        """An insertion at each position, or at all positions of those that have to come as well, that has times."""
        gain = self._gain(task, key)
        if gain is None:
            return
        tasks = self._in_company(task, key)
        for found in self.room(key).all_ways(tasks):
            insertion = self._insertion(tasks, key, found, gain)
            if insertion is not None:
                yield insertion

    def _in_company(self, task: Task, key: Key) -> list[Task]:
        """The visit and those that would have to come with it."""
        assert task.site is not None
        return [task, *(self.visit(self.sites[site], key) for site in self.absent(task.site, key))]

    def _gain(self, task: Task, key: Key) -> int | None:
        """What the dates of its site, and of those that have to come as well, gain by a visit more on this day; None: a rule is
        broken."""
        assert task.site is not None
        after = {site: self.with_visit(site, key) for site in (task.site, *self.absent(task.site, key))}
        if any(verdict.broken is not None or self.sites[site].place is None for site, verdict in after.items()):
            return None
        params = self.problem.params
        return sum(self.dates(site).price(then, params) - self.site_price(site) for site, then in after.items())

    def _insertion(
        self, tasks: list[Task], key: Key, found: tuple[int, tuple[int, ...]], gain: int
    ) -> Insertion | None:
        beyond = self.radius_price(tasks, key)
        if beyond >= BEYOND:  # by itself: the visit may save waiting
            return None
        sites = [task.site for task in tasks if task.site is not None]
        driving = found[0] + beyond + sum(self.shortens(site, key) for site in sites)
        others = tuple(zip(sites[1:], found[1][1:], strict=True))
        return Insertion(key, found[1][0], driving, driving + gain, others)

    def with_insertion(self, site: str, insertion: Insertion) -> list[Task]:
        """The order of the day once it is done."""
        order = list(self.orders[insertion.key])
        for one, position in ((site, insertion.position), *insertion.others):
            order.insert(position, self.visit(self.sites[one], insertion.key))
        return order

    def absent(self, site: str, key: Key) -> tuple[str, ...]:
        """Those that would have to be visited on this day as well if the planner chose to visit the site then."""
        if site not in self.companions or not self.call(site, key).flexible or self.dates(site).wished(key[1]):
            return ()
        return tuple(other for other in self.companions[site] if not self._called(other, key))

    def alone(self, site: str, key: Key) -> bool:
        """Whether a planned visit stands without one of those that are to be visited with it."""
        chosen = any(on == key and call.flexible for call, on in self._calls.get(site, ()))
        if not chosen or self.dates(site).wished(key[1]):
            return False
        return not all(self._called(other, key) for other in self.companions.get(site, ()))

    def _called(self, site: str, key: Key) -> bool:
        return key in self.days_of(site) or key[1] in self.sites[site].credited

    def shortens(self, site: str, key: Key) -> int:
        """What another day costs less (below nought) because the first visit of the site is on this day instead of there."""
        calls = self._calls.get(site, ())
        if not self.sites[site].newcomer or not calls or calls[0][0].date <= key[1]:
            return 0
        there, length = calls[0][1], self.sites[site].service
        order = [
            task.lasting(length) if task.site == site and task.kind is StopKind.VISIT else task
            for task in self.orders[there]
        ]
        before, after = self.room(there).cost, order_cost(self.problem, self.workdays[there], order)
        return 0 if before is None or after is None else after - before

    def radius_price(self, tasks: Iterable[Task], key: Key) -> int:
        """What visits more add to the price of the radius."""
        more = [task.site for task in tasks if task.site is not None and self.is_bound(task, key)]
        if self.radius.rule is None or not more:
            return 0
        bound = self.bound(key)
        return self.radius.price(key[0], [*bound, *more]) - self.radius.price(key[0], bound)

    def held(self) -> set[str]:
        """Ids of the requests and appointments that have a stop."""
        return {task.request for _, task in self.tasks() if task.request is not None}

    def tasks(self) -> Iterator[tuple[Key, Task]]:
        return ((key, task) for key, tasks in self.orders.items() for task in tasks)

    # -- back to a plan ------------------------------------------------------------------------------------------

    def stamped(self, key: Key) -> list[Task]:
        """The tasks of a day with the due dates that follow from all others."""
        return [self._stamp(task, key[1]) for task in self.orders[key]]

    def _stamp(self, task: Task, day: date) -> Task:
        if task.kind is not StopKind.VISIT or task.site is None:
            return task
        due, late = self.verdict(task.site).due.get(day, (None, 0))
        return task if (task.due, task.late_days) == (due, late) else task.due_on(due, late)

    def route(self, key: Key) -> Route | None:
        """None: the order has no times.  Published and promised starts are kept to the second where that is possible."""
        if not self.orders[key] and self.away(key):
            return self._empty(self.workdays[key])
        anchor = self.radius.anchor(key[0], self.bound(key))
        tasks, workday = self.stamped(key), self.workdays[key]
        starts = {identity(task): start for task in tasks if (start := self._promised_start(task, key)) is not None}
        if starts or key in self.starts:
            return steady_times(self.problem, workday, tasks, {**starts, **self.starts.get(key, {})}, anchor)
        return time_route(self.problem, workday, tasks, anchor)

    def away(self, key: Key) -> bool:
        """Whether the night before or after it is spent away, so that there is a route even without stops."""
        return isinstance(self.workdays[key], DayAway)

    def _empty(self, workday: Workday) -> Route | None:
        """From one end to the other, in overtime if it must be: somebody has to come home."""
        route = time_route(self.problem, workday, [])
        return route or time_route(self.problem, replace(workday, rest=None, max_overtime=DAY_SECONDS), [])

    def _promised_start(self, task: Task, key: Key) -> int | None:
        lock = self.locks.get((task.site, *key)) if task.site is not None else None
        return None if lock is None else lock.start
