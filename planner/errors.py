"""What the planner raises.

PlannerError
    ProblemError      the problem contradicts itself; `pointer` says where in its JSON (RFC 6901)
    InfeasibleStart   a plan given as a start breaks a rule of its problem

That something cannot be planned is a result with a reason, never an exception.
"""

from __future__ import annotations


class PlannerError(Exception):
    """The root of everything that the planner raises on purpose."""


class ProblemError(PlannerError, ValueError):
    """The problem contradicts itself."""

    def __init__(self, message: str, pointer: str = "") -> None:
        super().__init__(f"{pointer}: {message}" if pointer else message)
        self.message = message
        self.pointer = pointer


class InfeasibleStart(PlannerError):
    """A plan given as a start breaks a rule of its problem."""
