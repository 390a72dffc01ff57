"""Create the demo company: people, accounts, cadences, history and what is booked."""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
from sqlalchemy.orm import Session

from server.accounts.models import Account, Contact, OwnerChange, Segment
from server.activities.models import Activity
from server.appointments.models import Appointment
from server.cadences.models import CadencePolicy, MustVisit, Pause
from server.company.models import Company
from server.core.clock import today as local_today
from server.core.ids import new_id
from server.demo import businesses, history, towns
from server.identity.models import User
from server.identity.passwords import hash_password
from server.inputs.service import changed
from server.reps.models import Rep, Team, TimeOff

ZONE = "America/New_York"
SEED = 7
ACCOUNTS_A_REP = 97
UNOWNED = 9
REPS = {"Columbus": "Dana Whitfield", "Cleveland": "Marcus Bell", "Pittsburgh": "Priya Raman"}
MANAGER = "Ellen Novak"
HOLIDAYS = holidays.country_holidays("US")
WEEK = {str(day): ["08:00", "17:00"] for day in range(5)}


@dataclass(frozen=True)
class SignIn:
    role: str
    name: str
    email: str
    password: str


@dataclass
class Patch:
    """One rep with everything around them."""

    town: str
    rep: Rep
    user: User
    accounts: list[Account]


def build(session: Session) -> list[SignIn]:
    """Write the whole company into an empty database, in the session's transaction; returns who may sign in."""
    rng = random.Random(SEED)
    today = local_today(ZONE)
    session.add(Company(id=1, name="Three Rivers Supply Co.", timezone=ZONE))
    team = Team(name="Ohio Valley")
    session.add(team)
    _policies(session)
    session.flush()
    sign_ins = [_person(session, "manager", MANAGER, team)[1]]
    taken: set[str] = set()
    patches = []
    for town, name in REPS.items():
        patch, sign_in = _patch(session, town, name, team, today, rng, taken)
        patches.append(patch)
        sign_ins.append(sign_in)
    _unowned(session, team, today, rng, taken)
    session.flush()
    for number, patch in enumerate(patches):
        _history(session, patch, today, rng, ill=range(33, 40) if number == 1 else range(0))
        _ahead(session, patch, today, rng)
    _exceptions(session, patches, today, rng)
    session.flush()
    changed(session, [patch.rep.id for patch in patches], "company_created", detail="The demo company was created")
    return sign_ins


def _policies(session: Session) -> None:
    for rank, (code, (name, _, service, late, miss)) in enumerate(businesses.SEGMENTS.items()):
        session.add(
            Segment(code=code, name=name, rank=rank, service_minutes=service, late_minutes=late, miss_minutes=miss)
        )
    session.flush()
    for code, days in businesses.INTERVALS.items():
        session.add(CadencePolicy(channel="visit", segment=code, mode="rolling", interval_days=days))
    session.add(CadencePolicy(channel="phone", segment="A", mode="quota", visits=1, period="month"))


def _person(session: Session, role: str, name: str, team: Team) -> tuple[User, SignIn]:
    password = secrets.token_urlsafe(9)
    email = f"{name.split()[0].lower()}@demo.example"
    user = User(email=email, name=name, role=role, password_hash=hash_password(password), team_id=team.id)
    session.add(user)
    session.flush()
    return user, SignIn(role, name, email, password)


def _patch(
    session: Session, town: str, name: str, team: Team, today: date, rng: random.Random, taken: set[str]
) -> tuple[Patch, SignIn]:
    user, sign_in = _person(session, "rep", name, team)
    lat, lon, address = towns.home(town)
    rep = Rep(
        user_id=user.id, team_id=team.id, name=name, timezone=ZONE, country="US", region=address.split(", ")[1][:2],
        home_address=address, home_lat=lat, home_lon=lon, working_hours=WEEK, break_from="11:30", break_until="13:30",
        break_minutes=30, max_overtime_minutes=30, follow_up_minutes=5,
    )  # fmt: skip
    session.add(rep)
    session.flush()
    accounts = [_account(spot, today, rng, taken) for spot in towns.spots(town, ACCOUNTS_A_REP, rng)]
    for account, contact in accounts:
        account.owner_id = rep.id
        session.add(account)
        session.flush()
        session.add(Contact(account_id=account.id, name=contact, title="Owner", phone=account.phone, primary=True))
        session.add(OwnerChange(account_id=account.id, owner_id=rep.id, from_day=account.active_from))
    return Patch(town, rep, user, [account for account, _ in accounts]), sign_in


