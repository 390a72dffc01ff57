"""Minimum set cover by CP-SAT."""

from __future__ import annotations

from math import ceil

import numpy as np

DETERMINISTIC_LIMIT = 0.5  # CP-SAT's own units, roughly seconds; unlike seconds they repeat exactly


def minimum_cover(near: np.ndarray, start: list[int], limit: float = DETERMINISTIC_LIMIT) -> tuple[list[int], int]:
    """Fewest columns such that every row is covered, and a proven lower bound on their number.

    Parameters
    ----------
    near : bool, shape (rows, columns): whether the column covers the row; every row has one that does.
    start : a cover, to begin with; returned if nothing better is found.
    limit : deterministic time; when it runs out the best cover so far is returned with the bound reached.
    """
    from ortools.sat.python import cp_model  # half a second, for pandas; few problems come to this

    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in range(near.shape[1])]
    for row in near:
        model.add_bool_or([taken[column] for column in np.flatnonzero(row)])
    model.minimize(sum(taken))
    for column, variable in enumerate(taken):
        model.add_hint(variable, column in start)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1  # with more, the answer depends on who finishes first
    solver.parameters.random_seed = 0
    solver.parameters.linearization_level = 2  # all rows in the relaxation: without it the bound hardly moves
    solver.parameters.cp_model_presolve = False  # the caller has removed what does not matter
    solver.parameters.max_deterministic_time = limit
    status = solver.solve(model)
    bound = max(1, ceil(solver.best_objective_bound - 1e-6))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return start, bound
    chosen = [column for column, variable in enumerate(taken) if solver.boolean_value(variable)]
    return (chosen if len(chosen) < len(start) else start), bound
