"""Is the cadence kept?  Figures for one account and a period, made to be added up.

Every figure is a numerator and a denominator.  The figure of a team is the ratio of the sums: add Figures, never
average percentages.  0/0 is None: not applicable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from fractions import Fraction

from planner.cadence import periods
from planner.cadence.clock import DAY, Clock
from planner.cadence.credit import Account, History, Verdict
from planner.cadence.windows import Target
from planner.calendar import DateRange

Exact = Fraction | int  # nearly all figures are whole numbers, and these add up a hundred times faster


@dataclass(frozen=True, slots=True)
class Ratio:
    numerator: Exact = 0
    denominator: Exact = 0

    def __add__(self, other: Ratio) -> Ratio:
        return Ratio(self.numerator + other.numerator, self.denominator + other.denominator)

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.numerator) / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Figures:
    """attainment : sum of min(credited, target) / sum of targets; late visits count.
    on_time : as attainment, but only visits up to the last day of their window; missed windows stay below the line.
    coverage : accounts with a target and at least one credited visit / accounts with a target.
    over_call : visits that filled no target (too early, or beyond the quota) / all visits under a cadence.
    in_compliance : account-days not overdue / account-days on which the clock runs.
    """

    attainment: Ratio = Ratio()
    on_time: Ratio = Ratio()
    coverage: Ratio = Ratio()
    over_call: Ratio = Ratio()
    in_compliance: Ratio = Ratio()

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


def pooled(figures: Iterable[Figures]) -> Figures:
    return sum(figures, Figures())


def figures(account: Account, history: History, period: DateRange) -> Figures:
    """What the history, seen at the end of `history.today`, says about a period.

    A target counts in the period in which its last day lies, once that day is past; a visit on the day it was made; an
    account-day once it is past.
    """
    targets = [t for t in history.targets if t.asked and t.closes in period and t.closes < history.today]
    asked = _sum(t.asked for t in targets)
    verdicts = [c.verdict for c in history.credits if c.day in period and c.verdict is not Verdict.NO_CADENCE]
    return Figures(
        attainment=Ratio(_sum(t.attained for t in targets), asked),
        on_time=Ratio(_sum(t.on_time for t in targets), asked),
        coverage=Ratio(int(any(t.credited for t in targets)), int(bool(targets))),
        over_call=Ratio(sum(verdict.over_call for verdict in verdicts), len(verdicts)),
        in_compliance=_in_compliance(account, history, period),
    )


def _sum(values: Iterable[Exact]) -> Exact:
    """Whole numbers are added as such, and only the rest as fractions."""
    whole, rest = 0, Fraction(0)
    for value in values:
        if value.denominator == 1:
            whole += value.numerator
        else:
            rest += value
    return whole + rest if rest else whole


def _in_compliance(account: Account, history: History, period: DateRange) -> Ratio:
    last = history.today - DAY
    if account.steady and all(target.rolling for target in history.targets):
        first, last = max(account.active_from, period.first), min(period.last, last)
        overdue = sum(_days(max(first, late.first), min(late.last, last)) for late in history.overdue)
        active = _days(first, last)
        return Ratio(active - overdue, active)
    runs, late_days = account.runs(), overdue_days(account, history)
    days = [day for day in _until(period, last) if runs(day)]
    return Ratio(sum(day not in late_days for day in days), len(days))


def _days(first: date, last: date) -> int:
    return max(0, (last - first).days + 1)


def overdue_days(account: Account, history: History) -> frozenset[date]:
    """The dates up to today on which the account was overdue, whether or not the clock ran.

    Rolling: see History.overdue.  Quota and pattern: the days on which the visits still missing do not fit into the rest
    of the period, a gap apart, while the cadence is valid.
    """
    late = {day for days in history.overdue for day in days}
    for target in history.targets:
        if not target.rolling:
            late.update(_out_of_reach(account, history, target))
    return frozenset(late)


def _out_of_reach(account: Account, history: History, target: Target) -> Iterator[date]:
    clock = Clock(target.cadence, account.pauses, target.opens)
    room = periods.rooms(target.cadence, clock, target.days, account.active_from)
    gap = timedelta(days=periods.gap(target.cadence, target.days))
    for day in filter(target.cadence.valid_on, _until(target.days, history.today)):
        known = [visit for visit in history.credited if visit <= day]
        missing = target.whole - sum(visit <= day for visit in target.credited)
        if missing > room.get(max(day, known[-1] + gap) if known else day, 0):
            yield day


def _until(days: DateRange, last: date) -> Iterator[date]:
    return (day for day in days if day <= last)
