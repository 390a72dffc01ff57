"""A plan in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from planner.churn import churn
from planner.errors import ProblemError
from planner.explain import Words, why, why_not
from planner.plan import Plan, Reason, Route, Stop, StopKind, Unplanned
from planner.problem import Problem

MEANING = {
    Reason.NOT_DUE: "its next visit falls due after these days",
    Reason.PAUSED: "a pause, a closed season or the end of its cadence covers these days",
    Reason.ENDED: "what asked for it is over, or ends before it asks for another visit",
    Reason.NO_CADENCE: "it is visited on request only, and nobody asked",
    Reason.NO_POSITION: "its position is unknown",
    Reason.NO_REP: "nobody who works on these days owns it",
    Reason.REP_AWAY: "its rep does not work on the days on which it might be visited",
    Reason.NO_SKILL: "whoever works on the days on which it might be visited lacks a skill",
    Reason.CLOSED: "it is closed during working hours on all days on which it might be visited",
    Reason.TOGETHER: "it cannot be visited on one day with what is to be visited together with it",
    Reason.APART: "it would fit, but is to be apart from what stands there",
    Reason.OVER_CAPACITY: "it needs more than can be carried on a day",
    Reason.OUT_OF_REACH: "it does not fit into a workday, even alone",
    Reason.BEYOND_RADIUS: "it is too far from the other visits of every day with room",
    Reason.APPOINTMENT_CONFLICT: "appointments and blocks leave no room for it",
    Reason.TOO_CLOSE: "another fixed visit there is too near in time",
    Reason.DAY_FULL: "it fits only if other visits gave way",
    Reason.CHEAPER_LEFT_OUT: "it fits, but costs more than it is worth",
    Reason.NEXT_SEARCH: "it fits and pays; the next search takes it in",
}


def explain_plan(problem: Problem, plan: Plan) -> Iterator[str]:
    """The lines that tell a person why each stop is there and why each visit left out is not."""
    for route in plan.routes:
        yield f"{route.date:%A} {route.date}, {route.rep}: {clock(route.start)} to {clock(route.end)}{_nights(problem, route)}"
        for stop in route.stops:
            yield f"  {clock(stop.start)} to {clock(stop.end)}  {_name(stop)}: {_why(problem, route, stop)}"
    if plan.unplanned:
        yield "Not planned"
    for entry in plan.unplanned:
        yield f"  {_entry(entry)}: {_meaning(entry)}{_more(entry)}"
    yield from _churn(problem, plan)
    parts = {name: getattr(plan.objective, name) for name in plan.objective.__slots__}
    named = ", ".join(f"{name} {minutes(value)}" for name, value in parts.items() if value)
    yield f"Cost in minutes of driving: {minutes(plan.objective.total)}{f' ({named})' if named else ''}"


def _meaning(entry: Unplanned) -> str:
    """What exactly is in the way, where that is said."""
    if entry.cause is None or not entry.detail:
        return MEANING[entry.reason]
    return entry.detail[0].lower() + entry.detail[1:].rstrip(".")


def _churn(problem: Problem, plan: Plan) -> Iterator[str]:
    found = churn(problem, plan)
    if found.kept_share is not None:
        stays = "1 stays on its day" if found.kept == 1 else f"{found.kept} stay on their days"
        yield (
            f"Of {found.published} published visits {stays} ({100 * found.kept_share:.0f} %, {found.retimed} at another time); "
            f"{found.moved} moved, {found.removed} removed, {found.added} added"
        )


def explain_visit(problem: Problem, plan: Plan, site: str, day: date) -> Iterator[str]:
    """Why one visit is planned, and why on its day, with what every other day would cost.  Raises ProblemError."""
    _known(problem, site)
    found, words = why(problem, plan, site, day), Words()
    yield f"{site} on {day:%A} {day}, {clock(found.start)} to {clock(found.end)}, {found.rep}"
    yield f"  {words.now(found)}"
    yield f"  {words.this_day(found)}"
    for other in found.others:
        there = (
            f"{minutes(other.cost)} min more" if other.cost is not None else MEANING[other.reason or Reason.DAY_FULL]
        )
        yield f"    {other.date:%A} {other.date}, {other.rep}: {there}"


def explain_left_out(problem: Problem, plan: Plan, site: str) -> Iterator[str]:
    """What a site lacks and the changes that would admit it, the smallest first.  Raises ProblemError."""
    _known(problem, site)
    words, entries = Words(), why_not(problem, plan, site)
    if not entries:
        yield f"{site} lacks nothing"
    for found in entries:
        yield f"{_entry(found.entry)}: {_meaning(found.entry)}{_more(found.entry)}"
        if found.fits or not found.admissions:
            yield f"  {words.not_planned(found)}"
        for one in found.admissions:
            yield f"  {words.admission(one)}"


def _known(problem: Problem, site: str) -> None:
    if all(known.id != site for known in problem.sites):
        raise ProblemError(f"there is no site {site}")


def clock(second: int) -> str:
    """Time of day as hours and minutes that have passed since midnight."""
    return f"{second // 3600:02}:{second % 3600 // 60:02}"


def minutes(seconds: int) -> str:
    return f"{seconds / 60:.0f}"


def _nights(problem: Problem, route: Route) -> str:
    """Where the day begins and ends, if that is not at home."""
    parts = [("from", route.morning), ("until the next morning at", route.night)]
    return "".join(f", {word} {_place(problem, place)}" for word, place in parts if place is not None)


def _place(problem: Problem, place: int) -> str:
    """The first site there, or where it is."""
    there = next((site.id for site in problem.sites if site.place == place), None)
    position = problem.places[place]
    return there or f"{position.lat:.5f}, {position.lon:.5f}"


def _name(stop: Stop) -> str:
    if stop.kind is StopKind.BREAK:
        return "break"
    return " ".join(part for part in (stop.site, f"({stop.request})" if stop.request else None) if part)


def _why(problem: Problem, route: Route, stop: Stop) -> str:
    if stop.kind is StopKind.BREAK:
        return "the break of the day"
    if stop.kind is StopKind.BLOCK:
        return "time block"
    parts = [f"{minutes(stop.travel)} min of driving"]
    if stop.kind is StopKind.APPOINTMENT:
        parts.insert(0, "agreed")
    else:
        parts.insert(0, _reason_to_go(problem, route, stop))
        windows = _windows(problem, route, stop)
        if windows:
            parts.append(f"may start {windows}")
    if stop.leave_by is not None:
        parts.append(f"set out by {clock(stop.leave_by)}")
    return ", ".join(parts)


def _reason_to_go(problem: Problem, route: Route, stop: Stop) -> str:
    if any(v.site == stop.site and (v.rep, v.date) == (route.rep, route.date) for v in problem.locked):
        return "fixed on this day"
    asked = [m.id for m in problem.must_visits if m.site == stop.site and route.date in m.period]
    if asked:
        return f"asked for ({asked[0]})"
    if stop.due is None:
        return "one of the visits of its period"
    late = f", {stop.late_days} days late" if stop.late_days else ""
    return f"due on {stop.due}{late}"


def _windows(problem: Problem, route: Route, stop: Stop) -> str:
    site = next((site for site in problem.sites if site.id == stop.site), None)
    if site is None or (site.hours is None and route.date not in site.exceptions):
        return ""
    hours = () if site.hours is None else site.hours[route.date.weekday()]
    windows = site.exceptions.get(route.date, hours)
    return " or ".join(f"{clock(w.earliest)} to {clock(w.latest)}" for w in windows)


def _entry(entry: Unplanned) -> str:
    named = " ".join(part for part in (entry.site, f"({entry.request})" if entry.request else None) if part)
    return named or "?"


def _more(entry: Unplanned) -> str:
    parts = []
    if entry.displaces:
        parts.append(f"instead of {', '.join(entry.displaces)}")
    if entry.cost is not None:
        parts.append(f"cost {minutes(entry.cost)} min")
    if entry.detail and entry.cause is None:  # with a cause it is the meaning itself
        parts.append(entry.detail)
    if entry.in_time_until is not None:
        parts.append(f"in time until {entry.in_time_until}")
    return f" ({'; '.join(parts)})" if parts else ""
