"""Reps: who may change them, what their working life must fulfil, and what plans hear of it."""

from __future__ import annotations

from uuid import UUID

import pytest

from server.core.database import db
from server.reps.models import Rep
from tests.server.world import causes, pointers

DAY = {"0": ["08:00", "17:00"]}


def patch(world, who, rep, **values):
    return world.call(who, "PATCH", f"/reps/{rep.id}", values, db.session.get_one(Rep, rep.id).version)


def test_reps_see_themselves_managers_their_team_admins_all(world):
    seen = {
        name: {item["id"] for item in world.call(who, "GET", "/reps").json["items"]}
        for name, who in (("rep", world.rep), ("manager", world.manager), ("admin", world.admin))
    }
    team = {str(world.rep.id), str(world.peer.id)}
    assert seen == {"rep": {str(world.rep.id)}, "manager": team, "admin": team | {str(world.stranger.id)}}


def test_a_new_rep_works_where_and_when_the_company_does(world):
    answer = world.call(world.manager, "POST", "/reps", {"name": "New", "team_id": str(world.rep.team_id)})
    assert answer.status_code in {201, 202}
    assert (answer.json["timezone"], answer.json["country"]) == ("America/New_York", "US")
    assert (answer.json["working_hours"], answer.json["active"]) == ({}, True)
    assert causes(db.session.get_one(Rep, UUID(answer.json["id"]))) == [("rep_added", None, None)]


def test_a_region_is_kept_by_its_code(world):
    values = {"name": "New", "team_id": str(world.rep.team_id), "region": "maryland"}
    assert world.call(world.manager, "POST", "/reps", values).json["region"] == "MD"
    assert patch(world, world.manager, world.rep, country="ES", region="es-ct").json["region"] == "CT"


def test_a_rep_changes_no_reps(world):
    assert patch(world, world.rep, world.rep, name="Me").status_code == 403


@pytest.mark.parametrize("team", ["stranger", None])
def test_a_manager_moves_nobody_to_a_team_out_of_sight(world, team):
    team_id = str(world.stranger.team_id) if team else "00000000-0000-7000-8000-000000000000"
    answer = patch(world, world.manager, world.rep, team_id=team_id)
    assert (answer.status_code, pointers(answer)) == (422, ["/team_id"])


def test_what_plans_depend_on_is_told_and_names_are_not(world):
    patch(world, world.manager, world.rep, name="Renamed", home_address="Elsewhere 1")
    assert causes(world.rep) == []
    patch(world, world.manager, world.rep, max_stops=8)
    assert causes(world.rep) == [("rep_changed", None, None)]
    assert causes(world.peer) == []
    patch(world, world.manager, world.rep, max_stops=8)
    assert len(causes(world.rep)) == 1, "the same again changes nothing"


def test_who_leaves_a_team_changes_the_plans_of_its_others(world):
    """Accounts without an owner are shared out among the reps of a team."""
    patch(world, world.manager, world.rep, active=False)
    assert [len(causes(rep)) for rep in (world.rep, world.peer, world.stranger)] == [1, 1, 0]


def test_accounts_of_a_deactivated_rep_stay_with_the_rep(world):
    patch(world, world.manager, world.rep, active=False)
    answer = world.call(world.manager, "GET", f"/accounts/{world.account.id}")
    assert answer.json["owner_id"] == str(world.rep.id)


def test_a_user_is_one_rep_only(world):
    body = {"name": "Twin", "team_id": str(world.rep.team_id), "user_id": str(world.rep.user_id)}
    answer = world.call(world.manager, "POST", "/reps", body)
    assert (answer.status_code, answer.json["code"]) == (409, "user_taken")


