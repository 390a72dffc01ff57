"""What stands against a link as things are: people decide who owns what, and a link does not undo that (docs/decisions/0007)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from server.links.models import SAME_REP

SENTENCES = {
    "different_reps": "Its accounts have different reps; hand them over to one of these.",
    "different_teams": "No rep may visit all of its accounts: they belong to different teams.",
    "shared_visits": "One of its accounts is visited by any rep of its team; end that (shared_visits) or take it out.",
    "too_few": "Fewer than two of its accounts are left; add one or delete it.",
}


def conflicts(kind: str, members: Iterable[Any]) -> list[dict[str, str]]:
    """`members`: rows with owner_id, served_by_id, shared_visits, archived_at, and `team`: the owner's, or the account's own."""
    active = [row for row in members if row.archived_at is None]
    found = ["too_few"] if len(active) < 2 else []
    if kind == SAME_REP:
        found += _of_one_rep(active)
    return [{"kind": name, "detail": SENTENCES[name]} for name in found]


def _of_one_rep(active: Sequence[Any]) -> list[str]:
    if any(row.shared_visits and row.owner_id is None for row in active):
        return ["shared_visits"]
    if len({row.owner_id or row.served_by_id for row in active} - {None}) > 1:
        return ["different_reps"]
    return ["different_teams"] if len({row.team for row in active} - {None}) > 1 else []
