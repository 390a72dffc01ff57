"""Our own engine on a port where anything may listen: only what has the map that was built here is believed and kept."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Barrier, Thread

import pytest

from planner.travel import Place
from server.travel.engines.block import UNKNOWN
from server.travel.engines.faults import Deadline, Garbage, Gone
from server.travel.local import graph, port
from server.travel.local.engine import OwnOsrm
from server.travel.local.graph import LAST_FILE, MANIFEST
from server.travel.local.install import programs
from server.travel.local.serve import RoadServer
from server.travel.port import travel_times
from server.travel.status import status_now
from server.travel.store import sets
from tests import factories as make
from tests.server.travel import real
from tests.server.travel.conftest import free_port
from tests.server.travel.fake import until

HOME, A = Place(43.0, 7.0), Place(43.0, 7.01)


def built(roads: Path, version: str) -> Path:
    """A folder of roads that says it has the graph of a map."""
    (roads / "graph-1").mkdir(parents=True, exist_ok=True)
    (roads / "graph-1" / LAST_FILE).touch()
    manifest = {
        "folder": "graph-1",
        "version": version,
        "extract": "here.osm.pbf",
        "built_at": "2026-03-01T08:00:00+00:00",
    }
    (roads / "graph-1" / MANIFEST).write_text(json.dumps(manifest))
    (roads / graph.CURRENT).write_text("graph-1\n")
    return roads


@pytest.fixture
def own(app, engine):
    """The application with the fake at the port of its own engine, whose map is "map 1"."""
    settings = replace(app.extensions["settings"], travel="local", travel_port=engine.port, travel_seconds=2)
    app.extensions["settings"] = settings
    built(settings.roads, "map 1")
    return app


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def another_program(tmp_path) -> Iterator[int]:
    """A web server of somebody else; its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=tmp_path))
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def times(app, rep_id):
    return travel_times(app.extensions["settings"]).times([HOME, A], rep_id)


def test_the_map_that_was_built_here_is_believed(own):
    make.company()
    rep = make.rep(make.team().id).id
    assert times(own, rep).matrix.seconds.tolist() == [[0, 62], [72, 0]]
    assert (status_now()["answers"], status_now()["map_version"]) == (True, "map 1")


def test_another_map_is_a_fault_and_is_not_kept(own, engine):
    engine.roads.version = "map 2"
    make.company()
    rep = make.rep(make.team().id).id
    assert times(own, rep).matrix.source == "estimate"
    kept = sets.load(rep)
    assert kept is not None
    assert (kept.seconds.tolist(), kept.fetched_at, kept.wanting) == ([[0, UNKNOWN], [UNKNOWN, 0]], None, True)
    said = status_now()
    assert (said["answers"], said["map_version"]) == (False, None)
    assert said["fault"] == (
        f"another engine answers on port {engine.port}, with another map than ours; "
        f"set FIELDBEAT_TRAVEL_PORT to a free one, such as {engine.port + 1}, and start again"
    )


def test_an_engine_that_does_not_name_its_map_is_not_ours(own, engine):
    """A graph that somebody built without a version."""
    engine.roads.version = ""
    with pytest.raises(Garbage, match="another engine answers"):
        OwnOsrm(own.extensions["settings"].roads, engine.port).ask([HOME], [A], Deadline(2))


def test_another_map_in_the_middle_spoils_nothing(own, engine):
    """The kernel hands one connection to ours and the next to another: the row of a new place is not of that."""
    make.company()
    rep = make.rep(make.team().id).id
    times(own, rep)
    engine.roads.version, engine.roads.slower = "map 2", 10.0
    grown = travel_times(own.extensions["settings"]).times([HOME, A, Place(43.02, 7.0)], rep)
    assert grown.matrix.seconds[0, 1] == 62
    assert (grown.matrix.source, grown.lacking) == ("osrm+estimate", True)


def test_a_map_is_believed_once_it_is_built(own, engine):
    engine.roads.version = "map 2"
    asked = OwnOsrm(own.extensions["settings"].roads, engine.port)
    with pytest.raises(Garbage):
        asked.version([], Deadline(2))
    built(own.extensions["settings"].roads, "map 2")
    assert asked.version([], Deadline(2)) == "map 2"


def test_another_program_on_the_port(tmp_path, another_program):
    asked = OwnOsrm(built(tmp_path / "roads", "map 1"), another_program)
    for ask in (asked.version, lambda places, until: asked.ask(places, places, until)):
        with pytest.raises(
            Garbage, match=rf"port {another_program} is held by another program; set FIELDBEAT_TRAVEL_PORT"
        ):
            ask([HOME], Deadline(2))
    assert asked.posts  # ours will be asked as before


def test_a_program_that_says_nothing(tmp_path):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        asked = OwnOsrm(built(tmp_path / "roads", "map 1"), silent.getsockname()[1])
        with pytest.raises(Garbage, match="held by another program"):
            asked.version([], Deadline(0.3))


def test_nobody_on_the_port(tmp_path):
    with pytest.raises(Gone, match=r"nothing listens on port \d+; .flask up. or .flask roads serve. starts our own"):
        OwnOsrm(built(tmp_path / "roads", "map 1"), free_port()).version([], Deadline(2))


def test_no_map_yet(tmp_path, engine):
    with pytest.raises(Gone, match="no map of our own yet; make one with `flask roads build"):
        OwnOsrm(tmp_path / "roads", engine.port).version([], Deadline(2))