def _account(spot: towns.Spot, today: date, rng: random.Random, taken: set[str]) -> tuple[Account, str]:
    made = businesses.business(rng, taken)
    account = Account(
        external_id=f"DEMO-{len(taken):04d}", name=made.name, street=spot.street, housenumber=spot.housenumber,
        postcode=spot.postcode, city=spot.city, region=spot.region, country="US", lat=spot.lat, lon=spot.lon,
        position_quality="given", timezone=ZONE, phone=made.phone, segment=made.segment, industry=made.industry,
        revenue=made.revenue, opening_hours=made.hours, stage=rng.choice(["customer", "customer", "customer", "prospect"]),
        lead_source=rng.choice(["referral", "trade fair", "web", "cold call"]),
        products=rng.sample(["flour", "dairy", "paper", "coffee"], 2),
        active_from=today - timedelta(days=rng.randrange(120, 900)),
    )  # fmt: skip
    return account, made.contact


def _unowned(session: Session, team: Team, today: date, rng: random.Random, taken: set[str]) -> None:
    """New accounts that nobody owns yet: the team plan gives them to whoever serves them cheapest."""
    for number in range(UNOWNED):
        town = list(REPS)[number % len(REPS)]
        account, _ = _account(towns.spots(town, 1, rng)[0], today, rng, taken)
        account.team_id, account.segment, account.active_from = team.id, "C", today - timedelta(days=rng.randrange(5))
        session.add(account)


def _history(session: Session, patch: Patch, today: date, rng: random.Random, ill: range) -> None:
    customers = [
        history.Customer(a.id, businesses.INTERVALS[a.segment or "D"], a.lat or 0.0, a.lon or 0.0)
        for a in patch.accounts
    ]
    outcomes = ["order", "order", "no order", "quote"]
    past = {day for n in range(1, history.DAYS + 1) if _is_workday(day := today - timedelta(days=n))}
    for visit in history.simulate(customers, today, past, rng, ill):
        moment = datetime.combine(visit.day, time(visit.minute // 60, visit.minute % 60), ZoneInfo(ZONE)).astimezone(
            UTC
        )
        done = visit.status == "completed"
        session.add(
            Activity(
                client_id=new_id(), author_id=patch.user.id, content_hash="demo", rep_id=patch.rep.id, account_id=visit.account,
                channel="visit", status=visit.status, outcome=rng.choice(outcomes) if done else None,
                reason=None if done else "Nobody there", happened_at=moment, ended_at=moment + timedelta(minutes=30) if done else None,
                timezone=ZONE, local_day=visit.day, received_at=moment,
            )
        )  # fmt: skip


def _workdays(today: date, number: int) -> list[date]:
    """The next so many days on which people work."""
    days = (today + timedelta(days=n) for n in range(1, 3 * number + 5))
    return [day for day in days if _is_workday(day)][:number]


def _is_workday(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def _ahead(session: Session, patch: Patch, today: date, rng: random.Random) -> None:
    """Booked calls, a weekly team call, a training half-day, and two visits that the manager asked for."""
    days = _workdays(today, 10)
    booked = rng.sample([a for a in patch.accounts if a.segment in {"A", "B"}], 6)
    taken = rng.sample(days, 6)
    for account, day in zip(booked, taken, strict=True):
        _book(
            session,
            patch,
            day,
            time(rng.choice([9, 10, 13, 14]), rng.choice([0, 30])),
            45,
            f"Review with {account.name}",
            account,
        )
    monday = next(day for day in days if day.weekday() == 0)
    _book(session, patch, monday, time(8, 30), 30, "Team call", rrule="FREQ=WEEKLY;BYDAY=MO")
    free = rng.choice([day for day in days if day not in taken])
    _book(session, patch, free, time(14), 150, "Product training (online)")
    for account in rng.sample([a for a in patch.accounts if a.segment == "C" and a not in booked], 2):
        session.add(MustVisit(account_id=account.id, first=days[1], last=days[6], note="Manager asked: price change"))


def _book(
    session: Session, patch: Patch, day: date, start: time, minutes: int, title: str, account: Account | None = None,
    rrule: str | None = None,
) -> None:  # fmt: skip
    starts_at = datetime.combine(day, start, ZoneInfo(ZONE)).astimezone(UTC)
    session.add(
        Appointment(
            rep_id=patch.rep.id, account_id=account.id if account else None, title=title, day=day, start=start, timezone=ZONE,
            starts_at=starts_at, duration_minutes=minutes, rrule=rrule, author_id=patch.user.id,
        )
    )  # fmt: skip


def _exceptions(session: Session, patches: list[Patch], today: date, rng: random.Random) -> None:
    """What every real company has: a day off, closed customers, an account without a position, one that ended."""
    session.add(
        TimeOff(rep_id=patches[2].rep.id, first=_workdays(today, 8)[-1], last=_workdays(today, 8)[-1], reason="Day off")
    )
    for patch in patches:
        account = rng.choice(patch.accounts)
        session.add(
            Pause(
                account_id=account.id,
                first=today - timedelta(days=3),
                last=today + timedelta(days=20),
                reason="Renovation",
            )
        )
    lost, ended = rng.sample([a for a in patches[0].accounts if a.segment == "D"], 2)
    lost.lat = lost.lon = None
    lost.position_quality = "unknown"
    ended.archived_at = datetime.combine(today - timedelta(days=10), time(12), UTC)
