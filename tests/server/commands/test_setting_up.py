"""A new company from nothing to a plan, at the shell alone; and what wrong words are answered."""

from __future__ import annotations

import pytest
import time_machine
from sqlalchemy import func, select

from server.accounts.models import Account, Segment
from server.audit.models import AuditEntry
from server.cadences.models import CadencePolicy
from server.company.models import Company
from server.core.database import db
from server.identity.models import User
from server.plans.models import PlanStop
from server.reps.models import Rep, Team
from tests import factories as make

FILE = """external_id,name,latitude,longitude,segment,owner
1001,Bakery,42.37,-71.06,A,dana@example.com
1002,Cafe,42.33,-71.05,,Dana Whitfield
1003,Shop,42.34,-71.07,,
"""
DANA = (
    "reps",
    "create",
    "Dana Whitfield",
    "--team",
    "East",
    "--email",
    "Dana@example.com",
    "--home",
    "42.3601,-71.0589",
)


@pytest.fixture
def run(app):
    def call(*arguments):
        db.session.rollback()
        result = app.test_cli_runner().invoke(args=list(map(str, arguments)))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        db.session.rollback()
        return result.exit_code, result.output

    return call


@pytest.fixture
def good(run):
    def call(*arguments):
        code, output = run(*arguments)
        assert code == 0, output
        return output

    return call


def test_two_teams_of_one_name_are_told_apart_by_id(good, run, tmp_path):
    (tmp_path / "customers.csv").write_text("external_id,name,latitude,longitude\n1003,Shop,42.34,-71.07\n")
    good("company", "set", "name=Acme Supply", "country=US", "timezone=America/New_York")
    wanted, _other = (make.team(name="East", parent_id=make.team().id).id for _ in range(2))
    code, output = run("accounts", "import", tmp_path / "customers.csv", "--team", "East")
    assert (code, "Two teams are called so; use the id." in output) == (1, True), output
    good("accounts", "import", tmp_path / "customers.csv", "--team", wanted)
    assert set(db.session.scalars(select(Account.team_id))) == {wanted}


@time_machine.travel(
    "2026-03-02T09:00:00+00:00", tick=False
)  # how many versions it takes depends on the day of the month
def test_from_nothing_to_a_plan(good, tmp_path, app):
    """The walk of docs/operations.md."""
    (tmp_path / "customers.csv").write_text(FILE)
    good("company", "set", "name=Acme Supply", "country=US", "timezone=America/New_York", "horizon_days=14")
    good("users", "create", "you@example.com", "--name", "Your Name")
    good("teams", "create", "Field")
    good("teams", "create", "East", "--parent", "Field")
    good("users", "create", "max@example.com", "--role", "manager", "--team", "Field")
    hours = ("--hours", "Mo-Th 08:00-17:00; Fr,Sa 08:30-12:00", "--break", "11:30-13:00/30")
    assert "choose a password within 72 hours" in good(*DANA, *hours, "max_stops=12", "end_lat=42.4", "end_lon=-71.1")
    good("segments", "create", "A", "--name", "Key accounts", "rank=1", "service_minutes=45")
    good("cadences", "create", "--segment", "A", "--every", "7")
    good("cadences", "create", "mode=quota", "visits=1", "period=month")
    good("accounts", "import", tmp_path / "customers.csv", "--team", "East")
    output = good("plan", "all")

    company = db.session.get_one(Company, 1)
    assert (company.name, company.horizon_days, company.version) == ("Acme Supply", 14, 1)
    rep = db.session.scalars(select(Rep)).one()
    week = {str(day): ["08:00", "17:00"] for day in range(4)} | {day: ["08:30", "12:00"] for day in "45"}
    assert rep.working_hours == week
    assert (rep.break_from, rep.break_until, rep.break_minutes, rep.max_stops) == ("11:30", "13:00", 30, 12)
    assert (rep.home_lat, rep.home_lon, rep.end_lat, rep.end_lon) == (42.3601, -71.0589, 42.4, -71.1)
    assert (rep.timezone, rep.country) == ("America/New_York", "US")
    user = db.session.get_one(User, rep.user_id)
    assert (user.email, user.role, user.team_id) == ("dana@example.com", "rep", rep.team_id)
    assert db.session.get_one(Segment, "A").service_minutes == 45
    found = db.session.execute(select(CadencePolicy.segment, CadencePolicy.mode, CadencePolicy.interval_days))
    assert set(map(tuple, found)) == {("A", "rolling", 7), (None, "quota", None)}
    # the bakery every 7 days, the two others once a month: at least three visits, to all three accounts
    stops = select(func.count(PlanStop.account_id.distinct()))
    assert db.session.scalar(stops) == 3
    assert "version 1: " in output
    audited = set(db.session.scalars(select(AuditEntry.table_name)))
    assert {"company", "teams", "users", "reps", "segments", "cadence_policies", "accounts"} <= audited


