"""Passwords: argon2id with OWASP's parameters, and the rules for a new one."""

from __future__ import annotations

import re
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from server.core.errors import Invalid

SHORTEST, LONGEST = 10, 200
LEAST_SCORE = 3  # of 0 to 4: at least 10^8 guesses, which nobody makes past the limits of sign-in
MOST_JUDGED = 72  # characters: the estimate of longer ones takes too long
PRODUCT = "fieldbeat"
UNCOMMON = "Add another word or two. Uncommon words are better."  # as zxcvbn says it, where it says nothing
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is right; takes the same time where there is nothing to compare with."""
    try:
        return _hasher.verify(stored or _nobody(), password) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def check_rules(password: str, email: str, pointer: str = "/password", name: str = "") -> None:
    """Invalid where a password is too short, or can be guessed from lists of passwords, words and names, or from who it is."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(pointers={pointer: f"A password has {SHORTEST} to {LONGEST} characters."})
    if password.strip().casefold() in {email, email.split("@")[0]}:
        raise Invalid(pointers={pointer: "Everybody can guess this one: it is the e-mail address."})
    if said := _guessable(password, [PRODUCT, email, *re.split(r"[\W_]+", f"{email} {name}")]):
        raise Invalid(pointers={pointer: f"This one can be guessed. {said}"})


def _guessable(password: str, known: list[str]) -> str:
    """What makes it easy to guess, by the estimate of zxcvbn; empty where it is hard enough.  `known`: what everybody knows
    of the person."""
    from zxcvbn import zxcvbn  # its word lists take a tenth of a second to load: only who chooses a password needs them

    found = zxcvbn(password[:MOST_JUDGED], user_inputs=[word for word in known if word])
    if found["score"] >= LEAST_SCORE:
        return ""
    return " ".join([*filter(None, [found["feedback"]["warning"]]), *found["feedback"]["suggestions"]]) or UNCOMMON


@lru_cache
def _nobody() -> str:
    """A hash for people who do not exist, made once with the same parameters."""
    return _hasher.hash("the password of nobody")
