"""Leases, the queue's order and the clock, each rule alone.  Time is frozen and moved by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from server.core.config import Settings
from server.core.database import db, writing
from server.identity import tokens
from server.identity.models import RefreshToken
from server.inputs.models import InputChange, RepInputs
from server.inputs.service import changed
from server.worker import clock, leases, queue
from server.worker.models import Tick
from tests import factories as make


@pytest.fixture
def time():
    with time_machine.travel("2026-03-02T12:00:00+00:00", tick=False) as traveller:
        yield traveller


def test_a_lease_has_one_holder_until_it_runs_out(app, time):
    first = leases.acquire("x", "far:1:a", seconds=10)
    assert first.token == 1
    assert leases.acquire("x", "far:2:b") is None
    time.shift(timedelta(seconds=9))
    assert leases.renew(first, seconds=10)  # until second 19
    time.shift(timedelta(seconds=9))
    assert leases.acquire("x", "far:2:b") is None
    time.shift(timedelta(seconds=2))
    second = leases.acquire("x", "far:2:b")
    assert second.token == 2
    assert not leases.renew(first)
    with writing() as session:
        assert not first.valid(session)  # fenced off
        assert second.valid(session)


def test_a_released_lease_is_free_at_once_and_its_tokens_go_on(app, time):
    leases.release(leases.acquire("x", "far:1:a"))
    time.shift(timedelta(seconds=-5))  # a clock that is set back takes nothing from anybody
    assert leases.acquire("x", "far:2:b").token == 2


def test_the_lease_of_a_process_that_is_gone_is_free_at_once(app, time):
    import socket

    dead = 2**22 + 1  # beyond the largest process id of Linux
    assert leases.acquire("x", f"{socket.gethostname()[:30]}:{dead}:a") is not None
    assert leases.acquire("x", leases.me()).token == 2


def test_repairs_come_by_the_soonest_day_and_then_by_who_waits_longest(app, time):
    make.company()
    team = make.team()
    late, whole, soon, waited = (make.rep(team.id).id for _ in range(4))
    for rep, day in ((late, date(2026, 3, 20)), (waited, date(2026, 3, 5)), (whole, None), (soon, date(2026, 3, 2))):
        with writing() as session:
            changed(session, [rep], "x", first_day=day)
        time.shift(timedelta(seconds=1))
    with writing() as session:
        changed(session, [late], "x", first_day=date(2026, 3, 5))  # now it, too, touches the fifth, and waited longer
    assert [due.rep_id for due in queue.repairs(db.session())] == [soon, late, waited, whole]


def test_a_search_waits_for_quiet_but_not_for_ever(app, time):
    """Debounce 1 s after the last change, patience 10 s after the first."""
    make.company()
    rep = make.rep(make.team().id).id
    settings = Settings(plan_debounce_ms=1_000, plan_patience_ms=10_000)
    began = clock.clock.now()
    for _ in range(20):  # a change every 0.9 s for 18 s: it is never quiet
        with writing() as session:
            changed(session, [rep], "x")
            session.get_one(RepInputs, rep).repaired = session.get_one(RepInputs, rep).revision
        time.shift(timedelta(seconds=0.9))
    (due,) = queue.improves(db.session(), settings)
    assert due.at == began + timedelta(seconds=10)


def test_after_failures_it_waits_longer_each_time_and_a_change_ends_the_waiting(app, time):
    make.company()
    rep = make.rep(make.team().id).id
    with writing() as session:
        changed(session, [rep], "x")
    waits = []
    for _ in range(10):
        with writing() as session:
            queue.failed(session, rep, "broken")
        (due,) = queue.repairs(db.session())
        waits.append((due.at - clock.clock.now()).total_seconds())
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    with writing() as session:
        changed(session, [rep], "x")
    assert queue.repairs(db.session())[0].at <= clock.clock.now()


def test_the_night_comes_once_a_local_date_also_over_a_clock_change(app):
    """New York, 02:30.  On 8 March 2026 that time does not exist; on 1 November 01:30 comes twice."""
    make.company()
    rep = make.rep(make.team().id).id
    ran = []
    with time_machine.travel("2026-03-07T07:00:00+00:00", tick=False) as time:  # 02:00 on 7 March
        for _ in range(3 * 24 * 2):  # every half hour for three days
            ran += [clock.clock.now().isoformat()[:16] for name in clock.look(app, "far:1:a") if name == "nightly"]
            time.shift(timedelta(minutes=30))
    # at the first look the night before is made up for; 8 March: 03:00 EDT is the first moment after 02:30
    assert ran == ["2026-03-07T07:00", "2026-03-07T07:30", "2026-03-08T07:00", "2026-03-09T06:30", "2026-03-10T06:30"]
    db.session.rollback()  # see what the clock committed in its own session
    assert db.session.scalar(select(func.count()).select_from(InputChange).where(InputChange.rep_id == rep)) == 5


def test_the_night_forgets_sign_ins_that_are_over(app, time):
    make.company()
    user = make.user("manager").id
    with writing() as session:
        tokens.issue(session, user, days=1)
        lasting, _ = tokens.issue(session, user, days=30)
    time.shift(timedelta(days=2))
    assert "purge" in clock.look(app, "far:1:a")
    db.session.rollback()
    (left,) = db.session.scalars(select(RefreshToken.token_hash))
    assert left == tokens.digest(lasting)


def test_a_second_clock_does_nothing(app, time):
    make.company()
    make.rep(make.team().id)
    assert "nightly" in clock.look(app, "far:1:a")
    assert clock.look(app, "far:2:b") == []
    time.shift(timedelta(seconds=61))  # the first one is gone, its lease too; the night is ticked off all the same
    assert clock.look(app, "far:2:b") == []
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Tick).where(Tick.job == "nightly")) == 1
