"""Businesses of an OpenStreetMap extract as a table that the import reads: from the map to accounts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from statistics import median

from osmium.filter import KeyFilter

from server.core.fields import countries
from server.importing.values import email
from server.places.ground import distance
from server.places.reading import Found, objects

SAME_METRES = 40  # two objects of one name so near are one business: its point and its building
HEADER = (
    "external_id", "name", "industry", "segment", "street", "housenumber", "postcode", "city", "country", "lat", "lon",
    "opening_hours", "phone", "email", "website",
)  # fmt: skip
LONGEST = {
    "name": 300,
    "industry": 200,
    "street": 300,
    "housenumber": 40,
    "postcode": 20,
    "city": 200,
    "phone": 60,
    "website": 500,
}


@dataclass(frozen=True)
class Category:
    """Objects whose tag `key` is like `value` (`*`: whatever it is); `segment`: of the accounts that they become."""

    key: str
    value: str
    segment: str = ""

    @classmethod
    def parse(cls, text: str) -> Category:
        """`shop=bakery`, `shop=*`, `shop=bakery:A`; ValueError."""
        key, equals, rest = text.partition("=")
        value, _, segment = rest.partition(":")
        if not (equals and key.strip() and value.strip()):
            raise ValueError(
                f"{text!r} is not KEY=VALUE or KEY=VALUE:SEGMENT, such as shop=bakery, shop=* or shop=bakery:A"
            )
        if "*" in key:
            raise ValueError(
                f"{text!r}: * stands for any value, not for a key; name the keys, such as shop=* amenity=*"
            )
        return cls(key.strip(), value.strip(), segment.strip())

    def __str__(self) -> str:
        return f"{self.key}={self.value}"

    def fits(self, tags: dict[str, str]) -> bool:
        return any(fnmatchcase(one.strip(), self.value) for one in tags.get(self.key, "").split(";") if one.strip())


@dataclass(frozen=True)
class Table:
    """`data`: CSV in UTF-8.  What was passed over: objects without a name, second ones of a business, those beyond the limit."""

    data: bytes
    rows: int
    unnamed: int
    twice: int
    beyond: int
    idle: tuple[
        str, ...
    ] = ()  # categories of which nothing became a row: the map has none, or another one took them first


def table_of(file: Path, categories: Sequence[Category], limit: int | None = None) -> Table:
    """The businesses of these categories, the first that fits decides; of more than `limit` those nearest to their middle."""
    keys = sorted({category.key for category in categories})
    fitting = [found for found in objects(file, KeyFilter(*keys), *keys) if _category(found, categories)]
    named = [found for found in fitting if found.tags.get("name", "").strip()]
    single = _once(sorted(named, key=lambda found: ("nwr".index(found.id[0]), int(found.id[1:]))))
    chosen = _nearest(single, limit)
    used = {_category(found, categories) for found in chosen}
    return Table(
        _written(chosen, categories),
        len(chosen),
        len(fitting) - len(named),
        len(named) - len(single),
        len(single) - len(chosen),
        tuple(str(category) for category in categories if category not in used),
    )


def _category(found: Found, categories: Iterable[Category]) -> Category | None:
    return next((category for category in categories if category.fits(found.tags)), None)


def _once(found: Iterable[Found]) -> list[Found]:
    kept: dict[str, list[Found]] = {}
    for one in found:
        others = kept.setdefault(" ".join(one.tags["name"].casefold().split()), [])
        if all(distance(one.lat, one.lon, other.lat, other.lon) > SAME_METRES for other in others):
            others.append(one)
    return [one for others in kept.values() for one in others]


def _nearest(found: list[Found], limit: int | None) -> list[Found]:
    if limit is None or len(found) <= limit:
        return found
    lat, lon = median(one.lat for one in found), median(one.lon for one in found)
    return sorted(found, key=lambda one: (distance(lat, lon, one.lat, one.lon), one.id))[:limit]


def _written(found: Iterable[Found], categories: Sequence[Category]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER)
    writer.writeheader()
    for one in found:
        category = _category(one, categories)
        assert category is not None
        writer.writerow(_row(one, category))
    return out.getvalue().encode()


def _row(found: Found, category: Category) -> dict[str, str]:
    """What does not fit into an account is cut or left out: one odd tag must not keep a whole town from coming in."""
    tags = found.tags
    country = tags.get("addr:country", "").upper()
    row = {
        "external_id": f"osm:{found.id}",
        "name": tags["name"],
        "industry": f"{category.key}:{tags[category.key]}",
        "segment": category.segment,
        "street": tags.get("addr:street") or tags.get("addr:place") or "",
        **{name: tags.get(f"addr:{name}", "") for name in ("housenumber", "postcode", "city")},
        "country": country if country in countries() else "",
        "lat": f"{found.lat:.7f}",
        "lon": f"{found.lon:.7f}",
        "opening_hours": tags.get("opening_hours", ""),
        "phone": (tags.get("phone") or tags.get("contact:phone") or "").split(";")[0].strip(),
        "email": _email(tags.get("email") or tags.get("contact:email") or ""),
        "website": (tags.get("website") or tags.get("contact:website") or "").split(";")[0].strip(),
    }
    return {name: " ".join(text.split())[: LONGEST.get(name)] for name, text in row.items()}


def _email(text: str) -> str:
    try:
        return email(text.split(";")[0].strip())
    except ValueError:
        return ""
