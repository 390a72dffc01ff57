"""GET /compliance, worked out by hand.

A rolling cadence of 10 days with tolerance 2, as in test_cadence_of_account; today is Friday 2026-03-20.  Accounts begin on
1 February: the first window is 1 to 11 February.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from time import process_time
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import event, insert

from server.accounts.models import Account, OwnerChange
from server.activities.models import Activity
from server.core.database import db, writing
from server.core.ids import new_id
from server.reps.models import TimeOff
from tests import factories as make

FEBRUARY = "from=2026-02-01&to=2026-02-28"
MARCH = "from=2026-03-01&to=2026-03-31"


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel("2026-03-20T12:00:00-04:00", tick=False):
        yield


@pytest.fixture
def quiet(world):
    """The world without the accounts that it comes with, and with the cadence."""
    make.cadence(interval_days=10, tolerance_days=2)
    with writing() as session:
        for account in (world.account, world.peers_account, world.foreign_account):
            session.delete(session.get_one(Account, account.id))
    return world


def account(rep, **values):
    return make.account(owner_id=rep.id, team_id=rep.team_id, active_from=date(2026, 2, 1), **values)


def visited(rep, where, *days, status="completed"):
    with writing() as session:
        for day in days:
            moment = datetime.fromisoformat(f"{day}T15:00:00+00:00")
            session.add(
                Activity(
                    client_id=uuid4(), author_id=rep.user_id, content_hash="", rep_id=rep.id, account_id=where.id,
                    channel="visit", status=status, happened_at=moment, timezone=where.timezone,
                    local_day=moment.date(),
                )
            )  # fmt: skip


def report(world, query, who=None):
    answer = world.call(who or world.manager, "GET", f"/compliance?{query}")
    assert answer.status_code == 200, answer.json
    return answer.json


def share(line, name, view="customer"):
    """(numerator, denominator) of one figure."""
    found = line[view][name]
    return found["numerator"], found["denominator"]


def test_the_figures_of_one_account(quiet):
    """Visits on 10 Feb (met), 6 March (late for 2 March +- 2) and 8 March (too early).

    Windows by their last day: 11 Feb met, 22 Feb missed, 4 March late, 18 March missed.
    Days overdue: 23 February to 5 March, and 19 March on; 19 is past, 20 is not.
    """
    made = account(quiet.rep)
    visited(quiet.rep, made, "2026-02-10", "2026-03-06", "2026-03-08")
    (line,) = report(quiet, f"by=account&{FEBRUARY}")["lines"]
    assert (line["key"], line["name"], line["accounts"]) == (str(made.id), made.name, 1)
    assert share(line, "attainment") == (1, 2)
    assert share(line, "on_time") == (1, 2)
    assert share(line, "coverage") == (1, 1)
    assert share(line, "over_call") == (0, 1)
    assert share(line, "time_in_compliance") == (22, 28)
    (line,) = report(quiet, f"by=account&{MARCH}")["lines"]
    assert share(line, "attainment") == (1, 2)
    assert share(line, "on_time") == (0, 2)
    assert share(line, "over_call") == (1, 2)
    assert share(line, "time_in_compliance") == (13, 19)  # 1 to 19 March, less the 1st to the 5th, and the 19th
    assert line["customer"]["attainment"]["ratio"] == 0.5


def test_nothing_to_divide_by_is_not_applicable(quiet):
    make.cadence(account_id=(off := account(quiet.rep)).id, mode=None, interval_days=None)
    (line,) = report(quiet, f"by=account&{FEBRUARY}")["lines"]
    assert (line["key"], line["accounts"], line["former_accounts"]) == (str(off.id), 1, 0)
    assert {name: part["ratio"] for name, part in line["customer"].items()} == {
        "attainment": None, "on_time": None, "coverage": None, "over_call": None, "time_in_compliance": None,
    }  # fmt: skip
    total = report(quiet, f"by=rep&{FEBRUARY}")["total"]
    assert (share(total, "attainment"), total["planned_vs_done"]["plan"]["ratio"]) == ((0, 0), None)


def test_a_team_is_the_pool_of_its_reps(quiet):
    """The rep 1 of 2, the peer 2 + 0 of 2 + 2: together 3 of 6, not the average of the percentages."""
    mine, theirs, neglected = account(quiet.rep), account(quiet.peer), account(quiet.peer)
    visited(quiet.rep, mine, "2026-02-10")
    visited(quiet.peer, theirs, "2026-02-10", "2026-02-20")
    lines = {line["key"]: line for line in report(quiet, f"by=rep&{FEBRUARY}")["lines"]}
    assert share(lines[str(quiet.rep.id)], "attainment") == (1, 2)
    assert share(lines[str(quiet.peer.id)], "attainment") == (2, 4)
    assert share(lines[str(quiet.peer.id)], "coverage") == (1, 2)
    assert neglected.id
    teams = report(quiet, f"by=team&{FEBRUARY}")
    (team,) = teams["lines"]
    assert share(team, "attainment") == share(teams["total"], "attainment") == (3, 6)
    assert (share(team, "coverage"), team["accounts"]) == ((2, 3), 3)


def test_the_owner_of_the_time_answers(quiet):
    """The peer takes over on 15 February: of the windows that end on 11 (met) and 22 February (missed), one each."""
    made = account(quiet.rep)
    visited(quiet.rep, made, "2026-02-10")
    with writing() as session:
        for owner, day in ((quiet.rep, 1), (quiet.peer, 15)):
            session.add(OwnerChange(account_id=made.id, owner_id=owner.id, from_day=date(2026, 2, day)))
        session.get_one(Account, made.id).owner_id = quiet.peer.id
    lines = {line["key"]: line for line in report(quiet, f"by=rep&{FEBRUARY}")["lines"]}
    assert share(lines[str(quiet.rep.id)], "attainment") == (1, 1)
    assert share(lines[str(quiet.peer.id)], "attainment") == (0, 1)
    assert share(lines[str(quiet.rep.id)], "time_in_compliance") == (14, 14)
    assert share(lines[str(quiet.peer.id)], "time_in_compliance") == (8, 14)  # overdue from the 23rd
    (own,) = report(quiet, f"by=rep&{FEBRUARY}", quiet.rep)["lines"]
    assert share(own, "attainment") == (1, 1)
    (line,) = report(quiet, f"by=account&{FEBRUARY}", quiet.rep)["lines"]  # no longer theirs to see
    assert (line["key"], line["name"]) == ("", "Accounts of others now")
    only = report(quiet, f"by=rep&{FEBRUARY}&rep_id={quiet.peer.id}")
    assert share(only["total"], "attainment") == (0, 1)


def test_leave_excuses_the_rep_but_not_the_customer(quiet):
    """Off from 16 to 24 February: the clock of 10 February has run 5 days by the 15th and goes on on the 25th, so that the
    window opens on 27 February and closes on 3 March: nothing was missed in February in the rep's view."""
    made = account(quiet.rep)
    visited(quiet.rep, made, "2026-02-10")
    with writing() as session:
        session.add(TimeOff(rep_id=quiet.rep.id, first=date(2026, 2, 16), last=date(2026, 2, 24)))
    (line,) = report(quiet, f"by=rep&{FEBRUARY}")["lines"]
    assert share(line, "attainment") == (1, 2)
    assert share(line, "attainment", "rep_view") == (1, 1)
    assert share(line, "time_in_compliance", "rep_view") == (19, 19)  # 28 days less 9


