"""The only package that imports OR-Tools; no solver index leaves it.

cover   minimum set cover by CP-SAT
model   one workday as a routing model, one method a rule
day     the cheapest order of the tasks of a workday
"""


def warm() -> None:
    """Import OR-Tools now (0.2 to 0.3 s), so that the first plan of a process need not wait for it."""
    from planner.engine import cover, day  # noqa: F401  (imported for its effect)
