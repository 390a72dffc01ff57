"""Team orienteering with time windows by PyVRP: optional clients with prizes, one vehicle a tour."""

from __future__ import annotations

import math
import time

import numpy as np

from benchmarks.toptw import Instance

PRIZE = 100  # price of a unit of profit in units of distance; measured: 1 is much worse, 10 a little


def plan(instance: Instance, tours: int, seconds: float, seed: int) -> list[list[int]]:
    """The customers of each tour in order, after so many processor seconds."""
    import pyvrp  # a development dependency, slow to import

    until = time.process_time() + seconds
    points, scale = instance.points, instance.scale
    xy = np.array([(point.x, point.y) for point in points])
    away = np.floor(np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1)) * scale + 1e-9).astype(np.int64)
    end = math.floor(points[0].closes * scale)
    clients = [
        pyvrp.Client(
            number, service_duration=math.floor(point.duration * scale), tw_early=math.floor(point.opens * scale),
            tw_late=min(end, math.floor(point.closes * scale)), prize=PRIZE * scale * point.profit, required=False,
        )
        for number, point in enumerate(points) if number
    ]  # fmt: skip
    locations = [pyvrp.Location(point.x, point.y) for point in points]
    vehicles = [pyvrp.VehicleType(tours, tw_late=end)]
    data = pyvrp.ProblemData(locations, clients, [pyvrp.Depot(0, tw_late=end)], vehicles, [away], [away])
    found = pyvrp.solve(data, lambda _: time.process_time() >= until, seed, collect_stats=False)
    return [_customers(route) for route in found.best.routes()] if found.is_feasible() else []


def _customers(route) -> list[int]:
    activities = (getattr(stop, "activity", stop) for stop in route.schedule())
    return [activity.idx + 1 for activity in activities if activity.is_client()]
