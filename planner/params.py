"""Weights and limits of the search, with their defaults and their effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from planner.calendar import ALL_WEEK
from planner.errors import ProblemError

METRES_PER_MILE = 1609.344


@dataclass(frozen=True, slots=True)
class Params:
    """Prices are seconds of driving (for weights: per second, in percent).

    waiting_percent : 100 would make a minute of waiting as dear as a minute of driving.
    overtime_percent : price of a second after the end of the workday, on top of what is done in it.
    preferred_price : a visit that starts outside the windows that its site prefers.
    unfair_percent : price of a second of work beyond Workday.fair_work.
    must_price : a must-visit left out; the default, 1,000 hours, is more than all cadence visits of a day are worth.
    appointment_price : an appointment that cannot be kept: as much as ten must-visits.
    churn_price : a visit of the published plan moved to another day.
    churn_percent : of the published visits so many may leave their day in a search, beside those that the problem no longer allows
        there, one at least unless it is 0; 100: as many as pay.
    lock_slack : seconds by which the start of a locked visit with a promised start may differ.
    late_percent : of the price of leaving it out, what a late visit costs as soon as it is late; the rest comes day by day until
        the next window opens.
    miss_growth_percent : what each window or period that a site has missed in a row adds to the price of missing the next.
    miss_growth_most_percent : percent that they add together at most.  Prices that are further apart decide alone who waits.
    """

    waiting_percent: int = 10
    overtime_percent: int = 150
    must_price: int = 3_600_000
    appointment_price: int = 36_000_000
    churn_price: int = 1_200
    churn_percent: int = 100
    lock_slack: int = 900
    miss_growth_percent: int = 25
    miss_growth_most_percent: int = 50
    unfair_percent: int = 50
    preferred_price: int = 900
    late_percent: int = 50

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) < 0:
                raise ProblemError(f"{name} is not negative", f"/{name}")
        if self.late_percent > 100:
            raise ProblemError("late_percent is at most 100")

    def miss_growth(self, row: int) -> int:
        """Percent by which missing a window is dearer after so many missed in a row."""
        return min(self.miss_growth_most_percent, row * self.miss_growth_percent)


@dataclass(frozen=True, slots=True)
class RadiusRule:
    """A workday's visits lie within `metres` (great circle) of one anchor account of the rep, or, where `seconds` is given,
    within so many seconds of driving there and back: each way for itself.

    Appointments and must-visits are excepted.  hard: never more; soft: each kilometre beyond costs `price_per_km`
    seconds (by driving time: each minute `price_per_minute`), measured to the anchor for which the whole day is cheapest.
    """

    metres: int = round(60 * METRES_PER_MILE)
    hard: bool = False
    price_per_km: int = 60
    seconds: int | None = None
    price_per_minute: int = 60

    def __post_init__(self) -> None:
        for name in ("metres", "seconds"):
            if getattr(self, name) is not None and getattr(self, name) <= 0:
                raise ProblemError(f"a radius is positive: {name} is not", f"/{name}")
        for name in ("price_per_km", "price_per_minute"):
            if getattr(self, name) < 0:
                raise ProblemError(f"{name} is not negative", f"/{name}")


@dataclass(frozen=True, slots=True)
class NightRule:
    """Nights that a rep may spend away: between two workdays on consecutive dates, in one of the `hotels` (indices of places).

    at_sites : also at any site, for there is a room near it: so one stays where the last visit is (or where the next one will be).
    weekdays : of the evenings; the default is Monday to Thursday.
    price : of a night, in seconds of driving.
    min_from_home : seconds of driving, by the matrix, from there to the end place of the evening's workday; who is nearer goes home.
    reps : who may; None: everybody.
    first : the first evening; those before it are as the workdays say.  None: any.
    """

    hotels: tuple[int, ...] = ()
    at_sites: bool = False
    weekdays: frozenset[int] = frozenset(range(4))
    price: int = 7_200
    min_from_home: int = 3_600
    reps: frozenset[str] | None = None
    first: date | None = None

    def __post_init__(self) -> None:
        if not self.weekdays <= ALL_WEEK:
            raise ProblemError("weekdays are 0 (Monday) to 6")
        for name in ("price", "min_from_home"):
            if getattr(self, name) < 0:
                raise ProblemError(f"of a night away {name} is not negative", f"/{name}")
