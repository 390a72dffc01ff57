"""What people see, in a real browser, at phone and laptop size."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from server.accounts.models import Account
from server.activities.models import Activity
from server.appointments.models import Appointment
from server.cadences.models import MustVisit
from server.company.models import Company
from server.core.clock import today
from server.core.database import db, writing
from server.inputs.service import changed
from server.plans.explain import ahead
from server.reps.models import Rep
from server.worker import queue
from server.worker.drain import run_until_idle
from tests import factories as make

pytestmark = pytest.mark.browser


def test_a_rep_logs_the_next_call_with_one_sheet(open_page, world, app):
    """Sign in, see today, save "Done": one completed activity, and the card says so."""
    page = open_page(world.rep_user)
    page.wait_for_selector("li.next")
    name = page.text_content("li.next .name")
    page.click("li.next button:has-text('Log')")
    page.fill("dialog textarea", "Wants flour")
    page.click("dialog button:has-text('Save')")
    page.wait_for_selector(".toast:has-text('Saved')")
    run_until_idle(app)  # the worker's part; the page asks again by itself while a change is pending
    page.wait_for_selector("li.done")
    db.session.rollback()
    logged = db.session.scalars(select(Activity)).all()
    assert [(a.status, a.note) for a in logged] == [("completed", "Wants flour")]
    assert page.text_content("li.done .name") == name


def test_a_rep_says_on_arrival_that_they_are_there(open_page, world, app):
    """Two taps: the first leaves the visit to be made, and asks for no reason and no outcome."""
    page = open_page(world.rep_user)
    page.wait_for_selector("li.next")
    page.click("li.next button:has-text('Log')")
    page.click("dialog label:has-text('I am here')")
    assert not page.is_visible("dialog [name=reason]")
    assert not page.is_visible("dialog [name=outcome]")
    page.click("dialog button:has-text('Save')")
    page.wait_for_selector(".toast:has-text('Saved')")
    db.session.rollback()
    assert [(a.status, a.reason) for a in db.session.scalars(select(Activity))] == [("started", None)]


def test_names_are_text_and_never_markup(open_page, world):
    page = open_page(world.rep_user)
    page.wait_for_selector("li.next")
    assert "<b>&amp;</b>" in page.text_content("li.next .name")
    assert page.locator(".name b").count() == 0


@pytest.mark.parametrize(("width", "height"), [(360, 740), (390, 844), (1366, 900)])
def test_nothing_is_wider_than_the_screen(open_page, world, width, height):
    page = open_page(world.rep_user, width, height)
    page.wait_for_selector("li.next")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_map_shows_a_pin_for_every_call(open_page, world):
    page = open_page(world.rep_user)
    page.wait_for_selector("li.next")
    calls = page.locator(".stop .number").count()
    page.click(".tabs button:has-text('Map')")
    page.wait_for_selector(".pin")
    assert page.locator(".pin:not(.home)").count() == calls


def test_a_wrong_password_is_said_in_words(blank_page, world):
    page = blank_page
    page.goto(world.url)
    page.fill("input[name=email]", "rep@example.com")
    page.fill("input[name=password]", "not this one")
    page.click("button[type=submit]")
    page.wait_for_selector(".notice.error:not([hidden])")
    assert page.locator(".bar").count() == 0


def test_what_is_wrong_with_a_field_is_said_with_its_name(blank_page, world):
    """The API points at /email; people read "E-mail"."""
    page = blank_page
    page.goto(world.url)
    page.fill("input[name=email]", "rep@example")
    page.fill("input[name=password]", "not this one")
    page.click("button[type=submit]")
    assert page.text_content(".notice.error:not([hidden])").startswith("E-mail: ")


def test_a_manager_sees_the_team_and_opens_a_rep(open_page, world):
    page = open_page(world.manager, 1366, 900)
    page.click("table a:has-text('Rita Rep')")
    page.wait_for_selector("h1:has-text('Rita Rep')")
    page.wait_for_selector(".chip:has-text('checked')")
    # two weeks are shown; ten accounts every five days are at least 20 calls, four a day
    assert page.locator(".daycard").count() >= 5


def test_signing_out_forgets_the_sign_in(open_page, world):
    page = open_page(world.rep_user)
    page.click("summary[aria-label=Account]")
    page.click("text=Sign out")
    page.wait_for_selector("input[name=password]")
    page.reload()
    page.wait_for_selector("input[name=password]")
    assert page.evaluate("localStorage.length") == 0


def test_an_invitation_link_lets_a_new_colleague_choose_a_password(blank_page, world, app):
    manager = app.test_client()
    team_id = str(world.manager.team_id)
    body = {"email": "new@example.com", "name": "Nora New", "role": "rep", "team_id": team_id}
    invited = manager.post("/api/v1/users", json=body, headers=make.auth(world.manager))
    assert invited.status_code == 201, invited.json
    page = blank_page
    page.goto(f"{world.url}/invitation#{invited.json['link'].split('#')[1]}")
    page.fill("input[name=password]", "a long enough password")
    page.click("button[type=submit]")
    page.wait_for_selector(".bar")
    assert page.url == f"{world.url}/today"


def test_a_free_day_leads_to_the_next_stops(open_page, world, app):
    """Before the plan's first day there are no stops: the link names the first day that has some, and opens it."""
    before = (today(world.rep.timezone) - timedelta(days=3)).isoformat()
    answer = app.test_client().get(f"/api/v1/me/route?date={before}", headers=make.auth(world.rep_user))
    following = answer.json["next_planned_date"]
    page = open_page(world.rep_user)
    page.goto(f"{world.url}/today?date={before}")
    link = page.locator(".empty a")
    day = date.fromisoformat(following)
    assert link.text_content() == f"Next stops on {day:%a}, {day:%b} {day.day}"
    link.click()
    page.wait_for_selector(".stop .number")
    assert page.url == f"{world.url}/today?date={following}"


