"""One object of every kind, belonging to one rep: what ids in the API can name."""

from __future__ import annotations

from datetime import date, time, timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

from server.accounts.models import Contact
from server.activities.models import Activity
from server.appointments.models import Appointment
from server.cadences.models import MustVisit, Pause
from server.core.clock import instant, now, today
from server.core.database import db, writing
from server.identity.models import User
from server.importing.models import ImportRun
from server.links.models import SAME_REP, AccountLink, AccountLinkMember
from server.plans.models import PlanVersion
from server.reps.models import DayHours, TimeOff
from tests import factories as make

ZONE = "America/New_York"


def save(row: Any) -> Any:
    with writing() as session:
        session.add(row)
    return row


def monday() -> date:
    """The Monday after next: surely ahead of every clock."""
    day = today(ZONE)
    return day + timedelta(days=14 - day.weekday())


class Objects:
    """Made when first asked for (or all by `complete`); `of` gives the id that a parameter of this kind would carry."""

    def __init__(self, team: Any, leader: Any) -> None:
        self.team, self.leader = team, leader

    def of(self, kind: str) -> str:
        row = getattr(self, kind)
        return str(getattr(row, "id", row))

    def complete(self) -> Objects:
        for name, attribute in vars(type(self)).items():
            if isinstance(attribute, cached_property):
                getattr(self, name)
        return self

    @cached_property
    def client_id(self) -> str:
        """As a telephone would make it."""
        return str(uuid4())

    @cached_property
    def rep(self) -> Any:
        return make.rep(self.team.id)

    @cached_property
    def user(self) -> Any:
        return db.session.get_one(User, self.rep.user_id)

    @cached_property
    def free_user(self) -> Any:
        """A user of the team who is no rep yet."""
        return make.user("rep", team_id=self.team.id)

    @cached_property
    def empty_team(self) -> Any:
        return make.team(parent_id=self.team.id)

    @cached_property
    def time_off(self) -> Any:
        return save(TimeOff(rep_id=self.rep.id, first=monday(), last=monday()))

    @cached_property
    def day_hours(self) -> Any:
        return save(DayHours(rep_id=self.rep.id, day=monday(), starts="07:00", ends="18:00"))

    @cached_property
    def account(self) -> Any:
        return make.account(owner_id=self.rep.id)

    @cached_property
    def second_account(self) -> Any:
        return make.account(owner_id=self.rep.id)

    @cached_property
    def link(self) -> Any:
        """The account and the second one are to be with the same rep."""
        link = save(AccountLink(kind=SAME_REP))
        for account in (self.account, self.second_account):
            save(AccountLinkMember(link_id=link.id, account_id=account.id, kind=SAME_REP))
        return link

    @cached_property
    def contact(self) -> Any:
        return save(Contact(account_id=self.account.id, name="Contact"))

    @cached_property
    def policy(self) -> Any:
        return make.cadence(account_id=self.account.id)

    @cached_property
    def pause(self) -> Any:
        return save(Pause(account_id=self.account.id, first=monday(), last=monday()))

    @cached_property
    def must(self) -> Any:
        return save(MustVisit(account_id=self.account.id, first=monday(), last=monday() + timedelta(days=4)))

    @cached_property
    def appointment(self) -> Any:
        return save(self._appointment())

    @cached_property
    def series(self) -> Any:
        """An appointment every Monday."""
        return save(self._appointment(rrule="FREQ=WEEKLY;BYDAY=MO"))

    @cached_property
    def activity(self) -> Any:
        """A visit of last week, by the rep."""
        happened = now() - timedelta(days=7)
        return save(
            Activity(
                client_id=uuid4(),
                author_id=self.rep.user_id,
                content_hash="-",
                rep_id=self.rep.id,
                channel="visit",
                account_id=self.account.id,
                status="completed",
                happened_at=happened,
                timezone=ZONE,
                local_day=happened.date(),
            )
        )

    @cached_property
    def plan(self) -> Any:
        """A first plan that waits for a manager."""
        return save(
            PlanVersion(
                rep_id=self.rep.id,
                number=1,
                stage="improve",
                state="waiting",
                first_day=monday(),
                last_day=monday(),
                inputs_revision=0,
                causes=[],
                seed=1,
                iterations=0,
                code_version="test",
                objective={},
                certificate={"ok": True, "violations": []},
                unplanned=[],
                clusters=[],
                churn={},
                travel_source="estimate",
            )
        )

    @cached_property
    def import_run(self) -> Any:
        return save(
            ImportRun(
                author_id=self.leader.id,
                filename="a.csv",
                dry_run=True,
                mapping={},
                rows=0,
                created=0,
                updated=0,
                unchanged=0,
                problems=[],
                problem_count=0,
                state="checked",
            )
        )

    def _appointment(self, **values: Any) -> Appointment:
        starts = instant(monday(), 9 * 3600, ZONE)
        return Appointment(
            rep_id=self.rep.id, account_id=self.account.id, title="Talk", day=monday(), start=time(9), timezone=ZONE,
            starts_at=starts, duration_minutes=30, leeway_minutes=0, excluded=[], client_id=uuid4(),
            author_id=self.rep.user_id, content_hash="-", **values,
        )  # fmt: skip
