"""Recurring appointments: the part of RFC 5545's RRULE that people use, expanded to dates.

Frequencies are DAILY to YEARLY: nothing happens twice on one day.  A rule may go on without end (it is only ever expanded
between two dates), and its first day is the first of its days.  BYDAY belongs to weekly rules and, with or without a
number, to monthly and yearly ones; which parts may meet is `PARTS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from server.core.time_fields import FIRST_DAY, LAST_DAY

PARTS = {
    "DAILY": {"INTERVAL", "COUNT", "UNTIL", "WKST"},
    "WEEKLY": {"INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY"},
    "MONTHLY": {"INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYSETPOS"},
    "YEARLY": {"INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH"},
}
MOST_TIMES, WIDEST_STEP = 1000, 100
_WEEKDAY = "(MO|TU|WE|TH|FR|SA|SU)"
_NUMBERED = f"(-?[1-5])?{_WEEKDAY}"
_DAY_OF_MONTH = r"-?([1-9]|[12]\d|3[01])"
_SHAPES = {
    "INTERVAL": r"\d{1,3}",
    "COUNT": r"\d{1,4}",
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
    "WKST": _WEEKDAY,
    "BYDAY": f"{_NUMBERED}(,{_NUMBERED}){{0,6}}",
    "BYMONTHDAY": f"{_DAY_OF_MONTH}(,{_DAY_OF_MONTH}){{0,30}}",
    "BYMONTH": r"([1-9]|1[0-2])(,([1-9]|1[0-2])){0,11}",
    "BYSETPOS": r"-?[1-5](,-?[1-5]){0,4}",
}


class RuleError(ValueError):
    """A rule that cannot be used; the message says why."""


def normal(text: str, first: date, start: time, zone: str) -> str:
    """The rule in upper case, its end as a date.  Raises RuleError for what is outside the subset or never happens.

    first, start, zone : the first day, and the wall-clock time of every one: an end in UTC is the last day that starts by then.
    """
    parts = _split(text)
    frequency = parts.pop("FREQ", "")
    if frequency not in PARTS:
        raise RuleError("FREQ is DAILY, WEEKLY, MONTHLY or YEARLY")
    for name, value in parts.items():
        if name not in PARTS[frequency]:
            raise RuleError(f"{name} does not go with FREQ={frequency}")
        if not re.fullmatch(_SHAPES[name], value, re.ASCII):
            raise RuleError(f"{name}={value} cannot be read")
    _check(frequency, parts)
    if "UNTIL" in parts:
        parts["UNTIL"] = _end(parts["UNTIL"], start, zone).strftime("%Y%m%d")
    rule = ";".join(f"{name}={value}" for name, value in {"FREQ": frequency, **parts}.items())
    if next(iter(_rule(rule, first)), None) != datetime.combine(first, time()):
        raise RuleError(f"{first} is not one of its days: let the appointment begin on its first one")
    return rule


def _split(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.upper().removeprefix("RRULE:").split(";"):
        name, _, value = part.partition("=")
        if name in parts or not value:
            raise RuleError("write it like FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20271231, every part once")
        parts[name] = value
    return parts


def _check(frequency: str, parts: dict[str, str]) -> None:
    if "COUNT" in parts and "UNTIL" in parts:
        raise RuleError("it ends after COUNT times or UNTIL a day, not both")
    for name, most in (("COUNT", MOST_TIMES), ("INTERVAL", WIDEST_STEP)):
        if name in parts and not 1 <= int(parts[name]) <= most:
            raise RuleError(f"{name} is 1 to {most}")
    if frequency == "WEEKLY" and re.search(r"\d", parts.get("BYDAY", "")):
        raise RuleError("a weekly rule names weekdays without numbers")
    if "BYDAY" in parts and "BYMONTHDAY" in parts:
        raise RuleError("BYDAY or BYMONTHDAY, not both")
    if "BYSETPOS" in parts and "BYDAY" not in parts:
        raise RuleError("BYSETPOS picks from BYDAY")
    if frequency == "YEARLY" and "BYMONTH" not in parts and ("BYDAY" in parts or "BYMONTHDAY" in parts):
        raise RuleError("a yearly rule with BYDAY or BYMONTHDAY needs BYMONTH")


def _end(until: str, start: time, zone: str) -> date:
    """The last day on which something may start, of an end as a date, in local time or (Z) in UTC."""
    try:
        end = datetime.strptime(until.removesuffix("Z"), "%Y%m%dT%H%M%S" if "T" in until else "%Y%m%d")  # noqa: DTZ007
    except ValueError:
        raise RuleError(f"UNTIL={until} is not a date like 20271231") from None
    if not FIRST_DAY < end.date() <= LAST_DAY:
        raise RuleError(f"UNTIL is outside {FIRST_DAY} to {LAST_DAY}")
    if until.endswith("Z"):
        end = end.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return end.date() if "T" not in until or end.time() >= start else end.date() - timedelta(days=1)


def days(rule: str, first: date, since: date, until: date) -> Iterator[date]:
    """The days of a rule that begins on `first`, from `since` to `until`, both included, in order."""
    if until < first or until < since:
        return
    begin, end = (datetime.combine(day, time()) for day in (max(since, first), until))
    for moment in _rule(rule, first).xafter(begin, inc=True):
        if moment > end:
            return
        yield moment.date()


def is_day(rule: str, first: date, day: date) -> bool:
    return any(days(rule, first, day, day))


def last_day(rule: str, first: date) -> date | None:
    """The last day of a rule; None: it goes on without end."""
    if "COUNT=" not in rule and "UNTIL=" not in rule:
        return None
    last = first
    for moment in _rule(rule, first):
        last = moment.date()
    return last


@lru_cache(maxsize=1024)
def _rule(rule: str, first: date) -> rrule:
    """dateutil's rule over midnights.  With a cache in it, so that what was expanded once is not expanded again."""
    return rrulestr(rule, dtstart=datetime.combine(first, time()), cache=True)
