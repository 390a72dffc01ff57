"""A rep's day as people see it: the stored stops with everything about them, contacts due beside, and what has changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from planner.plan import StopKind
from server.accounts.hours import open_windows
from server.accounts.models import Account
from server.activities.due import due_touches
from server.activities.models import Activity
from server.appointments.occurrences import Occurrence, occurrences
from server.cadences.models import CadencePolicy, MustVisit
from server.company.models import Company
from server.core import clock
from server.core.database import db, writing
from server.inputs.models import RepInputs
from server.plans.days import free_day
from server.plans.diff import diff
from server.plans.models import PlanDay, PlanStop, PlanVersion, PlanVersionDay, PublishedPlan, RouteFetch
from server.reps.models import Rep

Json = dict[str, Any]
CALLS = (str(StopKind.VISIT), str(StopKind.APPOINTMENT))
DIRECTIONS = "https://www.google.com/maps/dir/?api=1&destination={lat:.6f},{lon:.6f}"


@dataclass(frozen=True)
class Served:
    """The published plan of a rep as far as a day needs it."""

    version: PlanVersion | None
    days: Mapping[date, tuple[UUID, Json]]
    behind: bool  # the inputs have changed since


def served(session: Session, rep_id: UUID, first: date, last: date) -> Served:
    """Published days from `first` to `last`: two queries."""
    query = (
        select(PlanVersion, RepInputs.revision, RepInputs.repaired)
        .select_from(Rep)
        .outerjoin(PublishedPlan, PublishedPlan.rep_id == Rep.id)
        .outerjoin(PlanVersion, PlanVersion.id == PublishedPlan.version_id)
        .outerjoin(RepInputs, RepInputs.rep_id == Rep.id)
        .where(Rep.id == rep_id)
    )
    version, revision, repaired = session.execute(query).one()
    days: dict[date, tuple[UUID, Json]] = {}
    if version is not None:
        found = (
            select(PlanDay.date, PlanDay.id, PlanDay.route)
            .join(PlanVersionDay, PlanVersionDay.day_id == PlanDay.id)
            .where(PlanVersionDay.version_id == version.id, PlanVersionDay.date.between(first, last))
        )
        days = {day: (day_id, route) for day, day_id, route in session.execute(found)}
    return Served(version, days, version is None or (revision or 0) > (repaired if repaired is not None else -1))


def day_of(rep: Rep, day: date | None, *, remember: bool) -> Json:
    """The route of one day.  `remember`: the rep fetched it, so that the next fetch can say what has changed since."""
    session = db.session()
    day = day or clock.today(rep.timezone)
    plan = served(session, rep.id, day, day)
    day_id, route = plan.days.get(day, (None, free_day()))
    changes = _changes(session, rep.id, day, day_id, route)
    view = _View(session, rep, {day: route}).day(day, route)
    view["plan"] = plan_reference(plan.version)
    view["status"] = "pending" if plan.behind else "current"
    view["next_planned_date"] = None if _has_calls(route) else _next_planned(session, plan.version, day)
    view["contacts"] = _contacts(session, rep, day)
    view["etag"] = _etag(view)  # without the changes: once they were fetched, the same day is not news again
    view["changes"] = changes
    if remember and day_id is not None:
        _remember(rep.id, day, day_id)
    return view


def _has_calls(route: Json) -> bool:
    return any(stop["kind"] in CALLS for stop in route["stops"])


def _next_planned(session: Session, version: PlanVersion | None, day: date) -> date | None:
    """The first day after `day` on which the published plan has a visit or an appointment."""
    if version is None:
        return None
    return session.scalar(
        select(func.min(PlanVersionDay.date))
        .join(PlanStop, PlanStop.day_id == PlanVersionDay.day_id)
        .where(PlanVersionDay.version_id == version.id, PlanVersionDay.date > day, PlanStop.kind.in_(CALLS))
    )


def schedule_of(rep: Rep, first: date, last: date) -> Json:
    """The routes of several days, those without a stop left out."""
    session = db.session()
    plan = served(session, rep.id, first, last)
    routes = {day: route for day, (_, route) in sorted(plan.days.items())}
    view = _View(session, rep, routes)
    result = {
        "rep_id": rep.id,
        "timezone": rep.timezone,
        "plan": plan_reference(plan.version),
        "status": "pending" if plan.behind else "current",
        "days": [view.day(day, route) for day, route in routes.items()],
    }
    return {**result, "etag": _etag(result)}


def plan_reference(version: PlanVersion | None) -> Json | None:
    if version is None:
        return None
    return {"id": version.id, "number": version.number, "published_at": version.published_at}


def _etag(view: Json) -> str:
    return sha256(json.dumps(view, default=str, sort_keys=True).encode()).hexdigest()[:32]


def _changes(session: Session, rep_id: UUID, day: date, day_id: UUID | None, route: Json) -> list[Json]:
    """What is otherwise than in the day that the rep fetched last."""
    query = (
        select(PlanDay.id, PlanDay.route)
        .join(RouteFetch, RouteFetch.day_id == PlanDay.id)
        .where(RouteFetch.rep_id == rep_id, RouteFetch.date == day)
    )
    seen = session.execute(query).one_or_none()
    if seen is None or seen.id == day_id:
        return []
    return [change.as_json() for change in diff({day: seen.route}, {day: route})]


def _contacts(session: Session, rep: Rep, day: date) -> list[Json]:
    """Calls, e-mails and mail that are due, the most urgent first."""
    asked = select(CadencePolicy.id).where(CadencePolicy.channel != "visit", CadencePolicy.mode.is_not(None))
    if session.scalar(asked.limit(1)) is None:
        return []
    return [
        {
            "channel": touch.channel,
            "account": _account(touch.account),
            "state": str(touch.standing.state),
            "due_date": touch.standing.due,
            "closes_date": touch.standing.closes,
        }
        for touch in due_touches(session, rep, day)
    ]


def _remember(rep_id: UUID, day: date, day_id: UUID) -> None:
    seen = db.session.scalar(select(RouteFetch.day_id).where(RouteFetch.rep_id == rep_id, RouteFetch.date == day))
    if seen == day_id:
        return
    with writing() as session:
        row = session.get(RouteFetch, (rep_id, day))
        if row is None:
            session.add(RouteFetch(rep_id=rep_id, date=day, day_id=day_id))
        else:
            row.day_id, row.fetched_at = day_id, clock.now()


class _View:
    """Looks everything up once for all stops of all days."""

    def __init__(self, session: Session, rep: Rep, routes: Mapping[date, Json]) -> None:
        self.rep = rep
        stops = [stop for route in routes.values() for stop in route["stops"]]
        ids = {UUID(stop["account"]) for stop in stops if stop["account"]}
        self.accounts = _by_id(session, Account, ids)
        self.must_visits = _by_id(session, MustVisit, {UUID(s["must_visit"]) for s in stops if s["must_visit"]})
        self.occurrences: dict[str, Occurrence] = {}
        if any(stop["appointment"] for stop in stops):
            found = occurrences(session, [rep.id], min(routes), max(routes))
            self.occurrences = {occurrence.key: occurrence for occurrence in found}
        self.last = _last_visits(session, ids)
        self.default_hours = session.scalar(select(Company.default_hours).where(Company.id == 1))

    def day(self, day: date, route: Json) -> Json:
        stops = [self._stop(day, n, stop) for n, stop in enumerate(route["stops"])]
        driving = sum(stop["travel"] for stop in route["stops"]) + route["return_travel"]
        metres = sum(stop["metres"] for stop in route["stops"]) + route["return_metres"]
        return {
            "rep_id": self.rep.id,
            "date": day,
            "timezone": self.rep.timezone,
            "starts_at": self._at(day, route["start"]) if stops else None,
            "ends_at": self._at(day, route["end"]) if stops else None,
            "start_place": _place(self.rep.home_lat, self.rep.home_lon),
            "end_place": _place(self.rep.end_lat, self.rep.end_lon) or _place(self.rep.home_lat, self.rep.home_lon),
            "return_travel_minutes": _minutes(route["return_travel"]),
            "return_travel_metres": route["return_metres"],
            "travel_minutes": _minutes(driving),
            "travel_metres": metres,
            "anchor_account_id": route["anchor"],
            "stops": stops,
        }

    def _at(self, day: date, seconds: int) -> datetime:
        return clock.instant(day, seconds, self.rep.timezone).astimezone(clock.zone(self.rep.timezone))

    def _stop(self, day: date, position: int, stop: Json) -> Json:
        account = self.accounts.get(UUID(stop["account"])) if stop["account"] else None
        occurrence = self.occurrences.get(stop["appointment"] or "")
        place = self._place(account, occurrence)
        return {
            "position": position,
            "kind": stop["kind"],
            "status": stop["status"],
            "title": self._title(stop, account, occurrence),
            "account": _account(account) if account else None,
            "appointment": self._appointment(stop, occurrence),
            "address": _address(account) if account else occurrence.appointment.address if occurrence else None,
            "place": place,
            "navigation_url": DIRECTIONS.format(**place) if place else None,
            "geo_uri": "geo:{lat:.6f},{lon:.6f}".format(**place) if place else None,
            "windows": self._windows(day, stop, account, occurrence),
            "leave_by": self._at(day, stop["leave_by"]) if stop["leave_by"] is not None else None,
            "arrives_at": self._at(day, stop["arrival"]),
            "starts_at": self._at(day, stop["start"]),
            "ends_at": self._at(day, stop["end"]),
            "travel_minutes": _minutes(stop["travel"]),
            "travel_metres": stop["metres"],
            "service_minutes": _minutes(stop["end"] - stop["start"]),
            "activity_id": stop["activity"],
            "why": self._why(day, stop, account, occurrence),
        }

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

    def _place(self, account: Account | None, occurrence: Occurrence | None) -> Json | None:
        if account is not None:
            return _place(account.lat, account.lon)
        return _place(occurrence.appointment.lat, occurrence.appointment.lon) if occurrence else None

    def _windows(self, day: date, stop: Json, account: Account | None, occurrence: Occurrence | None) -> list[Json]:
        """When it may begin: as agreed, or (a visit) while the account is open."""
        zone = clock.zone(self.rep.timezone)
        if occurrence is not None:
            opens, leeway = occurrence.starts_at, timedelta(minutes=occurrence.appointment.leeway_minutes)
            return [{"opens_at": opens.astimezone(zone), "closes_at": (opens + leeway).astimezone(zone)}]
        if account is None:
            return []
        texts = (account.opening_hours, self.default_hours)
        (windows,) = open_windows(texts, account.country, account.region, account.timezone, day, day)
        instants = [[clock.instant(day, second, account.timezone) for second in window] for window in windows]
        return [{"opens_at": a.astimezone(zone), "closes_at": b.astimezone(zone)} for a, b in instants]

    def _why(self, day: date, stop: Json, account: Account | None, occurrence: Occurrence | None) -> Json | None:
        """What brings the rep here, as facts; the words are the face's affair, but `text` says it in English."""
        if stop["kind"] in (StopKind.BREAK, StopKind.BLOCK):
            return None
        must = self.must_visits.get(UUID(stop["must_visit"])) if stop["must_visit"] else None
        last = self.last.get(account.id) if account else None
        due = date.fromisoformat(stop["due"]) if stop["due"] else None
        reason = _reason(stop, must, due, day)
        return {
            "reason": reason,
            "due_date": due,
            "late_days": stop["late_days"],
            "last_visit_date": last,
            "days_since_last_visit": (day - last).days if last and last <= day else None,
            "must_visit_note": must.note if must else None,
            "appointment_title": occurrence.appointment.title if occurrence else None,
            "text": _words(reason, due, stop["late_days"], last, day, must, occurrence),
        }


