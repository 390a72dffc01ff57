"""A report's days cut at the ends of weeks or months: whether things get better."""

from __future__ import annotations

from datetime import date, timedelta

from planner.calendar import DateRange

STEPS = ("week", "month")
MOST_STEPS = 14  # a quarter in weeks, a year in months
DAY = timedelta(days=1)


def cut(days: DateRange, step: str | None, week_starts_on: int = 0) -> list[DateRange]:
    """Calendar weeks or months, oldest first; the first and the last may be a part of one.  No step: none."""
    found: list[DateRange] = []
    first = days.first
    while step and first <= days.last:
        last = min(_end(first, step, week_starts_on), days.last)
        found.append(DateRange(first, last))
        first = last + DAY
    return found


def _end(day: date, step: str, week_starts_on: int) -> date:
    if step == "week":
        return day + (6 - (day.weekday() - week_starts_on) % 7) * DAY
    return (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY
