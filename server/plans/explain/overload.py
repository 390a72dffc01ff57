"""A rep's weeks from tomorrow on: what there is no time for and what would help, solved by the worker and read here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.models import Account
from server.core import clock
from server.core.database import db
from server.core.pages import Page, keyset
from server.identity.models import User
from server.identity.scope import reps_of
from server.inputs.models import RepInputs
from server.plans.explain import findings
from server.plans.explain.schemas import OverloadFiguresSchema
from server.plans.models import PlanFinding, PublishedPlan
from server.plans.naming import names_of
from server.reps.models import Rep

Json = dict[str, Any]
FIGURES = OverloadFiguresSchema()
MOST_COLLEAGUES = 4  # of the team, whose time is looked at
MOST_WAITING = 50  # accounts that are named
HOUR = 3600


def overload_of(rep: Rep) -> Json:
    """As far as the worker has worked it out."""
    return _shown(db.session(), [rep])[0]


def overloads(user: User, cursor: str | None, limit: int) -> Page:
    """The same for the active reps that the user sees."""
    session = db.session()
    page = keyset(session, select(Rep).where(reps_of(user), Rep.active), [Rep.id], cursor, limit)
    return Page(_shown(session, page.items), page.next)


def _shown(session: Session, reps: Sequence[Rep]) -> list[Json]:
    """Two queries for all of them.  What was worked out before the last change is shown until it is worked out anew."""
    ids = [rep.id for rep in reps]
    query = (
        select(PublishedPlan.rep_id, PublishedPlan.version_id, RepInputs.revision)
        .join(RepInputs, RepInputs.rep_id == PublishedPlan.rep_id)
        .where(PublishedPlan.rep_id.in_(ids))
    )
    plans = {row[0]: (row[1], row[2]) for row in session.execute(query)}
    found = findings.newest(session, ids, findings.OVERLOAD)
    return [_one(rep, plans.get(rep.id), found.get(rep.id)) for rep in reps]


def _one(rep: Rep, plan: tuple[UUID, int] | None, found: PlanFinding | None) -> Json:
    if plan is None:
        return _without(rep, "no_plan")
    if found is None:
        return _without(rep, "pending")
    if found.answer is None:
        return _without(rep, "failed")
    same = (found.version_id, found.revision, found.day) == (*plan, clock.today(rep.timezone))
    figures = FIGURES.load(found.answer)
    return {**_without(rep, "ready" if same else "outdated"), "made_at": found.made_at, "figures": figures}


def _without(rep: Rep, status: str) -> Json:
    return {"rep_id": rep.id, "rep_name": rep.name, "status": status, "made_at": None, "figures": None}


def work_out(session: Session, rep_id: UUID) -> Json:
    """The figures, by solving; seconds of processor time.  Ends the transaction before."""
    from planner.overload import overload  # loads the compiled search, which only the worker has
    from planner.plan import Objective, Plan
    from server.plans.bridge.team import build_colleagues_problem

    ids, groups = _with_colleagues(session, rep_id), _segments(session, rep_id)
    problem, plans = build_colleagues_problem(session, ids, now=clock.now())
    session.rollback()
    routes = tuple(route for plan in plans for route in plan.routes)
    reps = [str(rep_id)]
    plan = replace(Plan((), (), Objective()), routes=routes)
    found = overload(problem, plan, groups, reps=reps)
    names = names_of(session, [*(UUID(site.id) for site in problem.sites), *ids])
    session.rollback()
    return FIGURES.dump(_figures(problem, found[0], names)) if found else FIGURES.dump(_nothing(problem))


def _with_colleagues(session: Session, rep_id: UUID) -> list[UUID]:
    """The rep, and those of the team who are planned and have fewest accounts."""
    team = select(Rep.team_id).where(Rep.id == rep_id).scalar_subquery()
    accounts = (
        select(func.count())
        .where(Account.owner_id == Rep.id, Account.archived_at.is_(None))
        .correlate(Rep)
        .scalar_subquery()
    )
    query = (
        select(Rep.id)
        .join(PublishedPlan, PublishedPlan.rep_id == Rep.id)
        .where(Rep.team_id == team, Rep.active, Rep.home_lat.is_not(None), Rep.id != rep_id)
        .order_by(accounts, Rep.id)
        .limit(MOST_COLLEAGUES)
    )
    return [rep_id, *session.scalars(query)]


def _segments(session: Session, rep_id: UUID) -> dict[str, str]:
    query = select(Account.id, Account.segment).where(
        (Account.owner_id == rep_id) | (Account.served_by_id == rep_id), Account.segment.is_not(None)
    )
    return {str(row.id): f"segment {row.segment}" for row in session.execute(query)}


def _figures(problem: Any, found: Any, names: Mapping[UUID, str]) -> Json:
    from planner.overload import Words

    def called(name: str) -> str:
        return names.get(UUID(name), "another account")

    words = Words(called, called)
    need = found.estimate
    return {
        "first_day": problem.horizon.first,
        "last_day": problem.horizon.last,
        "text": words.headline(found),
        "left_out": found.short,
        "fell_away": found.fallen,
        "take_hours": _hours(found.takes),
        "missing_hours": _hours(found.missing),
        "free_hours": _hours(found.free),
        "short_days": None if found.days is None else round(found.days, 1),
        "longer_hours": None if found.hours is None else _hours(found.hours),
        "visits_a_week": round(need.visits, 1),
        "needed_hours": _hours(need.needed),
        "available_hours": _hours(need.available),
        "groups": [
            {
                "group": g.group, "accounts": g.sites, "asked": g.asked, "kept": g.kept, "late": g.late, "overdue": g.overdue,
                "left_out": g.short, "waiting": g.waiting, "fell_away": g.fallen,
            }
            for g in found.groups
        ],
        "waiting": [
            {"account_id": UUID(u.site), "account_name": called(u.site), "group": u.group, "asked": u.asked, "left_out": u.short}
            for u in found.unkept
            if u.short
        ][:MOST_WAITING],
        "remedies": [_remedy(tried, words, problem, best=tried is found.best_value) for tried in found.remedies],
    }  # fmt: skip


def _nothing(problem: Any) -> Json:
    """A rep without a workday in these weeks."""
    return {
        "first_day": problem.horizon.first, "last_day": problem.horizon.last, "text": "The rep does not work in these weeks",
        "left_out": 0, "fell_away": 0, "take_hours": 0.0, "missing_hours": 0.0, "free_hours": 0.0, "short_days": None,
        "longer_hours": None, "visits_a_week": 0.0, "needed_hours": 0.0, "available_hours": 0.0, "groups": [], "waiting": [],
        "remedies": [],
    }  # fmt: skip


def _remedy(tried: Any, words: Any, problem: Any, *, best: bool) -> Json:
    from planner.overload import HandOver, LongerDays, MoreStopsADay, SingleDays, Stretch

    remedy = tried.remedy
    kinds = {
        LongerDays: "longer_days", MoreStopsADay: "more_stops", SingleDays: "single_days", Stretch: "stretch", HandOver: "hand_over",
    }  # fmt: skip
    wishes = {must.id for must in problem.must_visits}  # asked for already
    stretch, over = isinstance(remedy, Stretch), isinstance(remedy, HandOver)
    return {
        "kind": kinds[type(remedy)],
        "text": words.remedy(tried),
        "keeps": tried.keeps,
        "left_out": tried.left,
        "best_value": best,
        "left_out_again": tried.again,
        "cost_minutes": round(tried.cost / 60, 1),
        "price_minutes": round(tried.price / 60, 1),
        "running_minutes": round(tried.running / 60, 1),
        "minutes_a_day": remedy.seconds // 60 if isinstance(remedy, LongerDays) else None,
        "stops_a_day": (remedy.stops or None) if isinstance(remedy, LongerDays | MoreStopsADay) else None,
        "days": [_day(change) for change in remedy.changes] if isinstance(remedy, SingleDays) else [],
        "visits": [_visit(entry) for entry in tried.admits if entry.request not in wishes],
        "group": remedy.group if stretch else None,
        "percent": remedy.percent if stretch else None,
        "to_rep_id": UUID(remedy.to) if over else None,
        "account_ids": [UUID(site) for site in remedy.sites] if over else [],
    }


def _visit(entry: Any) -> Json:
    """A visit that the remedy's plan makes, and when it is to be made so that it is the one that was left out."""
    return {"account_id": UUID(entry.site), "first": entry.days[0], "last": entry.days[-1]}


def _day(change: Any) -> Json:
    """What is asked of a single day."""
    seconds = getattr(change, "seconds", None)
    return {
        "date": change.date,
        "kind": change.kind,
        "minutes": None if seconds is None else seconds // 60,
        "morning": getattr(change, "morning", None),
        "stops": getattr(change, "stops", None),
    }


def _hours(seconds: int) -> float:
    return round(seconds / HOUR, 1)
