"""The planner's answer as people read it: local times, names for ids, minutes, one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from planner.plan import Objective, Reason
from planner.proposals import Displaced, Handed, NoSlot, Price, Shift, Slot, Words
from server.core import clock
from server.plans.naming import ids_in, names_of, with_names
from server.plans.unplanned import SENTENCES
from server.reps.hours import holiday
from server.reps.models import Rep

Json = dict[str, Any]
UNKNOWN = "another account"
NO_SLOT: dict[str | None, str] = {
    None: "It fits, at a longer detour than on the days above; ask for this day alone.",
    "rep_away": "The rep does not work on this day.",
    "closed": "It is closed during the rep's working hours.",
    "too_close": "Another visit of the same account is too close to it.",
    "over_capacity": "It needs more than can be carried on this day.",
    "out_of_reach": "Even alone on the day, it does not fit into it.",
    "appointment_conflict": "Appointments and time blocks leave no room for it.",
    "day_full": "The day is full: it fits only if visits leave.",
}


class Answers:
    """For one rep: looks up the names of everything that the prices speak of, once.

    zone : of the rep who is asked.  to_zone : of the one who takes over, where accounts change hands."""

    def __init__(self, session: Session, zone: str, prices: Iterable[Price], to_zone: str | None = None) -> None:
        self.zone, self.to_zone = zone, to_zone or zone
        ids = {UUID(name) for price in prices for name in (*_sites(price), *_reps(price))}
        ids |= {found for price in prices for text in _texts(price) for found in ids_in(text)}
        self.names = names_of(session, ids)
        clocks = [lambda day, second, at=at: f"{at(day, second):%H:%M}" for at in (self.at, self._there)]
        self.words = Words(self._name, self._rep, *clocks)

    def at(self, day: date, second: int) -> datetime:
        return clock.instant(day, second, self.zone).astimezone(clock.zone(self.zone))

    def slot(self, slot: Slot) -> Json:
        return {
            "date": slot.date,
            "starts_at": self.at(slot.date, slot.start),
            "ends_at": self.at(slot.date, slot.end),
            "earliest_starts_at": self.at(slot.date, slot.first),
            "latest_starts_at": self.at(slot.date, slot.last),
            **self.cost(slot.price),
        }

    def price(self, found: Price) -> Json:
        at = found.placed
        return {
            "date": at.date if at else None,
            "starts_at": self.at(at.date, at.start) if at else None,
            "ends_at": self.at(at.date, at.end) if at else None,
            "refused": found.refused,
            "handed_over": self._handed(found.handed) if found.handed else None,
            **self.cost(found),
        }

    def cost(self, found: Price) -> Json:
        return {
            "colour": str(found.colour),
            "text": with_names(self.words.sentence(found), self.names, UNKNOWN),
            "driving_minutes": _minutes(found.parts.driving),
            "waiting_minutes": _minutes(found.waiting),
            "overtime_minutes": _minutes(found.overtime),
            "cost": _parts(found.parts),
            "credited": found.credited,
            "paused": found.paused,
            "beyond_radius": found.beyond_radius,
            "uncredited": list(found.uncredited),
            "own": [self.moved(item) for item in found.own],
            "displaced": [self.moved(item) for item in found.displaced],
            "retimed": [self._retimed(item) for item in found.shifts],
        }

    def _handed(self, found: Handed) -> Json:
        return {
            **self._who(found.rep),
            "accounts": [self._account(site) for site in found.sites],
            "visits": [
                {
                    **self._account(visit.site),
                    "date": visit.date,
                    "starts_at": self._there(visit.date, visit.start),
                    "ends_at": self._there(visit.date, visit.end),
                }
                for visit in found.visits
            ],
            "reps": [
                {**self._who(one.rep), "driving_minutes": _minutes(one.driving), "work_minutes": _minutes(one.work)}
                for one in found.shares
            ],
        }

    def _there(self, day: date, second: int) -> datetime:
        return clock.instant(day, second, self.to_zone).astimezone(clock.zone(self.to_zone))

    def _account(self, site: str) -> Json:
        return {"account_id": UUID(site), "account_name": self._name(site)}

    def _who(self, rep: str) -> Json:
        return {"rep_id": UUID(rep), "rep_name": self._rep(rep)}

    def _name(self, site: str) -> str:
        return self.names.get(UUID(site), UNKNOWN)

    def _rep(self, rep: str) -> str:
        return self.names.get(UUID(rep), "another rep")

    def moved(self, item: Displaced) -> Json:
        to, start = item.to, item.start
        detail = item.detail or (SENTENCES[item.reason] if item.reason else "")
        return {
            **self._what(item),
            "from_date": item.day,
            "to_date": to,
            "to_starts_at": self.at(to, start) if to is not None and start is not None else None,
            "left_out": item.left_out,
            "reason": item.reason,
            "detail": with_names(detail, self.names, UNKNOWN) or None,
        }

    def _retimed(self, item: Shift) -> Json:
        starts = {"from_starts_at": self.at(item.day, item.before), "to_starts_at": self.at(item.day, item.after)}
        return {**self._what(item), **starts}

    def _what(self, item: Displaced | Shift) -> Json:
        account = UUID(item.site) if item.site else None
        return {
            "account_id": account,
            "account_name": self.names.get(account) if account else None,
            "appointment_id": UUID(item.appointment.partition(":")[0]) if item.appointment else None,
        }


def no_slot(day: NoSlot, rep: Rep) -> Json:
    name = holiday(rep, day.date) if day.reason is Reason.REP_AWAY else None
    text = f"It is a public holiday ({name}), on which the rep does not work." if name else NO_SLOT[day.reason]
    return {"date": day.date, "reason": day.reason, "text": text}


def _reps(price: Price) -> Iterable[str]:
    return [price.handed.rep, *(share.rep for share in price.handed.shares)] if price.handed else ()


def _sites(price: Price) -> Iterable[str]:
    yield from price.handed.sites if price.handed else ()
    yield from (item.site for group in (price.own, price.displaced, price.shifts) for item in group if item.site)


def _texts(price: Price) -> Iterable[str]:
    return [price.reason, *(item.detail for item in (*price.own, *price.displaced))]


def _parts(parts: Objective) -> Json:
    named = {f"{name}_minutes": _minutes(value) for name, value in asdict(parts).items()}
    return {**named, "total_minutes": _minutes(parts.total)}


def _minutes(seconds: int) -> float:
    return round(seconds / 60, 1)
