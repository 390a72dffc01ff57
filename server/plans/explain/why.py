"""An account's next visit and what it lacks, explained by the planner in this process and remembered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from planner.errors import ProblemError
from planner.explain import Admission, Why, WhyNot, Words, why, why_not
from planner.problem import Site
from server.appointments.models import Appointment
from server.core import clock
from server.core.database import db
from server.core.errors import Invalid
from server.hotels.models import Hotel
from server.identity.models import User
from server.plans.explain import findings
from server.plans.explain.schemas import AccountWhySchema
from server.plans.naming import ids_in, names_of, with_names
from server.plans.proposals.answers import UNKNOWN, Answers
from server.plans.proposals.asking import Asked, asked_of, head_of, known_account
from server.plans.unplanned import SENTENCES
from server.reps.models import Rep

Json = dict[str, Any]
ANSWER = AccountWhySchema(only=("visit", "left_out"))


def why_of(user: User, rep: Rep, account_id: UUID, day: date | None) -> Json:
    """What is planned at an account (on `day`, else next) and what it lacks; `account_id` is one that the user may see."""
    session, today, rep_id = db.session(), clock.today(rep.timezone), rep.id
    account = known_account(user, account_id)
    head = {
        **head_of(session, rep),
        "account_id": account_id,
        "account_name": names_of(session, [account_id])[account_id],
    }
    at, subject = findings.basis(session, rep_id, today), f"{account.id} {day or ''}"
    known = findings.known(session, at, findings.WHY, subject) if at else None
    if known is not None:
        return {**head, **ANSWER.load(known)}
    asked = asked_of(rep)
    site = next((site for site in asked.problem.sites if site.id == account.id), None)
    if site is None:
        said = "It is archived; restore it first." if account.archived else "Another rep visits it, or nobody."
        raise Invalid(pointers={"/query/account_id": said})
    answer = explained(asked, site, day)
    if at is not None and (asked.built.base, asked.built.revision) == (at.version, at.revision):
        findings.remember(at, findings.WHY, subject, ANSWER.dump(answer))
    return {**head, **answer}


def explained(asked: Asked, site: Site, day: date | None) -> Json:
    """Both answers; nothing is read or written."""
    visit = _planned(asked, site.id, day)
    lacks = why_not(asked.problem, asked.plan, site.id, asked.frozen)
    told = _Telling(db.session(), asked, site, visit, lacks)
    return {"visit": told.visit(visit) if visit else None, "left_out": [told.left_out(one) for one in lacks]}


def _planned(asked: Asked, site: str, day: date | None) -> Why | None:
    """Its stop on `day`, else its first one; None: there is none, or none any more now that something else has changed."""
    dates = sorted(
        route.date
        for route in asked.plan.routes
        if day in (None, route.date) and any(stop.site == site for stop in route.stops)
    )
    try:
        return why(asked.problem, asked.plan, site, dates[0], asked.frozen) if dates else None
    except ProblemError:
        return None


def _nights(session: Session, asked: Asked, visit: Why) -> str:
    """Of the visit's day, where it begins and ends if that is not at home: what the visit costs there follows from it."""
    route = next((route for route in asked.plan.routes if route.date == visit.date), None)
    slept = (route.morning, route.night) if route else (None, None)
    around = asked.built.nights.around(visit.date, *slept)
    words = {"morning": "the night before is spent", "night": "the night after is spent"}
    return "".join(f"; {words[when]} {_bed(session, bed)}" for when, bed in around.items())


def _bed(session: Session, bed: Json) -> str:
    if "hotel" in bed:
        return f"at {session.scalar(select(Hotel.name).where(Hotel.id == UUID(bed['hotel']))) or 'a hotel'}"
    account = UUID(bed["account"])
    return f"near {names_of(session, [account]).get(account, UNKNOWN)}"