def _reason(stop: Json, must: MustVisit | None, due: date | None, day: date) -> str:
    if stop["kind"] == StopKind.APPOINTMENT:
        return "appointment"
    if must is not None:
        return "must_visit"
    if stop["late_days"]:
        return "late"
    if due is None:
        return "logged" if stop["status"] != "planned" else "cadence"
    return "due" if due <= day else "due_soon"


def _words(
    reason: str,
    due: date | None,
    late: int,
    last: date | None,
    day: date,
    must: MustVisit | None,
    met: Occurrence | None,
) -> str:
    since = (
        f"; last visit {(day - last).days} days before"
        if last and last < day
        else "; never visited"
        if not last
        else ""
    )
    if reason == "appointment":
        return f"Appointment: {met.appointment.title}" if met else "Appointment"
    if reason == "must_visit" and must is not None:
        return f"Asked for by a person{': ' + must.note if must.note else ''}{since}"
    if reason == "late" and due is not None:
        return f"Late by {late} {'day' if late == 1 else 'days'}, was due {_in_words(due)}{since}"
    if due is not None:
        return f"Due {_in_words(due)}{since}"
    return "Logged by the rep" if reason == "logged" else f"Visit in this period{since}"


def _in_words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def _by_id(session: Session, model: Any, ids: Iterable[UUID]) -> dict[UUID, Any]:
    wanted = list(ids)
    return {row.id: row for row in session.scalars(select(model).where(model.id.in_(wanted)))} if wanted else {}


def _last_visits(session: Session, ids: Iterable[UUID]) -> dict[UUID, date]:
    wanted = list(ids)
    if not wanted:
        return {}
    query = (
        select(Activity.account_id, func.max(Activity.local_day))
        .where(Activity.account_id.in_(wanted), Activity.channel == "visit", Activity.status == "completed")
        .where(Activity.withdrawn_at.is_(None))
        .group_by(Activity.account_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _account(account: Account) -> Json:
    return {name: getattr(account, name) for name in ("id", "name", "phone", "email", "segment", "notes")}


def _minutes(seconds: int) -> int:
    return -(-seconds // 60)


def _place(lat: float | None, lon: float | None) -> Json | None:
    return None if lat is None or lon is None else {"lat": lat, "lon": lon}


def _address(account: Account) -> str | None:
    street = " ".join(part for part in (account.housenumber, account.street) if part)
    town = " ".join(part for part in (account.city, account.region, account.postcode) if part)
    return ", ".join(part for part in (street, town) if part) or None
