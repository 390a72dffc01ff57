"""Today's repair: the published plan made right for a changed problem, with as little change as possible.

start     what is left of the published plan
room      making room on a day for what must stand there
fewest    which visits leave a day that is too full, and in which order the others stay
steady    times that stay as they were published
repair    the whole
"""

from planner.repair.repair import outline, repair, settled
from planner.repair.steady import shift_price

__all__ = ["outline", "repair", "settled", "shift_price"]
