"""Several weeks, several reps, nights away, and names that are long."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import numpy as np
import pytest

from planner.calendar import DateRange
from planner.cli import main
from planner.drawing import Span, draw, style
from planner.errors import ProblemError
from planner.io import plan_bytes, problem_bytes
from planner.plan import Objective, Plan, Reason, Route, Stop, StopKind, Unplanned
from tests.planner.small import HOUR, MINUTE, MONDAY, at, problem, site, workday

WEEK = timedelta(days=7)
LONG = "Konstantin Papadopoulos-Hohenzollern of the Northern Territories and Islands"


def visit(name: str, place: int, start: int = at(9)) -> Stop:
    return Stop(
        StopKind.VISIT, start, start, start + HOUR // 2, travel=10 * MINUTE, metres=10_000, site=name, place=place
    )


def route(day: date, *stops: Stop, rep: str = "ann", **more: int) -> Route:
    return Route(rep, day, at(8), at(17), stops, return_travel=10 * MINUTE, return_metres=10_000, **more)


def planned(routes: list[Route], *left_out: Unplanned) -> Plan:
    return Plan(tuple(routes), left_out, Objective())


def company(weeks: int = 3, reps: tuple[str, ...] = ("ann",)):
    """Home at 0, account a, b, c, d at 10, 20, 30, 40 minutes of the first rep, or of the reps in turn; Mondays and Tuesdays."""
    sites = [site(name, n + 1, owner=reps[n % len(reps)]) for n, name in enumerate("abcd")]
    days = [
        workday(MONDAY + week * WEEK + timedelta(days=n), rep)
        for rep in reps
        for week in range(weeks)
        for n in range(2)
    ]
    horizon = DateRange(MONDAY, MONDAY + weeks * WEEK - timedelta(days=1))
    return problem([0, 10, 20, 30, 40], sites, days, horizon=horizon)


def marks(map_, look) -> list[float]:
    """The minutes east of home of the signs that look so."""
    same = [line for line in map_.lines if line.get_marker() == look["marker"] and line.get_markersize() == look["ms"]]
    home = min(line.get_xdata()[0] for line in map_.lines if line.get_marker() == "s")
    return [round((line.get_xdata()[0] - home) / (0.009 * 111.2)) for line in same]


def test_what_is_visited_in_another_week_is_not_left_out():
    """a on this Monday, b on the next; c is left out of both weeks, of b one visit more is; of d nothing is due."""
    missing = [Unplanned(name, Reason.DAY_FULL) for name in "bc"] + [Unplanned("d", Reason.NOT_DUE)]
    plan = planned([route(MONDAY, visit("a", 1)), route(MONDAY + WEEK, visit("b", 2))], *missing)
    figure = draw(company(), plan)
    map_ = figure.axes[0]
    assert marks(map_, style.ELSEWHERE) == [20]
    assert marks(map_, style.CROSS) == [30]
    assert marks(map_, style.NOT_DUE) == [40]
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names[-3:] == ["nothing due", "visited on other days", "left out"]


def test_each_week_has_a_map_and_a_chart_and_each_weekday_one_colour():
    plan = planned([route(MONDAY + n * WEEK, visit("a", 1)) for n in (0, 2)])
    figure = draw(company(), plan, Span(weeks=None))
    assert len(figure.axes) == 2 * 3
    assert [text.get_text() for text in figure.texts] == [
        "ann, Mon 2 Mar to Tue 17 Mar 2026", "2 visits, 0 appointments, 0.7 h of driving, 40 km",
        "Mon 2 Mar to Tue 3 Mar 2026", "1 visit, 0 appointments, 0.3 h of driving, 20 km",
        "Mon 9 Mar to Tue 10 Mar 2026", "no visits",
        "Mon 16 Mar to Tue 17 Mar 2026", "1 visit, 0 appointments, 0.3 h of driving, 20 km",
    ]  # fmt: skip
    for chart, dates in zip(
        figure.axes[1::2],
        (["Mon 2 Mar", "Tue 3 Mar"], ["Mon 9 Mar", "Tue 10 Mar"], ["Mon 16 Mar", "Tue 17 Mar"]),
        strict=True,
    ):
        assert [label.get_text() for label in chart.get_yticklabels()] == dates
    assert len({chart.get_xlim() for chart in figure.axes[1::2]}) == 1


def test_a_week_is_drawn_unless_more_is_asked_for():
    plan = planned([route(MONDAY + n * WEEK, visit("a", 1)) for n in range(3)])
    assert [len(draw(company(), plan, span).axes) for span in (None, Span(weeks=2), Span(last=MONDAY + 2 * WEEK))] == [
        2,
        4,
        6,
    ]


def test_a_week_in_which_nobody_works_is_left_away():
    asked = company()
    asked = replace(asked, workdays=tuple(day for day in asked.workdays if day.date.isocalendar().week != 11))
    plan = planned([route(MONDAY, visit("a", 1))])
    assert [panel.first for panel in Span(weeks=None).panels(asked, plan)] == [MONDAY, MONDAY + 2 * WEEK]


def test_an_account_of_nobody_is_on_the_map_of_all_reps_and_of_no_single_one():
    asked = company(1, ("ann", "bob"))
    asked = replace(asked, sites=(*asked.sites[:3], replace(asked.sites[3], owner=None)))
    plan = planned([route(MONDAY, visit("a", 1))])
    assert marks(draw(asked, plan).axes[0], style.NOT_DUE) == [20, 30, 40]
    assert marks(draw(asked, plan, Span(rep="ann")).axes[0], style.NOT_DUE) == [30]


def test_days_on_which_nobody_works_are_drawn_where_nothing_is_planned():
    saturday = MONDAY + timedelta(days=5)
    figure = draw(company(1), planned([]), Span(saturday, saturday + timedelta(days=1)))
    assert [text.get_text() for text in figure.texts] == ["ann, Sat 7 Mar to Sun 8 Mar 2026", "no visits"]


def test_days_have_their_year():
    december, january = date(2026, 12, 28), date(2027, 1, 1)
    assert style.days_name(december, january) == "Mon 28 Dec 2026 to Fri 1 Jan 2027"
    assert style.days_name(december, december) == "Mon 28 Dec 2026"


def test_reps_have_colours_and_names():
    reps = ("ann", "bob")
    plan = planned([route(MONDAY, visit("a", 1)), route(MONDAY, visit("b", 2), rep="bob")])
    figure = draw(company(1, reps), plan)
    map_, chart = figure.axes
    ways = [line.get_color() for line in map_.lines if line.get_linestyle() == "-" and len(line.get_xdata()) == 3]
    assert ways == list(style.WEEKDAYS[:2])
    assert [text.get_text() for text in figure.legends[1].get_texts()] == ["ann", "bob"]
    assert [line.get_color() for line in figure.legends[1].get_lines()] == ways
    assert [text.get_text() for text in chart.texts] == ["1", "1", "ann", "bob"]
    # a row for the name above the two days of each: 0 ann, 1, 2, 3 bob, 4, 5
    assert list(chart.get_yticks()) == [1, 2, 4, 5]


def test_each_rep_alone_has_the_colours_of_the_weekdays():
    plan = planned([route(MONDAY, visit("a", 1)), route(MONDAY, visit("b", 2), rep="bob")])
    figure = draw(company(1, ("ann", "bob")), plan, Span(by_rep=True))
    assert len(figure.axes) == 4
    assert len(figure.legends) == 1
    for map_ in figure.axes[::2]:
        assert style.colour(MONDAY) in [line.get_color() for line in map_.lines if len(line.get_xdata()) == 3]
    heads = [text.get_text() for text in figure.texts][2::2]
    assert heads == ["ann, Mon 2 Mar to Tue 3 Mar 2026", "bob, Mon 2 Mar to Tue 3 Mar 2026"]


def test_more_reps_than_colours_differ_in_their_lines():
    colours = style.Colours(tuple(f"r{n:02}" for n in range(21)))
    assert len({(colours.of_rep(rep), colours.dashes(rep)) for rep in colours.reps}) == 21


@pytest.mark.parametrize("reps", [(LONG,), (LONG, "bob")])
def test_a_long_name_lies_across_nothing(reps):
    plan = planned([route(MONDAY, visit("a", 1), rep=reps[0])])
    figure = draw(company(1, reps), plan)
    figure.canvas.draw()
    map_, chart = figure.axes
    right = map_.get_window_extent().x1
    texts = [*chart.get_yticklabels(), *chart.texts]
    assert all(text.get_window_extent().x0 >= right for text in texts)
    title, figures = (text.get_window_extent() for text in figure.texts)
    assert title.x1 < figures.x0
    assert max(len(text.get_text()) for text in chart.texts) <= style.LONGEST


def test_names_that_begin_alike_stay_different():
    one, two = "01a20338-0000-7000-8000-00000000aaaa", "01a20338-0000-7000-8000-00000000bbbb"
    assert style.short(one) != style.short(two)
    assert len(style.short(one)) == style.LONGEST
    assert style.short("ann") == "ann"


def test_a_night_away_stands_at_the_end_of_its_day_and_on_the_map():
    """Monday ends at c, 30 minutes away, and Tuesday begins there, with nothing to do: it is driven home all the same."""
    plan = planned([route(MONDAY, visit("a", 1), night=3), route(MONDAY + timedelta(days=1), morning=3)])
    map_, chart = draw(company(1), plan).axes
    (night,) = [line for line in chart.lines if line.get_marker() == "D"]
    assert (night.get_xdata()[0], night.get_ydata()[0]) == (at(17), 0)
    assert marks(map_, style.NIGHT) == [30]
    ways = [line for line in map_.lines if len(line.get_xdata()) > 1 and line.get_color() != style.SOFT]
    assert [len(way.get_xdata()) for way in ways] == [3, 2]


def test_follow_up_is_a_low_bar_after_the_visit_and_no_driving():
    asked = company(1)
    asked = replace(asked, workdays=tuple(replace(day, follow_up=15 * MINUTE) for day in asked.workdays))
    figure = draw(asked, planned([route(MONDAY, visit("a", 1))]))
    chart = figure.axes[1]
    (low,) = [bar for bar in chart.patches if bar.get_height() == pytest.approx(0.3)]
    assert (low.get_x(), low.get_width()) == (at(9, 30), 15 * MINUTE)
    # 10 minutes to a from 08:00, 15 of follow-up after 09:30, 10 back
    driven = [
        tuple(line.get_xdata()) for line in chart.lines if line.get_linestyle() == "-" and len(line.get_xdata()) == 2
    ]
    assert driven == [(at(8), at(8, 10)), (at(9, 45), at(9, 55))]
    assert "follow-up" in [text.get_text() for text in figure.legends[0].get_texts()]


def test_too_many_maps_are_refused():
    reps = tuple(f"r{n}" for n in range(21))
    plan = planned([route(MONDAY, visit("a", 1), rep="r0")])
    with pytest.raises(ProblemError, match="that would be 42 maps, more than 40: choose a rep or fewer days"):
        draw(company(2, reps), plan, Span(weeks=2, by_rep=True))


@pytest.mark.parametrize("reps", [1, 3, 12])
def test_a_map_is_no_strip(reps):
    """Four accounts along a line, and many days: the map keeps at least two fifths of its width as height, and three inches of width."""
    names = tuple(f"r{n:02}" for n in range(reps))
    figure = draw(company(4, names), planned([route(MONDAY, visit("a", 1), rep="r00")]), Span(weeks=None))
    figure.canvas.draw()
    for map_ in figure.axes[::2]:
        box = map_.get_window_extent()
        assert box.width >= 3 * figure.dpi
        assert box.height >= 0.39 * box.width


# Vienot, Brettel and Mollon (1999): linear red, green and blue as somebody without one kind of cone sees them.
SEEN = {
    "by all": np.eye(3),
    "without long cones": np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]]),
    "without middle cones": np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, seen: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of "#rrggbb"."""
    values = np.array([int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    x, y, z = np.cbrt(np.maximum(TO_XYZ @ (seen @ linear) / (0.9505, 1.0, 1.089), 1e-9))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("seen", SEEN.values(), ids=SEEN)
def test_colours_stay_apart_for_people_who_see_few(seen):
    """Two colours of a week are at least 15 units of CIE 1976 from each other: about two are the least that anybody sees."""
    for one, two in combinations(style.WEEKDAYS, 2):
        assert np.linalg.norm(lab(one, seen) - lab(two, seen)) > 15, (one, two)


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ([], 1),
        (["--weeks", "2"], 2),
        (["--weeks", "all"], 3),
        (["--to", "2026-03-10"], 2),
        (["--weeks", "all", "--by-rep"], 6),
    ],
)
def test_from_the_shell(tmp_path, options, count):
    """An SVG keeps its texts: each chart says 09:00 once."""
    asked, plan = company(3, ("ann", "bob")), planned([route(MONDAY, visit("a", 1))])
    file, out = tmp_path / "both.json", tmp_path / "plan.svg"
    file.write_text(f'{{"problem": {problem_bytes(asked).decode()}, "plan": {plan_bytes(plan).decode()}}}', "utf-8")
    assert main(["draw", str(file), "--out", str(out), *options]) == 0
    assert out.read_text("utf-8").count(">09:00<") == count


@pytest.mark.parametrize("weeks", ["0", "-1", "some", "1.5"])
def test_weeks_are_a_number_or_all(tmp_path, weeks, capsys):
    with pytest.raises(SystemExit):
        main(["draw", "x.json", "--out", "x.svg", f"--weeks={weeks}"])
    assert f"{weeks!r} is neither a number of weeks nor all" in capsys.readouterr().err
