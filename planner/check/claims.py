"""What is said of a visit left out beside a reason that is true: its days, what would have to go for it, what it would cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from planner.check import cost, credit, room, words
from planner.check.around import excepted
from planner.check.credit import Ledger, Missed
from planner.check.day import service
from planner.check.facts import Call, Facts
from planner.check.prices import adds, breaks, call_on, rhythm_price, route_of, with_visit, without_call
from planner.check.promises import of_the_cadence
from planner.check.reasons import kept_apart, tried, wishes_of, within_radius
from planner.plan import Reason, Unplanned, Violation
from planner.problem import Site, Workday

PRICED = (Reason.CHEAPER_LEFT_OUT, Reason.NEXT_SEARCH)
DISPLACING = (Reason.DAY_FULL, Reason.APART)


def days_looked_at(facts: Facts, ledgers: dict[str, Ledger]) -> Iterator[Violation]:
    """Each entry has the days on which its visit might stand; those of a cadence one of the visits left out each."""
    of_site: dict[str, list[Unplanned]] = {}
    for entry in facts.plan.unplanned:
        of_site.setdefault(entry.site or "", []).append(entry)
        days = _days_of(facts, entry)
        if days is not None and entry.days != days:
            yield _wrong("days", entry, f"it is looked for on {_dates(days)}, not on {_dates(entry.days)}")
        if days is not None and entry.in_time_until is not None:
            yield _wrong("in_time_until", entry, "only what a cadence asks for is in time after the horizon")
    for site, ledger in ledgers.items():
        left = Counter(gone.days for gone in ledger.missed)
        until = {gone.days: _in_time_until(facts, gone) for gone in ledger.missed}
        for entry in of_the_cadence(facts, of_site.get(site, ())):
            if not left[entry.days]:
                yield _wrong("days", entry, f"no visit left out, or none more, has the days {_dates(entry.days)}")
            elif entry.in_time_until != until[entry.days]:
                yield _wrong(
                    "in_time_until", entry, f"it is in time until {until[entry.days] or 'the last day or before'}"
                )
            left[entry.days] -= 1


def _in_time_until(facts: Facts, gone: Missed) -> date | None:
    """How long a visit left out is in time where that is after the horizon."""
    return gone.window.last if gone.window.last > facts.problem.horizon.last else None


def _days_of(facts: Facts, entry: Unplanned) -> tuple[date, ...] | None:
    """The days of which an entry has to speak; None: those of a visit of the cadence."""
    appointment, must = facts.appointments.get(entry.request or ""), facts.must_visits.get(entry.request or "")
    lock = facts.locks.get(entry.request or "")
    fixed = appointment or (lock if lock is not None and lock.site == entry.site else None)
    if fixed is not None:
        return (fixed.date,)
    if must is not None and must.site == entry.site:
        site, horizon = facts.sites[must.site], facts.problem.horizon
        return tuple(day for day in must.period if day in horizon and not credit.paused(site, day))
    return () if entry.request is None else None


def hold(facts: Facts, ledgers: dict[str, Ledger], entry: Unplanned) -> Iterator[Violation]:
    """What an entry says beside its reason, which is true."""
    if not words.fits_reason(entry):
        yield _wrong("detail", entry, f"{entry.reason} is not what its sentence says: {entry.detail}")
    elif entry.displaces and (entry.reason not in DISPLACING or entry.request in facts.appointments):
        yield _wrong("displaces", entry, f"nothing would have to go for what is {entry.reason}")
    elif entry.reason in PRICED:
        yield from _price(facts, ledgers, entry)
    elif entry.reason is Reason.APART and not _names_apart(facts, ledgers, entry):
        yield _wrong("detail", entry, f"its sentence names other visits: {entry.detail}")
    elif entry.displaces:
        yield from _exchange(facts, entry)
    elif entry.cost is not None:
        yield _wrong("cost", entry, f"what is {entry.reason} has no cost")
    elif entry.reason is not Reason.NO_REP and not any(
        words.names_dates(entry, d) for d in _named(facts, ledgers, entry)
    ):
        yield _wrong("detail", entry, f"its sentence names other days: {entry.detail}")


def _names_apart(facts: Facts, ledgers: dict[str, Ledger], entry: Unplanned) -> bool:
    """Whether its sentence names what is in the way on those of its days on which nothing else is."""
    site = facts.sites[entry.site or ""]
    return any(
        words.names_apart(entry, sorted({other for day in days for other in kept_apart(facts, site, day.workday)}))
        for wish in wishes_of(facts, ledgers[site.id], entry)
        for days in [[day for day in tried(facts, site, ledgers[site.id], wish.days) if day.reason is Reason.APART]]
    )


def _named(facts: Facts, ledgers: dict[str, Ledger], entry: Unplanned) -> list[tuple[date, ...]]:
    """The dates that the sentence of an entry without a price may name."""
    must = facts.must_visits.get(entry.request or "")
    if entry.request in facts.appointments or entry.request in facts.locks:
        return [() if entry.reason is Reason.NO_POSITION else entry.days]
    if entry.reason is Reason.REP_AWAY:
        return [tuple(dict.fromkeys((*entry.days[:1], *entry.days[-1:])))]
    if entry.reason is Reason.ENDED:
        cadence = facts.sites[entry.site or ""].cadence
        ends = must.period.last if must is not None else cadence and cadence.valid_to
        return [(ends,)] if ends else []
    if entry.reason is not Reason.NOT_DUE:
        return [()]
    if entry.request is None:
        return [(facts.problem.horizon.last,)]
    if must is not None:
        return [(must.period.last,)]
    return [(wish.due,) for wish in wishes_of(facts, ledgers[entry.site or ""], entry) if wish.due is not None]


def _price(facts: Facts, ledgers: dict[str, Ledger], entry: Unplanned) -> Iterator[Violation]:
    """It costs what it adds to the best of its days, that on which it gains most, and is worth what the dates of its site gain."""
    site = facts.sites[entry.site or ""]
    found = set[tuple[date, int, int]]()
    for wish in wishes_of(facts, ledgers[site.id], entry):
        days = [day for day in tried(facts, site, ledgers[site.id], wish.days) if day.prices]
        for told in (0, 1):
            best = min((day.prices[told][1] for day in days), default=0)
            found.update((day.workday.date, *day.prices[told]) for day in days if day.prices[told][1] == best)
    if entry.cost not in {price for _, price, _ in found}:
        yield _wrong("cost", entry, f"it would cost {_either({price for _, price, _ in found})}, not {entry.cost}")
    elif not any(
        words.names_dates(entry, [day]) and words.names_prices(entry, [price, price - total])
        for day, price, total in found
        if price == entry.cost
    ):
        yield _wrong("detail", entry, f"its sentence names another day or price: {entry.detail}")


@dataclass(frozen=True, slots=True)
class Exchange:
    """On this day a visit fits instead of others, its own on those dates among them; cost: what the day then costs more."""

    workday: Workday
    cost: int
    own: tuple[date, ...] = ()


def _exchange(facts: Facts, entry: Unplanned) -> Iterator[Violation]:
    """On one of its days it fits in the order of the plan without the visits that would have to go, at that cost, and not without
    fewer of them."""
    site = facts.sites[entry.site or ""]
    found = [one for day in facts.workdays_at(site, entry.days) for one in _instead(facts, site, day, entry.displaces)]
    least = [one for one in found if not _with_fewer(facts, site, one.workday, entry.displaces)]
    costs = {one.cost for one in least}
    others = [one for one in entry.displaces if one != site.id]
    if len(set(entry.displaces)) < len(entry.displaces):
        yield _wrong("displaces", entry, "a visit goes once")
    elif not least:
        text = "it fits although not all go" if found else "on none of its days it fits in place"
        yield _wrong("displaces", entry, f"{text} of {', '.join(entry.displaces)}")
    elif entry.cost not in costs:
        yield _wrong("cost", entry, f"in place of these it would cost {_either(costs)}, not {entry.cost}")
    elif not words.names_sites(entry, others) or not any(
        words.names_dates(entry, [one.workday.date, *one.own]) for one in least if one.cost == entry.cost
    ):
        yield _wrong("detail", entry, f"its sentence names other days or visits: {entry.detail}")
    elif words.names_minutes(entry) and not any(
        words.names_prices(entry, prices)
        for one in least
        if one.cost == entry.cost
        for prices in _told(facts, entry, one.workday, others)
    ):
        yield _wrong("detail", entry, f"its sentence names other prices: {entry.detail}")


def _told(facts: Facts, entry: Unplanned, workday: Workday, others: Sequence[str]) -> Iterator[list[int]]:
    """What the sentence of an exchange may say: what other accounts lose, what the visit is worth (unless somebody asked for it), and
    what the day then costs more or less."""
    site, lost = facts.sites[entry.site or ""], sum(_lost(facts, facts.sites[other], workday) for other in others)
    day = abs(entry.cost or 0)
    if entry.request in facts.must_visits:
        yield [lost, day]
    for gone in credit.settle(facts, site).missed:
        if gone.days == entry.days:
            yield [lost, cost.left_out(facts, site.id, gone), day]


def _lost(facts: Facts, site: Site, workday: Workday) -> int:
    """What a site loses whose visit leaves this day for no other."""
    changed = without_call(facts, site, workday)
    return rhythm_price(changed, site, credit.settle(changed, site)) - rhythm_price(
        facts, site, credit.settle(facts, site)
    )


def _with_fewer(facts: Facts, site: Site, workday: Workday, displaced: Sequence[str]) -> bool:
    fewer = ([other for other in displaced if other != kept] for kept in displaced)
    return any(_instead(facts, site, workday, some) for some in fewer)


def _instead(facts: Facts, site: Site, workday: Workday, displaced: Sequence[str]) -> list[Exchange]:
    """What it takes on a day: of visits to its own site one, on whatever day, goes, or all of them."""
    calls = [call for call in facts.calls[site.id] if credit.flexible(facts, call)]
    ways = [[call] for call in calls] + [calls] * (len(calls) > 1) if site.id in displaced else [[]]
    return [one for own in ways for one in _without(facts, site, workday, {*displaced} - {site.id}, own)]


def _without(facts: Facts, site: Site, workday: Workday, others: set[str], own: Sequence[Call]) -> list[Exchange]:
    """Without the visits to these sites on the day, and without these calls at its own."""
    changed, ledger = with_visit(facts, site, workday, [call for call in facts.calls[site.id] if call not in own])
    if breaks(ledger):
        return []
    route, dates = route_of(facts, workday), tuple(call.date for call in own)
    going = [stop for stop in route.stops if stop.site in others and credit.flexible(facts, Call(route, stop))]
    going += [call.stop for call in own if call.route is route]
    left = replace(route, stops=tuple(stop for stop in route.stops if stop not in going))
    if not excepted(facts, call_on(site, workday)) and not within_radius(facts, [site], workday, left):
        return []
    new = replace(room.visit_step(facts, site, workday), duration=service(changed, site, workday.date))
    steps = room.steps_of(facts, left, workday)
    told = any(step.promised is not None for step in (new, *room.fixed_steps(facts, route, workday)))
    prices = [adds(facts, workday, route, steps, [new], loose) for loose in ((False, True) if told else (False,))]
    return [Exchange(workday, price, dates) for price in prices if price is not None]


def _wrong(rule: str, entry: Unplanned, message: str) -> Violation:
    subject = entry.request or entry.site
    return Violation(rule, f"{subject}: {message}", subject=subject)


def _dates(days: Sequence[date]) -> str:
    return ", ".join(str(day) for day in days) or "none"


def _either(costs: set[int]) -> str:
    return " or ".join(str(price) for price in sorted(costs))
