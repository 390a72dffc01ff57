"""What a version leaves out, as people ask for it: what it is, by name, and why, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from planner.plan import Reason
from server.appointments.conflicts import WorkingLife, at_the_same_time
from server.appointments.models import Appointment
from server.appointments.occurrences import Occurrence, occurrences
from server.core import clock
from server.core.database import db
from server.plans.models import PlanVersion
from server.plans.naming import ids_in, names_of, with_names
from server.plans.needs import Needs, needs_of
from server.reps.hours import holiday
from server.reps.models import Rep

Json = dict[str, Any]
SENTENCES: dict[str, str] = {
    Reason.NOT_DUE: "It is not due within the planned days.",
    Reason.PAUSED: "A pause, a closed season or the end of its cadence covers the planned days.",
    Reason.ENDED: "What asked for it is over, or ends before it asks for another visit.",
    Reason.NO_CADENCE: "It has no visit cadence, and nobody asked for a visit.",
    Reason.NO_POSITION: "Its position is not known.",
    Reason.NO_REP: "Nobody visits it: it has no owner, or the owner has no workday.",
    Reason.REP_AWAY: "The rep does not work on any day on which the visit could be.",
    Reason.NO_SKILL: "Whoever works on the allowed days lacks a skill that it needs.",
    Reason.CLOSED: "It is closed during the rep's working hours on all allowed days.",
    Reason.TOGETHER: "It cannot be visited on one day with what is to be visited together with it.",
    Reason.APART: "It is not to be visited on one day with what stands on the days that have room for it.",
    Reason.OVER_CAPACITY: "It needs more than can be carried on any allowed day.",
    Reason.OUT_OF_REACH: "Even alone on a day, it does not fit into it.",
    Reason.BEYOND_RADIUS: "It lies beyond the radius of every day that has room.",
    Reason.APPOINTMENT_CONFLICT: "Appointments and time blocks leave no room for it.",
    Reason.TOO_CLOSE: "Another visit of the same account is too close to it.",
    Reason.DAY_FULL: "The days are full: it fits only if other visits are displaced.",
    Reason.CHEAPER_LEFT_OUT: "It would fit, but costs more than it is worth.",
    Reason.NEXT_SEARCH: "It would fit, but a change moves nothing that need not move; the next search may find it a place.",
}


def unplanned(version: PlanVersion, reason: str | None) -> list[Json]:
    """Its entries (None: of all reasons), with the names of accounts and of what was agreed."""
    session = db.session()
    entries = [entry for entry in version.unplanned if reason in (None, entry["reason"])]
    promises = _Promises(session, version.rep_id, [entry for entry in entries if entry["appointment"]])
    ids = {UUID(name) for e in entries for name in (e["account"], *e["displaces"]) if name}
    ids.update(found for e in entries for found in ids_in(e["detail"] or ""))
    ids.update(row.account_id for row in promises.rows.values() if row.account_id)
    names, needs = names_of(session, ids), needs_of(session, version.rep_id, entries)
    rep = session.get_one(Rep, version.rep_id)
    return [_entry(entry, names, promises, needs, rep) for entry in entries]


class _Promises:
    """The appointments and time blocks of some entries, as they are now: a handful of queries."""

    def __init__(self, session: Session, rep_id: UUID, entries: Sequence[Json]) -> None:
        self.rows: dict[UUID, Appointment] = {}
        self.calendar: dict[str, Occurrence] = {}
        if not entries:
            return
        rep = session.get_one(Rep, rep_id)
        self.zone = clock.zone(rep.timezone)
        wanted = {_id(entry) for entry in entries}
        self.rows = {row.id: row for row in session.scalars(select(Appointment).where(Appointment.id.in_(wanted)))}
        days = sorted(date.fromisoformat(day) for entry in entries for day in entry["days"])
        if days:
            self.calendar = {met.key: met for met in occurrences(session, [rep_id], days[0], days[-1])}
            self.life = WorkingLife(session, rep, days[0], days[-1])

    def of(self, entry: Json) -> Json:
        """`starts_at` and `ends_at` are null where it was moved to other days or cancelled since."""
        if not entry["appointment"]:
            kind = "must_visit" if entry["must_visit"] else "visit"
            return {"kind": kind, "appointment_id": None, "title": None, "starts_at": None, "ends_at": None}
        met = self.calendar.get(entry["appointment"])
        row = met.appointment if met else self.rows.get(_id(entry))
        with_account = row.account_id is not None if row else entry["account"] is not None
        return {
            "kind": "appointment" if with_account else "time_block",
            "appointment_id": _id(entry),
            "title": row.title if row else None,
            "starts_at": met.starts_at.astimezone(self.zone) if met else None,
            "ends_at": met.ends_at.astimezone(self.zone) if met else None,
        }

    def words(self, entry: Json) -> str | None:
        """What is certain of it says more than the planner; None: nothing is, or it is no promise."""
        met = self.calendar.get(entry["appointment"] or "")
        if met is None:
            return None
        if (certain := self.life.against(met)) is not None:
            return certain.detail
        if entry["reason"] != Reason.APPOINTMENT_CONFLICT:
            return None
        return at_the_same_time(met, list(self.calendar.values()), self.life.rep)

    def account(self, entry: Json) -> UUID | None:
        """Also of an appointment with an account that another rep owns, which the planner does not know."""
        if entry["account"] or not entry["appointment"]:
            return UUID(entry["account"]) if entry["account"] else None
        row = self.rows.get(_id(entry))
        return row.account_id if row else None


def _id(entry: Json) -> UUID:
    return UUID(entry["appointment"].partition(":")[0])


def _holidays(entry: Json, rep: Rep) -> str:
    """Of what is left out because the rep does not work then: which of the days are public holidays, in sentences."""
    days = map(date.fromisoformat, entry["days"] if entry["reason"] == Reason.REP_AWAY else ())
    return "".join(
        f" {clock.date_in_words(day)} is a public holiday ({name})." for day in days if (name := holiday(rep, day))
    )


def _entry(entry: Json, names: Mapping[UUID, str], promises: _Promises, needs: Needs, rep: Rep) -> Json:
    account = promises.account(entry)
    certain = promises.words(entry)
    words = certain or (needs.words(entry) or entry["detail"] or SENTENCES[entry["reason"]]) + _holidays(entry, rep)
    return {
        **promises.of(entry),
        "account_id": account,
        "account_name": names.get(account) if account else None,
        "must_visit_id": entry["must_visit"],
        "reason": entry["reason"],
        "cause": entry.get("cause"),  # versions of old have none, nor the next
        "in_time_until": entry.get("in_time_until"),
        "detail": with_names(words, names, unknown="another account"),
        "days": entry["days"],
        "displaces": [{"account_id": UUID(i), "account_name": names.get(UUID(i))} for i in entry["displaces"]],
        "cost_minutes": None if entry["cost"] is None else round(entry["cost"] / 60, 1),
    }
