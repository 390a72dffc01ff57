"""The problem of a team: the days of all its reps, their own accounts, and those that are still to be given to one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from planner.calendar import DateRange
from planner.plan import Plan
from planner.problem import Appointment, PlacedVisit, Problem, Site, Workday
from planner.travel import Place
from server.cadences.resolve import cadences_for
from server.core import clock
from server.plans.bridge.build import build_problem
from server.plans.bridge.reading import read, snapshot
from server.plans.bridge.sites import Making
from server.plans.bridge.today import under_way
from server.reps.models import Rep
from server.travel.port import travel_times


def build_team_problem(session: Session, team_id: UUID, *, now: datetime) -> Problem | None:
    """From tomorrow on; None where the team has no rep who works or nothing to give out."""
    snapshot(session)
    reps = session.execute(
        select(Rep.id, Rep.timezone)
        .where(Rep.team_id == team_id, Rep.active, Rep.home_lat.is_not(None))
        .order_by(Rep.id)
    ).all()
    if not reps:
        return None
    tomorrow = now.astimezone(clock.zone(reps[0].timezone)).date() + timedelta(days=1)
    parts = [build_problem(session, rep.id, tomorrow, now=now).problem for rep in reps]
    free = _free_sites(session, team_id, reps[0].id, tomorrow, parts[0].horizon, now)
    if not free[0] or not any(part.workdays for part in parts):
        return None
    return _merged(parts, *free)


def build_colleagues_problem(session: Session, rep_ids: Sequence[UUID], *, now: datetime) -> tuple[Problem, list[Plan]]:
    """The days of several reps from tomorrow on, as a search sees them, and their published plans, in the same order."""
    snapshot(session)
    built = [build_problem(session, rep_id, now=now, improve=True) for rep_id in rep_ids]
    parts = [one.problem for one in built]
    merged = _merged(parts, [], [])
    inside = merged.horizon
    return (
        replace(
            merged,
            must_visits=tuple(must for part in parts for must in part.must_visits),
            locked=tuple(visit for part in parts for visit in part.locked if visit.date in inside),
        ),
        [one.plan() for one in built],
    )


def _free_sites(
    session: Session, team_id: UUID, rep_id: UUID, day: date, horizon: DateRange, now: datetime
) -> tuple[list[Site], list[Place]]:
    inputs = read(session, rep_id, day, len(horizon), free_of=team_id)
    places = {row.id: n for n, row in enumerate(inputs.accounts)}
    cadences = cadences_for(session, inputs.accounts, "visit")  # type: ignore[arg-type]  # rows have what it reads
    making = Making(inputs, horizon, under_way(inputs, day, now).date, cadences, places, frozenset(), {})
    sites = [replace(site, owner=None) for site in making.sites()]
    return sites, [Place(row.lat, row.lon) for row in inputs.accounts]


def _merged(parts: Sequence[Problem], free: Sequence[Site], places: Sequence[Place]) -> Problem:
    """One problem of several, each with its places after those of the one before."""
    first = parts[0]
    all_places, sites = [*places], [*free]
    days: list[Workday] = []
    appointments: list[Appointment] = []
    base: list[PlacedVisit] = []
    for part in parts:
        shift = len(all_places)
        all_places += part.places
        sites += [replace(s, place=None if s.place is None else s.place + shift) for s in part.sites]
        days += [replace(d, start_place=d.start_place + shift, end_place=d.end_place + shift) for d in part.workdays]
        appointments += [replace(a, place=None if a.place is None else a.place + shift) for a in part.appointments]
        base += part.base
    travel = travel_times(current_app.extensions["settings"].travel).matrix(all_places)
    inside = [item for item in base if item.date in first.horizon]
    return Problem(
        first.horizon, tuple(all_places), travel,
        tuple(day for day in days if day.date in first.horizon), tuple(sites),
        tuple(a for a in appointments if a.date in first.horizon), base=tuple(inside), radius=first.radius,
    )  # fmt: skip
