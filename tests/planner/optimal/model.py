"""Decision 1 as a model for CP-SAT, for problems of one rep with at most one credited visit a site (or one block with combinations).

Every route is a circuit over its stops.  Each stop starts as early as it then can, the departure is as late as it can be
without moving a stop, so the times of an order are not free and all that is chosen is who is visited when and in what
order.  Written from docs/decisions/0001 and the data classes alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from ortools.sat.python import cp_model

from planner.cadence.policy import Mode
from planner.problem import Problem, Site, Workday
from planner.travel import UNREACHABLE

DAY = 24 * 3600


@dataclass
class Optimum:
    """The least objective, and which sites are visited on which of the workdays."""

    value: int
    days: dict[int, list[str]]


def optimum(problem: Problem) -> Optimum:
    """The proven best plan.  Raises where CP-SAT does not finish."""
    return _Model(problem).solved()


@dataclass
class _Model:
    problem: Problem
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    costs: list[cp_model.LinearExprT] = field(default_factory=list)

    def solved(self) -> Optimum:
        days = [self.route(workday) for workday in self.problem.workdays]
        for site in self.problem.sites:
            own = [a.id for a in self.problem.appointments if a.site == site.id]
            agreed = {n: at[name] for n, at in enumerate(days) for name in own if name in at}
            self.dates(site, {n: at[site.id] for n, at in enumerate(days) if site.id in at}, agreed)
        for must in self.problem.must_visits:
            made = [
                at[must.site]
                for n, at in enumerate(days)
                if self.problem.workdays[n].date in must.period and must.site in at
            ]
            self.costs.append(self.problem.params.must_price * self.none_of(made))
        for appointment in self.problem.appointments:
            made = [at[appointment.id] for at in days if appointment.id in at]
            self.costs.append(self.problem.params.appointment_price * self.none_of(made))
        self.cp.minimize(sum(self.costs))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        status = solver.solve(self.cp)
        assert status == cp_model.OPTIMAL, solver.status_name(status)
        chosen = {n: [name for name, here in at.items() if solver.boolean_value(here)] for n, at in enumerate(days)}
        return Optimum(round(solver.objective_value), chosen)

    # -- one day -------------------------------------------------------------------------------------------------

    def route(self, workday: Workday) -> dict[str, cp_model.IntVar]:
        """The stops that are possible on a day, each with whether it is made."""
        stops = [stop for stop in self.stops(workday) if stop.windows]
        cp, seconds, latest = self.cp, self.problem.travel.seconds, workday.end + workday.max_overtime
        here = {stop.name: cp.new_bool_var(f"{stop.name} {workday.date}") for stop in stops}
        start = {stop.name: cp.new_int_var(0, DAY, "") for stop in stops}
        end, leave = cp.new_int_var(0, latest, ""), cp.new_int_var(workday.start, DAY, "")
        used = cp.new_bool_var("")
        arcs = [(0, 0, used.Not())]
        legs = []  # (literal, seconds)
        nodes = {stop.name: n for n, stop in enumerate(stops, start=1)}
        for stop in stops:
            arcs.append((nodes[stop.name], nodes[stop.name], here[stop.name].Not()))
            cp.add_implication(here[stop.name], used)
            arrival = self.started(stop, start[stop.name], here[stop.name])
            first, last = cp.new_bool_var(""), cp.new_bool_var("")
            there, back = int(seconds[workday.start_place, stop.place]), int(seconds[stop.place, workday.end_place])
            self.leg(first, there, legs, arcs, 0, nodes[stop.name])
            self.leg(last, back, legs, arcs, nodes[stop.name], 0)
            cp.add(arrival == workday.start + there).only_enforce_if(first)
            cp.add(leave == start[stop.name] - there).only_enforce_if(first)
            cp.add(end == start[stop.name] + stop.busy + back).only_enforce_if(last)
            for other in stops:
                if other is not stop:
                    after, way = cp.new_bool_var(""), int(seconds[other.place, stop.place])
                    self.leg(after, way, legs, arcs, nodes[other.name], nodes[stop.name])
                    cp.add(arrival == start[other.name] + other.busy + way).only_enforce_if(after)
        cp.add_circuit(arcs)
        self.limits(workday, stops, here, legs)
        self.day_costs(workday, stops, here, legs, used, leave, end)
        return here

    def leg(self, taken: cp_model.IntVar, seconds: int, legs: list, arcs: list, tail: int, head: int) -> None:
        arcs.append((tail, head, taken))
        if seconds >= UNREACHABLE:
            self.cp.add(taken == 0)
        else:
            legs.append((taken, seconds))

    def started(self, stop: _Stop, start: cp_model.IntVar, here: cp_model.IntVar) -> cp_model.IntVar:
        """The arrival at a stop, tied to its start: at once, or when the first window opens that is not over by then."""
        cp = self.cp
        arrival = cp.new_int_var(0, DAY, "")
        chosen = [cp.new_bool_var("") for _ in stop.windows]
        cp.add_exactly_one([*chosen, here.Not()])
        for n, (opens, closes) in enumerate(stop.windows):
            cp.add(start <= closes).only_enforce_if(chosen[n])
            late = cp.new_bool_var("")
            cp.add(arrival >= opens).only_enforce_if(late)
            cp.add(arrival < opens).only_enforce_if(late.Not())
            cp.add(start == arrival).only_enforce_if(chosen[n], late)
            cp.add(start == opens).only_enforce_if(chosen[n], late.Not())
            if n:
                cp.add(arrival > stop.windows[n - 1][1]).only_enforce_if(chosen[n])
        return arrival

    def limits(self, workday: Workday, stops: list[_Stop], here: dict, legs: list) -> None:
        cp, sites = self.cp, [stop for stop in stops if stop.site]
        if workday.max_stops is not None:
            cp.add(sum(here[stop.name] for stop in sites) <= workday.max_stops)
        if workday.capacity is not None:
            cp.add(sum(self.sites[stop.site].load * here[stop.name] for stop in sites) <= workday.capacity)
        if workday.max_driving is not None:
            cp.add(sum(taken * seconds for taken, seconds in legs) <= workday.max_driving)
        for one, two in self.problem.apart:
            for first in (s for s in sites if s.site == one):
                for second in (s for s in sites if s.site == two):
                    if not (first.fixed and second.fixed):
                        cp.add_at_most_one(here[first.name], here[second.name])

    def day_costs(self, workday: Workday, stops: list[_Stop], here: dict, legs: list, used, leave, end) -> None:
        cp, params = self.cp, self.problem.params
        driving = sum(taken * seconds for taken, seconds in legs)
        busy = sum(stop.busy * here[stop.name] for stop in stops)
        idle, over = cp.new_int_var(0, DAY, ""), cp.new_int_var(0, DAY, "")
        cp.add(idle == end - leave - driving - busy).only_enforce_if(used)
        cp.add(over >= end - workday.end).only_enforce_if(used)
        self.costs += [driving, self.percent(params.waiting_percent, idle), self.percent(params.overtime_percent, over)]

    def percent(self, percent: int, amount: cp_model.IntVar) -> cp_model.IntVar:
        """Rounded down, as all prices are."""
        price = self.cp.new_int_var(0, DAY * percent, "")
        self.cp.add(100 * price >= percent * amount - 99)
        return price

    @cached_property
    def sites(self) -> dict[str, Site]:
        return {site.id: site for site in self.problem.sites}

    def stops(self, workday: Workday) -> list[_Stop]:
        problem = self.problem
        found = []
        agreed = [a for a in problem.appointments if (a.rep, a.date) == (workday.rep, workday.date)]
        for appointment in agreed:
            site = self.sites[appointment.site]
            window = ((appointment.window.earliest, appointment.window.latest),)
            busy = appointment.duration + workday.follow_up
            found.append(_Stop(appointment.id, site.place, window, busy, site.id, fixed=True))
        for site in problem.sites:
            windows = _windows(site, workday)
            found.append(_Stop(site.id, site.place, windows, site.service + workday.follow_up, site.id))
        return found

    # -- one site ------------------------------------------------------------------------------------------------

    def none_of(self, made: list[cp_model.IntVar]) -> cp_model.IntVar:
        """Whether none of these is made."""
        none = self.cp.new_bool_var("")
        self.cp.add(sum(made) + none >= 1)
        return none

    def dates(self, site: Site, here: dict[int, cp_model.IntVar], agreed: dict[int, cp_model.IntVar]) -> None:
        """Lateness and what is missed, by the days on which a site is visited; an appointment is such a visit.

        The first call from `opens` on is credited.  Others stand only where a person asked for one, and where not a visit that
        nobody asked for is why they are not credited.
        """
        if site.cadence.mode is Mode.PATTERN:
            self.block(site, here)
            return
        cp, cadence, last, horizon = self.cp, site.cadence, site.credited[-1], self.problem.horizon
        due = last + timedelta(days=cadence.interval_days)
        tolerance = cadence.interval_days // 5 if cadence.tolerance_days is None else cadence.tolerance_days
        opens, closes = due - timedelta(days=tolerance), due + timedelta(days=tolerance)
        assert opens + timedelta(days=cadence.interval_days - tolerance) > horizon.last, "one credited visit a site"
        days = [workday.date for workday in self.problem.workdays]
        asked = {day for must in self.problem.must_visits if must.site == site.id for day in must.period}
        can_be = {n: visited for n, visited in here.items() if days[n] >= opens}
        for n, visited in here.items():
            credited = cp.new_bool_var("")
            before = [can_be[m] for m in can_be if m < n] + [agreed[m] for m in agreed if m < n]
            if n not in can_be:
                cp.add(credited == 0)
            else:
                cp.add(credited >= visited - sum(before))
                cp.add(credited <= visited)
                for other in before:
                    cp.add_at_most_one(credited, other)
            if days[n] not in asked:
                cp.add(visited <= credited)
                for other in [*agreed.values(), *(here[m] for m in here if m > n and days[m] in asked)]:
                    cp.add_at_most_one(visited, other)
            elif n in agreed:
                cp.add_at_most_one(visited, agreed[n])  # one call a day
            self.costs.append(self.late(site, (days[n] - closes).days, closes, opens) * credited)
        if opens <= horizon.last:
            share = site.miss_price * ((min(closes, horizon.last) - opens).days + 1) // ((closes - opens).days + 1)
            self.costs.append(share * self.none_of([*can_be.values(), *agreed.values()]))

    def late(self, site: Site, days: int, closes: date, opens: date) -> int:
        """Half of a visit left out at once where the window closed inside the horizon, the rest until the next one opens."""
        if days <= 0:
            return 0
        if site.late_price is not None:
            return site.late_price * days
        lost, end = 0, opens + timedelta(days=site.cadence.interval_days)
        if closes < self.problem.horizon.first:
            days -= (self.problem.horizon.first - closes).days - 1
        else:
            lost = 50 * site.miss_price
        return (lost + 50 * site.miss_price * days // (end - closes).days) // 100

    def block(self, site: Site, here: dict[int, cp_model.IntVar]) -> None:
        """A pattern of which exactly one block, Monday to Sunday, begins on the first day of the horizon."""
        cp, cadence, horizon = self.cp, site.cadence, self.problem.horizon
        chosen = [cp.new_bool_var("") for _ in cadence.combinations]
        cp.add_exactly_one(chosen)
        for n, visited in here.items():
            number = (self.problem.workdays[n].date - horizon.first).days
            cp.add(visited <= sum(c for c, days in zip(chosen, cadence.combinations, strict=True) if number in days))
        share, params = site.miss_price * len(horizon) // 7, self.problem.params
        self.costs.append(share * (cadence.visits - sum(here.values())))
        waited = (
            horizon.first - site.active_from
        ).days // 7  # whole weeks without a visit, as the account was never visited
        assert waited * params.miss_growth_percent >= params.miss_growth_most_percent, (
            "what part of a week asks is not asked here"
        )
        dearer = share * params.miss_growth_most_percent // 100
        self.costs.append(dearer * cadence.visits * self.none_of(list(here.values())))


@dataclass(frozen=True)
class _Stop:
    name: str
    place: int
    windows: tuple[tuple[int, int], ...]
    busy: int
    site: str
    fixed: bool = False


def _windows(site: Site, workday: Workday) -> tuple[tuple[int, int], ...]:
    """When a visit may start: none for another's account or without the skills."""
    if site.owner not in (None, workday.rep) or not site.skills <= workday.skills:
        return ()
    latest = workday.end + workday.max_overtime
    hours = ((0, DAY),) if site.hours is None else [(w.earliest, w.latest) for w in site.hours[workday.date.weekday()]]
    cut = [(max(opens, workday.start), min(closes, latest)) for opens, closes in hours]
    return tuple((opens, closes) for opens, closes in cut if opens <= closes)
