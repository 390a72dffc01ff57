"""Small builders for server tests.  Each writes committed rows with sensible defaults and returns the model."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from server.accounts.models import Account, Segment
from server.cadences.models import CadencePolicy
from server.company.models import Company
from server.core.database import writing
from server.hotels.models import Hotel
from server.identity.access import access_token
from server.identity.models import User
from server.reps.models import Rep, Team
from server.traffic.models import SpeedTable

BOSTON = (42.3601, -71.0589)
WEEK = {str(day): ["08:00", "17:00"] for day in range(5)}
_numbers = count(1)


def _save(row: Any) -> Any:
    with writing() as session:
        session.add(row)
    return row


def company(**values: Any) -> Company:
    return _save(Company(**{"id": 1, "name": "Acme Supply", "timezone": "America/New_York", **values}))


def team(**values: Any) -> Team:
    return _save(Team(**{"name": f"Team {next(_numbers)}", **values}))


def user(role: str = "rep", **values: Any) -> User:
    number = next(_numbers)
    return _save(User(**{"email": f"user{number}@example.com", "name": f"User {number}", "role": role, **values}))


def rep(team_id: Any, **values: Any) -> Rep:
    """A rep with a user of their own (user_id=None: without), at home in Boston, Monday to Friday 08:00 to 17:00."""
    if "user_id" not in values:
        values["user_id"] = user("rep").id
    number = next(_numbers)
    defaults = {
        "name": f"Rep {number}", "timezone": "America/New_York", "country": "US", "home_lat": BOSTON[0],
        "home_lon": BOSTON[1], "working_hours": WEEK, "team_id": team_id,
    }  # fmt: skip
    return _save(Rep(**{**defaults, **values}))


def segment(code: str = "A", **values: Any) -> Segment:
    return _save(Segment(**{"code": code, "name": f"Segment {code}", **values}))


def hotel(**values: Any) -> Hotel:
    number = next(_numbers)
    return _save(Hotel(**{"name": f"Hotel {number}", "lat": BOSTON[0] + 1.0, "lon": BOSTON[1], **values}))


def speed_table(**values: Any) -> SpeedTable:
    """Empty roads in the city."""
    return _save(SpeedTable(**{"area": "city", "bands": [], **values}))


def account(**values: Any) -> Account:
    number = next(_numbers)
    defaults = {
        "name": f"Account {number}", "country": "US", "timezone": "America/New_York", "lat": BOSTON[0] + number % 100 * 0.001,
        "lon": BOSTON[1], "position_quality": "given", "active_from": date(2026, 1, 5),
    }  # fmt: skip
    return _save(Account(**{**defaults, **values}))


def cadence(**values: Any) -> CadencePolicy:
    """A rolling visit cadence of 14 days, for the organisation unless a segment or account is given."""
    return _save(CadencePolicy(**{"channel": "visit", "mode": "rolling", "interval_days": 14, **values}))


def auth(someone: User) -> dict[str, str]:
    """The Authorization header of a user."""
    return {"Authorization": f"Bearer {access_token(someone)}"}
