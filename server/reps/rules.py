"""What a rep's working life must fulfil as a whole, whatever part of it is changed."""

from __future__ import annotations

from collections.abc import Iterator

from server.core.errors import Invalid
from server.reps.models import Rep

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def check(rep: Rep) -> None:
    """Invalid, with a pointer to every field that is wrong."""
    found = dict([*_hours(rep), *_break(rep), *_place(rep, "home"), *_place(rep, "end")])
    if found:
        raise Invalid("The rep's settings contradict each other.", pointers=found)


def _hours(rep: Rep) -> Iterator[tuple[str, str]]:
    for day, (start, end) in rep.working_hours.items():
        if start >= end:
            yield f"/working_hours/{day}", f"{WEEKDAYS[int(day)]} ends at {end}, not after it begins at {start}."


def _break(rep: Rep) -> Iterator[tuple[str, str]]:
    given = rep.break_from is not None, rep.break_until is not None, rep.break_minutes > 0
    if not any(given):
        return
    if not all(given):
        yield "/break_minutes", "A break needs break_from, break_until and break_minutes above 0; or none of them."
        return
    if minutes(rep.break_from) > minutes(rep.break_until):
        yield "/break_until", f"The latest start {rep.break_until} is before the earliest, {rep.break_from}."
        return
    for day, (starts, ends) in rep.working_hours.items():
        if not _has_room(rep, starts, ends):
            yield "/break_minutes", f"A break of {rep.break_minutes} minutes does not fit into {WEEKDAYS[int(day)]}."


def span_problem(rep: Rep, starts: str, ends: str) -> str | None:
    """Why a day of the rep cannot have these hours; None: it can."""
    if starts >= ends:
        return f"The day ends at {ends}, not after it begins at {starts}."
    if rep.break_minutes and not _has_room(rep, starts, ends):
        return f"The break of {rep.break_minutes} minutes does not fit into the day."
    return None


def _has_room(rep: Rep, starts: str, ends: str) -> bool:
    """For the break of the rep."""
    start, end = minutes(starts), minutes(ends)
    needed = start < minutes(rep.break_until) < end  # a day over or not begun by then has no break
    return not needed or max(start, minutes(rep.break_from)) + rep.break_minutes <= end


def _place(rep: Rep, name: str) -> Iterator[tuple[str, str]]:
    lat, lon = getattr(rep, f"{name}_lat"), getattr(rep, f"{name}_lon")
    if (lat is None) != (lon is None):
        yield f"/{name}_{'lat' if lat is None else 'lon'}", "A position needs both its latitude and its longitude."
    elif lat == 0 and lon == 0:
        yield f"/{name}_lat", "0, 0 lies in the sea; give the true position, or null where it is unknown."


def minutes(text: str | None) -> int:
    """Minutes since midnight on the clock of HH:MM, "24:00" included."""
    hour, minute = (text or "0:0").split(":")
    return int(hour) * 60 + int(minute)
