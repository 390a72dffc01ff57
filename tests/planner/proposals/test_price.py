"""The price of single changes, worked out by hand on a line: one minute between neighbouring places, home at 0."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import DateRange, TimeWindow
from planner.errors import ProblemError
from planner.plan import Objective, Plan, Reason
from planner.problem import Appointment, MustVisit, PlacedVisit
from planner.proposals import AskVisit, Book, Cancel, Colour, HandOver, MoveVisit, SkipVisit, Words, price
from planner.proposals.price import PARTS
from planner.tasks import visit_task
from planner.timing import time_route
from tests.planner.small import MINUTE, MONDAY, at, problem, site, week, workday

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in range(1, 5))
LONG_AGO = MONDAY - timedelta(days=28)


def planned(minutes, visits, days=None, **more):
    """A week in which each site of `visits` (site -> date) is due, visited on its date in this order, and published so."""
    days = days or week()
    rows = [
        site(name, n + 1, cadence=Cadence(interval_days=28), credited=(LONG_AGO,), **more.get(name, {}))
        for n, name in enumerate(visits)
    ]
    p = problem(minutes, rows, days)
    routes = []
    for day in days:
        order = [visit_task(row, day, f"{row.id}#1") for row in rows if visits[row.id] == day.date]
        if order:
            routes.append(time_route(p, day, order))
    base = [PlacedVisit(s.site, r.rep, r.date, s.start) for r in routes for s in r.stops]
    return replace(p, base=tuple(base)), Plan(tuple(routes), (), Objective())


def parts(found):
    return {name: getattr(found.parts, name) for name in PARTS if getattr(found.parts, name)}


def fixed(day, hour, minute=0, rep="ann", **more):
    start = at(hour, minute)
    return Appointment("new", rep, day, TimeWindow(start, start), 30 * MINUTE, **more)


def test_an_appointment_on_the_way_costs_only_waiting():
    # bakery at 10 minutes from home, school at 20; Monday: bakery 08:10-08:40.  The new place lies at 5, between home and bakery.
    p, plan = planned([0, 10, 5], {"bakery": MONDAY})
    found = price(p, plan, Book(fixed(MONDAY, 9, 0, place=2)))
    # 08:40 leave the bakery, 08:45 at 5, wait until 09:00 (15 min, at 10 %: 90 s), home at 09:35: no driving more.
    # Leaving home is as late as before: no other waiting.
    assert parts(found) == {"waiting": 90}
    assert (found.waiting, found.overtime) == (15 * MINUTE, 0)
    assert (found.placed.date, found.placed.start, found.placed.end) == (MONDAY, at(9), at(9, 30))
    assert found.colour is Colour.GREEN
    assert Words().sentence(found) == "Monday 2 March 09:00-09:30: no more driving; nothing moves"


def test_a_detour_is_there_and_back():
    p, plan = planned([0, 10, 31], {"bakery": MONDAY})
    found = price(p, plan, Book(fixed(TUESDAY, 10, place=2)))
    # an empty Tuesday: 31 minutes there, 31 back
    assert parts(found) == {"driving": 62 * MINUTE}
    assert found.colour is Colour.YELLOW  # more than 30 minutes
    assert Words().sentence(found) == "Tuesday 3 March 10:00-10:30: 62 min more driving; nothing moves"
    assert price(p, plan, Book(fixed(TUESDAY, 10, place=1))).colour is Colour.GREEN  # 20 minutes


def test_a_long_detour_is_red():
    p, plan = planned([0, 10, 46], {"bakery": MONDAY})
    assert price(p, plan, Book(fixed(TUESDAY, 10, place=2))).colour is Colour.RED  # 92 minutes


def test_a_visit_moved_to_another_day():
    # bakery (10) and school (12) on Monday: 24 minutes; the school alone on Thursday: 24, the bakery alone on Monday: 20.
    p, plan = planned([0, 10, 12], {"bakery": MONDAY, "school": MONDAY})
    found = price(p, plan, MoveVisit("school", MONDAY, THURSDAY))
    assert found.parts.driving == (20 + 24 - 24) * MINUTE
    assert (found.placed.date, found.credited, found.displaced, found.own) == (THURSDAY, True, (), ())
    assert Words().consequences(found) == "nothing moves"
    with pytest.raises(ProblemError, match="no visit of school is planned on 2026-03-03"):
        price(p, plan, MoveVisit("school", TUESDAY, THURSDAY))
    with pytest.raises(ProblemError, match="outside the planned days"):
        price(p, plan, MoveVisit("school", MONDAY, MONDAY + timedelta(days=30)))


def test_a_moved_visit_at_a_wished_time():
    p, plan = planned([0, 10, 12], {"bakery": MONDAY, "school": MONDAY})
    found = price(p, plan, MoveVisit("school", MONDAY, THURSDAY, at(14)))
    assert found.placed.start == at(14)
    same_day = price(p, plan, MoveVisit("school", MONDAY, MONDAY, at(14)))
    assert (same_day.placed.date, same_day.placed.start, same_day.parts.driving) == (MONDAY, at(14), 0)


def test_a_skipped_visit_goes_to_its_best_other_day_or_is_left_out_with_a_reason():
    # Thursday, the only other workday, has the mill at 13 minutes: the school lies on the way home
    days = (workday(MONDAY), workday(THURSDAY))
    p, plan = planned([0, 10, 12, 13], {"bakery": MONDAY, "school": MONDAY, "mill": THURSDAY}, days)
    found = price(p, plan, SkipVisit("school", MONDAY))
    (moved,) = found.own
    assert (moved.day, moved.to, moved.left_out) == (MONDAY, THURSDAY, False)
    assert found.parts.driving == -4 * MINUTE  # 20 instead of 24 on Monday, on Thursday nothing more
    assert (found.placed, found.refused, found.displaced) == (None, False, ())
    assert (
        Words().sentence(found).startswith("4 min less driving; school moves from Monday 2 March to Thursday 5 March")
    )
    closed_else = {"school": {"hours": ((TimeWindow(at(8), at(17)),), *((),) * 6)}}
    p, plan = planned([0, 10, 12], {"bakery": MONDAY, "school": MONDAY}, **closed_else)
    found = price(p, plan, SkipVisit("school", MONDAY))
    (lost,) = found.own
    assert (lost.to, lost.left_out, lost.reason) == (None, True, Reason.CLOSED)
    # a visit of 5400 s whose window is 28 - 5 .. 28 + 5 days after 2 February: 25 Feb to 7 March, 11 days of which 10 lie in
    # the horizon or before it (the week ends on Friday 6 March): 5400 * 10 // 11 = 4909; the published visit is gone: 1200
    assert (found.parts.missed, found.parts.churn) == (4909, 1200)
    assert found.colour is Colour.RED


def every_week():
    """Ann works on Tuesdays and Fridays and visits a, 10 min from home, on the Tuesdays 3, 10 and 17 March: due every week, a day of
    tolerance, so two visits are six days apart."""
    weekly = Cadence(interval_days=7)
    days = [workday(MONDAY + timedelta(n)) for n in (1, 4, 8, 11, 15, 18)]
    p = problem([0, 10], [site("a", 1, cadence=weekly, credited=(TUESDAY - timedelta(7),), late_price=240)], days)
    routes = [time_route(p, days[n], [visit_task(p.sites[0], days[n], f"a#{n // 2 + 1}")]) for n in (0, 2, 4)]
    base = [PlacedVisit("a", "ann", r.date, r.stops[0].start) for r in routes]
    return replace(p, base=tuple(base)), Plan(tuple(routes), (), Objective())


def test_a_skipped_visit_goes_to_a_later_day_and_the_next_ones_with_it():
    p, plan = every_week()
    tenth, seventeenth = TUESDAY + timedelta(7), TUESDAY + timedelta(14)
    found = price(p, plan, SkipVisit("a", tenth))
    # Friday 13 is four days before the 17th; with that put off until Friday 20 both are credited.  A repair alone leaves it out: 5,400
    # for the visit, 1,200 for the change, 20 min of driving less.
    assert [(item.day, item.to, item.left_out) for item in found.own] == [
        (tenth, FRIDAY + timedelta(7), False),
        (seventeenth, FRIDAY + timedelta(14), False),
    ]
    assert (found.parts.missed, found.parts.driving, found.parts.churn) == (0, 0, 2 * 1200)
    assert found.total < 5400 + 1200 - 20 * MINUTE
    assert Words().sentence(found) == (
        "no more driving; a moves from Tuesday 10 March to Friday 13 March; a moves from Tuesday 17 March to Friday 20 March; "
        "what is late or left out counts 8 min more"
    )


def test_where_all_days_are_full_a_skipped_visit_changes_places_with_another():
    # An hour a day is one call of 30 minutes, 10 from home. Nothing but two changes of day (1,200 each), where the visit left out would
    # cost 5,400 * 7 // 11 = 3,436 (the window is 25 February to 7 March, the week ends on Tuesday 3) and one change.
    days = tuple(workday(day, end=at(9)) for day in (MONDAY, TUESDAY))
    p, plan = planned([0, 10, 10], {"bakery": MONDAY, "school": TUESDAY}, days)
    for name, day, other, there in (("bakery", MONDAY, "school", TUESDAY), ("school", TUESDAY, "bakery", MONDAY)):
        found = price(p, plan, SkipVisit(name, day))
        assert [(one.site, one.day, one.to) for one in found.own] == [(name, day, there)]
        assert [(one.site, one.day, one.to) for one in found.displaced] == [(other, there, day)]
        assert (found.parts.missed, found.parts.driving, found.total) == (0, 0, 2 * 1200)
    # A day on which nothing comes by itself stays as it is.
    found = price(p, plan, SkipVisit("bakery", MONDAY), dates=(MONDAY,))
    assert (found.parts.missed, found.displaced) == (3436, ())


def test_a_skipped_visit_does_not_go_to_a_frozen_day():
    p, plan = every_week()
    tenth = TUESDAY + timedelta(7)
    found = price(p, plan, SkipVisit("a", tenth), dates=(tenth, FRIDAY + timedelta(7)))
    assert [(item.day, item.to, item.left_out) for item in found.own] == [(tenth, None, True)]


def test_of_a_visit_that_is_moved_others_fall_away():
    p, plan = every_week()
    # On Friday 6 instead of Tuesday 3 it is four days before Tuesday 10, where nothing is credited then: the next ones are due on the
    # 13th, to which the visit of the 17th, now four days late, counts.
    found = price(p, plan, MoveVisit("a", TUESDAY, FRIDAY))
    (own,) = found.own
    assert (own.day, own.to, own.left_out, found.takes) == (TUESDAY + timedelta(7), None, False, False)
    assert Words().consequences(found) == "the visit of Tuesday 10 March falls away"


def test_a_visit_moved_to_another_visit_of_its_account_is_one_visit_less():
    p, plan = every_week()
    found = price(p, plan, MoveVisit("a", TUESDAY + timedelta(7), TUESDAY))
    assert [(item.day, item.to, item.left_out) for item in found.own] == [(TUESDAY + timedelta(7), None, True)]
    assert found.parts.driving == -20 * MINUTE
    assert Words().consequences(found).startswith("a of Tuesday 10 March is left out")


def test_a_visit_moved_to_a_day_off():
    p, plan = every_week()
    found = price(p, plan, MoveVisit("a", TUESDAY, WEDNESDAY))
    assert (found.refused, found.reason) == (True, "The rep does not work on Wednesday 4 March.")


def test_a_full_day_says_who_has_to_go_and_where_to():
    # Monday from 8 to 10: two visits of 30 minutes at 10 and 12, 24 minutes of driving: 84 of 120 minutes.
    days = (workday(MONDAY, end=at(10)), workday(TUESDAY, end=at(10)))
    p, plan = planned([0, 10, 12], {"bakery": MONDAY, "school": MONDAY}, days)
    found = price(p, plan, Book(replace(fixed(MONDAY, 8, 10, place=1), duration=60 * MINUTE)))
    # until 09:10 at 10 minutes from home: one visit more until 09:40 or 09:42, then home at 09:50 or 09:54; no second one
    assert len(found.displaced) == 1
    (gone,) = found.displaced
    assert (gone.day, gone.to, gone.left_out) == (MONDAY, TUESDAY, False)
    assert found.colour is Colour.YELLOW


def test_an_appointment_that_cannot_be_kept_is_refused():
    p, plan = planned([0, 10, 300], {"bakery": MONDAY})
    found = price(p, plan, Book(fixed(TUESDAY, 10, place=2)))  # five hours away, and the day begins at eight
    assert (found.placed, found.refused, found.parts.missed) == (None, True, p.params.appointment_price)
    assert found.colour is Colour.RED
    # 300 + 30 + 300 min of 540
    assert "the way there, the appointment and the way home take longer than the working day" in Words().sentence(found)
    away = price(p, plan, Book(fixed(MONDAY, 10, place=1, rep="bob")))
    assert (away.refused, away.reason) == (True, "The rep does not work on Monday 2 March.")


def test_too_early_is_not_credited():
    # visited five days ago: with 28 days and a tolerance of 5 the next one counts after 23
    p, plan = planned([0, 10], {"bakery": MONDAY})
    fresh = replace(p.sites[0], credited=(MONDAY - timedelta(days=5),))
    p = replace(p, sites=(fresh,), base=())
    found = price(p, Plan((), (), Objective()), Book(fixed(TUESDAY, 10, site="bakery")))
    assert (found.credited, found.colour) == (False, Colour.RED)
    assert "would not be credited" in Words().sentence(found)


def test_an_appointment_takes_the_place_of_the_visit_that_is_due():
    p, plan = planned([0, 10], {"bakery": MONDAY})
    found = price(p, plan, Book(fixed(WEDNESDAY, 10, site="bakery")))
    (own,) = found.own
    assert (own.day, own.to, own.left_out, found.credited) == (MONDAY, None, False, True)
    assert found.parts.driving == 0
    assert Words().consequences(found) == "it takes the place of the visit of Monday 2 March"


def test_appointments_moved_and_cancelled():
    p, plan = planned([0, 10, 20], {"bakery": MONDAY})
    p = replace(p, appointments=(fixed(TUESDAY, 10, place=2),))
    plan = replace(plan, routes=(*plan.routes,))
    moved = price(p, plan, Book(fixed(MONDAY, 10, place=2)))
    assert moved.parts.driving == (40 - 20 - 40) * MINUTE  # one way for both
    cancelled = price(p, plan, Cancel("new"))
    assert (cancelled.parts.driving, cancelled.displaced, cancelled.refused) == (-40 * MINUTE, (), False)
    with pytest.raises(ProblemError, match="no appointment other"):
        price(p, plan, Cancel("other"))


def test_a_visit_asked_for():
    p, plan = planned([0, 10, 12], {"bakery": TUESDAY}, (workday(TUESDAY),))
    p = replace(p, sites=(*p.sites, site("kiosk", 2)), horizon=DateRange(MONDAY, FRIDAY))
    found = price(p, plan, AskVisit(MustVisit("m", "kiosk", DateRange(MONDAY, FRIDAY))))
    # beside the bakery on Tuesday it is 4 minutes more
    assert (found.placed.date, found.parts.driving) == (TUESDAY, 4 * MINUTE)
    nobody = price(
        p, plan, AskVisit(MustVisit("m", "kiosk", DateRange(FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=2))))
    )
    assert (nobody.refused, nobody.placed) == (True, None)


def test_an_account_handed_over():
    days = (*week(), *week(rep="bob")[1:])  # bob does not work on Mondays
    p, plan = planned([0, 10], {"bakery": MONDAY})
    p = replace(p, workdays=days)
    found = price(p, plan, HandOver("bakery", "bob"))
    (own,) = found.own
    assert (own.day, own.to, found.parts.driving) == (MONDAY, TUESDAY, 0)
    with pytest.raises(ProblemError, match="zoe has no workday"):
        price(p, plan, HandOver("bakery", "zoe"))


def test_a_hand_over_names_what_goes_along_and_what_either_rep_gets_of_it():
    # Ann lives at minute 0, bob at 30; a is at 10, b (one rep is to visit both) at 20. Ann drove 20 + 40 minutes and served 2 x 30;
    # bob does both on Monday, b at 8:10 and a ten minutes from there, and drives 40.
    p, plan = planned([0, 10, 20, 30], {"a": MONDAY, "b": TUESDAY})
    p = replace(p, workdays=(*week(), *week(rep="bob", start_place=3, end_place=3)), same_rep=(("a", "b"),))
    found = price(p, plan, HandOver("b", "bob"))
    hands = found.handed
    assert hands is not None
    assert (hands.rep, hands.sites) == ("bob", ("b", "a"))
    assert [(v.site, v.date, v.start) for v in hands.visits] == [("b", MONDAY, at(8, 10)), ("a", MONDAY, at(8, 50))]
    shares = {share.rep: (share.driving // MINUTE, share.work // MINUTE) for share in hands.shares}
    assert shares == {"ann": (-60, -120), "bob": (40, 100)}
    assert [(own.site, own.day, own.to) for own in found.own] == [("b", TUESDAY, MONDAY)]
    assert (found.displaced, found.parts.driving) == ((), -20 * MINUTE)
    assert Words(name=str.upper, rep=str.title).sentence(found) == (
        "Bob visits it from now on, and with it A: 20 min less driving (Ann 60 min less and Bob 40 min more); "
        "B moves from Tuesday 3 March to Monday 2 March; visits: B Monday 2 March 08:10 and A Monday 2 March 08:50"
    )


def test_a_hand_over_to_a_rep_without_time_says_what_is_left_out():
    # Bob works on Monday only, from eight to half past eight: the bakery, 10 minutes away with a call of 30, does not fit.
    p, plan = planned([0, 10], {"bakery": MONDAY})
    p = replace(p, workdays=(*week(), workday(rep="bob", end=at(8, 30))))
    found = price(p, plan, HandOver("bakery", "bob"))
    assert found.handed is not None
    assert found.handed.visits == ()
    (own,) = found.own
    assert (own.site, own.day, own.to, own.left_out) == ("bakery", MONDAY, None, True)
    assert found.colour is Colour.RED
    said = Words(rep=str.title).sentence(found)
    assert said.startswith("Bob visits it from now on: 20 min less driving; bakery of Monday 2 March is left out")
    assert said.endswith("no visit is planned in these days")