def test_what_is_there_is_listed(good):
    good("teams", "create", "Field")
    good("teams", "create", "West", "--parent", "Field")
    good("teams", "create", "East", "--parent", "Field")
    good(*DANA)
    names = [line.split("  ")[0] or line[:6].strip() for line in good("teams", "list").splitlines()]
    assert names == ["Field", "East", "West"]
    (dana,) = good("reps", "list").splitlines()
    assert all(part in dana for part in ("Dana Whitfield", "East", "dana@example.com", "42.3601,-71.0589"))
    good("segments", "create", "A")
    assert "rank 0" in good("segments", "list")
    good("cadences", "create", "--segment", "A", "--every", "14", "tolerance_days=2")
    good("cadences", "create", "--every", "28", "--channel", "phone")
    lines = [line.split() for line in good("cadences", "list").splitlines()]
    assert lines == [["organisation", "phone", "every", "28", "days"], ["segment", "A", "visit", "every", "14", "days"]]
    assert "timezone                 America/New_York" in good("company", "show")


def test_a_team_is_known_by_its_name_or_its_id(run):
    make.company()
    twins = [make.team(name="North", parent_id=make.team().id) for _ in range(2)]
    code, output = run("users", "create", "a@example.com", "--role", "manager", "--team", "North")
    assert code == 1
    assert "2 teams are called 'North'; give the id of one of them" in output
    assert all(str(team.id) in output for team in twins)
    assert run("users", "create", "a@example.com", "--role", "manager", "--team", twins[1].id)[0] == 0
    assert db.session.scalar(select(User.team_id).where(User.email == "a@example.com")) == twins[1].id
    code, output = run("teams", "create", "x", "--parent", "South")
    assert (code, "there is no such team: 'South'" in output) == (1, True)


def test_a_person_who_exists_becomes_the_rep(good, run):
    make.company()
    good("teams", "create", "East")
    good("users", "create", "dana@example.com", "--role", "rep", "--team", "East")
    assert "password" not in good(*DANA)
    code, output = run(*DANA)
    assert (code, "user_id: taken" in output) == (1, True)
    assert db.session.scalar(select(func.count()).select_from(Rep)) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("company", "set", "name"), "'name' is not NAME=VALUE; the names are name, country"),
        (("company", "set", "nmae=x"), "there is no setting 'nmae' here; the names are name, country"),
        (("company", "set", "timezone=Boston"), "timezone: It is not an IANA time zone"),
        (("company", "set", "horizon_days=400"), "horizon_days: "),
        (("company", "set", "horizon_days=many"), "horizon_days: Not a valid integer"),
        (("company", "set", "work_starts=18:00"), "work_ends: The working day ends before it begins"),
        (("teams", "create", "East"), "there is a team 'East' in that place already"),
        (("teams", "create", ""), "name: "),
        (("reps", "create", "X", "--team", "Nowhere"), "there is no such team: 'Nowhere'"),
        ((*DANA[:-1], "Boston"), "--home is 'Boston'; write degrees like"),
        ((*DANA[:-1], "142,0"), "home_lat: "),
        ((*DANA, "--hours", "all day"), "--hours is 'all day'; write it like"),
        ((*DANA, "--hours", "Mo 17:00-08:00"), "working_hours/0: Monday ends at 08:00"),
        ((*DANA, "--break", "noon"), "--break is 'noon'; write it like"),
        ((*DANA, "--break", "12:00-13:00/0"), "break_minutes: A break needs"),
        ((*DANA[:5], "--email", "nobody"), "email: Not a valid email address"),
        (("segments", "create", "B", "rank=first"), "rank: Not a valid integer"),
        (("cadences", "create"), "say how often"),
        (("cadences", "create", "--every", "0"), "interval_days: "),
        (("cadences", "create", "--segment", "Z", "--every", "7"), "There is no such segment"),
        (("cadences", "create", "mode=quota"), "a quota cadence"),
    ],
)  # fmt: skip
def test_wrong_words_are_one_line_and_change_nothing(run, arguments, message):
    make.company()
    make.team(name="East")
    code, output = run(*arguments)
    assert code == 1
    (line,) = output.splitlines()
    assert line.startswith("Error: ")
    assert message in line
    for table, count in ((Team, 1), (Rep, 0), (User, 0), (Segment, 0), (CadencePolicy, 0)):
        assert db.session.scalar(select(func.count()).select_from(table)) == count
    assert db.session.get_one(Company, 1).version == 1


