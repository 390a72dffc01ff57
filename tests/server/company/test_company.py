"""The company's settings."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from server.company.models import Company
from server.core.database import db
from tests import factories as make
from tests.server.world import causes, pointers


def patch(world, **values):
    version = world.call(world.admin, "GET", "/company").json["version"]
    return world.call(world.admin, "PATCH", "/company", values, version)


def test_everybody_reads_only_an_admin_writes(world):
    for who in (world.rep, world.manager, world.admin):
        assert world.call(who, "GET", "/company").status_code == 200
    for who in (world.rep, world.manager):
        assert world.call(who, "PATCH", "/company", {"name": "Mine"}, 1).status_code == 403


def test_a_new_installation_shows_defaults_and_takes_the_first_change(client):
    headers = make.auth(make.user("admin"))
    read = client.get("/api/v1/company", headers=headers)
    assert (read.json["version"], read.json["radius_metres"], read.json["work_starts"]) == (0, 96_561, "08:00")
    changed = client.patch(
        "/api/v1/company", json={"name": "First"}, headers=headers | {"If-Match": read.headers["ETag"]}
    )
    assert (changed.status_code, changed.json["name"], changed.json["horizon_days"]) == (200, "First", 28)
    assert changed.json["at_risk_days"] == 7
    assert (
        client.get("/api/v1/company", headers=headers).headers["ETag"]
        == changed.headers["ETag"]
        != read.headers["ETag"]
    )
    assert db.session.scalar(select(func.count()).select_from(Company)) == 1


def test_what_plans_depend_on_is_told_to_all_active_reps(world):
    resting = make.rep(world.rep.team_id, active=False)
    patch(world, currency="EUR", distance_unit="km", locale="de-AT", at_risk_days=10, name="Renamed")
    assert causes(world.rep) == []
    patch(world, horizon_days=42)
    assert [len(causes(rep)) for rep in (world.rep, world.stranger, resting)] == [1, 1, 0]
    patch(world, horizon_days=42)
    assert len(causes(world.rep)) == 1, "the same again changes nothing"
    patch(world, week_starts_on=6)
    assert len(causes(world.rep)) == 2, "a cadence of so many visits a week depends on where weeks begin"


@pytest.mark.parametrize(
    ("locale", "currency"), [("de-AT", "EUR"), ("zh-Hans-CN", "CNY"), ("es-419", "MXN"), ("fr", "XOF")]
)
def test_locale_and_currency_of_anywhere(world, locale, currency):
    answer = patch(world, locale=locale, currency=currency)
    assert (answer.status_code, answer.json["locale"], answer.json["currency"]) == (200, locale, currency)


@pytest.mark.parametrize("said", ["MD", "md", "US-MD", "Maryland"])
def test_a_region_is_kept_by_its_code(world, said):
    answer = patch(world, region=said)
    assert (answer.status_code, answer.json["region"]) == (200, "MD")
    assert len(causes(world.rep)) == 1
    patch(world, region="md")
    assert len(causes(world.rep)) == 1, "the same in other words changes nothing"


def test_a_region_of_the_country_before(world):
    patch(world, region="TX")
    answer = patch(world, country="ES")
    assert (answer.status_code, pointers(answer)) == (422, ["/region"])
    assert patch(world, country="ES", region="md").json["region"] == "MD"  # Madrid
    assert patch(world, country="MC", region=None).json["region"] is None


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"timezone": "America/Nowhere"}, "/timezone"),
        ({"country": "UK"}, "/country"),  # ISO says GB
        ({"region": "XX"}, "/region"),
        ({"distance_unit": "yd"}, "/distance_unit"),
        ({"currency": "Euro"}, "/currency"),
        ({"currency": "XYZ"}, "/currency"),
        ({"currency": "XTS"}, "/currency"),  # the code for tests
        ({"currency": "usd"}, "/currency"),
        ({"locale": "english, please"}, "/locale"),
        ({"locale": "xx-YY"}, "/locale"),
        ({"locale": "en-YY"}, "/locale"),
        ({"locale": "en_US"}, "/locale"),
        ({"timezone": "Europe/Nowhere"}, "/timezone"),
        ({"timezone": "Factory"}, "/timezone"),  # IANA's name for: not set yet
        ({"timezone": "localtime"}, "/timezone"),
        ({"week_starts_on": 7}, "/week_starts_on"),
        ({"horizon_days": 91}, "/horizon_days"),
        ({"horizon_days": 0}, "/horizon_days"),
        ({"at_risk_days": 0}, "/at_risk_days"),
        ({"at_risk_days": 61}, "/at_risk_days"),
        ({"radius_metres": 2**40}, "/radius_metres"),
        ({"default_hours": "whenever"}, "/default_hours"),
        ({"default_service_minutes": 0}, "/default_service_minutes"),
        ({"work_starts": "18:00"}, "/work_ends"),  # the day ends at 17:00
        ({"work_ends": "25:00"}, "/work_ends"),
        ({"name": ""}, "/name"),
        ({"name": None}, "/name"),
        ({"id": 2}, "/id"),
    ],
)
def test_wrong_input_is_named_and_changes_nothing(world, values, wrong):
    answer = patch(world, **values)
    assert (answer.status_code, pointers(answer)) == (422, [wrong])
    db.session.rollback()
    assert db.session.get_one(Company, 1).version == 1
    assert causes(world.rep) == []
