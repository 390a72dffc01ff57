"""Create the demo company: people, accounts, cadences and history; what is booked is the matter of ahead.py."""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from server.accounts.models import Account, Contact, OwnerChange, Segment
from server.activities.models import Activity
from server.cadences.models import CadencePolicy
from server.company.models import Company
from server.core.clock import today as local_today
from server.core.ids import new_id
from server.demo import ahead, businesses, history, towns
from server.demo.patch import ZONE, Patch
from server.identity.models import User
from server.identity.passwords import hash_password
from server.inputs.service import changed
from server.reps.models import Rep, Team

SEED = 7
ACCOUNTS_A_REP = 97
UNOWNED = 9
REPS = {"Columbus": "Dana Whitfield", "Cleveland": "Marcus Bell", "Pittsburgh": "Priya Raman"}
MANAGER = "Ellen Novak"
WEEK = {str(day): ["08:00", "17:00"] for day in range(5)}


@dataclass(frozen=True)
class SignIn:
    role: str
    name: str
    email: str
    password: str


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
    ahead.book(session, patches, today, rng)
    session.flush()
    changed(session, [patch.rep.id for patch in patches], "company_created", detail="The demo company was created")
    return sign_ins


def _policies(session: Session) -> None:
    for rank, (code, (name, _, service, miss)) in enumerate(businesses.SEGMENTS.items()):
        session.add(Segment(code=code, name=name, rank=rank, service_minutes=service, miss_minutes=miss))
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
    segments = businesses.segments(ACCOUNTS_A_REP, rng)
    spots = towns.spots(town, ACCOUNTS_A_REP, rng)
    accounts = [
        _account(spot, "D" if spot.remote else code, today, rng, taken)
        for spot, code in zip(spots, segments, strict=True)
    ]
    for account, contact in accounts:
        account.owner_id = rep.id
        session.add(account)
        session.flush()
        session.add(Contact(account_id=account.id, name=contact, title="Owner", phone=account.phone, primary=True))
        session.add(OwnerChange(account_id=account.id, owner_id=rep.id, from_day=account.active_from))
    return Patch(town, rep, user, [account for account, _ in accounts]), sign_in


def _account(spot: towns.Spot, segment: str, today: date, rng: random.Random, taken: set[str]) -> tuple[Account, str]:
    made = businesses.business(segment, rng, taken)
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
        account, _ = _account(towns.spots(town, 1, rng)[0], "C", today, rng, taken)
        account.team_id, account.active_from = team.id, today - timedelta(days=rng.randrange(5))
        session.add(account)


def _history(session: Session, patch: Patch, today: date, rng: random.Random, ill: range) -> None:
    customers = [
        history.Customer(a.id, businesses.INTERVALS[a.segment or "D"], a.lat or 0.0, a.lon or 0.0)
        for a in patch.accounts
    ]
    outcomes = ["order", "order", "no order", "quote"]
    past = {day for n in range(1, history.DAYS + 1) if patch.works(day := today - timedelta(days=n))}
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
