"""Planned against done.  The example that the field uses: 18 planned, 20 made, 15 of them planned, 9 in sequence."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from random import Random
from uuid import uuid4

import pytest
import time_machine

from planner.cadence.compliance import Ratio
from server.activities.models import Activity
from server.compliance.adherence import RepDay, longest_increasing
from server.core.database import writing
from server.plans.models import PlanDay, PlanStop, PlanVersion, PlanVersionDay
from tests import factories as make

DAY = date(2026, 3, 18)  # a Wednesday; Boston is at UTC-4


def values(ratio: Ratio):
    return ratio.numerator, ratio.denominator


def test_the_golden_example():
    """Planned 0 .. 17; visited nine of them in order, then six backwards, and five that nobody planned."""
    ids = [uuid4() for _ in range(23)]
    visited = [*ids[:9], *reversed(ids[9:15])]  # in order: 0 .. 8 and one of the six: that makes 10
    found = RepDay(uuid4(), DAY, tuple(ids[:18]), (*visited, *ids[18:])).adherence()
    assert (values(found.plan), values(found.call), values(found.route)) == ((15, 18), (15, 20), (10, 15))
    visited = [*reversed(ids[9:15]), *ids[:9]]  # six backwards first: the longest order left is 0 .. 8
    found = RepDay(uuid4(), DAY, tuple(ids[:18]), (*visited, *ids[18:])).adherence()
    assert (values(found.plan), values(found.call), values(found.route)) == ((15, 18), (15, 20), (9, 15))
    assert [round(float(r.value) * 100, 1) for r in (found.plan, found.call, found.route)] == [83.3, 75.0, 60.0]


def test_longest_increasing_against_all_subsequences():
    random = Random(7)
    for _ in range(200):
        places = random.sample(range(12), random.randint(0, 8))
        best = max(n for n in range(len(places) + 1) for some in combinations(places, n) if list(some) == sorted(some))
        assert longest_increasing(places) == best


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel("2026-03-20T12:00:00-04:00", tick=False):
        yield


def publish(rep, accounts, at, number, day=DAY):
    """A version published at this moment, with these stops on the day."""
    with writing() as session:
        version = PlanVersion(
            rep_id=rep.id, number=number, stage="repair", state="superseded", first_day=day - timedelta(days=1),
            last_day=day + timedelta(days=9), inputs_revision=number, causes=[], seed=1, iterations=0, code_version="",
            objective={}, certificate={}, unplanned=[], clusters=[], churn={}, travel_source="estimate",
            published_at=datetime.fromisoformat(at),
        )  # fmt: skip
        plan_day = PlanDay(rep_id=rep.id, date=day, timezone=rep.timezone, route={})
        session.add_all([version, plan_day])
        session.flush()
        session.add(PlanVersionDay(version_id=version.id, date=day, day_id=plan_day.id))
        for n, account in enumerate(accounts):
            begin = datetime(day.year, day.month, day.day, 13 + n, tzinfo=UTC)
            session.add(
                PlanStop(
                    day_id=plan_day.id, position=n, kind="visit", account_id=account.id, starts_at=begin,
                    ends_at=begin + timedelta(minutes=30),
                )
            )  # fmt: skip


def visit(rep, account, hour, day=DAY, **values):
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    with writing() as session:
        session.add(
            Activity(
                **{
                    "client_id": uuid4(), "author_id": rep.user_id, "content_hash": "", "rep_id": rep.id,
                    "account_id": account.id, "channel": "visit", "status": "completed", "happened_at": moment,
                    "timezone": account.timezone, "local_day": day, **values,
                }
            )
        )  # fmt: skip


def planned_vs_done(world, by="rep", day=DAY):
    answer = world.call(world.manager, "GET", f"/compliance?by={by}&from={day}&to={day}")
    assert answer.status_code == 200
    total = (answer.json["total"] or answer.json["lines"][0])["planned_vs_done"]
    shown = {name: (total[name]["numerator"], total[name]["denominator"]) for name in ("plan", "call", "route")}
    return shown, answer.json


def test_the_plan_that_stood_when_work_began(world):
    """Work begins at 08:00 (12:00 UTC).  The night's plan counts, not that of the evening before nor that of the noon."""
    a, b, c, d = (make.account(owner_id=world.rep.id, team_id=world.rep.team_id) for _ in range(4))
    publish(world.rep, [d], "2026-03-17T22:00:00+00:00", 1)
    publish(world.rep, [a, b, c], "2026-03-18T06:30:00+00:00", 2)
    publish(world.rep, [d], "2026-03-18T16:00:00+00:00", 3)
    visit(world.rep, b, 14)
    visit(world.rep, a, 15)
    visit(world.rep, d, 16)
    visit(world.rep, d, 17)  # the same account again is one visit of the day
    visit(world.rep, c, 18, status="attempted")
    visit(world.rep, c, 19, channel="phone")
    total, answer = planned_vs_done(world)
    assert total == {"plan": (2, 3), "call": (2, 3), "route": (1, 2)}
    assert [line["key"] for line in answer["lines"] if line["planned_vs_done"]["plan"]["denominator"]] == [
        str(world.rep.id)
    ]
    by_account, answer = planned_vs_done(world, "account")
    shares = {
        line["name"]: (line["planned_vs_done"]["plan"]["numerator"], line["planned_vs_done"]["plan"]["denominator"])
        for line in answer["lines"]
    }
    assert [shares[account.name] for account in (a, b, c, d)] == [(1, 1), (1, 1), (0, 1), (0, 0)]


def test_a_plan_published_later_stands_where_there_was_none(world):
    publish(world.rep, [world.account], "2026-03-18T16:00:00+00:00", 1)
    visit(world.rep, world.account, 18)
    assert planned_vs_done(world)[0] == {"plan": (1, 1), "call": (1, 1), "route": (1, 1)}


def test_today_is_not_over_yet(world):
    today = date(2026, 3, 20)
    publish(world.rep, [world.account], "2026-03-19T06:00:00+00:00", 1, today)
    assert planned_vs_done(world, day=today)[0] == {"plan": (0, 0), "call": (0, 0), "route": (0, 0)}


def test_without_any_plan_nothing_can_be_said(world):
    """Two visits on a day for which no plan ever stood: 0/0 and null, not 0 of 2; one on a day that a plan left free: 0 of 1."""
    other = make.account(owner_id=world.rep.id, team_id=world.rep.team_id)
    visit(world.rep, world.account, 14)
    visit(world.rep, other, 15)

    def told(by, day=DAY):
        figures, answer = planned_vs_done(world, by, day)
        shown = (answer["total"] or next(line for line in answer["lines"] if line["key"] == str(other.id)))[
            "planned_vs_done"
        ]
        return figures, shown["call"]["ratio"], shown["reason"], shown["days_with_plan"]["denominator"]

    nothing = {"plan": (0, 0), "call": (0, 0), "route": (0, 0)}
    for by in ("rep", "team", "segment", "account"):
        assert told(by) == (nothing, None, "no_plan", 1)
    assert told("rep", DAY - timedelta(days=1)) == (nothing, None, "nothing_planned", 0)
    publish(
        world.rep, [], "2026-03-17T22:00:00+00:00", 1, DAY + timedelta(days=1)
    )  # from 18 March, which it leaves free
    assert told("rep") == ({"plan": (0, 0), "call": (0, 2), "route": (0, 0)}, 0, "nothing_planned", 1)
    publish(world.rep, [other], "2026-03-17T23:00:00+00:00", 2)
    assert told("rep") == ({"plan": (1, 1), "call": (1, 2), "route": (1, 1)}, 0.5, None, 1)
