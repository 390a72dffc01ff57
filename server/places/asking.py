"""Asking a geocoder on the network, in the worker: for accounts that got no more than a postcode, one after the other.

That an account is to be asked for (`geocode_at`) is a fact in the database, so nothing is lost where the geocoder or the
worker is down; a failure puts its account off and ends the turn, and nobody waits for any of it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.accounts.models import Account
from server.accounts.positions import QUALITIES, UNKNOWN
from server.core.clock import now
from server.core.database import db, writing
from server.places.doubt import doubt_metres
from server.places.geocoders import Geocoder, GeocoderFailed, question
from server.places.locating import address_of, settle
from server.places.lookup import Address, Index, Place
from server.places.models import GeocodeAnswer
from server.places.placing import ROUGH

log = logging.getLogger(__name__)

KNOWN_FOR, UNKNOWN_FOR = timedelta(days=180), timedelta(days=30)  # an answer is believed for so long
PUT_OFF = timedelta(minutes=10)  # after a failure
TURN_SECONDS = 15.0
AT_ONCE = 200


@dataclass
class Pace:
    """Seconds between two questions, also those of the turn before."""

    seconds: float
    last: float | None = None
    sleep: Callable[[float], None] = time.sleep

    def wait(self) -> None:
        since = time.monotonic() - self.last if self.last is not None else 0.0
        if since < self.seconds:
            self.sleep(self.seconds - since)
        self.last = time.monotonic()


def turn(geocoder: Geocoder, pace: Pace, seconds: float = TURN_SECONDS) -> tuple[int, bool]:
    """Ask for some of the accounts that are due.  Returns how many were looked at, and whether the geocoder answers."""
    due = _due(db.session())
    until, done = time.monotonic() + seconds, 0
    for account_id in due:
        if time.monotonic() > until:
            break
        try:
            _look(account_id, geocoder, pace)
        except GeocoderFailed as error:
            log.warning("%s; %s later", error, PUT_OFF)
            _put_off(account_id, now() + PUT_OFF)
            return done, False
        done += 1
    return done, True


def purge(session: Session) -> None:
    """Forget answers that are too old to be believed."""
    session.execute(delete(GeocodeAnswer).where(GeocodeAnswer.expires_at < now()))


def _due(session: Session) -> list[UUID]:
    query = select(Account.id).where(Account.geocode_at <= now(), Account.archived_at.is_(None))
    found = list(session.scalars(query.order_by(Account.geocode_at, Account.id).limit(AT_ONCE)))
    session.rollback()
    return found


def _look(account_id: UUID, geocoder: Geocoder, pace: Pace) -> None:
    session = db.session()
    account = session.get(Account, account_id, populate_existing=True)
    if account is None:
        return
    address, index = address_of(account), Index(session)
    found = index.find(address)  # an extract may have come since
    again: datetime | None = None
    if found is None or found.quality in ROUGH:
        answer = _remembered(session, geocoder, address)
        session.rollback()  # nothing is held while somebody else's server thinks
        answer = answer or _ask(geocoder, pace, address)
        better = _believed(index, address, answer)
        if better and _rank(better) < _rank(found):
            found = better
        again = answer.expires_at if found is None or found.quality in ROUGH else None
    session.rollback()
    settle(account_id, address, found, again)


def _rank(place: Place | None) -> int:
    return QUALITIES.index(place.quality if place else UNKNOWN)


def _believed(index: Index, address: Address, answer: GeocodeAnswer) -> Place | None:
    """An answer far from the postcode that was asked for is about another place."""
    if answer.lat is None or answer.lon is None or answer.quality is None:
        return None
    if doubt_metres(index, address, answer.lat, answer.lon) is not None:
        return None
    return Place(answer.lat, answer.lon, answer.quality, answer.provider)


def _key(geocoder: Geocoder, address: Address) -> str:
    return sha256(f"{geocoder.name}\n{geocoder.url}\n{question(address).casefold()}".encode()).hexdigest()


def _remembered(session: Session, geocoder: Geocoder, address: Address) -> GeocodeAnswer | None:
    row = session.get(GeocodeAnswer, _key(geocoder, address))
    if row is None or row.expires_at <= now():
        return None
    session.expunge(row)
    return row


def _ask(geocoder: Geocoder, pace: Pace, address: Address) -> GeocodeAnswer:
    pace.wait()
    place, moment = geocoder.ask(address), now()
    row = GeocodeAnswer(
        key=_key(geocoder, address), provider=geocoder.name, question=question(address),
        lat=place.lat if place else None, lon=place.lon if place else None, quality=place.quality if place else None,
        asked_at=moment, expires_at=moment + (KNOWN_FOR if place else UNKNOWN_FOR),
    )  # fmt: skip
    with writing() as session:
        kept = session.merge(row)
        session.flush()
        session.expunge(kept)
    return kept


def _put_off(account_id: UUID, until: datetime) -> None:
    """Bookkeeping: the account is not another one for it."""
    with writing() as session:
        values = {"geocode_at": until, "updated_at": Account.updated_at}
        session.execute(update(Account).where(Account.id == account_id, Account.geocode_at.is_not(None)).values(values))
