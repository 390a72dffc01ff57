"""A company is set up through HTTP: settings, segments with their cadences, a team of four, accounts from files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zlib import crc32

from tests.journey.clock import MONDAY, PASSWORD, Clock, Json

ADMIN, MANAGER = "admin@example.com", "manager@example.com"
NAMES = ("Ada", "Ben", "Cleo", "Dan")
INTERVALS = {"A": 21, "B": 28, "C": 56, "D": 84}  # days between visits; tolerance 20 %: 4, 5, 11 and 16 days
RULES = {"shop:*": "A", "tourism:hotel": "B", "amenity:*": "C", "*": "D"}
SERVICE = {"A": 30, "B": 30, "C": 20, "D": 20}
WEEK = {str(day): ["08:00", "17:00"] for day in range(5)}
TEAM_SHARES = 7  # every seventh account has no owner: the team plan gives it away


@dataclass
class Person:
    id: str
    name: str
    email: str


@dataclass
class Company:
    """`accounts` as the API shows them, by id; `visits` the days of visits that were logged, by account."""

    clock: Clock
    country: str
    intervals: Mapping[str, int]
    team: str = ""
    reps: list[Person] = field(default_factory=list)
    accounts: dict[str, Json] = field(default_factory=dict)
    visits: dict[str, list[date]] = field(default_factory=dict)
    imported: Json = field(default_factory=dict)

    def served(self, rep: Person) -> set[str]:
        """Accounts in this rep's plan: owned, or given by the team plan."""
        return {key for key, a in self.accounts.items() if rep.id in (a["owner_id"], a["served_by_id"])}

    def interval(self, account: str) -> int:
        return self.intervals[self.accounts[account]["segment"]]

    def look(self) -> None:
        """Read all accounts anew."""
        self.accounts = {a["id"]: a for a in self.clock.pages(MANAGER, "/accounts")}


def set_up(clock: Clock, country: str, intervals: Mapping[str, int] = INTERVALS) -> Company:
    """The admin makes the company and invites a manager, who brings in the reps later."""
    result = clock.app.test_cli_runner().invoke(args=["users", "create", ADMIN, "--password", PASSWORD])
    assert result.exit_code == 0, result.output
    settings = {
        "name": "Acme Supply", "country": country, "timezone": clock.zone, "currency": "EUR",
        "distance_unit": "km", "default_hours": "Mo-Fr 08:00-18:00", "horizon_days": 28,
    }  # fmt: skip
    clock.change(ADMIN, "/company", settings)
    for rank, (code, interval) in enumerate(intervals.items()):
        segment = {"code": code, "name": f"Segment {code}", "rank": rank, "service_minutes": SERVICE[code]}
        clock.send(ADMIN, "POST", "/segments", segment)
        cadence = {"channel": "visit", "segment": code, "mode": "rolling", "interval_days": interval}
        clock.send(ADMIN, "POST", "/cadences", cadence)
    made = Company(clock, country, intervals)
    made.team = clock.send(ADMIN, "POST", "/teams", {"name": "Field"})["id"]
    _invite(made, ADMIN, MANAGER, "manager")
    return made


def _invite(company: Company, by: str, email: str, role: str) -> str:
    body = {"email": email, "name": email.partition("@")[0].title(), "role": role, "team_id": company.team}
    invited = company.clock.send(by, "POST", "/users", body)
    company.clock.accept(invited["link"])
    return invited["user"]["id"]


def upload(company: Company, content: bytes, **options: Any) -> Json:
    """Import a file; everything is taken in."""
    data = {"file": (io.BytesIO(content), "accounts.csv"), "options": json.dumps(options)}
    run = company.clock.send(MANAGER, "POST", "/imports", data=data)
    assert run["state"] == "applied", run["problems"][:3]
    return run


def bring_in(company: Company, content: bytes) -> None:
    """The accounts as the file has them: all are the team's, segments follow from the category."""
    rule = {"column": "category", "rules": RULES}
    company.imported = upload(company, content, team="Field", country=company.country, segment_by=rule)
    company.look()


def hire(company: Company, most_stops: int) -> None:
    """Four reps live in four parts of the country: one quarter of the accounts each, from west to east.

    most_stops : a day; a little more than there are visits, so that there is work on every day.
    They come after the accounts, so that their homes can be the middle account of each quarter.
    """
    placed = sorted((a for a in company.accounts.values() if a["lat"]), key=lambda a: (a["lon"], a["external_id"]))
    for number, name in enumerate(NAMES):
        quarter = placed[number * len(placed) // 4 : (number + 1) * len(placed) // 4]
        middle = sorted(quarter, key=lambda a: (a["lat"], a["external_id"]))[len(quarter) // 2]
        email = f"{name.lower()}@example.com"
        body = {
            "name": name, "team_id": company.team, "user_id": _invite(company, MANAGER, email, "rep"),
            "home_lat": middle["lat"], "home_lon": middle["lon"], "working_hours": WEEK, "break_from": "11:30",
            "break_until": "13:30", "break_minutes": 30, "max_stops": most_stops,
        }  # fmt: skip
        company.reps.append(Person(company.clock.send(MANAGER, "POST", "/reps", body)["id"], name, email))
    _hand_out(company, placed)


def _hand_out(company: Company, placed: list[Json]) -> None:
    """A second file: who owns what, since when it is a customer, and when it was visited last.

    Of three accounts one has never been visited and two were, between one day and a little more than an interval ago.
    """
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(["external_id", "owner", "active_from", "last_visit"])
    days: dict[str, list[date]] = {}
    for number, account in enumerate(placed):
        if number % TEAM_SHARES == TEAM_SHARES - 1:
            continue
        owner = company.reps[number * 4 // len(placed)]
        chance = crc32(account["external_id"].encode())
        last = MONDAY - timedelta(days=1 + chance % (company.interval(account["id"]) + 5))
        visited = number % 3 != 0
        since = last if visited else MONDAY - timedelta(days=chance % 10)
        lines.writerow([account["external_id"], owner.email, since, last if visited else ""])
        days[account["id"]] = [last] if visited else []
    upload(company, out.getvalue().encode())
    company.visits = {key: days.get(key, []) for key in company.accounts}
