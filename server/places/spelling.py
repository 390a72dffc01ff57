"""One spelling of what people write in many ways: streets, towns, postcodes and house numbers.

Both sides of every comparison are spelled here, so a spelling need not be right: it only has to be the same for the same place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

LONGEST = 100  # characters, of the database columns
_SHORT = {  # words of which people write a shorter one
    "st": ("street", "saint", "sainte", "ste", "sankt"), "str": ("strasse", "stræde"),
    "av": ("avenue", "ave", "avinguda", "avda", "avgda", "avenida"),
    "blvd": ("boulevard", "bd", "boul", "bvd"), "rd": ("road",), "rte": ("route",), "dr": ("drive", "doctor", "docteur", "doktor"),
    "ln": ("lane",), "ct": ("court",), "pl": ("place", "plaza", "placa", "platz", "piazza"), "sq": ("square",), "ter": ("terrace",),
    "cir": ("circle",), "pkwy": ("parkway", "pky"), "hwy": ("highway",), "aly": ("alley",), "trl": ("trail",), "cres": ("crescent",),
    "ch": ("chemin",), "imp": ("impasse",), "pg": ("passeig", "passage"), "c": ("carrer", "calle"), "ctra": ("carretera", "crta"),
    "mt": ("mount",), "ft": ("fort",), "prof": ("professor",), "n": ("north",), "s": ("south",), "e": ("east",), "w": ("west",),
    "ne": ("northeast",), "nw": ("northwest",), "se": ("southeast",), "sw": ("southwest",),
    **{f"{number}": (word,) for number, word in zip(
        ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th"),
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"), strict=True)},
}  # fmt: skip
_WORDS = {long: short for short, longer in _SHORT.items() for long in longer}
_ENDINGS = (("strasse", "str"), ("platz", "pl"))  # of words written as one: Hauptstrasse
_DROPPED = frozenset(
    [
        "de",
        "del",
        "dels",
        "della",
        "di",
        "la",
        "le",
        "les",
        "el",
        "els",
        "los",
        "las",
        "l",
        "d",
        "des",
        "du",
        "of",
        "the",
    ]
)
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))  # Mueller is Müller, whose dots are off by then
_UNIT = re.compile(
    r"\b(?:suite|ste|apt|apartment|unit|floor|room|local|despatx)\b\.?\s*#?(?:\d+\w*|[a-z])\b.*$|#.*$", re.IGNORECASE
)
_ORDINAL = r"(?!\d+(?:st|nd|rd|th|er|re|e)\b)"
_FIGURES = r"\d{1,6}(?:\s?[a-z]\b|\s?(?:bis|ter|quater)\b)?(?:\s?[-/–]\s?\d{1,6}[a-z]?)?"
_AFTER = r"(?:\s*,\s*|\s+)"  # 12, rue Grimaldi
_NO = r"(?:n[°ºro]{0,2}|n[uú]m(?:[eé]ro)?|hausnummer)\.?"  # of a house: n° 12, núm. 12, Nr. 12
_NO_BEFORE = re.compile(rf"[\s,]+{_NO}$", re.IGNORECASE)
_LEADING = re.compile(rf"^\s*(?:{_NO}\s*)?{_ORDINAL}({_FIGURES}){_AFTER}(?=.*[^\W\d_])(.+)$", re.IGNORECASE)
_LEADING_ALONE = re.compile(
    rf"^\s*(?:{_NO}\s*)?{_ORDINAL}(\d{{1,6}}[a-z]?){_AFTER}(?=.*[^\W\d_])(.+)$", re.IGNORECASE
)  # 12 E Pratt St is not 12e
_TRAILING = re.compile(rf"^(.*[^\W\d_].*?)[\s,]+({_FIGURES})$", re.IGNORECASE)
_LETTERED = r"[a-z]-?\d{1,5}[a-z]?"  # A12: of a block, or where a street begins anew
_LETTERED_LEADING = re.compile(rf"^\s*({_LETTERED}){_AFTER}(?=.*[^\W\d_])(.+)$", re.IGNORECASE)
_LETTERED_TRAILING = re.compile(rf"^(.*[^\W\d_].*?)[\s,]+({_LETTERED})$", re.IGNORECASE)
_LETTER_FIRST = re.compile(r"\s*([a-z])-?(\d{1,5})([a-z])?(?![^\W_])", re.IGNORECASE)
_NUMBER = re.compile(r"(\d{1,6})\s?(bis|ter|quater|[a-z])?(?![a-z])", re.IGNORECASE)
_ABROAD = re.compile(r"^[A-Z]{1,3}[- ]+(?=\d)")  # D-10115, FL 9490


class Number(NamedTuple):
    """12a is (12, "a"), A12 is (12, "a."), A12b is (12, "a.b"); of 12-14 and 12/3 the first counts."""

    value: int
    suffix: str = ""


def block_of(suffix: str) -> str:
    """The letter before a number, as A of A12: "a."; "": there is none."""
    return suffix[:2] if suffix[1:2] == "." else ""


class Reading(NamedTuple):
    """What a line of an address may mean."""

    street: str
    number: Number | None


@lru_cache(maxsize=50_000)
def spelled(name: str | None) -> str:
    """Without case, accents, punctuation and spaces, long words short; "" for what has neither letter nor digit."""
    plain = unicodedata.normalize("NFKD", (name or "").casefold().replace("'", " ").replace("’", " "))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = re.findall(r"[^\W_]+", plain)
    kept = [word for word in words if word not in _DROPPED] or words
    return "".join(map(_shortened, kept))[:LONGEST]


def _shortened(word: str) -> str:
    if word in _WORDS:
        return _WORDS[word]
    for long, short in _ENDINGS:
        word = word.removesuffix(long) + short if word.endswith(long) else word
    for two, one in _UMLAUTS:
        word = word.replace(two, one)
    return word


@lru_cache(maxsize=50_000)
def spelled_postcode(country: str | None, postcode: str | None) -> str:
    """Letters and digits alone; of a ZIP+4 the ZIP, with the zeros that spreadsheets drop; no country in front."""
    text = _ABROAD.sub("", (postcode or "").strip().upper())
    if country == "US":
        digits = re.match(r"\d{3,5}(?!\d)", text)
        return digits.group().zfill(5) if digits else ""
    return re.sub(r"[^0-9A-Z]", "", text)[:20]


def number_of(text: str | None) -> Number | None:
    """The first house number in a text."""
    if found := _LETTER_FIRST.match(text or ""):
        letter, figures, suffix = found.groups()
        return Number(int(figures), f"{letter}.{suffix or ''}".lower())
    found = _NUMBER.search(text or "")
    return Number(int(found.group(1)), (found.group(2) or "").lower()) if found else None


@lru_cache(maxsize=20_000)
def readings(street: str | None, housenumber: str | None) -> tuple[Reading, ...]:
    """What a street line may mean, the likeliest first: "12 Main St, Suite 4", "Hauptstr. 12a", "Carrer Major, 12"."""
    found: dict[Reading, None] = {}
    for name, number in _split(_UNIT.sub("", street or "").strip(" ,;"), number_of(housenumber)):
        if key := spelled(name):
            found.setdefault(Reading(key, number))
    return tuple(found)


_PATTERNS = (  # with the groups of the street and the number
    (_LEADING_ALONE, 2, 1), (_LEADING, 2, 1), (_TRAILING, 1, 2), (_LETTERED_LEADING, 2, 1), (_LETTERED_TRAILING, 1, 2),
)  # fmt: skip


def _split(line: str, given: Number | None) -> Iterator[tuple[str, Number | None]]:
    if given:
        yield line, given
    for pattern, name, number in _PATTERNS:
        for text in (line, ", ".join(line.split(",")[:2]), line.split(",")[0]):
            if match := pattern.match(text.strip()):
                street, told = match.group(name).strip(" ,"), given or number_of(match.group(number))
                yield _NO_BEFORE.sub("", street), told
                yield street, told  # Rue No 3
    yield line, given
    yield line.split(",")[0], given
