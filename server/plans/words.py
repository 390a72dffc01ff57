"""Why a stop is there: the reason, and the same in a sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

from planner.plan import StopKind
from server.appointments.occurrences import Occurrence
from server.cadences.models import MustVisit

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
) -> str:
    """`last`: the visit before; `met`: the appointment that the stop is."""
    since = _since(last, day)
    if reason == "appointment":
        return f"Appointment: {met.appointment.title}" if met else "Appointment"
    if reason == "must_visit" and must is not None:
        return f"Asked for by a person{': ' + must.note if must.note else ''}{since}"
    if reason == "late" and due is not None:
        return f"Late by {late} {'day' if late == 1 else 'days'}, was due {date_in_words(due)}{since}"
    if due is not None:
        return f"Due {date_in_words(due)}{since}"
    return "Logged by the rep" if reason == "logged" else f"Visit in this period{since}"


def _since(last: date | None, day: date) -> str:
    if last is None:
        return "; never visited"
    return f"; last visit {(day - last).days} days before" if last < day else ""


def date_in_words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"
