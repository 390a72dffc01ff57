"""One English sentence a reason, in words that a rep uses."""

from __future__ import annotations

from datetime import date

from planner.draft.draft import Draft
from planner.plan import Reason
from planner.problem import Appointment, MustVisit, Site, Workday
from planner.reasons.days import DayVerdict
from planner.reasons.displaced import Exchange
from planner.reasons.wishes import Wish
from planner.tasks import Task
from planner.timing import pace_of

NO_CADENCE = "It has no call cadence and nobody asked for a visit."
PAUSED = "It is paused, out of season or past the end of its cadence for the rest of these days."
NO_POSITION = "Its position is unknown; correct the address or set it on the map."

BY_REASON = {
    Reason.NO_SKILL: "Whoever works on the days on which it could be visited lacks a skill that it needs.",
    Reason.CLOSED: "It is not open inside working hours on any day on which it could be visited.",
    Reason.TOO_CLOSE: "An appointment or fixed visit there is too near to any day on which it could be visited.",
    Reason.TOGETHER: "It cannot be visited on one day with what is to be visited together with it.",
    Reason.OVER_CAPACITY: "One visit needs more than can be carried on any day on which it could be visited.",
    Reason.OUT_OF_REACH: "Even as the only stop of the day, driving there and back does not fit into a workday.",
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
    first, last = wish.days[0], wish.days[-1]
    if first == last:
        return f"Its rep does not work on {day(first)}, the only day on which it could be visited."
    return f"Its rep does not work between {day(first)} and {day(last)}, when it could be visited."


def due_later(due: date) -> str:
    return (
        f"It falls due on {day(due)}, after the days planned so far; before that it could only be visited on days off."
    )


def by_day(reason: Reason, wish: Wish, best: DayVerdict) -> str:
    if best.insertion is None:
        return BY_REASON[reason]
    on, cost = day(best.key[1]), minutes(best.insertion.driving)
    worth = minutes(best.insertion.driving - best.insertion.total)
    if reason is Reason.NEXT_SEARCH:
        return (
            f"On {on} it would cost {cost} of driving and is worth {worth}, but the change moved nothing that need not move, "
            "and keeps the times that others were told; the next search may find it a place."
        )
    return f"On {on}, the best day for it, it would cost {cost} of driving and is worth {worth}."


def full(wish: Wish, found: Exchange | None) -> str:
    if found is None:
        return "The days on which it could be visited are full."
    on = day(found.key[1])
    own = f"its own visit of {' and '.join(day(gone) for gone in found.own)}"
    if found.sites == (wish.site,):
        return f"A visit on {on} would not go together with {own}, which would have to go."
    sites = " and ".join(own if site == wish.site else site for site in found.sites)
    return f"Its days are full; on {on} it would fit in place of {sites}."


def appointment(draft: Draft, reason: Reason, appointment: Appointment) -> str:
    on = day(appointment.date)
    if reason is Reason.OUT_OF_REACH:
        return f"On {on} {_beyond_the_day(draft, appointment)}."
    return {
        Reason.NO_POSITION: NO_POSITION,
        Reason.REP_AWAY: f"The rep does not work on {on}.",
        Reason.OVER_CAPACITY: f"It needs more than can be carried on {on}.",
        Reason.APPOINTMENT_CONFLICT: f"It conflicts with the other appointments, blocks or locked visits on {on}.",
        Reason.DAY_FULL: f"The visits planned on {on} leave no room for it.",
    }[reason]


def _beyond_the_day(draft: Draft, appointment: Appointment) -> str:
    """Why an appointment does not fit into its workday even alone, from the plainest cause on."""
    workday, task = draft.workdays[appointment.rep, appointment.date], draft.appointment(appointment)
    assert task is not None, "without a position or a workday there is another reason"
    if appointment.window.latest < workday.start:
        return "it begins before the working day does"
    by, hours = workday.end + workday.max_overtime, "the working day" + " and its overtime" * bool(workday.max_overtime)
    if appointment.window.earliest + task.duration > by:
        return f"it ends after {hours}"
    there, back = _ways(draft, workday, task)
    if workday.max_driving is not None and there + back > workday.max_driving:
        return "the way there and back is more than the driving allowed in a day"
    pace = pace_of(draft.problem, workday)
    arrival = workday.start + there if pace is None else pace.arrive(workday.start, there)
    if arrival > appointment.window.latest:
        return "it cannot be reached in time, even as the only stop of the day"
    over = max(arrival, appointment.window.earliest) + task.duration + task.follow_up
    if (over + back if pace is None else pace.arrive(over, back)) > by:
        return f"the way home after it is not over by the end of {hours}, even as the only stop of the day"
    return "it leaves no time for the break, even as the only stop of the day"


def _ways(draft: Draft, workday: Workday, task: Task) -> tuple[int, int]:
    """Seconds of driving there and home: a block is where the rep is."""
    seconds = draft.problem.travel.seconds
    if task.place is None:
        return 0, 0
    return seconds.item(workday.start_place, task.place), seconds.item(task.place, workday.end_place)
