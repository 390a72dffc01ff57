"""What a rep does between the stops of a day, worked out by hand."""

from __future__ import annotations

from planner.drawing.moments import Moment, moments
from planner.plan import Route, Stop, StopKind
from tests.planner.small import MINUTE, MONDAY, at


def said(route: Route, follow_up: int = 0) -> list[tuple[str, int, int]]:
    """Hours and minutes after 08:00, in minutes."""
    found: list[Moment] = list(moments(route, follow_up))
    return [(m.doing.value, (m.start - at(8)) // MINUTE, (m.end - at(8)) // MINUTE) for m in found]


def stop(kind: StopKind, arrival: int, start: int, end: int, travel: int = 0, site: str | None = None) -> Stop:
    """Minutes after 08:00."""
    here = 1 if kind in (StopKind.VISIT, StopKind.APPOINTMENT) else None
    moments = (at(8) + minutes * MINUTE for minutes in (arrival, start, end))
    return Stop(kind, *moments, travel=travel * MINUTE, site=site, place=here)


def day(end: int, *stops: Stop, back: int) -> Route:
    return Route("ann", MONDAY, at(8), at(8) + end * MINUTE, stops, return_travel=back * MINUTE)


def test_after_each_stop_at_a_site_comes_the_follow_up_and_then_the_road():
    visit = stop(StopKind.VISIT, 10, 10, 40, travel=10, site="a")
    elsewhere = stop(StopKind.APPOINTMENT, 65, 65, 80, travel=20)  # at a place that is no site: without follow-up
    assert said(day(90, visit, elsewhere, back=10), follow_up=5 * MINUTE) == [
        ("driving", 0, 10), ("follow-up", 40, 45), ("driving", 45, 65), ("driving", 80, 90),
    ]  # fmt: skip


def test_who_is_early_waits():
    assert said(day(100, stop(StopKind.VISIT, 10, 60, 90, travel=10, site="a"), back=10)) == [
        ("driving", 0, 10), ("waiting", 10, 60), ("driving", 90, 100),
    ]  # fmt: skip


def test_a_break_on_the_way_parts_the_driving():
    """30 minutes at the wheel, ten of them before the break, from 10 to 40."""
    rest = stop(StopKind.BREAK, 10, 10, 40)
    visit = stop(StopKind.VISIT, 60, 60, 90, travel=30, site="a")
    assert said(day(120, rest, visit, back=30)) == [("driving", 0, 10), ("driving", 40, 60), ("driving", 90, 120)]


def test_a_break_while_waiting_is_not_waiting():
    rest = stop(StopKind.BREAK, 20, 20, 50)
    visit = stop(StopKind.VISIT, 10, 60, 90, travel=10, site="a")
    assert said(day(100, rest, visit, back=10)) == [
        ("driving", 0, 10), ("waiting", 10, 20), ("waiting", 50, 60), ("driving", 90, 100),
    ]  # fmt: skip


def test_a_block_before_the_first_way_is_spent_at_home():
    block = stop(StopKind.BLOCK, 0, 0, 60)
    visit = stop(StopKind.VISIT, 70, 70, 100, travel=10, site="a")
    assert said(day(110, block, visit, back=10)) == [("driving", 60, 70), ("driving", 100, 110)]
