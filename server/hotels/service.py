"""Hotels: everybody may read them, managers and admins keep the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.core.database import db, writing
from server.core.errors import Conflict, Invalid, NotFound
from server.core.http import check_version
from server.core.pages import Page, keyset
from server.hotels.models import Hotel
from server.inputs.service import changed
from server.reps.models import Rep

MOST = 2_000  # a problem reads them all, to find those near its accounts
NOT_PLANNED = {"name", "address"}
Expect = Callable[[Hotel], None]


def listed(cursor: str | None, limit: int, active: bool | None = None) -> Page:
    query = select(Hotel)
    if active is not None:
        query = query.where(Hotel.active == active)
    return keyset(db.session(), query, (Hotel.id,), cursor, limit)


def get(hotel_id: UUID) -> Hotel:
    return _stored(db.session(), hotel_id)


def create(values: dict[str, Any]) -> Hotel:
    with writing() as session:
        if (session.scalar(select(func.count()).select_from(Hotel)) or 0) >= MOST:
            raise Conflict(f"There are {MOST} hotels, as many as there can be; change one of them.", code="too_many")
        hotel = Hotel(**{"active": True, **values})
        _check(hotel)
        session.add(hotel)
        session.flush()
        if hotel.active:
            _tell(session, hotel)
    return hotel


def change(hotel_id: UUID, values: dict[str, Any], expect: Expect = check_version) -> Hotel:
    """`expect` refuses where somebody else changed it meanwhile."""
    with writing() as session:
        hotel = _stored(session, hotel_id)
        expect(hotel)
        differ = {name for name, value in values.items() if getattr(hotel, name) != value}
        for name, value in values.items():
            setattr(hotel, name, value)
        _check(hotel)
        session.flush()
        if differ - NOT_PLANNED:
            _tell(session, hotel)
    return hotel


def _stored(session: Session, hotel_id: UUID) -> Hotel:
    hotel = session.get(Hotel, hotel_id)
    if hotel is None:
        raise NotFound("There is no such hotel.")
    return hotel


def _check(hotel: Hotel) -> None:
    if hotel.lat == 0 and hotel.lon == 0:
        raise Invalid(pointers={"/lat": "0, 0 lies in the sea; give the true position."})


def _tell(session: Session, hotel: Hotel) -> None:
    """Everybody's plan who may sleep away."""
    reps = session.execute(select(Rep.id, Rep.night_weekdays).where(Rep.active))
    travelling = [row.id for row in reps if row.night_weekdays]
    changed(session, travelling, "hotel_changed", subject=f"hotel {hotel.id}", detail=hotel.name)
