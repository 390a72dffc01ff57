"""Questions to our own engine.  On a port of this machine anything may listen: what has not the map that was built here is not believed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from server.travel.engines.faults import Deadline, EngineFault, Garbage, Gone
from server.travel.engines.http import Answer, Client
from server.travel.engines.osrm import NO_SEGMENT, Osrm
from server.travel.local import port as ports
from server.travel.local.graph import Graph, current


class OwnOsrm(Osrm):
    """roads : the folder of its graph."""

    def __init__(self, roads: Path, port: int) -> None:
        super().__init__(f"http://{ports.LOOPBACK}:{port}")
        self.client = _OwnClient(roads, port)


class _OwnClient(Client):
    def __init__(self, roads: Path, port: int) -> None:
        super().__init__(f"http://{ports.LOOPBACK}:{port}")
        self.roads, self.port = roads, port

    def _asked(self, method: str, path: str, body: Mapping[str, Any] | None, until: Deadline) -> Answer:
        ours = current(self.roads)
        if ours is None:
            raise Gone("there is no map of our own yet; make one with `flask roads build FILE.osm.pbf`")
        try:
            answer = super()._asked(method, path, body, until)
        except EngineFault as fault:
            raise self._explained(fault) from None
        self._judge(answer, ours)
        return answer

    def _explained(self, fault: EngineFault) -> EngineFault:
        if not ports.listens(self.port):
            return Gone(f"nothing listens on port {self.port}; `flask up` or `flask roads serve` starts our own engine")
        return fault if ports.claimed(self.port) else self._another_program()

    def _judge(self, answer: Answer, ours: Graph) -> None:
        """Every OSRM says a code, and the version of its map where it has an answer; ours has no radius and finds a road for each place."""
        said = answer.document if isinstance(answer.document, dict) else {}
        if not isinstance(code := said.get("code"), str):
            raise self._another_program()
        if code == NO_SEGMENT or (code == "Ok" and said.get("data_version") != ours.version):
            raise Garbage(
                f"another engine answers on port {self.port}, with another map than ours; {_advice(self.port)}"
            )

    def _another_program(self) -> Garbage:
        return Garbage(f"port {self.port} is held by another program; {_advice(self.port)}")


def _advice(port: int) -> str:
    other = port + 1 if port < 65_535 else 5055
    return f"set FIELDBEAT_TRAVEL_PORT to a free one, such as {other}, and start again"
