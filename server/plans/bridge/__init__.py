"""Where the domain meets the planner: rows in, a planner.Problem out.  Ids are UUIDs as text, so they need no tables."""

from server.plans.bridge.build import BuiltProblem, build_problem

__all__ = ["BuiltProblem", "build_problem"]
