"""Accounts through HTTP: who may do what, what is refused, and what plans are told."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select

from server.accounts.models import Account, OwnerChange
from server.core.database import db
from server.inputs.models import InputChange
from tests import factories as make

URL = "/api/v1/accounts"


@pytest.fixture(autouse=True)
def evening():
    """3 March 2026, 02:00 UTC: still 2 March in New York."""
    with time_machine.travel("2026-03-03T02:00:00Z"):
        yield


@pytest.fixture
def world(app, evening):
    """A company with two teams under one root; Ann and Bob in the east, Cy in the west; managers of east and of all."""
    make.company()
    root = make.team(name="Root")
    east, west = make.team(name="East", parent_id=root.id), make.team(name="West", parent_id=root.id)

    class World:
        root_id, east_id, west_id = root.id, east.id, west.id

    for name, team in (("ann", east), ("bob", east), ("cy", west)):
        user = make.user("rep")
        rep = make.rep(team.id, user_id=user.id, name=name)
        setattr(World, name, rep.id)
        setattr(World, f"{name}_auth", make.auth(user))
    World.lead = make.auth(make.user("manager", team_id=east.id))
    World.admin = make.auth(make.user("admin"))
    make.segment("A", service_minutes=45)
    make.segment("B")
    return World


def problems(answer):
    return {error["pointer"]: error["detail"] for error in answer.json["errors"]}


def told(kind=None):
    """(rep, kind) of everything said to the planner, in order; forgets nothing."""
    db.session.rollback()
    rows = db.session.scalars(select(InputChange).order_by(InputChange.at, InputChange.revision))
    return [(row.rep_id, row.kind) for row in rows if kind in (None, row.kind)]


def opened(client, auth, **values):
    answer = client.post(URL, json={"name": "Bakery", **values}, headers=auth)
    assert answer.status_code == 201, answer.json
    return answer.json


def patch(client, auth, account, **values):
    headers = {**auth, "If-Match": f'"v{account["version"]}"'}
    return client.patch(f"{URL}/{account['id']}", json=values, headers=headers)


# ---------------------------------------------------------------- opening


def test_a_rep_opens_an_account_of_their_own(client, world):
    made = opened(client, world.ann_auth, lat=42.36, lon=-71.06)
    assert made["owner_id"] == str(world.ann)
    assert (made["timezone"], made["country"]) == ("America/New_York", "US")
    assert made["active_from"] == "2026-03-02"
    assert made["position_quality"] == "given"
    assert told() == [(world.ann, "account_opened")]
    change = db.session.scalar(select(OwnerChange))
    assert (change.owner_id, change.from_day) == (world.ann, date(2026, 3, 2))


def test_zone_and_country_follow_from_the_position(client, world):
    made = opened(client, world.admin, lat=42.5063, lon=1.5218)  # Andorra la Vella
    assert (made["timezone"], made["country"]) == ("Europe/Andorra", "AD")


def test_at_sea_the_companys_zone_and_country_hold(client, world):
    made = opened(client, world.admin, lat=30.0, lon=-40.0)
    assert (made["timezone"], made["country"]) == ("America/New_York", "US")


def test_a_us_postcode_alone_gives_an_approximate_position(client, world):
    made = opened(client, world.admin, postcode="02139", country="US")  # Cambridge, Massachusetts
    assert made["position_quality"] == "postcode"
    assert abs(made["lat"] - 42.36) < 0.05
    assert abs(made["lon"] + 71.10) < 0.05


def test_without_any_position_it_is_unknown(client, world):
    made = opened(client, world.admin, city="Springfield")
    assert (made["lat"], made["lon"], made["position_quality"]) == (None, None, "unknown")


WRONG = [
    ({"lat": 42.0}, "/lon"),
    ({"lon": 42.0}, "/lat"),
    ({"lat": 0.0, "lon": 0.0}, "/lat"),
    ({"lat": 90.1, "lon": 0.0}, "/lat"),
    ({"lat": "42", "lon": 1.0}, "/lat"),
    ({"country": "XX"}, "/country"),
    ({"country": "us"}, "/country"),
    ({"timezone": "Mars/Olympus"}, "/timezone"),
    ({"opening_hours": "Fr11:00"}, "/opening_hours"),
    ({"priority": 9}, "/priority"),
    ({"priority": 1001}, "/priority"),
    ({"service_minutes": 0}, "/service_minutes"),
    ({"allowed_weekdays": [7]}, "/allowed_weekdays/0"),
    ({"allowed_weekdays": [1, 1]}, "/allowed_weekdays"),
    ({"allowed_weekdays": []}, "/allowed_weekdays"),
    ({"custom": {"a": {"b": 1}}}, "/custom"),
    ({"custom": {"a": "\0"}}, "/custom"),
    ({"custom": {"a": "x" * 9000}}, "/custom"),
    ({"custom": {f"k{n}": 1 for n in range(51)}}, "/custom"),
    ({"segment": "Z"}, "/segment"),
    ({"parent_id": "019c0000-0000-7000-8000-000000000000"}, "/parent_id"),
    ({"owner_id": "019c0000-0000-7000-8000-000000000000"}, "/owner_id"),
    ({"team_id": "019c0000-0000-7000-8000-000000000000"}, "/team_id"),
    ({"name": ""}, "/name"),
    ({"name": "a\0b"}, "/name"),
    ({"name": "\ud800"}, "/name"),
    ({"name": "x" * 301}, "/name"),
    ({"revenue": "1e30"}, "/revenue"),
    ({"revenue": "NaN"}, "/revenue"),
    ({"colour": "red"}, "/colour"),
    ({"email": "nobody"}, "/email"),
]


def test_wrong_input_is_named_and_changes_nothing(client, world):
    for values, pointer in WRONG:
        answer = client.post(URL, json={"name": "Bakery", **values}, headers=world.admin)
        assert answer.status_code == 422, values
        assert answer.content_type == "application/problem+json"
        assert pointer in problems(answer), values
    assert db.session.scalar(select(Account)) is None
    assert told() == []


def test_wrong_opening_hours_say_where(client, world):
    answer = client.post(URL, json={"name": "x", "opening_hours": "Mo-Fr 9-17"}, headers=world.admin)
    assert "'9-17' (character 7) is not understood" in problems(answer)["/opening_hours"]


def test_typographic_dashes_in_opening_hours_are_understood(client, world):
    assert opened(client, world.admin, opening_hours="Mo–Fr 09:00–17:00")["opening_hours"] == "Mo-Fr 09:00-17:00"


def test_a_rep_opens_no_account_for_others(client, world):
    for values in ({"owner_id": str(world.bob)}, {"team_id": str(world.east_id)}):
        assert client.post(URL, json={"name": "x", **values}, headers=world.ann_auth).status_code == 403
    assert db.session.scalar(select(Account)) is None


def test_a_manager_opens_accounts_in_the_own_tree_only(client, world):
    assert opened(client, world.lead, owner_id=str(world.bob))["owner_id"] == str(world.bob)
    for values in ({"owner_id": str(world.cy)}, {"team_id": str(world.west_id)}, {}):
        assert client.post(URL, json={"name": "x", **values}, headers=world.lead).status_code == 422


def test_an_inactive_rep_gets_no_account(client, world):
    gone = make.rep(world.east_id, active=False)
    answer = client.post(URL, json={"name": "x", "owner_id": str(gone.id)}, headers=world.admin)
    assert "no longer active" in problems(answer)["/owner_id"]


def test_an_external_id_that_exists_is_a_conflict_that_shows_what_is_stored(client, world):
    first = opened(client, world.ann_auth, external_id="K1")
    again = client.post(URL, json={"name": "Other", "external_id": "K1"}, headers=world.ann_auth)
    assert (again.status_code, again.json["stored"]["id"]) == (409, first["id"])
    foreign = client.post(URL, json={"name": "Other", "external_id": "K1"}, headers=world.bob_auth)
    assert foreign.status_code == 409
    assert "stored" not in foreign.json


def test_an_account_has_an_owner_or_a_team(client, world):
    both = {"name": "x", "owner_id": str(world.ann), "team_id": str(world.east_id)}
    assert "/team_id" in problems(client.post(URL, json=both, headers=world.admin))


def test_a_shared_account_concerns_all_active_reps_of_the_tree(client, world):
    make.rep(world.east_id, active=False)
    opened(client, world.admin, team_id=str(world.root_id))
    assert {rep for rep, _ in told("account_opened")} == {world.ann, world.bob, world.cy}


# ---------------------------------------------------------------- changing


def test_a_change_that_plans_depend_on_is_told_and_another_is_not(client, world):
    account = opened(client, world.ann_auth, lat=42.36, lon=-71.06)
    renamed = patch(client, world.ann_auth, account, name="Baker & Son", phone="1")
    assert renamed.status_code == 200
    assert told("account_changed") == []
    moved = patch(client, world.ann_auth, renamed.json, lat=41.88, lon=-87.63)  # Chicago: another zone, too
    assert moved.json["timezone"] == "America/Chicago"
    assert told("account_changed") == [(world.ann, "account_changed")]
    assert patch(client, world.ann_auth, moved.json, lat=41.88).status_code == 200  # the same again
    assert len(told("account_changed")) == 1


def test_a_zone_that_was_set_stays_when_only_the_country_changes(client, world):
    account = opened(client, world.admin, lat=42.36, lon=-71.06, timezone="America/Chicago")
    assert patch(client, world.admin, account, country="CA").json["timezone"] == "America/Chicago"


def test_half_a_position_is_refused(client, world):
    account = opened(client, world.admin, lat=42.36, lon=-71.06)
    assert "/lon" in problems(patch(client, world.admin, account, lon=None))
    assert patch(client, world.admin, account, lat=None, lon=None).json["position_quality"] == "unknown"


def test_a_new_owner_is_told_with_the_old_one_and_written_down(client, world):
    account = opened(client, world.ann_auth)
    assert patch(client, world.lead, account, owner_id=str(world.bob)).json["owner_id"] == str(world.bob)
    assert {rep for rep, _ in told("owner_changed")} == {world.ann, world.bob}
    rows = db.session.scalars(select(OwnerChange).order_by(OwnerChange.created_at, OwnerChange.id))
    assert [(row.owner_id, row.from_day) for row in rows] == [
        (world.ann, date(2026, 3, 2)), (world.bob, date(2026, 3, 2)),
    ]  # fmt: skip


def test_left_without_an_owner_it_stays_with_the_owners_team(client, world):
    account = opened(client, world.ann_auth)
    shared = patch(client, world.lead, account, owner_id=None).json
    assert (shared["owner_id"], shared["team_id"]) == (None, str(world.east_id))
    owned = patch(client, world.lead, shared, owner_id=str(world.bob)).json
    assert (owned["owner_id"], owned["team_id"]) == (str(world.bob), None)


def test_a_rep_does_not_change_what_they_are_measured_by(client, world):
    account = opened(client, world.ann_auth, segment="A")
    for values in ({"owner_id": None}, {"segment": "B"}, {"priority": 500}, {"archived": True}):
        assert patch(client, world.ann_auth, account, **values).status_code == 403
    same = {"owner_id": str(world.ann), "segment": "A", "priority": 100, "archived": False, "name": "New"}
    assert patch(client, world.ann_auth, account, **same).status_code == 200


def test_an_account_lies_not_under_itself(client, world):
    top = opened(client, world.ann_auth)
    middle = opened(client, world.ann_auth, parent_id=top["id"])
    bottom = opened(client, world.ann_auth, parent_id=middle["id"])
    for parent in (top, middle, bottom):
        assert "/parent_id" in problems(patch(client, world.ann_auth, top, parent_id=parent["id"]))


def test_two_people_do_not_write_over_each_other(client, world):
    account = opened(client, world.ann_auth)
    assert patch(client, world.lead, account, name="One").status_code == 200
    assert patch(client, world.ann_auth, account, name="Two").status_code == 412
    url = f"{URL}/{account['id']}"
    assert client.patch(url, json={"name": "Two"}, headers=world.ann_auth).status_code == 428
    assert client.get(url, headers=world.ann_auth).json["name"] == "One"


def test_archiving_takes_it_out_of_lists_and_plans_and_back(client, world):
    account = opened(client, world.ann_auth)
    headers = {**world.lead, "If-Match": '"v1"'}
    assert client.delete(f"{URL}/{account['id']}", headers={**world.ann_auth, "If-Match": '"v1"'}).status_code == 403
    assert client.delete(f"{URL}/{account['id']}", headers=headers).status_code == 204
    assert told("account_archived") == [(world.ann, "account_archived")]
    assert client.get(URL, headers=world.ann_auth).json["items"] == []
    archived = client.get(URL, query_string={"archived": "true"}, headers=world.ann_auth).json["items"]
    assert [a["id"] for a in archived] == [account["id"]]
    assert patch(client, world.lead, archived[0], archived=False).json["archived_at"] is None
    assert len(told("account_opened")) == 2


def test_effective_settings_name_their_source(client, world):
    plain = opened(client, world.admin)
    url = f"{URL}/{plain['id']}"
    effective = client.get(url, headers=world.admin).json["effective"]
    assert effective["service_minutes"] == {"value": 30, "source": "company"}
    assert effective["opening_hours"]["source"] == "company"
    in_segment = opened(client, world.admin, segment="A", priority=50)
    effective = client.get(f"{URL}/{in_segment['id']}", headers=world.admin).json["effective"]
    assert effective["service_minutes"] == {"value": 45, "source": "segment"}
    assert effective["miss_minutes"] == {"value": 45, "source": "segment"}  # half of the segment's 90
    own = opened(client, world.admin, segment="A", service_minutes=20)
    effective = client.get(f"{URL}/{own['id']}", headers=world.admin).json["effective"]
    assert effective["service_minutes"] == {"value": 20, "source": "account"}


# ---------------------------------------------------------------- seeing


def test_everybody_sees_what_is_theirs(client, world):
    ann, cy = opened(client, world.ann_auth, name="Of Ann"), opened(client, world.cy_auth, name="Of Cy")
    shared = opened(client, world.admin, name="Shared", team_id=str(world.east_id))
    names = {
        who: {a["name"] for a in client.get(URL, headers=getattr(world, who)).json["items"]}
        for who in ("ann_auth", "cy_auth", "lead", "admin")
    }
    assert names == {
        "ann_auth": {"Of Ann"}, "cy_auth": {"Of Cy"}, "lead": {"Of Ann", "Shared"}, "admin": {"Of Ann", "Of Cy", "Shared"},
    }  # fmt: skip
    for auth, account in ((world.ann_auth, cy), (world.lead, cy), (world.ann_auth, shared), (world.cy_auth, ann)):
        foreign = client.get(f"{URL}/{account['id']}", headers=auth)
        missing = client.get(f"{URL}/{uuid4()}", headers=auth)
        assert (foreign.status_code, foreign.data) == (404, missing.data)
        assert patch(client, auth, account, name="Mine").status_code == 404


def test_filters(client, world):
    opened(client, world.admin, name="Alpha Bakery", external_id="K-1", city="Boston", segment="A", stage="customer")
    opened(client, world.admin, name="Beta 100%", external_id="K-2", city="Salem", owner_id=str(world.ann))
    opened(client, world.admin, name="Gamma", team_id=str(world.east_id))

    def names(**filters):
        answer = client.get(URL, query_string=filters, headers=world.admin)
        assert answer.status_code == 200, answer.json
        return [a["name"] for a in answer.json["items"]]

    assert names(search="bakery") == names(search="k-1") == names(search="boston") == ["Alpha Bakery"]
    assert names(search="100%") == ["Beta 100%"]
    assert names(search="%") == ["Beta 100%"]
    assert names(segment="A") == names(stage="customer") == names(external_id="K-1") == ["Alpha Bakery"]
    assert names(owner_id=str(world.ann)) == ["Beta 100%"]
    assert names(team_id=str(world.root_id)) == ["Beta 100%", "Gamma"]
    assert names(team_id=str(world.west_id)) == []
    assert names(unowned="true") == ["Alpha Bakery", "Gamma"]
    assert names(updated_since="2020-01-01T00:00:00Z") == ["Alpha Bakery", "Beta 100%", "Gamma"]
    assert names(updated_since="2120-01-01T00:00:00+02:00") == []


def test_wrong_filters_are_refused(client, world):
    for query in (
        "serch=x",
        "limit=0",
        "limit=501",
        "cursor=%00",
        "owner_id=1",
        "updated_since=2020-01-01",
        "search=%00",
    ):
        assert client.get(f"{URL}?{query}", headers=world.admin).status_code == 422, query


def test_pages_hold_everything_once(client, world):
    for n in range(7):
        opened(client, world.ann_auth, name=f"Same {n // 3}")
    seen, cursor = [], None
    while True:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = client.get(URL, query_string=query, headers=world.ann_auth).json
        seen += [(a["name"], a["id"]) for a in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == sorted(seen)
    assert len(set(seen)) == 7


def test_a_position_that_is_at_home_only_the_other_way_round_is_refused(client, world):
    """Columbus, Ohio, with lat and lon exchanged lies in the Antarctic sea; an import refuses it as well."""
    wrong = {"name": "Swapped", "lat": -82.99, "lon": 39.96, "country": "US"}
    answer = client.post(URL, json=wrong, headers=world.ann_auth)
    assert answer.status_code == 422
    assert problems(answer)["/lat"].startswith("lat and lon look swapped")
    made = opened(client, world.ann_auth, name="Right", lat=39.96, lon=-82.99, country="US")
    moved = client.patch(
        f"{URL}/{made['id']}", json={"lat": -82.99, "lon": 39.96}, headers={**world.ann_auth, "If-Match": '"v1"'}
    )
    assert (moved.status_code, list(problems(moved))) == (422, ["/lat"])
    abroad = opened(client, world.ann_auth, name="Abroad", lat=11.58, lon=43.14, country="DJ")
    assert (abroad["lat"], abroad["country"]) == (11.58, "DJ")
