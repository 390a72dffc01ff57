"""A small road engine over HTTP that can be made to fail in every way that real ones do.

Its roads: one minute and one second for each unit of 0.01 degrees of latitude and longitude together that one drives, a way
back takes ten seconds longer than the way there (there is from west to east), and a kilometre for each unit.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

UNIT = 0.01
BACK = 10
USUAL_SNAP = 12.5  # metres
Point = tuple[float, float]  # latitude, longitude


def seconds(here: Point, there: Point) -> int:
    if here == there:
        return 0
    units = (abs(here[0] - there[0]) + abs(here[1] - there[1])) / UNIT
    return round(61 * units) + (BACK if there[1] < here[1] else 0)


def metres(here: Point, there: Point) -> int:
    return round(1000 * (abs(here[0] - there[0]) + abs(here[1] - there[1])) / UNIT)


def corner(here: Point, there: Point) -> list[Point]:
    return [here, (there[0], here[1]), there]


def encoded(line: list[Point]) -> str:
    """As Google's polylines, with six decimals."""
    text, before = "", (0, 0)
    for lat, lon in line:
        now = round(lat * 1e6), round(lon * 1e6)
        for change in (now[0] - before[0], now[1] - before[1]):
            bits = ~(change << 1) if change < 0 else change << 1
            while bits >= 32:
                text, bits = text + chr((32 | bits & 31) + 63), bits >> 5
            text += chr(bits + 63)
        before = now
    return text


@dataclass
class Roads:
    """What the server does; tests change it while it runs.

    side : largest table.  islands : longitudes east of which nothing joins the rest.  off_road : points far from any road, with metres.
    fault : None, or what is wrong with every answer.  after : so many tables are answered well before that.
    """

    side: int = 100
    reads_post: bool = True
    version: str = "map 1"
    islands: float = 1e9
    off_road: dict[Point, float] = field(default_factory=dict)
    fault: str | None = None
    after: int = 0
    slower: float = 1.0
    asked: list[tuple[str, int, int]] = field(default_factory=list)  # method, sources, targets of each table
    pause: threading.Event = field(default_factory=threading.Event)

    @property
    def cells(self) -> int:
        return sum(rows * columns for _, rows, columns in self.asked)

    def snap(self, point: Point) -> float:
        """Metres from a point to the nearest road."""
        there = {(round(lat, 5), round(lon, 5)): metres for (lat, lon), metres in self.off_road.items()}
        return there.get((round(point[0], 5), round(point[1], 5)), USUAL_SNAP)

    def way(self, here: Point, there: Point) -> tuple[float | None, float | None]:
        if (here[1] > self.islands) != (there[1] > self.islands):
            return None, None
        return seconds(here, there) * self.slower, metres(here, there)


WRONG = ("zeros", "minutes", "milliseconds", "no metres", "nothing reached")


