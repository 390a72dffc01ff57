"""The demo company is what the README says, and demo-reset never deletes a real one."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import time_machine
from sqlalchemy import func, select

from planner.engine.cover import minimum_cover
from planner.travel import Place, great_circle
from server import create_app
from server.accounts.hours import open_windows
from server.accounts.models import Account
from server.activities.models import Activity
from server.appointments.models import Appointment
from server.core.config import Settings
from server.core.database import db, writing
from server.demo.businesses import INTERVALS
from server.demo.company import build
from server.reps.models import Rep, TimeOff
from server.worker.wake import Bell
from tests import factories as make

SIXTY_MILES = 96_561
TODAY = date(2026, 3, 4)


@pytest.fixture
def demo(app):
    with time_machine.travel("2026-03-04 15:00:00+00:00", tick=False), writing() as session:
        return build(session)


def test_three_reps_and_a_manager_may_sign_in(demo):
    assert sorted(s.role for s in demo) == ["manager", "rep", "rep", "rep"]
    assert len({s.password for s in demo}) == 4


def test_about_three_hundred_accounts_in_three_or_more_clusters(demo):
    """Every set of accounts that covers all within 60 miles has at least three members, for the company as a whole."""
    places = [Place(a.lat, a.lon) for a in db.session.scalars(select(Account).where(Account.lat.is_not(None)))]
    assert 280 <= len(places) <= 320
    within = great_circle(places) <= SIXTY_MILES
    _, least = minimum_cover(np.asarray(within), list(range(len(places))))
    assert least >= 3


def test_three_months_of_history_with_gaps_end_yesterday(demo):
    days = set(db.session.scalars(select(Activity.local_day)))
    assert max(days) < TODAY
    assert TODAY - min(days) > timedelta(days=85)
    ill = db.session.scalar(select(Rep.id).where(Rep.name == "Marcus Bell"))
    week = [TODAY - timedelta(days=back) for back in range(33, 40)]
    assert not db.session.scalar(
        select(func.count()).select_from(Activity).where(Activity.rep_id == ill, Activity.local_day.in_(week))
    )


def test_appointments_are_booked_in_the_coming_days(demo):
    booked = db.session.scalars(select(Appointment.day).where(Appointment.account_id.is_not(None))).all()
    assert len(booked) == 18
    assert all(TODAY < day <= TODAY + timedelta(days=20) for day in booked)


def test_no_two_accounts_have_the_same_name(demo):
    names = db.session.scalars(select(Account.name)).all()
    assert len(set(names)) == len(names)


def test_creating_again_changes_nothing(app, demo):
    result = app.test_cli_runner().invoke(args=["demo", "create"])
    assert "nothing was changed" in result.output
    assert result.exit_code == 0


def test_reset_refuses_a_company_that_is_not_the_demo(app, settings):
    make.company(name="Real Business Inc.")
    result = app.test_cli_runner().invoke(args=["demo", "reset"])
    assert result.exit_code == 1
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Account)) == 0
    assert "deleted" in result.output or "DATABASE_URL" in result.output


def test_reset_refuses_while_fieldbeat_runs(tmp_path):
    """A worker's socket takes datagrams: nothing is deleted."""
    settings = Settings(instance=tmp_path, secret_key="t" * 40, port=1)
    kept = {"fieldbeat.db": "", "fieldbeat.db-wal": "wal", "demo.json": "{}"}
    for name, text in kept.items():
        (tmp_path / name).write_text(text)
    runner = create_app(settings).test_cli_runner()
    bell = Bell(tmp_path)
    try:
        result = runner.invoke(args=["demo", "reset"])
    finally:
        bell.close()
    assert (result.exit_code, "Error: Fieldbeat is running; end it first" in result.output) == (1, True), result.output
    assert {name: (tmp_path / name).read_text() for name in kept} == kept


def test_history_is_made_on_working_days_in_working_hours(demo):
    """3 December 2025 to 3 March 2026: no weekend, and none of the federal holidays between."""
    rows = db.session.execute(select(Activity.local_day, Activity.happened_at)).all()
    days = [day for day, _ in rows]
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    closed = {date(2025, 12, 25), date(2026, 1, 1), date(2026, 1, 19), date(2026, 2, 16)}
    assert not closed & set(days)
    local = [moment.astimezone(ZoneInfo("America/New_York")) for _, moment in rows]
    assert all(8 <= moment.hour <= 17 for moment in local)
    assert [moment.date() for moment in local] == days


def test_reviews_are_booked_when_the_customer_is_open_and_the_rep_works(demo):
    """Nobody agrees on a time at which they are closed; the day off of Priya Raman stays free."""
    for row in db.session.scalars(select(Appointment).where(Appointment.account_id.is_not(None))):
        account, rep = db.session.get_one(Account, row.account_id), db.session.get_one(Rep, row.rep_id)
        assert row.day.weekday() < 5
        absent = db.session.scalars(select(TimeOff).where(TimeOff.rep_id == rep.id)).all()
        assert all(not off.first <= row.day <= off.last for off in absent)
        if account.opening_hours:
            (windows,) = open_windows([account.opening_hours], "US", account.region, account.timezone, row.day, row.day)
            begin = row.start.hour * 3600 + row.start.minute * 60
            assert any(opens <= begin and begin + 2700 <= closes for opens, closes in windows)


def test_every_rep_has_the_same_work_and_some_of_it_is_due_now(demo):
    """7, 20, 43 and 30 % of 97 accounts; a few remote ones are small whatever their share says.

    Something waits on the first day, but little is neglected: whose last visit is 1.2 intervals ago has had no visit in time.
    """
    last = dict(
        db.session.execute(
            select(Activity.account_id, func.max(Activity.local_day))
            .where(Activity.status == "completed")
            .group_by(Activity.account_id)
        ).all()
    )
    for rep in db.session.scalars(select(Rep)):
        accounts = db.session.scalars(select(Account).where(Account.owner_id == rep.id)).all()
        shares = Counter(account.segment for account in accounts)
        assert 4 <= shares["A"] <= 7
        assert 38 <= shares["C"] <= 43
        waited = [(TODAY - last[a.id]).days / INTERVALS[a.segment] for a in accounts if a.id in last]
        assert sum(ratio >= 0.8 for ratio in waited) >= 15
        assert sum(ratio > 1.2 for ratio in waited) <= 15


def test_a_second_demo_on_the_same_folder_is_refused(tmp_path):
    """It would rewrite demo.json for its own port, and leave that behind when it ends."""
    settings = Settings(instance=tmp_path, secret_key="t" * 40, port=1)
    (tmp_path / "demo.json").write_text("{}")
    runner = create_app(settings).test_cli_runner()
    bell = Bell(tmp_path)
    try:
        result = runner.invoke(args=["demo", "serve"])
    finally:
        bell.close()
    assert (result.exit_code, "running already" in result.output) == (1, True), result.output
    assert (tmp_path / "demo.json").read_text() == "{}"
    assert not (tmp_path / "fieldbeat.db").exists()
