"""Hours that accounts share are looked up once for all days that are alike; exceptions of one of them are its own."""

from __future__ import annotations

import pytest

from planner.cadence.policy import Cadence
from planner.cadence.unroll import unroll
from planner.search.layout import EARLIEST, LATEST
from planner.search.pack import pack
from tests.planner.small import MONDAY, at, between, problem, site, week

OPEN, CLOSED = (at(8), at(17)), (1, 0)


@pytest.mark.parametrize("first", ["a", "b"])
@pytest.mark.parametrize(("hours", "then"), [((), CLOSED), (between(at(15), at(16)), (at(15), at(16)))])
def test_an_exception_is_of_one_account_and_one_day(first: str, hours: tuple, then: tuple[int, int]) -> None:
    # Never visited, both may be on either Monday; a has other hours on the first; else any time of the workday will do.
    days = [week(1)[0], week(8)[7]]
    rows = [
        site("a", 1, cadence=Cadence(interval_days=28), exceptions={MONDAY: hours}),
        site("b", 2, cadence=Cadence(interval_days=28)),
    ]
    p = problem([0, 10, 20], sorted(rows, key=lambda row: row.id != first), days)
    packed = pack(p, unroll(p), days, p.sites, {row.id: ["ann"] for row in rows})
    found = {
        item.site.id: [tuple(packed.state.fit[o, d, [EARLIEST, LATEST]].tolist()) for d in range(2)]
        for o, item in enumerate(packed.items.all)
        if item.site is not None and len(item.dates) > 1
    }
    assert found == {"a": [then, OPEN], "b": [OPEN, OPEN]}
