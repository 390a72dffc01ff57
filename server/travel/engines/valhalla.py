"""Valhalla's matrix: seconds and KILOMETRES.  Which places lie off its roads is asked apart (/locate), since one would spoil the matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from planner.travel import Place, great_circle
from server.travel.engines.block import FARTHEST, LONGEST, NO_ANSWER, Block, map_version, numbers
from server.travel.engines.faults import Deadline, Garbage, Refused
from server.travel.engines.http import Answer, Client
from server.travel.engines.ways import Point, decoded

MOST_ON_A_ROUTE = 20  # places, unless max_locations was raised
USUAL_SIDE = 50  # max_matrix_location_pairs is 2,500 unless it was raised
METRES_PER_KM = 1000.0
NOWHERE = float("inf")  # metres to a road that was not found
MOST_LOCATED = 20_000  # places remembered
TOO_MANY = frozenset({"150", "157", "413"})  # Exceeded max locations, ... max matrix pairs
SPOILT = frozenset({"154", "170", "171", "442"})  # too far, not connected, no road near, no path


class Valhalla:
    """A server at `base`, such as http://127.0.0.1:8002."""

    name = "valhalla"
    alone = SPOILT

    def __init__(self, base: str) -> None:
        self.client = Client(base)
        self.side = USUAL_SIDE
        self._located: dict[Place, float] = {}

    def too_big(self, fault: Refused) -> bool:
        return fault.code in TOO_MANY

    def ask(self, sources: Sequence[Place], targets: Sequence[Place], until: Deadline) -> Block:
        """One matrix.  EngineFault where there is none; NO_ANSWER from and to places off the roads."""
        from_, to = self._snaps(sources, until), self._snaps(targets, until)
        seconds, metres = (np.full((len(sources), len(targets)), NO_ANSWER, np.int32) for _ in range(2))
        rows, columns = np.flatnonzero(from_ != NOWHERE).tolist(), np.flatnonzero(to != NOWHERE).tolist()
        if len(rows) and len(columns):
            asked = self._matrix([sources[n] for n in rows], [targets[n] for n in columns], until)
            seconds[np.ix_(rows, columns)], metres[np.ix_(rows, columns)] = asked
        return Block(seconds, metres, from_, to)

    def ways(self, places: Sequence[Place], until: Deadline) -> list[list[Point]]:
        """So many places at a time; the last of them begins the next question."""
        found: list[list[Point]] = []
        for first in range(0, len(places) - 1, MOST_ON_A_ROUTE - 1):
            asked = [_point(place) for place in places[first : first + MOST_ON_A_ROUTE]]
            body = {"locations": asked, "costing": "auto", "directions_type": "none", "units": "kilometers"}
            said = _document(self.client.post("/route", body, until))
            try:
                found += [decoded(leg["shape"]) for leg in said["trip"]["legs"]]
            except (KeyError, TypeError) as error:
                raise Garbage("the answer has no lines") from error
        return found

    def version(self, places: Sequence[Place], until: Deadline) -> str:
        """Of the tiles it has now; EngineFault where it is not well."""
        said = _document(self.client.get("/status", until))
        return map_version(f"{said.get('version', '')} {said.get('tileset_last_modified', '')}")

    def _matrix(
        self, sources: Sequence[Place], targets: Sequence[Place], until: Deadline
    ) -> tuple[np.ndarray, np.ndarray]:
        body = {
            "sources": [_point(p) for p in sources], "targets": [_point(p) for p in targets],
            "costing": "auto", "units": "kilometers", "verbose": False,
        }  # fmt: skip
        said = _document(self.client.post("/sources_to_targets", body, until))
        if said.get("units", "kilometers") != "kilometers":
            raise Garbage("distances are not in kilometres")
        durations, distances = _rows(said.get("sources_to_targets"))
        shape = (len(sources), len(targets))
        return (
            numbers(durations, shape, LONGEST, "durations"),
            numbers(distances, shape, FARTHEST, "distances", METRES_PER_KM),
        )

    def _snaps(self, places: Sequence[Place], until: Deadline) -> np.ndarray:
        """Metres from each place to the road that it is moved to; NOWHERE, or nan where the server does not tell."""
        new = [place for place in dict.fromkeys(places) if place not in self._located]
        if new:
            found = self._locate(new, until)
            if len(self._located) > MOST_LOCATED:
                self._located.clear()
            self._located.update(zip(new, found, strict=True))
        return np.array([self._located.get(place, np.nan) for place in places])

    def _locate(self, places: Sequence[Place], until: Deadline) -> list[float]:
        body = {"locations": [_point(p) for p in places], "costing": "auto", "verbose": False}
        answer = self.client.post("/locate", body, until)
        if answer.status != 200:  # switched off, or too many for it
            return [np.nan] * len(places)
        if not isinstance(answer.document, list) or len(answer.document) != len(places):
            raise Garbage("the places of the answer are not those that were asked")
        return [_snap(place, said) for place, said in zip(places, answer.document, strict=True)]


def _snap(place: Place, said: Any) -> float:
    try:
        roads = [Place(edge["correlated_lat"], edge["correlated_lon"]) for edge in said["edges"] or ()]
    except (TypeError, KeyError, ValueError):
        raise Garbage("a place of the answer is not one") from None
    return float(great_circle([place], roads).min()) if roads else NOWHERE


def _rows(said: Any) -> tuple[Any, Any]:
    """Durations and distances; servers before 3.5 have an object for each cell."""
    if isinstance(said, dict):
        return said.get("durations"), said.get("distances")
    try:
        return [[cell["time"] for cell in row] for row in said], [[cell["distance"] for cell in row] for row in said]
    except (TypeError, KeyError):
        raise Garbage("there is no matrix in the answer") from None


def _document(answer: Answer) -> dict[str, Any]:
    said = answer.document
    if not isinstance(said, dict):
        raise Garbage("the answer is no object")
    if answer.status != 200 or "error_code" in said:
        raise Refused(str(said.get("error_code") or answer.status), str(said.get("error") or "")[:200])
    return said


def _point(place: Place) -> dict[str, float]:
    return {"lat": place.lat, "lon": place.lon}