def test_a_pause_takes_targets_away(quiet):
    """Paused from 12 to 28 February: of 11 and 22 February only the first is asked for."""
    made = account(quiet.rep)
    visited(quiet.rep, made, "2026-02-11")
    body = {"first": "2026-02-12", "last": "2026-02-28"}
    assert quiet.call(quiet.manager, "POST", f"/accounts/{made.id}/pauses", body).status_code == 201
    (line,) = report(quiet, f"by=account&{FEBRUARY}")["lines"]
    assert (share(line, "attainment"), share(line, "time_in_compliance")) == ((1, 1), (11, 11))


def test_by_segment_and_only_one(quiet):
    make.segment("A", name="Key accounts")
    key, plain = account(quiet.rep, segment="A"), account(quiet.rep)
    visited(quiet.rep, key, "2026-02-10")
    lines = {line["key"]: line for line in report(quiet, f"by=segment&{FEBRUARY}")["lines"]}
    assert {k: (line["name"], share(line, "attainment")) for k, line in lines.items()} == {
        "A": ("Key accounts", (1, 2)),
        "": ("No segment", (0, 2)),
    }
    assert plain.id
    assert share(report(quiet, f"by=rep&segment=A&{FEBRUARY}")["total"], "attainment") == (1, 2)


def test_an_archived_account_is_asked_for_nothing_more(quiet):
    """Archived on 15 February: the window that ends on the 11th counts, that of the 22nd does not."""
    account(quiet.rep, archived_at=datetime(2026, 2, 15, tzinfo=UTC))
    (line,) = report(quiet, f"by=rep&{FEBRUARY}")["lines"]
    assert share(line, "attainment") == (0, 1)
    assert (line["accounts"], line["former_accounts"]) == (0, 1)
    assert report(quiet, f"by=account&{MARCH}")["lines"] == []  # archived before


