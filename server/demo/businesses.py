"""What the demo company's customers are: kinds of business with plausible names, hours and sizes."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    industry: str
    nouns: tuple[str, ...]
    hours: tuple[str, ...]  # OpenStreetMap syntax; "" = unknown, the company's default holds
    weight: int


KINDS = (
    Kind("Bakery", ("Bakery", "Bread Co.", "Oven"), ("Mo-Sa 06:00-14:00", "Tu-Sa 07:00-15:00; PH off"), 16),
    Kind("Restaurant", ("Kitchen", "Grill", "Table", "Diner"), ("Tu-Su 10:30-21:00", "Mo-Sa 11:00-22:00", ""), 28),
    Kind("Coffee shop", ("Coffee", "Roasters", "Espresso Bar"), ("Mo-Fr 06:30-16:00; Sa,Su 07:30-14:00",), 16),
    Kind(
        "Grocer", ("Market", "Foods", "Grocery"), ("Mo-Sa 08:00-20:00; Su 10:00-18:00", "Mo-Fr 08:00-18:00; PH off"), 18
    ),
    Kind("Hotel", ("Inn", "Hotel", "Lodge"), ("24/7",), 7),
    Kind("School kitchen", ("Academy", "School District"), ("Mo-Fr 07:30-14:30; PH off; SH off",), 6),
    Kind("Caterer", ("Catering", "Events"), ("Mo-Fr 09:00-12:00,13:30-17:30; PH off", ""), 9),
)
FIRST = (
    "Maple", "River", "Copper", "Juniper", "Harvest", "Union", "Lakeside", "Old Town", "Golden", "Blue Heron", "Foundry", "Orchard",
    "Summit", "Willow", "Cardinal", "Keystone", "Buckeye", "North Star", "Prairie", "Stonebridge", "Hilltop", "Sycamore", "Red Barn",
    "Canal", "Liberty", "Magnolia", "Ironwood", "Meadow", "Parkside", "Clover",
)  # fmt: skip
OWNERS = ("Nora", "Sam", "Lucia", "Hank", "Priscilla", "Omar", "Greta", "Theo", "Wanda", "Felix", "June", "Ravi")
SURNAMES = (
    "Adler",
    "Brooks",
    "Castillo",
    "Dvorak",
    "Ellis",
    "Fong",
    "Grady",
    "Hoffman",
    "Ito",
    "Jensen",
    "Kowalski",
    "Lopez",
)

SEGMENTS = {  # code: name, share in percent, service minutes, minutes a missed visit is worth
    "A": ("Key accounts, weekly", 7, 50, 480),
    "B": ("Growth, every two weeks", 20, 45, 300),
    "C": ("Steady, every four weeks", 43, 35, 180),
    "D": ("Small, every quarter", 30, 25, 90),
}
INTERVALS = {"A": 7, "B": 14, "C": 28, "D": 84}


@dataclass(frozen=True)
class Business:
    name: str
    industry: str
    hours: str | None
    segment: str
    revenue: int
    phone: str
    contact: str


def segments(number: int, rng: random.Random) -> list[str]:
    """So many segments in their shares, so that every rep has about the same work, in random order."""
    ends = [sum(row[1] for row in list(SEGMENTS.values())[: n + 1]) for n in range(len(SEGMENTS))]
    codes = [
        next(code for code, end in zip(SEGMENTS, ends, strict=True) if 100 * n < end * number) for n in range(number)
    ]
    rng.shuffle(codes)
    return codes


def business(segment: str, rng: random.Random, taken: set[str]) -> Business:
    """One made-up customer of this segment, with a name that is not in `taken`, which it joins."""
    kind = rng.choices(KINDS, [k.weight for k in KINDS])[0]
    revenue = {"A": 120_000, "B": 45_000, "C": 15_000, "D": 4_000}[segment] * rng.uniform(0.6, 1.6)
    return Business(
        name=_name(kind, rng, taken),
        industry=kind.industry,
        hours=rng.choice(kind.hours) or None,
        segment=segment,
        revenue=round(revenue, -2).__int__(),
        phone=f"+1 614 555 {rng.randrange(100, 200):04d}",  # 555-01xx is reserved for fiction
        contact=f"{rng.choice(OWNERS)} {rng.choice(SURNAMES)}",
    )


def _name(kind: Kind, rng: random.Random, taken: set[str]) -> str:
    while True:
        name = f"{rng.choice(FIRST)} {rng.choice(kind.nouns)}"
        if name in taken:
            name = f"{rng.choice(SURNAMES)}'s {name}"
        if name not in taken:
            taken.add(name)
            return name
