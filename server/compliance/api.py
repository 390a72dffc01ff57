"""HTTP of compliance: is the cadence kept, by whom, and how does each account stand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.views import MethodView

from planner.calendar import DateRange
from server.company.service import current
from server.compliance import report, schemas, standings, trend
from server.core.errors import Invalid
from server.core.http import API_PREFIX, EVERYONE, Blueprint, current_user

blueprint = Blueprint("compliance", __name__, url_prefix=API_PREFIX, description="Is the cadence kept")


@blueprint.route("/compliance")
class Compliance(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.ReportArgs, location="query")
    @blueprint.response(200, schemas.ReportSchema)
    def get(self, args: dict[str, Any]) -> Any:
        """Report attainment, coverage, timeliness and planned-versus-done of a period, of what you may see."""
        period = DateRange(args["first"], args["last"])
        steps = trend.cut(period, args.get("step"), current().week_starts_on)
        if len(steps) > trend.MOST_STEPS:
            raise Invalid(pointers={"/query/period": f"That makes {len(steps)} parts; at most {trend.MOST_STEPS} fit."})
        question = report.Question(
            by=args["by"],
            period=period,
            steps=tuple(steps),
            channel=args["channel"],
            rep_id=args.get("rep_id"),
            team_id=args.get("team_id"),
            segment=args.get("segment"),
        )
        return report.report(current_user(), question, args["cursor"], args["limit"])


@blueprint.route("/compliance/states")
class States(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.StateArgs, location="query")
    @blueprint.response(200, schemas.StatesSchema)
    def get(self, args: dict[str, Any]) -> Any:
        """Count the accounts of each rep, those without one, and all together by their state today."""
        return standings.counts(current_user(), args.get("rep_id"), args["channel"])


@blueprint.route("/accounts/<uuid:account_id>/cadence")
class AccountCadence(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, schemas.AccountCadenceSchema)
    def get(self, account_id: UUID) -> Any:
        """Show which cadence holds on each channel, who set it, and how the account stands."""
        account, channels = standings.of_account(current_user(), account_id)
        today = channels[0].judged.history.today
        return {"account_id": account.id, "today": today, "archived_at": account.archived_at, "channels": channels}


@blueprint.route("/accounts/<uuid:account_id>/compliance")
class AccountCompliance(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.ChannelArgs, location="query")
    @blueprint.response(200, schemas.AccountComplianceSchema)
    def get(self, args: dict[str, Any], account_id: UUID) -> Any:
        """Show every window of an account and what became of it, and the judgement of every visit."""
        account, stand, targets = standings.targets_of(current_user(), account_id, args["channel"])
        history = stand.judged.history
        windows = [
            {
                "opens": t.opens, "due": t.due, "closes": t.closes, "asked": t.asked, "credited": t.credited,
                "outcome": t.outcome(history.today),
            }
            for t in targets
        ]  # fmt: skip
        visits = list(reversed(history.credits))
        return {"account_id": account.id, "now": stand, "windows": windows, "visits": visits}
