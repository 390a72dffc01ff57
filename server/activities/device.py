"""What a device says about time and place, and what of it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from server.core.errors import Invalid
from server.reps.models import DayHours, Rep
from server.reps.rules import minutes

TOLERATED = timedelta(minutes=2)  # a clock that is no further off is believed
FUTURE = timedelta(minutes=5)  # after correction
PAST = timedelta(days=3653)  # ten years: more is a slip of the finger, or a device that sent no clock to correct it by
MOST_SKEW = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Timing:
    happened_at: datetime
    ended_at: datetime | None
    skew_seconds: int | None


def corrected(
    happened_at: datetime, ended_at: datetime | None, device_time: datetime | None, server: datetime
) -> Timing:
    """True times, from those of a device whose clock showed `device_time` when the server's showed `server`.

    Raises Invalid for what has not happened yet, or not in the last ten years.  Late uploads count from when it was.
    """
    skew = device_time - server if device_time else timedelta()
    shift = skew if abs(skew) > TOLERATED else timedelta()
    begun, ended = happened_at - shift, ended_at - shift if ended_at else None
    for name, moment in (("happened_at", begun), ("ended_at", ended)):
        if moment is not None and moment > server + FUTURE:
            raise Invalid(
                pointers={f"/{name}": "It lies in the future; send device_time so that a wrong clock is seen."}
            )
    if begun < server - PAST:
        raise Invalid(
            pointers={
                "/happened_at": "It lies more than ten years back; send device_time so that a wrong clock is seen."
            }
        )
    seconds = max(-MOST_SKEW, min(MOST_SKEW, round(skew.total_seconds())))
    return Timing(begun, ended, seconds if device_time else None)


def inside_working_hours(rep: Rep, own: DayHours | None, moment: datetime) -> bool:
    """Whether a rep's position may be kept: nobody is followed after work.  own : the hours of the date, where it has its own."""
    local = moment.astimezone(ZoneInfo(rep.timezone))
    hours = rep.working_hours.get(str(local.weekday())) if own is None else (own.starts, own.ends)
    return hours is not None and minutes(hours[0]) <= local.hour * 60 + local.minute < minutes(hours[1])
