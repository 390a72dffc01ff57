"""Today's repair: the published plan made right for a changed problem, with as little change as possible.

start     what is left of the published plan
room      making room on a day for what must stand there
steady    times that stay as they were published
repair    the whole
"""

from planner.repair.repair import repair

__all__ = ["repair"]
