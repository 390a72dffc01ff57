"""Every table of compliance adds up to the same: also for accounts without a rep, or of others since; and it shows the trend.

Cadence of 10 days with tolerance 2, today is Friday 2026-03-20, accounts begin on 1 February (see test_report).
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine

from planner.calendar import DateRange
from server.accounts.models import OwnerChange
from server.compliance.trend import cut
from server.core.database import writing
from server.reps.models import Rep
from tests import factories as make
from tests.server.compliance.test_report import FEBRUARY, account, quiet, report, share, visited  # noqa: F401

FIGURES = ("attainment", "on_time", "coverage", "over_call", "time_in_compliance")
BEGIN = date(2026, 2, 1)


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel("2026-03-20T12:00:00-04:00", tick=False):
        yield


@pytest.fixture
def mixed(quiet):  # noqa: F811
    """Of the rep, of the peer, shared by the team, served by the peer, archived, and given to another team on 15 February."""
    make.segment("A")
    visited(quiet.rep, account(quiet.rep, segment="A"), "2026-02-10", "2026-02-20")
    visited(quiet.peer, account(quiet.peer), "2026-02-11")
    make.account(team_id=quiet.rep.team_id, active_from=BEGIN, segment="A")
    make.account(team_id=quiet.rep.team_id, served_by_id=quiet.peer.id, active_from=BEGIN)
    account(quiet.rep, archived_at=datetime(2026, 2, 25, tzinfo=UTC))
    given = account(quiet.stranger)
    with writing() as session:
        for owner, day in ((quiet.rep, date(2026, 2, 1)), (quiet.stranger, date(2026, 2, 15))):
            session.add(OwnerChange(account_id=given.id, owner_id=owner.id, from_day=day))
    return quiet


def sums(lines, view="customer"):
    return {
        name: tuple(round(sum(line[view][name][part] for line in lines), 6) for part in ("numerator", "denominator"))
        for name in FIGURES
    }


@pytest.mark.parametrize("scope", ["", "team"])
@pytest.mark.parametrize("who", ["manager", "admin"])
def test_all_tables_have_the_same_sums(mixed, who, scope):
    query = FEBRUARY + (f"&team_id={mixed.rep.team_id}" if scope else "")
    answers = {
        by: report(mixed, f"by={by}&{query}", getattr(mixed, who)) for by in ("rep", "team", "segment", "account")
    }
    total = answers["rep"]["total"]
    # Two of the reps, one shared, one served: there now; for the admin without a scope the stranger's too.
    assert total["accounts"] == (5 if (who, scope) == ("admin", "") else 4)
    for by, answer in answers.items():
        assert sums(answer["lines"]) == sums([total]), by
        assert sums(answer["lines"], "rep_view") == sums([total], "rep_view"), by
        assert sum(line["accounts"] for line in answer["lines"]) == total["accounts"], by
        assert by == "account" or answer["total"] == total, by


def test_accounts_without_a_rep_have_lines(mixed):
    by_rep = {line["name"]: line for line in report(mixed, f"by=rep&{FEBRUARY}")["lines"]}
    assert (by_rep["No rep"]["key"], by_rep["No rep"]["accounts"]) == ("", 2)
    # Never visited: of each, the windows that close on 11 and 21 or 22 February are past.
    assert share(by_rep["No rep"], "attainment")[0] == 0
    (team,) = report(mixed, f"by=team&{FEBRUARY}")["lines"]
    assert (team["key"], team["accounts"]) == (str(mixed.rep.team_id), 4)
    assert report(mixed, f"by=rep&rep_id={mixed.rep.id}&{FEBRUARY}")["total"]["accounts"] == 1


def test_what_is_others_now_has_one_line_without_a_name(mixed):
    lines = report(mixed, f"by=account&{FEBRUARY}")["lines"]
    (last,) = [line for line in lines if line["key"] == ""]
    assert (last, last["name"]) == (lines[-1], "Accounts of others now")
    assert (last["accounts"], last["former_accounts"]) == (0, 1)
    assert share(last, "attainment") == (0, 1)  # 1 to 11 February, while it was the rep's
    first = report(mixed, f"by=account&limit=2&{FEBRUARY}")
    assert "" not in [line["key"] for line in first["lines"]]  # on the last page only


def test_the_states_add_up(mixed):
    left = mixed.peer
    with writing() as session:
        session.get_one(Rep, left.id).active = False
    answer = mixed.call(mixed.manager, "GET", "/compliance/states").json
    assert {item["rep_id"]: item["accounts"] for item in answer["items"]} == {str(mixed.rep.id): 1, str(left.id): 1}
    assert (answer["unassigned"]["rep_id"], answer["unassigned"]["accounts"], answer["unassigned"]["overdue"]) == (
        None,
        2,
        2,
    )
    for name in ("accounts", "none", "paused", "not_due", "due", "at_risk", "overdue"):
        assert answer["total"][name] == sum(line[name] for line in (*answer["items"], answer["unassigned"])), name
    listed = mixed.call(mixed.manager, "GET", "/accounts").json["items"]
    assert answer["total"]["accounts"] == len(listed) == 4
    one = mixed.call(mixed.manager, "GET", f"/compliance/states?rep_id={mixed.rep.id}").json
    assert (one["unassigned"], one["total"]["accounts"]) == (None, 1)


def test_the_trend_by_month_and_week(quiet):  # noqa: F811
    """Visited on time until 20 February and not since: the window of 2 March (to the 4th) and that of the 14th are missed."""
    visited(quiet.rep, account(quiet.rep), "2026-02-10", "2026-02-20")
    answer = report(quiet, "by=rep&from=2026-02-01&to=2026-03-15&period=month")
    (line,) = answer["lines"]
    february, march = line["periods"]
    assert [(p["first"], p["last"]) for p in (february, march)] == [
        ("2026-02-01", "2026-02-28"),
        ("2026-03-01", "2026-03-15"),
    ]
    assert (share(february, "attainment"), share(march, "attainment")[0]) == ((2, 2), 0)
    assert answer["total"]["periods"] == line["periods"]
    weeks = report(quiet, "by=rep&from=2026-02-01&to=2026-03-15&period=week")["lines"][0]["periods"]
    for periods in (line["periods"], weeks):
        for name in ("attainment", "on_time", "over_call", "time_in_compliance"):  # an account may be covered in many
            assert sums_of(periods, name) == share(line, name), name
    assert report(quiet, f"by=rep&{FEBRUARY}")["lines"][0]["periods"] == []


def sums_of(periods, name):
    return tuple(sum(period["customer"][name][part] for period in periods) for part in ("numerator", "denominator"))


def test_weeks_and_months_are_those_of_the_calendar():
    # 1 February 2026 is a Sunday.
    days = DateRange(date(2026, 2, 1), date(2026, 2, 10))
    assert [(p.first.day, p.last.day) for p in cut(days, "week")] == [(1, 1), (2, 8), (9, 10)]
    assert [(p.first.day, p.last.day) for p in cut(days, "week", week_starts_on=6)] == [(1, 7), (8, 10)]
    year = cut(DateRange(date(2027, 12, 5), date(2028, 3, 1)), "month")
    assert [p.last for p in year] == [date(2027, 12, 31), date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 1)]
    assert cut(days, None) == []


@pytest.mark.parametrize(
    ("query", "pointer"), [("period=day", "/query/period"), ("period=week&to=2026-05-20", "/query/period")]
)
def test_periods_that_are_too_many_or_unknown_are_refused(quiet, query, pointer):  # noqa: F811
    last = "" if "to=" in query else "&to=2026-02-10"
    answer = quiet.call(quiet.manager, "GET", f"/compliance?from=2026-02-01&{query}{last}")
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


def test_an_archived_account_is_not_judged(quiet):  # noqa: F811
    shop = make.account(owner_id=quiet.rep.id, active_from=BEGIN)
    path = f"/accounts/{shop.id}/cadence"
    before = quiet.call(quiet.rep, "GET", path).json
    assert (before["archived_at"], before["channels"][0]["state"]) == (None, "overdue")
    assert quiet.call(quiet.manager, "DELETE", f"/accounts/{shop.id}", version=1).status_code in (202, 204)
    after = quiet.call(quiet.rep, "GET", path).json
    assert after["archived_at"].startswith("2026-03-20T16:00:00")
    for channel in after["channels"]:
        assert (channel["state"], channel["rule"], channel["next_window"], channel["missing"]) == (
            "archived",
            "archived",
            None,
            0,
        )
        assert (channel["slack_days"], channel["planned"]) == (None, [])
    assert quiet.call(quiet.rep, "GET", f"/accounts/{shop.id}/compliance").json["now"]["state"] == "archived"
