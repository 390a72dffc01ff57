"""Why a visit stands where it does and what the next best day would cost; why one is left out and what would admit it.

visit       a planned stop: why now, why this day, the other days
other_day   what another day would cost, by moving the visit there and repairing
easings     changes that may admit a visit: a longer day, opening hours, a wider radius, the visit fixed on a day ...
candidates  which of these might help against a reason, and on which days
admit       the smallest of each kind that admits it, proved by a plan that the checker accepts
sentences   the same in words
"""

from planner.explain.admit import Admission, WhyNot, why_not
from planner.explain.easings import Change, Easing
from planner.explain.other_day import OtherDay
from planner.explain.sentences import Words
from planner.explain.visit import Basis, Why, why

__all__ = ["Admission", "Basis", "Change", "Easing", "OtherDay", "Why", "WhyNot", "Words", "why", "why_not"]
