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
    "st": ("street", "saint", "sainte", "ste", "sankt", "sant", "santa", "sta"), "str": ("strasse", "stræde"),
    "av": ("avenue", "ave", "aven", "avinguda", "avgda", "avda", "avd", "avenida"),
    "blvd": ("boulevard", "bd", "bld", "boul", "bvd"), "rd": ("road",), "rte": ("route",),
    "dr": ("drive", "doctor", "docteur", "doktor"), "ln": ("lane",), "ct": ("court",), "ru": ("r",), "allee": ("all",),
    "pl": ("place", "plaza", "placa", "platz", "piazza", "plz", "plc", "pca", "plca", "pza", "pzza"),
    "sq": ("square",), "ter": ("terrace",), "cir": ("circle",), "pkwy": ("parkway", "pky"), "hwy": ("highway",),
    "expy": ("expressway",), "fwy": ("freeway",), "thruway": ("thwy",), "aly": ("alley",), "trl": ("trail",),
    "cres": ("crescent",), "way": ("wy",), "ch": ("chemin", "chem"), "imp": ("impasse",), "pg": ("passeig", "passage"),
    "passatge": ("ptge", "psge"), "placeta": ("plta",), "c": ("carrer", "calle", "cr"), "cami": ("cno", "camino"),
    "ctra": ("carretera", "crta", "cra", "carr"), "rambla": ("rbla",), "ronda": ("rda",), "travessia": ("trav", "trv"),
    "urb": ("urbanitzacio", "urbanizacion"), "viale": ("vle",), "corso": ("cso",), "largo": ("lgo",),
    "mt": ("mount",), "ft": ("fort",), "prof": ("professor", "professeur"), "general": ("gral", "gal"),
    "prince": ("pce",), "princesse": ("psse", "pcesse"), "n": ("north",), "s": ("south",), "e": ("east",), "w": ("west",),
    "ne": ("northeast",), "nw": ("northwest",), "se": ("southeast",), "sw": ("southwest",),
    **{f"{number}": (word,) for number, word in zip(
        ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th"),
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"), strict=True)},
}  # fmt: skip
_WORDS = {long: short for short, longer in _SHORT.items() for long in longer}
_ENDINGS = (("strasse", "str"), ("platz", "pl"))  # of words written as one: Hauptstrasse
_DROPPED = frozenset({
    "de", "del", "dels", "della", "delle", "dei", "degli", "di", "la", "le", "les", "el", "els", "los", "las", "l",
    "d", "des", "du", "of", "the",
})  # fmt: skip
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))  # Mueller is Müller, whose dots are off by then
_DOTTED = re.compile(r"\b([a-z])\.(za|zza|le|so|go)\b")  # P.zza, V.le, C.so, L.go
_FINNISH = (  # Annank., Runebergint.
    (re.compile(r"(?<=\wn)k\.(?!\w)"), "katu"), (re.compile(r"(?<=\wn)t\.(?!\w)"), "tie"),
)  # fmt: skip
_UNITS = (  # within a building
    "suite|ste|apt|apartment|unit|floor|fl|room|rm|bldg|building|lot|box|appt|appartement|app|bat|batiment|etage|entree|bp"
    "|local|despatx|pis|planta|porta|pta|escala|esc|bloc|piso|scala|interno|int|top|wohnung|whg|stiege|postfach|as|rappu"
)
_STOREYS = "floor|fl|etage|stock|og|pis|planta|piso|piano|krs|kerros"
_BESIDES = re.compile(  # what says nothing of where in the street it is: Apt 4, Suite 200, #4, 2nd Floor, km 5,3, s/n
    rf"\b(?:{_UNITS})\b\.?\s*#?(?:\d+\w*|[a-z](?=\s*(?:,|$)))[^,]*"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th|er|re|eme|e|n|r|t|o|a|\.)\s*(?:{_STOREYS})\b[^,]*"
    r"|#[^,]*|\bkm\.?\s*\d+(?:[.,]\d+)?|\bs\s?/\s?n\b\.?",
    re.IGNORECASE,
)
_ORDINAL = r"(?!\d+(?:st|nd|rd|th|er|re|e)\b)"
_NO = r"(?:(?:n|no|n\.o|nr|nro|num|numero|number|nummer)\b[.°]?\s*|(?:no|nr|num)(?=\d))"  # No. 12, n° 12, núm. 12
_FIGURES = (
    r"\d{1,6}(?:\s?[-/]?[a-z]\b|\s?(?:bis|ter|quater)\b)?"  # 12, 12a, 12/A, 12 bis
    r"(?:\s?[-/–;+&]\s?\d{1,6}[a-z]?\b)*(?:\s1/2)?"  # 12-14, 12/3, 7;9, 226 1/2
)
_AFTER = r"(?:\s*,\s*|\s+)(?=.*[^\W\d_])"  # 12 Main St, but also 12, rue Grimaldi
_LEADING = re.compile(rf"^\s*{_NO}?{_ORDINAL}({_FIGURES}){_AFTER}(.+)$", re.IGNORECASE)
_LEADING_ALONE = re.compile(
    rf"^\s*{_NO}?{_ORDINAL}(\d{{1,6}}[a-z]?){_AFTER}(.+)$", re.IGNORECASE
)  # 12 E Pratt St is not 12e
_TRAILING = re.compile(rf"^([\W\d_]*[^\W\d_].*?)[\s,]+{_NO}?({_FIGURES})$", re.IGNORECASE)
_TRAILING_PLAIN = re.compile(rf"^([\W\d_]*[^\W\d_].*?)[\s,]+({_FIGURES})$", re.IGNORECASE)  # Rue No 3
_TRAILING_STAIR = re.compile(
    r"^([\W\d_]*[^\W\d_].*?)[\s,]+(\d{1,6}\s?[a-z])\s?\d{1,4}$", re.IGNORECASE
)  # Annankatu 20 A 5
_LETTERED = r"[a-z]-?\d{1,5}[a-z]?"  # A12: of a block, or where a street begins anew
_LETTERED_LEADING = re.compile(rf"^\s*({_LETTERED}){_AFTER}(.+)$", re.IGNORECASE)
_LETTERED_TRAILING = re.compile(rf"^([\W\d_]*[^\W\d_].*?)[\s,]+({_LETTERED})$", re.IGNORECASE)
_LETTER_FIRST = re.compile(r"\s*([a-z])-?(\d{1,5})([a-z])?(?![^\W_])", re.IGNORECASE)
_NUMBER = re.compile(r"(\d{1,6})(?:[\s/-]?(bis|ter|quater|[a-z]))?(?![a-z])", re.IGNORECASE)
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
    plain = _plain((name or "").casefold().replace("'", " ").replace("’", " "))
    for short, long in _FINNISH:
        plain = short.sub(long, plain)
    plain = _DOTTED.sub(r"\1\2", plain)
    words = re.findall(r"[^\W_]+", plain)
    kept = [word for word in words if word not in _DROPPED] or words
    return "".join(map(_shortened, kept))[:LONGEST]


