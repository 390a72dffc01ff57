"""What unrolling a cadence gives: the visit requests of each site, in date order, and the clock that links them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from planner.calendar import DateRange
from planner.plan import Unplanned

NEVER = 1 << 20  # days after which nothing is planned any more


@dataclass(frozen=True, slots=True)
class Window:
    """A visit is credited from `opens`, due on `due`, on time until `closes`, and late from then on."""

    opens: date
    due: date
    closes: date

    def late_days(self, day: date) -> int:
        return max(0, (day - self.closes).days)


@dataclass(frozen=True, slots=True)
class VisitRequest:
    """One visit wanted.

    `days` are the only dates on which it may stand, in order and never empty: inside the horizon, without pauses,
    closed seasons and invalid dates.  They are static bounds; inside them the chain decides (see Chain).  A fixed
    member (`appointment` is the id of one, or `locked`) has a single day, which the chain must accept as it is.
    `must_visit` is the id of the must-visit for which it is there, `period` the quota period or pattern block to which it
    belongs.  `gap` (quota and pattern) is the least number of days from the member of the chain before it.
    """

    id: str
    site: str
    days: tuple[date, ...]
    must_visit: str | None = None
    appointment: str | None = None
    locked: bool = False
    period: DateRange | None = None
    gap: int = 1

    @property
    def earliest(self) -> date:
        return self.days[0]

    @property
    def latest(self) -> date:
        return self.days[-1]

    @property
    def fixed(self) -> bool:
        return self.locked or self.appointment is not None


@dataclass(frozen=True, slots=True, eq=False)
class ClockTable:
    """The rolling clock of one site, by date.

    Row n tells what follows from a visit (or a missed window's due date) n days after `first`; the last row is the last
    due date of a window that opens inside the horizon.  Raises IndexError for other dates.

    columns : (rows, 4), days after `first`: when the window that follows opens, is due and closes, and the first date on
        which the next visit would be credited, `opens` and the least gap considered.  NEVER: the clock never gets there (no
        pause or season ends, or validity does).
    """

    first: date
    columns: np.ndarray

    def __len__(self) -> int:
        return len(self.columns)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ClockTable) and self.first == other.first and np.array_equal(self.columns, other.columns)
        )

    def __hash__(self) -> int:
        return hash((self.first, len(self)))

    def window(self, after: date) -> Window | None:
        opens, due, closes, _ = self._row(after)
        return Window(opens, due, closes) if opens and due and closes else None

    def next_due(self, after: date) -> date | None:
        return self._row(after)[1]

    def earliest_next(self, after: date) -> date | None:
        return self._row(after)[3]

    def _row(self, after: date) -> list[date | None]:
        index = (after - self.first).days
        if not 0 <= index < len(self):
            raise IndexError(f"{after} is outside this table of {len(self)} days from {self.first}")
        days = self.columns[index].tolist()
        return [None if day == NEVER else self.first + timedelta(days=day) for day in days]


@dataclass(frozen=True, slots=True)
class Chain:
    """The visit requests of one site.

    requests : members in date order; a plan gives each a day, strictly in this order, or leaves it out (where there are loose
        ones the order of the dates alone counts).
    loose : what may go uncredited: a visit for each must-visit (one of each period of a quota in which days of it lie), credited
        where it is not too soon, and locked visits inside the gap.  In no order with the members: where such a visit is
        credited, one of them is not needed.
    unplanned : what cannot be planned whatever the search does: the site without any request, must-visits
        without a day.
    previous : the last credited visit before the horizon.
    missed : windows missed in a row before `window`; of a quota or pattern periods before the first one in the horizon, -1
        where a visit in that one is credited already.
    window, clock : rolling only: the window of requests[0], and the clock.
    periods : quota and pattern only: those of the horizon that ask for visits.

    *Rolling.*  The window `w` of the first member is `window`.  After a member planned on `p` the next one has
    `clock.window(p)`; after one left out `clock.window(w.due)`.  A member may stand from `w.opens` (and
    `clock.earliest_next(p)` after the newest one planned on p) until the day before `clock.window(w.due).opens`, and
    `w.late_days(day)` is its lateness.  A fixed member stands where it is; those before it must keep
    `clock.earliest_next(p) <= its day`.
    *Quota, pattern.*  Each member stands at least its own `gap` days after the member planned before it.
    """

    site: str
    requests: tuple[VisitRequest, ...] = ()
    loose: tuple[VisitRequest, ...] = ()
    unplanned: tuple[Unplanned, ...] = ()
    previous: date | None = None
    window: Window | None = None
    clock: ClockTable | None = None
    missed: int = 0
    periods: tuple[DateRange, ...] = ()
