"""What will not happen to accounts that come in, and places that seem to come twice: each said once, with the first rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.positions import GIVEN, POSTCODE, STREET
from server.cadences.models import CadencePolicy
from server.importing.problems import Problems
from server.reps.models import Rep

MOST_NAMED = 10
SENTENCES = {
    "no_position": "Accounts without a position are not planned: {0}. Give lat and lon, or an address that can be found.",
    "rough_position": "Accounts of which only the street or the postcode was found are planned at its middle: {0}. Correct them by hand, "
    "or give lat and lon.",
    "far_from_postcode": "Positions that are far from their postcode: {0}. One of the two is probably wrong.",
    "nobody_visits": "Accounts with neither owner nor team are visited by nobody: {0}. Name one in a column, or for all in the "
    "option owner or team.",
    "no_cadence": "Accounts for which no cadence speaks never fall due: {0}. Give them a segment that has a cadence, or the "
    "company one.",
    "no_such_skill": "Accounts that need skills which no rep has are visited by nobody: {0}. Correct the names, or give "
    "the skills to a rep.",
    "same_place": "Rows with the name and the position of another row are probably the same account twice: {0}. Keep one of them.",
}  # fmt: skip


class Cadences:
    """For whom any policy speaks, on whatever channel; one that says "none" speaks too."""

    def __init__(self, session: Session) -> None:
        self._session = session
        shared = select(CadencePolicy.segment).where(CadencePolicy.account_id.is_(None)).distinct()
        self._segments = set(session.scalars(shared))  # None: the organisation

    def speak_for(self, account: Mapping[str, Any]) -> bool:
        return bool(self._segments & {None, account["segment"]}) or account["id"] in self._own

    @cached_property
    def _own(self) -> set[UUID | None]:
        own = select(CadencePolicy.account_id).where(CadencePolicy.account_id.isnot(None)).distinct()
        return set(self._session.scalars(own))


def skills_of_reps(session: Session) -> set[frozenset[str]]:
    """What the active reps can do, each by itself."""
    return {frozenset(skills) for skills in session.scalars(select(Rep.skills).where(Rep.active))}


@dataclass
class Notices:
    """Collects them from the accounts as they will be; archived ones need nothing."""

    cadences: Cadences
    skills: Collection[frozenset[str]]  # of each rep
    accounts: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SENTENCES, 0))
    first: dict[str, list[str]] = field(default_factory=lambda: {code: [] for code in SENTENCES})
    _places: dict[int, int] = field(
        default_factory=dict
    )  # hash of name and position -> row; the texts would fill memory

    def see(self, row: int, account: Mapping[str, Any]) -> None:
        if account["archived_at"] is not None:
            return
        self.accounts += 1
        if account["lat"] is None or account["lon"] is None:
            self._note("no_position", str(row))
        elif account["position_quality"] == GIVEN:
            place = hash(
                (" ".join(account["name"].casefold().split()), round(account["lat"], 5), round(account["lon"], 5))
            )
            first = self._places.setdefault(place, row)
            if first != row:
                self._note("same_place", f"{row} like {first}")
        if account["position_quality"] in (STREET, POSTCODE):
            self._note("rough_position", str(row))
        if account["position_doubt_metres"] is not None:
            self._note("far_from_postcode", str(row))
        if account["owner_id"] is None and account["team_id"] is None:
            self._note("nobody_visits", str(row))
        needed = set(account.get("needed_skills") or ())
        if needed and not any(needed <= known for known in self.skills):
            self._note("no_such_skill", str(row))
        if not self.cadences.speak_for(account):
            self._note("no_cadence", str(row))

    def _note(self, code: str, row: str) -> None:
        self.counts[code] += 1
        if len(self.first[code]) < MOST_NAMED:
            self.first[code].append(row)

    def warn(self, problems: Problems) -> None:
        for code, sentence in SENTENCES.items():
            if self.counts[code]:
                problems.warning(None, None, code, sentence.format(self._where(code)))

    def _where(self, code: str) -> str:
        count, named = self.counts[code], self.first[code]
        more = f" and {count - len(named):,} more" if count > len(named) else ""
        return f"{count:,} of {self.accounts:,} ({'row' if count == 1 else 'rows'} {', '.join(named)}{more})"
