"""Codes that stand in paths, filters by what there is not, addresses without an id, and amounts: through HTTP."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests import factories as make
from tests.server.world import pointers


@pytest.mark.parametrize("code", ["Z/1", "/", ".", ".."])
def test_a_code_that_no_path_could_name_is_refused(world, code):
    answer = world.call(world.admin, "POST", "/segments", {"code": code, "name": "Z"})
    assert (answer.status_code, pointers(answer)) == (422, ["/code"])


@pytest.mark.parametrize("code", ["Z.1", "Z 1?#%", "Zähler"])
def test_a_code_that_is_taken_can_be_read(world, code):
    assert world.call(world.admin, "POST", "/segments", {"code": code, "name": "Z"}).status_code == 201
    assert world.call(world.rep, "GET", f"/segments/{quote(code)}").json["code"] == code


@pytest.mark.parametrize("path", ["/accounts?segment=nope", "/compliance?from=2026-03-01&to=2026-03-02&segment=nope"])
def test_a_filter_by_an_unknown_segment_is_a_404(world, path):
    answer = world.call(world.manager, "GET", path)
    assert (answer.status_code, pointers(answer)) == (404, ["/query/segment"])
    make.segment("nope")
    assert world.call(world.manager, "GET", path).status_code == 200


def test_a_path_without_a_real_id_is_answered_for_programs(world):
    answer = world.call(world.manager, "GET", "/accounts/17")
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (404, "application/problem+json", "not_found")
    assert answer.json["detail"] == "There is nothing at this address. Check the path; ids in it are UUIDs."


@pytest.mark.parametrize(
    ("sent", "stored"), [(1.005, None), ("1.005", None), (1.05, "1.05"), ("1.05", "1.05"), (1e300, None)]
)
def test_revenue_has_two_decimals_as_number_and_as_text(world, sent, stored):
    owned = make.account(owner_id=world.rep.id)
    answer = world.call(world.manager, "PATCH", f"/accounts/{owned.id}", {"revenue": sent}, owned.version)
    assert answer.json.get("revenue") == stored
    assert answer.status_code == 200 if stored else pointers(answer) == ["/revenue"]
