"""A geocoder on loopback that speaks as Nominatim, Photon and Pelias do, knows what it is told, and can be broken in many ways."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit


class Known(NamedTuple):
    """`kind`: house, street, postcode or town."""

    lat: float
    lon: float
    kind: str
    number: str = ""
    country: str = "li"


def _answer(lat: str, lon: str = "9.52", country: str = '"li"') -> bytes:
    """One place, as JSON that each of the three could read."""
    said = f'"type": "house", "layer": "address", "countrycode": {country}, "country_code": {country}'
    return f"""{{
        "lat": {lat}, "lon": {lon}, "place_rank": 30, "address": {{{said}}},
        "features": [{{"geometry": {{"coordinates": [{lon}, {lat}]}}, "properties": {{{said}}}}}]
    }}""".encode()


FAULTS = {
    "error": (500, b"oops"),
    "busy": (429, b"{}"),
    "forbidden": (403, b"no"),
    "garbage": (200, b"<html>not json"),
    "other": (200, b'{"surprise": 1}'),
    "halved": (200, b'[{"lat": "47.1"}]'),
    "nested": (200, b"[" * 200_000),
    "huge": (200, _answer("1" + "0" * 400)),
    "endless": (200, _answer("1" + "0" * 9_999)),
    "infinite": (200, _answer("NaN", "Infinity")),
    "nowhere": (200, _answer("91.0")),
    "surrogates": (200, _answer('"\\ud800"')),
    "country as a number": (200, _answer("47.1", country="5")),
    "country as a list": (200, _answer("47.1", country='["li"]')),
}


class FakeGeocoder:
    def __init__(self) -> None:
        self.known: dict[str, Known] = {}  # by the beginning of a question, in lower case
        self.fault: str | None = None
        self.asked: list[str] = []
        self.at: list[float] = []
        self.agents: list[str] = []
        self.url = ""

    def answer(self, path: str, question: str) -> bytes:
        found = next((place for start, place in self.known.items() if question.lower().startswith(start)), None)
        if path.endswith("/search") and "/v1/" not in path:
            return json.dumps([self.nominatim(found)] if found else []).encode()
        features = [self.feature(found, photon=path.endswith("/api"))] if found else []
        return json.dumps({"type": "FeatureCollection", "features": features}).encode()

    def nominatim(self, place: Known) -> dict[str, Any]:
        rank = {"house": 30, "street": 26, "postcode": 21, "town": 16}[place.kind]
        address = {"country_code": place.country, **({"house_number": place.number} if place.number else {})}
        return {
            "lat": str(place.lat), "lon": str(place.lon), "display_name": "somewhere", "place_rank": rank,
            "addresstype": {"postcode": "postcode"}.get(place.kind, "place"), "address": address,
        }  # fmt: skip

    def feature(self, place: Known, photon: bool) -> dict[str, Any]:
        pelias = {"house": "address", "street": "street", "postcode": "postalcode", "town": "locality"}
        said = {"type": place.kind, "countrycode": place.country.upper()} if photon else {"layer": pelias[place.kind]}
        properties = {**said, "country_code": place.country.upper(), "name": "somewhere", "accuracy": "point"}
        if place.number:
            properties["housenumber"] = place.number
        return {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
            "properties": properties,
        }


@contextmanager
def fake_geocoder() -> Iterator[FakeGeocoder]:
    fake = FakeGeocoder()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = parse_qs(parts.query)
            fake.at.append(time.monotonic())
            fake.agents.append(self.headers["User-Agent"])
            question = (query.get("q") or query.get("text") or [""])[0]
            fake.asked.append(question)
            if fake.fault == "gone":
                self.close_connection = True
                return
            status, body = FAULTS[fake.fault] if fake.fault else (200, fake.answer(parts.path, question))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
