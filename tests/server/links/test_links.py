"""Links between accounts: who sees and sets them, what they refuse, and what stands against them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from server.core.database import db, writing
from server.links.models import AccountLink, AccountLinkMember
from tests import factories as make
from tests.server.world import causes, pending, pointers

URL = "/account-links"


def ids(*accounts: Any) -> list[str]:
    return sorted(str(account.id) for account in accounts)


@pytest.fixture
def second(world) -> Any:
    """Another account of the rep's."""
    return make.account(owner_id=world.rep.id)


def made(world, kind: str, *accounts: Any, who: Any = None, **values: Any) -> Any:
    answer = world.call(who or world.manager, "POST", URL, {"kind": kind, "account_ids": ids(*accounts), **values})
    assert answer.status_code == 201, answer.text
    return answer


def test_a_link_is_made_read_changed_and_ended(world, second):
    answer = made(world, "apart", world.account, second, note="Competitors")
    link = answer.json
    assert answer.headers["ETag"] == '"v1"'
    assert (link["kind"], link["account_ids"], link["note"]) == ("apart", ids(world.account, second), "Competitors")
    assert (link["other_accounts"], link["conflicts"]) == (0, [])
    path = f"{URL}/{link['id']}"
    assert world.call(world.rep, "GET", path).json == link
    third = make.account(owner_id=world.rep.id)
    changed = world.call(world.manager, "PATCH", path, {"account_ids": ids(world.account, third)}, version=1)
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"v2"')
    assert changed.json["account_ids"] == ids(world.account, third)
    assert world.call(world.manager, "PATCH", path, {"note": None}, version=1).status_code == 412
    assert world.call(world.manager, "PATCH", path, {"note": None}).status_code == 428
    assert world.call(world.manager, "DELETE", path, version=2).status_code == 204
    assert world.call(world.manager, "GET", path).status_code == 404
    assert db.session.query(AccountLinkMember).count() == 0
    assert [kind for kind, *_ in causes(world.rep)] == ["account_link_changed"] * 3


def test_plans_follow(world, second):
    pending(world.rep)
    body = {"kind": "apart", "account_ids": ids(world.account, second)}
    assert world.call(world.manager, "POST", URL, body).status_code == 202


def test_a_change_of_the_note_only_is_no_new_plan(world, second):
    link = made(world, "apart", world.account, second).json
    before = causes(world.rep)
    answer = world.call(world.manager, "PATCH", f"{URL}/{link['id']}", {"note": "Rivals"}, version=1)
    assert (answer.json["note"], answer.json["version"]) == ("Rivals", 2)
    same = {"account_ids": ids(world.account, second)}
    assert world.call(world.manager, "PATCH", f"{URL}/{link['id']}", same, version=2).json["version"] == 2
    assert causes(world.rep) == before


def test_a_list_can_be_asked_for_one_account_or_kind(world, second):
    third = make.account(owner_id=world.rep.id)
    one = made(world, "apart", world.account, second).json["id"]
    two = made(world, "same_rep", second, third).json["id"]
    found = world.call(world.rep, "GET", f"{URL}?account_id={world.account.id}").json["items"]
    assert [link["id"] for link in found] == [one]
    assert [link["id"] for link in world.call(world.rep, "GET", f"{URL}?kind=same_rep").json["items"]] == [two]
    assert len(world.call(world.rep, "GET", URL).json["items"]) == 2
    assert world.call(world.stranger, "GET", URL).json["items"] == []
    assert world.call(world.rep, "GET", f"{URL}?account_id={world.foreign_account.id}").status_code == 404


def test_reps_read_and_leaders_write(world, second):
    link = made(world, "apart", world.account, second).json
    body = {"kind": "apart", "account_ids": ids(world.account, second)}
    assert world.call(world.rep, "POST", URL, body).status_code == 403
    assert world.call(world.rep, "PATCH", f"{URL}/{link['id']}", {"note": "x"}, version=1).status_code == 403
    assert world.call(world.rep, "DELETE", f"{URL}/{link['id']}", version=1).status_code == 403


