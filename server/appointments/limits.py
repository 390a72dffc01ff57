"""Which days an appointment may be on: one in 2020 or in 2150 is a slip of the finger, and would only mislead the planner."""

from __future__ import annotations

from datetime import date, timedelta

from server.appointments.models import Appointment
from server.core.clock import today
from server.core.errors import Invalid

BACK = timedelta(days=7)  # what was agreed on a telephone that was offline for some days still counts
AHEAD = timedelta(days=731)  # two years
SERIES_BACK = timedelta(days=3653)  # ten years: a series that goes on began when it began
_HINT = " Log visits that were made as activities."


def check_day(row: Appointment) -> None:
    """Refuse what is over for more than a week, and what begins in more than two years, where it takes place.

    A series counts by its last day: it may have begun up to ten years ago.
    """
    here = today(row.timezone)
    latest, earliest = here + AHEAD, here - BACK
    if row.day > latest:
        raise Invalid(pointers={"/day": f"It lies more than two years ahead; the last day now is {latest}."})
    if row.rrule is None:
        if row.day < earliest:
            raise Invalid(pointers={"/day": f"It lies in the past; the first day now is {earliest}.{_HINT}"})
        return
    if row.day < here - SERIES_BACK:
        raise Invalid(
            pointers={"/day": f"It began more than ten years ago; the first day now is {here - SERIES_BACK}."}
        )
    if row.last_day is not None and row.last_day < earliest:
        raise Invalid(pointers={"/rrule": f"Its last day, {row.last_day}, lies in the past.{_HINT}"})


def judged(row: Appointment) -> tuple[date, str | None]:
    """What `check_day` judges: where it stays the same, an old appointment may still be changed otherwise."""
    return row.day, row.rrule