def test_a_manager_makes_only_users_with_the_role_rep_to_reps(world):
    body = {"name": "Boss", "team_id": str(world.rep.team_id), "user_id": str(world.manager.id)}
    assert pointers(world.call(world.manager, "POST", "/reps", body)) == ["/user_id"]
    assert world.call(world.admin, "POST", "/reps", body).status_code in {201, 202}


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"timezone": "Mars/Olympus"}, "/timezone"),
        ({"timezone": "../../etc/passwd"}, "/timezone"),
        ({"country": "XX"}, "/country"),
        ({"country": "us"}, "/country"),
        ({"home_lat": 91}, "/home_lat"),
        ({"home_lat": 42.0, "home_lon": None}, "/home_lon"),
        ({"home_lat": 0, "home_lon": 0}, "/home_lat"),
        ({"end_lon": 7.5}, "/end_lat"),
        ({"working_hours": {"7": ["08:00", "17:00"]}}, "/working_hours/7/key"),
        ({"working_hours": {"0": ["08:00"]}}, "/working_hours/0/value"),
        ({"working_hours": {"0": ["8:00", "17:00"]}}, "/working_hours/0/value/0"),
        ({"working_hours": {"0": ["08:00", "24:01"]}}, "/working_hours/0/value/1"),
        ({"working_hours": {"0": ["17:00", "08:00"]}}, "/working_hours/0"),
        ({"working_hours": {"0": ["08:00", "08:00"]}}, "/working_hours/0"),
        ({"break_minutes": 30}, "/break_minutes"),
        ({"break_from": "13:00", "break_until": "12:00", "break_minutes": 30}, "/break_until"),
        ({"max_stops": 0}, "/max_stops"),
        ({"max_stops": 2**31}, "/max_stops"),
        ({"max_stops": "8"}, "/max_stops"),
        ({"max_stops": True}, "/max_stops"),
        ({"follow_up_minutes": -1}, "/follow_up_minutes"),
        ({"radius_metres": 99}, "/radius_metres"),
        ({"works_holidays": 1}, "/works_holidays"),
        ({"name": "nul\0"}, "/name"),
        ({"name": "\ud800"}, "/name"),
        ({"id": "x"}, "/id"),
        ({"region": "x" * 11}, "/region"),
        ({"region": "XX"}, "/region"),
        ({"country": "MC", "region": "MA"}, "/region"),  # Monaco's holidays are the same everywhere
    ],
)
def test_wrong_input_is_named_and_changes_nothing(world, values, wrong):
    answer = patch(world, world.manager, world.rep, **values)
    assert (answer.status_code, pointers(answer)) == (422, [wrong])
    db.session.rollback()
    assert db.session.get_one(Rep, world.rep.id).version == 1
    assert causes(world.rep) == []


@pytest.mark.parametrize(
    ("hours", "minutes", "fits"),
    [
        # The break begins between 11:30 and 13:00.
        (["08:00", "17:00"], 60, True),
        (["08:00", "12:00"], 60, True),  # over before the window ends: needs none
        (["13:00", "18:00"], 60, True),  # not begun by its end: needs none
        (["12:00", "13:30"], 60, True),  # 12:00 to 13:00
        (["12:00", "13:30"], 91, False),  # 12:00 to 13:31, a minute too long
        (["12:00", "13:30"], 90, True),
        (["08:00", "24:00"], 480, True),
    ],
)
def test_a_break_fits_into_every_working_day_that_needs_one(world, hours, minutes, fits):
    values = {"working_hours": {"2": hours}, "break_from": "11:30", "break_until": "13:00", "break_minutes": minutes}
    answer = patch(world, world.manager, world.rep, **values)
    assert answer.status_code in ({200, 202} if fits else {422})
    assert pointers(answer) == ([] if fits else ["/break_minutes"])


def test_parts_that_contradict_what_is_stored_are_refused(world):
    """Each change alone is well formed; together with the stored break the second is not."""
    patch(world, world.manager, world.rep, break_from="12:00", break_until="12:30", break_minutes=60)
    answer = patch(world, world.manager, world.rep, working_hours={"0": ["09:00", "12:45"]})
    assert pointers(answer) == ["/break_minutes"]


def test_two_people_do_not_overwrite_each_other(world):
    assert world.call(world.manager, "PATCH", f"/reps/{world.rep.id}", {"name": "x"}).status_code == 428
    assert world.call(world.manager, "PATCH", f"/reps/{world.rep.id}", {"name": "x"}, 1).status_code in {200, 202}
    assert world.call(world.manager, "PATCH", f"/reps/{world.rep.id}", {"name": "y"}, 1).status_code == 412
