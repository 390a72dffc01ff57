"""What a plan leaves out: the entries of a version, and whether two versions say the same of it."""

from __future__ import annotations

from typing import Any

from planner.plan import Unplanned
from planner.problem import Problem

Entries = list[dict[str, Any]]


def entry(item: Unplanned, problem: Problem) -> dict[str, Any]:
    """As a version keeps it."""
    appointments = {a.id for a in problem.appointments}
    musts = {m.id for m in problem.must_visits}
    return {
        "account": item.site,
        "reason": str(item.reason),
        "cause": None if item.cause is None else str(item.cause),
        "request": item.request,
        "appointment": item.request if item.request in appointments else None,
        "must_visit": item.request if item.request in musts else None,
        "days": [day.isoformat() for day in item.days],
        "displaces": list(item.displaces),
        "cost": item.cost,
        "detail": item.detail,
        "in_time_until": item.in_time_until and item.in_time_until.isoformat(),
    }


def same(before: Entries, after: Entries) -> bool:
    """A search and a repair list the same things in another order, and number the visits of an account differently."""
    return _in_order(before) == _in_order(after)


def same_reasons(before: Entries, after: Entries) -> bool:
    """A search knows nothing of what is left out or done today, so only accounts of which both speak are compared."""
    known, found = _reasons(before), _reasons(after)
    return all(known[account] == found[account] for account in known.keys() & found.keys())


def _reasons(entries: Entries) -> dict[str | None, list[str]]:
    """Reasons by account."""
    found: dict[str | None, list[str]] = {}
    for entry in entries:
        found.setdefault(entry["account"], []).append(entry["reason"])
    return {account: sorted(reasons) for account, reasons in found.items()}


def _in_order(entries: Entries) -> Entries:
    named = [entry if has_id(entry) else {**entry, "request": None} for entry in entries]
    return sorted(named, key=lambda entry: (entry["account"] or "", entry["request"] or "", entry["days"]))


def has_id(entry: dict[str, Any]) -> bool:
    """Appointments and must-visits keep theirs from plan to plan; the visits of a cadence are numbered anew by each."""
    return bool(entry["appointment"] or entry["must_visit"])
