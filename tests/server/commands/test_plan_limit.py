"""`flask plan` ends a search that takes too long, says so, and leaves nothing behind."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from server.core.database import db
from server.plans.models import PublishedPlan
from server.worker.models import Lease
from tests.server.plans.planned import company


def test_a_search_that_takes_too_long_is_killed(app):
    """Ten million iterations take minutes; after a second the solver is killed."""
    made = company(app, accounts=2)
    app.extensions["settings"] = replace(app.extensions["settings"], solver_seconds=1, plan_iterations=10_000_000)
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["plan", "all"])
    assert result.exit_code == 1, result.output
    assert "failed: repair: the solver took longer than 1 s" in result.output
    assert f"Error: not planned: {made.rep.name}" in result.output
    db.session.rollback()
    assert db.session.scalars(select(PublishedPlan.rep_id)).all() == []
    assert {lease.owner for lease in db.session.scalars(select(Lease))} == {""}
