"""The goals of a period: the windows and quota periods that end in it, each asking for one visit, and the visits that people asked for.

A goal is kept when a credited visit stands in the plan; a late one is kept late.  What is left out because the days are
full, or appointments fill them, is left out for want of time; other reasons (closed, no position, not worth the way) are
not cured by more of it.  A late visit puts off those after it, so that the period asks for fewer: what on-time visiting would
have been asked for beyond that has fallen away, and is asked for all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from planner.cadence.policy import Cadence, Mode
from planner.draft.dates import Call
from planner.draft.draft import Draft
from planner.plan import Plan, Reason, Unplanned
from planner.problem import MustVisit, Problem, Site

WANT_OF_TIME = frozenset({Reason.DAY_FULL, Reason.APPOINTMENT_CONFLICT})
ASKED_FOR = "asked for"  # the group of the visits that people asked for


@dataclass(frozen=True, slots=True)
class Unkept:
    """Goals of one site that the plan does not keep: those of its cadence, or the visits that people asked for there.

    short : left out for want of time; otherwise : for other reasons; fallen : fallen away.  price : seconds of driving that leaving one
    out costs.
    """

    site: str
    group: str
    asked: int
    short: int
    otherwise: int
    price: int
    fallen: int = 0


@dataclass(frozen=True, slots=True)
class Goals:
    """Of one group of sites (a segment, or all with one rhythm and worth), or of the visits that people asked for.

    asked : what on-time visiting would be asked for.  kept : late ones included.  overdue : of the late ones those whose window had
    closed before the period began.  short : left out for want of time.  fallen : fallen away, because the visits before them come late.
    sites : how many there are; waiting : how many of them lack a visit for want of time.
    """

    group: str
    sites: int = 0
    asked: int = 0
    kept: int = 0
    late: int = 0
    overdue: int = 0
    short: int = 0
    waiting: int = 0
    fallen: int = 0

    @property
    def share(self) -> float | None:
        """Of the goals that time could keep, what is kept; None: nothing is asked."""
        return self.kept / (self.kept + self.short) if self.kept + self.short else None


@dataclass(slots=True)
class _State:
    """Of one site: what its cadence asks for, or (wished) the visits that people asked for there."""

    site: Site
    wished: bool
    price: int
    kept: int = 0
    late: int = 0
    overdue: int = 0
    short: int = 0
    otherwise: int = 0
    fallen: int = 0

    @property
    def asked(self) -> int:
        return self.kept + self.short + self.otherwise + self.fallen

    def group(self, groups: Mapping[str, str]) -> str:
        return ASKED_FOR if self.wished else groups.get(self.site.id, "")

    def left_out(self, entry: Unplanned | None) -> None:
        wants_time = entry is not None and _wants_time(entry)
        self.short += wants_time
        self.otherwise += not wants_time


def groups_of(problem: Problem) -> dict[str, str]:
    """Site to a name for all sites with its rhythm and worth: "every 28 days, worth 90 min"."""
    return {
        site.id: f"{rhythm(site.cadence)}, worth {round(site.miss_price / 60)} min"
        for site in problem.sites
        if site.cadence is not None
    }


def rhythm(cadence: Cadence) -> str:
    """In words."""
    if cadence.mode is Mode.ROLLING:
        return f"every {cadence.interval_days} days"
    if cadence.mode is Mode.QUOTA:
        return f"{cadence.visits} a {cadence.period}"
    return f"{cadence.visits} in {cadence.block_workdays} workdays"


def unkept_of(problem: Problem, plan: Plan, groups: Mapping[str, str]) -> tuple[Unkept, ...]:
    """The sites with goals that are not kept, those that lose most first."""
    found = [
        Unkept(state.site.id, state.group(groups), state.asked, state.short, state.otherwise, state.price, state.fallen)
        for state in _with_fallen(problem, plan)
        if state.asked > state.kept
    ]
    return tuple(sorted(found, key=lambda u: (-u.short * u.price, -u.price, u.site)))


def goals_of(problem: Problem, plan: Plan, groups: Mapping[str, str]) -> tuple[Goals, ...]:
    """The goals of each group, in the order of its name."""
    rows: dict[str, list[_State]] = {}
    for state in _with_fallen(problem, plan):
        rows.setdefault(state.group(groups), []).append(state)
    return tuple(_summed(name, rows[name]) for name in sorted(rows))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many goals are kept, left out for want of time (short), and left out for other reasons (otherwise)."""

    kept: int
    short: int
    otherwise: int


def counts_of(problem: Problem, plan: Plan) -> Counts:
    """Of all sites."""
    states = list(_states(Draft.of(problem, plan), plan))
    return Counts(*(sum(getattr(state, name) for state in states) for name in Counts.__slots__))


def asked_of(problem: Problem, plan: Plan) -> dict[str, int]:
    """Site to the goals there, of those that have any."""
    found: dict[str, int] = {}
    for state in _states(Draft.of(problem, plan), plan):
        found[state.site.id] = found.get(state.site.id, 0) + state.asked
    return found


def lacking(problem: Problem, plan: Plan) -> dict[str, int]:
    """Site to the visits that on-time visiting would make there and the plan does not, for want of time.

    A visit that somebody asked for on days on which one of the cadence is lacking as well is the same one."""
    musts = {must.id for must in problem.must_visits}
    found: Counter[str] = Counter()
    days: dict[str, set[date]] = {}
    for entry in sorted(wanting(problem, plan), key=lambda entry: entry.request in musts):
        site = entry.site or ""
        if entry.request not in musts or days.get(site, set()).isdisjoint(entry.days):
            found[site] += 1
        days.setdefault(site, set()).update(entry.days)
    for state in _with_fallen(problem, plan):
        found[state.site.id] += state.fallen
    return {site: count for site, count in found.items() if count}


