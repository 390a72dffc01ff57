"""What a period asks for and cannot be kept, and what would keep it: said before the period begins.

part      the problem and plan of some of the reps
goals     the visits that cadences ask for in the period: kept, late, or left out for want of time
remedies  longer days, more stops, a longer interval, a hand-over: each as another problem, with its price
single    single days that are longer, as the reasons of what is left out say
search    the smallest of each kind that keeps the goals, found and verified by solving
report    the whole, for each rep
words     the same in sentences
"""

from planner.estimate import Need, estimate
from planner.overload.goals import Goals, Unkept, goals_of, unkept_of
from planner.overload.remedies import HandOver, LongerDays, MoreStopsADay, Remedy, SingleDays, Stretch
from planner.overload.report import RepOverload, overload, spare
from planner.overload.search import Tried
from planner.overload.words import Words

__all__ = [
    "Goals",
    "HandOver",
    "LongerDays",
    "MoreStopsADay",
    "Need",
    "Remedy",
    "RepOverload",
    "SingleDays",
    "Stretch",
    "Tried",
    "Unkept",
    "Words",
    "estimate",
    "goals_of",
    "overload",
    "spare",
    "unkept_of",
]
