"""Driving by the time of day and nights away, through HTTP: set it, plan, see it in the rep's day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.repair import repair
from server.core.clock import now
from server.core.database import db
from server.identity.models import User
from server.plans.bridge import build_problem
from server.plans.bridge.team import build_colleagues_problem
from tests import factories as make
from tests.server.plans.planned import DAYS, Company, company
from tests.server.plans.test_limits_and_links import change, rep_path, want
from tests.server.world import pointers

TODAY, TOMORROW, WEDNESDAY, THURSDAY, FRIDAY = DAYS
LONG = {str(day): ["08:00", "20:00"] for day in range(5)}  # there and back in a day
FAR = make.BOSTON[0] + 1.8  # 200 km to the north


@pytest.fixture
def acme(app, clock) -> Company:
    return company(app, accounts=1)


@pytest.fixture
def away(app, clock) -> Company:
    """Two accounts 200 km away; a visit takes five hours, so each needs a day of its own, and nobody goes there unasked."""
    made = company(app, accounts=0)
    made.accounts = [
        make.account(owner_id=made.rep.id, lat=FAR + 0.01 * n, service_minutes=300, segment=None) for n in (0, 1)
    ]
    for account in made.accounts:
        make.cadence(account_id=account.id, mode=None, interval_days=None)
    return made


def day_of(acme: Company, day: str) -> Any:
    return acme.call("GET", f"/reps/{acme.rep.id}/route?date={day}", who=acme.manager).json


def drives(acme: Company, day: str) -> list[tuple[str, int]]:
    """(arrival, minutes at the wheel) of each stop, and of the way home."""
    route = day_of(acme, day)
    ways = [(stop["arrives_at"], stop["travel_minutes"]) for stop in route["stops"]]
    return [(at[11:19], minutes) for at, minutes in [*ways, (route["ends_at"], route["return_travel_minutes"])]]


def settings(acme: Company, **values: Any) -> Any:
    """PATCH /company as an admin."""
    admin = make.user("admin")
    etag = acme.call("GET", "/company", who=admin).headers["ETag"]
    answer = acme.call("PATCH", "/company", values, who=admin, **{"If-Match": etag})
    assert answer.status_code in (200, 202), answer.text
    return answer.json


def hotel(acme: Company, **values: Any) -> Any:
    body = {"name": "Pine Inn", "lat": FAR, "lon": make.BOSTON[1], "address": "1 Pine St", **values}
    answer = acme.call("POST", "/hotels", body, who=acme.manager)
    assert answer.status_code in (201, 202), answer.text
    return answer.json


def nights(acme: Company, *days: str) -> list[tuple[str | None, str | None]]:
    """Names of where each of these days begins and ends; None: at home."""
    found = [(route["night_before"], route["night_after"]) for route in (day_of(acme, day) for day in days)]
    return [(before and before["name"], after and after["name"]) for before, after in found]


def travelling(away: Company, days: tuple[str, str] = (TOMORROW, WEDNESDAY)) -> None:
    """The rep may sleep away from Monday to Thursday; both accounts are to be visited, on Tuesday and on Wednesday."""
    change(away, rep_path(away), night_weekdays=[0, 1, 2, 3])
    for account, day in zip(away.accounts, days, strict=True):
        want(away, account, day)


def visits(away: Company, day: str) -> list[str]:
    return [stop["title"] for stop in day_of(away, day)["stops"]]


# -- speeds -----------------------------------------------------------------------------------------------------------

# The account is 1.11195 km from home: 0.6 + 1.86 * 1.11195 = 2.668 minutes, 160 seconds.
RUSH = {"weekdays": [0, 1, 2, 3, 4], "from": "07:00", "to": "09:00", "percent": 50}


def test_a_leg_inside_a_band_of_half_the_speed_takes_twice_as_long(acme):
    """From home at 8:00 it is 160 s at the usual speed, 320 s before 9:00; the visit takes 30 minutes, and after 8:35 too
    half the speed holds for the 160 s home.  On Thursday there is no band."""
    account = acme.accounts[0]
    want(acme, account, WEDNESDAY)
    acme.plan()
    assert drives(acme, WEDNESDAY) == [("08:02:40", 3), ("08:35:20", 3)]
    settings(acme, speed_bands=[RUSH | {"weekdays": [2]}])
    acme.plan(improve=False)
    assert drives(acme, WEDNESDAY) == [("08:05:20", 6), ("08:40:40", 6)]


def test_a_leg_is_driven_through_all_the_bands_that_it_meets(away):
    """200.15 km: 167 min 17 s.  Until 9:00 only half an hour of it is done, so it ends at 9:00 + 137:17 = 11:17:17.  The way
    home begins at 16:17:17: until 17:00 at 80 %, 42:43 do 34:10 of it; 133:06 are left, until 19:13:06 (a second is rounded)."""
    change(away, rep_path(away), max_overtime_minutes=240)
    settings(away, speed_bands=[RUSH, {"from": "15:30", "to": "17:00", "percent": 80}])
    want(away, away.accounts[0], WEDNESDAY)
    away.plan()
    assert drives(away, WEDNESDAY) == [("11:17:17", 198), ("19:13:07", 176)]


def test_a_team_may_have_speeds_of_its_own(acme):
    team = f"/teams/{acme.rep.team_id}"
    want(acme, acme.accounts[0], WEDNESDAY)
    assert settings(acme, speed_bands=[RUSH])["speed_bands"] == [RUSH]
    for bands, arrival in (([], "08:02:40"), (None, "08:05:20"), ([RUSH | {"percent": 25}], "08:10:40")):
        assert change(acme, team, speed_bands=bands)["speed_bands"] == bands
        acme.plan(improve=False)
        assert drives(acme, WEDNESDAY)[0][0] == arrival


def test_bands_that_contradict_each_other_are_refused_where_they_do(acme):
    admin = make.user("admin")
    wrong = {
        "/speed_bands/1/from": [RUSH, RUSH | {"from": "08:59", "to": "10:00", "weekdays": [4, 5]}],
        "/speed_bands/0/from": [RUSH | {"from": "08:59", "to": "10:00"}, RUSH],
        "/speed_bands/0/to": [RUSH | {"to": "07:00"}],
        "/speed_bands/0/percent": [RUSH | {"percent": 9}],
        "/speed_bands/0/weekdays/1": [RUSH | {"weekdays": [0, 7]}],
        "/speed_bands/0/weekdays": [RUSH | {"weekdays": []}],
    }
    for pointer, bands in wrong.items():
        answer = acme.call("PATCH", "/company", {"speed_bands": bands}, who=admin, **{"If-Match": '"v1"'})
        assert (answer.status_code, pointers(answer)) == (422, [pointer])
    apart = [RUSH | {"from": "09:00", "to": "24:00"}, RUSH]
    assert settings(acme, speed_bands=apart)["speed_bands"] == [RUSH, apart[0]]  # in the order of their start


# -- nights -----------------------------------------------------------------------------------------------------------


def test_a_night_saves_the_way_home_and_back(away):
    """There 167:17, to the hotel beside the first account 0, from it to the second (1.11 km) 2:40, home (201.26 km) 168:05: 338
    minutes and a night of 120, instead of 2 * 167:17 + 2 * 168:05 = 671."""
    made = hotel(away)
    travelling(away)
    away.plan()
    assert nights(away, TOMORROW, WEDNESDAY) == [(None, "Pine Inn"), ("Pine Inn", None)]
    assert drives(away, WEDNESDAY)[0] == ("08:02:40", 3)
    cost = away.published()["objective"]
    assert (cost["driving_minutes"], cost["nights_minutes"], cost["total_minutes"]) == (338.0, 120.0, 458.0)
    stay = day_of(away, TOMORROW)["night_after"]
    assert (stay["hotel_id"], stay["account_id"], stay["address"]) == (made["id"], None, "1 Pine St")
    assert day_of(away, TOMORROW)["end_place"] == day_of(away, WEDNESDAY)["start_place"] == stay["place"]


@pytest.mark.parametrize(
    "own", [{"night_weekdays": [0, 3]}, {"night_price_minutes": 340}, {"night_from_home_minutes": 169}, {}]
)
def test_who_may_not_sleep_there_drives_home(away, own):
    """Not after a Tuesday; for more than the 333 minutes that a night saves; where home is 168 minutes away; or at all."""
    hotel(away)
    travelling(away)
    change(away, rep_path(away), **(own or {"night_weekdays": []}))
    change(away, rep_path(away), working_hours=LONG)
    away.plan()
    assert nights(away, TOMORROW, WEDNESDAY) == [(None, None), (None, None)]
    assert [len(visits(away, day)) for day in (TOMORROW, WEDNESDAY)] == [1, 1]


def test_what_a_rep_does_not_say_the_company_says(away):
    hotel(away)
    travelling(away)
    change(away, rep_path(away), working_hours=LONG)
    settings(away, night_price_minutes=340)
    away.plan()
    assert nights(away, TOMORROW) == [(None, None)]
    change(away, rep_path(away), night_price_minutes=330)
    away.plan()
    assert nights(away, TOMORROW) == [(None, None)]  # tomorrow is not changed by a search any more


def test_a_night_near_an_account(away):
    """Without any hotel; wherever of the two accounts it is, 2:40 less are driven than with one of them a day."""
    settings(away, nights_at_accounts=True)
    travelling(away)
    away.plan()
    ((_, evening), (morning, _)) = nights(away, TOMORROW, WEDNESDAY)
    assert evening == morning
    assert evening in {account.name for account in away.accounts}
    assert day_of(away, TOMORROW)["night_after"]["account_id"] in {str(account.id) for account in away.accounts}


def test_a_repair_keeps_the_nights_and_makes_none(away):
    change(away, rep_path(away), max_overtime_minutes=200)
    travelling(away)
    away.plan()
    hotel(away)
    away.plan(improve=False)
    assert nights(away, TOMORROW) == [(None, None)]


def test_a_hotel_off_the_list_is_not_slept_in(away):
    made = hotel(away)
    travelling(away)
    away.plan()
    change(away, f"/hotels/{made['id']}", name="Fir Inn")
    away.plan(improve=False)
    assert nights(away, TOMORROW) == [(None, "Fir Inn")]
    change(away, rep_path(away), max_overtime_minutes=200)
    change(away, f"/hotels/{made['id']}", active=False)
    away.plan(improve=False)
    assert nights(away, TOMORROW, WEDNESDAY) == [(None, None), (None, None)]
    assert away.call("GET", "/hotels?active=true").json["items"] == []


def test_a_search_leaves_the_night_of_a_settled_tomorrow(away):
    """Nobody wants Wednesday's visit any more: by itself Tuesday's night is not worth its price, but the room is booked."""
    hotel(away)
    travelling(away)
    away.plan()
    (gone,) = [
        must["id"]
        for must in away.call("GET", f"/must-visits?from={WEDNESDAY}&to={WEDNESDAY}").json["items"]
        if must["account_id"] == str(away.accounts[1].id)
    ]
    assert away.call("DELETE", f"/must-visits/{gone}", **{"If-Match": '"v1"'}).status_code in (202, 204)
    assert away.plan()[-1][0] == "improve"
    assert nights(away, TOMORROW, WEDNESDAY) == [(None, "Pine Inn"), ("Pine Inn", None)]
    empty = day_of(away, WEDNESDAY)
    assert (empty["stops"], empty["return_travel_minutes"]) == ([], 168)  # home from the hotel: 200.15 km
    assert (empty["starts_at"][11:16], empty["ends_at"][11:19]) == ("08:00", "10:47:17")
    days = away.call("GET", f"/reps/{away.rep.id}/schedule?from={TODAY}&to={FRIDAY}", who=away.manager).json["days"]
    assert [day["date"] for day in days] == [TOMORROW, WEDNESDAY]


def test_the_day_after_begins_where_the_rep_slept(away, clock):
    """On Tuesday night nothing of Tuesday is left to plan, and on Wednesday the rep wakes up at the hotel, whatever
    becomes of it since; having made the visit there they drive home from it."""
    made = hotel(away)
    travelling(away)
    away.plan()
    clock.move_to("2026-03-03T16:00:00-05:00")
    away.log(away.accounts[0], "2026-03-03T10:47:17-05:00")
    away.plan()
    assert nights(away, TOMORROW, WEDNESDAY) == [(None, "Pine Inn"), ("Pine Inn", None)]
    clock.move_to("2026-03-03T21:00:00-05:00")
    change(away, f"/hotels/{made['id']}", active=False)
    away.plan()
    assert nights(away, TOMORROW, WEDNESDAY) == [(None, "Pine Inn"), ("Pine Inn", None)]
    assert drives(away, WEDNESDAY)[0] == ("08:02:40", 3)
    clock.move_to("2026-03-04T06:00:00-05:00")
    change(away, rep_path(away), night_weekdays=[])
    away.plan()
    assert nights(away, WEDNESDAY) == [("Pine Inn", None)]
    assert drives(away, WEDNESDAY)[0] == ("08:02:40", 3)
    clock.move_to("2026-03-04T13:30:00-05:00")
    away.log(away.accounts[1], "2026-03-04T08:02:40-05:00")
    away.plan()
    assert nights(away, WEDNESDAY) == [("Pine Inn", None)]
    assert day_of(away, WEDNESDAY)["return_travel_minutes"] == 169


def test_the_way_to_a_night_is_still_to_be_driven_when_all_visits_are_made(away, clock):
    """Tuesday at 16:30: the visit is over, and 5 minutes to the hotel, which is 2 km farther on (1.86 * 2.2239 + 0.6 = 4.74)."""
    hotel(away, lat=FAR - 0.02)
    travelling(away)
    away.plan()
    clock.move_to("2026-03-03T16:30:00-05:00")
    away.log(away.accounts[0], "2026-03-03T10:47:17-05:00")
    away.plan()
    assert nights(away, TOMORROW) == [(None, "Pine Inn")]
    assert day_of(away, TOMORROW)["return_travel_minutes"] == 5


def test_nights_stay_where_they_are_when_something_else_changes(away):
    """A near account is asked for on Thursday: both stages run, and no night moves."""
    hotel(away)
    travelling(away)
    near = make.account(owner_id=away.rep.id, lat=make.BOSTON[0] + 0.01)
    make.cadence(account_id=near.id, mode=None, interval_days=None)
    away.plan()
    before = [day_of(away, day) for day in (TOMORROW, WEDNESDAY)]
    want(away, near, THURSDAY)
    assert {stage for stage, _ in away.plan()} == {"repair", "improve"}
    assert visits(away, THURSDAY) == [near.name]
    for was, day in zip(before, (TOMORROW, WEDNESDAY), strict=True):
        now = day_of(away, day)
        assert {name: now[name] for name in ("stops", "night_before", "night_after")} == {
            name: was[name] for name in ("stops", "night_before", "night_after")
        }


def test_shared_visits_are_given_out_beside_nights(away):
    """The team step knows the nights of its reps: Wednesday's visit is no reason to give the rep's turn to nobody."""
    hotel(away)
    travelling(away)
    shared = make.account(team_id=away.rep.team_id, lat=FAR + 0.02, shared_visits=True, service_minutes=60)
    make.cadence(account_id=shared.id, mode=None, interval_days=None)
    want_it = {"account_id": str(shared.id), "first": THURSDAY, "last": THURSDAY}
    assert away.call("POST", "/must-visits", want_it, who=away.manager).status_code in (201, 202)
    outcomes = away.plan()
    assert "failed" not in {outcome for _, outcome in outcomes}
    assert visits(away, THURSDAY) == [shared.name]
    assert nights(away, TOMORROW)[0][1] == "Pine Inn"


def test_the_rep_is_told_of_a_night_that_is_new_or_gone(away):
    """Nights are in the changes of a route and of a version, and not among the stops that its churn counts."""
    change(away, rep_path(away), working_hours=LONG)
    travelling(away)
    made = hotel(away, active=False)
    away.plan(improve=False)
    assert away.call("GET", f"/me/route?date={TOMORROW}").json["night_after"] is None
    change(away, f"/hotels/{made['id']}", active=True)
    away.plan()
    (told,) = [one for one in away.call("GET", f"/me/route?date={TOMORROW}").json["changes"] if one["kind"] == "night"]
    assert (told["change"], told["hotel"], told["to_date"]) == ("added", made["id"], TOMORROW)
    assert (told["from_start_seconds"], told["to_start_seconds"]) == (None, None)
    change(away, f"/hotels/{made['id']}", active=False)
    away.plan(improve=False)
    found = away.call("GET", f"/plans/{away.published()['id']}/diff", who=away.manager).json
    (gone,) = [one for one in found["changes"] if one["kind"] == "night"]
    assert (gone["change"], gone["hotel"], gone["from_date"]) == ("removed", made["id"], TOMORROW)
    assert (found["churn"]["removed"], found["churn"]["kept"]) == (0, 2)


def test_an_explanation_says_where_the_nights_are(away):
    hotel(away)
    travelling(away)
    away.plan()
    why = away.call("GET", f"/me/plan/why?account_id={away.accounts[1].id}").json["visit"]["why_this_day"]
    assert why.endswith("; the night before is spent at Pine Inn")
    why = away.call("GET", f"/me/plan/why?account_id={away.accounts[0].id}").json["visit"]["why_this_day"]
    assert why.endswith("; the night after is spent at Pine Inn")


def test_the_overload_knows_the_nights_of_colleagues(away):
    """Both reps of the team sleep away; together their problem has every night where it was, so nothing lacks time."""
    from server.plans.explain.overload import work_out

    hotel(away)
    travelling(away, (WEDNESDAY, THURSDAY))
    mine, mate = away.rep, make.rep(away.rep.team_id, home_lat=make.BOSTON[0] + 0.1)
    away.rep, away.user = mate, db.session.get_one(User, mate.user_id)
    away.accounts = [make.account(owner_id=mate.id, lat=FAR + 0.02 * n, service_minutes=300) for n in (1, 2)]
    for account in away.accounts:
        make.cadence(account_id=account.id, mode=None, interval_days=None)
    travelling(away, (WEDNESDAY, THURSDAY))
    away.plan()
    assert nights(away, WEDNESDAY)[0][1] == "Pine Inn"
    for rep in (mine, mate):
        assert work_out(db.session(), rep.id)["left_out"] == 0
    problem, plans = build_colleagues_problem(db.session(), [mine.id, mate.id], now=now())
    merged = replace(plans[0], routes=tuple(route for plan in plans for route in plan.routes))
    kept = repair(problem, merged)
    assert [route.night for route in kept.routes] == [route.night for route in merged.routes]
    assert sum(route.night is not None for route in kept.routes) == 2


def test_two_nights_in_a_row_are_settled_one_after_the_other(away, clock):
    """Visits on Tuesday, Wednesday and Thursday.  On Tuesday morning a search sees Wednesday begin and end at the hotel, and
    on Wednesday night a repair sees Thursday begin there."""
    hotel(away)
    third = make.account(owner_id=away.rep.id, lat=FAR + 0.02, service_minutes=300)
    make.cadence(account_id=third.id, mode=None, interval_days=None)
    travelling(away)
    want(away, third, THURSDAY)
    away.plan()
    both = [(None, "Pine Inn"), ("Pine Inn", "Pine Inn"), ("Pine Inn", None)]
    days = (TOMORROW, WEDNESDAY, THURSDAY)
    assert nights(away, *days) == both
    moments = ("2026-03-03T06:00:00-05:00", "2026-03-03T22:00:00-05:00", "2026-03-04T22:00:00-05:00")
    for n, moment in enumerate(moments):
        clock.move_to(moment)
        change(away, rep_path(away), max_stops=20 + n)
        assert {stage for stage, _ in away.plan()} == {"repair", "improve"}
        still = [night for night, day in zip(both, days, strict=True) if day >= moment[:10]]
        assert nights(away, *(day for day in days if day >= moment[:10])) == still
    assert visits(away, THURSDAY) == [third.name]


def test_of_many_hotels_a_problem_has_those_near_its_accounts(away):
    """25 hotels, 0.02, 0.12, 0.22 ... degrees to the north of home, and the accounts at 1.8 and 1.81: nearest to both is the one
    at 1.82, then that at 1.72 (0.08 and 0.09 away; the one at 1.92 is 0.12 and 0.11)."""
    for n in range(25):
        make.hotel(name=f"Inn {n}", lat=make.BOSTON[0] + 0.1 * n + 0.02)
    change(away, rep_path(away), night_weekdays=[1])
    asked = build_problem(db.session(), away.rep.id, now=now()).problem
    assert asked.nights is not None
    north = [asked.places[place].lat - make.BOSTON[0] for place in asked.nights.hotels]
    assert sorted(north) == pytest.approx([1.72, 1.82])
    assert asked.nights.weekdays == {1}


def test_nights_and_hotels_that_cannot_be_are_refused(away):
    etag = away.call("GET", rep_path(away), who=away.manager).headers["ETag"]
    for body, pointer in (
        ({"night_weekdays": [7]}, "/night_weekdays/0"),
        ({"night_weekdays": [1, 1]}, "/night_weekdays"),
        ({"night_price_minutes": -1}, "/night_price_minutes"),
        ({"night_from_home_minutes": 1441}, "/night_from_home_minutes"),
    ):
        answer = away.call("PATCH", rep_path(away), body, who=away.manager, **{"If-Match": etag})
        assert (answer.status_code, pointers(answer)) == (422, [pointer])
    for body, pointer in (
        ({"name": "Sea", "lat": 0, "lon": 0}, "/lat"),
        ({"name": " ", "lat": 1, "lon": 1}, "/name"),
        ({"name": "North", "lat": 91, "lon": 1}, "/lat"),
    ):
        answer = away.call("POST", "/hotels", body, who=away.manager)
        assert (answer.status_code, pointers(answer)) == (422, [pointer])
