"""Everything that one rep's plan depends on, read in a handful of queries of one read transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Row
from sqlalchemy.orm import Session

from planner.calendar import DateRange
from server.accounts.models import Segment
from server.appointments.occurrences import Occurrence, occurrences
from server.cadences.models import MustVisit
from server.company.models import Company
from server.core.errors import NotFound
from server.inputs.models import SharedTurn
from server.plans.bridge import queries
from server.reps.models import DayHours, Rep

Links = dict[tuple[str, UUID], list[UUID]]
Sources = Sequence[tuple[queries.Which, Mapping[str, Any]]]  # where the accounts are, with the parameters


@dataclass(frozen=True)
class Inputs:
    """Rows as they were read; `days` are the stored days of the published plan from the first day on.

    turns : by day the rep's visits at accounts that all reps of the team visit; these are among the accounts.
    first_turns : of these accounts the day of the next turn, whichever rep's it is.
    left_out : what the team could not share out, as far as this rep tells it.
    hotels : those that are not off the list; none where the rep is never to sleep away.
    links : accounts of each link, as far as they are among these, by kind and id of the link.
    """

    company: Company
    rep: Rep
    horizon_days: int
    revision: int
    improved: int
    base: UUID | None
    time_off: tuple[DateRange, ...]
    day_hours: dict[date, DayHours]
    accounts: Sequence[Row[Any]]
    segments: dict[str, Segment]
    pauses: dict[UUID, tuple[DateRange, ...]]
    must_visits: Sequence[MustVisit]
    visits: dict[UUID, str]
    logged: Sequence[Row[Any]]
    occurrences: Sequence[Occurrence]
    days: dict[date, dict[str, Any]]
    version: dict[str, Any]
    turns: dict[UUID, dict[date, SharedTurn]]
    first_turns: dict[UUID, date]
    left_out: Sequence[dict[str, Any]]
    links: Links
    hotels: Sequence[Row[Any]]


def snapshot(session: Session) -> None:
    """Begin a read transaction that sees one state of the database: SQLite always does, PostgreSQL must be asked.

    A session inside somebody else's transaction (its bind is a connection) sees what that one sees.
    """
    session.rollback()
    bind = session.get_bind()
    if isinstance(bind, Engine) and bind.dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def state_of(session: Session, rep_id: UUID) -> tuple[Rep, Company, int | None, int | None, UUID | None]:
    """The rep, the company, how far planning is (revision, improved) and the published version; NotFound without the rep."""
    row = session.execute(queries.state(), {"rep": rep_id}).one_or_none()
    if row is None:
        raise NotFound(f"There is no rep {rep_id}, or no company has been set up (`flask company set`).")
    return row[0], row[1], row[2], row[3], row[4]


def read(
    session: Session, rep_id: UUID, first: date, horizon_days: int | None, instead: Sources | None = None
) -> Inputs:
    """Read all inputs for the days from `first` on; None: as many days as the company plans ahead.

    instead : other accounts than those that the rep serves: what a team still has to give to somebody, or shares.
    The revision comes first, so that whatever commits meanwhile counts as not yet planned.
    """
    rep, company, revision, improved, base = state_of(session, rep_id)
    count = horizon_days or company.horizon_days
    last = first + timedelta(days=count - 1)
    turns = _turns(session, rep, first) if instead is None else {}
    sources: Sources = [(queries.served, {"rep": rep_id})] if instead is None else instead
    if turns:
        sources = [*sources, (queries.taken, {"taken": list(turns)})]
    period = {"first": first, "last": last}
    musts = [session.scalars(queries.must_visits(which), {**who, **period}).all() for which, who in sources]
    return Inputs(
        company,
        rep,
        count,
        revision or 0,
        -1 if improved is None else improved,
        base,
        _time_off(session, rep_id, first, last),
        {row.day: row for row in session.scalars(queries.day_hours(), {"rep": rep_id, **period})},
        [row for which, who in sources for row in session.execute(queries.accounts(which), who)],
        {segment.code: segment for segment in session.scalars(queries.segments())},
        _pauses(session, sources),
        [must for some in musts for must in some],
        _visits(session, sources),
        _logged(session, rep_id, first),
        occurrences(session, [rep_id], first, last),
        published_days(session, base, first),
        _version(session, base),
        turns,
        _first_turns(session, turns, first),
        _left_out(session, rep),
        _links(session, sources),
        session.execute(queries.hotels()).all() if rep.night_weekdays else (),
    )


def _turns(session: Session, rep: Rep, first: date) -> dict[UUID, dict[date, SharedTurn]]:
    found: dict[UUID, dict[date, SharedTurn]] = {}
    for turn in session.scalars(queries.turns(), {"rep": rep.id, "team": rep.team_id, "first": first}):
        found.setdefault(turn.account_id, {})[turn.day] = turn
    return found


def _first_turns(session: Session, turns: Collection[UUID], first: date) -> dict[UUID, date]:
    if not turns:
        return {}
    found = session.execute(queries.first_turns(), {"taken": list(turns), "first": first})
    return {row.account_id: row.day for row in found}


def _left_out(session: Session, rep: Rep) -> list[dict[str, Any]]:
    told = session.scalar(queries.nobodys(), {"team": rep.team_id}) or ()
    return [item["entry"] for item in told if item["rep"] == str(rep.id)]


def _links(session: Session, sources: Sources) -> Links:
    found: Links = defaultdict(list)
    for which, who in sources:
        for link_id, kind, account_id in session.execute(queries.links(which), who):
            found[kind, link_id].append(account_id)
    return found


def _time_off(session: Session, rep_id: UUID, first: date, last: date) -> tuple[DateRange, ...]:
    found = session.execute(queries.time_off(), {"rep": rep_id, "first": first, "last": last})
    return tuple(DateRange(*row) for row in found)


def _pauses(session: Session, sources: Sources) -> dict[UUID, tuple[DateRange, ...]]:
    found: dict[UUID, list[DateRange]] = defaultdict(list)
    for which, who in sources:
        for account_id, start, end in session.execute(queries.pauses(which), who):
            found[account_id].append(DateRange(start, end))
    return {account_id: tuple(ranges) for account_id, ranges in found.items()}


def _visits(session: Session, sources: Sources) -> dict[UUID, str]:
    """Local dates of completed visits of each account, by whomever: ISO, with commas.

    One row an account; the dates are only read where they are not in a cache yet (`sites.credited`).
    """
    return {row[0]: row[1] for which, who in sources for row in session.execute(queries.visits(which), who)}


def dates_in(text: str) -> list[date]:
    """The dates of such a text, in order."""
    return sorted(date.fromisoformat(day) for day in text.split(",") if day)


def _logged(session: Session, rep_id: UUID, today: date) -> Sequence[Row[Any]]:
    """Visits that the rep logged about today, with the place, in the order in which they happened."""
    near = {"since": today - timedelta(days=1), "until": today + timedelta(days=1)}
    return session.execute(queries.logged(), {"rep": rep_id, **near}).all()


def _version(session: Session, base: UUID | None) -> dict[str, Any]:
    """What the published version says besides its days."""
    row = session.execute(queries.version(), {"version": base}).one_or_none() if base else None
    if row is None:
        return {}
    return {**row._mapping, "clusters_gap": row.certificate.get("clusters_gap", 0)}


def published_days(session: Session, version: UUID | None, first: date) -> dict[date, dict[str, Any]]:
    """The stored routes of a version from a date on."""
    if version is None:
        return {}
    found = session.execute(queries.days(), {"version": version, "first": first})
    return {row.date: row.route for row in found}
