"""Putting accounts where they really are, in a real browser."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from server.accounts.models import Account
from server.core.database import db, writing

pytestmark = pytest.mark.browser


def test_a_manager_puts_an_account_where_it_really_is(open_page, world):
    """Positions that nobody knows well come by what is wrong with them; one put right by hand leaves the list, and the plan follows."""
    with writing() as session:
        lost, near = session.scalars(select(Account).order_by(Account.name).limit(2))
        lost.postcode = "02114"  # a ZIP code: its middle is known, and is not where the account is
        lost.street = "Nowhere Lane"
        lost.name, lost.lat, lost.lon, lost.position_quality = "Lost & Found", None, None, "unknown"
        near.name, near.position_quality, near.street = "Somewhere in <i>Boston</i>", "postcode", "State Street"
        lost_id, near_id = lost.id, near.id
    page = open_page(world.manager)
    page.click("nav a:has-text('Positions')")
    page.wait_for_selector(".pick")
    assert page.locator("section h2").all_text_contents() == [
        "Not planned: nobody knows where",
        "Only the postcode is known",
    ]
    page.click(".pick:has-text('Lost & Found')")
    page.wait_for_selector("dialog .pin")
    page.click("dialog button:has-text('Save')")
    assert "only the middle of the postcode" in page.text_content("dialog .notice.error")
    page.fill("dialog input[name=lat]", "a street")
    page.fill("dialog input[name=lon]", "-71.06")
    page.click("dialog button:has-text('Save')")
    assert "two numbers" in page.text_content("dialog .notice.error")
    page.fill("dialog input[name=lat]", "42.3601")
    page.click("dialog button:has-text('Save')")
    page.wait_for_selector("dialog", state="detached")
    page.wait_for_selector(".pick:has-text('Lost & Found')", state="detached")
    page.click(".pick:has-text('Boston')")  # a name is text, whatever it looks like
    page.wait_for_selector("dialog .pin")
    pin = page.locator("dialog .pin").bounding_box()
    page.mouse.move(pin["x"] + 14, pin["y"] + 14)
    page.mouse.down()
    page.mouse.move(pin["x"] + 54, pin["y"] + 14, steps=5)
    page.mouse.up()
    assert float(page.input_value("dialog input[name=lon]")) > near.lon
    page.click("dialog button:has-text('Save')")
    page.wait_for_selector(".empty")
    db.session.rollback()
    found = {one.id: one for one in db.session.scalars(select(Account).where(Account.id.in_([lost_id, near_id])))}
    assert (found[lost_id].lat, found[lost_id].position_quality, found[lost_id].position_source) == (
        42.3601,
        "given",
        "person",
    )
    assert found[near_id].position_source == "person"
