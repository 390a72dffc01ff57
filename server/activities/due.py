"""Calls, e-mails and mail that are due on a rep's day: they fall due by the same rules as visits, beside the route."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from planner.cadence.standing import Standing, State, standing
from server.accounts.models import Account
from server.activities.history import load_record
from server.cadences.resolve import CHANNELS
from server.reps.models import Rep

TOUCHES = tuple(channel for channel in CHANNELS if channel != "visit")
WANTED = {State.DUE, State.AT_RISK, State.OVERDUE}


@dataclass(frozen=True, slots=True)
class DueTouch:
    """`standing.due` and `standing.closes` are those of the window that is open (or closed unmet)."""

    account: Account
    channel: str
    standing: Standing


def due_touches(session: Session, rep: Rep, day: date) -> list[DueTouch]:
    """What this rep's accounts want on that day besides visits, the most urgent first.  Six queries.

    As known now: what is done until then is no longer in it, what is logged on the day itself disappears from it.
    """
    accounts = session.scalars(select(Account).where(Account.owner_id == rep.id, Account.archived_at.is_(None))).all()
    record = load_record(session, [account.id for account in accounts], TOUCHES)
    found = []
    for account in accounts:
        for channel in TOUCHES:
            if record.policies.resolve(account, channel).cadence is None:
                continue
            judged = record.judge(account, channel, day)
            state = standing(judged.known, judged.history)
            if state.state in WANTED:
                found.append(DueTouch(account, channel, state))
    return sorted(found, key=lambda t: (t.standing.closes or date.max, t.account.name, str(t.account.id), t.channel))
