"""Would every planned visit be credited?  The visits of one site, lived through in date order from its history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from planner.cadence.policy import Mode
from planner.calendar import DateRange
from planner.check.clock import Due, clock_of
from planner.check.facts import Call, Facts
from planner.check.periods import Quota
from planner.plan import StopKind, Violation
from planner.problem import Site


@dataclass(frozen=True, slots=True)
class Missed:
    """A visit that the cadence asks for and the plan leaves out; its price is shared among the days of `window`."""

    window: DateRange
    days: tuple[date, ...]  # on which it might stand
    due: date  # of a quota: the last day of the period
    row: int  # windows (periods) before it that were missed one after the other


@dataclass(frozen=True, slots=True)
class Late:
    """A visit after the end of its window."""

    on: date
    closed: date
    next_opens: date | None  # from then on it would have been missed


@dataclass(slots=True)
class Ledger:
    """What became of a site's cadence in the plan."""

    violations: list[Violation] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)


def settle(facts: Facts, site: Site) -> Ledger:
    """The ledger of one site under this plan."""
    ledger = Ledger()
    calls = facts.calls[site.id]
    ledger.violations += _one_a_day(calls)
    ledger.violations += _in_pauses(facts, site, calls)
    if site.cadence is None:
        for call in calls:
            ledger.violations += _stated(call, None)
            if _unasked(facts, call):
                ledger.violations.append(_broken("not_asked", "nobody asked for a visit", call))
    elif site.cadence.mode is Mode.ROLLING:
        Rolling(facts, site, ledger).run(calls)
    else:
        _Periodic(facts, site, ledger).run(calls)
    return ledger


class Rolling:
    """Walks from visit to visit; `due` is the window of the next one, `last` the newest credited one."""

    def __init__(self, facts: Facts, site: Site, ledger: Ledger) -> None:
        assert site.cadence is not None
        self.facts, self.site, self.ledger = facts, site, ledger
        self.horizon = facts.problem.horizon
        self.clock = clock_of(site.cadence, site.pauses)
        self.gap = timedelta(days=site.cadence.min_gap_days)
        self.last: Call | date | None = site.credited[-1] if site.credited else None
        self.row = 0
        self.due = self._standing()

    def run(self, calls: list[Call]) -> None:
        for call in calls:
            self._leave_out_before(call.date)
            if self._creditable(call.date):
                self._credit(call)
            else:
                self._uncredited(call)
        while self.due is not None and self.due.opens <= self.horizon.last:
            self._leave_out()

    def _standing(self) -> Due | None:
        """The window that history leads to; those of it that closed before the horizon have no days in it."""
        if isinstance(self.last, date):
            return self.clock.following(self.last)
        return self.clock.first(self.site.active_from)

    def _leave_out_before(self, day: date) -> None:
        while self.due is not None:
            after = self.clock.following(self.due.day)
            if after is None or day < after.opens:
                break
            self._leave_out()

    def _leave_out(self) -> None:
        assert self.due is not None
        after = self.clock.following(self.due.day)
        first = max(self.horizon.first, self.earliest() or self.horizon.first)
        last = self.horizon.last if after is None else min(self.horizon.last, after.opens - timedelta(days=1))
        days = tuple(day for day in _dates(first, last) if self.clock.runs(day))
        if days:
            self.ledger.missed.append(Missed(DateRange(self.due.opens, self.due.closes), days, self.due.day, self.row))
        if days or last < self.horizon.first:  # missed, in the horizon or before it
            self.row += 1
        self.due = after

    def earliest(self) -> date | None:
        """The first date on which a visit would be credited; None: never again."""
        if self.due is None:
            return None
        last = self.last.date if isinstance(self.last, Call) else self.last
        return self.due.opens if last is None else max(self.due.opens, last + self.gap)

    def _creditable(self, day: date) -> bool:
        earliest = self.earliest()
        return earliest is not None and earliest <= day

    def _credit(self, call: Call) -> None:
        assert self.due is not None
        late = max(0, (call.date - self.due.closes).days)
        if _unasked(self.facts, call) and not paused(self.site, call.date) and not self.clock.runs(call.date):
            self.ledger.violations.append(_broken("paused", "the cadence stands still on this day", call))
        if call.stop.kind is StopKind.VISIT and late:
            after = self.clock.following(self.due.day)
            self.ledger.late.append(Late(call.date, self.due.closes, after.opens if after else None))
        self.ledger.violations += _stated(call, self.due.day, late)
        self.last = call
        self.row = 0
        self.due = self.clock.following(call.date)

    def _uncredited(self, call: Call) -> None:
        """Only what a person asked for may stand inside the gap, and no visit of ours may be why that comes too early."""
        if _unasked(self.facts, call):
            soonest = self.earliest()
            text = f"would not be credited before {soonest}" if soonest else "never falls due"
            self.ledger.violations.append(_broken("gap", text, call))
            return
        self.ledger.violations += _stated(call, None)
        if isinstance(self.last, Call) and _unasked(self.facts, self.last):
            text = f"makes the visit that was fixed or asked for on {call.date} come too early to be credited"
            self.ledger.violations.append(_broken("gap", text, self.last))


