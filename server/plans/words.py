"""Why a stop is there: the reason, and the same in a sentence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from planner.plan import StopKind
from server.appointments.occurrences import Occurrence
from server.cadences.models import MustVisit
from server.core.clock import date_in_words

Json = dict[str, Any]


def reason_of(stop: Json, must: MustVisit | None, due: date | None, day: date) -> str:
    """appointment, must_visit, late, due, due_soon, cadence (no due date of its own) or logged (not planned)."""
    if stop["kind"] == StopKind.APPOINTMENT:
        return "appointment"
    if must is not None:
        return "must_visit"
    if stop["late_days"]:
        return "late"
    if due is None:
        return "logged" if stop["status"] != "planned" else "cadence"
    return "due" if due <= day else "due_soon"


def in_words(
    reason: str,
    due: date | None,
    late: int,
    last: date | None,
    day: date,
    must: MustVisit | None,
    met: Occurrence | None,
    planned: date | None = None,
) -> str:
    """`last`: the visit before; `met`: the appointment that the stop is; `planned`: the newest day before that is to have one."""
    since = _since(last, planned, day)
    if reason == "appointment":
        return f"Appointment: {met.appointment.title}" if met else "Appointment"
    if reason == "must_visit" and must is not None:
        return f"Asked for by a person{': ' + must.note if must.note else ''}{since}"
    if reason == "late" and due is not None:
        closed = day - timedelta(days=late)  # lateness counts from the end of the window
        if closed > due:
            asked = f": was due {date_in_words(due)} and to be made by {date_in_words(closed)} at the latest"
        else:
            asked = f", was due {date_in_words(due)}"
        return f"Late by {_days(timedelta(days=late))}{asked}{since}"
    if due is not None:
        return f"Due {date_in_words(due)}{since}"
    return "Logged by the rep" if reason == "logged" else f"Visit in this period{since}"


def _since(last: date | None, planned: date | None, day: date) -> str:
    """What the due date counts from: a visit that is still to come, or the last one that was made."""
    if planned is not None and (last is None or planned > last):
        return f"; visit planned {_days(day - planned)} before"
    if last is None:
        return "; never visited"
    return f"; last visit {_days(day - last)} before" if last < day else ""


def _days(span: timedelta) -> str:
    return f"{span.days} {'day' if span.days == 1 else 'days'}"