class _Telling:
    """Names for everything that the answers speak of, looked up once."""

    def __init__(self, session: Session, asked: Asked, site: Site, visit: Why | None, lacks: Iterable[WhyNot]) -> None:
        prices = [visit.next_best] if visit is not None and visit.next_best is not None else []
        self.answers = Answers(session, asked.zone, prices)
        lacks = list(lacks)
        ids = {UUID(name) for found in lacks for one in found.admissions for name in _sites(one)}
        ids |= {found for one in lacks for found in ids_in(one.entry.detail)} | {UUID(site.id)}
        ids |= {UUID(day.rep) for day in asked.problem.workdays}
        self.answers.names = names = {**self.answers.names, **names_of(session, ids)}
        self.names: Mapping[UUID, str] = names
        titles = session.execute(select(Appointment.id, Appointment.title).where(Appointment.id.in_(_agreed(lacks))))
        self.titles = {row.id: row.title for row in titles}
        self.words = Words(self._called, self._title, self._called, self.answers.words)
        self.nights = _nights(session, asked, visit) if visit else ""
        self.appointments = {a.id for a in asked.problem.appointments}
        self.musts = {m.id for m in asked.problem.must_visits}

    def _called(self, site: str) -> str:
        return self.names.get(UUID(site), UNKNOWN)

    def _title(self, key: str) -> str:
        return f"\u201c{self.titles.get(_id(key)) or 'an appointment'}\u201d"

    def visit(self, found: Why) -> Json:
        window, best = found.window, found.next_best
        at = best.placed if best is not None else None
        return {
            "date": found.date,
            "starts_at": self.answers.at(found.date, found.start),
            "ends_at": self.answers.at(found.date, found.end),
            "basis": str(found.basis),
            "why_now": self.words.now(found),
            "why_this_day": with_names(self.words.this_day(found), self.names, UNKNOWN) + self.nights,
            "opens": window.opens if window else None,
            "due": window.due if window else None,
            "closes": window.closes if window else None,
            "late_days": found.late_days,
            "previous": found.previous,
            "must_visit_id": UUID(found.must) if found.must else None,
            "value_minutes": _minutes(found.value),
            "detour_minutes": _minutes(found.detour),
            "other_days": [
                {"date": o.date, "cost_minutes": None if o.cost is None else _minutes(o.cost), "reason": o.reason}
                for o in found.others
            ],
            "next_best": None
            if best is None or at is None
            else {
                "date": at.date,
                "starts_at": self.answers.at(at.date, at.start),
                "ends_at": self.answers.at(at.date, at.end),
                **self.answers.cost(best),
            },
        }

    def left_out(self, found: WhyNot) -> Json:
        entry = found.entry
        return {
            "appointment_id": _id(entry.request) if entry.request in self.appointments and entry.request else None,
            "must_visit_id": UUID(entry.request) if entry.request in self.musts and entry.request else None,
            "reason": str(entry.reason),
            "detail": with_names(entry.detail or SENTENCES[entry.reason], self.names, UNKNOWN),
            "days": list(entry.days),
            "fits": found.fits,
            "text": self.words.not_planned(found),
            "admissions": [self.admission(one) for one in found.admissions],
        }

    def admission(self, one: Admission) -> Json:
        change = one.change
        seconds, agreed = getattr(change, "seconds", None), getattr(change, "appointment", None)
        to = getattr(change, "rep", None) if change.kind == "other_rep" else None
        return {
            "kind": change.kind,
            "text": self.words.admission(one),
            "date": one.date,
            "minutes": None if seconds is None else seconds // 60,
            **{name: getattr(change, name, None) for name in ("morning", "stops", "units", "metres", "days")},
            "appointment_id": _id(agreed) if agreed else None,
            "to_rep_id": UUID(to) if to else None,
            "effort_minutes": _minutes(one.effort),
            "cost_minutes": _minutes(one.cost),
            "displaced": [self.answers.moved(replace(item, detail="", reason=None)) for item in one.displaced],
            "rivals": [self._called(site) for site in one.rivals],
        }


def _sites(one: Admission) -> Iterable[str]:
    return [*one.rivals, *(item.site for item in one.displaced if item.site)]


def _agreed(lacks: Iterable[WhyNot]) -> list[UUID]:
    named = (getattr(one.change, "appointment", None) for found in lacks for one in found.admissions)
    return [_id(key) for key in named if key]


def _id(key: str) -> UUID:
    """Of an appointment, whichever day of it."""
    return UUID(key.partition(":")[0])


def _minutes(seconds: int) -> float:
    return round(seconds / 60, 1)
