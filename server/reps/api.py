"""HTTP of reps, teams and time off."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask.views import MethodView

from server.core.errors import NotFound
from server.core.http import API_PREFIX, EVERYONE, LEADERS, Blueprint, current_user, tagged
from server.core.idempotency import create_remembered
from server.core.pages import Page, PageArgs
from server.core.time_fields import kept_day_problem
from server.reps import dated, service, teams
from server.reps.schemas import (
    DayHoursArgs,
    DayHoursPage,
    DayHoursSchema,
    NewRepSchema,
    NewTeamSchema,
    NewTimeOffSchema,
    RepChangeSchema,
    RepListArgs,
    RepPage,
    RepSchema,
    SetDayHoursSchema,
    TeamChangeSchema,
    TeamPage,
    TeamSchema,
    TimeOffArgs,
    TimeOffPage,
    TimeOffSchema,
)

blueprint = Blueprint("reps", __name__, url_prefix=API_PREFIX, description="Field reps, their teams and time off")
FOLLOWS = "Stored; plans follow"


@blueprint.route("/reps")
class Reps(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(RepListArgs, location="query")
    @blueprint.response(200, RepPage)
    def get(self, args: dict[str, Any]) -> Page:
        """The reps you may see"""
        return service.page(current_user(), **args)

    @blueprint.allow(*LEADERS)
    @blueprint.arguments(NewRepSchema)
    @blueprint.response(201, RepSchema)
    @blueprint.repeatable(RepSchema)
    @blueprint.alt_response(202, schema=RepSchema, description=FOLLOWS, success=True)
    def post(self, body: dict[str, Any]) -> Any:
        """Add a rep"""
        user = current_user()
        row, new = create_remembered(
            user.id, body, lambda rest: (service.create(user, rest), True),
            lambda row_id: service.get(user, row_id), RepSchema().dump, kind="rep",
        )  # fmt: skip
        return tagged(row, 201 if new else 200)


@blueprint.route("/reps/<uuid:rep_id>")
class OneRep(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, RepSchema)
    def get(self, rep_id: UUID) -> Any:
        """One rep"""
        return tagged(service.get(current_user(), rep_id))

    @blueprint.allow(*LEADERS)
    @blueprint.versioned
    @blueprint.arguments(RepChangeSchema)
    @blueprint.response(200, RepSchema)
    @blueprint.alt_response(202, schema=RepSchema, description=FOLLOWS, success=True)
    def patch(self, body: dict[str, Any], rep_id: UUID) -> Any:
        """Change a rep; plans that depend on it are made anew"""
        return tagged(service.change(current_user(), rep_id, body))


@blueprint.route("/reps/<uuid:rep_id>/time-off")
class Absences(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(TimeOffArgs, location="query")
    @blueprint.response(200, TimeOffPage)
    def get(self, args: dict[str, Any], rep_id: UUID) -> Page:
        """A rep's time off, by its first day"""
        return service.absences(current_user(), rep_id, **args)

    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(NewTimeOffSchema)
    @blueprint.response(201, TimeOffSchema)
    @blueprint.repeatable(TimeOffSchema)
    @blueprint.alt_response(202, schema=TimeOffSchema, description=FOLLOWS, success=True)
    def post(self, body: dict[str, Any], rep_id: UUID) -> Any:
        """Enter time off (reps for themselves); visits of these days are planned anew"""
        user = current_user()
        row, new = create_remembered(
            user.id, body, lambda rest: (service.add_absence(user, rep_id, rest), True),
            lambda row_id: service.absence(user, rep_id, row_id), TimeOffSchema().dump, kind="time off", of=rep_id,
        )  # fmt: skip
        return tagged(row, 201 if new else 200)


@blueprint.route("/reps/<uuid:rep_id>/time-off/<uuid:time_off_id>")
class OneAbsence(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.versioned
    @blueprint.response(204)
    @blueprint.alt_response(202, description=FOLLOWS, success=True)
    def delete(self, rep_id: UUID, time_off_id: UUID) -> None:
        """Take time off back"""
        service.remove_absence(current_user(), rep_id, time_off_id)


@blueprint.route("/reps/<uuid:rep_id>/hours")
class DatesWithHours(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(DayHoursArgs, location="query")
    @blueprint.response(200, DayHoursPage)
    def get(self, args: dict[str, Any], rep_id: UUID) -> Page:
        """The dates on which a rep has other hours than usual"""
        return dated.page(current_user(), rep_id, **args)


@blueprint.route("/reps/<uuid:rep_id>/hours/<string:day>")
class HoursOfOneDate(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, DayHoursSchema)
    def get(self, rep_id: UUID, day: str) -> Any:
        """The hours of a rep on one date, its own or the usual ones"""
        return tagged(dated.one(current_user(), rep_id, _date(day)))

    @blueprint.allow(*LEADERS)
    @blueprint.versioned
    @blueprint.arguments(SetDayHoursSchema)
    @blueprint.response(200, DayHoursSchema)
    @blueprint.alt_response(202, schema=DayHoursSchema, description=FOLLOWS, success=True)
    def put(self, body: dict[str, Any], rep_id: UUID, day: str) -> Any:
        """Set other hours for one date from today on; it is worked then, whatever weekday or holiday it is"""
        return tagged(dated.put(current_user(), rep_id, _date(day), body))

    @blueprint.allow(*LEADERS)
    @blueprint.versioned
    @blueprint.response(204)
    @blueprint.alt_response(202, description=FOLLOWS, success=True)
    def delete(self, rep_id: UUID, day: str) -> None:
        """Back to the usual hours of the date"""
        dated.remove(current_user(), rep_id, _date(day))


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFound("There is no such day.") from None
    if kept_day_problem(day):
        raise NotFound("There is no such day.")
    return day


@blueprint.route("/teams")
class Teams(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, TeamPage)
    def get(self, args: dict[str, Any]) -> Page:
        """The teams you may see"""
        return teams.page(current_user(), **args)

    @blueprint.allow(*LEADERS)
    @blueprint.arguments(NewTeamSchema)
    @blueprint.response(201, TeamSchema)
    @blueprint.repeatable(TeamSchema)
    def post(self, body: dict[str, Any]) -> Any:
        """Add a team"""
        user = current_user()
        row, new = create_remembered(
            user.id, body, lambda rest: (teams.create(user, rest), True),
            lambda row_id: teams.get(user, row_id), TeamSchema().dump, kind="team",
        )  # fmt: skip
        return tagged(row, 201 if new else 200)


@blueprint.route("/teams/<uuid:team_id>")
class OneTeam(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, TeamSchema)
    def get(self, team_id: UUID) -> Any:
        """One team"""
        return tagged(teams.get(current_user(), team_id))

    @blueprint.allow(*LEADERS)
    @blueprint.versioned
    @blueprint.arguments(TeamChangeSchema)
    @blueprint.response(200, TeamSchema)
    @blueprint.alt_response(202, schema=TeamSchema, description=FOLLOWS, success=True)
    def patch(self, body: dict[str, Any], team_id: UUID) -> Any:
        """Change a team; plans that depend on its settings are made anew"""
        return tagged(teams.change(current_user(), team_id, body))

    @blueprint.allow(*LEADERS)
    @blueprint.versioned
    @blueprint.response(204)
    def delete(self, team_id: UUID) -> None:
        """Delete an empty team"""
        teams.delete(current_user(), team_id)