def test_every_table_counts_the_same_accounts(quiet):
    """Of the rep: one visited, one begun today, one without a cadence, one archived in February; one handed to the peer.

    All agree on 3 of the rep and 1 of the peer.  The archived one counts for the rep's February, and so does the one handed
    over on 15 February; both are former accounts there.
    """
    make.segment("A")
    account(quiet.rep, segment="A")
    make.account(owner_id=quiet.rep.id, team_id=quiet.rep.team_id, segment="A", active_from=date(2026, 3, 20))
    make.cadence(account_id=account(quiet.rep, segment="A").id, mode=None, interval_days=None)
    account(quiet.rep, segment="A", archived_at=datetime(2026, 2, 15, 12, tzinfo=UTC))
    given = account(quiet.peer, segment="A")
    with writing() as session:
        for owner, day in ((quiet.rep, 1), (quiet.peer, 15)):
            session.add(OwnerChange(account_id=given.id, owner_id=owner.id, from_day=date(2026, 2, day)))

    def counts(by):
        answer = report(quiet, f"by={by}&{FEBRUARY}")
        shown = {line["key"]: (line["accounts"], line["former_accounts"]) for line in answer["lines"]}
        return shown, (answer["total"]["accounts"], answer["total"]["former_accounts"])

    listed = quiet.call(quiet.manager, "GET", "/accounts").json["items"]
    states = quiet.call(quiet.manager, "GET", "/compliance/states").json["items"]
    owned = {str(rep.id): sum(a["owner_id"] == str(rep.id) for a in listed) for rep in (quiet.rep, quiet.peer)}
    assert (
        owned == {line["rep_id"]: line["accounts"] for line in states} == {str(quiet.rep.id): 3, str(quiet.peer.id): 1}
    )
    assert counts("rep") == ({str(quiet.rep.id): (3, 2), str(quiet.peer.id): (1, 0)}, (4, 1))
    assert counts("team") == ({str(quiet.rep.team_id): (4, 1)}, (4, 1))
    assert counts("segment") == ({"A": (4, 1)}, (4, 1))
    by_account = report(quiet, f"by=account&{FEBRUARY}")["lines"]
    assert sorted((line["accounts"], line["former_accounts"]) for line in by_account) == [(0, 1)] + 4 * [(1, 0)]


