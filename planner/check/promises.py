"""What was promised to people, who visits whom, and that nothing is forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from planner.check.credit import Ledger, Missed
from planner.check.facts import Facts
from planner.plan import Reason, StopKind, Unplanned, Violation
from planner.problem import Site


def appointments(facts: Facts) -> Iterator[Violation]:
    """Each appointment stands once, with its rep, on its day and inside its window, or is unplanned with a reason."""
    stops = [(route, stop) for route in facts.plan.routes for stop in route.stops]
    kept = Counter(stop.request for _, stop in stops if stop.kind in (StopKind.APPOINTMENT, StopKind.BLOCK))
    left_out = Counter((entry.site, entry.request) for entry in facts.plan.unplanned)
    for appointment in facts.problem.appointments:
        count = kept[appointment.id] + left_out[appointment.site, appointment.id]
        if count != 1:
            text = f"appointment {appointment.id} is planned or unplanned {count} times instead of once"
            yield Violation("appointment", text, appointment.rep, appointment.date, appointment.id)
    for route, stop in stops:
        agreed = facts.appointments.get(stop.request or "")
        if stop.kind not in (StopKind.APPOINTMENT, StopKind.BLOCK) or agreed is None:
            continue
        if (route.rep, route.date) != (agreed.rep, agreed.date):
            text = f"appointment {agreed.id} is with {agreed.rep} on {agreed.date}"
            yield Violation("appointment", text, route.rep, route.date, agreed.id)
        if not agreed.window.earliest <= stop.start <= agreed.window.latest:
            text = f"appointment {agreed.id} starts at {stop.start}, outside what was agreed"
            yield Violation("appointment", text, route.rep, route.date, agreed.id)


def locked(facts: Facts) -> Iterator[Violation]:
    """Each locked visit stands with its rep on its day (an appointment then is the same visit), or is unplanned with a reason of its own:
    one of the two."""
    said = {(entry.site, entry.request) for entry in facts.plan.unplanned}
    for lock in facts.problem.locked:
        calls = facts.calls[lock.site]
        there = [call for call in calls if (call.route.rep, call.date) == (lock.rep, lock.date)]
        named = (lock.site, lock.request) in said
        if bool(there) is named:
            text = f"{lock.site}: the locked visit is {'both planned and unplanned' if named else 'gone'}"
            yield Violation("locked", text, lock.rep, lock.date, lock.site)


def must_visits(facts: Facts) -> Iterator[Violation]:
    """Somebody calls in each period that a person asked for, or the must-visit is unplanned with a reason: one of the two."""
    left_out = {(entry.site, entry.request) for entry in facts.plan.unplanned}
    for must in facts.problem.must_visits:
        made, said = fulfilled(facts, must.id), (must.site, must.id) in left_out
        if made is said:
            text = f"{must.site}: must-visit {must.id} is {'both' if made else 'neither'} planned {'and' if made else 'nor'} unplanned"
            yield Violation("must_visit", text, subject=must.site)


def fulfilled(facts: Facts, must_id: str) -> bool:
    """Whether anybody calls, or has called, in the period of a must-visit."""
    must = facts.must_visits[must_id]
    visits = [*facts.sites[must.site].credited, *(call.date for call in facts.calls[must.site])]
    return any(day in must.period for day in visits)


def owners(facts: Facts) -> Iterator[Violation]:
    """Visits are made by the owner; a site without one is given to one rep, who makes them all, unless it is shared."""
    reps = set(facts.problem.reps)
    for site, rep in facts.plan.owners.items():
        if site not in facts.sites or facts.sites[site].owner is not None or facts.sites[site].shared:
            yield Violation("owner", f"{site} was given to {rep} and is not free", rep, subject=site)
        elif rep not in reps:
            yield Violation("owner", f"{site} was given to {rep}, who has no workday", rep, subject=site)
    for group in (*facts.problem.same_rep, *facts.problem.together):
        reps_of = reps.intersection(facts.sites[site].owner or facts.plan.owners.get(site) or "" for site in group)
        if len(reps_of) > 1:
            yield Violation("owner", f"{', '.join(group)} are to be with one rep", subject=group[0])
    for site, calls in facts.calls.items():
        if facts.sites[site].shared:
            continue
        owner = facts.sites[site].owner or facts.plan.owners.get(site)
        for call in calls:
            if call.stop.kind is StopKind.VISIT and facts.lock(call) is None and call.route.rep != owner:
                text = f"{site} is visited by {call.route.rep}, not by its owner {owner}"
                yield Violation("owner", text, call.route.rep, call.date, site)


def routes_once(facts: Facts) -> Iterator[Violation]:
    """A rep has one route a day, its stops in the order of their start."""
    for (rep, day), count in Counter((route.rep, route.date) for route in facts.plan.routes).items():
        if count > 1:
            yield Violation("one_route_a_day", f"{rep} has {count} routes on {day}", rep, day)
    for route in facts.plan.routes:
        starts = [stop.start for stop in route.stops]
        if starts != sorted(starts):
            yield Violation("order", "the stops are not in the order of their start", route.rep, route.date)


def requests_once(facts: Facts) -> Iterator[Violation]:
    """No request is planned twice, or planned and unplanned."""
    stops = [stop for route in facts.plan.routes for stop in route.stops if stop.kind is StopKind.VISIT]
    entries = [entry.request for entry in facts.plan.unplanned if entry.request is not None]
    for request, count in Counter([*(stop.request for stop in stops if stop.request is not None), *entries]).items():
        if count > 1:
            yield Violation("once", f"{request} is planned or unplanned {count} times", subject=request)
    for stop in stops:
        if stop.request is None:
            yield Violation("once", f"a visit to {stop.site} names no request", subject=stop.site)


def accounted(facts: Facts, ledgers: dict[str, Ledger]) -> Iterator[Violation]:
    """Every visit left out has an unplanned entry of its own, and there are no others but one for each site of which nothing is
    asked and that has no stop."""
    entries: dict[str, list[Unplanned]] = {site: [] for site in facts.sites}
    for entry in facts.plan.unplanned:
        if entry.site in entries:
            entries[entry.site].append(entry)
        elif entry.site is not None or entry.request not in facts.appointments:
            yield Violation("unplanned", f"an unplanned entry is for {entry.site or entry.request}, which is unknown")
    for site, ledger in ledgers.items():
        if not facts.calls[site] and not entries[site]:
            yield Violation("unplanned", f"{site} has neither a stop nor a reason", subject=site)
        given = of_the_cadence(facts, entries[site])
        if len(given) != len(ledger.missed):
            text = f"{len(ledger.missed)} visits to {site} are left out, and {len(given)} reasons given"
            yield Violation("unplanned", text, subject=site)
        later = sum(entry.reason is Reason.NOT_DUE for entry in given)
        may_be = sum(_due_later(facts, facts.sites[site], gone) for gone in ledger.missed)
        if later > may_be:
            text = f"{later} visits to {site} are said not to be due, of {may_be} that fall due later"
            yield Violation("unplanned", text, subject=site)
        whole = sum(entry.request is None for entry in entries[site])
        if whole and (len(entries[site]) > 1 or facts.calls[site]):
            yield Violation("unplanned", f"{whole} of {len(entries[site])} reasons are for all of {site}", subject=site)


def of_the_cadence(facts: Facts, entries: Iterable[Unplanned]) -> list[Unplanned]:
    """Those that speak of visits that a cadence asks for."""
    return [
        entry
        for entry in entries
        if entry.request is not None
        and entry.request not in facts.appointments
        and entry.request not in facts.locks
        and entry.request not in {must.id for must in facts.musts_of.get(entry.site or "", ())}
    ]


def _due_later(facts: Facts, site: Site, gone: Missed) -> bool:
    """Whether a visit that is left out is not due yet: it falls due after the horizon, and nobody works on its days."""
    return gone.due > facts.problem.horizon.last and not any(facts.workdays_at(site, gone.days))
