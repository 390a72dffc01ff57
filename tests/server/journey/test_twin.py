"""The same journey in a small generated country: the seeded twin of tests/journey/test_real_accounts.py."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import replace

from tests.journey.clock import frozen
from tests.journey.company import bring_in, hire, set_up
from tests.journey.script import run
from tests.journey.week import Week

HEADER = ["external_id", "name", "category", "street", "housenumber", "postcode", "city", "lat", "lon", "opening_hours"]
CATEGORIES = ["shop:tea", "shop:sports", "tourism:hotel", "amenity:bar", "amenity:cafe", "office:lawyer"]
HOURS = ["", "", "Mo-Fr 09:00-18:00", "Tu-Sa 10:00-19:00", "Mo-Fr 08:00-12:00,14:00-17:00"]
TOWNS = [(42.507, 1.521), (42.545, 1.579), (42.463, 1.491), (42.566, 1.598)]  # up to 13 km apart


def pois(count: int, seed: int) -> bytes:
    """A file like the real ones: businesses within two kilometres of four towns; the last one has no position."""
    chance, out = random.Random(seed), io.StringIO()
    lines = csv.writer(out)
    lines.writerow(HEADER)
    for number in range(count):
        town = TOWNS[number % len(TOWNS)]
        lat, lon = (f"{middle + chance.uniform(-0.02, 0.02):.6f}" for middle in town)
        place = ["", ""] if number == count - 1 else [lat, lon]
        row = [f"twin:{number}", f"Business {number}", chance.choice(CATEGORIES), "", "", "", "", *place]
        lines.writerow([*row, chance.choice(HOURS)])
    return out.getvalue().encode()


def test_a_week_in_a_generated_country(settings):
    with frozen(replace(settings, plan_iterations=500), "Europe/Andorra") as clock:
        company = set_up(clock, "AD", {"A": 7, "B": 7, "C": 14, "D": 28})
        bring_in(company, pois(72, seed=7))
        assert company.imported["created"] == 72
        hire(company, 4)
        company.look()
        run(Week(company), 5_000, nights=False)
        (nowhere,) = (key for key, a in company.accounts.items() if a["lat"] is None)
        assert not any(nowhere in company.served(rep) for rep in company.reps)  # unowned: nobody can be given it