def test_a_port_is_claimed_once(engine):
    number = free_port()
    first = port.claim(number)
    assert first is not None
    assert (port.claimed(number), port.claim(number)) == (True, None)
    first.close()
    assert not port.claimed(number)
    again = port.claim(number)
    assert again is not None
    again.close()
    assert port.claim(engine.port) is None  # somebody listens
    assert not port.claimed(engine.port)


def test_of_many_who_claim_at_once_one_has_it():
    number, together = free_port(), Barrier(20)
    had = []

    def claim() -> None:
        together.wait()
        had.append(port.claim(number))

    threads = [Thread(target=claim) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (held,) = [found for found in had if found is not None]
    held.close()


def test_a_claim_ends_with_its_process():
    number = free_port()
    script = f"from server.travel.local.port import claim; held = claim({number}); print('held', flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    assert port.claim(number) is None
    process.kill()
    process.wait()
    held = port.claim(number)
    assert held is not None
    held.close()


# ---------------------------------------------------------------- with osrm-routed


@pytest.fixture
def another(own_monaco, shared) -> Path:
    """Another installation: its map has the same roads (a second to build) and another version."""
    made = graph.current(own_monaco)
    assert made is not None
    extract, folder = shared / "data" / "osm" / "monaco.osm.pbf", made.base(own_monaco).parent
    graph._make(programs(own_monaco), extract, folder, "another map", lambda _: None, 2)
    (folder / MANIFEST).write_text(json.dumps({**asdict(made), "version": "another map"}))
    return own_monaco


def versions(number: int, connections: int = 30) -> set[str]:
    """What as many fresh connections say; the kernel spreads these over all who share a port."""
    return {real.Osrm(f"http://127.0.0.1:{number}").version([], Deadline(5)) for _ in range(connections)}


@pytest.fixture
def started() -> Iterator:
    """Starts supervisors, each in a thread."""
    running: list[tuple[RoadServer, Thread]] = []

    def start(*servers: RoadServer) -> None:
        for server in servers:
            running.append((server, Thread(target=server.run)))
        for _, thread in running[-len(servers) :]:
            thread.start()

    yield start
    for server, _ in running:
        server.stop()
    for _, thread in running:
        thread.join(10)


@pytest.mark.shared
def test_two_installations_do_not_share_a_port(monaco, another, started, caplog):
    number = free_port()
    both = [RoadServer(roads, number) for roads in (monaco, another)]
    started(*both)
    until(lambda: any(server.process for server in both), 10)
    until(lambda: real.answers(real.Osrm(f"http://127.0.0.1:{number}")), 15)
    first, second = sorted(both, key=lambda server: server.process is None)
    until(lambda: "another engine answers" in caplog.text, 10)
    assert second.process is None
    assert versions(number) == {graph.current(first.roads).version}
    with pytest.raises(Garbage, match=f"another engine answers on port {number}"):
        OwnOsrm(second.roads, number).version([], Deadline(5))
    first.stop()
    until(lambda: second.process is not None and real.answers(OwnOsrm(second.roads, number)), 15)
    assert versions(number) == {graph.current(second.roads).version}


@pytest.mark.shared
def test_a_second_one_of_the_same_installation_stands_by(monaco, started, caplog):
    """`make roads` beside `flask up`."""
    caplog.set_level("INFO")
    number = free_port()
    first, second = RoadServer(monaco, number), RoadServer(monaco, number)
    started(first)
    until(lambda: real.answers(OwnOsrm(monaco, number)), 15)
    started(second)
    until(lambda: "one with the same map runs" in caplog.text, 10)
    assert second.process is None
    first.stop()
    until(lambda: second.process is not None and real.answers(OwnOsrm(monaco, number)), 15)


@pytest.mark.shared
def test_the_engine_waits_for_a_port_that_another_program_has(monaco, started, caplog):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        number = listener.getsockname()[1]
        server = RoadServer(monaco, number)
        server.look()
        server._not_before = 0.0
        server.look()
        assert server.process is None
        assert caplog.text.count(f"port {number} is held by another program; set FIELDBEAT_TRAVEL_PORT") == 1
    server._not_before = 0.0
    started(server)
    until(lambda: real.answers(OwnOsrm(monaco, number)), 15)


@pytest.mark.shared
def test_one_build_at_a_time(app, shared, osrm_programs):
    """The second says so and spoils nothing; one that is killed leaves no lock."""
    roads, extract = app.extensions["settings"].roads, shared / "data" / "osm" / "monaco.osm.pbf"
    roads.mkdir(parents=True)
    (roads / "engine").symlink_to(osrm_programs / "engine")
    script = (
        "import sys; from pathlib import Path; from server.travel.local.graph import build\n"
        "def say(text): print('begun', flush=True); input()\n"
        "build(Path(sys.argv[1]), Path(sys.argv[2]), say)"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", script, str(roads), str(extract)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert first.stdout is not None
    assert first.stdout.readline() == b"begun\n"
    halves = list(roads.glob(f"*{graph.HALF}"))
    runner = app.test_cli_runner()
    second = runner.invoke(args=["roads", "build", str(extract)])
    assert (second.exit_code, second.output) == (
        1,
        "Error: Another build is running in this instance; when it has ended, build again.\n",
    )
    assert [half.is_dir() for half in halves] == [True]
    first.kill()
    first.wait()
    third = runner.invoke(args=["roads", "build", str(extract)])
    assert third.exit_code == 0, third.output
    assert not list(roads.glob(f"*{graph.HALF}"))
