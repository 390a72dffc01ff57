"""What stands against a link as things are: people decide who owns what, and a link does not undo that (docs/decisions/0007)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from planner.cadence.policy import Cadence
from server.links.models import SAME_REP, TOGETHER

SENTENCES = {
    "different_reps": "Its accounts have different reps; hand them over to one of these.",
    "different_teams": "No rep may visit all of its accounts: they belong to different teams.",
    "shared_visits": "One of its accounts is visited by any rep of its team; end that (shared_visits) or take it out.",
    "some_shared": "Some of its accounts are visited by any rep of their team and some are not; make them alike (shared_visits).",
    "different_cadences": "Its accounts have different visit cadences; only those with the same one are visited together.",
    "kept_apart": "Another link keeps two of its accounts apart, which goes before; end one of the two links.",
    "too_few": "Fewer than two of its accounts are left; add one or delete it.",
}


@dataclass(frozen=True)
class Around:
    """What else is known of accounts: how often each is to be visited, and which are kept apart (accounts of each such link)."""

    cadences: Mapping[UUID, Cadence | None] = field(default_factory=dict)
    apart: Collection[Collection[UUID]] = ()


def conflicts(kind: str, members: Iterable[Any], around: Around) -> list[dict[str, str]]:
    """`members`: rows with id, owner_id, served_by_id, shared_visits, archived_at, and `team`: the owner's, or the account's own."""
    active = [row for row in members if row.archived_at is None]
    found = ["too_few"] if len(active) < 2 else []
    if kind == SAME_REP:
        found += ["shared_visits"] if any(map(_is_shared, active)) else _of_one_rep(active)
    if kind == TOGETHER:
        found += _on_one_day(active, around)
    return [{"kind": name, "detail": SENTENCES[name]} for name in found]


def _is_shared(row: Any) -> bool:
    return bool(row.shared_visits and row.owner_id is None)


def _on_one_day(active: Sequence[Any], around: Around) -> list[str]:
    found = ["some_shared"] if len({_is_shared(row) for row in active}) > 1 else _of_one_rep(active)
    ids = {row.id for row in active}
    cadences = [around.cadences[one] for one in ids]
    if any(cadence != cadences[0] for cadence in cadences):
        found.append("different_cadences")
    if any(len(ids.intersection(accounts)) > 1 for accounts in around.apart):
        found.append("kept_apart")
    return found


def _of_one_rep(active: Sequence[Any]) -> list[str]:
    if len({row.owner_id or row.served_by_id for row in active} - {None}) > 1:
        return ["different_reps"]
    return ["different_teams"] if len({row.team for row in active} - {None}) > 1 else []
