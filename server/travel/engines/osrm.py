"""OSRM's table service: seconds and metres, longitude first; POST to new servers, GET to old ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from planner.travel import Place
from server.travel.engines.block import FARTHEST, LONGEST, NO_ANSWER, Block, map_version, numbers, snaps
from server.travel.engines.faults import Deadline, Garbage, Refused
from server.travel.engines.http import Answer, Client
from server.travel.engines.ways import Point, joined, point

TABLE = "/table/v1/driving"
LARGEST_TABLE = 1_000  # places on each side of one question
NO_SEGMENT, COORDINATE = "NoSegment", re.compile(r"coordinate (\d+)")
LONGEST_GET = 400  # places in an address of about 8,000 characters


class Osrm:
    """A server at `base`, such as http://127.0.0.1:5055."""

    name = "osrm"
    alone: frozenset[str] = (
        frozenset()
    )  # a place off the roads is moved to the nearest one; no code blames single places

    def __init__(self, base: str) -> None:
        self.client = Client(base)
        self.side = LARGEST_TABLE
        self.posts = True

    def too_big(self, fault: Refused) -> bool:
        return fault.code in ("TooBig", "413", "414")

    def ask(self, sources: Sequence[Place], targets: Sequence[Place], until: Deadline) -> Block:
        """One table.  EngineFault where there is none; NO_ANSWER from and to places off the roads of a server with a radius."""
        off: set[Place] = set()
        while True:
            on = [[n for n, place in enumerate(side) if place not in off] for side in (sources, targets)]
            if off and not all(on):
                return _spread(Block.empty(*map(len, on)), sources, targets, on, off)
            rows, columns = [sources[n] for n in on[0]], [targets[n] for n in on[1]]
            try:
                block = self._asked(rows, columns, until)
            except Refused as refused:
                off.add(_blamed(refused, [*rows, *columns]))
                continue
            return _spread(block, sources, targets, on, off) if off else block

    def _asked(self, sources: Sequence[Place], targets: Sequence[Place], until: Deadline) -> Block:
        said = self._table(sources, targets, until)
        shape = (len(sources), len(targets))
        return Block(
            numbers(said.get("durations"), shape, LONGEST, "durations"),
            numbers(said.get("distances"), shape, FARTHEST, "distances"),
            snaps(said.get("sources"), shape[0]),
            snaps(said.get("destinations"), shape[1]),
            map_version(said.get("data_version")),
        )

    def ways(self, places: Sequence[Place], until: Deadline) -> list[list[Point]]:
        """One route; its steps are joined to a line for each leg."""
        joined_places = ";".join(_point(place) for place in places)
        query = "overview=false&steps=true&geometries=geojson&generate_hints=false"
        said = self._document(self.client.get(f"/route/v1/driving/{joined_places}?{query}", until))
        try:
            legs = said["routes"][0]["legs"]
            found = [joined([[point(*p) for p in s["geometry"]["coordinates"]] for s in leg["steps"]]) for leg in legs]
        except (KeyError, IndexError, TypeError) as error:
            raise Garbage("the answer has no lines") from error
        return found

    def version(self, places: Sequence[Place], until: Deadline) -> str:
        """Of the map it has now; EngineFault where it is not well.  `places`: one that it is asked about."""
        at = places[0] if places else Place(0.0, 0.0)
        try:
            said = self._document(self.client.get(f"/nearest/v1/driving/{_point(at)}", until))
        except Refused as refused:
            if refused.code != NO_SEGMENT:
                raise
            return ""  # well, and with a radius
        return map_version(said.get("data_version"))

    def _table(self, sources: Sequence[Place], targets: Sequence[Place], until: Deadline) -> dict[str, Any]:
        places = [*sources, *targets]
        from_, to = list(range(len(sources))), list(range(len(sources), len(places)))
        if self.posts:
            body = {
                "coordinates": [[p.lon, p.lat] for p in places], "sources": from_, "destinations": to,
                "annotations": ["duration", "distance"], "generate_hints": False,
            }  # fmt: skip
            answer = self.client.post(TABLE, body, until)
            if not _knows_no_post(answer):
                return self._document(answer)
            self.posts = False
        if len(places) > LONGEST_GET:
            raise Refused("414", "too many places for an address")
        joined = ";".join(_point(p) for p in places)
        listed = [
            f"{name}={';'.join(map(str, indexes))}" for name, indexes in (("sources", from_), ("destinations", to))
        ]
        query = "&".join(["annotations=duration,distance", "generate_hints=false", *listed])
        return self._document(self.client.get(f"{TABLE}/{joined}?{query}", until))

    def _document(self, answer: Answer) -> dict[str, Any]:
        said = answer.document
        if not isinstance(said, dict):
            raise Garbage("the answer is no object")
        if answer.status == 200 and said.get("code", "Ok") == "Ok":
            return said
        raise Refused(str(said.get("code") or answer.status), str(said.get("message") or "")[:200])


def _knows_no_post(answer: Answer) -> bool:
    """Old servers read only addresses: they miss the coordinates, or the method itself."""
    code = answer.document.get("code") if isinstance(answer.document, dict) else None
    return answer.status in (404, 405, 501) or code in ("InvalidUrl", "InvalidQuery", "InvalidService")


def _blamed(refused: Refused, places: Sequence[Place]) -> Place:
    """The place for which a server with a radius refuses a whole table; raises what was refused for any other reason."""
    said = COORDINATE.search(str(refused))
    if refused.code != NO_SEGMENT or said is None or int(said[1]) >= len(places):
        raise refused
    return places[int(said[1])]


def _spread(
    block: Block, sources: Sequence[Place], targets: Sequence[Place], on: list[list[int]], off: set[Place]
) -> Block:
    """The block with the places that were left out."""
    seconds, metres = (np.full((len(sources), len(targets)), NO_ANSWER, np.int32) for _ in range(2))
    seconds[np.ix_(*on)], metres[np.ix_(*on)] = block.seconds, block.metres
    snaps = []
    for side, there, told in ((sources, on[0], block.source_snaps), (targets, on[1], block.target_snaps)):
        found = np.array([np.inf if place in off else np.nan for place in side])
        found[there] = told
        snaps.append(found)
    return Block(seconds, metres, snaps[0], snaps[1], block.version)


def _point(place: Place) -> str:
    return f"{place.lon:.6f},{place.lat:.6f}"
