"""Which request a wish of a person goes to, one rule at a time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from planner.cadence.members import Fixed, Wishes, fixed_request
from planner.cadence.requests import VisitRequest, Window
from planner.calendar import DateRange
from planner.problem import MustVisit, Site

# I = 28, t = 5, visited 24 December: this window, and the one after it
WINDOW = Window(date(2025, 1, 16), date(2025, 1, 21), date(2025, 1, 26))
AFTER = Window(date(2025, 2, 13), date(2025, 2, 18), date(2025, 2, 23))
DAYS = tuple(date(2025, 1, 16) + timedelta(days=n) for n in range(28))  # until 12 February


def january(day: int) -> date:
    """Of the 32nd: 1 February."""
    return date(2024, 12, 31) + timedelta(days=day)


def must(first: int, last: int, name: str = "m") -> MustVisit:
    return MustVisit(name, "s", DateRange(january(first), january(last)))


def wishes(*musts: MustVisit) -> Wishes:
    return Wishes(list(musts))


def spans(found: Wishes) -> list[tuple[str, int, int]]:
    return [(one.id, one.period.first.day, one.period.last.day) for one in found.open]


def test_overlapping_periods_are_one_wish():
    # 3 to 10 and 8 to 20 meet from 8 to 10; from 10 on, on the 10th; from 11 on they do not
    assert spans(Wishes.of([must(8, 20, "b"), must(3, 10, "a")], ())) == [("a", 8, 10)]
    assert spans(Wishes.of([must(10, 20, "b"), must(3, 10, "a")], ())) == [("a", 10, 10)]
    assert spans(Wishes.of([must(11, 20, "b"), must(3, 10, "a")], ())) == [("a", 3, 10), ("b", 11, 20)]
    # one inside the other; the third one meets what is left of the first two, or not
    assert spans(Wishes.of([must(3, 20, "a"), must(5, 8, "b")], ())) == [("a", 5, 8)]
    assert spans(Wishes.of([must(3, 20, "a"), must(5, 8, "b"), must(9, 12, "c")], ())) == [("a", 5, 8), ("c", 9, 12)]
    # those that begin together: the one that ends first, then by name, whatever order they come in
    assert spans(Wishes.of([must(3, 20, "a"), must(3, 8, "b")], ())) == [("b", 3, 8)]
    assert spans(Wishes.of([must(3, 8, "b"), must(3, 8, "a")], ())) == [("a", 3, 8)]


def test_a_visit_made_fulfils_what_it_lies_in():
    assert spans(Wishes.of([must(3, 10, "a"), must(11, 20, "b")], [january(1), january(10)])) == [("b", 11, 20)]


def test_a_visit_fulfils_the_wish_of_its_day_only():
    open_wishes = wishes(must(3, 10, "a"), must(11, 20, "b"))
    assert open_wishes.meeting([january(2), january(3)]) == 1
    assert open_wishes.meeting([january(10), january(11)]) == 2
    assert open_wishes.fulfil(january(21)) is None
    assert open_wishes.fulfil(january(11)) == "b"
    assert spans(open_wishes) == [("a", 3, 10)]


@pytest.mark.parametrize(
    ("first", "last", "after", "claimed"),
    [
        (14, 15, AFTER, False),  # before all days
        (14, 16, AFTER, True),
        (20, 22, AFTER, True),
        (26, 44, AFTER, True),  # 26 January to 13 February, when the next window opens: begins when this one closes
        (27, 44, AFTER, False),  # a day later it meets the next window only: left to that
        (27, 43, AFTER, True),  # meets neither: here, late
        (27, 60, None, True),  # there is no next window
        (44, 60, None, False),
    ],
)
def test_a_request_claims_a_wish(first, last, after, claimed):
    open_wishes = wishes(must(first, last))
    name, days = open_wishes.claim(DAYS, WINDOW, after)
    assert (name, bool(open_wishes.open)) == (("m", False) if claimed else (None, True))
    assert days == (tuple(day for day in DAYS if january(first) <= day <= january(last)) if claimed else DAYS)


def test_a_request_claims_the_first_wish_that_it_can():
    open_wishes = wishes(must(1, 2, "a"), must(20, 22, "b"), must(23, 24, "c"))
    assert open_wishes.claim(DAYS, WINDOW, AFTER) == ("b", DAYS[4:7])
    assert spans(open_wishes) == [("a", 1, 2), ("c", 23, 24)]


def request(first: int, last: int, **more: object) -> VisitRequest:
    days = tuple(january(day) for day in range(first, last + 1))
    return VisitRequest("", "s", days, **more)


def test_a_wish_goes_to_the_free_request_with_most_days_in_common():
    # 10 to 14: all five days in requests that are settled or wished for already, two in the first free one, three in the other
    fixed = [request(10, 14, locked=True), request(10, 14, appointment="x"), request(10, 14, must_visit="other")]
    requests = [*fixed, request(5, 11), request(12, 20), request(21, 30)]
    open_wishes = wishes(must(10, 14))
    open_wishes.assign(requests)
    assert requests == [*fixed, request(5, 11), request(12, 14, must_visit="m"), request(21, 30)]
    assert not open_wishes.open


def test_a_wish_that_meets_no_free_request_stays_open():
    for requests in ([], [request(10, 14, locked=True)], [request(5, 9)]):
        before, open_wishes = list(requests), wishes(must(10, 14))
        open_wishes.assign(requests)
        assert (requests, spans(open_wishes)) == (before, [("m", 10, 14)])


def test_a_settled_visit_takes_the_wish_of_its_day_along():
    site = Site("s", 0, "r", 60, january(1))
    day = january(20)
    found = fixed_request(site, Fixed(day), wishes(must(20, 20)))
    assert (found.days, found.must_visit, found.appointment, found.locked) == ((day,), "m", None, True)
    found = fixed_request(site, Fixed(day, "x"), wishes(must(21, 21)))
    assert (found.days, found.must_visit, found.appointment, found.locked) == ((day,), None, "x", False)
