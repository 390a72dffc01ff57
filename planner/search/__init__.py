"""The compiled destroy-and-repair search across days.

layout      the columns of the arrays             state     the arrays, and how compiled code reaches them
pack        from a problem to the arrays          tasks    the tasks in the order of the arrays
schedule    times of a day                        timed    with speeds by the time of day
refresh     the one or the other                  insertion  the cheapest place of a task on a day
nights      where nights away are spent            chance   random numbers
chain       what the dates of a site cost         moves    put, take, undo
destroy, repair, anneal   the search itself       run      one search from the outside
compiled    how functions are compiled            ready      compile or load
cache       where compiled code is kept
"""

from planner.search import cache  # before anything that is compiled
from planner.search.ready import warm

__all__ = ["cache", "warm"]
