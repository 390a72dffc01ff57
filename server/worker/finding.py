"""The worker's turns at asking a geocoder: one worker at a time, seldom while it does not answer."""

from __future__ import annotations

import logging
import time

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from server.core.config import Settings
from server.core.database import db
from server.core.outages import advice, is_outage
from server.places.asking import Pace, turn
from server.places.geocoders import Geocoder
from server.worker import leases

log = logging.getLogger(__name__)

LEASE_SECONDS = 60.0  # more than a turn takes
FIRST_REST, LONGEST_REST = 30.0, 900.0  # seconds, after failures


class Finding:
    """The lease makes the pace hold for all workers together: each begins a turn with a pause."""

    def __init__(self, app: Flask, owner: str, geocoder: Geocoder) -> None:
        settings: Settings = app.extensions["settings"]
        self.app, self.owner, self.geocoder = app, owner, geocoder
        self.pause = settings.geocoder_pause_ms / 1_000
        self.rest, self.until = FIRST_REST, 0.0

    def look(self) -> int:
        """One turn, if it is ours; returns how many accounts were looked at."""
        if time.monotonic() < self.until:
            return 0
        with self.app.app_context():
            try:
                held = leases.acquire("geocoder", self.owner, LEASE_SECONDS)
                if held is None:
                    return 0
                done, answers = turn(self.geocoder, Pace(self.pause, time.monotonic()))
                self._rest(answers)
                leases.release(held)
                return done
            except Exception as error:
                if isinstance(error, SQLAlchemyError) and is_outage(error):
                    log.error("%s; the geocoder is asked later", advice(error, db.engine.url))
                else:
                    log.exception("asking the geocoder stumbled; it goes on")
                return 0
            finally:
                db.session.remove()

    def _rest(self, answers: bool) -> None:
        if answers:
            self.rest, self.until = FIRST_REST, 0.0
        else:
            self.until = time.monotonic() + self.rest
            self.rest = min(2 * self.rest, LONGEST_REST)
