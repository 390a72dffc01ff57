"""What the pages say about a proposed plan before it is approved, and why a visit is planned or left out."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from server.core.clock import today
from server.core.database import db, writing
from server.inputs.service import changed
from server.plans.models import PlanVersion
from server.reps.models import Rep, Team
from server.worker.drain import run_until_idle
from tests import factories as make

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize(("width", "height"), [(390, 844), (1366, 900)])


def propose(world, app) -> None:
    """An eleventh account comes in, with a plan that waits for approval."""
    with writing() as session:
        session.get_one(Team, world.rep.team_id).approval = True
    make.account(
        name="Corner Bakery", owner_id=world.rep.id, segment="A", opening_hours="24/7", timezone=world.rep.timezone
    )
    with writing() as session:
        changed(session, [world.rep.id], "asked")
    run_until_idle(app)
    db.session.rollback()


def no_wider_than(page, width: int) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= width


@SIZES
def test_a_manager_sees_what_a_proposed_plan_changes_and_approves_it(open_page, world, app, width, height):
    propose(world, app)
    page = open_page(world.manager, width, height)
    page.click("table a:has-text('Rita Rep')")
    page.wait_for_selector(".difference")
    shown = page.text_content(".difference")
    diff = app.test_client().get(f"/api/v1/plans/{waiting()}/diff", headers=make.auth(world.manager)).json
    assert f"{diff['churn']['added']} coming in" in shown
    assert "leave their day" in shown
    added = page.locator(".difference details", has=page.locator("summary:has-text('Coming in')"))
    names = added.locator("li b").all_text_contents()
    assert "Corner Bakery" in names
    assert len(names) == diff["churn"]["added"]
    rows = dict(
        page.locator(".difference tbody tr").evaluate_all(
            "rows => rows.map((r) => [r.cells[0].textContent, r.cells[2].textContent])"
        )
    )
    assert rows["Visits"] == str(diff["after"]["visits"])
    assert rows["Late"] == str(diff["after"]["late"])
    assert no_wider_than(page, width)
    page.click("button:has-text('Approve')")
    page.wait_for_selector(".difference", state="detached")
    assert page.locator(".daycard li:has-text('Corner Bakery')").count() >= 1


def waiting() -> str:
    return str(db.session.query(PlanVersion.id).filter_by(state="waiting").scalar())


@SIZES
def test_why_a_visit_is_planned_is_a_tap_away(open_page, world, app, width, height):
    page = open_page(world.rep_user, width, height)
    page.wait_for_selector("li.next")
    link = page.locator(".stop .why").nth(1)  # of the first one the rep may be there already
    link.locator("a").click()
    answered(page, link)
    said = link.text_content()
    assert "due" in said.lower()
    assert ".." not in said
    assert no_wider_than(page, width)


def test_a_manager_asks_why_of_any_visit(open_page, world):
    page = open_page(world.manager, 1366, 900)
    page.click("table a:has-text('Rita Rep')")
    card = page.locator(".daycard").nth(1)
    card.locator("summary").click()
    link = card.locator(".why").first
    link.locator("a").click()
    answered(page, link)
    assert "cost" in link.text_content()


def answered(page, link) -> None:
    """Until the link has been taken by what it asked for."""
    done = "(spot) => !spot.querySelector('a') && spot.textContent.length > 20"
    page.wait_for_function(done, arg=link.element_handle())


def test_an_appointment_that_could_not_be_kept_says_what_would_help(open_page, world, app):
    """It ends with the day, far away: nobody is home by the end of the day."""
    day = today(world.rep.timezone) + timedelta(days=2)
    far = make.account(
        name="Far Away",
        owner_id=world.rep.id,
        lat=make.BOSTON[0] + 1.5,
        opening_hours="24/7",
        timezone=world.rep.timezone,
    )
    body = {
        "client_id": str(uuid4()), "account_id": str(far.id), "title": "Contract", "day": day.isoformat(), "start": "18:00",
        "duration_minutes": 55,
    }  # fmt: skip
    made = app.test_client().post("/api/v1/appointments", json=body, headers=make.auth(world.rep_user))
    assert made.status_code in (201, 202), made.text
    run_until_idle(app)
    page = open_page(world.rep_user)
    page.goto(f"{world.url}/today?date={day}")
    page.click(".not-kept .why a")
    page.wait_for_function("() => (document.querySelector('.not-kept .why')?.textContent.length ?? 0) > 20")
    assert "Contract" in page.text_content(".not-kept")


def test_a_holiday_has_its_name_on_the_day(open_page, world, app):
    """Christmas Day of this year or the next, with nothing planned."""
    with writing() as session:
        session.get_one(Rep, world.rep.id).works_holidays = False
    year = today(world.rep.timezone).year
    page = open_page(world.rep_user)
    page.goto(f"{world.url}/today?date={year}-12-25")
    page.wait_for_selector(".empty:has-text('Public holiday: Christmas Day.')")
