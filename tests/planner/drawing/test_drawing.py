"""The picture of a plan: what is drawn where.  How it looks is judged by eye."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import Break, DateRange, TimeWindow
from planner.cli import main
from planner.drawing import Span, draw, save, style
from planner.errors import ProblemError
from planner.plan import NOTHING_ASKED, StopKind
from planner.problem import Appointment
from planner.solve import solve
from planner.travel import Place
from tests.planner.small import HOUR, MINUTE, MONDAY, at, problem, site, week
from tests.planner.test_cli import both

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def made():
    """Two visits, a meeting and a break on Monday; nothing on Tuesday; an account too far away."""
    weekly = Cadence(interval_days=7, tolerance_days=0)
    visits = [site(name, place, cadence=weekly, credited=(date(2026, 2, 23),)) for name, place in (("a", 1), ("b", 2))]
    far = site("far", 3, cadence=weekly, credited=(date(2026, 2, 23),))
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(14), at(14)), HOUR, place=1)
    rest = Break(TimeWindow(at(12), at(13)), 30 * MINUTE)
    horizon = DateRange(MONDAY, MONDAY + timedelta(days=1))
    asked = problem([0, 10, 20, 400], [*visits, far], week(2, rest=rest), appointments=(meeting,), horizon=horizon)
    return asked, solve(asked, iterations=100)


def bars(axes) -> list[tuple[float, float]]:
    """(start, length) of what is done, the working hours behind left away."""
    found = [patch for patch in axes.patches if patch.get_height() == pytest.approx(0.64)]
    return sorted((bar.get_x(), bar.get_width()) for bar in found)


def test_each_stop_is_a_bar_at_its_time(made):
    asked, plan = made
    chart = draw(asked, plan).axes[1]
    (route,) = plan.routes
    assert bars(chart) == [(stop.start, stop.end - stop.start) for stop in route.stops]
    assert [label.get_text() for label in chart.get_yticklabels()] == ["Mon 2 Mar", "Tue 3 Mar"]
    numbers = [text.get_text() for text in chart.texts]
    assert numbers == [str(n) for n in range(1, 1 + sum(stop.place is not None for stop in route.stops))]


def test_the_map_shows_the_way_and_what_is_left_out(made):
    asked, plan = made
    map_ = draw(asked, plan).axes[0]
    (route,) = plan.routes
    (way,) = [line for line in map_.lines if line.get_linestyle() == "-" and line.get_color() == style.colour(MONDAY)]
    assert len(way.get_xdata()) == 2 + sum(stop.place is not None for stop in route.stops)
    # home at both ends
    assert (way.get_xdata()[0], way.get_ydata()[0]) == (way.get_xdata()[-1], way.get_ydata()[-1])
    crosses = [line for line in map_.lines if line.get_marker() == "x"]
    assert [line.get_color() for line in crosses] == [style.LEFT_OUT]
    assert any(text.get_text().endswith(" km") for text in map_.texts)


@pytest.mark.parametrize("reason", sorted(NOTHING_ASKED))
def test_nothing_is_left_out_that_nobody_asks_for(made, reason):
    asked, plan = made
    idle = replace(plan, unplanned=tuple(replace(entry, reason=reason) for entry in plan.unplanned))
    assert plan.unplanned
    assert [line for line in draw(asked, idle).axes[0].lines if line.get_marker() == "x"] == []


def test_the_figures_are_those_of_the_plan(made):
    texts = [text.get_text() for text in draw(*made).texts]
    # home, 10, 20, 10, home: 40 min; metres are 1,000 a minute
    assert texts == ["ann, Mon 2 Mar to Tue 3 Mar 2026", "2 visits, 1 appointment, 0.7 h of driving, 40 km"]


def test_only_the_days_and_the_rep_that_are_asked_for(made):
    asked, plan = made
    (panel,) = Span(last=MONDAY).panels(asked, plan)
    assert [day.date for day in panel.days] == [MONDAY]


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (Span(rep="nobody"), "there is no rep 'nobody'; known: ann"),
        (
            Span(MONDAY + timedelta(days=1), MONDAY),
            "the days end on 2026-03-02, before they begin on 2026-03-03: exchange the two dates",
        ),
        (
            Span(MONDAY + timedelta(days=1)),
            "nothing is planned from 2026-03-03 to 2026-03-09; the days with stops are from 2026-03-02 to 2026-03-02",
        ),
        (
            Span(last=MONDAY - timedelta(days=1)),
            "nothing is planned up to 2026-03-01; the days with stops are from 2026-03-02 to 2026-03-02",
        ),
        (
            Span(MONDAY + timedelta(days=1), MONDAY + timedelta(days=1)),
            "nothing is planned on 2026-03-03; the days with stops are from 2026-03-02 to 2026-03-02",
        ),
    ],
)
def test_what_cannot_be_drawn_is_told_with_what_there_is(made, span, said):
    with pytest.raises(ProblemError) as told:
        draw(*made, span)
    assert told.value.message == said


@pytest.mark.parametrize("span", [None, Span(rep="ann"), Span(by_rep=True), Span(weeks=None)])
def test_a_plan_without_stops_shows_the_accounts(made, span):
    asked, plan = made
    figure = draw(asked, replace(plan, routes=()), span)
    map_, chart = figure.axes
    assert [text.get_text() for text in figure.texts] == ["ann, Mon 2 Mar to Tue 3 Mar 2026", "no visits"]
    assert [text.get_text() for text in chart.texts] == ["no visits"]
    # a and b were planned and are now nowhere, far is left out
    assert marked(map_) == {"o": 2, "x": 1, "s": 1}


def marked(map_) -> Counter[str]:
    """How many of each sign there are on a map."""
    return Counter(line.get_marker() for line in map_.lines if line.get_marker() not in ("None", None))


def test_of_many_reps_the_first_are_named(made):
    asked, plan = made
    many = replace(asked, workdays=(*asked.workdays, *(replace(asked.workdays[0], rep=f"r{n:02}") for n in range(14))))
    with pytest.raises(ProblemError, match=r"known: ann, r00, .*, r10 and 3 more$"):
        draw(many, plan, Span(rep="nobody"))


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_the_same_plan_gives_the_same_file(made, tmp_path, form):
    names = [str(tmp_path / f"{n}.{form}") for n in (1, 2)]
    for name in names:
        save(*made, name)
    one, two = (Path(name).read_bytes() for name in names)
    assert one == two
    assert one.startswith({"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}[form])
    if form == "svg":
        assert ElementTree.fromstring(one).tag.endswith("svg")


def test_from_the_shell(tmp_path, capsys):
    file = tmp_path / "both.json"
    file.write_text(json.dumps(both()), "utf-8")
    out = tmp_path / "plan.svg"
    assert main(["draw", str(file), "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"<?xml")
    for wrong, said in (("plan.gif", "ends in .svg, .png, .pdf"), ("no/plan.svg", "no such file")):
        assert main(["draw", str(file), "--out", str(tmp_path / wrong)]) == 2
        assert said in capsys.readouterr().err


def test_nothing_else_loads_the_library():
    """It takes a second and 60 MB."""
    code = (
        "import sys, planner.cli, planner.solve, planner.explain, planner.overload; print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("turned", [False, True], ids=["one latitude", "one longitude"])
def test_places_on_one_line_have_land_around_them(made, turned):
    # `made` lies on the equator, from home to `far` 400 * 0.009 degrees east: 3.6 * 111.2 = 400.32 km, with margins of 6 % on
    # either side 400.32 * 1.12 = 448.4 km; the other way it shows two fifths of that, 179.3 km, the places in the middle
    asked, plan = made
    if turned:
        asked = replace(asked, places=tuple(Place(place.lon, place.lat) for place in asked.places))
    map_ = draw(asked, plan).axes[0]
    limits = [map_.get_xlim(), map_.get_ylim()]
    along, across = limits[::-1] if turned else limits
    assert along[1] - along[0] == pytest.approx(448.4, abs=0.1)
    assert across == pytest.approx((-89.7, 89.7), abs=0.1)
    box = map_.get_window_extent()
    assert min(box.width, box.height) > 100  # points: no line


def test_places_at_one_point_are_a_map_of_a_kilometre(made):
    asked, plan = made
    map_ = draw(replace(asked, places=(Place(50.0, 8.0),) * 4), plan).axes[0]
    assert map_.get_xlim() == map_.get_ylim() == pytest.approx((-0.5, 0.5))
    assert [text.get_text() for text in map_.texts if text.get_text().endswith(" km")] == ["0.2 km"]


def test_a_way_across_the_180th_meridian_is_short(made):
    """Fiji: home at 179.9 degrees east, the others 0.1, 0.2 and 0.3 further east, beyond the meridian."""
    asked, plan = made
    east = [179.9, -180.0, -179.9, -179.8]
    map_ = draw(replace(asked, places=tuple(Place(0.0, lon) for lon in east)), plan).axes[0]
    (way,) = [line for line in map_.lines if line.get_linestyle() == "-" and line.get_color() == style.colour(MONDAY)]
    # 0.1 degrees of the equator are 11.12 km; the middle of the four is 0.15 degrees, 16.68 km, from home
    assert set(way.get_xdata().round(2)) == {-16.68, -5.56, 5.56}
    # from home to `far` 33.36 km, with 6 % on either side 37.4
    assert map_.get_xlim()[1] - map_.get_xlim()[0] == pytest.approx(33.36 * 1.12, abs=0.1)


def signs(map_) -> dict[str, tuple[float, float]]:
    """Where the number of each stop stands, in points."""
    texts = {text.get_text(): text for text in map_.texts if text.get_text().isdigit()}
    return {name: tuple(map_.transData.transform(text.xy) * 0.72) for name, text in texts.items()}


def test_signs_at_one_place_stand_side_by_side(made):
    """All three stops are at home: its square and three signs, none nearer than the 8 points that one is wide, each tied to home."""
    asked, plan = made
    map_ = draw(replace(asked, places=(Place(50.0, 8.0),) * 4), plan).axes[0]
    home = tuple(map_.transData.transform((0.0, 0.0)) * 0.72)
    found = signs(map_)
    assert set(found) == {"1", "2", "3"}
    for one, two in combinations([home, *found.values()], 2):
        assert math.dist(one, two) >= 8 - 1e-6
    assert all(math.dist(home, spot) == pytest.approx(8) for spot in found.values())  # the first ring has room for six
    assert [text.arrow_patch is not None for text in map_.texts if text.get_text() == ""] == [True] * 3


def test_signs_apart_from_each_other_stand_where_they_are(made):
    asked, plan = made
    map_ = draw(asked, plan).axes[0]
    # on a map of 448 km places 10 km from each other are nearer than a sign is wide: all moved.  Without `far` none is
    assert sum(text.get_text() == "" for text in map_.texts) > 0
    near = replace(asked, places=(*asked.places[:3], asked.places[0]))
    map_ = draw(near, plan).axes[0]
    # stops 1, 2 and 3 of the day are at a (or b), b (or a) and a: the meeting is where a visit was before
    assert sum(text.get_text() == "" for text in map_.texts) == 1


def legend(problem, plan) -> list[str]:
    return [text.get_text() for text in draw(problem, plan).legends[0].get_texts()]


def test_the_legend_names_only_what_is_there(made):
    asked, plan = made
    (route,) = plan.routes
    always = ["driving", "working hours", "start and end"]
    stop = replace(route.stops[0], arrival=route.stops[0].start, kind=StopKind.VISIT)
    bare = replace(plan, routes=(replace(route, stops=(stop,)),), unplanned=())
    # b and far are accounts for which nothing is planned, and of which nothing says that it is left out
    assert legend(asked, bare) == ["visit", *always, "nothing due"]
    late = replace(stop, late_days=1, arrival=stop.start - 60)
    rest = replace(stop, kind=StopKind.BREAK, site=None, place=None, start=stop.end, end=stop.end + 60)
    full = replace(bare, routes=(replace(route, stops=(late, rest), night=1),), unplanned=plan.unplanned)
    assert legend(asked, full) == [
        "visit (! late)", "break", "driving", "waiting", "working hours", "start and end", "night away", "nothing due", "left out",
    ]  # fmt: skip
