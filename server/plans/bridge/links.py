"""What holds between accounts, as the planner knows it: pairs that are apart, and groups that one rep visits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

from planner.problem import Site
from server.links.models import APART, SAME_REP
from server.plans.bridge.reading import Links

Pairs = tuple[tuple[str, str], ...]


def apart(links: Links) -> Pairs:
    """Each two accounts of a link, once."""
    pairs = {
        (one, other)
        for (kind, _), accounts in links.items()
        if kind == APART
        for one, other in combinations(sorted(map(str, accounts)), 2)
    }
    return tuple(sorted(pairs))


def same_rep(links: Links, sites: Iterable[Site]) -> tuple[tuple[str, ...], ...]:
    """The groups that the planner can keep: people may have given their accounts to different reps (a conflict of the link)."""
    by_id = {site.id: site for site in sites}
    groups = (
        tuple(sorted(str(account) for account in accounts if str(account) in by_id))
        for (kind, _), accounts in links.items()
        if kind == SAME_REP
    )
    return tuple(sorted(group for group in groups if _can_be_kept(group, by_id)))


def _can_be_kept(group: tuple[str, ...], sites: Mapping[str, Site]) -> bool:
    owners = {sites[name].owner for name in group} - {None}
    return len(group) > 1 and len(owners) < 2 and not any(sites[name].shared for name in group)
