"""How well addresses are found, and opening hours understood: `python -m benchmarks.places [extract ...]`.

Of every extract one address in ten is taken out, wherever the map has it; the rest is indexed, and then the addresses are
looked for, written as people do.  How far the answer is from where the address really is; and whether the index finds what it has.
The extracts are those in FIELDBEAT_SHARED/data/osm.
"""

from __future__ import annotations

import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import osmium

from benchmarks.imports import company
from server.accounts.hours import hours_problem
from server.places.ground import distance
from server.places.index import build
from server.places.lookup import Address, Index
from server.places.reading import Found, addresses_roads_and_towns

EXTRACTS = {"liechtenstein": "LI", "andorra": "AD", "monaco": "MC", "baltimore-se": "US", "helsinki-centre": "FI"}
HELD_OUT = 10  # one in so many
CHUNK = 500  # looked for together, as an import does
SHORT = {"Street": "St.", "Avenue": "Ave", "Avinguda": "Av.", "Carrer": "C/", "Boulevard": "Bd", "North": "N", "South": "S", "East": "E",
         "West": "W", "Road": "Rd", "Strasse": "Str.", "strasse": "str.", "Place": "Pl."}  # fmt: skip
NUMBER_FIRST = {"US", "MC"}


def addressed(file: Path) -> Iterator[Found]:
    for found in addresses_roads_and_towns(file):
        if "addr:housenumber" in found.tags and "addr:street" in found.tags:
            yield found


def key_of(tags: Any) -> tuple[str, ...]:
    return tuple(tags.get(f"addr:{name}") or "" for name in ("street", "housenumber"))


def without(file: Path, keys: set[tuple[str, ...]], target: Path) -> None:
    """The extract, less the house numbers of these addresses."""
    with osmium.SimpleWriter(str(target)) as writer:
        for thing in osmium.FileProcessor(str(file)):
            if "addr:housenumber" in thing.tags and key_of(thing.tags) in keys:
                thing = thing.replace(tags=[tag for tag in thing.tags if not tag.k.startswith("addr:")])
            writer.add(thing)


def as_people_write(tags: dict[str, str], country: str, rng: random.Random) -> Address:
    """The street line in one piece, words short, sometimes all in capitals; postcode and town as the map has them, if it has."""
    street = tags["addr:street"]
    for long, short in SHORT.items():
        if rng.random() < 0.5:
            street = re.sub(rf"{long}\b" if long.islower() else rf"\b{long}\b", short, street)
    number = tags["addr:housenumber"]
    line = f"{number} {street}" if country in NUMBER_FIRST else f"{street} {number}"
    line = line.upper() if rng.random() < 0.2 else line
    return Address(line, None, tags.get("addr:postcode"), tags.get("addr:city"), country)


def measure(index: Index, wanted: list[Found], country: str) -> None:
    rng, metres, qualities = random.Random(2), [], Counter[str]()
    addresses = [as_people_write(found.tags, country, rng) for found in wanted]
    began = time.process_time()
    for number, (found, address) in enumerate(zip(wanted, addresses, strict=True)):
        if number % CHUNK == 0:
            index.prepare(addresses[number : number + CHUNK])
        place = index.find(address)
        qualities[place.quality if place else "not found"] += 1
        if place and place.quality != "postcode":
            metres.append(distance(place.lat, place.lon, found.lat, found.lon))
    took = (time.process_time() - began) / max(1, len(wanted))
    shares = ", ".join(f"{name} {100 * count / len(wanted):.1f} %" for name, count in qualities.most_common())
    far = sorted(metres)
    print(f"    {len(wanted):,} looked for: {shares}")
    if far:
        over = sum(value > 1_000 for value in far)
        print(
            f"    error: median {median(far):.0f} m, 90 % within {far[int(0.9 * (len(far) - 1))]:.0f} m, {over} over 1 km;"
            f" {1e3 * took:.2f} ms each"
        )


def one(name: str, country: str, folder: Path, scratch: Path, session: Any) -> None:
    file = folder / f"{name}.osm.pbf"
    found = list(addressed(file))
    keys = sorted({key_of(item.tags) for item in found})
    held = set(random.Random(1).sample(keys, len(keys) // HELD_OUT))
    print(f"{name}: {len(found):,} objects with street and number")
    for title, gone in (("not in the index", held), ("in the index", set[tuple[str, ...]]())):
        target = scratch / file.name
        target.unlink(missing_ok=True)
        without(file, gone, target)
        began = time.process_time()
        extract = build(target, country=country)
        print(
            f"  {title} (read in {time.process_time() - began:.1f} s of processor time:"
            f" {extract.addresses:,} numbers, {extract.roads:,} roads)"
        )
        session.rollback()
        measure(Index(session), [item for item in found if key_of(item.tags) in held], country)


def hours(folder: Path) -> None:
    texts: list[str] = []
    for name in EXTRACTS:
        for thing in osmium.FileProcessor(str(folder / f"{name}.osm.pbf")).with_filter(
            osmium.filter.KeyFilter("opening_hours")
        ):
            texts.append(thing.tags["opening_hours"])
    bad = [text for text in texts if hours_problem(text)]
    print(
        f"opening_hours: {len(texts) - len(bad):,} of {len(texts):,} understood"
        f" ({100 - 100 * len(bad) / len(texts):.1f} %); not: {bad[:12]}"
    )


def main() -> None:
    folder = Path(os.environ.get("FIELDBEAT_SHARED", "../shared")) / "data" / "osm"
    with tempfile.TemporaryDirectory() as scratch:
        app, _ = company(f"sqlite:///{scratch}/bench.db", Path(scratch))
        from server.core.database import db

        with app.app_context():
            for name in sys.argv[1:] or EXTRACTS:
                one(name, EXTRACTS[name], folder, Path(scratch), db.session())
    hours(folder)


if __name__ == "__main__":
    main()