def test_a_second_cadence_of_the_same_scope_is_a_conflict(good, run):
    make.company()
    good("cadences", "create", "--every", "28")
    good("cadences", "create", "--every", "28")  # the same again is no change
    code, output = run("cadences", "create", "--every", "21")
    assert (code, "there is a cadence of the organisation by visit already" in output) == (1, True)


def test_an_empty_word_is_null(good):
    make.company(region="MA")
    good("company", "set", "region=")
    assert db.session.get_one(Company, 1).region is None


def test_a_team_is_renamed_moved_and_deleted(good, run):
    good("teams", "create", "Field")
    good("teams", "create", "East", "--parent", "Field")
    good("teams", "create", "West")
    assert "team East Coast changed: name" in good("teams", "set", "East", "name=East Coast", "radius_hard=true")
    good("teams", "set", "West", "--parent", "East Coast")
    east, west = (db.session.scalars(select(Team).where(Team.name == name)).one() for name in ("East Coast", "West"))
    assert (east.radius_hard, west.parent_id) == (True, east.id)
    code, output = run("teams", "delete", "East Coast")
    assert (code, "Error: The team still has teams: move them first." in output) == (1, True)
    good("teams", "set", "West", "--parent", "")
    assert "team East Coast deleted" in good("teams", "delete", "East Coast")
    assert set(db.session.scalars(select(Team.name))) == {"Field", "West"}


def test_a_rep_is_changed(good, run):
    make.company()
    good("teams", "create", "East")
    good("teams", "create", "West")
    good(*DANA[:5])
    words = ("--team", "West", "--home", "42.3,-71.1", "--hours", "Mo 09:00-12:00", "name=Dana Bell", "max_stops=9")
    assert "rep Dana Bell changed" in good("reps", "set", "Dana Whitfield", *words)
    rep = db.session.scalars(select(Rep)).one()
    assert (rep.name, rep.home_lat, rep.max_stops, rep.working_hours) == (
        "Dana Bell",
        42.3,
        9,
        {"0": ["09:00", "12:00"]},
    )
    assert db.session.scalar(select(Team.name).where(Team.id == rep.team_id)) == "West"
    good("reps", "set", rep.id, "active=false")
    code, output = run("plan", "all")
    assert (code, "there is no active rep" in output) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("teams", "set", "East"), "say what to change"),
        (("teams", "set", "East", "name=West"), "there is a team 'West' in that place already"),
        (("teams", "set", "East", "--parent", "East"), "A team cannot be below itself"),
        (("teams", "set", "East", "radius_metres=1"), "radius_metres: "),
        (("teams", "set", "North", "name=x"), "there is no such team: 'North'"),
        (("teams", "delete", "North"), "there is no such team: 'North'"),
        (("teams", "delete", "East"), "The team still has reps"),
        (("reps", "set", "Nobody", "max_stops=9"), "there is no rep 'Nobody'"),
        (("reps", "set", "Dana Whitfield"), "say what to change"),
        (("reps", "set", "Dana Whitfield", "max_stops=0"), "max_stops: "),
    ],
)  # fmt: skip
def test_a_wrong_change_is_one_line_and_changes_nothing(good, run, arguments, message):
    make.company()
    make.team(name="East")
    make.team(name="West")
    good(*DANA[:5])
    before = [(team.name, team.parent_id, team.version) for team in db.session.scalars(select(Team).order_by(Team.id))]
    code, output = run(*arguments)
    assert (code, message in output) == (1, True), output
    assert output.count("\n") == 1
    after = [(team.name, team.parent_id, team.version) for team in db.session.scalars(select(Team).order_by(Team.id))]
    assert after == before


def test_hotels_and_what_nights_and_speeds_need_are_set_by_words(good, run):
    good(
        "company",
        "set",
        "name=Acme",
        'speed_bands=[{"from": "07:00", "to": "09:00", "percent": 60}]',
        "night_price_minutes=90",
    )
    good("teams", "create", "East")
    good(*DANA, "night_weekdays=[0, 1]")
    assert db.session.scalar(select(Rep.night_weekdays)) == [0, 1]
    assert "'weekdays': [0, 1, 2, 3, 4, 5, 6]" in good("company", "show")
    assert "hotel Pine Inn created" in good("hotels", "create", "Pine Inn", "lat=44.1", "lon=-71.05")
    assert "changed: address, active" in good("hotels", "set", "Pine Inn", "address=1 Pine St", "active=false")
    assert "44.1000,-71.0500 1 Pine St" in good("hotels", "list")
    assert run("hotels", "set", "Fir Inn", "active=false")[1].startswith("Error: there is no such hotel: 'Fir Inn'")
    assert run("hotels", "create", "Nowhere", "lat=44.1") == (1, "Error: lon: Missing data for required field.\n")