@pytest.mark.parametrize("width", [360, 390, 1366])
def test_every_figure_of_the_team_is_on_the_screen(open_page, world, width):
    """On a phone, too, nothing has to be pushed aside to see who is overdue; without a past plan nothing is said of it."""
    page = open_page(world.manager, width, 844)
    page.wait_for_selector("tbody tr")
    outside = page.evaluate(
        """() => [...document.querySelectorAll("table td")].filter((cell) => {
          const box = cell.getBoundingClientRect();
          return box.right > document.documentElement.clientWidth || box.left < 0 || cell.scrollWidth > cell.clientWidth;
        }).map((cell) => cell.textContent)"""
    )
    assert outside == []
    assert page.text_content("tbody td[data-label='Plan kept']") == "–"
    assert page.text_content("tfoot td[data-label='Accounts']") == "10"
    assert page.evaluate(
        "document.querySelector('.scroll').scrollWidth <= document.querySelector('.scroll').clientWidth"
    )


def test_accounts_without_an_owner_have_their_states_and_count_in_all(open_page, world):
    """Ten accounts of the rep and two of the team alone, none visited since January, every five days: 10 + 2 = 12 overdue."""
    for number in range(2):
        make.account(name=f"Shared {number}", team_id=world.manager.team_id, segment="A")
    page = open_page(world.manager, 1366, 900)
    page.wait_for_selector("tbody tr")
    overdue = [cell.text_content() for cell in page.query_selector_all("tbody td[data-label='Overdue']")]
    assert overdue == ["10", "2"]
    assert page.text_content("tbody tr:last-child td") == "Without an owner"
    assert page.text_content("tfoot td[data-label='Overdue']") == "12"


def test_a_pin_on_a_phone_leads_to_its_call(open_page, world):
    page = open_page(world.rep_user)
    page.wait_for_selector("li.next")
    page.click(".tabs button:has-text('Map')")
    page.wait_for_selector(".pin:not(.home)")
    page.locator(".pin:not(.home)").last.dispatch_event("click")
    page.wait_for_selector(".stop .number", state="visible")
    assert page.locator(".map").is_hidden()


def test_a_skipped_stop_has_no_hour_and_no_number(open_page, world, app):
    """It is logged at some time of the day; that is not when the rep is there."""
    page = open_page(world.rep_user)
    page.wait_for_selector("li.next")
    name, before = page.text_content("li.next .name"), page.locator(".stop .number").count()
    page.click("li.next button:has-text('Log')")
    page.check("dialog input[value=skipped]")
    page.fill("dialog input[name=reason]", "No time")
    page.click("dialog button:has-text('Save')")
    page.wait_for_selector(".toast:has-text('Saved')")
    run_until_idle(app)
    line = page.wait_for_selector(".stop.slim:has(.chip:has-text('Skipped'))")
    assert name in line.text_content()
    assert line.query_selector(".when").text_content() == "–"
    assert line.query_selector(".number") is None
    assert page.locator(".facts b").first.text_content().startswith("0/")
    assert page.locator(".stop .number").count() >= before - 1  # another may have come in its place


