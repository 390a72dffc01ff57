"""Settings from the environment, typed and documented.  `Settings.describe()` prints the table of docs/operations.md."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from server.core.accepted import (
    DATABASE,
    HOST,
    LIMITS,
    MAIL_URL,
    SENDER,
    TIME,
    WEB_URL,
    Accepted,
    between,
    one_of,
    shown,
)
from server.core.halting import POINTS

WEAK_SECRET = "development-only-secret-that-production-refuses"  # noqa: S105
SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 10  # different ones
PUBLIC_NOMINATIM = "https://nominatim.openstreetmap.org"


class ConfigError(ValueError):
    """A setting that cannot be used; the message names the variable and what it should be."""


def _setting(default: Any, doc: str, accepted: Accepted | None = None) -> Any:
    """`accepted` is asked of every value but an empty text, which means: not set."""
    return field(default=default, metadata={"doc": doc, "accepted": accepted})


@dataclass(frozen=True)
class Settings:
    """Every variable is FIELDBEAT_<NAME>, except SECRET_KEY, DATABASE_URL and PORT, which keep their usual names."""

    env: str = _setting("development", "development or production", one_of("development", "production"))
    secret_key: str = _setting(WEAK_SECRET, f"signs tokens; production needs at least {SHORTEST_SECRET} characters")
    database_url: str = _setting("", "SQLAlchemy URL; empty: SQLite in the instance folder", DATABASE)
    instance: Path = _setting(Path("instance"), "folder of the database, compiled code and backups")
    host: str = _setting("127.0.0.1", "address to listen on", HOST)
    port: int = _setting(8000, "port to listen on", between(1, 65_535))
    public_url: str = _setting(
        "", "how people reach the server, for links in messages; empty: http://host:port", WEB_URL
    )
    access_minutes: int = _setting(15, "life of an access token", between(1, 1_440))
    refresh_days: int = _setting(60, "life of a refresh token that is not used", between(1, 3_650))
    sign_in_limit: str = _setting(
        "10 per minute;100 per hour", "sign-in attempts for an address and an account, or off", LIMITS
    )
    plan_wait_ms: int = _setting(
        150, "how long a change waits for its repaired plan before it answers 202", between(0, 10_000)
    )
    plan_iterations: int = _setting(20_000, "search iterations of a background improve", between(0, 10_000_000))
    plan_churn_percent: int = _setting(
        3,
        "so many of the published visits an improve may move, in percent, those that a change left no day among them; 100: as many as pay",
        between(0, 100),
    )
    plan_debounce_ms: int = _setting(
        1_000, "an improve starts so long after the last change ...", between(0, 3_600_000)
    )
    plan_patience_ms: int = _setting(10_000, "... but at the latest so long after the first", between(0, 86_400_000))
    travel: str = _setting(
        "estimate",
        "where travel times come from: estimate (great circle), osrm, valhalla, or local (our own OSRM: `make roads`)",
        one_of("estimate", "local", "osrm", "valhalla"),
    )
    travel_url: str = _setting("", "of the OSRM or Valhalla, like http://roads.example.com:5000", WEB_URL)
    travel_port: int = _setting(5055, "port of our own OSRM, on this machine only", between(1, 65_535))
    travel_seconds: int = _setting(10, "how long a plan waits for road times that it lacks", between(1, 600))
    travel_days: int = _setting(90, "after so many days road times are asked for again", between(1, 3_650))
    solver_seconds: int = _setting(
        120, "hard limit for one solver run; it is killed and tried again", between(1, 86_400)
    )
    solver_processes: int = _setting(
        1, "improving solvers side by side, at nice 10 (a repairing one is always extra)", between(1, 256)
    )
    geocoder: str = _setting(
        "",
        "asked by the worker for addresses that the index does not know: nominatim, photon or pelias; empty: none",
        one_of("nominatim", "photon", "pelias"),
    )
    geocoder_url: str = _setting("", "where it is; empty: the public Nominatim or Photon", WEB_URL)
    geocoder_key: str = _setting("", "API key of a Pelias that wants one")
    geocoder_pause_ms: int = _setting(1_000, "between two questions to it", between(0, 60_000))
    nightly_at: str = _setting("02:30", "local company time at which the horizon is rolled on", TIME)
    behind_proxies: int = _setting(0, "number of trusted reverse proxies in front (X-Forwarded-*)", between(0, 10))
    log_level: str = _setting("INFO", "DEBUG, INFO, WARNING or ERROR", one_of("DEBUG", "INFO", "WARNING", "ERROR"))
    halt_at: str = _setting(
        "", "stops a planning process at a point like 'repair solved', to test what a crash leaves", one_of(*POINTS)
    )
    mail_from: str = _setting(
        "", "sender of invitations and resets; empty: links are only shown to the one who asks", SENDER
    )
    smtp_url: str = _setting("", "smtp://user:password@host:port", MAIL_URL)

    @property
    def production(self) -> bool:
        return self.env == "production"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{(self.instance / 'fieldbeat.db').resolve()}"

    @property
    def roads(self) -> Path:
        """The folder of our own road engine: its programs and graphs."""
        return self.instance.resolve() / "roads"

    @property
    def url(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    def __post_init__(self) -> None:
        for setting in fields(self):
            accepted, value = setting.metadata["accepted"], getattr(self, setting.name)
            if accepted and value != "" and not accepted.test(value):
                raise ConfigError(f"{variable(setting.name)} is {shown(value)}; it is {accepted.words}")
        if self.smtp_url and not self.mail_from:
            raise ConfigError("FIELDBEAT_SMTP_URL is set, FIELDBEAT_MAIL_FROM is not; messages need a sender")
        self._check_geocoder()
        if self.travel in ("osrm", "valhalla") and not self.travel_url:
            raise ConfigError(
                f"FIELDBEAT_TRAVEL is {self.travel}, FIELDBEAT_TRAVEL_URL is not set; say where the server is"
            )
        if self.production:
            self._check_production()

    def _check_geocoder(self) -> None:
        if self.geocoder == "pelias" and not self.geocoder_url:
            raise ConfigError(
                "FIELDBEAT_GEOCODER is pelias, FIELDBEAT_GEOCODER_URL is not set; there is no public Pelias"
            )
        public = self.geocoder == "nominatim" and self.geocoder_url in ("", PUBLIC_NOMINATIM)
        if public and self.geocoder_pause_ms < 1_000:
            raise ConfigError(
                "FIELDBEAT_GEOCODER_PAUSE_MS is below 1000; the public Nominatim allows one question a second"
            )

    def _check_production(self) -> None:
        if len(self.secret_key) < SHORTEST_SECRET or self.secret_key == WEAK_SECRET:
            raise ConfigError(
                f"SECRET_KEY must be at least {SHORTEST_SECRET} random characters in production; "
                'make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        if len(set(self.secret_key)) < FEWEST_CHARACTERS:
            raise ConfigError("SECRET_KEY repeats itself too much; take random characters")
        if self.sign_in_limit == "off":
            raise ConfigError("FIELDBEAT_SIGN_IN_LIMIT must not be off in production; it is for tests")
        if self.halt_at:
            raise ConfigError("FIELDBEAT_HALT_AT must not be set in production; it is for tests")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read os.environ (or the mapping given); ConfigError names what is wrong."""
        source = os.environ if environ is None else environ
        values = {f.name: source[variable(f.name)] for f in fields(cls) if source.get(variable(f.name), "") != ""}
        unknown = {k for k in source if k.startswith("FIELDBEAT_")} - {variable(f.name) for f in fields(cls)} - _OTHERS
        if unknown:
            raise ConfigError(f"unknown setting {sorted(unknown)[0]}; see docs/operations.md for the list")
        return cls(**{name: _parse(name, text, getattr(cls, name)) for name, text in values.items()})

    @classmethod
    def describe(cls) -> list[tuple[str, str, str]]:
        """(variable, default, meaning) of every setting."""
        return [(variable(f.name), str(f.default), f.metadata["doc"]) for f in fields(cls)]


_OTHERS = {"FIELDBEAT_SHARED", "FIELDBEAT_REQUIRE_SHARED", "FIELDBEAT_TEST_DATABASE", "FIELDBEAT_FUZZ"}  # of the tests
_PLAIN = {"secret_key", "database_url", "port"}
_INTEGER = re.compile(r"-?[0-9]{1,9}")


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return name.upper() if name in _PLAIN else f"FIELDBEAT_{name.upper()}"


def _parse(name: str, text: str, default: Any) -> Any:
    if isinstance(default, int):
        if not _INTEGER.fullmatch(text):  # int() also takes 1_0 and the digits of other scripts
            raise ConfigError(f"{variable(name)} is {text!r}; it is a number like {default}")
        return int(text)
    if name == "log_level":
        return text.upper()
    return type(default)(text) if not isinstance(default, Path) else Path(text)
