"""The worker's turns at asking a geocoder: one worker at a time, seldom while it does not answer."""

from __future__ import annotations

import time

from flask import Flask

from server.core.config import Settings
from server.places.asking import Pace, turn
from server.places.geocoders import Geocoder
from server.worker import leases
from server.worker.going_on import going_on

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
        with going_on(self.app, "asking the geocoder"):
            held = leases.acquire("geocoder", self.owner, LEASE_SECONDS)
            if held is None:
                return 0
            done, answers = turn(self.geocoder, Pace(self.pause, time.monotonic()))
            self._rest(answers)
            leases.release(held)
            return done
        return 0

    def _rest(self, answers: bool) -> None:
        if answers:
            self.rest, self.until = FIRST_REST, 0.0
        else:
            self.until = time.monotonic() + self.rest
            self.rest = min(2 * self.rest, LONGEST_REST)
