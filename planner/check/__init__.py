"""The independent judge of a plan.

Written from docs/decisions/0001-planning-model.md alone.  It shares the dataclasses of the contract with the
rest of the planner and no arithmetic: nothing here imports the search, the timing, the unrolling or the reasons
(a test says so).
"""

from planner.check.certify import check
from planner.check.reasons import confirm_reason

__all__ = ["check", "confirm_reason"]
