"""External ids are unique where they are set, and changing one does not meet a plan that is being stored."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import event, select

from server.accounts.models import Account
from server.appointments.models import Appointment
from server.core.clock import instant, now
from server.core.database import db, writing
from server.plans.models import PlanDay, PlanStop
from tests import factories as make

DAY = date(2026, 3, 3)


@pytest.fixture
def admin(app):
    make.company()
    return make.auth(make.user("admin"))


@pytest.fixture
def impatient(app):
    """On PostgreSQL every wait for a row is an error after three seconds.  SQLite has one writer at a time: no such test."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("only PostgreSQL locks rows")

    def set_timeout(connection):
        connection.exec_driver_sql("SET LOCAL lock_timeout = '3s'")

    event.listen(db.engine, "begin", set_timeout)
    yield
    event.remove(db.engine, "begin", set_timeout)


def appointment(rep, account):
    row = Appointment(
        external_id="M1", rep_id=rep.id, account_id=account.id, title="Spring order", day=DAY, start=time(9), timezone="America/New_York",
        starts_at=instant(DAY, 9 * 3600, "America/New_York"), duration_minutes=30,
    )  # fmt: skip
    with writing() as session:
        session.add(row)
    return row


def test_two_accounts_may_have_none_but_not_the_same(client, admin):
    for body in ({"name": "One"}, {"name": "Two"}, {"name": "Three", "external_id": "K1"}):
        assert client.post("/api/v1/accounts", json=body, headers=admin).status_code == 201
    again = client.post("/api/v1/accounts", json={"name": "Four", "external_id": "K1"}, headers=admin)
    assert (again.status_code, again.json["code"]) == (409, "external_id_taken")
    db.session.rollback()
    assert sorted(db.session.scalars(select(Account.name))) == ["One", "Three", "Two"]


def test_changing_one_does_not_wait_for_a_plan_that_is_being_stored(client, admin, impatient):
    """A plan in another transaction has written stops there; each of the two would wait for the other's end, and if the change
    went on to lock the rep's inputs while the plan holds them, for ever."""
    rep = make.rep(make.team().id)
    account = make.account(owner_id=rep.id)
    meeting = appointment(rep, account)
    account_id, meeting_id, rep_id = account.id, meeting.id, rep.id
    with db.engine.connect() as storing:
        storing.execute(
            PlanDay.__table__.insert().values(rep_id=rep_id, date=DAY, timezone="America/New_York", route={})
        )
        day_id = storing.scalar(select(PlanDay.id))
        stop = {
            "day_id": day_id,
            "position": 0,
            "kind": "visit",
            "account_id": account_id,
            "appointment_id": meeting_id,
        }
        storing.execute(PlanStop.__table__.insert().values(**stop, starts_at=now(), ends_at=now()))
        headers = {**admin, "If-Match": '"v1"'}
        patched = client.patch(f"/api/v1/accounts/{account_id}", json={"external_id": "K2"}, headers=headers)
        assert (patched.status_code, patched.json.get("external_id")) == (200, "K2")
        moved = client.patch(f"/api/v1/appointments/{meeting_id}", json={"external_id": "M2"}, headers=headers)
        assert (moved.status_code, moved.json.get("external_id")) == (200, "M2")
        storing.commit()


def test_storing_a_plan_does_not_wait_for_one_that_is_being_changed(client, admin, impatient):
    """The other way round: the external id is changed, not yet committed, and somebody writes what refers to the account."""
    account_id = make.account(external_id="K1").id
    with db.engine.connect() as changing:
        changing.execute(Account.__table__.update().where(Account.id == account_id).values(external_id="K2"))
        made = client.post(f"/api/v1/accounts/{account_id}/contacts", json={"name": "Jo"}, headers=admin)
        assert made.status_code == 201, made.json
        changing.commit()
