"""One English sentence a reason, in words that a rep uses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from planner.cadence.policy import Cadence
from planner.draft.draft import Draft, Key
from planner.plan import Cause, Reason, StopKind
from planner.problem import MustVisit, Site, Workday
from planner.reasons.days import DayVerdict
from planner.reasons.displaced import Exchange
from planner.reasons.wishes import Wish
from planner.tasks import Task
from planner.timing import pace_of

NO_CADENCE = "It has no call cadence and nobody asked for a visit."
PAUSED = "It is paused, out of season or past the end of its cadence for the rest of these days."
SKIPPED = (
    "Its visit was skipped, and it is not open inside working hours on any other day on which it could be visited."
)
NO_POSITION = "Its position is unknown; correct the address or set it on the map."

BY_REASON = {
    Reason.NO_SKILL: "Whoever works on the days on which it could be visited lacks a skill that it needs.",
    Reason.CLOSED: "It is not open inside working hours on any day on which it could be visited.",
    Reason.TOO_CLOSE: "Another visit there is too near to any day on which it could be visited.",
    Reason.TOGETHER: "It cannot be visited on one day with what is to be visited together with it.",
    Reason.OVER_CAPACITY: "One visit needs more than can be carried on any day on which it could be visited.",
    Reason.APPOINTMENT_CONFLICT: "The appointments and time blocks of these days leave no room for it.",
    Reason.BEYOND_RADIUS: "It lies beyond the radius of the days that have room for it.",
}
BY_CAUSE = {
    Cause.FROZEN: "Nothing is added any more to the days on which it could be visited.",
    Cause.NO_ROAD: "No road leads there and back.",
    Cause.STOP_LIMIT: "No stop is allowed on any day on which it could be visited.",
    Cause.WORKDAY: "Even as the only stop of the day, the way there, the visit and the way home take longer than a workday.",
    Cause.HOURS: "Even as the only stop of the day, it cannot be reached in the hours in which it may be visited and left in time to be "
    "home by the end of the workday.",
    Cause.BREAK: "Even as the only stop of the day, it leaves no time for the break.",
    Cause.DRIVING_LIMIT: "The way there and back is more than may be driven in a day.",
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


def over(must: MustVisit) -> str:
    return f"It was to be visited by {day(must.period.last)}, before the first day planned: ask for it again."


def ended(cadence: Cadence) -> str:
    assert cadence.valid_to is not None
    return f"Its cadence ends on {day(cadence.valid_to)}, before it asks for another visit."


def no_rep(site: Site) -> str:
    return f"Its owner {site.owner} has no workday in this plan." if site.owner else "Nobody owns it and nobody works."


def rep_away(wish: Wish) -> str:
    first, last = wish.days[0], wish.days[-1]
    if first == last:
        return f"Its rep does not work on {day(first)}, the only day on which it could be visited."
    return f"Its rep does not work between {day(first)} and {day(last)}, when it could be visited."


def day_off(on: date) -> str:
    return f"It is fixed on {day(on)}, when its rep does not work: fix it on another day, or let the rep work then."


def due_later(due: date) -> str:
    return (
        f"It falls due on {day(due)}, after the days planned so far; before that it could only be visited on days off."
    )


def by_day(reason: Reason, wish: Wish, best: DayVerdict) -> str:
    if best.insertion is None:
        return BY_REASON[reason] if best.cause is None else BY_CAUSE[best.cause]
    on, cost = day(best.key[1]), minutes(best.insertion.driving)
    worth = minutes(best.insertion.driving - best.insertion.total)
    if reason is Reason.NEXT_SEARCH:
        return (
            f"On {on} it would cost {cost} of driving and is worth {worth}, but the change moved nothing that need not move, "
            "and keeps the times that others were told; the next search may find it a place."
        )
    return f"On {on}, the best day for it, it would cost {cost} of driving and is worth {worth}."


def full(wish: Wish, found: Exchange | None, lost: int = 0) -> str:
    """lost : what the visits to other sites that would have to go are worth."""
    if found is None:
        return "The days on which it could be visited are full."
    on = day(found.key[1])
    own = f"its own visit of {' and '.join(day(gone) for gone in found.own)}"
    if found.sites == (wish.site,):
        return f"A visit on {on} would not go together with {own}, which would have to go."
    return f"Its days are full; {_instead(wish, found, own, lost)}"


def apart(wish: Wish, others: Sequence[str], found: Exchange | None, lost: int = 0) -> str:
    """others : what stands on its days and may not stand beside it."""
    said = f"It is not to be visited on one day with {' and '.join(others)}"
    if found is None:
        return f"{said}, which is fixed on the days that have room for it."
    return f"{said}; {_instead(wish, found, '', lost)}"


def _instead(wish: Wish, found: Exchange, own: str, lost: int) -> str:
    """own : how its own visits that would have to go are called."""
    sites = " and ".join(own if site == wish.site else site for site in found.sites)
    more = f"{minutes(abs(found.driving))} {'more' if found.driving >= 0 else 'less'}"
    value = "was asked for" if wish.must else minutes(wish.value)
    return (
        f"on {day(found.key[1])} it would fit in place of {sites}. What other accounts would lose is worth {minutes(lost)}, "
        f"this visit {value}; the day would cost {more}."
    )


def fixed(draft: Draft, reason: Reason, cause: Cause | None, key: Key, task: Task | None) -> str:
    """Why an appointment or a locked visit does not stand on its day.  task: None: nobody works then, or its position is unknown."""
    on = day(key[1])
    if cause is not None:
        assert task is not None, "without a position or a workday there is another reason"
        return f"On {on} {_beyond_the_day(draft, cause, key, task)}."
    return {
        Reason.NO_POSITION: NO_POSITION,
        Reason.REP_AWAY: f"The rep does not work on {on}.",
        Reason.NO_SKILL: f"It is fixed on {on}, when its rep lacks a skill that it needs.",
        Reason.CLOSED: f"It is fixed on {on}, when it is not open inside working hours.",
        Reason.TOO_CLOSE: f"Another visit there is too near to {on}.",
        Reason.OVER_CAPACITY: f"It needs more than can be carried on {on}.",
        Reason.APPOINTMENT_CONFLICT: f"It conflicts with the other appointments, blocks or locked visits on {on}.",
        Reason.DAY_FULL: f"The visits planned on {on} leave no room for it.",
    }[reason]


def _beyond_the_day(draft: Draft, cause: Cause, key: Key, task: Task) -> str:
    """Why what is fixed does not fit into its workday even alone."""
    workday, noun = draft.workdays[key], "visit" if task.kind is StopKind.VISIT else "appointment"
    hours = "the working day" + " and its overtime" * bool(workday.max_overtime)
    if cause is Cause.HOURS:
        return _at_the_wrong_time(draft, workday, hours, task)
    return {
        Cause.NO_ROAD: "no road leads there and back",
        Cause.STOP_LIMIT: "no stop is allowed",
        Cause.WORKDAY: f"the way there, the {noun} and the way home take longer than {hours}",
        Cause.BREAK: "it leaves no time for the break, even as the only stop of the day",
        Cause.DRIVING_LIMIT: "the way there and back is more than the driving allowed in a day",
    }[cause]


def _at_the_wrong_time(draft: Draft, workday: Workday, hours: str, task: Task) -> str:
    """Which end of the day its times are too near to."""
    earliest, latest = task.windows[0].earliest, task.windows[-1].latest
    if latest < workday.start:
        return "it begins before the working day does"
    if earliest + task.duration > workday.end + workday.max_overtime:
        return f"it ends after {hours}"
    pace = pace_of(draft.problem, workday)
    there = 0 if task.place is None else draft.problem.travel.seconds.item(workday.start_place, task.place)
    if (workday.start + there if pace is None else pace.arrive(workday.start, there)) > latest:
        return "it cannot be reached in time, even as the only stop of the day"
    return f"the way home after it is not over by the end of {hours}, even as the only stop of the day"
