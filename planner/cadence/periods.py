"""The periods of a quota, the blocks of a pattern, and how many visits each of them asks for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction

from planner.cadence.clock import Clock
from planner.cadence.policy import Cadence, Mode, Period
from planner.calendar import DateRange

MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


def period_of(cadence: Cadence, day: date) -> DateRange:
    """The quota period or pattern block in which `day` lies.  Blocks go on before the anchor as well.

    A block ends on the day before the first working day of the next one, so that every date lies in one.
    """
    if cadence.mode is Mode.PATTERN:
        return _block(cadence, day)
    if cadence.period is Period.WEEK:
        first = day - timedelta(days=(day.weekday() - cadence.week_starts_on) % 7)
        return DateRange(first, first + timedelta(days=6))
    months = MONTHS[Period(cadence.period or Period.MONTH)]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return DateRange(first, _month_later(first, months) - timedelta(days=1))


def periods(cadence: Cadence, days: DateRange) -> Iterator[DateRange]:
    """The periods or blocks that meet `days`, in order."""
    period = period_of(cadence, days.first)
    while period.first <= days.last:
        yield period
        period = period_of(cadence, period.last + timedelta(days=1))


def target(cadence: Cadence, clock: Clock, period: DateRange, active_from: date) -> Fraction:
    """Visits asked for in a period: n, or its share of the days on which the clock runs from `active_from` on.

    Days are calendar days for a quota, Mondays to Fridays for a pattern.
    """
    days = [day for day in period if cadence.mode is Mode.QUOTA or day.weekday() < 5]
    active = sum(day >= active_from and clock.runs(day) for day in days)
    return Fraction((cadence.visits or 0) * active, len(days))


def missed_in_a_row(cadence: Cadence, clock: Clock, active_from: date, credited: Sequence[date], first: date) -> int:
    """How many periods before the one of date `first` asked for visits and had none, one after the other; -1: that one had."""
    period = period_of(cadence, first)
    if any(day in period for day in credited):
        return -1
    begins, missed = credited[-1] if credited else active_from, 0
    for before in (
        periods(cadence, DateRange(begins, period.first - timedelta(days=1))) if begins < period.first else ()
    ):
        visited = any(day in before for day in credited)
        missed += not visited and half_up(target(cadence, clock, before, active_from)) > 0
    return missed


def combinations(cadence: Cadence, period: DateRange, settled: Collection[date]) -> list[frozenset[date]]:
    """The combinations of a block as dates: those that have most days in common with what is settled in it.

    Of no combination of a cadence without them: [].
    """
    days = [day for day in period if day.weekday() < 5]
    found = [frozenset(days[n] for n in numbers) for numbers in cadence.combinations]
    most = max((len(dates.intersection(settled)) for dates in found), default=0)
    return [dates for dates in found if len(dates.intersection(settled)) == most]


def combined(cadence: Cadence, period: DateRange, settled: Collection[date]) -> Callable[[date], bool]:
    """Tells whether a date of the block is in one of its `combinations`; without them every date is."""
    if not cadence.combinations:
        return lambda day: True
    dates = frozenset().union(*combinations(cadence, period, settled))
    return lambda day: day in dates


def half_up(value: Fraction | int) -> int:
    return int(value + Fraction(1, 2))


def gap(cadence: Cadence, period: DateRange) -> int:
    """Least number of days from the credited visit before to one in this period."""
    if cadence.mode is Mode.PATTERN:
        return cadence.min_gap_days
    interval = len(period) // (cadence.visits or 1)
    tolerance = interval // 5 if cadence.tolerance_days is None else cadence.tolerance_days
    return max(cadence.min_gap_days, interval - tolerance)


def rooms(cadence: Cadence, clock: Clock, period: DateRange, active_from: date) -> dict[date, int]:
    """By date: how many visits still fit into the period, from that date on and a gap apart."""
    apart = gap(cadence, period)
    fit: dict[date, int] = {}
    for day in reversed(list(period)):
        rest = fit.get(day + timedelta(days=1), 0)
        open_day = day >= active_from and clock.runs(day)
        fit[day] = max(rest, 1 + fit.get(day + timedelta(days=apart), 0)) if open_day else rest
    return fit


def _month_later(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _block(cadence: Cadence, day: date) -> DateRange:
    assert cadence.anchor is not None
    assert cadence.block_workdays is not None
    anchor = _workdays(cadence.anchor) + (cadence.anchor.weekday() > 4)  # from a weekend on: from the Monday after it
    first = anchor + (_workdays(day) - anchor) // cadence.block_workdays * cadence.block_workdays
    return DateRange(_nth_workday(first), _nth_workday(first + cadence.block_workdays) - timedelta(days=1))


def _workdays(day: date) -> int:
    """Number of the working day: Saturday and Sunday have that of the Friday before."""
    weeks, weekday = divmod(day.toordinal() - 1, 7)
    return weeks * 5 + min(weekday, 4)


def _nth_workday(number: int) -> date:
    weeks, weekday = divmod(number, 5)
    return date.fromordinal(weeks * 7 + weekday + 1)
