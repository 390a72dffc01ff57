"""Days as they are shown: stored routes with what accounts, appointments and must-visits say beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from planner.plan import StopKind
from server.accounts.hours import DAY, open_spans
from server.accounts.models import Account
from server.activities.models import Activity
from server.appointments.occurrences import Occurrence
from server.cadences.models import MustVisit
from server.company.models import Company
from server.core import clock
from server.hotels.models import Hotel
from server.plans.consumption import consumption
from server.plans.days import is_driven
from server.plans.models import PlanStop, PlanVersionDay, PublishedPlan
from server.plans.not_kept import NotKept
from server.plans.words import in_words, reason_of
from server.reps.hours import holiday
from server.reps.models import Rep

Json = dict[str, Any]
POSTCODE_LAST = {"US", "CA", "GB", "IE", "AU", "NZ", "IN", "ZA"}
NUMBER_FIRST = POSTCODE_LAST | {"FR", "LU", "MC"}
DIRECTIONS = "https://www.google.com/maps/dir/?api=1&destination={lat:.6f},{lon:.6f}"


class View:
    """Looks everything up once for all stops of all days."""

    def __init__(
        self,
        session: Session,
        rep: Rep,
        routes: Mapping[date, Json],
        calendar: Iterable[Occurrence],
        not_kept: Mapping[date, list[NotKept]],
    ) -> None:
        self.rep, self.not_kept = rep, not_kept
        self.occurrences = {occurrence.key: occurrence for occurrence in calendar}
        stops = [stop for route in routes.values() for stop in route["stops"]]
        ids = {UUID(stop["account"]) for stop in stops if stop["account"]}
        others = {item.occurrence.appointment.account_id for items in not_kept.values() for item in items}
        beds = [bed for route in routes.values() for bed in (route.get("morning"), route.get("night")) if bed]
        hosts = {UUID(bed["account"]) for bed in beds if "account" in bed}
        self.accounts = _by_id(session, Account, ids | hosts | {account for account in others if account})
        self.hotels = _by_id(session, Hotel, {UUID(bed["hotel"]) for bed in beds if "hotel" in bed})
        self.must_visits = _by_id(session, MustVisit, {UUID(s["must_visit"]) for s in stops if s["must_visit"]})
        self.visited = _visited(session, ids)
        shared = [row.id for row in self.accounts.values() if row.shared_visits]
        self.planned = _planned_days(session, rep, ids, shared, max(routes)) if ids else {}
        self.company = session.get(Company, 1) or Company()

    def day(self, day: date, route: Json) -> Json:
        stops = [self._stop(day, n, stop) for n, stop in enumerate(route["stops"])]
        driving = sum(stop["travel"] for stop in route["stops"]) + route["return_travel"]
        metres = sum(stop["metres"] for stop in route["stops"]) + route["return_metres"]
        before, after, driven = self._stay(route.get("morning")), self._stay(route.get("night")), is_driven(route)
        home = _place(self.rep.home_lat, self.rep.home_lon)
        return {
            "rep_id": self.rep.id,
            "date": day,
            "timezone": self.rep.timezone,
            "holiday": holiday(self.rep, day),
            "starts_at": self._at(day, route["start"]) if driven else None,
            "ends_at": self._at(day, route["end"]) if driven else None,
            "night_before": before,
            "night_after": after,
            "start_place": before["place"] if before else home,
            "end_place": after["place"] if after else _place(self.rep.end_lat, self.rep.end_lon) or home,
            "return_travel_minutes": _minutes(route["return_travel"]),
            "return_travel_metres": route["return_metres"],
            "travel_minutes": _minutes(driving),
            "travel_metres": metres,
            "consumption": consumption(metres, self.company),
            "anchor_account_id": route["anchor"],
            "stops": stops,
            "not_kept": [self._not_kept(item) for item in self.not_kept.get(day, ())],
        }

    def _stay(self, bed: Json | None) -> Json | None:
        """A hotel or an account that is gone since is still where it was."""
        if bed is None:
            return None
        hotel = self.hotels.get(UUID(bed["hotel"])) if "hotel" in bed else None
        account = self.accounts.get(UUID(bed["account"])) if "account" in bed else None
        place = {"lat": bed["lat"], "lon": bed["lon"]}
        return {
            "hotel_id": hotel.id if hotel else None,
            "account_id": account.id if account else None,
            "name": hotel.name if hotel else account.name if account else "A place that is no longer known",
            "address": hotel.address if hotel else address_of(account) if account else None,
            "place": place,
            **_directions(place),
        }

    def _not_kept(self, item: NotKept) -> Json:
        met, row = item.occurrence, item.occurrence.appointment
        account = self.accounts.get(row.account_id) if row.account_id else None
        zone = clock.zone(self.rep.timezone)
        return {
            "id": row.id,
            "occurrence": met.key,
            "kind": "appointment" if row.account_id else "time_block",
            "title": row.title,
            "notes": row.notes,
            "account": account_card(account) if account else None,
            **self._where(account, met),
            "starts_at": met.starts_at.astimezone(zone),
            "ends_at": met.ends_at.astimezone(zone),
            "reason": item.reason,
            "detail": item.detail,
        }

    def _at(self, day: date, seconds: int) -> datetime:
        return clock.instant(day, seconds, self.rep.timezone).astimezone(clock.zone(self.rep.timezone))

    def _stop(self, day: date, position: int, stop: Json) -> Json:
        account = self.accounts.get(UUID(stop["account"])) if stop["account"] else None
        occurrence = self.occurrences.get(stop["appointment"] or "")
        return {
            "position": position,
            "kind": stop["kind"],
            "status": stop["status"],
            "title": self._title(stop, account, occurrence),
            "account": account_card(account) if account else None,
            "appointment": self._appointment(stop, occurrence),
            **self._where(account, occurrence),
            "windows": self._windows(day, stop, account, occurrence),
            "leave_by": self._at(day, stop["leave_by"]) if stop["leave_by"] is not None else None,
            "arrives_at": self._at(day, stop["arrival"]),
            "starts_at": self._at(day, stop["start"]),
            "ends_at": self._at(day, stop["end"]),
            "travel_minutes": _minutes(stop["travel"]),
            "travel_metres": stop["metres"],
            "service_minutes": _minutes(stop["end"] - stop["start"]),
            "first_visit": account is not None and self._is_first(day, stop, account),
            "activity_id": stop["activity"],
            "why": self._why(day, stop, account, occurrence),
        }

    def _is_first(self, day: date, stop: Json, account: Account) -> bool:
        """By what is known now: nobody has been there before, nor is anybody to go there before."""
        if stop["kind"] != StopKind.VISIT:
            return False
        first, _ = self.visited.get(account.id, (day, day))
        return first >= day and self._planned_before(day, account) is None

    def _planned_before(self, day: date, account: Account) -> date | None:
        return max((found for found in self.planned.get(account.id, ()) if found < day), default=None)

    def _title(self, stop: Json, account: Account | None, occurrence: Occurrence | None) -> str:
        if occurrence is not None:
            return occurrence.appointment.title
        return account.name if account else "Break" if stop["kind"] == StopKind.BREAK else "Appointment"

    def _appointment(self, stop: Json, occurrence: Occurrence | None) -> Json | None:
        if not stop["appointment"]:
            return None
        row = occurrence.appointment if occurrence else None
        return {
            "id": UUID(stop["appointment"].partition(":")[0]) if row is None else row.id,
            "day": occurrence.day if occurrence else None,
            "title": row.title if row else None,
            "notes": row.notes if row else None,
        }

    def _where(self, account: Account | None, occurrence: Occurrence | None) -> Json:
        row = account or (occurrence.appointment if occurrence else None)
        place = _place(row.lat, row.lon) if row else None
        return {
            "address": address_of(account) if account else occurrence.appointment.address if occurrence else None,
            "place": place,
            **_directions(place),
        }

    def _windows(self, day: date, stop: Json, account: Account | None, occurrence: Occurrence | None) -> list[Json]:
        """When it may begin: as agreed, or (a visit) while the account is open."""
        zone = clock.zone(self.rep.timezone)
        if occurrence is not None:
            opens, leeway = occurrence.starts_at, timedelta(minutes=occurrence.appointment.leeway_minutes)
            return [{"opens_at": opens.astimezone(zone), "closes_at": (opens + leeway).astimezone(zone)}]
        if account is None:
            return []
        texts = (account.opening_hours, self.company.default_hours)
        where = account.country, account.region, account.timezone
        begin, end = clock.midnight(day, self.rep.timezone), clock.midnight(day + DAY, self.rep.timezone)
        spans = open_spans(texts, *where, day - DAY, day + DAY)  # its dates that meet the rep's
        shown = [(max(opens, begin), min(closes, end)) for opens, closes in spans if opens < end and begin < closes]
        return [{"opens_at": a.astimezone(zone), "closes_at": b.astimezone(zone)} for a, b in shown]

    def _why(self, day: date, stop: Json, account: Account | None, occurrence: Occurrence | None) -> Json | None:
        """What brings the rep here, as facts; the words are the face's affair, but `text` says it in English."""
        if stop["kind"] in (StopKind.BREAK, StopKind.BLOCK):
            return None
        must = self.must_visits.get(UUID(stop["must_visit"])) if stop["must_visit"] else None
        _, last = self.visited.get(account.id, (None, None)) if account else (None, None)
        planned = self._planned_before(day, account) if account else None
        due = date.fromisoformat(stop["due"]) if stop["due"] else None
        reason = reason_of(stop, must, due, day)
        return {
            "reason": reason,
            "due_date": due,
            "late_days": stop["late_days"],
            "last_visit_date": last,
            "days_since_last_visit": (day - last).days if last and last <= day else None,
            "must_visit_note": must.note if must else None,
            "appointment_title": occurrence.appointment.title if occurrence else None,
            "text": in_words(reason, due, stop["late_days"], last, day, must, occurrence, planned),
        }


