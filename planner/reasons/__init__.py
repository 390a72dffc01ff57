"""Why something is not in the plan, and the last insertions that make every reason true.

wishes      what the plan leaves out
alone       why an empty day has no room for a visit
days        what can be said of one day
displaced   what a visit would displace
sentences   the reasons in words
explain     one reason for everything left out
settle      insert what pays, so that no reason is false
"""

from planner.reasons.explain import explain
from planner.reasons.settle import settle

__all__ = ["explain", "settle"]
