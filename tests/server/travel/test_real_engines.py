"""Real engines on a real map: Monaco, built here, and spoken to over HTTP."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from planner.travel import UNREACHABLE, Place, great_circle
from server.travel.engines.block import NO_ANSWER
from server.travel.engines.faults import Deadline, Gone, Refused
from server.travel.engines.osrm import Osrm
from server.travel.engines.tiles import ask
from server.travel.local import graph
from server.travel.local.install import RoadsError
from tests.server.travel import real
from tests.server.travel.conftest import free_port
from tests.server.travel.fake import until

pytestmark = pytest.mark.shared
PARIS, CASINO, PORT = Place(48.8566, 2.3522), Place(43.7396, 7.4270), Place(43.7347, 7.4206)


@pytest.fixture(scope="module")
def pois(shared) -> list[Place]:
    with (shared / "data" / "osm" / "monaco-pois.csv").open(encoding="utf-8") as rows:
        found = [Place(float(row["lat"]), float(row["lon"])) for row in csv.DictReader(rows)]
    return found[:120]


@pytest.fixture(scope="module")
def running(monaco):
    with real.osrm(monaco, free_port()) as (_, engine):
        yield engine


def sane(block, places) -> None:
    """No way is shorter than through the air, and in a town of 2 km none takes half an hour."""
    air = great_circle(places)
    known = (block.seconds >= 0) & (block.seconds < UNREACHABLE)
    assert known.mean() > 0.95
    assert (block.seconds[known] <= 1800).all()
    snapped = block.source_snaps[:, None] + block.target_snaps[None, :]
    assert (block.metres[known] >= (air - snapped - 2)[known]).all()
    assert not np.array_equal(block.seconds, block.seconds.T)  # one-way streets


def test_osrm_by_post_and_by_get(running, pois):
    posted, fault = ask(running, pois, pois, Deadline(20))
    assert fault is None
    sane(posted, pois)
    assert posted.source_snaps.max() < 500
    assert len(posted.version) == 16
    by_get = Osrm(running.client.base)
    by_get.posts = False
    got, fault = ask(by_get, pois[:50], pois[:50], Deadline(20))
    assert fault is None
    assert (np.abs(got.seconds - posted.seconds[:50, :50]) <= 2).mean() > 0.99  # six decimals in the address


def by_road(line, start, end) -> None:
    """It begins and ends near its doors, makes no jumps, and is longer than the air."""
    points = [Place(*point) for point in line]
    steps = np.diagonal(great_circle(points), offset=1)
    assert great_circle([start, end], [points[0], points[-1]]).diagonal().max() < 100
    assert len(points) > 10
    assert steps.max() < 400
    assert steps.sum() > great_circle([start], [end])[0, 0]


def test_osrm_draws_the_way(running):
    there, back = running.ways([CASINO, PORT, CASINO], Deadline(5))
    by_road(there, CASINO, PORT)
    by_road(back, PORT, CASINO)


def test_osrm_moves_paris_to_monaco_and_says_how_far(running):
    block = running.ask([CASINO], [PORT, PARIS], Deadline(5))
    assert block.target_snaps[0] < 100
    assert block.target_snaps[1] > 600_000


def test_a_small_table_is_refused_and_asked_in_tiles(monaco, pois):
    """A server of other people has the usual limit, or a smaller one."""
    made = graph.current(monaco)
    assert made is not None
    port = free_port()
    program = monaco / "engine" / "osrm" / "bin" / "osrm-routed"
    process = subprocess.Popen(
        [program, "-a", "ch", "-i", "127.0.0.1", "-p", str(port), "--max-table-size", "40", made.base(monaco)],
        stdout=subprocess.DEVNULL,
    )
    try:
        engine = Osrm(f"http://127.0.0.1:{port}")
        until(lambda: real.answers(engine), 15)
        with pytest.raises(Refused) as caught:
            engine.ask(pois, pois, Deadline(5))
        assert engine.too_big(caught.value)
        block, fault = ask(engine, pois, pois, Deadline(20))
        assert (fault, engine.side) == (None, 25)
        sane(block, pois)
    finally:
        process.kill()
        process.wait()


def test_a_server_with_a_radius_fails_for_one_place_and_is_asked_without_it(monaco):
    made = graph.current(monaco)
    assert made is not None
    port = free_port()
    program = monaco / "engine" / "osrm" / "bin" / "osrm-routed"
    process = subprocess.Popen(
        [program, "-a", "ch", "-i", "127.0.0.1", "-p", str(port), "--default-radius", "500", made.base(monaco)],
        stdout=subprocess.DEVNULL,
    )
    try:
        engine = Osrm(f"http://127.0.0.1:{port}")
        until(lambda: real.answers(engine), 15)
        block, fault = ask(engine, [CASINO, PARIS, PORT], [PORT, PARIS, CASINO, PARIS], Deadline(10))
        assert fault is None
        assert (block.seconds == NO_ANSWER).tolist() == [
            [False, True, False, True],
            [True] * 4,
            [False, True, False, True],
        ]
        assert int(block.seconds[0, 2]) == 0
        assert block.source_snaps[1] == float("inf")
        lost, fault = ask(engine, [PARIS], [CASINO, PORT], Deadline(10))
        assert (fault, lost.seconds.tolist()) == (None, [[NO_ANSWER, NO_ANSWER]])
    finally:
        process.kill()
        process.wait()


def test_valhalla_gives_seconds_and_kilometres(valhalla_programs, shared, tmp_path, pois, running):
    extract = shared / "data" / "osm" / "monaco.osm.pbf"
    with real.valhalla(valhalla_programs, extract, tmp_path, free_port(), most_pairs=900) as engine:
        (there,) = engine.ways([CASINO, PORT], Deadline(10))
        by_road(there, CASINO, PORT)
        block, fault = ask(engine, pois, pois, Deadline(60))
        assert fault is None
        assert engine.side == 25  # 50 x 50 is more than this one takes
        sane(block, pois)
        osrm = ask(running, pois, pois, Deadline(20))[0]
        known = (block.metres > 300) & (block.metres < UNREACHABLE) & (osrm.metres > 300)
        assert 0.8 < np.median(block.metres[known] / osrm.metres[known]) < 1.25  # metres, as from the other one
        assert 0.5 < np.median(block.seconds[known] / osrm.seconds[known]) < 1.5
        lost, fault = ask(engine, [CASINO, PARIS], [CASINO, PORT, PARIS], Deadline(10))
        assert fault is None
        assert lost.source_snaps[1] == float("inf")
        assert (lost.seconds == NO_ANSWER).tolist() == [[False, False, True], [True, True, True]]
        assert engine.version([], Deadline(2)).startswith("3.9.1 ")


def test_an_engine_that_is_killed_is_started_again(monaco):
    with real.osrm(monaco, free_port()) as (server, engine):
        first = server.process
        assert first is not None
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        with pytest.raises(Gone):
            engine.version([], Deadline(1))
        until(lambda: real.answers(engine), 15)
        assert server.process is not None
        assert server.process.pid != first.pid


def test_the_engine_ends_with_whoever_started_it(monaco):
    """Even when that is killed and can end nothing itself."""
    port = free_port()
    script = (
        "import sys; from pathlib import Path; from server.travel.local.serve import RoadServer; "
        f"RoadServer(Path(sys.argv[1]), {port}).run()"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(monaco)])
    engine = Osrm(f"http://127.0.0.1:{port}")
    until(lambda: real.answers(engine), 20)
    parent.kill()
    parent.wait()
    until(lambda: not real.answers(engine), 10)


def test_half_a_graph_is_never_used(own_monaco, shared):
    """Broken off while it was built, or with a file missing: there is no graph, and building makes a whole one."""
    made = graph.current(own_monaco)
    assert made is not None
    (made.base(own_monaco).parent / graph.LAST_FILE).unlink()
    assert graph.current(own_monaco) is None
    (made.base(own_monaco).parent / graph.MANIFEST).unlink()
    half = own_monaco / f"graph-0123{graph.HALF}"
    half.mkdir()
    (half / "roads.osrm.ebg").write_bytes(b"half")
    again = graph.build(own_monaco, shared / "data" / "osm" / "monaco.osm.pbf", say=lambda _: None)
    assert again.version == made.version
    assert graph.current(own_monaco) == again
    assert not half.exists()
    begun = time.monotonic()
    assert graph.build(own_monaco, shared / "data" / "osm" / "monaco.osm.pbf", say=lambda _: None) == again
    assert time.monotonic() - begun < 0.3  # it is there


def test_a_build_that_fails_leaves_what_was_there(own_monaco, tmp_path):
    made = graph.current(own_monaco)
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"no map at all")
    with pytest.raises(RoadsError, match=r"osrm-extract failed"):
        graph.build(own_monaco, broken, say=lambda _: None)
    with pytest.raises(RoadsError, match=r"There is no file"):
        graph.build(own_monaco, tmp_path / "nothing.osm.pbf", say=lambda _: None)
    assert graph.current(own_monaco) == made
    assert [folder.name for folder in own_monaco.glob("graph-*")] == [made.folder]


def test_a_new_graph_is_taken_while_the_server_runs(own_monaco, shared):
    with real.osrm(own_monaco, free_port()) as (server, engine):
        before = engine.version([], Deadline(2))
        folder = own_monaco / "graph-another"
        old = own_monaco / graph.current(own_monaco).folder
        old.rename(folder)
        manifest = json.loads((folder / graph.MANIFEST).read_text())
        (folder / graph.MANIFEST).write_text(json.dumps({**manifest, "folder": folder.name}))
        first = server.process.pid
        (own_monaco / graph.CURRENT).write_text("graph-another\n")
        until(lambda: server.process is not None and server.process.pid != first and real.answers(engine), 15)
        assert engine.version([], Deadline(2)) == before


def test_the_commands(app, monaco, shared, monkeypatch):
    folder = app.extensions["settings"].instance / "roads"
    folder.mkdir(parents=True)
    (folder / "engine").symlink_to(monaco / "engine")
    runner = app.test_cli_runner()
    done = runner.invoke(args=["roads", "build", str(shared / "data" / "osm" / "monaco.osm.pbf")])
    assert done.exit_code == 0, done.output
    assert "The roads of monaco.osm.pbf are ready" in done.output
    assert "FIELDBEAT_TRAVEL=local" in done.output
    wrong = runner.invoke(args=["roads", "build", "nowhere.osm.pbf"])
    assert (wrong.exit_code, "There is no file" in wrong.output) == (1, True)
    said = runner.invoke(args=["roads", "status"])
    assert said.exit_code == 0, said.output
    assert "estimate" in said.output