def test_an_account_is_archived_on_a_day_of_its_own(quiet):
    """Archived at 23:00 on 11 February in New York, the 12th in UTC: active from 1 to 11 February."""
    account(quiet.rep, archived_at=datetime(2026, 2, 12, 4, tzinfo=UTC))
    (line,) = report(quiet, f"by=rep&{FEBRUARY}")["lines"]
    assert share(line, "time_in_compliance") == (11, 11)


def test_adding_a_visit_that_counts_never_lowers_attainment(quiet):
    made = account(quiet.rep)
    before = 0.0
    for day in ("2026-03-06", "2026-02-10", "2026-02-22", "2026-03-16"):
        visited(quiet.rep, made, day)
        (line,) = report(quiet, "by=account&from=2026-02-01&to=2026-03-31")["lines"]
        assert line["customer"]["attainment"]["ratio"] >= before
        before = line["customer"]["attainment"]["ratio"]


def test_accounts_come_in_pages(quiet):
    names = sorted(account(quiet.rep).name for _ in range(3))
    first = report(quiet, f"by=account&limit=2&{FEBRUARY}")
    second = report(quiet, f"by=account&limit=2&{FEBRUARY}&cursor={first['next']}")
    assert [line["name"] for line in (*first["lines"], *second["lines"])] == names
    assert (first["total"], second["next"]) == (None, None)


def test_what_others_own_is_not_counted(quiet):
    account(quiet.stranger)
    for who in (quiet.manager, quiet.rep):
        for by in ("account", "rep", "team", "segment"):
            assert all(line["accounts"] == 0 for line in report(quiet, f"by={by}&{FEBRUARY}", who)["lines"])
    assert report(quiet, f"by=rep&{FEBRUARY}", quiet.admin)["total"]["accounts"] == 1
    for query in (f"rep_id={quiet.stranger.id}", f"team_id={quiet.stranger.team_id}"):
        answer = quiet.call(quiet.manager, "GET", f"/compliance?{FEBRUARY}&{query}")
        assert answer.status_code == 404


@pytest.mark.parametrize(
    "query",
    ["", "from=2026-02-01", "from=2026-02-02&to=2026-02-01", "from=2024-01-01&to=2026-02-01", f"by=moon&{FEBRUARY}"],
)
def test_wrong_questions_are_refused(quiet, query):
    assert quiet.call(quiet.manager, "GET", f"/compliance?{query}").status_code == 422


def test_a_thousand_accounts_and_a_year(quiet):
    """The queries do not grow with the accounts, and the arithmetic stays in the order of a millisecond for each."""
    rep, start = quiet.rep, date(2025, 3, 1)
    common = {"country": "US", "timezone": "America/New_York", "active_from": start, "owner_id": rep.id}
    with writing() as session:
        accounts = [Account(name=f"Shop {n:04}", **common) for n in range(1000)]
        session.add_all(accounts)
        session.flush()
        session.execute(
            insert(Activity), [_row(rep, a, day) for n, a in enumerate(accounts) for day in _tens(start, n)]
        )
    statements = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    begin = process_time()
    total = report(quiet, "by=rep&from=2025-03-01&to=2026-02-28")["total"]
    taken = process_time() - begin
    assert total["accounts"] == 1000
    # every account is visited every ten days, on the day when due; the first visit comes within the first ten days
    assert total["customer"]["attainment"]["ratio"] == 1
    assert total["customer"]["attainment"]["denominator"] > 35_000
    assert len([s for s in statements if s.startswith("SELECT")]) < 20
    assert taken < 8, f"{taken:.1f} s of processor time"  # measured: docs/benchmarks.md; 2 s on a busy machine


def _tens(start, number):
    return [start + timedelta(days=days) for days in range(number % 10, 370, 10)]


def _row(rep, where, day):
    return {
        "id": new_id(), "client_id": new_id(), "author_id": rep.user_id, "content_hash": "", "rep_id": rep.id,
        "account_id": where.id, "channel": "visit", "status": "completed", "timezone": "America/New_York",
        "happened_at": datetime(day.year, day.month, day.day, 15, tzinfo=UTC), "local_day": day,
    }  # fmt: skip
