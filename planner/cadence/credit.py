"""Which visits are credited, and to which window.

The caller passes the dates of completed activities that may count: on the cadence's channel, by the owner or an
authorised cover, as local dates of the account, in any order and as often as they were uploaded.  Each date counts
once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from planner.cadence import periods
from planner.cadence.clock import DAY, Clock
from planner.cadence.policy import Cadence, Mode
from planner.cadence.requests import Window
from planner.cadence.windows import Target
from planner.calendar import DateRange
from planner.errors import ProblemError


class Verdict(StrEnum):
    ON_TIME = "on_time"
    LATE = "late"  # credited to the newest missed window; restarts the clock
    SURPLUS = "surplus"  # credited beyond the quota: no target is left for it
    TOO_EARLY = "too_early"  # inside the gap: logged, not credited, the clock stays
    NO_CADENCE = "no_cadence"  # no cadence in force on that day

    @property
    def credited(self) -> bool:
        return self in (Verdict.ON_TIME, Verdict.LATE, Verdict.SURPLUS)

    @property
    def over_call(self) -> bool:
        return self in (Verdict.SURPLUS, Verdict.TOO_EARLY)


@dataclass(frozen=True, slots=True)
class Credit:
    """The judgement of one visit day.  `earliest`: when it would have been credited, if it is too early."""

    day: date
    verdict: Verdict
    earliest: date | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """An account as its cadence sees it.

    active_from : nothing is asked for, and no visit counts, before this date.
    cadences : valid one after the other, never two on one date.  None valid: no cadence then.
    pauses : the clock stands still.
    """

    active_from: date
    cadences: tuple[Cadence, ...]
    pauses: tuple[DateRange, ...] = ()

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.cadences, key=lambda c: c.valid_from or date.min))
        for before, after in pairwise(ordered):
            if (after.valid_from or date.min) <= (before.valid_to or date.max):
                raise ProblemError(f"two cadences are valid on {after.valid_from or 'the first day'}")
        object.__setattr__(self, "cadences", ordered)

    @property
    def steady(self) -> bool:
        """Whether the clock runs alike on every date from `active_from` on: then days are counted, not listed."""
        return Clock(self.cadences, self.pauses, self.active_from).steady

    def runs(self) -> Callable[[date], bool]:
        """Tells whether the clock runs on a date: active, a cadence in force, no pause, no closed season."""
        clock = Clock(self.cadences, self.pauses, self.active_from)
        return lambda day: day >= self.active_from and clock.runs(day)


@dataclass(frozen=True, slots=True)
class History:
    """All that follows from an account and its visits up to the end of `today`.

    targets : those that have opened by then, in order.
    upcoming : the rolling window in which the account stands: the newest that has opened, else the next to open;
        None when the cadence of `today` is not rolling, or nothing falls due any more.
    earliest : the first date from which a visit would be credited; None as for upcoming.
    overdue : rolling: from the day after the last day of an unmet window until the day before the next credited visit,
        or the end of its cadence.
    """

    today: date
    credits: tuple[Credit, ...] = ()
    targets: tuple[Target, ...] = ()
    upcoming: Window | None = None
    earliest: date | None = None
    overdue: tuple[DateRange, ...] = ()

    @property
    def credited(self) -> tuple[date, ...]:
        return tuple(credit.day for credit in self.credits if credit.verdict.credited)


def history(account: Account, visits: Iterable[date], today: date) -> History:
    """Judge the visits up to the end of `today`.  Their order and repetitions make no difference."""
    days = sorted({day for day in visits if day <= today})
    walk = _Walk(account, today)
    for cadences, span in _spans(account, today):
        inside = [day for day in days if day in span]
        if cadences[0].mode is Mode.ROLLING:
            walk.rolling(cadences, span, inside)
        else:
            walk.quota(cadences[0], span, inside)
    judged = {credit.day for credit in walk.credits}
    walk.credits += [Credit(day, Verdict.NO_CADENCE) for day in days if day not in judged]
    credits = tuple(sorted(walk.credits, key=lambda credit: credit.day))
    return History(today, credits, tuple(walk.targets), walk.upcoming, walk.earliest, tuple(walk.overdue))


def _spans(account: Account, today: date) -> list[tuple[tuple[Cadence, ...], DateRange]]:
    """The dates of each cadence up to `today`; rolling cadences that follow each other go on with one clock."""
    groups: list[list[Cadence]] = []
    for cadence in account.cadences:
        if groups and cadence.mode is groups[-1][0].mode is Mode.ROLLING:
            groups[-1].append(cadence)
        else:
            groups.append([cadence])
    spans = []
    for group in groups:
        first = max(account.active_from, group[0].valid_from or date.min)
        last = min(today, group[-1].valid_to or date.max)
        if first <= last:
            spans.append((tuple(group), DateRange(first, last)))
    return spans


@dataclass(slots=True)
class _Walk:
    account: Account
    today: date
    credits: list[Credit] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    last: date | None = None  # the last credited visit
    upcoming: Window | None = None
    earliest: date | None = None
    overdue: list[DateRange] = field(default_factory=list)

    def rolling(self, cadences: Sequence[Cadence], span: DateRange, visits: Sequence[date]) -> None:
        clock = Clock(cadences, self.account.pauses, self.last or self.account.active_from)
        window = clock.window(self.last) if self.last else clock.newcomer(self.account.active_from)
        earliest = clock.earliest_next(self.last) if self.last else (span.first if window else None)
        for day in visits:
            if window is None or earliest is None or day < earliest:
                self.credits.append(Credit(day, Verdict.TOO_EARLY, earliest))
                continue
            self._neglected(window, day - DAY)
            window = self._pass_over(clock, window, day)
            self.targets.append(_target(clock, window, day))
            self.credits.append(Credit(day, Verdict.LATE if day > window.closes else Verdict.ON_TIME))
            self.last, window, earliest = day, clock.window(day), clock.earliest_next(day)
        if window:
            self._neglected(window, span.last)
            window = self._pass_over(clock, window, span.last)
            if window.opens <= span.last:
                self.targets.append(_target(clock, window))
        if span.last == self.today:
            self.upcoming, self.earliest = window, earliest

    def _neglected(self, window: Window, last: date) -> None:
        """Overdue until `last`, if that is after the first window since the last credited visit."""
        if window.closes < last:
            self.overdue.append(DateRange(window.closes + DAY, last))

    def _pass_over(self, clock: Clock, window: Window, day: date) -> Window:
        """The newest window that has opened by `day`, if any has; those before it were missed."""
        while (after := clock.window(window.due)) and after.opens <= day:
            self.targets.append(_target(clock, window))
            window = after
        return window

    def quota(self, cadence: Cadence, span: DateRange, visits: Sequence[date]) -> None:
        clock = Clock(cadence, self.account.pauses, span.first)
        for period in periods.periods(cadence, span):
            asked = periods.target(cadence, clock, period, self.account.active_from)
            credited = self._credit(cadence, period, periods.half_up(asked), [d for d in visits if d in period])
            if asked or credited:
                self.targets.append(Target(cadence, period.first, period.last, period.last, asked, credited))

    def _credit(self, cadence: Cadence, period: DateRange, whole: int, visits: Sequence[date]) -> tuple[date, ...]:
        gap = timedelta(days=periods.gap(cadence, period))
        credited: list[date] = []
        for day in visits:
            if self.last is not None and day < self.last + gap:
                self.credits.append(Credit(day, Verdict.TOO_EARLY, self.last + gap))
                continue
            self.last = day
            credited.append(day)
            self.credits.append(Credit(day, Verdict.ON_TIME if len(credited) <= whole else Verdict.SURPLUS))
        return tuple(credited)


def _target(clock: Clock, window: Window, *credited: date) -> Target:
    return Target(clock.cadence(window.due), window.opens, window.due, window.closes, credited=credited)
