"""A company whose plans can be worked out by hand, on the morning of Monday 2 March 2026."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests import factories as make
from tests.server.plans.planned import MONDAY, Company, company


@pytest.fixture
def time() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(MONDAY, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def acme(app, time) -> Company:
    return company(app, accounts=1)


def settings(acme: Company, **values: Any) -> Any:
    """PATCH /company as an admin."""
    admin = make.user("admin")
    etag = acme.call("GET", "/company", who=admin).headers["ETag"]
    answer = acme.call("PATCH", "/company", values, who=admin, **{"If-Match": etag})
    assert answer.status_code in (200, 202), answer.text
    return answer.json
