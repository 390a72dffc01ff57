"""Looking again for accounts that are stored: with a new index, or with what a geocoder has answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from server.accounts.models import Account
from server.accounts.positions import GIVEN, QUALITIES
from server.accounts.service import company, moved
from server.core.database import db, writing
from server.places.lookup import Address, Index, Place
from server.places.placing import position

CHUNK = 200  # accounts a transaction


@dataclass
class Located:
    """What came of it: accounts by their quality before and after, and how many positions are far from their postcode."""

    changes: Counter[tuple[str, str]] = field(default_factory=Counter)
    looked_at: int = 0
    doubtful: int = 0


def address_of(account: Account) -> Address:
    return Address.of(
        {name: getattr(account, name) for name in ("street", "housenumber", "postcode", "city")}, account.country
    )


def locate(dry_run: bool = False) -> Located:
    """Find all accounts anew that nobody has given a position, and check the others against their postcodes."""
    result = Located()
    for ids in _chunks():
        session = db.session()
        index = Index(session)
        rows = list(session.scalars(select(Account).where(Account.id.in_(ids)).order_by(Account.id)))
        addresses = {row.id: address_of(row) for row in rows}
        index.prepare(addresses.values())
        found = {row.id: _place(index, row, addresses[row.id]) for row in rows}
        before = {row.id: row.position_quality for row in rows}
        values = {row.id: position(_texts(row), found[row.id], index, row.country) for row in rows}
        differing = [row.id for row in rows if not _is_so(row, values[row.id])]
        session.rollback()
        for row_id, given in values.items():
            result.looked_at += 1
            result.doubtful += given["position_doubt_metres"] is not None
            if before[row_id] != given["position_quality"]:
                result.changes[before[row_id], given["position_quality"]] += 1
        if not dry_run:
            with writing():
                for row_id in differing:
                    settle(row_id, addresses[row_id], found[row_id], None, keep_date=True)
    return result


def _chunks() -> Iterator[list[UUID]]:
    last: UUID | None = None
    while True:
        query = select(Account.id).where(Account.archived_at.is_(None)).order_by(Account.id).limit(CHUNK)
        ids = list(db.session.scalars(query if last is None else query.where(Account.id > last)))
        if not ids:
            return
        last = ids[-1]
        yield ids


def _place(index: Index, row: Account, address: Address) -> Place | None:
    """What was given stays where it is, and is only checked; so does what somebody else knew better (a geocoder, an older extract)."""
    if row.lat is None or row.lon is None:
        return index.find(address)
    stored = Place(row.lat, row.lon, row.position_quality, row.position_source or "")
    found = index.find(address) if stored.quality != GIVEN else None
    return found if found and QUALITIES.index(found.quality) <= QUALITIES.index(stored.quality) else stored


def _texts(row: Account) -> dict[str, str | None]:
    return {name: getattr(row, name) for name in ("street", "housenumber", "postcode", "city", "country")}


def _is_so(row: Account, values: dict[str, Any]) -> bool:
    """Whether the account is there already; when a geocoder is asked is bookkeeping."""
    return all(getattr(row, name) == value for name, value in values.items() if name != "geocode_at")


def settle(
    account_id: UUID, address: Address, found: Place | None, again: datetime | None, keep_date: bool = False
) -> bool:
    """Put an account where it was found, unless it has another address or was placed by somebody meanwhile.

    `again`: when a geocoder is to be asked again; `keep_date`: when it was to be.
    """
    with writing() as session:
        row = session.get(Account, account_id, populate_existing=True)
        if row is None or address_of(row) != address:
            return False
        if row.position_quality == GIVEN and (found is None or found.quality != GIVEN):
            return False
        values = position(_texts(row), found, Index(session), row.country or company(session).country)
        values["geocode_at"] = values["geocode_at"] and (row.geocode_at or values["geocode_at"]) if keep_date else again
        if _is_so(row, values):
            kept = {"geocode_at": values["geocode_at"], "updated_at": Account.updated_at}
            session.execute(update(Account).where(Account.id == account_id).values(kept))
            return False
        moved(session, row, values)
        return True
