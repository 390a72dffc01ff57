"""From a question to the planner's answer.

The problem is built as for a repair, in this process: a price is two repairs, some tenths of a second, no search.  Nothing is
stored, and no transaction is open while the planner works.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from planner.calendar import DateRange, TimeWindow
from planner.errors import ProblemError
from planner.plan import Objective, Plan, Reason
from planner.problem import Appointment, MustVisit, Problem, Site
from planner.proposals import (
    AskVisit,
    Book,
    Cancel,
    Change,
    FreeSlots,
    HandOver,
    MoveVisit,
    NoSlot,
    SkipVisit,
    SlotRequest,
    price,
    slots,
)
from planner.travel import Place
from server.appointments import service as appointments
from server.appointments.occurrences import starts_at
from server.core import clock
from server.core.database import db
from server.core.errors import Invalid
from server.identity.models import User
from server.identity.scope import visible_account, visible_rep
from server.plans.bridge import BuiltProblem, build_problem
from server.plans.bridge.roads import one_more
from server.plans.bridge.team import build_colleagues_problem
from server.plans.proposals.answers import Answers, no_slot
from server.plans.proposals.schemas import FOUR_WEEKS
from server.plans.route import plan_reference
from server.plans.served import served
from server.reps.models import Rep

Json = dict[str, Any]
NEW = "proposed"
NO_POSITION = "Its position is unknown; correct the address or set it on the map."


@dataclass(frozen=True)
class Known:
    """An account that the user may see, as far as a question needs it: no row that would be read again later."""

    id: str
    zone: str
    archived: bool


@dataclass(frozen=True)
class Asked:
    """What a question is asked of: the rep's problem and published plan; `head` is what every answer begins with."""

    built: BuiltProblem
    zone: str
    head: Json

    @property
    def problem(self) -> Problem:
        """Of the rep alone."""
        return self.built.problem

    @property
    def rep(self) -> str:
        return str(self.built.rep_id)

    @property
    def plan(self) -> Plan:
        """Empty where the rep was never planned: then only what is agreed stands in the way."""
        return Plan((), (), Objective()) if self.built.base is None else self.built.plan()

    @property
    def frozen(self) -> tuple[date, date]:
        """As for a repair: nothing comes to today and tomorrow by itself."""
        return self.built.today.date, self.built.today.date + timedelta(days=1)


def slots_of(user: User, rep: Rep, args: Json) -> Json:
    """Times for a new appointment."""
    account = None if args["account_id"] is None else known_account(user, args["account_id"])
    asked, length = asked_of(rep), args["duration_minutes"]
    where: Json = {}
    if account is not None:
        site = own_site(asked, account, "/query/account_id")
        where, usual = {"site": site.id}, site.first_service or site.service
    else:
        problem, where["place"] = _with_place(asked, args["lat"], args["lon"])
        asked, usual = replace(asked, built=replace(asked.built, problem=problem)), 0
    first = max(args["first"] or asked.problem.horizon.first, asked.problem.horizon.first)
    last = min(args["last"] or first + timedelta(days=FOUR_WEEKS - 1), asked.problem.horizon.last)
    duration = 60 * length if length else usual
    found = FreeSlots((), ())
    if first <= last:
        found = _found(asked, SlotRequest(asked.rep, duration, DateRange(first, last), **where))
    answers = Answers(db.session(), asked.zone, [slot.price for slot in found.slots])
    looked = (first, last) if first <= last else (None, None)
    return {
        **asked.head,
        "duration_minutes": duration // 60,
        "first_day": looked[0],
        "last_day": looked[1],
        "slots": [answers.slot(slot) for slot in found.slots],
        "days_without": [no_slot(day, rep) for day in found.none],
    }


def price_of(user: User, rep: Rep, body: Json) -> Json:
    """What one change would cost."""
    make = _MAKERS[body["kind"]](user, rep, body)
    asked = asked_of(rep)
    problem, plan, change = make(asked)
    try:
        found = price(problem, plan, change, asked.frozen)
    except ProblemError as error:
        raise Invalid(pointers={POINTERS.get(error.pointer, "/kind"): _sentence(error)}) from None
    colleague = db.session().get(Rep, UUID(change.rep)) if isinstance(change, HandOver) else None
    answers = Answers(db.session(), asked.zone, [found], colleague.timezone if colleague else None)
    return {**asked.head, "kind": body["kind"], **answers.price(found)}