def wanting(problem: Problem, plan: Plan) -> list[Unplanned]:
    """The entries of goals left out for want of time, those that lose most first."""
    draft, worth = Draft.of(problem, plan), {site.id: site.miss_price for site in problem.sites}
    windows = {(site.id, days) for site in problem.sites for days in _missed(draft, site)}
    musts = {must.id for site in problem.sites for must, kept in _wishes(draft, site) if not kept}
    asked = {must.id for must in problem.must_visits}

    def goal(entry: Unplanned) -> bool:
        return entry.request in musts if entry.request in asked else (entry.site, entry.days) in windows

    def price(entry: Unplanned) -> int:
        return problem.params.must_price if entry.request in asked else worth[entry.site or ""]

    found = [entry for entry in plan.unplanned if goal(entry) and _wants_time(entry)]
    return sorted(found, key=lambda entry: (-price(entry), entry.site or "", entry.days))


def short_of(problem: Problem, plan: Plan, rep: str) -> int:
    """How many goals at the sites of a rep are left out for want of time."""
    states = _states(Draft.of(problem, plan), plan)
    return sum(one.short for one in states if (one.site.owner or plan.owners.get(one.site.id)) == rep)


def _summed(name: str, states: Iterable[_State]) -> Goals:
    states = list(states)
    return Goals(
        name,
        len(states),
        sum(s.asked for s in states),
        sum(s.kept for s in states),
        sum(s.late for s in states),
        sum(s.overdue for s in states),
        sum(s.short for s in states),
        sum(s.short > 0 for s in states),
        sum(s.fallen for s in states),
    )


def _with_fallen(problem: Problem, plan: Plan) -> Iterator[_State]:
    """The same with what has fallen away, which takes a look at every site with a late visit."""
    draft = Draft.of(problem, plan)
    for state in _states(draft, plan):
        if state.late and not state.wished:
            state.fallen = max(0, _on_time(draft, state.site) - state.asked)
        yield state


def _states(draft: Draft, plan: Plan) -> Iterator[_State]:
    """The sites of which the period asks for something; a site with a cadence and visits asked for beside it twice."""
    entries: dict[str, list[Unplanned]] = {}
    for entry in plan.unplanned:
        entries.setdefault(entry.site or "", []).append(entry)
    for site in draft.problem.sites:
        own = entries.get(site.id, ())
        for state in (_of_cadence(draft, site, own), _of_wishes(draft, site, own)):
            if state.asked:
                yield state


def _of_cadence(draft: Draft, site: Site, entries: Sequence[Unplanned]) -> _State:
    horizon, state = draft.problem.horizon, _State(site, wished=False, price=site.miss_price)
    if site.cadence is None:
        return state
    for day, (_, late) in draft.verdict(site.id).due.items():
        state.kept += 1
        state.late += late > 0
        state.overdue += late > (day - horizon.first).days
    musts = {must.id for must in draft.dates(site.id).musts}
    for days in _missed(draft, site):
        entry = next((entry for entry in entries if entry.days == days and entry.request not in musts), None)
        state.left_out(entry)
    return state


def _of_wishes(draft: Draft, site: Site, entries: Sequence[Unplanned]) -> _State:
    state = _State(site, wished=True, price=draft.problem.params.must_price)
    for must, kept in _wishes(draft, site):
        if kept:
            state.kept += 1
        else:
            state.left_out(next((entry for entry in entries if entry.request == must.id), None))
    return state


def _on_time(draft: Draft, site: Site) -> int:
    """How many visits a rolling cadence asks for if each is made on its due date, or on the nearest date on which it counts; what is fixed
    stays.  (Of quotas and patterns nothing is ever late.)"""
    dates, last = draft.dates(site.id), draft.problem.horizon.last
    calls = [call for call in draft.calls(site.id) if not call.flexible]
    for _ in draft.problem.horizon:  # no more visits than dates
        verdict = dates.judge(sorted(calls))
        gone = next((missed for missed in verdict.missed if missed.in_time_until(last) is None), None)
        if gone is None:
            break
        due = gone.due
        calls.append(Call(min(gone.days, key=lambda day: abs((day - due).days))))
    return len(verdict.due)


def _missed(draft: Draft, site: Site) -> Iterator[tuple[date, ...]]:
    """Of each window and quota visit of the period that nobody meets the days."""
    last = draft.problem.horizon.last
    if site.cadence is not None:
        yield from (gone.days for gone in draft.verdict(site.id).missed if gone.in_time_until(last) is None)


def _wishes(draft: Draft, site: Site) -> Iterator[tuple[MustVisit, bool]]:
    """The visits that people asked for, and whether they are kept: without those that were made before the period, and those that may
    still be made after it."""
    horizon, left = draft.problem.horizon, draft.verdict(site.id).wanted
    for must in draft.dates(site.id).musts:
        if must in left:
            if horizon.first <= must.period.last <= horizon.last:
                yield must, False
        elif not any(day in must.period for day in site.credited):
            yield must, True


def _wants_time(entry: Unplanned) -> bool:
    """Whether there is no room for it; where its own next visit stands too near, its rhythm is in its way, not the time."""
    return entry.reason in WANT_OF_TIME and entry.site not in entry.displaces
