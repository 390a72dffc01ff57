"""Storing plans: immutable versions made of shared days, published by compare-and-swap on one pointer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from server.core.clock import instant, now
from server.core.database import writing
from server.core.halting import Point, reached
from server.core.ids import new_id
from server.inputs.models import RepInputs
from server.plans import left_out
from server.plans.bridge import BuiltProblem
from server.plans.candidate import Candidate, Days, PlanRejected, Stage
from server.plans.causes import causes
from server.plans.diff import churn, diff
from server.plans.models import PlanDay, PlanStop, PlanVersion, PlanVersionDay, PublishedPlan
from server.plans.replay import kept
from server.reps.models import Rep
from server.reps.settings import approval_of

Fence = Callable[[Session], bool]


class State(StrEnum):
    PUBLISHED = "published"
    WAITING = "waiting"  # for approval
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


class Outcome(StrEnum):
    PUBLISHED = "published"
    WAITING = "waiting"
    UNCHANGED = "unchanged"  # the published plan is as good: no new version
    STALE = "stale"  # somebody published, or the inputs changed, meanwhile
    FENCED = "fenced"  # the lease was lost: another worker does this now


# Statements are put together once: that takes longer than running them, and somebody waits for what they store.
_LOCKED_STATE = (
    select(RepInputs)
    .where(RepInputs.rep_id == bindparam("rep"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_PUBLISHED = select(PublishedPlan.version_id).where(PublishedPlan.rep_id == bindparam("rep"))
_BASE_DAYS = (
    select(PlanDay.date, PlanDay.id)
    .join(PlanVersionDay, PlanVersionDay.day_id == PlanDay.id)
    .where(PlanVersionDay.version_id == bindparam("version"), PlanDay.timezone == bindparam("zone"))
    .where(PlanVersionDay.date >= bindparam("first"))
)
_LAST_NUMBER = select(func.max(PlanVersion.number)).where(PlanVersion.rep_id == bindparam("rep"))
_SUPERSEDE = (
    update(PlanVersion.__table__)  # type: ignore[arg-type]  # the table of a mapped class is a Table
    .where(PlanVersion.rep_id == bindparam("rep"), PlanVersion.state.in_(bindparam("states", expanding=True)))
    .where(PlanVersion.id != bindparam("but"))
    .values(state=State.SUPERSEDED)
)


def store(candidate: Candidate, fence: Fence | None = None) -> Outcome:
    """Store and publish, or say why not.  Raises PlanRejected for a plan that the checker rejects.

    A repair is published as long as its base is still the published version: `repaired` says which revision it respects, and
    what changed meanwhile is repaired next.  An improved plan needs the present revision too.
    """
    if not candidate.certificate.ok:
        raise PlanRejected(candidate.certificate)
    days = candidate.days()
    with writing() as session:
        storing = _Storing(session, candidate, days)
        outcome = storing.store(fence)
        session.flush()
        reached(candidate.stage, Point.STORED)
    reached(candidate.stage, Point.PUBLISHED)
    if storing.version is not None:
        _keep_problem(storing.version, candidate.built)
    return outcome


def _keep_problem(version_id: UUID, built: BuiltProblem) -> None:
    """What the version answers, to replay it: after publishing, since somebody waits for the day and nobody for this."""
    document = kept(built.rep_id, built.problem, built.access)
    with writing() as session:
        session.execute(update(PlanVersion).where(PlanVersion.id == version_id).values(problem=document))


class _Storing:
    """Inside the write transaction."""

    def __init__(self, session: Session, candidate: Candidate, days: Days) -> None:
        self.session, self.candidate, self.days = session, candidate, days
        self.built = candidate.built
        self.rep_id = candidate.built.rep_id
        self.version: UUID | None = None  # that was stored

    def store(self, fence: Fence | None) -> Outcome:
        state = self._state()
        if fence is not None and not fence(self.session):
            return Outcome.FENCED
        if self._overtaken(state):
            return Outcome.STALE
        shared = self._shared_days()
        outcome = self._outcome(shared)
        if outcome is not Outcome.UNCHANGED:
            self._version(shared, outcome)
        self._progress(state)
        return outcome

    def _state(self) -> RepInputs:
        state = self.session.scalar(_LOCKED_STATE, {"rep": self.rep_id})
        if state is None:
            state = RepInputs(rep_id=self.rep_id, revision=0, repaired=-1, improved=-1, failures=0)
            self.session.add(state)
        return state

    def _overtaken(self, state: RepInputs) -> bool:
        published = self.session.scalar(_PUBLISHED, {"rep": self.rep_id})
        if published != self.built.base:
            return True
        return self.candidate.stage is Stage.IMPROVE and state.revision != self.built.revision

    def _shared_days(self) -> dict[date, tuple[UUID, dict[str, Any]]]:
        """Days of the base from today on, as they were read for the problem: a version's days never change."""
        base = {"version": self.built.base, "zone": self.built.zone, "first": self.built.today.date}
        return {day: (day_id, self.built.published[day]) for day, day_id in self.session.execute(_BASE_DAYS, base)}

    def _outcome(self, shared: Mapping[date, tuple[UUID, dict[str, Any]]]) -> Outcome:
        if self.built.base is None:
            return Outcome.PUBLISHED
        same_days = {day: route for day, (_, route) in shared.items()} == self.days
        if same_days and self._says_the_same():
            return Outcome.UNCHANGED
        if same_days or self.candidate.stage is Stage.REPAIR:
            return Outcome.PUBLISHED  # without a changed day there is nothing to approve
        rep = self.session.get_one(Rep, self.rep_id)
        return Outcome.WAITING if approval_of(self.session, rep).value else Outcome.PUBLISHED

    def _says_the_same(self) -> bool:
        """Horizon, and what a search renews: clusters, and reasons of what is left out."""
        base = self.session.get_one(PlanVersion, self.built.base)
        if self.candidate.stage is Stage.IMPROVE:
            return base.clusters == self.candidate.clusters() and left_out.same_reasons(
                base.unplanned, self.candidate.left_out()
            )
        same_days = (base.first_day, base.last_day) == (self.built.today.date, self.built.problem.horizon.last)
        return same_days and left_out.same(base.unplanned, self.candidate.left_out())

    def _version(self, shared: Mapping[date, tuple[UUID, dict[str, Any]]], outcome: Outcome) -> None:
        plan, built = self.candidate.plan, self.built
        before = {day: route for day, (_, route) in shared.items()}
        changes = diff(before, self.days, promised=self.candidate.stage is Stage.REPAIR)
        row = PlanVersion(
            id=new_id(), rep_id=self.rep_id, number=self._number(), base_id=built.base, stage=self.candidate.stage,
            state=State(outcome.value), first_day=built.today.date, last_day=built.problem.horizon.last,
            inputs_revision=built.revision,
            causes=causes(self.session, self.rep_id, built.base, built.revision), seed=plan.seed, iterations=plan.iterations,
            code_version=code_version(), objective=self.candidate.objective(),
            certificate=self.candidate.judgement(),
            unplanned=self.candidate.left_out(),
            clusters=self.candidate.clusters(),
            churn=churn(changes, before), travel_source=built.problem.travel.source,
            speeds=built.table.label(),
            published_at=now() if outcome is Outcome.PUBLISHED else None,
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        self.version = row.id
        fresh = {day: new_id() for day, route in self.days.items() if not _same(shared.get(day), route)}
        self._insert_days(fresh)
        ids = {day: fresh.get(day) or shared[day][0] for day in sorted(self.days)}
        rows = [{"version_id": row.id, "date": day, "day_id": day_id} for day, day_id in ids.items()]
        if rows:
            self.session.execute(insert(PlanVersionDay), rows)
        if outcome is Outcome.PUBLISHED:
            point(self.session, self.rep_id, row.id)
        else:
            _supersede(self.session, self.rep_id, State.WAITING, but=row.id)
        self.session.flush()

    def _number(self) -> int:
        return (self.session.scalar(_LAST_NUMBER, {"rep": self.rep_id}) or 0) + 1

    def _insert_days(self, ids: Mapping[date, UUID]) -> None:
        zone = self.built.zone
        days = [
            {"id": day_id, "rep_id": self.rep_id, "date": day, "timezone": zone, "route": self.days[day]}
            for day, day_id in ids.items()
        ]
        stops = [
            _stop_row(day_id, position, stop, day, zone)
            for day, day_id in ids.items()
            for position, stop in enumerate(self.days[day]["stops"])
        ]
        if days:
            self.session.execute(insert(PlanDay), days)
        if stops:
            self.session.execute(insert(PlanStop), stops)

    def _progress(self, state: RepInputs) -> None:
        state.repaired = max(state.repaired, self.built.revision)
        if self.candidate.stage is Stage.IMPROVE:
            state.improved = max(state.improved, self.built.revision)
            state.first_change_at = None
        state.failures, state.not_before, state.last_error = 0, None, None


def _same(known: tuple[UUID, dict[str, Any]] | None, route: dict[str, Any]) -> bool:
    return known is not None and known[1] == route


def point(session: Session, rep_id: UUID, version_id: UUID) -> None:
    """Move the pointer: from now on this version is served."""
    _supersede(session, rep_id, State.PUBLISHED, State.WAITING, but=version_id)
    pointer = session.get(PublishedPlan, rep_id)
    if pointer is None:
        session.add(PublishedPlan(rep_id=rep_id, version_id=version_id))
    else:
        pointer.version_id, pointer.published_at = version_id, now()


def _supersede(session: Session, rep_id: UUID, *states: State, but: UUID) -> None:
    session.execute(_SUPERSEDE, {"rep": rep_id, "states": list(states), "but": but})


def _stop_row(day_id: UUID, position: int, stop: dict[str, Any], day: date, zone: str) -> dict[str, Any]:
    return {
        "day_id": day_id,
        "position": position,
        "kind": stop["kind"],
        "account_id": UUID(stop["account"]) if stop["account"] else None,
        "appointment_id": UUID(stop["appointment"].partition(":")[0]) if stop["appointment"] else None,
        "starts_at": instant(day, stop["start"], zone),
        "ends_at": instant(day, stop["end"], zone),
    }


@cache
def code_version() -> str:
    """The version of the planner that made a plan."""
    try:
        return version("fieldbeat")
    except PackageNotFoundError:
        return "development"