class _Periodic:
    """Counts the visits in each period of a quota or block of a pattern, a gap apart."""

    def __init__(self, facts: Facts, site: Site, ledger: Ledger) -> None:
        self.facts, self.site, self.ledger = facts, site, ledger
        self.quota = Quota(site, facts.problem.horizon)
        self.last: Call | date | None = site.credited[-1] if site.credited else None
        self.visits: list[date] = list(site.credited)
        self.chosen: list[Call] = []  # of these what nobody but the cadence asked for

    def run(self, calls: list[Call]) -> None:
        for call in calls:
            self._judge(call)
        own = [call.date for call in self.chosen]
        settled = [day for day in self.visits if day not in own]
        row = self._row_before()
        for period in self.quota.in_horizon():
            self._one_combination(period, settled)
            done = sum(day in period for day in self.visits)
            days = tuple(d for d in period if d in self.facts.problem.horizon and self.quota.asks(d, settled))
            asked = self.quota.target(period)
            row = 0 if done else row
            if days:
                self.ledger.missed += [Missed(period, days, period.last, row) for _ in range(asked - done)]
            if asked and not done:
                row += 1

    def _row_before(self) -> int:
        """Periods before the horizon in which visits were asked for and none was made, back from its first day."""
        row, day = 0, self.quota.period(self.facts.problem.horizon.first).first - timedelta(days=1)
        while day >= self.site.active_from:
            period = self.quota.period(day)
            if any(made in period for made in self.site.credited):
                break
            row += self.quota.target(period) > 0
            day = period.first - timedelta(days=1)
        return row

    def _judge(self, call: Call) -> None:
        period = self.quota.period(call.date)
        last = self.last.date if isinstance(self.last, Call) else self.last
        wished = not flexible(self.facts, call) or _wished(self.facts, call)
        if last is not None and (call.date - last).days < self.quota.gap(period):
            if not wished:
                self.ledger.violations.append(
                    _broken("gap", f"comes {(call.date - last).days} days after {last}", call)
                )
            elif isinstance(self.last, Call) and _unasked(self.facts, self.last):
                text = f"makes the visit that was fixed or asked for on {call.date} come too early to be credited"
                self.ledger.violations.append(_broken("gap", text, self.last))
            if wished:
                self.ledger.violations += _stated(call, None)
            return
        self.ledger.violations += _stated(call, period.last)
        if not wished and not paused(self.site, call.date) and not self.quota.runs(call.date):
            self.ledger.violations.append(_broken("paused", "the cadence stands still on this day", call))
        if not wished and sum(day in period for day in self.visits) >= self.quota.target(period):
            self.ledger.violations.append(
                _broken("quota", f"more visits than {period.first} to {period.last} asks", call)
            )
        self.last = call
        self.visits.append(call.date)
        if not wished:
            self.chosen.append(call)

    def _one_combination(self, period: DateRange, settled: list[date]) -> None:
        """The visits that the planner chose in a block are all on days of one combination."""
        chosen = [call for call in self.chosen if call.date in period]
        allowed = self.quota.combination_days(period, settled)
        if allowed and not any(all(call.date in days for call in chosen) for days in allowed):
            dates = ", ".join(str(call.date) for call in chosen)
            text = f"{dates}: no combination of days that goes with the rest of {period.first} to {period.last}"
            self.ledger.violations.append(_broken("combination", text, chosen[-1]))


