"""The hours of single days on a manager's page: set by hand, and as a remedy asks for them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.core.clock import today
from server.core.database import db, writing
from server.inputs.service import changed
from server.plans.explain import ahead
from server.reps.models import DayHours, Rep
from server.worker.drain import run_until_idle
from tests import factories as make


@pytest.mark.parametrize("width", [390, 1366])
def test_a_manager_sets_the_hours_of_a_day_and_takes_them_back(open_page, world, width):
    day = today(world.rep.timezone) + timedelta(days=3)
    page = open_page(world.manager, width, 900)
    page.goto(f"{world.url}/reps/{world.rep.id}")
    card = page.locator("details:has(summary:has-text('Hours of single days'))")
    card.locator("summary").click()
    card.locator("input[name=day]").fill(day.isoformat())
    card.locator("input[name=starts]:valid").wait_for()  # the usual hours are filled in
    assert card.locator("input[name=starts]").input_value() == "07:00"
    card.locator("input[name=ends]").fill("20:30")
    card.locator("input[name=max_stops]").fill("6")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    card.locator("button[type=submit]").click()
    page.wait_for_selector(".toast:has-text('Stored')")
    line = page.locator("details:has(summary:has-text('Hours of single days')) li")
    line.wait_for(state="attached")
    assert "07:00–20:30, at most 6 stops" in line.text_content()
    db.session.rollback()
    (row,) = db.session.query(DayHours).all()
    assert (row.day, row.starts, row.ends, row.max_stops, row.max_driving_minutes) == (day, "07:00", "20:30", 6, None)
    page.locator("details:has(summary:has-text('Hours of single days')) summary").click()
    line.locator("button").click()
    line.wait_for(state="detached")
    db.session.rollback()
    assert db.session.query(DayHours).count() == 0


@pytest.mark.parametrize("width", [390, 1366])
def test_a_manager_carries_out_a_remedy_of_single_days(open_page, world, app, width):
    """Eleven shops every five days ask for five visits or six in the weeks planned, two stops a day are 54."""
    make.account(owner_id=world.rep.id, segment="A", opening_hours="24/7", timezone=world.rep.timezone)
    with writing() as session:
        session.get_one(Rep, world.rep.id).max_stops = 2
        changed(session, [world.rep.id], "rep_changed")
    run_until_idle(app)
    assert ahead.work_out(world.rep.id) == "published"
    page = open_page(world.manager, width, 900)
    team = page.locator(".card:has(h2:text('No time for')) li")
    team.wait_for()
    assert "Cheapest that keeps all: Single days" in team.text_content()
    page.goto(f"{world.url}/reps/{world.rep.id}")
    card = page.locator(".card:has(h2:text('No time for'))")
    card.wait_for()
    assert "keeps all" in card.text_content()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    card.locator("button:has-text('Set these days')").first.click()
    page.wait_for_selector(".toast:has-text('The days are set')")
    card.locator("text=Worked out before the latest changes").wait_for()
    assert card.locator("button:has-text('Set these days')").count() == 0
    db.session.rollback()
    rows = db.session.query(DayHours).all()
    assert rows
    assert {(row.starts, row.ends) for row in rows} == {("07:00", "19:00")}
    assert all(row.max_stops > 2 for row in rows)
