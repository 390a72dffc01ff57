"""One English sentence a reason, in words that a rep uses."""

from __future__ import annotations

from datetime import date

from planner.draft.draft import Draft
from planner.plan import Reason
from planner.problem import Appointment, MustVisit, Site
from planner.reasons.days import DayVerdict
from planner.reasons.displaced import Exchange
from planner.reasons.wishes import Wish

NO_CADENCE = "It has no call cadence and nobody asked for a visit."
PAUSED = "It is paused, out of season or past the end of its cadence for the rest of these days."
NO_POSITION = "Its position is unknown; correct the address or set it on the map."

BY_REASON = {
    Reason.CLOSED: "It is not open inside working hours on any day on which it could be visited.",
    Reason.TOO_CLOSE: "An appointment or fixed visit there is too near to any day on which it could be visited.",
    Reason.OUT_OF_REACH: "Even as the only stop of the day, driving there and back does not fit into working hours.",
    Reason.APPOINTMENT_CONFLICT: "The appointments and time blocks of these days leave no room for it.",
    Reason.BEYOND_RADIUS: "It lies beyond the radius of the days that have room for it.",
}


def day(value: date) -> str:
    return f"{value:%A} {value.day} {value:%B}"


def minutes(seconds: int) -> str:
    return f"{round(seconds / 60)} min"


def not_due(draft: Draft, site: Site) -> str:
    last = draft.problem.horizon.last
    return f"Its next visit falls due after {day(last)}." if site.credited else f"It is not due by {day(last)}."


def later(must: MustVisit) -> str:
    return f"It was asked for by {day(must.period.last)}, after the last day planned so far."


def no_rep(site: Site) -> str:
    return f"Its owner {site.owner} has no workday in this plan." if site.owner else "Nobody owns it and nobody works."


def rep_away(wish: Wish) -> str:
    return f"Its rep does not work between {day(wish.days[0])} and {day(wish.days[-1])}, when it could be visited."


def by_day(reason: Reason, wish: Wish, best: DayVerdict) -> str:
    if best.insertion is None:
        return BY_REASON[reason]
    on, cost = day(best.key[1]), minutes(best.insertion.driving)
    worth = minutes(best.insertion.driving - best.insertion.total)
    return f"On {on}, the best day for it, it would cost {cost} of driving and is worth {worth}."


def full(wish: Wish, found: Exchange | None) -> str:
    if found is None:
        return "The days on which it could be visited are full."
    sites = " and ".join(found.sites)
    if found.sites == (wish.site,):
        return f"A visit on {day(found.key[1])} would be too near to another planned there, which would have to go."
    return f"Its days are full; on {day(found.key[1])} it would fit in place of {sites}."


def appointment(reason: Reason, appointment: Appointment) -> str:
    on = day(appointment.date)
    return {
        Reason.NO_POSITION: NO_POSITION,
        Reason.REP_AWAY: f"The rep does not work on {on}.",
        Reason.OUT_OF_REACH: f"On {on} it cannot be reached in time, even as the only stop of the day.",
        Reason.APPOINTMENT_CONFLICT: f"It conflicts with the other appointments, blocks or locked visits on {on}.",
        Reason.DAY_FULL: f"The visits planned on {on} leave no room for it.",
    }[reason]
