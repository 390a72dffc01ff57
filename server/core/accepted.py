"""What a setting may be: a test of its value, and the words that say it to the person who has to correct it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from limits import parse_many
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_EMAIL = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]{1,189}")
_SENDER = re.compile(rf"({_EMAIL.pattern})|([^<>\r\n]{{1,100}}<{_EMAIL.pattern}>)")


@dataclass(frozen=True)
class Accepted:
    """`words` continue the sentence "PORT is 0; it is ..."."""

    test: Callable[[Any], bool]
    words: str


def between(least: int, most: int) -> Accepted:
    return Accepted(lambda value: least <= value <= most, f"a number from {least} to {most}")


def one_of(*values: str) -> Accepted:
    words = f"{', '.join(values[:-1])} or {values[-1]}"
    return Accepted(lambda value: value in values, words)


def _pattern(pattern: re.Pattern[str], words: str) -> Accepted:
    return Accepted(lambda value: pattern.fullmatch(value) is not None, words)


def _parts(url: str, schemes: set[str]) -> bool:
    """Whether it is a URL of one of these schemes with a host and, if any, a port that is a number."""
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0 and not re.search(r"\s", url)
    except ValueError:
        return False


def _limits(text: str) -> bool:
    try:
        return text == "off" or all(limit.amount > 0 for limit in parse_many(text))
    except ValueError:
        return False


def _database(url: str) -> bool:
    """SQLite in a file or PostgreSQL, with a driver that is installed and waits for its answers."""
    try:
        parsed = make_url(url)
        dialect = parsed.get_dialect()
        dialect.import_dbapi()
    except (ArgumentError, ImportError, ValueError):  # no URL; no such dialect or driver; a port that is no number
        return False
    in_file = parsed.database not in (None, "", ":memory:")
    return not dialect.is_async and (dialect.name == "postgresql" or (dialect.name == "sqlite" and in_file))


HOST = _pattern(_HOST, "an IPv4 address or the name of a host")
TIME = _pattern(_TIME, "a time like 02:30")
SENDER = _pattern(_SENDER, "an e-mail address, like fieldbeat@example.com or Fieldbeat <fieldbeat@example.com>")
WEB_URL = Accepted(lambda url: _parts(url, {"http", "https"}), "a URL that begins with http:// or https://")
MAIL_URL = Accepted(lambda url: _parts(url, {"smtp", "smtps"}), "like smtp://user:password@host:587, or smtps://...")
LIMITS = Accepted(_limits, 'like "10 per minute;100 per hour", or off')
DATABASE = Accepted(
    _database,
    "like postgresql+psycopg://user:password@host/fieldbeat or sqlite:////folder/fieldbeat.db (drivers: psycopg, sqlite)",
)


def shown(value: Any) -> str:
    """The value for a message; of a URL nothing that could be a password."""
    text = str(value)
    before, at, host = text.rpartition("@")
    if "://" in text and at:
        text = f"{before.partition('://')[0]}://...@{host}"
    return repr(text) if isinstance(value, str) else text
