"""What an import is about to write, and what every row is compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.accounts.models import Account, OwnerChange
from server.activities.models import Activity
from server.company.models import Company
from server.core.clock import today
from server.identity.models import User
from server.importing.bulk import StagedRows
from server.importing.options import Options
from server.importing.problems import Problems
from server.importing.references import References
from server.places.lookup import Index
from server.places.placing import MOVING

PLAIN = ("external_id", "name", "street", "housenumber", "postcode", "city", "region", "country", "lat", "lon", "timezone",
         "phone", "email", "website", "industry", "size", "products", "lead_source", "revenue", "stage", "opening_hours",
         "preferred_hours", "service_minutes", "first_service_minutes", "access_minutes",
         "allowed_weekdays", "load_units", "needed_skills", "priority", "active_from", "notes")  # fmt: skip
FOUND = (
    "external_id",
    "name",
    "country",
    "lat",
    "lon",
    "lat_band",
    "timezone",
    "active_from",
    "segment",
    "owner_id",
    "team_id",
    "shared_visits",
    "custom",
    "position_quality",
    "position_source",
    "position_doubt_metres",
    "geocode_at",
    "archived_at",
)  # fmt: skip  settled for every account, whatever the file says
KEPT = ("served_by_id", "parent_id")  # of accounts that exist, and may change


class Outcome(StrEnum):
    """What a row means for its account; VISITED: nothing but a visit is new."""

    CREATED, UPDATED, VISITED, UNCHANGED = "created", "updated", "visited", "unchanged"


@dataclass
class Staged:
    """Everything that will be written, and whom it concerns."""

    accounts: StagedRows
    updates: StagedRows
    parents: StagedRows  # written when all accounts exist
    owner_changes: StagedRows
    visits: StagedRows
    changed: set[str] = field(default_factory=set)  # columns that differ in any of `updates`
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    owners: set[UUID] = field(default_factory=set)  # reps whose plans may change
    teams: set[UUID] = field(default_factory=set)

    @property
    def compared(self) -> list[str]:
        """The columns of a stored account that a row is compared with; where it is follows from its address, too."""
        return list(dict.fromkeys([*self.updates.table.c.keys(), *sorted(MOVING)]))

    def update(self, before: Any, changes: dict[str, Any]) -> None:
        """Write these columns of an account, unless it is no longer at the version of `before`."""
        self.changed |= changes.keys()
        self.updates.add({**before, **changes})

    def concern(self, account: Any) -> None:
        if account["owner_id"]:
            self.owners.add(account["owner_id"])
        elif account["team_id"]:
            self.teams.add(account["team_id"])

    def change_owner(self, row_id: UUID, account: Any, day: date) -> None:
        owner = {"id": row_id, "account_id": account["id"], "owner_id": account["owner_id"], "from_day": day}
        self.owner_changes.add(owner)

    def flush(self) -> None:
        for rows in (self.accounts, self.updates, self.parents, self.owner_changes, self.visits):
            rows.flush()


def nothing(session: Session, fields: Iterable[str]) -> Staged:
    """Where staging begins; of accounts only the columns that a file with these fields can give are kept."""
    given = set(fields)
    names = [*FOUND, *(name for name in PLAIN if name in given and name not in FOUND)]
    return Staged(
        StagedRows(session, Account.__table__, ["id", *names]),
        StagedRows(session, Account.__table__, ["id", "version", *names, *KEPT], "updates"),
        StagedRows(session, Account.__table__, ["id", "parent_id"], "parents"),
        StagedRows(session, OwnerChange.__table__, ["id", "account_id", "owner_id", "from_day"]),
        StagedRows(session, Activity.__table__, _VISIT),
    )


_VISIT = ["id", "client_id", "rep_id", "account_id", "content_hash", "happened_at", "ended_at", "timezone", "local_day"]


@dataclass(frozen=True)
class Context:
    """What every row is staged with.  `headers`: field -> header of the file."""

    session: Session
    user: User | None
    root: Company
    references: References
    headers: dict[str, str]
    options: Options
    owner: UUID | None
    team: UUID | None
    author_id: UUID | None
    problems: Problems
    index: Index
    _days: dict[str, date] = field(default_factory=dict)

    def today(self, zone: str) -> date:
        """The local date, asked for once a zone: midnight does not cut a file in two."""
        if zone not in self._days:
            self._days[zone] = today(zone)
        return self._days[zone]
