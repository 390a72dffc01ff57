"""The tree of teams, and the settings inherited along it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from server.core.database import db, writing
from server.reps.models import Team
from server.reps.settings import Inherited, approval_of, radius_of
from tests import factories as make
from tests.server.identity.people import world as people
from tests.server.world import World, causes, pointers


@pytest.fixture
def tree(app):
    """Top over north and south; below under north."""
    return people()


@pytest.fixture
def call(app):
    return World(app, *[None] * 8).call


def patch(call, who, team, **values):
    return call(who, "PATCH", f"/teams/{team.id}", values, db.session.get_one(Team, team.id).version)


def test_a_manager_sees_the_own_team_and_those_below(call, tree):
    items = call(tree.northern, "GET", "/teams").json["items"]
    assert {item["id"] for item in items} == {str(tree.north.id), str(tree.below.id)}


def test_a_manager_builds_below_the_own_team_only(call, tree):
    assert call(tree.northern, "POST", "/teams", {"name": "New", "parent_id": str(tree.below.id)}).status_code == 201
    assert call(tree.northern, "POST", "/teams", {"name": "New"}).status_code == 403
    answer = call(tree.northern, "POST", "/teams", {"name": "New", "parent_id": str(tree.south.id)})
    assert (answer.status_code, pointers(answer)) == (422, ["/parent_id"])


def test_a_manager_does_not_move_or_delete_the_own_team(call, tree):
    assert patch(call, tree.northern, tree.north, parent_id=str(tree.below.id)).status_code == 403
    assert call(tree.northern, "DELETE", f"/teams/{tree.north.id}", version=1).status_code == 403
    assert patch(call, tree.northern, tree.north, name="Renamed").status_code == 200


@pytest.mark.parametrize("under", ["top", "north", "below"])
def test_no_team_is_below_itself(call, tree, under):
    answer = patch(call, tree.admin, tree.top, parent_id=str(getattr(tree, under).id))
    assert (answer.status_code, answer.json["code"], pointers(answer)) == (422, "team_cycle", ["/parent_id"])


def test_two_moves_at_once_make_no_ring(app, tree):
    """North under south and south under north: one of them comes second and is refused."""
    headers = make.auth(tree.admin) | {"If-Match": "*"}
    moves = [(tree.north.id, str(tree.south.id)), (tree.south.id, str(tree.north.id))]
    db.session.remove()

    def move(pair):
        path = f"/api/v1/teams/{pair[0]}"
        return app.test_client().patch(path, json={"parent_id": pair[1]}, headers=headers).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(move, moves)) in ([200, 422], [202, 422])


def test_the_tree_is_at_most_twenty_levels_deep(call, tree):
    """Top, north and below are three; seventeen more fit under below."""
    parent = tree.below
    for number in range(17):
        answer = call(tree.admin, "POST", "/teams", {"name": f"Level {number}", "parent_id": str(parent.id)})
        assert answer.status_code == 201
        parent = db.session.get_one(Team, UUID(answer.json["id"]))
    refused = call(tree.admin, "POST", "/teams", {"name": "Too deep", "parent_id": str(parent.id)})
    assert pointers(refused) == ["/parent_id"]
    assert pointers(patch(call, tree.admin, tree.south, parent_id=str(parent.id))) == ["/parent_id"]


def test_only_an_empty_team_is_deleted(call, tree):
    empty = make.team(parent_id=tree.north.id)
    for team in (tree.top, tree.south, tree.below):  # with teams, reps and a user below
        answer = call(tree.admin, "DELETE", f"/teams/{team.id}", version=1)
        assert (answer.status_code, answer.json["code"]) == (409, "team_not_empty")
    with_account = make.team()
    make.account(team_id=with_account.id)
    assert call(tree.admin, "DELETE", f"/teams/{with_account.id}", version=1).status_code == 409
    assert call(tree.northern, "DELETE", f"/teams/{empty.id}", version=1).status_code == 204


def test_settings_of_a_team_change_the_plans_of_all_below(call, tree):
    patch(call, tree.admin, tree.north, name="Renamed")
    assert causes(tree.north_rep) == []
    patch(call, tree.admin, tree.north, radius_metres=50_000)
    counts = [len(causes(rep)) for rep in (tree.north_rep, tree.below_rep, tree.south_rep)]
    assert counts == [1, 1, 0]


def test_the_radius_comes_from_the_nearest_that_speaks(app, tree):
    """Company 96,561 m, soft; then top 80 km; then north 70 km; then the rep 60 km and hard.  Each says who spoke."""

    def radius():
        found = radius_of(db.session(), tree.below_rep)
        return (found.metres.value, found.metres.source, found.hard.value, found.hard.source)

    def say(row, **values):
        with writing() as session:
            for name, value in values.items():
                setattr(session.get_one(type(row), row.id), name, value)

    assert radius() == (96_561, "company", False, "company")
    say(tree.top, radius_metres=80_000, radius_hard=True)
    assert radius() == (80_000, f"team {tree.top.id}", True, f"team {tree.top.id}")
    say(tree.north, radius_metres=70_000)
    assert radius() == (70_000, f"team {tree.north.id}", True, f"team {tree.top.id}")
    say(tree.below_rep, radius_metres=60_000, radius_hard=False)
    assert radius() == (60_000, "rep", False, "rep")


def test_approval_is_asked_where_a_team_above_asks(app, tree):
    assert approval_of(db.session(), tree.below_rep) == Inherited(False, "company")
    with writing() as session:
        session.get_one(Team, tree.top.id).approval = True
    assert approval_of(db.session(), tree.below_rep) == Inherited(True, f"team {tree.top.id}")
