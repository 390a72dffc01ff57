"""The smallest change that admits what is left out.  Nothing is estimated: every admission is a plan that the checker accepts,
in which the visit stands.  After an easing nothing else has left its day and the plan costs less than without the visit, and one
step less does not do.  Where a person insists (asks for the visit, fixes it on a day), a repair says what has to go.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from planner.check import check
from planner.clusters import with_clusters
from planner.draft.draft import Draft, Insertion, Key
from planner.draft.under import under
from planner.errors import ProblemError
from planner.explain import appointments, easings
from planner.explain.candidates import FULL, INSISTED, OF_THE_DAY, Candidates, cure
from planner.explain.easings import NOTHING, Change, Easing, FixOn, OtherRep, Several, WorkOn
from planner.plan import Plan, Reason, Unplanned
from planner.problem import PlacedVisit, Problem
from planner.proposals.compare import Displaced, displaced, left_out
from planner.proposals.price import baseline
from planner.reasons.explain import explain_site
from planner.reasons.judge import Judge
from planner.reasons.settle import finished
from planner.reasons.wishes import Wish, Wishes
from planner.repair import repair

MOST_DAYS = 3  # days on which something is tried, the nearest first
MORE_DAYS = 6  # that many where only the day may change
MOST_TOGETHER = 3  # changes that are enough only together
PAYLESS = INSISTED | {Reason.CHEAPER_LEFT_OUT}  # where a visit fixed on its day may stand although it would not pay
MOST_RIVALS = 5


@dataclass(frozen=True, slots=True)
class Admission:
    """A change, and the plan with it.

    rep, date : where the visit stands then.  effort : of the change, in seconds of driving: what it is ranked by.
    cost : what the plan costs more because the visit stands in it (negative: it gains), the change being made.
    displaced : what has left its day for it.  rivals : other sites whose visits are left out and would gain more from the same
        change.
    """

    change: Change
    rep: str
    date: date
    effort: int
    cost: int
    displaced: tuple[Displaced, ...]
    rivals: tuple[str, ...]
    problem: Problem
    plan: Plan


@dataclass(frozen=True, slots=True)
class WhyNot:
    """One entry of what is left out.  fits : it fits by now and pays, the next search takes it.  admissions : smallest effort first."""

    entry: Unplanned
    fits: bool
    admissions: tuple[Admission, ...]


def why_not(problem: Problem, plan: Plan, site: str | None, frozen: Iterable[date] = ()) -> tuple[WhyNot, ...]:
    """Explain everything that a site lacks (None: the appointments that are at no site).

    plan : as published.  Where the problem has changed since, its repair is explained.
    frozen : days to which nothing comes by itself, as for `repair`; no change is looked for there.
    """
    dates = tuple(frozen)
    problem, plan = baseline(problem, plan, dates)
    case = _Case(problem, plan, frozenset(dates))
    agreed = {a.id for a in problem.appointments}
    found = []
    for entry in plan.unplanned:
        if entry.site != site:
            continue
        if entry.request in agreed:
            ways = appointments.admissions(problem, plan, entry)
            found.append(WhyNot(entry, False, _ranked(_fixed(problem, ways))))
        elif site is not None:
            found.append(case.explained(site, entry))
    return tuple(found)


def _fixed(problem: Problem, ways: Iterable[appointments.Way]) -> Iterator[Admission]:
    return (Admission(e, rep, day, e.effort(problem), 0, (), (), then, after) for e, (rep, day), then, after in ways)


def longer_day(
    problem: Problem, plan: Plan, entry: Unplanned, made: Sequence[Easing] = (), most: int = easings.MOST_LONGER
) -> Admission | None:
    """What is easiest of a longer day, more stops and more driving, or several of them, on one of the nearest days, no day longer than
    by `most` seconds.

    made : what has been asked already; of what is as easy the day of which least was asked comes first.  Where the visit fits by now
    the change is `NOTHING`.  None: nothing of that admits it.
    """
    case, asked, longer = _Case(problem, plan, frozenset(), MORE_DAYS), Counter[date](), Counter[date]()
    for one in made:
        if isinstance(one, OF_THE_DAY):
            asked[one.date] += one.effort(problem)
            longer[one.date] += one.seconds if isinstance(one, easings.LongerDay) else 0
    if case.draft.sites[entry.site or ""].place is None:
        return None
    if (at_once := case.admission(NOTHING, entry)) is not None:
        return at_once
    found = case.longer_days(
        entry, lambda one: not isinstance(one, easings.LongerDay) or longer[one.date] + one.seconds <= most
    )
    return min(found, key=lambda one: (one.effort, asked[one.date], one.date), default=None)


def _ranked(found: Iterable[Admission]) -> tuple[Admission, ...]:
    return tuple(sorted(found, key=lambda one: (one.effort, one.change.kind, one.date)))


class _Case:
    """One plan and its problem, on which changes are tried."""

    def __init__(self, problem: Problem, plan: Plan, frozen: frozenset[date], days: int = MOST_DAYS) -> None:
        self.problem, self.plan, self.frozen = problem, plan, frozen
        self.draft = Draft.of(problem, plan)
        self.might = Candidates(problem, self.draft, frozen, days)
        self.wishes = Wishes(self.draft)

    def explained(self, site: str, entry: Unplanned) -> WhyNot:
        if self.draft.sites[site].place is None:
            return WhyNot(entry, False, ())
        lock = next((lock for lock in self.draft.unkept(site) if lock.request == entry.request), None)
        if lock is not None:
            return WhyNot(entry, False, self._for_locked(lock))
        wish = _same(self.wishes.of(site), entry)
        if wish is not None and self._place(self.draft, wish, self.might.keys(self.draft, wish)) is not None:
            return WhyNot(entry, True, ())
        found = [
            one
            for ladder in self.might.ladders(entry, wish, site)
            if (one := self._smallest(ladder, entry)) is not None
        ]
        for key in self.might.nearest(wish) if wish is not None else ():
            found += self._on_day(self.might.of_day(entry, site, key), entry, key)
        insisted = [
            one
            for change in self.might.insisting(entry, wish, site)
            if (one := self._repaired(change, site)) is not None
        ]
        return WhyNot(entry, False, _ranked([*found, *insisted] or self._together(entry, wish, site)))

    def longer_days(self, entry: Unplanned, allowed: Callable[[Easing], bool]) -> Iterator[Admission]:
        """What is smallest on each day of what only gives the rep's day more, of the steps that are allowed."""
        wish = _same(self.wishes.of(entry.site or ""), entry)
        for key in self.might.nearest(wish) if wish is not None else ():
            ladders = self.might.of_day(entry, entry.site or "", key)
            steps = [[step for step in ladder if isinstance(step, OF_THE_DAY) and allowed(step)] for ladder in ladders]
            yield from self._on_day(steps, entry, key)

    # -- changes that are enough only together ----------------------------------------------------------------------

    def _together(self, entry: Unplanned, wish: Wish | None, site: str) -> list[Admission]:
        """Where no single change does: on each of the nearest days all that are needed, at most three and the visit fixed there."""
        if wish is None:
            return []
        if entry.reason is Reason.REP_AWAY:
            begun: list[tuple[Easing, Key]] = [(WorkOn(*key), key) for key in self.might.days_off(wish)]
            begun += [(OtherRep(site, key[0]), key) for key in self.might.colleagues(wish)]
            tried = [self._built_up([first], entry, key) for first, key in begun]
        elif entry.reason in (Reason.CLOSED, Reason.OVER_CAPACITY):
            tried = [self._built_up([], entry, key) for key in self.might.nearest(wish)]
        else:
            return []
        return [one for one in tried if one is not None]

    def _built_up(self, changes: list[Easing], entry: Unplanned, key: Key) -> Admission | None:
        """One change more for what is in the way on that day, as long as there is one; a visit fixed there if it then does not pay."""
        site = entry.site or ""
        while True:
            draft = self._changed(Several(tuple(changes)).applied(self.problem))
            wish = _same(Wishes(draft).of(site), entry)
            verdict = None if wish is None else Judge(draft).day(wish, key)
            if verdict is None:
                return None
            if verdict.reason is None:
                return self.admission(Several(tuple(changes)), entry, key)
            if verdict.reason in PAYLESS:
                return self._repaired(Several((*changes, FixOn(site, *key))), site)
            more = cure(draft, site, verdict)
            if more is None or more in changes or len(changes) == MOST_TOGETHER:
                return None
            changes = [*changes, more]

    # -- trying --------------------------------------------------------------------------------------------------------

    def _on_day(self, ladders: Iterable[Sequence[Easing]], entry: Unplanned, key: Key) -> list[Admission]:
        """The smallest step of each kind; on a full day on which none is enough several kinds together.

        Those of the morning and those of the evening apart, and none of them where all at their most do not help."""
        ladders = [ladder for ladder in ladders if ladder]
        sides = [
            [steps for steps in ladders if getattr(steps[-1], "morning", early) is early] for early in (False, True)
        ]
        hopeful = [side for side in sides if self._admits(Several(tuple(ladder[-1] for ladder in side)), entry, key)]
        tried = [ladder for ladder in ladders if any(ladder in side for side in hopeful)]
        found = [one for ladder in tried if (one := self._smallest(ladder, entry)) is not None]
        if not found and entry.reason in FULL:
            found = [one for side in hopeful if (one := self._least_together(side, entry, key)) is not None]
        return list({one.change: one for one in found}.values())  # once where the hours are not in its way

    def _smallest(self, ladder: Sequence[Easing], entry: Unplanned) -> Admission | None:
        """By halving: the first step that admits it where the one before does not; None: the last does not either."""
        if not ladder or not self._admits(ladder[-1], entry):
            return None
        first = bisect_left(ladder, True, hi=len(ladder) - 1, key=lambda step: self._admits(step, entry))
        return self.admission(ladder[first], entry)

    def _least_together(self, ladders: Sequence[Sequence[Easing]], entry: Unplanned, key: Key) -> Admission | None:
        """Several kinds on one day, which all at their most admit it: one after the other, that which is dearest first, as small as it
        may be beside the others."""
        ladders = sorted(ladders, key=lambda ladder: -ladder[-1].effort(self.problem))
        steps = [ladder[-1] for ladder in ladders]

        def enough(step: Easing, at: int) -> bool:
            return self._admits(Several((*steps[:at], step, *steps[at + 1 :])), entry, key)

        for at, ladder in enumerate(ladders):
            options = [NOTHING, *ladder]
            steps[at] = options[bisect_left(options, True, hi=len(ladder), key=partial(enough, at=at))]
        return self.admission(Several(tuple(step for step in steps if step != NOTHING)), entry, key)

    def _admits(self, easing: Easing, entry: Unplanned, on: Key | None = None) -> bool:
        return self._tried(easing, entry, on) is not None

    def _tried(self, easing: Easing, entry: Unplanned, on: Key | None = None) -> tuple[Draft, Wish, Insertion] | None:
        """The changed problem with the plan as it was, and where the visit then stands at a gain."""
        try:
            problem = easing.applied(self.problem)
        except ProblemError:  # a cadence that contradicts itself
            return None
        draft = self._changed(problem)
        wish = _same(Wishes(draft).of(entry.site or ""), entry)
        if wish is None:
            return None
        keys, day = self.might.keys(draft, wish), getattr(easing, "date", None)
        keys = [key for key in keys if (day is None or key[1] == day) and (on is None or key == on)]
        found = self._place(draft, wish, keys)
        return None if found is None else (draft, wish, found)

    def _place(self, draft: Draft, wish: Wish, keys: Iterable[Key]) -> Insertion | None:
        """The place at which it gains most, if it gains at all."""
        judge = Judge(draft)
        verdicts = (judge.day(wish, key, prove=False) for key in keys)
        gains = [v.insertion for v in verdicts if v is not None and v.reason is None and v.insertion is not None]
        return min(gains, key=lambda one: (one.total, one.key[1]), default=None)

    def _changed(self, problem: Problem) -> Draft:
        """The plan as it is under another problem."""
        return under(self.draft, problem) or Draft.of(problem, self.plan)

    def admission(self, easing: Easing, entry: Unplanned, on: Key | None = None) -> Admission | None:
        """The plan with it, if the checker accepts it.  on : the workday on which the visit is to stand."""
        tried = self._tried(easing, entry, on)
        if tried is None:
            return None
        draft, wish, found = tried
        rivals = _rivals(draft, wish, found)
        draft.place(draft.sites[wish.site], found, Wishes(draft).request_for)
        then = _finished(draft, self.plan, wish.site)
        if not check(draft.problem, then, reasons=False).ok:
            return None
        effort = easing.effort(self.problem)
        return Admission(easing, *found.key, effort, found.total, (), rivals, draft.problem, then)

    def _repaired(self, change: Change, site: str) -> Admission | None:
        """The plan repaired after somebody has insisted; None: it has no place even so."""
        try:
            problem = change.applied(self.problem)
        except ProblemError:
            return None
        then = repair(problem, self.plan, self.frozen)
        known = set(self.draft.days_of(site))
        came = [r for r in then.routes if (r.rep, r.date) not in known and any(s.site == site for s in r.stops)]
        if isinstance(fixed := easings.last(change), FixOn):
            came = [route for route in came if (route.rep, route.date) == (fixed.rep, fixed.date)]
        if not came or not check(problem, then, reasons=False).ok:
            return None
        cost, moved = self._consequences(problem, then)
        effort = max(0, cost) + (change.effort(self.problem) if isinstance(change, Several) else 0)
        return Admission(change, came[0].rep, came[0].date, effort, cost, moved, (), problem, then)

    def _for_locked(self, lock: PlacedVisit) -> tuple[Admission, ...]:
        """What lets a visit stand that is fixed on a day: more of that day, or something else given up; of a day off to work then."""
        if lock.rep not in self.problem.reps or lock.date in self.frozen:
            return ()
        if (lock.rep, lock.date) in self.draft.workdays:
            return _ranked(_fixed(self.problem, appointments.of_locked(self.problem, self.plan, lock)))
        way = easings.WorkOn(lock.rep, lock.date)
        found = self._repaired(way, lock.site)
        return () if found is None else (replace(found, effort=way.effort(self.problem)),)

    def _consequences(self, problem: Problem, then: Plan) -> tuple[int, tuple[Displaced, ...]]:
        """What a repaired plan costs more, and what has left its day."""
        moved = left_out(displaced(self.plan.routes, then.routes), self.draft, Draft.of(problem, then), then.unplanned)
        return then.objective.total - self.plan.objective.total, tuple(moved)


