"""Cadences that nobody could ever keep: refused when they are set, for a slip of the finger would look like neglect for ever."""

from __future__ import annotations

from itertools import pairwise
from math import ceil

from server.cadences.models import CadencePolicy
from server.core.errors import Invalid

LONGEST = {"week": 7, "month": 31, "quarter": 92, "year": 366}  # days
WORKWEEK, WEEKEND = 5, 2  # days


def check_possible(policy: CadencePolicy) -> None:
    """Refuse more visits than a period or block can hold: at most one a day is credited, and the least gap lies between two.

    Raises Invalid with a pointer to `visits`.  The longest period of a kind counts: 31 a month asks for every day.
    """
    if policy.mode == "quota" and policy.visits and policy.period:
        where, most = f"A {policy.period}", LONGEST[policy.period]
        span = most
    elif policy.mode == "pattern" and policy.visits and policy.block_workdays:
        where, most = f"A block of {policy.block_workdays} workdays", policy.block_workdays
        span = most + WEEKEND * ceil(most / WORKWEEK)  # days from its first to its last, at most
    else:
        return
    gap = policy.min_gap_days or 1
    _check_combinations(policy, gap)
    fit = min(most, ceil(span / gap))
    if policy.visits > fit:
        apart = f" {gap} days apart" if gap > 1 else ", one a day"
        raise Invalid(
            pointers={"/visits": f"{where} holds at most {fit} visits{apart}; {policy.visits} could never be made."}
        )


def _check_combinations(policy: CadencePolicy, gap: int) -> None:
    """Refuse those in which two visits are nearer than the gap, however the weekends lie between their days."""
    for number, days in enumerate(policy.combinations or ()):
        for one, other in pairwise(days):
            if (apart := other - one + WEEKEND * ceil((other - one) / WORKWEEK)) < gap:
                said = f"Its days {one} and {other} are at most {apart} days apart; the least gap is {gap}."
                raise Invalid(pointers={f"/combinations/{number}": said})
