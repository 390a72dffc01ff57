"""The only package that imports OR-Tools; no solver index leaves it.

cover   minimum set cover by CP-SAT
model   one workday as a routing model, one method a rule
day     the cheapest order of the tasks of a workday
"""


def warm() -> None:
    """Import all of OR-Tools once, so that compiled Python lies ready: the first plan of a process loads it quicker."""
    from ortools.sat.python import cp_model  # noqa: F401  (imported for its effect)

    from planner.engine import day  # noqa: F401
