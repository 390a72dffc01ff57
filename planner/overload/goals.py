"""The goals of a period: the windows and quota periods that end in it, each asking for one visit.

A goal is kept when a credited visit stands in the plan; a late one is kept late.  What is left out because the days are
full, or appointments fill them, is left out for want of time; other reasons (closed, no position, not worth the way) are
not cured by more of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from planner.cadence.policy import Cadence, Mode
from planner.draft.draft import Draft
from planner.plan import Plan, Reason, Unplanned
from planner.problem import Problem, Site

WANT_OF_TIME = frozenset({Reason.DAY_FULL, Reason.APPOINTMENT_CONFLICT})


@dataclass(frozen=True, slots=True)
class Unkept:
    """Goals of one site that the plan does not keep.

    short : left out for want of time; otherwise : for other reasons.  price : seconds of driving that leaving one out costs.
    """

    site: str
    group: str
    asked: int
    short: int
    otherwise: int
    price: int


@dataclass(frozen=True, slots=True)
class Goals:
    """Of one group of sites (a segment, or all with one rhythm and worth).

    kept : late ones included.  overdue : of the late ones those whose window had closed before the period began.
    short : left out for want of time.  sites : how many there are; waiting : how many of them lack a visit for want of time.
    """

    group: str
    sites: int = 0
    asked: int = 0
    kept: int = 0
    late: int = 0
    overdue: int = 0
    short: int = 0
    waiting: int = 0

    @property
    def share(self) -> float | None:
        """Of the goals that time could keep, what is kept; None: nothing is asked."""
        return self.kept / (self.kept + self.short) if self.kept + self.short else None


@dataclass(slots=True)
class _Site:
    kept: int = 0
    late: int = 0
    overdue: int = 0
    short: int = 0
    otherwise: int = 0


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
    found = []
    for site, state in _states(problem, plan):
        if state.short or state.otherwise:
            asked = state.kept + state.short + state.otherwise
            group = groups.get(site.id, "")
            found.append(Unkept(site.id, group, asked, state.short, state.otherwise, site.miss_price))
    return tuple(sorted(found, key=lambda u: (-u.short * u.price, -u.price, u.site)))


def goals_of(problem: Problem, plan: Plan, groups: Mapping[str, str]) -> tuple[Goals, ...]:
    """The goals of each group, in the order of its name."""
    rows: dict[str, list[_Site]] = {}
    for site, state in _states(problem, plan):
        rows.setdefault(groups.get(site.id, ""), []).append(state)
    return tuple(_summed(name, rows[name]) for name in sorted(rows))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many goals are kept, left out for want of time (short), and left out for other reasons (otherwise)."""

    kept: int
    short: int
    otherwise: int


def counts_of(problem: Problem, plan: Plan) -> Counts:
    """Of all sites."""
    states = [state for _, state in _states(problem, plan)]
    return Counts(*(sum(getattr(state, name) for state in states) for name in Counts.__slots__))


def wanting(problem: Problem, plan: Plan) -> list[Unplanned]:
    """The entries of goals left out for want of time, those that lose most first."""
    draft, worth = Draft.of(problem, plan), {site.id: site.miss_price for site in problem.sites}
    cadences = {site.id for site in problem.sites if site.cadence is not None}
    goals = {
        (site, missed.days)
        for site in cadences
        for missed in draft.verdict(site).missed
        if missed.in_time_until(problem.horizon.last) is None
    }
    found = [entry for entry in plan.unplanned if (entry.site, entry.days) in goals and _wants_time(entry)]
    return sorted(found, key=lambda entry: (-worth[entry.site or ""], entry.site or "", entry.days))


def short_of(problem: Problem, plan: Plan, rep: str) -> int:
    """How many goals at the sites of a rep are left out for want of time."""
    return sum(state.short for site, state in _states(problem, plan) if (site.owner or plan.owners.get(site.id)) == rep)


def _summed(name: str, states: Iterable[_Site]) -> Goals:
    states = list(states)
    kept, left = sum(s.kept for s in states), sum(s.short for s in states)
    return Goals(
        name,
        len(states),
        kept + left + sum(s.otherwise for s in states),
        kept,
        sum(s.late for s in states),
        sum(s.overdue for s in states),
        left,
        sum(s.short > 0 for s in states),
    )


def _states(problem: Problem, plan: Plan) -> Iterator[tuple[Site, _Site]]:
    """The sites of which the period asks for something."""
    draft = Draft.of(problem, plan)
    entries: dict[str, list[Unplanned]] = {}
    for entry in plan.unplanned:
        entries.setdefault(entry.site or "", []).append(entry)
    for site in problem.sites:
        if site.cadence is not None:
            state = _state(draft, site, entries.get(site.id, []))
            if state.kept or state.short or state.otherwise:
                yield site, state


def _state(draft: Draft, site: Site, entries: Iterable[Unplanned]) -> _Site:
    horizon, verdict, state = draft.problem.horizon, draft.verdict(site.id), _Site()
    for day, (_, late) in verdict.due.items():
        state.kept += 1
        state.late += late > 0
        state.overdue += late > (day - horizon.first).days
    for missed in verdict.missed:
        if missed.in_time_until(horizon.last) is None:
            entry = next((entry for entry in entries if entry.days == missed.days), None)
            wants_time = entry is not None and _wants_time(entry)
            state.short += wants_time
            state.otherwise += not wants_time
    return state


def _wants_time(entry: Unplanned) -> bool:
    """Whether there is no room for it; where its own next visit stands too near, its rhythm is in its way, not the time."""
    return entry.reason in WANT_OF_TIME and entry.site not in entry.displaces
