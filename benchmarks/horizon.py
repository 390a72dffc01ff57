"""Planner search on the generated instances of the reference prototype, beside that prototype.

    python -m benchmarks.horizon --sizes 150x20 --seconds 1 5          # needs FIELDBEAT_SHARED (default ../shared)

Each occurrence of an instance becomes a site with a single visit request of the same window, so both planners decide on
the same visits, and the prototype's own `evaluate` judges both.  Costs are minutes, limits are processor seconds.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from planner.cadence.policy import Cadence
from planner.cadence.unroll import unroll
from planner.calendar import DateRange, TimeWindow
from planner.params import Params
from planner.problem import Appointment, Problem, Site, Workday
from planner.search.pack import pack
from planner.search.run import Search
from planner.travel import Place, TravelMatrix

MONDAY = date(2026, 1, 5)
MINUTE = 60
CHUNK = 1000


def prototype() -> tuple[ModuleType, ModuleType]:
    """The instance generator and the compiled prototype."""
    folder = Path(os.environ.get("FIELDBEAT_SHARED", "../shared")) / "prototype"
    if not folder.is_dir():
        sys.exit(f"no prototype at {folder}; set FIELDBEAT_SHARED")
    sys.path.insert(0, str(folder.resolve()))
    import fieldsales
    import kernel

    return fieldsales, kernel


def as_problem(instance: Any, cadences: dict[str, int]) -> Problem:
    """The same instance as a problem of ours; site ids are the numbers of the occurrences."""
    last = 7 * ((len(instance.days) + 4) // 5) - 1
    seconds = np.array(instance.T, np.int32) * MINUTE
    horizon = DateRange(MONDAY, MONDAY + timedelta(days=last))
    sites, appointments = [], []
    for number, visit in enumerate(instance.occ):
        days = {_day(instance, d): (TimeWindow(a * MINUTE, b * MINUTE),) for d, (a, b) in visit.windows.items()}
        common = {"place": visit.account + 1, "owner": "rep", "service": visit.service * MINUTE}
        if visit.fixed:
            [(day, [window])] = days.items()
            sites.append(Site(str(number), active_from=MONDAY, **common))
            appointments.append(Appointment(str(number), "rep", day, window, visit.service * MINUTE, str(number)))
        else:
            sites.append(_site(number, visit, days, cadences[visit.klass], horizon, common))
    start, end = (second * MINUTE for second in instance.shift)
    workdays = tuple(Workday("rep", _day(instance, d), start, end, 0, 0) for d in range(len(instance.days)))
    places = tuple(Place(0.0, 0.001 * n) for n in range(len(seconds)))
    travel, params = TravelMatrix(seconds, seconds), Params(waiting_percent=0, miss_growth_percent=0)
    return Problem(horizon, places, travel, workdays, tuple(sites), tuple(appointments), params=params)


def _day(instance: Any, d: int) -> date:
    return MONDAY + timedelta(days=instance.days[d])


def _site(number: int, visit: Any, days: dict, interval: int, horizon: DateRange, common: dict) -> Site:
    """Its clock ends with its last allowed day, so that only this occurrence falls due."""
    due = MONDAY + timedelta(days=visit.due)
    cadence = Cadence(
        interval_days=interval, tolerance_days=visit.tol, valid_to=due + timedelta(days=interval - visit.tol - 1)
    )
    window = 2 * visit.tol + 1
    inside = min(window, (horizon.last - due).days + visit.tol + 1)
    return Site(
        str(number),
        active_from=due - timedelta(days=interval),
        credited=(due - timedelta(days=interval),),
        cadence=cadence,
        hours=((),) * 7,
        exceptions=days,
        late_price=visit.late * MINUTE,
        miss_price=-(-visit.miss * MINUTE * window // inside),
        **common,
    )


def ours(instance: Any, cadences: dict[str, int], seconds: float, seed: int) -> dict[str, Any]:
    """Plan within processor seconds, the making of the arrays, the first plan and the measuring of speed included."""
    problem = as_problem(instance, cadences)
    chains = unroll(problem)
    began = time.process_time()
    packed = pack(problem, chains, problem.workdays, problem.sites, {site.id: ("rep",) for site in problem.sites}, seed)
    arrays = time.process_time() - began
    search = Search(packed)
    first = time.process_time() - began
    pilot = Search(
        pack(problem, chains, problem.workdays, problem.sites, {s.id: ("rep",) for s in problem.sites}, seed)
    )
    before = time.process_time()
    pilot.improve(CHUNK)  # cools as the whole search will, so its mean speed is the whole search's
    spent = time.process_time() - before
    planned = max(1, int(CHUNK / spent * (seconds - first - spent)))
    before = time.process_time()
    search.improve(planned)
    rate = planned / (time.process_time() - before)
    on = {_day(instance, d): d for d in range(len(instance.days))}
    plan = {on[day]: [int(task.site or -1) for task in tasks] for (_, day), tasks in search.orders().items()}
    return {
        "plan": plan,
        "arrays": arrays,
        "first": first,
        "rate": rate,
        "seconds": time.process_time() - before + first + spent,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", default=["150x20"], help="accounts x workdays")
    parser.add_argument("--seconds", nargs="+", type=float, default=[1.0])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--alone", action="store_true", help="without the prototype")
    options = parser.parse_args()
    fieldsales, kernel = prototype()
    ours(fieldsales.generate(60, 5, 1), fieldsales.CADENCE, 0.1, 1)  # load the compiled code
    if not options.alone:
        kernel.solve(fieldsales.generate(60, 5, 1), iters=10)
    print("size     seed  limit |   cost visits  its/s first s |  prototype  its/s")
    for size in options.sizes:
        accounts, days = map(int, size.split("x"))
        for seed in options.seeds:
            instance = fieldsales.generate(accounts, days, seed)
            for limit in options.seconds:
                found = ours(instance, fieldsales.CADENCE, limit, seed)
                result = fieldsales.evaluate(instance, found["plan"])
                row = f"{size:8} {seed:4} {limit:6.1f} | {result['cost']:6} {result['visits']:6} {found['rate']:6.0f} {found['first']:7.3f}"
                if not options.alone:
                    other, info = kernel.solve(instance, seconds=limit, seed=seed, clock=time.process_time)
                    rate = info["iterations"] / max(1e-9, info["seconds"] - info["first"])
                    row += f" | {fieldsales.evaluate(instance, other)['cost']:10} {rate:6.0f}"
                print(row, flush=True)


if __name__ == "__main__":
    main()
