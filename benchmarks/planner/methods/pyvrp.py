"""PyVRP, prize-collecting: vehicles are days.  Two encodings, of which the better one is what we compare with.

*profiles*  one client a visit and a distance matrix for each day, in which the way to a client costs its lateness on that day,
            and more than it can be worth where it is closed.  Where a site has other hours on some days, one client for each.
*copies*    one client for each visit and day on which it may stand, in groups of which at most one is visited, on one time
            axis for all days.

Both begin with the plan of nearest-due-first, from which PyVRP finds better plans than from its own random one (appointments
need one day among many).
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from benchmarks.planner.judge import as_plan, orders_of
from benchmarks.planner.methods import greedy
from benchmarks.planner.methods.occurrences import Occurrence, occurrences
from planner.plan import Plan
from planner.problem import Problem

DAY = 86_400


@dataclass
class Encoding:
    """clients : visit, its window on the axis, its days, the prize; groups : clients of one visit."""

    clients: list[tuple[Occurrence, tuple[int, int], tuple[int, ...], int]] = field(default_factory=list)
    groups: list[list[int]] = field(default_factory=list)

    def add(self, visit: Occurrence, choices: Iterable[tuple[tuple[int, int], tuple[int, ...], int]]) -> None:
        ids = []
        for window, days, prize in choices:
            if prize > 0:
                ids.append(len(self.clients))
                self.clients.append((visit, window, days, prize))
        if len(ids) > 1:
            self.groups.append(ids)


def plan_by_profiles(problem: Problem, seconds: float, seed: int) -> Plan:
    began = time.process_time()
    encoding = Encoding()
    for visit in occurrences(problem):
        days_of: dict[tuple[int, int], list[int]] = {}
        for day, window in visit.windows.items():
            days_of.setdefault(window, []).append(day)
        encoding.add(visit, ((window, tuple(days), visit.miss) for window, days in days_of.items()))
    return _solved(problem, encoding, _by_day(problem, encoding), False, began + seconds, seed)


def plan_by_copies(problem: Problem, seconds: float, seed: int) -> Plan:
    began = time.process_time()
    encoding = Encoding()
    for visit in occurrences(problem):
        encoding.add(
            visit,
            (
                ((DAY * day + opens, DAY * day + closes), (day,), visit.miss - visit.late[day])
                for day, (opens, closes) in visit.windows.items()
            ),
        )
    return _solved(problem, encoding, [_travel(problem, encoding)], True, began + seconds, seed)


def _travel(problem: Problem, encoding: Encoding) -> np.ndarray:
    """Seconds between the depot and all clients."""
    places = [problem.workdays[0].start_place, *(visit.place for visit, *_ in encoding.clients)]
    return problem.travel.seconds[np.ix_(places, places)].astype(np.int64)


def _by_day(problem: Problem, encoding: Encoding) -> list[np.ndarray]:
    """For each day the price of driving to each client, lateness included."""
    travel = _travel(problem, encoding)
    never = 2 * max((prize for *_, prize in encoding.clients), default=0)
    matrices = []
    for day in range(len(problem.workdays)):
        late = [visit.late[day] if day in days else never for visit, _, days, _ in encoding.clients]
        priced = travel + np.array([0, *late])
        np.fill_diagonal(priced, 0)
        matrices.append(priced)
    return matrices


def _solved(
    problem: Problem, encoding: Encoding, distances: list[np.ndarray], one_axis: bool, until: float, seed: int
) -> Plan:
    import pyvrp  # a development dependency, slow to import

    clients = encoding.clients
    group_of = {client: number for number, ids in enumerate(encoding.groups) for client in ids}
    data = pyvrp.ProblemData(
        [pyvrp.Location(0, 0), *(_location(pyvrp, problem, visit) for visit, *_ in clients)],
        [
            pyvrp.Client(
                n + 1, service_duration=visit.service, tw_early=opens, tw_late=closes, prize=0 if visit.fixed else prize,
                required=visit.fixed, group=group_of.get(n),
            )
            for n, (visit, (opens, closes), _, prize) in enumerate(clients)
        ],
        [pyvrp.Depot(0)],
        [
            pyvrp.VehicleType(
                1, tw_early=DAY * day * one_axis + workday.start, tw_late=DAY * day * one_axis + workday.end,
                profile=0 if one_axis else day,
            )
            for day, workday in enumerate(problem.workdays)
        ],
        distances, [_travel(problem, encoding)] * len(distances),
        [pyvrp.ClientGroup(ids, required=False) for ids in encoding.groups],
    )  # fmt: skip
    known = pyvrp.Solution(data, _routes(pyvrp, data, problem, encoding))
    found = pyvrp.solve(data, lambda _: time.process_time() >= until, seed, collect_stats=False, initial_solution=known)
    return as_plan(problem, _orders(problem, encoding, found.best if found.is_feasible() else None))


def _location(pyvrp, problem: Problem, visit: Occurrence):
    place = problem.places[visit.place]
    return pyvrp.Location(place.lon, place.lat)


def _routes(pyvrp, data, problem: Problem, encoding: Encoding) -> list:
    """The days of nearest-due-first, as far as the visits are clients of those days."""
    orders, routes, seen = orders_of(greedy.plan(problem)), [], set()
    clients_of = {(visit.site, day): n for n, (visit, _, days, _) in enumerate(encoding.clients) for day in days}
    for day, workday in enumerate(problem.workdays):
        stops = []
        for name in orders.get(workday.date, ()):
            client = clients_of.get((name, day))
            if client is not None and id(encoding.clients[client][0]) not in seen:
                seen.add(id(encoding.clients[client][0]))
                stops.append(pyvrp.Activity(pyvrp.ActivityType.CLIENT, client))
        if stops:
            routes.append(pyvrp.Route(data, stops, day))
    return routes


def _orders(problem: Problem, encoding: Encoding, solution) -> dict:
    """The visits of each day; one on a day on which it is closed (it would cost more than it is worth) is left out."""
    orders = {}
    for route in solution.routes() if solution is not None else ():
        day = route.vehicle_type()
        stops = [clients for stop in route.schedule() if (clients := _client(encoding, stop)) is not None]
        orders[problem.workdays[day].date] = [visit.site for visit, _, days, _ in stops if day in days]
    return orders


def _client(encoding: Encoding, stop):
    activity = getattr(stop, "activity", stop)
    return encoding.clients[activity.idx] if activity.is_client() else None
