"""Asking a geocoder on the network: who answers what, what is remembered, and what happens when it does not answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from server.accounts.models import Account
from server.audit.models import AuditEntry
from server.core.clock import now
from server.core.config import ConfigError, Settings
from server.core.database import db, writing
from server.places.asking import KNOWN_FOR, PUT_OFF, UNKNOWN_FOR, Pace, purge, turn
from server.places.geocoders import GeocoderFailed, geocoder, question
from server.places.lookup import Address
from server.places.models import GeocodeAnswer
from server.worker.finding import Finding
from tests import factories as make
from tests.server.places.geocoder import FAULTS, Known, fake_geocoder
from tests.server.world import causes

HOUSE = Address("Feldgasse", "7", "9495", "Triesen", "LI")
ASKED = "Feldgasse 7, 9495 Triesen, LI"


@pytest.fixture
def fake(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with fake_geocoder() as made:
        yield made


@pytest.fixture
def ask(fake, settings):
    """A turn of asking without pauses; returns (accounts looked at, whether it answers)."""
    client = geocoder(configured(settings, fake))

    def asking():
        db.session.rollback()
        return turn(client, Pace(0))

    return asking


def configured(settings, fake, name="photon", pause=0) -> Settings:
    return replace(settings, geocoder=name, geocoder_url=fake.url, geocoder_pause_ms=pause)


def waiting(**values) -> Account:
    """An account that nothing on this machine could place."""
    address = {"street": "Feldgasse", "housenumber": "7", "postcode": "9495", "city": "Triesen", "country": "LI"}
    nowhere = {"lat": None, "lon": None, "position_quality": "unknown", "geocode_at": now() - timedelta(seconds=1)}
    return make.account(**{**address, **nowhere, "timezone": "Europe/Vaduz", **values})


def read(account: Account) -> Account:
    db.session.rollback()
    return db.session.get(Account, account.id, populate_existing=True)


@pytest.mark.parametrize("name", ["nominatim", "photon", "pelias"])
@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Known(47.11, 9.53, "house", "7"), "rooftop"),
        (Known(47.11, 9.53, "house", "9"), "interpolated"),  # another number than was asked for
        (Known(47.11, 9.53, "street"), "street"),
        (Known(47.11, 9.53, "postcode"), "postcode"),
        (Known(47.11, 9.53, "town"), None),  # a town is no place to drive to
        (Known(47.11, 9.53, "house", "7", country="at"), None),
        (None, None),
    ],
)
def test_each_says_in_its_own_words_how_exact_it_is(fake, settings, name, known, expected):
    if known:
        fake.known["feldgasse"] = known
    place = geocoder(configured(settings, fake, name)).ask(HOUSE)
    assert fake.asked == [ASKED]
    assert "fieldbeat" in fake.agents[0]
    assert (place and place.quality) == expected
    if place:
        assert (place.lat, place.lon, place.source) == (47.11, 9.53, name)


@pytest.mark.parametrize("name", ["nominatim", "photon", "pelias"])
@pytest.mark.parametrize("fault", [*FAULTS, "gone"])
def test_a_fault_is_never_taken_for_an_answer(fake, settings, name, fault):
    fake.fault = fault
    client = geocoder(configured(settings, fake, name))
    with pytest.raises(GeocoderFailed, match=name) as failed:
        client.ask(HOUSE)
    assert str(failed.value).isascii()  # can be logged
    assert len(str(failed.value)) < 400


def test_nobody_is_asked_unless_the_settings_say_so(settings):
    assert geocoder(settings) is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"geocoder": "google"}, "nominatim, photon or pelias"),
        ({"geocoder": "pelias"}, "no public Pelias"),
        ({"geocoder": "nominatim", "geocoder_pause_ms": 100}, "one question a second"),
        ({"geocoder": "photon", "geocoder_url": "photon.example.com"}, "http"),
    ],
)
def test_wrong_settings_are_told(settings, values, said):
    with pytest.raises(ConfigError, match=said):
        replace(settings, **values)


def test_an_account_is_found_and_its_rep_is_planned_anew(app, fake, ask):
    rep = make.rep(make.team().id)
    account = waiting(owner_id=rep.id, off_road_metres=700)
    fake.known["feldgasse 7"] = Known(47.11, 9.53, "house", "7")
    assert ask() == (1, True)
    found = read(account)
    assert (found.lat, found.lon, found.position_quality, found.position_source) == (47.11, 9.53, "rooftop", "photon")
    assert (found.geocode_at, found.off_road_metres) == (None, None)  # the latter was said of another place
    assert [kind for kind, *_ in causes(rep)] == ["account_changed"]
    (entry,) = db.session.query(AuditEntry).filter_by(action="update", row_id=str(account.id))
    assert entry.changes["position_source"] == [None, "photon"]
    assert ask() == (0, True)
    assert len(fake.asked) == 1


def test_what_nobody_knows_is_asked_again_when_that_is_old(app, fake, ask):
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        account = waiting()
        before = read(account).version
        assert ask() == (1, True)
        assert (read(account).position_quality, read(account).geocode_at) == ("unknown", now() + UNKNOWN_FOR)
        assert read(account).version == before  # whoever edits it meanwhile is not disturbed
        assert ask() == (0, True)
        twin = waiting(name="Next door")
        assert ask() == (1, True)
        assert len(fake.asked) == 1  # the same address: the answer is remembered
        clock.shift(UNKNOWN_FOR + timedelta(seconds=1))
        fake.known["feldgasse"] = Known(47.11, 9.53, "street")
        assert ask() == (2, True)
        assert len(fake.asked) == 2
        assert {read(row).position_quality for row in (account, twin)} == {"street"}
        (answer,) = db.session.query(GeocodeAnswer).all()
        assert (answer.question, answer.expires_at) == (ASKED, now() + KNOWN_FOR)
        clock.shift(KNOWN_FOR + timedelta(seconds=1))
        with writing() as session:
            purge(session)
        assert db.session.query(GeocodeAnswer).count() == 0


def test_odd_house_numbers_of_an_answer_are_no_fault(fake, settings):
    for number in (7, 10**400, "\ud800", ["7"]):
        fake.known["feldgasse"] = Known(47.11, 9.53, "house", number)
        place = geocoder(configured(settings, fake, "nominatim")).ask(HOUSE)
        assert place.quality == ("rooftop" if number in (7, ["7"]) else "interpolated")


@pytest.mark.parametrize("fault", ["nested", "huge", "surrogates"])
def test_garbage_puts_an_account_off(app, fake, ask, fault):
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False):
        account = waiting()
        fake.fault = fault
        assert ask() == (0, False)
        assert read(account).geocode_at == now() + PUT_OFF
        assert db.session.query(GeocodeAnswer).count() == 0


def test_a_geocoder_that_is_down_costs_nothing_but_time(app, fake, ask):
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        first, second = waiting(), waiting(street="Dorfstrasse", geocode_at=now())
        fake.fault = "error"
        assert ask() == (0, False)
        assert len(fake.asked) == 1  # the turn ends: the others would wait in vain, too
        assert read(first).geocode_at == now() + PUT_OFF
        fake.fault = None
        fake.known = {"feldgasse": Known(47.11, 9.53, "street"), "dorfstrasse": Known(47.112, 9.53, "street")}
        assert ask() == (1, True)
        assert (read(first).position_quality, read(second).position_quality) == ("unknown", "street")
        clock.shift(PUT_OFF)
        assert ask() == (1, True)
        assert read(first).position_quality == "street"
        assert db.session.query(GeocodeAnswer).count() == 2  # a failure is no answer


def test_an_answer_far_from_the_postcode_is_not_believed(app, fake, ask):
    account = waiting(street="1 Main St", housenumber=None, postcode="02139", city="Cambridge", country="US")
    fake.known["1 main st"] = Known(42.2626, -71.8023, "house", "1", country="us")  # in Worcester
    assert ask() == (1, True)
    assert (read(account).position_quality, read(account).position_source) == ("postcode", "zipcodes")


def test_a_person_is_faster(app, fake, ask):
    account = waiting()
    fake.known["feldgasse"] = Known(47.11, 9.53, "house", "7")
    with writing() as session:
        row = session.get(Account, account.id)
        row.lat, row.lon, row.position_quality, row.position_source = 47.2, 9.5, "given", "person"
    ask()
    assert (read(account).lat, read(account).position_source) == (47.2, "person")


def test_an_index_that_has_come_since_is_asked_first(indexed, fake, ask):
    account = waiting(street="Landstrasse", housenumber="4", postcode="9490", city="Vaduz")
    assert ask() == (1, True)
    assert (read(account).position_quality, read(account).position_source) == ("rooftop", "index")
    assert fake.asked == []


def test_questions_keep_their_distance(app, fake, settings):
    for number in range(3):
        waiting(housenumber=str(number))
    assert turn(geocoder(configured(settings, fake)), Pace(0.2)) == (3, True)
    gaps = [later - earlier for earlier, later in zip(fake.at, fake.at[1:], strict=False)]
    assert len(gaps) == 2
    assert min(gaps) >= 0.19


def test_the_worker_asks_one_at_a_time_and_rests_after_a_failure(app, fake, settings):
    app.extensions["settings"] = configured(settings, fake)
    waiting()
    client = geocoder(configured(settings, fake))
    first, second = Finding(app, "first", client), Finding(app, "second", client)
    fake.fault = "busy"
    assert first.look() == 0
    assert len(fake.asked) == 1
    assert first.look() == 0
    assert len(fake.asked) == 1  # it rests
    with time_machine.travel(now() + PUT_OFF, tick=True):
        fake.fault = None
        assert second.look() == 1  # the lease was given back
    assert len(fake.asked) == 2


def test_the_question_is_one_line():
    assert question(Address("Feldgasse ", " 7", None, "Triesen", "LI")) == "Feldgasse 7, Triesen, LI"