def asks_no_more(facts: Facts, site: Site) -> bool:
    """Whether the cadence of a site of which nothing is asked in the horizon ends before it asks for a visit after it."""
    cadence, horizon = site.cadence, facts.problem.horizon
    if cadence is None or cadence.valid_to is None:
        return False
    if cadence.mode is Mode.ROLLING:
        soonest = Rolling(facts, site, Ledger()).earliest()
        before = None if soonest is None else max(soonest, horizon.first) - timedelta(days=1)
        return before is None or clock_of(cadence, site.pauses).next_running(before) is None
    quota = Quota(site, horizon)
    day = quota.period(horizon.last).last + timedelta(days=1)
    while day <= cadence.valid_to:
        period = quota.period(day)
        if quota.target(period):
            return False
        day = period.last + timedelta(days=1)
    return True


def _one_a_day(calls: list[Call]) -> Iterator[Violation]:
    """At most one visit of a site on a local day."""
    for before, call in pairwise(calls):
        both = (before.stop.kind, call.stop.kind)
        if before.date == call.date and both != (StopKind.APPOINTMENT, StopKind.APPOINTMENT):
            yield _broken("one_visit_a_day", "is visited twice on this day", call)


def _in_pauses(facts: Facts, site: Site, calls: list[Call]) -> Iterator[Violation]:
    """Whoever asks for it: nothing is planned in a pause."""
    return (
        _broken("paused", "is paused on this day", call)
        for call in calls
        if flexible(facts, call) and paused(site, call.date)
    )


def paused(site: Site, day: date) -> bool:
    return any(day in pause for pause in site.pauses)


def flexible(facts: Facts, call: Call) -> bool:
    """Whether the planner chose this day."""
    return call.stop.kind is StopKind.VISIT and facts.lock(call) is None


def _unasked(facts: Facts, call: Call) -> bool:
    """Whether nobody but the cadence asked for this visit."""
    return flexible(facts, call) and not _wished(facts, call)


def _wished(facts: Facts, call: Call) -> bool:
    """Whether a person asked for a visit around this day."""
    return any(call.date in must.period for must in facts.musts_of.get(call.stop.site or "", ()))


def _stated(call: Call, due: date | None, late: int = 0) -> Iterator[Violation]:
    """A visit states the date on which what it is credited for falls due, and how late it is for that; None: it is not credited."""
    if call.stop.kind is not StopKind.VISIT:
        return
    if call.stop.due != due:
        yield _broken("due", f"is due on {due}, not {call.stop.due}", call)
    if call.stop.late_days != late:
        yield _broken("late_days", f"is {late} days late, not {call.stop.late_days}", call)


def undated(facts: Facts) -> Iterator[Violation]:
    """Only visits fall due."""
    for route in facts.plan.routes:
        for stop in route.stops:
            if stop.kind is not StopKind.VISIT and (stop.due is not None or stop.late_days):
                text = f"a {stop.kind} falls due on no date, not on {stop.due}, {stop.late_days} days late"
                yield _broken("due", text, Call(route, stop))


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _broken(rule: str, message: str, call: Call) -> Violation:
    subject = call.stop.site or call.stop.request
    return Violation(rule, f"{subject}: {message}", call.route.rep, call.date, subject)
