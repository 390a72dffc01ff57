"""Accounts near a point: the same as looking at all of them, on the whole globe."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from server.accounts import near as nearby
from server.core.database import db, writing
from server.identity.models import User
from tests import factories as make

URL = "/api/v1/accounts/near"
KM = 1_000


@pytest.fixture
def admin(app):
    make.company()
    return make.user("admin")


def scatter(count, rng, middle=None, spread=1.0, **values):
    """Accounts all over the globe, or around a point, wrapped at the antimeridian and cut off at the poles; some are alike."""
    from datetime import date

    from server.accounts.models import Account

    with writing() as session:
        for n in range(count):
            lat = rng.uniform(-90, 90) if middle is None else max(-90, min(90, rng.gauss(middle[0], spread)))
            lon = rng.uniform(-180, 180) if middle is None else (rng.gauss(middle[1], spread) + 180) % 360 - 180
            if n % 10 == 0:
                lat, lon = round(lat, 1), round(lon, 1)  # on the edge of bands, and at one spot with others
            session.add(
                Account(
                    name=f"A{n}", country="US", timezone="UTC", lat=lat, lon=lon, active_from=date(2026, 1, 1), **values
                )
            )


def all_pages(user, lat, lon, radius, limit):
    found, cursor = [], None
    while True:
        page = nearby.near(db.session(), user, lat, lon, radius, limit, cursor)
        found += [item.id for item in page.items]
        cursor = page.next
        if cursor is None:
            return found


def by_looking_at_all(lat, lon, radius, user):
    from sqlalchemy import select

    from server.accounts.models import Account
    from server.identity.scope import accounts_of

    rows = select(Account.id, Account.lat, Account.lon).where(accounts_of(user), Account.archived_at.is_(None))
    rows = db.session.execute(rows.where(Account.lat.is_not(None)))
    distances = sorted((nearby.distance(lat, lon, at, on), row_id) for row_id, at, on in rows)
    return [row_id for metres, row_id in distances if metres <= radius]


def test_the_great_circle():
    assert nearby.distance(0, 0, 0, 1) == pytest.approx(111_195, abs=1)  # one degree: 2 pi 6371.0088 km / 360
    assert nearby.distance(0, 179.5, 0, -179.5) == pytest.approx(111_195, abs=1)
    assert nearby.distance(90, 0, 89, 123) == pytest.approx(111_195, abs=1)
    assert nearby.distance(0, 0, 0, 180) == pytest.approx(20_015_115, abs=2)  # half round the earth


def test_it_finds_what_looking_at_all_finds(admin):
    rng = random.Random(5)
    centres = [
        (42.36, -71.06),
        (-17.0, 179.9),
        (65.0, -179.95),
        (89.9, 10.0),
        (-90.0, 0.0),
        (0.0, 180.0),
        (0.0, -180.0),
    ]
    scatter(150, rng)
    for centre in centres:
        scatter(40, rng, centre, 0.7)
    for lat, lon in [*centres, (89.99, -170.0), (10.0, 20.0)]:
        for radius in (5 * KM, 60 * KM, 1_000 * KM):
            assert all_pages(admin, lat, lon, radius, 7) == by_looking_at_all(lat, lon, radius, admin), (
                lat,
                lon,
                radius,
            )


@pytest.mark.parametrize("middle", [(-16.8, 180.0), (89.9, 30.0)])
@pytest.mark.parametrize("many", [0, nearby.MANY])  # reps: from here on they are looked for among all
def test_every_role_finds_what_looking_at_all_of_theirs_finds(admin, middle, many, monkeypatch):
    monkeypatch.setattr(nearby, "MANY", many)
    rng = random.Random(6)
    above, elsewhere = make.team(), make.team()
    below = make.team(parent_id=above.id)
    reps = [make.rep(team.id) for team in (above, below, elsewhere)]
    for rep in reps:
        scatter(60, rng, middle, 0.4, owner_id=rep.id)
        scatter(20, rng, middle, 0.4, team_id=rep.team_id)
        scatter(20, rng, middle, 0.4, team_id=above.id, served_by_id=rep.id)  # a manager sees it in two ways: once
        scatter(10, rng, middle, 0.4, owner_id=rep.id, archived_at=datetime(2026, 1, 1, tzinfo=UTC))
    make.account(owner_id=reps[0].id, lat=None, lon=None)
    users = [
        admin,
        make.user("manager", team_id=above.id),
        make.user("manager", team_id=below.id),
        make.user("manager"),
    ]
    users += [db.session.get(User, rep.user_id) for rep in reps]
    seen = []
    for user in users:
        for radius in (10 * KM, 400 * KM):
            found = all_pages(user, *middle, radius, 9)
            assert found == by_looking_at_all(*middle, radius, user), (user.role, radius)
        seen.append(len(found))
    # Each rep has 60 + 20 served, each team shares 20: all; two reps, and all 3 * 20 that above shares; one rep with its team.
    assert seen == [300, 200 + 20, 100, 0, 80, 80, 80]


def test_who_moves_or_is_archived_is_found_where_they_are(client, admin):
    account = make.account(lat=42.0, lon=-71.0)
    headers, url = make.auth(admin), f"/api/v1/accounts/{account.id}"

    def found(lat, lon):
        db.session.rollback()
        return all_pages(admin, lat, lon, 5 * KM, 50) == [account.id]

    def patch(**values):
        etag = client.get(url, headers=headers).headers["ETag"]
        assert client.patch(url, json=values, headers={**headers, "If-Match": etag}).status_code in (200, 202)

    assert found(42.0, -71.0)
    patch(lat=-33.87, lon=151.21)
    assert (found(42.0, -71.0), found(-33.87, 151.21)) == (False, True)
    patch(archived=True)
    assert not found(-33.87, 151.21)
    patch(archived=False)
    assert found(-33.87, 151.21)


def test_the_database_refuses_a_position_in_another_band(admin):
    make.account(lat=42.0, lon=-71.0)
    for wrong in ("lat = 43", "lat = NULL", "lat_band = NULL", "lat_band = lat_band + 1"):
        with pytest.raises(IntegrityError), writing() as session:
            session.execute(text(f"UPDATE accounts SET {wrong}"))


def test_many_at_one_spot_come_once_each(admin):
    for _ in range(5):
        make.account(lat=42.0, lon=-71.0)
    assert len(set(all_pages(admin, 42.0, -71.0, 10 * KM, 2))) == 5


def test_through_http(client, admin):
    team = make.team()
    user = make.user("rep")
    rep = make.rep(team.id, user_id=user.id)
    near_by = make.account(owner_id=rep.id, lat=42.0, lon=-71.0)
    make.account(lat=42.0, lon=-71.0)  # nobody's
    make.account(owner_id=rep.id, lat=43.0, lon=-71.0)  # 111 km away, 69 miles
    gone = make.account(owner_id=rep.id, lat=42.0, lon=-71.0)
    headers = make.auth(user)
    client.delete(f"/api/v1/accounts/{gone.id}", headers={**make.auth(admin), "If-Match": '"v1"'})

    def get(**query):
        return client.get(URL, query_string={"lat": 42.01, "lon": -71.0, **query}, headers=headers)

    items = get().json["items"]  # the company's 60 miles
    assert [(item["id"], item["distance_metres"]) for item in items] == [(str(near_by.id), 1112)]  # 0.01 degrees
    assert len(get(radius_miles=70).json["items"]) == 2
    first = get(radius_metres=200_000, limit=1).json
    second = get(radius_metres=200_000, limit=1, cursor=first["next"]).json
    assert (first["items"][0]["distance_metres"], second["next"]) == (1112, None)
    for wrong in (
        {"lat": 91}, {"lon": "x"}, {"lat": "NaN"}, {"radius_metres": 0}, {"radius_metres": 1e9}, {"radius_metres": 1, "radius_miles": 1},
        {"cursor": "x"}, {"cursor": "WzFd"}, {"cursor": "W05hTiwgIngiXQ"}, {"limit": 501},
    ):  # fmt: skip
        assert get(**wrong).status_code == 422, wrong


def looked(begin, most, pages=None, rows=0):
    """The (radius, most rows) of each look outwards for pages of 50, where nothing is seen among so many rows a look."""
    looks = []

    def look(_search, radius, most_rows):
        looks.append((radius, most_rows))
        return [], most_rows is None or rows * len(looks) < most_rows

    found = nearby._outwards(nearby.Search(), pages, look, begin, most, 50)
    return looks, found


def test_the_search_grows_to_the_radius_asked_for():
    # From 1 km in doubled steps while nothing is found, up to what was asked for.
    assert looked(1_000, 5_000) == ([(1_000, None), (2_000, None), (4_000, None), (5_000, None)], [])
    assert looked(3_600, 5_000) == ([(3_600, None), (5_000, None)], [])
    assert looked(1_000, 500) == ([(500, None)], [])


def test_among_many_strangers_the_search_gives_up():
    # 10 pages of 50 rows a look at most: 200 and 400 are fewer, 600 are not.
    assert looked(1_000, 90_000, pages=10, rows=200) == ([(1_000, 500), (2_000, 500), (4_000, 500)], None)


@pytest.mark.parametrize("strangers", [0, 300])
def test_a_manager_of_many_finds_theirs_among_strangers(app, strangers, monkeypatch):
    """40 of theirs around 300 of others, who fill the middle: pages of 4 read at most 16 rows at a time among all."""
    monkeypatch.setattr(nearby, "MANY", 0)
    make.company()
    ours, others = make.team(), make.team()
    rng, middle = random.Random(7), (42.0, -71.0)
    scatter(40, rng, middle, 1.0, owner_id=make.rep(ours.id).id)
    scatter(strangers, rng, middle, 0.1, owner_id=make.rep(others.id).id)
    user = make.user("manager", team_id=ours.id)
    expected = by_looking_at_all(*middle, 400 * KM, user)
    assert len(expected) == 40
    assert all_pages(user, *middle, 400 * KM, 4) == expected
