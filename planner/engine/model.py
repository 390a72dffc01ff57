"""OR-Tools model of one workday: which of its tasks, in which order.

Nodes are the tasks that have a place; blocks and the break are break intervals of the single vehicle, which may
interrupt driving but not service.  One method a rule.  Weights are percents, so costs are hundredths of a second.

The model decides *order and choice* only.  `planner.timing` gives the result its times and has the last word: here the
rule when no break is needed is a little looser, speeds are the day's mean, and waiting is not priced (a price on slack makes
OR-Tools solve a linear program for every neighbour).  Nor are promised starts: with breaks, soft bounds on starts can make it enumerate
times second by second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2, routing_parameters_pb2

from planner.calendar import TimeWindow
from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing import pace_of

SCALE = 100
MOST_SOLUTIONS = 200  # guards: descent on a day ends far earlier, after some milliseconds
GUARD_SECONDS = 5


class DayModel:
    """One workday with `tasks`; those in `drop_prices` (by position, seconds of driving) may be left out at that price."""

    def __init__(
        self,
        problem: Problem,
        workday: Workday,
        tasks: Sequence[Task],
        drop_prices: Mapping[int, int] | None = None,
    ) -> None:
        self.problem, self.workday, self.tasks = problem, workday, tasks
        self.driving = driving(problem, workday, tasks)
        self.located = [n for n, task in enumerate(tasks) if task.place is not None]
        self.blocks = [n for n, task in enumerate(tasks) if task.place is None]
        count = len(self.located)
        self.manager = pywrapcp.RoutingIndexManager(count + 2, 1, [count], [count + 1])
        self.routing = pywrapcp.RoutingModel(self.manager)
        self._driving_costs()
        self._clock()
        self._opening_windows()
        self._overtime()
        self.pauses = self._pauses()
        self._choice(drop_prices or {})
        self._most_stops(drop_prices or {})
        self._capacity(drop_prices or {})
        self._most_driving()
        self._apart(drop_prices or {})

    def _index(self, position: int) -> int:
        return self.manager.NodeToIndex(self.located.index(position))

    def _busy(self) -> list[int]:
        """Seconds from the start at a node to leaving it."""
        return [self.tasks[n].duration + self.tasks[n].follow_up for n in self.located] + [0, 0]

    def _driving_costs(self) -> None:
        """Driving costs what it takes."""
        arcs = self.routing.RegisterTransitMatrix((self.driving * SCALE).tolist())
        self.routing.SetArcCostEvaluatorOfAllVehicles(arcs)

    def _clock(self) -> None:
        """A start comes after the start before it, service, follow-up and the drive; all inside the working time."""
        steps = self.driving + np.asarray(self._busy())[:, None]
        horizon = self.workday.end + self.workday.max_overtime
        transit = self.routing.RegisterTransitMatrix(steps.tolist())
        self.routing.AddDimension(transit, horizon, horizon, False, "time")
        self.time = self.routing.GetDimensionOrDie("time")
        for index in (self.routing.Start(0), self.routing.End(0)):
            self.time.CumulVar(index).SetRange(self.workday.start, horizon)
        self.routing.AddVariableMinimizedByFinalizer(self.time.CumulVar(self.routing.End(0)))

    def _opening_windows(self) -> None:
        """A task starts inside one of its windows."""
        for position in self.located:
            _restrict(self.time.CumulVar(self._index(position)), self.tasks[position].windows)

    def _overtime(self) -> None:
        """Every second after the end of the workday costs extra."""
        price = self.problem.params.overtime_percent
        if self.workday.max_overtime and price:
            self.time.SetCumulVarSoftUpperBound(self.routing.End(0), self.workday.end, price * SCALE // 100)

    def _pauses(self) -> dict[int, pywrapcp.IntervalVar]:
        """Blocks and the break stop driving and service, and come one after the other."""
        solver = self.routing.solver()
        intervals = {n: _pause(solver, self.tasks[n].windows, self.tasks[n].duration) for n in self.blocks}
        rest = self.workday.rest
        every = list(intervals.values()) + ([_pause(solver, (rest.window,), rest.duration)] if rest else [])
        if every:
            busy = [0] * self.routing.Size()
            for node, seconds in enumerate(self._busy()[:-1]):
                busy[self.manager.NodeToIndex(node)] = seconds
            self.time.SetBreakIntervalsOfVehicle(every, 0, busy)
        if len(every) > 1:  # OR-Tools keeps them apart from the visits only, so the break could be taken inside a block
            solver.Add(solver.DisjunctiveConstraint(every, "pauses"))
        return intervals

    def _choice(self, drop_prices: Mapping[int, int]) -> None:
        """Tasks that have a price may be left out for it."""
        for position, price in drop_prices.items():
            self.routing.AddDisjunction([self._index(position)], price * SCALE)

    def _most_stops(self, drop_prices: Mapping[int, int]) -> None:
        """No more stops than the day may have; without a choice there is nothing to limit."""
        if self.workday.max_stops is not None and drop_prices:
            ones = self.routing.RegisterUnaryTransitVector([1] * len(self.located) + [0, 0])
            self.routing.AddDimension(ones, 0, self.workday.max_stops, True, "stops")

    def _capacity(self, drop_prices: Mapping[int, int]) -> None:
        """No more load than can be carried; without a choice there is nothing to limit."""
        if self.workday.capacity is not None and drop_prices:
            loads = self.routing.RegisterUnaryTransitVector([self.tasks[n].load for n in self.located] + [0, 0])
            self.routing.AddDimension(loads, 0, self.workday.capacity, True, "load")

    def _most_driving(self) -> None:
        """No more driving than the day may have."""
        if self.workday.max_driving is not None:
            seconds = self.routing.RegisterTransitMatrix(self.driving.tolist())
            self.routing.AddDimension(seconds, 0, self.workday.max_driving, True, "driving")

    def _apart(self, drop_prices: Mapping[int, int]) -> None:
        """Of two sites that are to be apart one stays; what may not leave stands beside each other."""
        at = {task.site: n for n, task in enumerate(self.tasks) if task.site is not None}
        for one, two in self.problem.apart:
            if one in at and two in at and (at[one] in drop_prices or at[two] in drop_prices):
                active = [self.routing.ActiveVar(self._index(at[site])) for site in (one, two)]
                self.routing.solver().Add(active[0] + active[1] <= 1)

    def descend(self, order: Sequence[int]) -> list[int] | None:
        """Greedy descent from `order` (positions in `tasks`), or from scratch if the model does not accept it.

        None: no solution found.  Deterministic: it ends at a local optimum, never on the clock.
        """
        self.routing.CloseModelWithParameters(PARAMETERS)
        nodes = {position: node for node, position in enumerate(self.located)}
        route = [self.manager.NodeToIndex(nodes[n]) for n in order if n in nodes]
        start = self.routing.ReadAssignmentFromRoutes([route], True)
        if start is None:
            found = self.routing.SolveWithParameters(PARAMETERS)
        else:
            found = self.routing.SolveFromAssignmentWithParameters(start, PARAMETERS)
        return None if found is None else self._order(found)

    def _order(self, found: pywrapcp.Assignment) -> list[int]:
        """Positions by start; blocks lie between the stops where their interval does."""
        starts: list[tuple[int, int, int]] = []
        index = found.Value(self.routing.NextVar(self.routing.Start(0)))
        while not self.routing.IsEnd(index):
            position = self.located[self.manager.IndexToNode(index)]
            starts.append((found.Min(self.time.CumulVar(index)), len(starts), position))
            index = found.Value(self.routing.NextVar(index))
        for position, interval in self.pauses.items():
            starts.append((found.StartMin(interval), -1, position))
        return [position for *_, position in sorted(starts)]


def driving(problem: Problem, workday: Workday, tasks: Sequence[Task]) -> np.ndarray:
    """Seconds between the tasks that have a place, then the start place, then the end place, at the day's mean speed: int64."""
    places = [task.place for task in tasks if task.place is not None] + [workday.start_place, workday.end_place]
    seconds, pace = problem.travel.seconds[np.ix_(places, places)].astype(np.int64), pace_of(problem, workday)
    return seconds if pace is None else seconds * 100 // pace.mean(workday.start, workday.end)


def _restrict(variable: pywrapcp.IntVar, windows: Sequence[TimeWindow]) -> None:
    variable.SetRange(windows[0].earliest, windows[-1].latest)
    for one, two in pairwise(windows):
        variable.RemoveInterval(one.latest + 1, two.earliest - 1)


def _pause(solver: pywrapcp.Solver, windows: Sequence[TimeWindow], seconds: int) -> pywrapcp.IntervalVar:
    first, last = windows[0].earliest, windows[-1].latest
    return solver.FixedDurationIntervalVar(first, last, seconds, False, "")


def _parameters() -> routing_parameters_pb2.RoutingSearchParameters:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GREEDY_DESCENT
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION
    parameters.solution_limit = MOST_SOLUTIONS
    parameters.time_limit.FromSeconds(GUARD_SECONDS)
    return parameters


PARAMETERS = _parameters()