def _by_id(session: Session, model: Any, ids: Iterable[UUID]) -> dict[UUID, Any]:
    wanted = list(ids)
    return {row.id: row for row in session.scalars(select(model).where(model.id.in_(wanted)))} if wanted else {}


def _visited(session: Session, ids: Iterable[UUID]) -> dict[UUID, tuple[date, date]]:
    """The days of the first and the last completed visit."""
    wanted = list(ids)
    if not wanted:
        return {}
    query = (
        select(Activity.account_id, func.min(Activity.local_day), func.max(Activity.local_day))
        .where(Activity.account_id.in_(wanted), Activity.channel == "visit", Activity.status == "completed")
        .where(Activity.withdrawn_at.is_(None))
        .group_by(Activity.account_id)
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}


def _planned_days(
    session: Session, rep: Rep, ids: Iterable[UUID], shared: Iterable[UUID], until: date
) -> dict[UUID, set[date]]:
    """Days before `until` on which what is published has a call at these accounts that is still to begin; at those that are
    shared, of any rep's plan."""
    query = (
        select(PlanStop.account_id, PlanVersionDay.date)
        .join(PlanVersionDay, PlanVersionDay.day_id == PlanStop.day_id)
        .join(PublishedPlan, PublishedPlan.version_id == PlanVersionDay.version_id)
        .where(PlanStop.account_id.in_(list(ids)))
        .where(or_(PublishedPlan.rep_id == rep.id, PlanStop.account_id.in_(list(shared))))
        .where(PlanStop.starts_at > clock.now(), PlanVersionDay.date < until)
    )
    found: dict[Any, set[date]] = {}
    for account_id, day in session.execute(query):
        found.setdefault(account_id, set()).add(day)
    return found


def account_card(account: Account) -> Json:
    return {
        name: getattr(account, name)
        for name in ("id", "name", "phone", "email", "segment", "notes", "position_quality")
    }


def _minutes(seconds: int) -> int:
    return -(-seconds // 60)


def _place(lat: float | None, lon: float | None) -> Json | None:
    return None if lat is None or lon is None else {"lat": lat, "lon": lon}


def _directions(place: Json | None) -> Json:
    return {
        "navigation_url": DIRECTIONS.format(**place) if place else None,
        "geo_uri": "geo:{lat:.6f},{lon:.6f}".format(**place) if place else None,
    }


def address_of(account: Account) -> str | None:
    """As it is written in the account's country: "12 Main St, Boston MA 02110" or "Hauptstr. 12, 10115 Berlin"."""
    street, town = [account.street, account.housenumber], [account.postcode, account.city]
    if account.country in NUMBER_FIRST:
        street.reverse()
    if account.country in POSTCODE_LAST:
        town = [account.city, account.region, account.postcode]
    lines = (" ".join(part for part in line if part) for line in (street, town))
    return ", ".join(filter(None, lines)) or None