def asked_of(rep: Rep) -> Asked:
    """Read everything, then end the transaction."""
    session, rep_id, zone = db.session(), rep.id, rep.timezone
    head = head_of(session, rep)
    built = build_problem(session, rep_id, now=clock.now())
    session.rollback()
    return Asked(built, zone, head)


def head_of(session: Session, rep: Rep) -> Json:
    """What every answer begins with."""
    plan = served(session, rep.id, clock.today(rep.timezone), clock.today(rep.timezone))
    return {
        "rep_id": rep.id,
        "timezone": rep.timezone,
        "status": plan.status,
        "plan": plan_reference(plan.version),
    }


def _found(asked: Asked, request: SlotRequest) -> FreeSlots:
    if asked.rep not in asked.problem.reps:
        return FreeSlots((), tuple(NoSlot(day, Reason.REP_AWAY) for day in request.days))
    return slots(asked.problem, asked.plan, request, asked.frozen)


def _with_place(asked: Asked, lat: float, lon: float) -> tuple[Problem, int]:
    """The problem with one place more."""
    places = (*asked.problem.places, Place(lat, lon))
    travel = one_more(asked.built.rep_id, asked.problem.travel, places, asked.built.access)
    return replace(asked.problem, places=places, travel=travel), len(places) - 1


def known_account(user: User, account_id: UUID) -> Known:
    row = visible_account(db.session(), user, account_id)
    return Known(str(row.id), row.timezone, row.archived_at is not None)


def own_site(asked: Asked, account: Known, pointer: str) -> Site:
    """The account as one of the rep's sites that has a position; Invalid where it is none."""
    site = next((site for site in asked.problem.sites if site.id == account.id), None)
    if site is None:
        said = "It is archived; restore it first." if account.archived else "Another rep visits it, or nobody."
        raise Invalid(pointers={pointer: said})
    if site.place is None:
        raise Invalid(pointers={pointer: NO_POSITION})
    return site


# -- changes: first what may be refused by whom asks, then what needs the problem -------------------------------------

Made = tuple[Problem, Plan, Change]
Maker = Callable[[User, Rep, Json], Callable[[Asked], Made]]


def _appointment(user: User, rep: Rep, body: Json) -> Callable[[Asked], Made]:
    account = known_account(user, body["account_id"]) if "account_id" in body else None
    zone = account.zone if account is not None else rep.timezone

    def made(asked: Asked) -> Made:
        problem, place = asked.problem, None
        site = own_site(asked, account, "/account_id").id if account is not None else None
        if "lat" in body:
            problem, place = _with_place(asked, body["lat"], body["lon"])
        day, window = _when(asked, body, zone, body.get("leeway_minutes", 0))
        length = 60 * body["duration_minutes"]
        return problem, asked.plan, Book(Appointment(NEW, asked.rep, day, window, length, site, place))

    return made