def _plain(text: str) -> str:
    """Without accents, and with the common form of what looks alike: º is o."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


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
    """What a street line may mean, the likeliest first: "12 Main St, Suite 4", "Hauptstr. 12a", "12, rue Grimaldi"."""
    line, given = _plain(street or ""), number_of(housenumber)
    found: dict[Reading, None] = {}
    for text in (_BESIDES.sub("", line), line):  # a street may be called Scala
        for name, number in _split([part.strip(" .") for part in text.split(",") if part.strip(" .")], given):
            if key := spelled(name):
                found.setdefault(Reading(key, number))
    return tuple(found)


_PATTERNS = (  # with the groups of the street and the number
    (_LEADING_ALONE, 2, 1), (_LEADING, 2, 1), (_TRAILING, 1, 2), (_TRAILING_PLAIN, 1, 2), (_TRAILING_STAIR, 1, 2),
    (_LETTERED_LEADING, 2, 1), (_LETTERED_TRAILING, 1, 2),
)  # fmt: skip


def _split(parts: list[str], given: Number | None) -> Iterator[tuple[str, Number | None]]:
    """`parts` between commas: the house number may be one, the name of a building may go before, the town may follow."""
    line = ", ".join(parts)
    texts = (line, *(", ".join(some) for some in (parts[:2], parts[:1], parts[1:3], parts[1:2])))
    if given:
        yield line, given
    for pattern, name, number in _PATTERNS:
        for text in texts:
            if match := pattern.match(text):
                yield match.group(name).strip(" ,"), given or number_of(match.group(number))
    for text in (line, *parts[: 2 if given else 1]):
        yield text, given