def test_of_accounts_of_others_only_the_number_is_said_and_only_who_leads_all_may_change_it(world):
    link = made(world, "apart", world.account, world.foreign_account, who=world.admin).json
    path = f"{URL}/{link['id']}"
    for who in (world.rep, world.manager):
        seen = world.call(who, "GET", path).json
        assert (seen["account_ids"], seen["other_accounts"]) == (ids(world.account), 1)
    assert world.call(world.peer, "GET", path).status_code == 404
    refused = world.call(world.manager, "PATCH", path, {"note": "x"}, version=1)
    assert refused.status_code == 403
    assert world.call(world.manager, "DELETE", path, version=1).status_code == 403
    assert world.call(world.admin, "PATCH", path, {"note": "x"}, version=1).status_code == 200


def test_foreign_and_archived_accounts_are_refused_by_their_place_in_the_list(world, second):
    gone = make.account(owner_id=world.rep.id)
    etag = world.call(world.manager, "GET", f"/accounts/{gone.id}").json["version"]
    assert world.call(world.manager, "DELETE", f"/accounts/{gone.id}", version=etag).status_code == 204
    for wrong in (world.foreign_account.id, uuid4(), gone.id):
        body = {"kind": "apart", "account_ids": [str(second.id), str(wrong)]}
        answer = world.call(world.manager, "POST", URL, body)
        assert (answer.status_code, pointers(answer)) == (422, ["/account_ids/1"])


@pytest.mark.parametrize("count", [0, 1, 51])
def test_a_link_has_two_to_fifty_accounts(world, count):
    body = {"kind": "apart", "account_ids": [str(uuid4()) for _ in range(count)]}
    answer = world.call(world.manager, "POST", URL, body)
    assert (answer.status_code, pointers(answer)) == (422, ["/account_ids"])


def test_an_account_is_named_once(world):
    body = {"kind": "apart", "account_ids": [str(world.account.id)] * 2}
    assert pointers(world.call(world.manager, "POST", URL, body)) == ["/account_ids"]


def test_an_account_is_in_one_group_of_the_same_rep(world, second):
    third = make.account(owner_id=world.rep.id)
    first = made(world, "same_rep", world.account, second).json
    body = {"kind": "same_rep", "account_ids": ids(second, third)}
    refused = world.call(world.manager, "POST", URL, body)
    assert (refused.status_code, refused.json["code"]) == (409, "in_other_group")
    assert (refused.json["link_id"], refused.json["account_id"]) == (first["id"], str(second.id))
    made(world, "apart", second, third)  # of the other kind as often as one likes
    more = world.call(world.manager, "PATCH", f"{URL}/{first['id']}", {"account_ids": ids(second, third)}, version=1)
    assert more.json["account_ids"] == ids(second, third)
    made(world, "same_rep", world.account, make.account(owner_id=world.rep.id))  # it is free again


def test_sent_again_it_is_the_same_link(world, second):
    body = {"kind": "apart", "account_ids": ids(world.account, second), "client_id": str(uuid4())}
    first = world.call(world.manager, "POST", URL, body)
    again = world.call(world.manager, "POST", URL, body)
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    other = world.call(world.manager, "POST", URL, {**body, "kind": "same_rep"})
    assert (other.status_code, other.json["code"]) == (409, "id_reused")


def conflicts(link: Any) -> list[str]:
    return [conflict["kind"] for conflict in link.json["conflicts"]]


def test_what_stands_against_a_group_is_said_and_it_is_kept_all_the_same(world, second):
    assert conflicts(made(world, "same_rep", world.account, second)) == []
    assert conflicts(made(world, "same_rep", world.peers_account, make.account(owner_id=world.rep.id))) == [
        "different_reps"
    ]
    free = make.account(team_id=world.stranger.team_id)
    own = make.account(owner_id=world.rep.id)
    assert conflicts(made(world, "same_rep", own, free, who=world.admin)) == ["different_teams"]
    shared = make.account(team_id=world.rep.team_id, shared_visits=True)
    assert conflicts(made(world, "same_rep", shared, make.account(owner_id=world.rep.id))) == ["shared_visits"]


