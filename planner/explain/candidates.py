"""What is tried against a reason: the changes that might admit a visit, each kind from its smallest step on, and the workdays on
which it might stand then.  Nothing is tried here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from planner.calendar import DateRange
from planner.draft.draft import Draft, Key
from planner.explain import easings
from planner.explain.easings import AskFor, Change, Easing, FixOn
from planner.plan import Cause, Reason, StopKind, Unplanned
from planner.problem import Problem
from planner.reasons.days import DayVerdict
from planner.reasons.displaced import detour
from planner.reasons.wishes import Wish

OF_THE_DAY = (easings.LongerDay, easings.MoreStops, easings.MoreDriving)  # what a rep may give a day
FULL = frozenset({Reason.DAY_FULL, Reason.OUT_OF_REACH, Reason.APPOINTMENT_CONFLICT})  # what more of a day may cure

INSISTED = frozenset(  # where a visit fixed on its day may stand although others give way
    {Reason.DAY_FULL, Reason.BEYOND_RADIUS, Reason.TOO_CLOSE, Reason.TOGETHER, Reason.APART}
)


class Candidates:
    """Changes for what is left out of one plan.

    days : how many workdays are tried, the nearest first.  frozen : dates on which nothing is.
    """

    def __init__(self, problem: Problem, draft: Draft, frozen: frozenset[date], days: int) -> None:
        self.problem, self.draft, self.frozen, self.days = problem, draft, frozen, days

    def ladders(self, entry: Unplanned, wish: Wish | None, site: str) -> Iterator[Sequence[Easing]]:
        """What might help against the reason on any day, each kind from its smallest step on."""
        reason, where = entry.reason, self.draft.sites[site]
        if reason is Reason.PAUSED:
            return
        if reason is Reason.NO_REP:
            yield from ([easings.OtherRep(site, rep)] for rep in self.problem.reps)
            return
        if wish is None or reason in (Reason.NOT_DUE, Reason.ENDED):
            return
        if reason is Reason.NO_SKILL:
            able = {day.rep for day in self.problem.workdays if where.skills <= day.skills}
            yield from (
                [easings.OtherRep(site, rep)] for rep in self.problem.reps if rep in able and rep != where.owner
            )
        if reason is Reason.REP_AWAY:
            yield from ([easings.WorkOn(rep, day)] for rep, day in self.days_off(wish))
        if reason is Reason.TOO_CLOSE:
            yield easings.shorter_gaps(where)
        if reason in (Reason.BEYOND_RADIUS, Reason.CHEAPER_LEFT_OUT, Reason.DAY_FULL):
            yield easings.wider_radius(self.problem)
        if reason in (Reason.APPOINTMENT_CONFLICT, Reason.APART):
            for key in self.nearest(wish):
                yield from self._without(key)

    def of_day(self, entry: Unplanned, site: str, key: Key) -> Iterator[Sequence[Easing]]:
        """What of one workday, or of the account on it, might help against the reason, each kind from its smallest step on."""
        reason, where, workday = entry.reason, self.draft.sites[site], self.draft.workdays[key]
        if reason in FULL or reason is Reason.CLOSED:
            yield from (easings.longer_days(*key, morning) for morning in (False, True))
            yield from (easings.longer_hours(where, key[1], morning) for morning in (False, True))
        if reason is Reason.CLOSED:
            yield [easings.opened(where, key[1])]
        if reason in (Reason.OVER_CAPACITY, Reason.DAY_FULL):
            yield easings.more_capacity(where, workday)
        if reason in FULL:
            yield easings.more_driving(workday)
            yield easings.more_stops(workday)

    def insisting(self, entry: Unplanned, wish: Wish | None, site: str) -> Iterator[Change]:
        """What a person may always do, where there is a day for it."""
        if entry.reason in (Reason.PAUSED, Reason.NO_REP):
            return
        if wish is None or entry.reason in (Reason.NOT_DUE, Reason.ENDED):
            yield AskFor(site, self.problem.horizon)
        elif entry.reason is Reason.CHEAPER_LEFT_OUT and wish.must is None:
            yield AskFor(site, DateRange(wish.days[0], wish.days[-1]))
        elif entry.reason in INSISTED:
            yield from (FixOn(site, *key) for key in self.nearest(wish))

    def keys(self, draft: Draft, wish: Wish) -> list[Key]:
        """Workdays on which it may stand."""
        reps = draft.reps(draft.sites[wish.site])
        return [
            key
            for day in wish.days
            for rep in reps
            if (key := (rep, day)) in draft.workdays and day not in self.frozen and not draft.workdays[key].frozen
        ]

    def nearest(self, wish: Wish) -> list[Key]:
        """Those whose stops are nearest; where its own visit is not in the way, if there are such days."""
        keys = self.keys(self.draft, wish)
        free = [key for key in keys if self.draft.with_visit(wish.site, key).broken is None]
        return sorted(free or keys, key=lambda key: (detour(self.draft, wish, key), key[1]))[: self.days]

    def days_off(self, wish: Wish) -> list[Key]:
        """The first days on which nobody who may visit it works."""
        days = [
            (rep, day)
            for day in wish.days
            for rep in self.draft.reps(self.draft.sites[wish.site])
            if (rep, day) not in self.draft.workdays and day not in self.frozen
        ]
        return days[: self.days]

    def _without(self, key: Key) -> Iterator[Sequence[Easing]]:
        yield from (
            [easings.Without(task.request)]
            for task in self.draft.orders[key]
            if task.kind is not StopKind.VISIT and task.request is not None
        )

    def colleagues(self, wish: Wish) -> list[Key]:
        """The nearest days of other reps on which it might stand."""
        site = self.draft.sites[wish.site]
        reps = [] if site.shared else [rep for rep in self.problem.reps if rep not in self.draft.reps(site)]
        keys = [(rep, day) for day in wish.days for rep in reps if (rep, day) in self.draft.workdays]
        free = [key for key in keys if key[1] not in self.frozen and not self.draft.workdays[key].frozen]
        return sorted(free, key=lambda key: (detour(self.draft, wish, key), key[1]))[: self.days]


def cure(draft: Draft, site: str, verdict: DayVerdict) -> Easing | None:
    """The change that lifts what a visit finds in its way on a day; None: none that is small."""
    where, workday = draft.sites[site], draft.workdays[verdict.key]
    shut = verdict.reason is Reason.CLOSED and verdict.cause is None
    if shut or (verdict.reason is Reason.OUT_OF_REACH and verdict.cause is Cause.HOURS):
        return easings.opened(where, workday.date)
    if verdict.reason is Reason.OVER_CAPACITY and workday.capacity is not None:
        return easings.MoreCapacity(workday.rep, workday.date, where.load - workday.capacity)
    return None
