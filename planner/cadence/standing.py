"""How an account stands on a date, and the rule that decided it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from planner.cadence import periods
from planner.cadence.clock import DAY, Clock
from planner.cadence.credit import Account, History
from planner.cadence.windows import Target


class State(StrEnum):
    NONE = "none"
    PAUSED = "paused"
    NOT_DUE = "not_due"
    DUE = "due"
    AT_RISK = "at_risk"
    OVERDUE = "overdue"


class Rule(StrEnum):
    NO_CADENCE = "no_cadence"  # none: nothing is ever asked for
    NOT_ACTIVE = "not_active"  # paused: the account begins later
    NOT_IN_FORCE = "not_in_force"  # paused: before or after the dates of the cadence
    PAUSE = "pause"  # paused
    CLOSED_SEASON = "closed_season"  # paused
    WINDOW_UNMET = "window_unmet"  # overdue: a window closed without a visit, and none was credited since
    QUOTA_OUT_OF_REACH = "quota_out_of_reach"  # overdue: what is missing does not fit into the rest of the period
    NOTHING_PLANNED = "nothing_planned"  # at risk: no visit planned, and less time left than the lead time
    PLANNED_TOO_LATE = "planned_too_late"  # at risk: the planned visit is after the last day
    WINDOW_OPEN = "window_open"  # due
    QUOTA_OPEN = "quota_open"  # due
    WINDOW_AHEAD = "window_ahead"  # not due: the next window has not opened
    QUOTA_MET = "quota_met"  # not due: all visits of the period are made
    GAP = "gap"  # not due: a visit of the period is missing, but would not be credited yet
    NEVER_DUE = "never_due"  # not due: the cadence ends before


@dataclass(frozen=True, slots=True)
class Standing:
    """`due` and `closes` are those of the window or period that decided, `missing` the visits wanted by then, `slack`
    the days left in which the next of them is made in time (negative: days overdue).
    """

    state: State
    rule: Rule
    due: date | None = None
    closes: date | None = None
    missing: int = 0
    slack: int | None = None


def standing(account: Account, history: History, planned: Iterable[date] = (), lead_days: int = 0) -> Standing:
    """The state at the end of `history.today`.

    planned : dates of planned visits; those before the first date on which one would be credited do not help.
    lead_days : with nothing planned, an account with fewer days left than this is at risk.
    """
    today = history.today
    if not account.cadences:
        return Standing(State.NONE, Rule.NO_CADENCE)
    if rule := _still(account, today):
        return Standing(State.PAUSED, rule)
    ahead = sorted(day for day in planned if day >= today)
    if history.upcoming is None:
        target = next(
            (t for t in history.targets if not t.rolling and today in t.days and t.cadence.valid_on(today)), None
        )
        return _quota(account, history, target, ahead, lead_days) if target else Standing(State.NOT_DUE, Rule.NEVER_DUE)
    return _rolling(account, history, ahead, lead_days)


def _still(account: Account, day: date) -> Rule | None:
    """Why the clock stands still on this day; None: it runs."""
    cadence = next((c for c in account.cadences if c.valid_on(day)), None)
    if day < account.active_from:
        return Rule.NOT_ACTIVE
    if cadence is None:
        return Rule.NOT_IN_FORCE
    if any(day in pause for pause in account.pauses):
        return Rule.PAUSE
    return None if Clock(cadence, (), day).runs(day) else Rule.CLOSED_SEASON


def _rolling(account: Account, history: History, ahead: list[date], lead_days: int) -> Standing:
    window, today = history.upcoming, history.today
    assert window is not None
    slack = (window.closes - today).days
    useful = [day for day in ahead if history.earliest is None or day >= history.earliest]
    if history.overdue and today in history.overdue[-1]:
        unmet = next(t for t in history.targets if t.rolling and t.closes == history.overdue[-1].first - DAY)
        return Standing(State.OVERDUE, Rule.WINDOW_UNMET, unmet.due, unmet.closes, 1, (unmet.closes - today).days)
    if useful and useful[0] > window.closes:
        return Standing(State.AT_RISK, Rule.PLANNED_TOO_LATE, window.due, window.closes, 1, slack)
    if not useful and slack < lead_days:
        return Standing(State.AT_RISK, Rule.NOTHING_PLANNED, window.due, window.closes, 1, slack)
    opened = window.opens <= today
    state, rule = (State.DUE, Rule.WINDOW_OPEN) if opened else (State.NOT_DUE, Rule.WINDOW_AHEAD)
    return Standing(state, rule, window.due, window.closes, int(opened), slack)


def _quota(account: Account, history: History, target: Target, ahead: list[date], lead_days: int) -> Standing:
    today, cadence = history.today, target.cadence
    missing = max(0, target.whole - len(target.credited))
    room = periods.rooms(cadence, Clock(cadence, account.pauses, target.opens), target.days, account.active_from)
    gap = timedelta(days=periods.gap(cadence, target.days))
    soonest = max(today, history.credited[-1] + gap) if history.credited else today
    last_start = max((day for day, count in room.items() if count >= missing), default=target.opens - DAY)
    slack = (last_start - today).days

    def result(state: State, rule: Rule) -> Standing:
        return Standing(state, rule, target.due, target.closes, missing, slack)

    if not missing:
        return result(State.NOT_DUE, Rule.QUOTA_MET)
    if soonest > last_start:
        return result(State.OVERDUE, Rule.QUOTA_OUT_OF_REACH)
    useful = _apart([day for day in ahead if day >= soonest], gap)
    if len([day for day in useful if day <= target.closes]) < missing:
        if useful and useful[-1] > target.closes:
            return result(State.AT_RISK, Rule.PLANNED_TOO_LATE)
        if slack < lead_days:
            return result(State.AT_RISK, Rule.NOTHING_PLANNED)
    return result(State.DUE, Rule.QUOTA_OPEN) if soonest == today else result(State.NOT_DUE, Rule.GAP)


def _apart(days: list[date], gap: timedelta) -> list[date]:
    chosen: list[date] = []
    for day in days:
        if not chosen or day - chosen[-1] >= gap:
            chosen.append(day)
    return chosen
