"""Everything that is created with a client_id can be sent again: by a phone without an answer, by a CRM that retries."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from server.accounts.models import Account, Contact
from server.cadences.models import CadencePolicy, MustVisit, Pause
from server.core.clock import today
from server.core.database import db, writing
from server.core.idempotency import Creation
from server.reps.models import Rep, Team, TimeOff
from tests.server.world import causes


def ahead(days):
    return (today("America/New_York") + timedelta(days=days)).isoformat()


def span(**more):
    return {"first": ahead(10), "last": ahead(12), **more}


# model, who, path and body; what makes the content another one; where one is read and deleted
KINDS = {
    "account": (Account, "rep", lambda w: "/accounts", lambda w: {"name": "Bakery"}, {"name": "Baker"}, "/accounts/{id}"),
    "contact": (
        Contact, "rep", lambda w: f"/accounts/{w.account.id}/contacts", lambda w: {"name": "Ann"}, {"name": "Bob"},
        "/contacts/{id}",
    ),
    "pause": (
        Pause, "rep", lambda w: f"/accounts/{w.account.id}/pauses", lambda w: span(), {"reason": "Renovation"},
        "/accounts/{account}/pauses/{id}",
    ),
    "must-visit": (
        MustVisit, "rep", lambda w: "/must-visits", lambda w: span(account_id=str(w.account.id)), {"note": "Keys"},
        "/must-visits/{id}",
    ),
    "time off": (
        TimeOff, "rep", lambda w: f"/reps/{w.rep.id}/time-off", lambda w: span(), {"reason": "Holiday"},
        "/reps/{rep}/time-off/{id}",
    ),
    "cadence": (
        CadencePolicy, "manager", lambda w: "/cadences",
        lambda w: {"channel": "visit", "account_id": str(w.account.id), "mode": "rolling", "interval_days": 14},
        {"interval_days": 21}, "/cadences/{id}",
    ),
    "rep": (Rep, "manager", lambda w: "/reps", lambda w: {"name": "New", "team_id": str(w.rep.team_id)}, {"name": "Old"}, None),
    "team": (
        Team, "manager", lambda w: "/teams", lambda w: {"name": "North", "parent_id": str(w.rep.team_id)}, {"name": "South"},
        "/teams/{id}",
    ),
}  # fmt: skip


class Kind:
    def __init__(self, world, name):
        self.world = world
        self.model, who, path, body, self.other, self.one = KINDS[name]
        self.who, self.path = getattr(world, who), path(world)
        self.body = {**body(world), "client_id": str(uuid4())}

    def post(self, **more):
        return self.world.call(self.who, "POST", self.path, {**self.body, **more})

    def place(self, row_id):
        return self.one.format(id=row_id, account=self.world.account.id, rep=self.world.rep.id)

    def count(self):
        db.session.rollback()
        return db.session.scalar(select(func.count()).select_from(self.model))


@pytest.fixture(params=list(KINDS))
def kind(world, request):
    return Kind(world, request.param)


def test_the_same_again_is_what_is_stored_and_changes_nothing(world, kind):
    before = kind.count()
    first = kind.post()
    changes = causes(world.rep)
    again = kind.post()
    assert (first.status_code in (201, 202), again.status_code) == (True, 200)
    assert again.json == first.json
    assert again.headers["ETag"] == first.headers["ETag"]
    assert kind.count() == before + 1
    assert causes(world.rep) == changes


def test_other_content_under_the_same_id_is_a_conflict_that_shows_what_is_stored(kind):
    first = kind.post()
    count = kind.count()
    other = kind.post(**kind.other)
    assert (other.status_code, other.json["code"]) == (409, "id_reused")
    assert other.json["stored"]["id"] == first.json["id"]
    assert kind.count() == count


@pytest.mark.parametrize("name", [name for name in KINDS if name != "rep"])  # reps are never deleted
def test_what_was_deleted_since_does_not_come_back(world, name):
    kind = Kind(world, name)
    first = kind.post()
    row_id, version = first.json["id"], first.json["version"]
    deleted = world.call(world.manager, "DELETE", kind.place(row_id), version=version)
    assert deleted.status_code in (202, 204)
    count = kind.count()
    again = kind.post()
    if kind.model is Account:  # archived, and still there
        assert (again.status_code, again.json["id"]) == (200, row_id)
        assert again.json["archived_at"] is not None
    else:
        assert (again.status_code, again.json["code"]) == (410, "gone")
    assert kind.count() == count


def test_what_was_refused_may_be_sent_again_put_right(world, kind):
    wrong = kind.post(first=ahead(12), last=ahead(10)) if "first" in kind.body else kind.post(name="", mode="none")
    assert wrong.status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Creation)) == 0
    assert kind.post().status_code in (201, 202)


def test_two_at_the_same_time_are_one(world, kind):
    before, call = kind.count(), world.caller(kind.who)
    together = Barrier(2)

    def send(_):
        with world.app.app_context():
            together.wait()
            return call("POST", kind.path, kind.body)

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(send, range(2)))
    assert sorted(answer.status_code == 200 for answer in answers) == [False, True], [a.json for a in answers]
    assert len({answer.json["id"] for answer in answers}) == 1
    assert kind.count() == before + 1


def test_ids_are_the_authors_own_and_for_one_thing_each(world):
    mine = Kind(world, "contact")
    mine.post()
    theirs = Kind(world, "contact")
    theirs.who, theirs.body = world.manager, mine.body
    assert theirs.post().status_code == 201
    wish = Kind(world, "must-visit")
    wish.body["client_id"] = mine.body["client_id"]
    assert (wish.post().status_code, wish.post().json["stored"]) == (409, None)
    assert wish.count() == 0


def test_what_is_no_longer_theirs_is_not_shown(world):
    kind = Kind(world, "contact")
    kind.post()
    with writing() as session:
        session.get_one(Account, world.account.id).owner_id = world.stranger.id
    assert kind.post().status_code == 410
    other = kind.post(name="Other")
    assert (other.status_code, other.json["stored"]) == (409, None)


def test_without_an_id_each_is_new(world):
    body = {"name": "Ann"}
    made = [world.call(world.rep, "POST", f"/accounts/{world.account.id}/contacts", body) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert len({answer.json["id"] for answer in made}) == 2
