"""Times for a new appointment, worked out by hand on a line: one minute between neighbouring places, home at 0."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.calendar import Break, DateRange, TimeWindow
from planner.errors import ProblemError
from planner.params import RadiusRule
from planner.plan import Objective, Plan, Reason
from planner.proposals import Colour, Limits, SlotRequest, Words, slots
from tests.planner.proposals.test_price import FRIDAY, THURSDAY, TUESDAY, WEDNESDAY, planned
from tests.planner.small import MINUTE, MONDAY, at, between, workday

HALF_HOUR = 30 * MINUTE
WEEK = DateRange(MONDAY, FRIDAY)
EMPTY = Plan((), (), Objective())


def days_of(free, colour=None):
    return [slot.date for slot in free.slots if colour in (None, slot.price.colour)]


def test_the_day_on_which_somebody_is_near_comes_first():
    p, plan = planned([0, 20, 22], {"bakery": WEDNESDAY})
    free = slots(p, plan, SlotRequest("ann", HALF_HOUR, WEEK, place=2))
    best = free.slots[0]
    # beside the bakery 4 minutes more (22 + 2 + 20 - 40); on a day of its own 44
    assert (best.date, best.price.parts.driving, best.price.colour) == (WEDNESDAY, 4 * MINUTE, Colour.GREEN)
    assert Words().sentence(best.price).endswith("4 min more driving; nothing moves")
    others = [slot for slot in free.slots if slot.date != WEDNESDAY]
    assert {slot.price.parts.driving for slot in others} == {44 * MINUTE}
    assert {slot.price.colour for slot in others} == {Colour.YELLOW}
    assert {slot.date for slot in others} == {MONDAY, TUESDAY, THURSDAY, FRIDAY}
    tolerant = slots(p, plan, SlotRequest("ann", HALF_HOUR, WEEK, place=2), limits=Limits(short=45 * MINUTE))
    assert len(days_of(tolerant, Colour.GREEN)) == len(tolerant.slots)


def test_starts_are_of_five_minutes_and_inside_working_hours():
    p, plan = planned([0, 12], {"bakery": MONDAY})
    (slot,) = slots(p, plan, SlotRequest("ann", HALF_HOUR, DateRange(TUESDAY, TUESDAY), place=1)).slots
    # leaving at 08:00 one is there at 08:12; to be home at 17:00 one leaves at 16:48, so begins at 16:18 at the latest
    assert (slot.first, slot.last) == (at(8, 15), at(16, 15))
    assert slot.start % 300 == 0
    assert slot.first <= slot.start <= slot.last


def test_opening_hours_count_and_a_longer_appointment_ends_before_closing():
    open_ = {"kiosk": {"hours": (between(at(9), at(11, 30)), *((),) * 6)}}
    p, plan = planned([0, 10, 12], {"bakery": MONDAY, "kiosk": MONDAY}, **open_)
    request = SlotRequest("ann", 60 * MINUTE, DateRange(MONDAY, TUESDAY), site="kiosk")
    free = slots(replace(p, base=()), EMPTY, request)
    # a visit of 30 minutes may begin until 11:30, one of an hour until 11:00; on Tuesday it is closed
    assert [(s.date, s.first, s.last) for s in free.slots] == [(MONDAY, at(9), at(11))]
    assert [(n.date, n.reason) for n in free.none] == [(TUESDAY, Reason.CLOSED)]


def test_breaks_blocks_and_days_off_are_honoured():
    lunch = Break(TimeWindow(at(12), at(12)), 60 * MINUTE)
    days = (workday(MONDAY, start=at(8), end=at(14), rest=lunch), workday(WEDNESDAY))
    p, plan = planned([0, 10], {"bakery": WEDNESDAY}, days)
    free = slots(p, plan, SlotRequest("ann", 3 * 60 * MINUTE, DateRange(MONDAY, TUESDAY), place=1))
    # three hours fit before lunch (08:10 to 11:10 up to 09:00 to 12:00), not after it (13:00 to 14:00)
    assert all(s.start + 3 * 3600 <= at(12) for s in free.slots)
    assert days_of(free) == [MONDAY]
    assert [(n.date, n.reason) for n in free.none] == [(TUESDAY, Reason.REP_AWAY)]


def test_a_visit_too_early_is_red_and_comes_last():
    p, plan = planned([0, 10], {"bakery": MONDAY})
    fresh = replace(p.sites[0], credited=(MONDAY - timedelta(days=21),))
    p = replace(p, sites=(fresh,), base=())
    free = slots(p, EMPTY, SlotRequest("ann", HALF_HOUR, WEEK, site="bakery"))
    # 28 days with a tolerance of 5: credited from 23 days on, which is Wednesday
    assert {s.date: s.price.credited for s in free.slots} == {
        MONDAY: False, TUESDAY: False, WEDNESDAY: True, THURSDAY: True, FRIDAY: True,
    }  # fmt: skip
    assert sorted(set(days_of(free, Colour.RED))) == [MONDAY, TUESDAY]
    assert days_of(free)[-1] in (MONDAY, TUESDAY)


def test_a_full_day_shows_what_would_have_to_go():
    # From 08:00 to 10:00 the day holds two visits of 30 minutes 10 and 12 minutes away, and nothing more of an hour.
    days = (workday(MONDAY, end=at(10)), workday(TUESDAY, end=at(10)))
    p, plan = planned([0, 10, 12], {"bakery": MONDAY, "school": MONDAY}, days)
    monday = slots(p, plan, SlotRequest("ann", 60 * MINUTE, DateRange(MONDAY, MONDAY), place=1)).slots
    assert monday
    for slot in monday:
        assert slot.price.displaced
        assert all(item.to == TUESDAY for item in slot.price.displaced)
        assert slot.price.colour is Colour.YELLOW
        assert "moves from Monday 2 March to Tuesday 3 March" in Words().sentence(slot.price)


def test_out_of_reach_and_out_of_the_horizon():
    p, plan = planned([0, 10, 250], {"bakery": MONDAY})
    free = slots(p, plan, SlotRequest("ann", 120 * MINUTE, DateRange(MONDAY, FRIDAY + timedelta(days=30)), place=2))
    assert free.slots == ()
    assert {(n.date, n.reason) for n in free.none} == {(day, Reason.OUT_OF_REACH) for day in WEEK}


def test_beyond_the_radius_is_said_and_not_green():
    p, plan = planned([0, 10, 24], {"bakery": MONDAY, "mill": WEDNESDAY})
    p = replace(p, radius=RadiusRule(metres=5000))  # a minute on the line is about a kilometre
    free = slots(p, plan, SlotRequest("ann", HALF_HOUR, DateRange(MONDAY, MONDAY), site="mill"))
    assert {s.price.colour for s in free.slots} == {Colour.YELLOW}
    assert all(s.price.beyond_radius and s.price.parts.radius == 0 for s in free.slots)  # appointments are excepted


def test_wrong_questions_are_refused():
    p, plan = planned([0, 10], {"bakery": MONDAY})
    with pytest.raises(ProblemError, match="bob has no workday"):
        slots(p, plan, SlotRequest("bob", HALF_HOUR, WEEK, site="bakery"))
    with pytest.raises(ProblemError, match="no site other"):
        slots(p, plan, SlotRequest("ann", HALF_HOUR, WEEK, site="other"))
    with pytest.raises(ProblemError, match="either a site or a place"):
        SlotRequest("ann", HALF_HOUR, WEEK)
    lost = replace(p, sites=(replace(p.sites[0], place=None),), base=())
    with pytest.raises(ProblemError, match="position of bakery is unknown"):
        slots(lost, EMPTY, SlotRequest("ann", HALF_HOUR, WEEK, site="bakery"))
