"""From a problem to the arrays of the search.

tasks, days, chains   their rows; each writes into `lists` what few have         given     what they share
build                 all arrays of one search
"""

from planner.search.pack.build import Packed, pack

__all__ = ["Packed", "pack"]
