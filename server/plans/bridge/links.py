"""What holds between accounts, as the planner knows it: pairs that are apart, groups that one rep visits, and those that are
visited on the same days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from planner.problem import Site
from server.links.models import APART, SAME_REP, TOGETHER
from server.plans.bridge.reading import Links

Pairs = tuple[tuple[str, str], ...]
Groups = tuple[tuple[str, ...], ...]


def apart(links: Links) -> Pairs:
    """Each two accounts of a link, once."""
    pairs = {
        (one, other)
        for (kind, _), accounts in links.items()
        if kind == APART
        for one, other in combinations(sorted(map(str, accounts)), 2)
    }
    return tuple(sorted(pairs))


def same_rep(links: Links, sites: Iterable[Site]) -> Groups:
    """The groups that the planner can keep: people may have given their accounts to different reps (a conflict of the link)."""
    groups = _groups(links, SAME_REP, {site.id: site for site in sites})
    return tuple(sorted(_ids(group) for group in groups if _can_be_kept(group)))


def together(links: Links, sites: Iterable[Site], with_one_rep: Groups = ()) -> Groups:
    """Of each link those accounts that can be visited on the same days: of one rep, with one cadence, and nowhere apart.

    with_one_rep : groups of `same_rep` that are kept beside: what they join with a group has one owner as well.
    What stands against the rest is a conflict of the link.
    """
    pairs, by_id = apart(links), {site.id: site for site in sites}
    joined, found = [set(group) for group in with_one_rep], []
    parts = (_ids(part) for group in _groups(links, TOGETHER, by_id) for part in _alike(group))
    for part in sorted(part for part in parts if len(part) > 1):
        whole = set(part).union(*(group for group in joined if not group.isdisjoint(part)))
        owners = _owners(by_id[name] for name in whole)
        if len(owners) > 1 or any(set(pair) <= set(part) for pair in pairs):
            continue
        joined = [group for group in joined if group.isdisjoint(part)] + [whole]
        found.append(part)
    return tuple(found)


def _groups(links: Links, wanted: str, sites: Mapping[str, Site]) -> Iterator[list[Site]]:
    for (kind, _), accounts in links.items():
        if kind == wanted:
            yield [sites[name] for name in map(str, accounts) if name in sites]


def _ids(group: Iterable[Site]) -> tuple[str, ...]:
    return tuple(sorted(site.id for site in group))


def _can_be_kept(group: Sequence[Site]) -> bool:
    return len(group) > 1 and len(_owners(group)) < 2 and not any(site.shared for site in group)


def _owners(group: Iterable[Site]) -> set[str]:
    return {site.owner for site in group if site.owner is not None}


def _alike(group: Iterable[Site]) -> Iterator[list[Site]]:
    """The parts of a group that one rep can visit on the same days; whom nobody owns goes with the only owner, or with none."""
    parts: list[list[Site]] = []
    for site in group:
        part = next((p for p in parts if (p[0].shared, p[0].cadence) == (site.shared, site.cadence)), None)
        if part is None:
            parts.append([site])
        else:
            part.append(site)
    for part in parts:
        owners = sorted(_owners(part))
        if len(owners) < 2:
            yield part
        else:
            yield from ([site for site in part if site.owner == owner] for owner in owners)
