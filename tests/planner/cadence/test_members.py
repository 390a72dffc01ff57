"""Which request a wish of a person goes to, one rule at a time."""

from __future__ import annotations

from datetime import date, timedelta

from planner.cadence.members import Fixed, Wishes, fixed_request
from planner.calendar import DateRange
from planner.problem import MustVisit, Site


def january(day: int) -> date:
    """Of the 32nd: 1 February."""
    return date(2024, 12, 31) + timedelta(days=day)


def must(first: int, last: int, name: str = "m") -> MustVisit:
    return MustVisit(name, "s", DateRange(january(first), january(last)))


def wishes(*musts: MustVisit) -> Wishes:
    return Wishes(list(musts))


def spans(found: Wishes) -> list[tuple[str, int, int]]:
    return [(one.id, one.period.first.day, one.period.last.day) for one in found.open]


def test_wishes_are_in_the_order_of_their_periods():
    assert spans(Wishes.of([must(8, 20, "b"), must(3, 10, "a")], ())) == [("a", 3, 10), ("b", 8, 20)]
    # those that end together: the one that begins first
    assert spans(Wishes.of([must(8, 20, "a"), must(3, 20, "b")], ())) == [("b", 3, 20), ("a", 8, 20)]
    # those that begin together: the one that ends first, then by name, whatever order they come in
    assert spans(Wishes.of([must(3, 20, "a"), must(3, 8, "b")], ())) == [("b", 3, 8), ("a", 3, 20)]
    assert spans(Wishes.of([must(3, 8, "b"), must(3, 8, "a")], ())) == [("a", 3, 8), ("b", 3, 8)]


def test_a_visit_made_fulfils_what_it_lies_in():
    assert spans(Wishes.of([must(3, 10, "a"), must(11, 20, "b")], [january(1), january(10)])) == [("b", 11, 20)]


def test_a_visit_fulfils_the_wishes_of_its_day_only():
    open_wishes = wishes(must(3, 10, "a"), must(8, 15, "b"), must(11, 20, "c"))
    assert open_wishes.fulfil(january(21)) is None
    assert open_wishes.fulfil(january(9)) == "a"  # and b
    assert spans(open_wishes) == [("c", 11, 20)]


def test_a_settled_visit_takes_the_wish_of_its_day_along():
    site = Site("s", 0, "r", 60, january(1))
    day = january(20)
    found = fixed_request(site, Fixed(day), wishes(must(20, 20)))
    assert (found.days, found.must_visit, found.appointment, found.locked) == ((day,), "m", None, True)
    found = fixed_request(site, Fixed(day, "x"), wishes(must(21, 21)))
    assert (found.days, found.must_visit, found.appointment, found.locked) == ((day,), None, "x", False)