def _wrong(document: dict[str, Any], fault: str) -> dict[str, Any]:
    """Tables of OSRM's form with numbers that no road has."""

    def changed(rows: list[list[float | None]], change: Any) -> list[list[float | None]]:
        return [[None if cell is None else change(cell) for cell in row] for row in rows]

    seconds, metres = document["durations"], document["distances"]
    if fault == "zeros":
        return {"durations": changed(seconds, lambda _: 0), "distances": changed(metres, lambda _: 0)}
    if fault == "nothing reached":
        return {"durations": changed(seconds, lambda _: None), "distances": changed(metres, lambda _: None)}
    if fault == "no metres":
        return {"distances": changed(metres, lambda _: 0)}
    return {"durations": changed(seconds, lambda s: s / 60 if fault == "minutes" else 1000 * s)}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    roads: Roads

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/status":
            self._send(200, {"version": "3.9.1", "tileset_last_modified": self.roads.version})
        elif parts.path.startswith("/nearest/"):
            self._send(200, {"code": "Ok", "data_version": self.roads.version, "waypoints": []})
        elif parts.path.startswith("/route/"):
            self._route([tuple(map(float, p.split(",")))[::-1] for p in parts.path.rsplit("/", 1)[1].split(";")])
        elif parts.path.startswith("/table/") and ";" in parts.path:
            points = [tuple(map(float, p.split(",")))[::-1] for p in parts.path.rsplit("/", 1)[1].split(";")]
            query = {name: [int(n) for n in value[0].split(";")] for name, value in parse_qs(parts.query).items()
                     if name in ("sources", "destinations")}  # fmt: skip
            self._table("GET", points, query)
        else:
            self._send(400, {"code": "InvalidUrl", "message": "URL string malformed"})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.startswith("/table/"):
            if not self.roads.reads_post:
                self._send(400, {"code": "InvalidUrl", "message": "URL string malformed close to position 18"})
                return
            points = [(lat, lon) for lon, lat in body["coordinates"]]
            self._table("POST", points, body)
        elif self.path == "/locate":
            self._locate([(p["lat"], p["lon"]) for p in body["locations"]])
        elif self.path == "/route":
            self._trip([(p["lat"], p["lon"]) for p in body["locations"]])
        elif self.path == "/sources_to_targets":
            self._matrix(*([(p["lat"], p["lon"]) for p in body[name]] for name in ("sources", "targets")))

    def _route(self, points: list[Any]) -> None:
        """OSRM's: north or south first, then east or west, a step each."""
        self.roads.asked.append(("GET", len(points), 1))
        if any(self.roads.way(*leg)[0] is None for leg in pairwise(points)):
            self._send(400, {"code": "NoRoute", "message": "Impossible route between points"})
            return
        legs = [
            {
                "steps": [
                    {"geometry": {"coordinates": [[lon, lat] for lat, lon in step]}} for step in pairwise(corner(*leg))
                ]
            }
            for leg in pairwise(points)
        ]
        self._spoilt({"code": "Ok", "routes": [{"legs": legs}]}, "routes")

    def _trip(self, points: list[Point]) -> None:
        """Valhalla's, the same way."""
        self.roads.asked.append(("POST", len(points), 1))
        if len(points) > 20:
            self._send(400, {"error_code": 150, "error": "Exceeded max locations: 20", "status_code": 400})
            return
        self._spoilt({"trip": {"legs": [{"shape": encoded(corner(*leg))} for leg in pairwise(points)]}}, "trip")

    def _table(self, method: str, points: list[Any], query: dict[str, Any]) -> None:
        from_ = [points[n] for n in query.get("sources", range(len(points)))]
        to = [points[n] for n in query.get("destinations", range(len(points)))]
        self.roads.asked.append((method, len(from_), len(to)))
        if len(from_) * len(to) > self.roads.side**2:
            self._send(400, {"code": "TooBig", "message": "Too many table coordinates"})
            return
        ways = [[self.roads.way(here, there) for there in to] for here in from_]
        self._spoilt(
            {
                "code": "Ok", "data_version": self.roads.version,
                "durations": [[way[0] for way in row] for row in ways], "distances": [[way[1] for way in row] for row in ways],
                "sources": [self._waypoint(p) for p in from_], "destinations": [self._waypoint(p) for p in to],
            },
            "durations",
        )  # fmt: skip

    def _waypoint(self, point: Point) -> dict[str, Any]:
        return {"distance": self.roads.snap(point), "location": [point[1], point[0]], "name": ""}

    def _matrix(self, from_: list[Point], to: list[Point]) -> None:
        self.roads.asked.append(("POST", len(from_), len(to)))
        if len(from_) * len(to) > self.roads.side**2:
            self._send(400, {"error_code": 150, "error": "Exceeded max locations: 2500.0", "status_code": 400})
            return
        if any(abs(a[0] - b[0]) > 4 for a in from_ for b in to):
            self._send(
                400, {"error_code": 154, "error": "Path distance exceeds the max distance limit", "status_code": 400}
            )
            return
        ways = [[self.roads.way(here, there) for there in to] for here in from_]
        rows = {
            "durations": [[way[0] for way in row] for row in ways],
            "distances": [[None if way[1] is None else way[1] / 1000 for way in row] for row in ways],
        }
        self._spoilt({"sources_to_targets": rows, "units": "kilometers"}, "sources_to_targets")

    def _locate(self, points: list[Point]) -> None:
        self._send(
            200,
            [
                {
                    "edges": []
                    if self.roads.snap(p) != USUAL_SNAP
                    else [{"correlated_lat": p[0], "correlated_lon": p[1]}]
                }
                for p in points
            ],
        )

    def _spoilt(self, document: dict[str, Any], rows: str) -> None:
        fault = self.roads.fault if len(self.roads.asked) > self.roads.after else None
        if fault == "slow":
            self.roads.pause.wait(20)
        if fault == "trickle":
            self._trickle(json.dumps(document).encode())
        elif fault == "garbage":
            self._raw(200, b"<html>Welcome to the hotel's wireless network</html>")
        elif fault == "unwell":
            self._raw(503, b"<html>try later</html>")
        elif fault == "hangs up":
            self.close_connection = True
            self.connection.close()
        elif fault == "broken off":
            self._raw(200, json.dumps(document).encode(), promised=10**6)
        elif fault == "shape":
            self._send(200, {**document, rows: [[0]]})
        elif fault == "words":
            self._send(200, {**document, rows: [["far"]]})
        elif fault == "negative":
            self._send(200, {**document, rows: [[-1000 for _ in row] for row in document[rows]]})
        elif fault == "nan":
            self._send(200, {**document, rows: [[float("nan") for _ in row] for row in document[rows]]})
        elif fault == "huge":
            self._send(200, {**document, rows: [[10**400 for _ in row] for row in document[rows]]})
        elif fault == "deep":
            self._raw(200, b"[" * 200_000)
        elif fault in WRONG:
            self._send(200, {**document, **_wrong(document, fault)})
        elif fault == "another code":
            self._send(400, {"code": "InvalidOptions", "message": "no"})
        elif fault == "a list":
            self._send(200, [1, 2])  # type: ignore[arg-type]
        elif fault == "fewer places":
            self._send(200, {**document, "sources": []})
        else:
            self._send(200, document)

    def _trickle(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        for byte in content:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.roads.pause.wait(0.05):
                return

    def _send(self, status: int, document: Any) -> None:
        self._raw(status, json.dumps(document).encode())

    def _raw(self, status: int, content: bytes, promised: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(promised or len(content)))
        self.end_headers()
        self.wfile.write(content)
        if promised:
            self.close_connection = True


class FakeEngine:
    """`start` and `stop` as an engine that comes and goes; the address stays the same."""

    def __init__(self) -> None:
        self.roads = Roads()
        self.server: ThreadingHTTPServer | None = None
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        handler = type("Handler", (_Handler,), {"roads": self.roads})
        ThreadingHTTPServer.allow_reuse_address = True
        self.server = _Server(("127.0.0.1", self.port), handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        if self.server is not None:
            self.roads.pause.set()
            self.server.shutdown()
            self.server.hang_up()
            self.server.server_close()
            self.server = None
            self.roads.pause.clear()


class _Server(ThreadingHTTPServer):
    """Gone for good when it is stopped: open connections too."""

    daemon_threads = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.open: set[Any] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def hang_up(self) -> None:
        for connection in self.open:
            with suppress(OSError):
                connection.shutdown(2)

    def handle_error(self, *_: Any) -> None:
        """Clients that give up are what is tested."""


@contextmanager
def running() -> Any:
    engine = FakeEngine()
    try:
        yield engine
    finally:
        engine.stop()


def until(said: Any, seconds: float = 5.0) -> Any:
    """What `said` returns once that is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := said():
            return found
        time.sleep(0.02)
    raise AssertionError("it never happened")
