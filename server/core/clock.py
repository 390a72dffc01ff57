"""The one place that asks what time it is.  Tests freeze it with time-machine."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def zone(name: str) -> ZoneInfo:
    """The IANA zone of this name (cached by zoneinfo)."""
    return ZoneInfo(name)


def today(zone: str) -> date:
    """The local date in an IANA zone."""
    return now().astimezone(ZoneInfo(zone)).date()


def midnight(day: date, zone: str) -> datetime:
    """The instant (UTC) at which a local day begins."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def instant(day: date, seconds: int, zone: str) -> datetime:
    """The instant (UTC) so many really elapsed seconds after a local midnight: what the planner counts in."""
    return midnight(day, zone) + timedelta(seconds=seconds)


def seconds_of_day(moment: datetime, day: date, zone: str) -> int:
    """Elapsed seconds from the local midnight of `day` to an instant; negative before it."""
    return int((moment - midnight(day, zone)).total_seconds())


def wall_seconds(day: date, wall: time, zone: str) -> int:
    """Elapsed seconds since local midnight at a wall-clock time of that day.

    A time that the spring change skips means as long after the change as it was after it (PEP 495, fold=0); of a time
    that comes twice in autumn the first is meant.
    """
    return seconds_of_day(datetime.combine(day, wall, ZoneInfo(zone)).astimezone(UTC), day, zone)


def date_in_words(day: date) -> str:
    """Like "Monday 2 March", for sentences."""
    return f"{day:%A} {day.day} {day:%B}"