def _move_appointment(user: User, rep: Rep, body: Json) -> Callable[[Asked], Made]:
    row = appointments.get(user, body["appointment_id"])
    zone = row.timezone

    def made(asked: Asked) -> Made:
        known = _agreed(asked, body)
        leeway = body.get("leeway_minutes", (known.window.latest - known.window.earliest) // 60)
        day, window = _when(asked, body, zone, leeway)
        length = 60 * body["duration_minutes"] if "duration_minutes" in body else known.duration
        return asked.problem, asked.plan, Book(replace(known, date=day, window=window, duration=length))

    return made


def _cancel_appointment(user: User, rep: Rep, body: Json) -> Callable[[Asked], Made]:
    appointments.get(user, body["appointment_id"])
    return lambda asked: (asked.problem, asked.plan, Cancel(_agreed(asked, body).id))


def _move_visit(user: User, rep: Rep, body: Json) -> Callable[[Asked], Made]:
    account = known_account(user, body["account_id"])
    zone = account.zone

    def made(asked: Asked) -> Made:
        site, start = own_site(asked, account, "/account_id").id, None
        if "start" in body:
            day, window = _when(asked, {"day": body["to_day"], "start": body["start"]}, zone, 0)
            start = window.earliest if day == body["to_day"] else None
        return asked.problem, asked.plan, MoveVisit(site, body["day"], body["to_day"], start)

    return made


def _skip_visit(user: User, rep: Rep, body: Json) -> Callable[[Asked], Made]:
    account = known_account(user, body["account_id"])
    return lambda asked: (
        asked.problem, asked.plan, SkipVisit(own_site(asked, account, "/account_id").id, body["day"])
    )  # fmt: skip


def _visit(user: User, rep: Rep, body: Json) -> Callable[[Asked], Made]:
    account = known_account(user, body["account_id"])

    def made(asked: Asked) -> Made:
        site, period = own_site(asked, account, "/account_id").id, DateRange(body["day"], body["last_day"])
        if period.last < asked.problem.horizon.first:
            raise Invalid(pointers={"/last_day": "It lies in the past."})
        return asked.problem, asked.plan, AskVisit(MustVisit(NEW, site, period))

    return made


def _hand_over(user: User, rep: Rep, body: Json) -> Callable[[Asked], Made]:
    """Priced on the days of both reps."""
    account = known_account(user, body["account_id"])
    to = visible_rep(db.session(), user, body["to_rep_id"]).id
    if to == rep.id:
        raise Invalid(pointers={"/to_rep_id": "This rep visits the account already."})
    ids = [rep.id, to]

    def made(asked: Asked) -> Made:
        site = own_site(asked, account, "/account_id").id
        session = db.session()
        problem, plans = build_colleagues_problem(session, ids, now=clock.now(), improve=False)
        session.rollback()
        routes = tuple(route for plan in plans for route in plan.routes)
        entries = tuple(entry for plan in plans for entry in plan.unplanned)
        return problem, Plan(routes, entries, Objective()), HandOver(site, str(to))

    return made


_MAKERS: dict[str, Maker] = {
    "appointment": _appointment,
    "move_appointment": _move_appointment,
    "cancel_appointment": _cancel_appointment,
    "move_visit": _move_visit,
    "skip_visit": _skip_visit,
    "visit": _visit,
    "hand_over": _hand_over,
}
POINTERS = {
    "/day": "/day", "/to": "/to_day", "/site": "/account_id", "/id": "/appointment_id", "/rep": "/to_rep_id",
}  # fmt: skip


def _when(asked: Asked, body: Json, zone: str, leeway: int) -> tuple[date, TimeWindow]:
    """The rep's local date and the window of starts of a time on the wall in `zone`."""
    moment = starts_at(body["day"], body["start"], zone)
    day = moment.astimezone(clock.zone(asked.zone)).date()
    horizon = asked.problem.horizon
    if day not in horizon:
        said = f"It is outside the planned days, {horizon.first} to {horizon.last}."
        raise Invalid(pointers={"/to_day" if "day" in body and len(body) == 2 else "/day": said})
    if moment < clock.now():
        raise Invalid(pointers={"/start": "It lies in the past."})
    second = clock.seconds_of_day(moment, day, asked.zone)
    return day, TimeWindow(second, second + 60 * leeway)


def _agreed(asked: Asked, body: Json) -> Appointment:
    """The occurrence of an appointment of this rep that is still to come."""
    name, day = str(body["appointment_id"]), body.get("occurrence_day")
    ids = {name} if day is None else {f"{name}:{day}"}
    found = [a for a in asked.problem.appointments if a.id in ids]
    if found:
        return found[0]
    if day is None and any(a.id.partition(":")[0] == name for a in asked.problem.appointments):
        raise Invalid(pointers={"/occurrence_day": "It recurs; say which day of it is meant."})
    raise Invalid(pointers={"/appointment_id": "This rep has no such appointment on the planned days."})


def _sentence(error: ProblemError) -> str:
    return {
        "/day": "No visit of this account is planned on that day.",
        "/to": "It is outside the planned days.",
        "/rep": "This rep does not work on any of the planned days.",
    }.get(error.pointer, "The change contradicts what is known; read the plan again.")
