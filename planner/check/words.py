"""Does the sentence of an unplanned entry say what its reason does, of the same days and at the same price?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from planner.plan import Cause, Reason, Unplanned

DATE = re.compile(r"[A-Z][a-z]+day \d{1,2} [A-Z][a-z]+")
MINUTES = re.compile(r"(-?\d+) min\b")
BY_REASON = {  # what no sentence of another reason says
    Reason.NOT_DUE: "falls due|not due|was asked for by",
    Reason.PAUSED: "is paused",
    Reason.ENDED: "before the first day planned|before it asks for another visit",
    Reason.NO_CADENCE: "no call cadence",
    Reason.NO_POSITION: "position is unknown",
    Reason.NO_REP: "has no workday in this plan|nobody works",
    Reason.REP_AWAY: "rep does not work",
    Reason.NO_SKILL: "lacks a skill",
    Reason.CLOSED: "is not open",
    Reason.OVER_CAPACITY: "needs more than can be carried",
    Reason.BEYOND_RADIUS: "lies beyond the radius",
    Reason.APPOINTMENT_CONFLICT: "appointments and time blocks of these days leave no room|conflicts with the other appointments",
    Reason.TOGETHER: "cannot be visited on one day with what is to be visited together",
    Reason.APART: "is not to be visited on one day with",
    Reason.TOO_CLOSE: "is too near to",
    Reason.DAY_FULL: "days .*are full|would have to go|visits planned on .* leave no room",
    Reason.CHEAPER_LEFT_OUT: "the best day for it, it would cost .* and is worth",
    Reason.NEXT_SEARCH: "would cost .* and is worth .* the next search",
}
BY_CAUSE = {
    Cause.FROZEN: "Nothing is added any more",
    Cause.NO_ROAD: "[Nn]o road leads there",
    Cause.STOP_LIMIT: "[Nn]o stop is allowed",
    Cause.WORKDAY: "take longer than",
    Cause.HOURS: "in the hours in which it may be visited|begins before the working day|ends after the working day|"
    "cannot be reached in time|way home after it is not over",
    Cause.BREAK: "no time for the break",
    Cause.DRIVING_LIMIT: "more than may be driven|more than the driving allowed",
}


def fits_reason(entry: Unplanned) -> bool:
    """Whether the sentence is one of its reason, and of its cause."""
    words = BY_REASON[entry.reason] if entry.cause is None else BY_CAUSE[entry.cause]
    return re.search(words, entry.detail) is not None


def names_dates(entry: Unplanned, days: Sequence[date]) -> bool:
    """Whether it names these dates in this order, and no others."""
    return DATE.findall(entry.detail) == [f"{day:%A} {day.day} {day:%B}" for day in days]


def names_minutes(entry: Unplanned) -> bool:
    """Whether it names any price at all."""
    return MINUTES.search(entry.detail) is not None


def names_prices(entry: Unplanned, prices: Sequence[int]) -> bool:
    """Whether it names these seconds, as minutes, and no others."""
    return MINUTES.findall(entry.detail) == [str(round(seconds / 60)) for seconds in prices]


def names_apart(entry: Unplanned, sites: Sequence[str]) -> bool:
    """Whether it says of these sites, and no others, that nobody visits them on one day with it."""
    found = re.search("on one day with (.+?)(?:;|, which is fixed)", entry.detail)
    return found is not None and found[1] == " and ".join(sites)


def names_sites(entry: Unplanned, sites: Sequence[str]) -> bool:
    """Whether it names the sites whose visits would have to go."""
    place = entry.detail.partition(" in place of ")[2]
    return all(site in place for site in sites)