def _same(wishes: Sequence[Wish], entry: Unplanned) -> Wish | None:
    """The wish of an entry: by its days, as cadence visits are numbered anew; else by its name."""
    by_days = next((wish for wish in wishes if entry.days and wish.days == entry.days), None)
    return by_days or next((wish for wish in wishes if wish.request == entry.request), None)


def _rivals(draft: Draft, wish: Wish, found: Insertion) -> tuple[str, ...]:
    """Other sites with a visit left out that would gain more on the same day."""
    wishes, judge, gains = Wishes(draft), Judge(draft), []
    rep, day = found.key
    for site, where in draft.sites.items():
        verdict = draft.verdict(site)
        lacks = any(day in gone.days for gone in verdict.missed) or any(day in must.period for must in verdict.wanted)
        if site == wish.site or where.place is None or not lacks or rep not in draft.reps(where):
            continue
        for other in wishes.of(site):
            if day in other.days:
                one = judge.day(other, found.key, prove=False)
                if one is not None and one.reason is None and one.insertion and one.insertion.total < found.total:
                    gains.append((one.insertion.total, site))
    return tuple(dict.fromkeys(site for _, site in sorted(gains)))[:MOST_RIVALS]


def _finished(draft: Draft, plan: Plan, site: str) -> Plan:
    """The draft as a plan: what is left out of other sites is as it was."""
    unplanned = [entry for entry in plan.unplanned if entry.site != site]
    unplanned += explain_site(Judge(draft), site, Wishes(draft), draft.held())
    return with_clusters(draft.problem, finished(draft, plan, unplanned))