def test_changes_stay_on_the_phone_until_they_are_seen(open_page, world, app):
    """A visit is agreed on for a time: it is said above the list, also after another look, until "Got it"."""
    page = open_page(world.rep_user)
    page.wait_for_selector("li.next")
    asked = app.test_client().get(f"/api/v1/reps/{world.rep.id}/route", headers=make.auth(world.manager))
    last = [stop for stop in asked.json["stops"] if stop["kind"] == "visit"][-1]  # of today, however many there are
    title, starts_at = "Moved by the customer", datetime.fromisoformat(last["starts_at"]) + timedelta(minutes=37)
    local = starts_at.astimezone(ZoneInfo(world.rep.timezone))
    with writing() as session:
        session.add(
            Appointment(
                rep_id=world.rep.id, account_id=UUID(last["account"]["id"]), title=title, day=local.date(), start=local.time(),
                timezone=world.rep.timezone, starts_at=starts_at, duration_minutes=30, author_id=world.manager.id,
            )
        )  # fmt: skip
        changed(session, [world.rep.id], "appointment_added")
    run_until_idle(app, improve=False)
    page.reload()
    notice = page.wait_for_selector(".changes")
    assert title in notice.text_content()
    assert page.locator("li.stop .chip:has-text('New')").count() >= 1
    page.reload()
    page.click(".changes button:has-text('Got it')")
    page.wait_for_selector(".changes", state="detached")
    page.reload()
    page.wait_for_selector("li.stop")
    assert page.locator(".changes").count() == 0


def test_the_company_says_how_weeks_distances_and_times_are_written(open_page, world):
    """Kilometres, 24 hours, weeks from Sunday: not what a company begins with."""
    with writing() as session:
        company = session.get_one(Company, 1)
        company.locale, company.distance_unit, company.week_starts_on = "de-DE", "km", 6
    page = open_page(world.rep_user)
    page.wait_for_selector("li.next")
    assert " km" in page.text_content("p.facts")
    assert "AM" not in page.text_content("main")
    assert "PM" not in page.text_content("main")
    page.click("nav a:has-text('Coming days')")
    for week in page.wait_for_selector(".week") and page.locator(".week h3").all_text_contents():
        assert week.startswith("So., ")
        assert " – Sa., " in week


def test_pins_of_one_address_stand_apart(open_page, world):
    with writing() as session:
        for account in session.scalars(select(Account)):
            account.lat, account.lon = 42.36, -71.05
    page = open_page(world.rep_user)
    page.wait_for_selector("li.next")
    page.click(".tabs button:has-text('Map')")
    page.wait_for_selector(".pin.home")
    boxes = [pin.bounding_box() for pin in page.locator(".pin").all()]
    centres = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes]
    pairs = [(a, b) for n, a in enumerate(centres) for b in centres[:n]]
    assert len(pairs) >= 6  # four visits a day
    assert min(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 for a, b in pairs) >= 24


def test_a_name_of_one_long_word_stays_on_the_screen(open_page, world):
    with writing() as session:
        for account in session.scalars(select(Account)):
            account.name = "Donaudampfschifffahrtsgesellschaftskapitän" * 3
    page = open_page(world.rep_user, 360, 740)
    page.wait_for_selector("li.next")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def _agreed(app, user, **values):
    """Make an appointment or time block as the API does, and have it planned."""
    body = {"client_id": str(uuid4()), "duration_minutes": 60, **values}
    answer = app.test_client().post("/api/v1/appointments", json=body, headers=make.auth(user))
    assert answer.status_code in (201, 202), answer.json
    run_until_idle(app)
    return answer.json


def test_what_cannot_be_kept_is_on_the_day_with_a_warning(open_page, world, app):
    """The rep works 07:00-19:00 every day; at 03:00 tomorrow nothing can be kept.  The manager reads title and time."""
    tomorrow = today(world.rep.timezone) + timedelta(days=1)
    shop = db.session.scalars(select(Account)).first()
    _agreed(
        app, world.rep_user, account_id=str(shop.id), day=tomorrow.isoformat(), start="03:00", title="Lunch talk", duration_minutes=45
    )  # fmt: skip
    page = open_page(world.rep_user)
    page.goto(f"{world.url}/today?date={tomorrow}")
    card = page.locator(".not-kept .stop")
    card.wait_for()
    text = card.inner_text()
    assert "Lunch talk" in text
    assert "Not in the plan" in text
    assert "It begins at 03:00, before the working day of Rita Rep, which begins at 07:00." in text
    assert card.locator("a[href^='tel:']").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    manager = open_page(world.manager, 1366, 900)
    manager.goto(f"{world.url}/reps/{world.rep.id}")
    listed = manager.locator(".reasons li b", has_text="Lunch talk")
    listed.wait_for(state="attached")
    assert "before the working day of Rita Rep" in manager.locator(".reasons li", has_text="Lunch talk").text_content()
    assert listed.text_content() == (
        f"Lunch talk, {tomorrow:%a}, {tomorrow:%b} {tomorrow.day}, 3:00 AM–3:45 AM · {shop.name}"
    )
    assert manager.locator(".daycard .chip:has-text('1 not in the plan')").count() == 1


