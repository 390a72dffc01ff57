"""Lines by road: what OSRM and Valhalla say, real and faked, and what there is when they do not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from threading import Thread

import pytest

from server.places.ground import distance
from server.tracks.roads import RoadLines, _decoded
from server.travel.asked import Connection
from server.travel.engines.osrm import Osrm
from server.travel.engines.valhalla import Valhalla
from tests.server.travel import real
from tests.server.travel.conftest import free_port, monaco, osrm_programs  # noqa: F401  fixtures

HOME, SHOP = (43.7340, 7.4200), (43.7400, 7.4270)
OSRM_LEG = {
    "steps": [
        {"geometry": {"coordinates": [[7.42, 43.735], [7.421, 43.736]]}},
        {"geometry": {"coordinates": [[7.421, 43.736]]}},
    ]
}
GOOD_OSRM = {"code": "Ok", "routes": [{"legs": [OSRM_LEG, OSRM_LEG]}]}
# (38.5, -120.2), (40.7, -120.95), (43.252, -126.453): the example of the algorithm's description, with six digits.
SHAPE = "_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI"
GOOD_VALHALLA = {"trip": {"legs": [{"shape": SHAPE}, {"shape": SHAPE}]}}


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_osrm_gives_each_leg_from_door_to_door():
    with answering(200, json.dumps(GOOD_OSRM).encode()) as url:
        found = RoadLines(Connection(Osrm(url))).lines([HOME, SHOP, HOME])
    assert found.source == "osrm"
    assert found.legs == [[HOME, (43.735, 7.42), (43.736, 7.421), SHOP], [SHOP, (43.735, 7.42), (43.736, 7.421), HOME]]


def test_valhalla_writes_lines_in_short():
    assert _decoded(SHAPE) == [(38.5, -120.2), (40.7, -120.95), (43.252, -126.453)]
    with answering(200, json.dumps(GOOD_VALHALLA).encode()) as url:
        found = RoadLines(Connection(Valhalla(url))).lines([HOME, SHOP, HOME])
    assert found.source == "valhalla"
    assert found.legs[0] == [HOME, (38.5, -120.2), (40.7, -120.95), (43.252, -126.453), SHOP]


@pytest.mark.parametrize("engine", [Osrm, Valhalla])
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b'{"code": "NoRoute", "error_code": 442}'), (503, b"{}"), (200, b"not json"), (200, b"[]"),
        (200, b'{"code": "Ok", "routes": []}'),
        (200, json.dumps({"code": "Ok", "routes": [{"legs": [OSRM_LEG]}], "trip": {"legs": [{"shape": SHAPE}]}}).encode()),
        (200, b'{"code": "Ok", "routes": [{"legs": [{}, {}]}], "trip": {"legs": [{"shape": "_"}, {"shape": 1}]}}'),
    ],
)  # fmt: skip
def test_whatever_else_they_say_the_lines_are_straight(engine, status, body):
    with answering(status, body) as url:
        found = RoadLines(Connection(engine(url))).lines([HOME, SHOP, HOME])
    assert found.source == "straight"
    assert found.legs == [[HOME, SHOP], [SHOP, HOME]]


def test_an_engine_that_is_gone_is_soon_left_alone():
    lines = RoadLines(Connection(Osrm(f"http://127.0.0.1:{free_port()}")))
    for _ in range(3):
        assert lines.lines([HOME, SHOP]).source == "straight"
    assert lines.connection.breaker.open
    assert lines.lines([]).legs == []


@pytest.mark.shared
def test_a_real_osrm_in_monaco(monaco):  # noqa: F811
    """From the port to the casino: 0.9 km as the crow flies, and by streets surely more, each step of it short."""
    with real.osrm(monaco, free_port()) as (_, engine):
        found = RoadLines(Connection(engine)).lines([HOME, SHOP])
    (leg,) = found.legs
    steps = [distance(*a, *b) for a, b in pairwise(leg)]
    assert found.source == "osrm"
    assert len(leg) > 20
    assert distance(*HOME, *SHOP) < sum(steps) < 5_000
    assert max(steps) < 300
