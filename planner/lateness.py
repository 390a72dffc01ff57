"""What a late visit costs: half of what leaving it out would as soon as its window has closed, the rest day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from planner.calendar import DateRange
from planner.params import Params
from planner.problem import Site

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Late:
    """A visit on `day` whose window closed on `closes`; on `missed` the next one opens, None: there is none."""

    day: date
    closes: date
    missed: date | None


def late_price(site: Site, late: Late, horizon: DateRange, params: Params) -> int:
    """Seconds of driving; 0 for a visit in time.

    `Params.late_percent` of the site's miss_price at once, the rest in equal parts a day, all of it when the visit counts as
    missed.  Of a window that closed before the horizon only the days since the horizon's first are counted: what nobody can
    help any more must not make the visit less worth.  `Site.late_price`, where it is given, is a price for each day instead.
    """
    if late.day <= late.closes:
        return 0
    if site.late_price is not None:
        return site.late_price * (late.day - late.closes).days
    at_once = params.late_percent if late.closes >= horizon.first else 0
    since = max(late.closes, horizon.first - DAY)
    days = max(1, ((late.missed or horizon.last + DAY) - late.closes).days)
    rest = site.miss_price * (100 - params.late_percent) * (late.day - since).days // days
    return (site.miss_price * at_once + rest) // 100


def a_day_late(site: Site) -> int:
    """About what one more day costs, for what is weighed without a plan."""
    if site.late_price is not None:
        return site.late_price
    interval = (site.cadence.interval_days if site.cadence else None) or 7
    return site.miss_price // interval
