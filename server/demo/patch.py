"""One rep of the demo company with everything around them, and the days on which the rep works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

from server.accounts.models import Account
from server.identity.models import User
from server.reps.models import Rep

ZONE = "America/New_York"


@dataclass
class Patch:
    town: str
    rep: Rep
    user: User
    accounts: list[Account]

    def works(self, day: date) -> bool:
        """Monday to Friday, but not on holidays of the rep's state."""
        return day.weekday() < 5 and day not in _holidays(self.rep.region)

    def workdays(self, today: date, number: int) -> list[date]:
        """The next so many days on which this rep works."""
        days = (today + timedelta(days=n) for n in range(1, 3 * number + 5))
        return [day for day in days if self.works(day)][:number]


@cache
def _holidays(region: str | None) -> holidays.HolidayBase:
    return holidays.country_holidays("US", subdiv=region)
