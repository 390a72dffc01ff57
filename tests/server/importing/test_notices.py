"""What is said about accounts that come in but will not be served, and in what words a run ends."""

from __future__ import annotations

from sqlalchemy import func, select

from server.accounts.models import Account
from server.core.database import db, writing
from server.reps.models import Rep
from tests import factories as make
from tests.server.importing.test_imports import HEAD, counts, morning, notices, send, stored, warnings, world

__all__ = ["morning", "world"]  # fixtures
WHOLE = "external_id,name,lat,lon,segment,owner\n"


def sentence(answer, code):
    """What stands before the advice."""
    return notices(answer)[code].partition(". ")[0]


def test_accounts_that_nobody_will_visit_are_counted_and_named(client, world):
    """K1 has everything; K2 no position; K3 neither owner nor team; K4 no cadence (segment B has none); K5 is archived."""
    make.segment("B")
    make.cadence(segment="A")
    text = WHOLE.replace("\n", ",archived\n") + (
        "K1,Bakery,42.36,-71.06,A,ann@example.com,\n"  # 2
        "K2,Butcher,,,A,ann@example.com,\n"  # 3
        "K3,Cafe,42.37,-71.05,A,,\n"  # 4
        "K4,Deli,42.38,-71.04,B,ann@example.com,\n"  # 5
        "K5,Ended,,,,,yes\n"  # 6
    )
    for dry_run in (True, False):
        answer = send(client, world.admin, text, dry_run=dry_run)
        assert counts(answer) == (5, 0, 0)
        assert notices(answer).keys() == {"no_position", "nobody_visits", "no_cadence"}
        assert sentence(answer, "no_position") == "Accounts without a position are not planned: 1 of 4 (row 3)"
        assert sentence(answer, "nobody_visits").endswith("are visited by nobody: 1 of 4 (row 4)")
        assert sentence(answer, "no_cadence").endswith("never fall due: 1 of 4 (row 5)")
        assert (answer.json["problem_count"], answer.json["error_count"]) == (3, 0)
    assert db.session.scalar(select(func.count()).select_from(Account)) == 5  # a warning prevents nothing


def test_what_is_stored_already_counts(client, world):
    """A file of telephone numbers: that nobody visits K2, and that no cadence speaks for it, is as true as before."""
    make.account(external_id="K1", owner_id=world.ann)
    make.cadence(account_id=stored("K1").id)
    make.account(external_id="K2", lat=None, lon=None, position_quality="unknown")
    answer = send(client, world.admin, "external_id,phone\nK1,1\nK2,2\n")
    assert counts(answer) == (0, 2, 0)
    assert {code: sentence(answer, code)[-16:] for code in notices(answer)} == dict.fromkeys(
        ("no_position", "nobody_visits", "no_cadence"), ": 1 of 2 (row 3)"
    )
    again = send(client, world.admin, "external_id,phone\nK1,1\nK2,2\n")
    assert (counts(again), notices(again)) == ((0, 0, 2), notices(answer))


def test_a_team_an_owner_for_all_and_a_cadence_of_the_company_are_enough(client, world):
    make.cadence()
    text = HEAD + "K1,Bakery,42.36,-71.06\n"
    assert notices(send(client, world.admin, text, dry_run=True, owner="ann@example.com")) == {}
    assert notices(send(client, world.admin, text, dry_run=True, team="East")) == {}
    assert notices(send(client, world.lead, text, dry_run=True)) == {}  # a manager's come into the own team


def test_a_cadence_that_says_none_is_no_oversight(client, world):
    make.cadence(segment="A", mode=None, interval_days=None)
    text = WHOLE + "K1,Bakery,42.36,-71.06,A,ann@example.com\n"
    assert notices(send(client, world.admin, text)) == {}


def test_many_rows_are_counted_and_the_first_ten_named(client, world):
    make.cadence()
    text = HEAD + "".join(f"K{n},Shop {n},,\n" for n in range(1, 13))  # rows 2 to 13
    answer = send(client, world.admin, text, owner="ann@example.com")
    assert sentence(answer, "no_position").endswith(": 12 of 12 (rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more)")


def test_the_same_name_at_the_same_place_is_probably_the_same_account(client, world):
    make.cadence()
    text = "external_id,name,lat,lon,zip\n" + (
        "K1,Corner Cafe,42.36,-71.06,\n"  # 2
        "K2,Corner Cafe,42.37,-71.06,\n"  # 3: of the same chain, another place
        "K3,corner  cafe,42.3600001,-71.06,\n"  # 4: row 2
        "K4,Baker,42.36,-71.06,\n"  # 5: the same house
        "K5,Corner Cafe,42.36,-71.06,\n"  # 6: row 2
        "K6,Kiosk,,,02139\n"  # 7
        "K7,Kiosk,,,02139\n"  # 8: two of a name in one postcode, which is no place
        "K8,Stand,,,\n"  # 9
        "K9,Stand,,,\n"  # 10
    )
    answer = send(client, world.admin, text, owner="ann@example.com")
    assert counts(answer) == (9, 0, 0)
    assert notices(answer).keys() == {"same_place", "no_position", "rough_position"}
    assert sentence(answer, "same_place").endswith("the same account twice: 2 of 9 (rows 4 like 2, 6 like 2)")


def test_every_state_has_its_words(client, world):
    make.cadence()
    good, bad = HEAD + "K1,Bakery,42.36,-71.06\n", HEAD + "K1,Bakery,42.36,-71.06\nK2,Butcher,north,-71.05\nK3,Cafe,,\n"

    def run(text, **options):
        answer = send(client, world.admin, text, owner="ann@example.com", **options)
        return client.get(f"/api/v1/imports/{answer.json['id']}", headers=world.admin).json

    assert run(good, dry_run=True)["summary"] == (
        "A dry run, nothing was changed: 1 account would be created, 0 updated, 0 left unchanged."
    )
    rejected = run(bad, dry_run=True)
    assert rejected["summary"] == "Nothing can be imported: 1 error; 1 warning."
    assert [rejected[name] for name in ("rows", "created", "updated", "unchanged", "error_count")] == [3, 0, 0, 0, 1]
    refused = send(client, world.admin, bad, owner="ann@example.com").json
    assert refused["detail"].startswith("Nothing was imported: 1 error; 1 warning. GET /imports/")
    assert run(good)["summary"] == "1 account created, 0 updated, 0 unchanged."
    assert run(good)["summary"] == "0 accounts created, 0 updated, 1 unchanged."
    assert run(HEAD + "K2,Butcher,,\n")["summary"] == "1 account created, 0 updated, 0 unchanged; 1 warning."
    assert warnings(send(client, world.admin, good)) == []


def test_a_skill_that_no_rep_has_is_probably_a_slip(client, world):
    """One rep can do both things; nobody has what row 3 asks for, nor both skills of row 4."""
    with writing() as session:
        session.get_one(Rep, world.ann).skills = ["fork lift", "spanish"]
        session.get_one(Rep, world.cy).skills = ["cooling"]
    make.cadence()
    text = "external_id,name,lat,lon,owner,skills\n" + (
        "K1,Bakery,42.36,-71.06,ann@example.com,Spanish;fork lift\n"  # 2
        "K2,Cafe,42.37,-71.05,ann@example.com,spanich\n"  # 3
        "K3,Deli,42.38,-71.04,ann@example.com,cooling;spanish\n"  # 4
    )
    answer = send(client, world.admin, text, dry_run=True)
    assert notices(answer).keys() == {"no_such_skill"}
    assert sentence(answer, "no_such_skill").endswith("are visited by nobody: 2 of 3 (rows 3, 4)")
