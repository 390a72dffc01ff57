"""Leases: one holder at a time, known by a token that grows with every holder (fencing)."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.database import writing
from server.core.ids import new_id
from server.worker.models import Lease

NOBODY = ""
SECONDS = 10  # renewed well before; so long others wait for a holder that died on another machine


def me() -> str:
    """A name for this process as a holder: machine, process, and something unique."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{new_id().hex[:12]}"


@dataclass(frozen=True)
class Held:
    """A lease that was obtained.  `token` fences off every holder before."""

    name: str
    owner: str
    token: int

    def valid(self, session: Session) -> bool:
        """Whether it is still held, asked inside the transaction that relies on it."""
        query = select(Lease.token).where(Lease.name == self.name, Lease.owner == self.owner).with_for_update()
        return session.scalar(query) == self.token


def acquire(name: str, owner: str, seconds: float = SECONDS) -> Held | None:
    """The lease, or None while somebody else holds it.  A holder of this machine whose process is gone holds nothing."""
    with writing() as session:
        row = session.scalar(
            select(Lease).where(Lease.name == name).with_for_update().execution_options(populate_existing=True)
        )
        until = now() + timedelta(seconds=seconds)
        if row is None:
            session.add(Lease(name=name, owner=owner, token=1, until=until))
            return Held(name, owner, 1)
        if row.until > now() and row.owner not in (owner, NOBODY) and not _gone(row.owner):
            return None
        row.owner, row.token, row.until = owner, row.token + 1, until
        return Held(name, owner, row.token)


def renew(held: Held, seconds: float = SECONDS) -> bool:
    """Hold on for longer; False: it was lost."""
    with writing() as session:
        query = update(Lease).where(Lease.name == held.name, Lease.owner == held.owner, Lease.token == held.token)
        result = session.execute(query.values(until=now() + timedelta(seconds=seconds)))
        return bool(result.rowcount)  # type: ignore[attr-defined]


def release(held: Held) -> None:
    """Let others have it, also where the clock is set back; its token stays, so that the next one is greater."""
    with writing() as session:
        query = update(Lease).where(Lease.name == held.name, Lease.owner == held.owner, Lease.token == held.token)
        session.execute(query.values(until=now(), owner=NOBODY))


def forget_old(session: Session, days: int = 7) -> None:
    """Rows of leases that nobody has asked for in days."""
    session.execute(delete(Lease).where(Lease.until < now() - timedelta(days=days)))


def _gone(owner: str) -> bool:
    host, _, rest = owner.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname()[:30] or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