def test_a_manager_reads_that_planning_fails(open_page, world, app):
    """On the team's page and on the rep's, with the error; the days of the last plan stay there."""
    with writing() as session:
        queue.failed(session, world.rep.id, "the solver child died")
    page = open_page(world.manager, 1366, 900)
    notice = page.locator(".notice.warn:has-text('Planning fails for')")
    notice.wait_for()
    notice.locator("a:has-text('Rita Rep')").click()
    page.wait_for_selector(".notice.warn:has-text('Planning fails for this rep')")
    text = page.locator(".notice.warn").inner_text()
    assert "the last plan" in text
    assert "the solver child died" in text
    assert page.locator(".daycard").count() >= 5


@pytest.mark.long
@pytest.mark.parametrize("width", [390, 1366])
def test_a_manager_reads_what_there_is_no_time_for_and_what_would_help(open_page, world, app, width):
    """Ten shops every five days fit into four stops a day, thirty do not: twenty visits in five days, thirty are asked for."""
    for number in range(20):
        make.account(
            name=f"Kiosk {number}",
            owner_id=world.rep.id,
            segment="A",
            opening_hours="24/7",
            timezone=world.rep.timezone,
        )
    with writing() as session:
        changed(session, [world.rep.id], "accounts_added")
    run_until_idle(app)
    assert ahead.work_out(world.rep.id) == "published"
    page = open_page(world.manager, width, 900)
    line = page.locator(".card:has(h2:text('No time for')) li")
    assert "Rita Rep" in line.text_content()
    assert "h a week" in line.text_content()
    line.locator("a").click()
    card = page.locator(".card:has(h2:text('No time for'))")
    card.wait_for()
    assert "segment A" in card.text_content()
    assert "more on every workday" in card.text_content()  # stops are short, not hours
    full = page.locator("details:has(summary:has-text('Days are full'))")
    full.locator("summary").click()
    ask = full.locator("a:text('What would help?')").first
    ask.click()
    page.wait_for_selector("li:has-text('Fix it on'), li:has-text('more stop')")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_night_away_is_on_the_phone_and_in_the_managers_list(open_page, world, app):
    """In two days and the day after the rep is three hours away, and may sleep there."""
    evening = today(world.rep.timezone) + timedelta(days=2)
    make.hotel(name="Pine <b>Inn</b>", lat=make.BOSTON[0] + 1.8, address="1 Pine St")
    for n in (0, 1):
        far = make.account(
            owner_id=world.rep.id,
            lat=make.BOSTON[0] + 1.8 + n / 100,
            opening_hours="24/7",
            service_minutes=400,
            timezone=world.rep.timezone,
        )
        day = evening + timedelta(days=n)
        with writing() as session:
            session.add(MustVisit(account_id=far.id, first=day, last=day))
    with writing() as session:
        session.get_one(Rep, world.rep.id).night_weekdays = list(range(7))
        changed(session, [world.rep.id], "rep_changed")
    # two full days have to be emptied for it: one search in sixty of 500 iterations does not come upon that
    app.extensions["settings"] = replace(app.extensions["settings"], plan_iterations=5_000)
    run_until_idle(app)
    page = open_page(world.rep_user)
    page.goto(f"{world.url}/today?date={evening}")
    assert "the night: Pine <b>Inn</b>" in page.locator(".stop", has_text="☾").text_content()
    page.goto(f"{world.url}/today?date={evening + timedelta(days=1)}")
    assert "Begins at the night's place: Pine <b>Inn</b>" in page.locator(".stop", has_text="☾").text_content()
    page = open_page(world.manager, 1366)
    page.goto(f"{world.url}/reps/{world.rep.id}")
    page.wait_for_selector("text=Price of nights away")
    assert page.locator(".daycard .chip", has_text="Night: Pine <b>Inn</b>").count() == 1


def test_a_day_can_be_saved_as_a_file_and_says_what_it_takes(open_page, world):
    page = open_page(world.rep_user)
    page.wait_for_selector(".files")
    assert "kg CO₂" in page.text_content(".files")
    with page.expect_download() as saved:
        page.click(".files button:has-text('GPX')")
    assert saved.value.suggested_filename.endswith(".gpx")
    content = Path(saved.value.path()).read_text(encoding="utf-8")
    assert content.count("<rtept ") == page.locator(".stop .number").count() + 2  # and home, at both ends


def test_a_place_that_is_only_approximate_is_marked(open_page, world):
    with writing() as session:
        for account in session.scalars(select(Account)):
            account.position_quality = "street"
    page = open_page(world.rep_user)
    page.wait_for_selector("li.next")
    assert page.locator(".chip:has-text('Place approximate')").count() == page.locator(".stop .number").count()
