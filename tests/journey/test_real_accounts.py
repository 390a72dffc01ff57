"""The journey with real businesses: 949 in Andorra, 528 in Liechtenstein (OpenStreetMap extracts, as they are)."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from tests.journey.clock import frozen
from tests.journey.company import MANAGER, bring_in, hire, set_up
from tests.journey.script import run
from tests.journey.week import Week

COUNTRIES = {"andorra": ("AD", "Europe/Andorra", 949, 12), "liechtenstein": ("LI", "Europe/Vaduz", 528, 7)}
ITERATIONS = 2_000  # of each search: the rules are the same, only the plans a little dearer


@pytest.mark.shared
@pytest.mark.long
@pytest.mark.timeout(900)  # half a minute of processor time; machines may be busy
@pytest.mark.parametrize("name", ["andorra", "liechtenstein"])
def test_a_week_with_real_accounts(name, shared, settings):
    country, zone, count, most_stops = COUNTRIES[name]
    content = (shared / "data" / "osm" / f"{name}-pois.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    with frozen(replace(settings, plan_iterations=ITERATIONS), zone) as clock:
        company = set_up(clock, country)
        bring_in(company, content)
        assert company.imported["created"] == len(rows) == count
        assert {a["external_id"] for a in company.accounts.values()} == {row["external_id"] for row in rows}
        hire(company, most_stops)
        company.look()
        run(Week(company), 5_000, nights=False)
        served = [company.served(rep) for rep in company.reps]
        assert sum(map(len, served)) == len(set().union(*served)) == count  # each account is exactly one rep's
        assert all(clock.get(MANAGER, f"/reps/{rep.id}/plan")["planning"]["status"] == "idle" for rep in company.reps)
