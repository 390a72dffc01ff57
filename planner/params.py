"""Weights and limits of the search, with their defaults and their effect."""

from __future__ import annotations

from dataclasses import dataclass

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
        there; 100: as many as pay.
    lock_slack : seconds by which the start of a locked visit with a promised start may differ.
    """

    waiting_percent: int = 10
    overtime_percent: int = 150
    must_price: int = 3_600_000
    appointment_price: int = 36_000_000
    churn_price: int = 1_200
    churn_percent: int = 100
    lock_slack: int = 900
    unfair_percent: int = 50
    preferred_price: int = 900

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) < 0:
                raise ProblemError(f"{name} is not negative")


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
        radii = [self.metres] if self.seconds is None else [self.metres, self.seconds]
        if min(radii) <= 0 or min(self.price_per_km, self.price_per_minute) < 0:
            raise ProblemError("a radius is positive and its price not negative")
