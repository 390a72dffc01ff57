"""Passwords: argon2id with OWASP's parameters, and the rules for a new one."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from server.core.errors import Invalid

SHORTEST, LONGEST = 10, 200
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is right; takes the same time where there is nothing to compare with."""
    try:
        return _hasher.verify(stored or _nobody(), password) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def check_rules(password: str, email: str, pointer: str = "/password") -> None:
    """Invalid where a password is too short or can be guessed from the address."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(pointers={pointer: f"A password has {SHORTEST} to {LONGEST} characters."})
    if password.strip().casefold() in {email, email.split("@")[0]}:
        raise Invalid(pointers={pointer: "Everybody can guess this one: it is the e-mail address."})
    if len(set(password)) < 3:
        raise Invalid(pointers={pointer: "Everybody can guess this one: it repeats the same characters."})


@lru_cache
def _nobody() -> str:
    """A hash for people who do not exist, made once with the same parameters."""
    return _hasher.hash("the password of nobody")
