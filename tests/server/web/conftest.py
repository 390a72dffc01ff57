"""A small company on a live server, and headless Chromium to look at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from server.core.database import writing
from server.identity.models import User
from server.identity.passwords import hash_password
from server.inputs.service import changed
from server.reps.models import Rep
from server.worker.drain import run_until_idle
from tests import factories as make

PASSWORD = "correct horse battery"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class World:
    url: str
    rep: Rep
    rep_user: User
    manager: User


class _Handler(WSGIRequestHandler):
    """Closes a connection on which nothing is asked for two seconds: the test's end waits for all of them."""

    timeout = 2


def _morning_zone() -> str:
    """A zone in which it is about nine in the morning now, so that today has work left whenever the test runs."""
    east = 9 - datetime.now(UTC).hour
    east = east + 24 if east < -12 else east
    return f"Etc/GMT{-east:+d}"


@pytest.fixture
def world(app: Any) -> Iterator[World]:
    """One rep with ten accounts, planned; a manager; a server on a free port."""
    make.company()
    team = make.team(name="North")
    secret = hash_password(PASSWORD)
    manager = make.user("manager", email="boss@example.com", name="Maria Boss", team_id=team.id, password_hash=secret)
    rep_user = make.user("rep", email="rep@example.com", name="Rita Rep", team_id=team.id, password_hash=secret)
    every_day = {str(day): ["07:00", "19:00"] for day in range(7)}
    zone = _morning_zone()
    rep = make.rep(
        team.id, user_id=rep_user.id, name="Rita Rep", working_hours=every_day, timezone=zone, works_holidays=True, max_stops=4,
    )  # fmt: skip
    make.segment("A")
    make.cadence(segment="A", interval_days=5)
    for number in range(10):
        make.account(
            name=f"Shop {number} <b>&amp;</b>", owner_id=rep.id, segment="A", phone="+1 617 555 0100", opening_hours="24/7", timezone=zone,
        )  # fmt: skip
    with writing() as session:
        changed(session, [rep.id], "rep_added")
    run_until_idle(app)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Handler)
    server.daemon_threads = False  # so that closing it waits for what is still being answered
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield World(f"http://127.0.0.1:{server.server_port}", rep, rep_user, manager)
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium: skipped where there is none, but not in CI."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        message = "no Chromium is installed (apt install chromium)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def blank_page(chromium: Any, world: World) -> Iterator[Any]:
    """A page on which nothing is open yet, of nobody."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def open_page(chromium: Any, world: World) -> Iterator[Any]:
    """open_page(user, width, height) -> a page signed in as that user; any script error or refused request fails the test."""
    contexts, troubles = [], []

    def _open(user: User, width: int = 390, height: int = 844) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, timezone_id="America/New_York")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "response",
            lambda answer: troubles.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None,
        )
        page.on(
            "request", lambda r: None if r.url.startswith((world.url, "data:", "blob:")) else troubles.append(r.url)
        )
        page.goto(world.url)
        page.fill("input[name=email]", user.email)
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_selector(".bar")
        return page

    yield _open
    for context in contexts:
        context.close()
    assert troubles == []
