"""The route of a day and the schedule of several: what is published, contacts due beside, and what has changed."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from planner.plan import StopKind
from server.activities.due import due_touches
from server.appointments.occurrences import occurrences
from server.cadences.models import CadencePolicy
from server.core import clock
from server.core.database import db, writing
from server.plans.days import free_day
from server.plans.diff import diff
from server.plans.models import PlanDay, PlanStop, PlanVersion, PlanVersionDay, RouteFetch
from server.plans.not_kept import not_kept
from server.plans.served import served
from server.plans.view import View, account_card
from server.reps.models import Rep

Json = dict[str, Any]
CALLS = (str(StopKind.VISIT), str(StopKind.APPOINTMENT))


def day_of(rep: Rep, day: date | None, *, remember: bool) -> Json:
    """The route of one day.  `remember`: the rep fetched it, so that the next fetch can say what has changed since."""
    session = db.session()
    day = day or clock.today(rep.timezone)
    plan = served(session, rep.id, day, day)
    day_id, route = plan.days.get(day, (None, free_day()))
    changes = _changes(session, rep.id, day, day_id, route)
    calendar = occurrences(session, [rep.id], day, day)
    view = View(session, rep, {day: route}, calendar, not_kept(session, rep, plan, calendar)).day(day, route)
    view["plan"] = plan_reference(plan.version)
    view["status"] = plan.status
    view["next_planned_date"] = None if _has_calls(route) else _next_planned(session, plan.version, day)
    view["contacts"] = _contacts(session, rep, day) if _is_near(rep, day, plan.version) else []
    view["etag"] = _etag(view)  # without the changes: once they were fetched, the same day is not news again
    view["changes"] = changes
    if remember and day_id is not None:
        _remember(rep.id, day, day_id)
    return view


def _has_calls(route: Json) -> bool:
    return any(stop["kind"] in CALLS for stop in route["stops"])


def _is_near(rep: Rep, day: date, version: PlanVersion | None) -> bool:
    """From today to the end of the plan: nobody can say what will be due after that, nor make calls on days that are past."""
    here = clock.today(rep.timezone)
    return here <= day <= (max(here, version.last_day) if version else here)


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
    """The routes of several days; those with neither a stop nor anything that could not be kept are left out."""
    session = db.session()
    plan = served(session, rep.id, first, last)
    calendar = occurrences(session, [rep.id], first, last)
    missing = not_kept(session, rep, plan, calendar)
    free = {day: (None, free_day()) for day in missing}
    routes = {day: route for day, (_, route) in sorted({**free, **plan.days}.items())}
    view = View(session, rep, routes, calendar, missing)
    result = {
        "rep_id": rep.id,
        "timezone": rep.timezone,
        "plan": plan_reference(plan.version),
        "status": plan.status,
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
    return [change.as_json() for change in diff({day: seen.route}, {day: route}, promised=True)]


def _contacts(session: Session, rep: Rep, day: date) -> list[Json]:
    """Calls, e-mails and mail that are due, the most urgent first."""
    asked = select(CadencePolicy.id).where(CadencePolicy.channel != "visit", CadencePolicy.mode.is_not(None))
    if session.scalar(asked.limit(1)) is None:
        return []
    return [
        {
            "channel": touch.channel,
            "account": account_card(touch.account),
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