def test_what_stands_against_visiting_together_is_said_as_well(world, second):
    """Beside the owners: how often (the third account has 7 days, the others 14), who shares, and what is to be apart."""
    make.cadence()
    third, fourth = (make.account(owner_id=world.rep.id) for _ in range(2))
    make.cadence(account_id=third.id, interval_days=7)
    assert conflicts(made(world, "together", world.account, second)) == []
    assert conflicts(made(world, "together", third, fourth)) == ["different_cadences"]
    own, free = make.account(owner_id=world.rep.id), make.account(owner_id=world.peer.id)
    assert conflicts(made(world, "together", own, free)) == ["different_reps"]
    shared = [make.account(team_id=world.rep.team_id, shared_visits=True) for _ in range(3)]
    assert conflicts(made(world, "together", *shared[:2])) == []
    mixed = make.account(owner_id=world.rep.id)
    assert conflicts(made(world, "together", shared[2], mixed)) == ["some_shared"]
    made(world, "apart", world.account, second, make.account(owner_id=world.rep.id))
    (link,) = world.call(world.manager, "GET", f"{URL}?account_id={second.id}&kind=together").json["items"]
    assert [conflict["kind"] for conflict in link["conflicts"]] == ["kept_apart"]
    assert link["conflicts"][0]["detail"].startswith("Another link keeps two of its accounts apart")


def test_an_account_is_visited_together_with_one_group(world, second):
    third = make.account(owner_id=world.rep.id)
    first = made(world, "together", world.account, second).json
    refused = world.call(world.manager, "POST", URL, {"kind": "together", "account_ids": ids(second, third)})
    assert (refused.status_code, refused.json["code"]) == (409, "in_other_group")
    assert refused.json["link_id"] == first["id"]
    assert "visited together with others already" in refused.json["detail"]
    made(world, "same_rep", second, third)  # of another kind it may be


def test_the_database_itself_keeps_an_account_in_one_group_of_a_kind(world, second):
    for kind in ("same_rep", "together"):
        first = made(world, kind, world.account, second).json["id"]
        with pytest.raises(IntegrityError), writing() as session:
            link = AccountLink(kind=kind)
            session.add(link)
            session.flush()
            session.add(AccountLinkMember(link_id=link.id, account_id=second.id, kind=kind))
        assert world.call(world.manager, "DELETE", f"{URL}/{first}", version=1).status_code == 204


def test_a_hand_over_is_a_conflict_until_the_others_follow(world, second):
    link = made(world, "same_rep", world.account, second).json
    to_peer = {"owner_id": str(world.peer.id)}
    assert world.call(world.manager, "PATCH", f"/accounts/{second.id}", to_peer, version=1).status_code == 200
    assert conflicts(world.call(world.manager, "GET", f"{URL}/{link['id']}")) == ["different_reps"]
    assert world.call(world.manager, "PATCH", f"/accounts/{world.account.id}", to_peer, version=1).status_code == 200
    assert conflicts(world.call(world.manager, "GET", f"{URL}/{link['id']}")) == []
    archived = world.call(world.manager, "DELETE", f"/accounts/{second.id}", version=2)
    assert archived.status_code == 204
    assert conflicts(world.call(world.manager, "GET", f"{URL}/{link['id']}")) == ["too_few"]


def test_every_change_is_in_the_audit(world, second):
    link = made(world, "apart", world.account, second).json["id"]
    third = make.account(owner_id=world.rep.id)
    world.call(world.manager, "PATCH", f"{URL}/{link}", {"account_ids": ids(world.account, third)}, version=1)
    entries = world.call(world.admin, "GET", f"/audit?row_id={link}").json["items"]
    told = {(e["action"], e["table_name"], (e["changes"].get("account_id") or [None])[-1]) for e in entries}
    assert ("create", "account_links", None) in told
    assert {("create", "account_link_members", str(a.id)) for a in (world.account, second, third)} <= told
    assert ("delete", "account_link_members", None) in told
