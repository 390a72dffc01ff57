"""Building the graph of an extract, so that a graph is either whole or not there.

Each is built in a folder of its own, which gets its name and its manifest last; `current` names the one in use and is
replaced in one step.  What a build that was broken off leaves is swept away by the next one; two at once there are not.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from server.core import clock
from server.travel.local.children import dying_with
from server.travel.local.install import RoadsError, install

MANIFEST, CURRENT, HALF, LOCK = "graph.json", "current", ".half", "build.lock"
NAME = "roads"  # of the graph's files
LAST_FILE = f"{NAME}.osrm.hsgr"  # what osrm-contract writes
CHUNK = 1 << 20
Say = Callable[[str], None]


@dataclass(frozen=True)
class Graph:
    """A graph that is whole.  `version` says which extract, profile and engine it was made of; its answers carry it."""

    folder: str
    version: str
    extract: str
    built_at: str

    def base(self, roads: Path) -> Path:
        return roads / self.folder / f"{NAME}.osrm"


def current(roads: Path) -> Graph | None:
    """The graph in use; None where there is none, or not all of it."""
    try:
        folder = (roads / CURRENT).read_text().strip()
        graph = Graph(**json.loads((roads / folder / MANIFEST).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return graph if (roads / folder / LAST_FILE).is_file() else None


def build(roads: Path, extract: Path, say: Say = print, threads: int = 2) -> Graph:
    """Make the graph of an OpenStreetMap extract (.osm.pbf) and take it into use; RoadsError where that fails, and nothing changes."""
    if not extract.is_file():
        raise RoadsError(
            f"There is no file {extract}; give an OpenStreetMap extract (.osm.pbf), for example from download.geofabrik.de."
        )
    roads = roads.resolve()
    engine = install(roads)
    with _alone(roads):
        return _built(roads, engine, extract, say, threads)


@contextmanager
def _alone(roads: Path) -> Iterator[None]:
    """One build at a time: each sweeps away what others began.  The kernel ends the lock with the process, however that ends."""
    import fcntl  # Windows has none, and no engine either

    with (roads / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RoadsError("Another build is running in this instance; when it has ended, build again.") from None
        yield


def _built(roads: Path, engine: Path, extract: Path, say: Say, threads: int) -> Graph:
    version = _version(extract)
    folder = f"graph-{version}"
    if not (roads / folder / MANIFEST).is_file():
        half = roads / f"{folder}{HALF}"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        try:
            _make(engine, extract.resolve(), half, version, say, threads)
            graph = Graph(folder, version, extract.name, clock.now().isoformat(timespec="seconds"))
            (half / MANIFEST).write_text(json.dumps(asdict(graph), indent=1))
            shutil.rmtree(roads / folder, ignore_errors=True)
            half.rename(roads / folder)
        finally:
            shutil.rmtree(half, ignore_errors=True)
    _use(roads, folder)
    _sweep(roads, folder)
    made = current(roads)
    if made is None:
        raise RoadsError(f"The graph in {roads / folder} is not whole; delete that folder and build it again.")
    return made


def _make(engine: Path, extract: Path, half: Path, version: str, say: Say, threads: int) -> None:
    link = half / f"{NAME}.osm.pbf"
    link.symlink_to(extract)  # the programs name their files after it
    say(f"Reading the roads of {extract.name} ...")
    profile = engine / "share" / "profiles" / "car.lua"
    _run(
        half,
        engine / "bin" / "osrm-extract",
        "-t",
        str(threads),
        "-p",
        str(profile),
        "--data_version",
        version,
        link.name,
    )
    say("Building the graph ...")
    _run(half, engine / "bin" / "osrm-contract", "-t", str(threads), f"{NAME}.osrm")
    link.unlink()
    if not (half / LAST_FILE).is_file():
        raise RoadsError("The engine's programs ended without an error and without a graph.")


def _run(folder: Path, program: Path, *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603
        [str(program), *arguments], cwd=folder, capture_output=True, text=True, check=False,
        preexec_fn=dying_with(os.getpid()),  # a build that is killed leaves nothing running
    )  # fmt: skip
    if done.returncode:
        said = [
            line
            for line in (done.stdout + done.stderr).splitlines()
            if "error" in line.lower() or "exception" in line.lower()
        ]
        raise RoadsError(
            f"{program.name} failed ({done.returncode}): {said[-1][-300:] if said else 'see whether the extract is whole'}"
        )


def _version(extract: Path) -> str:
    """Of the extract's content and the pinned engine."""
    digest = sha256(Path(__file__).with_name("engine.txt").read_bytes())
    with extract.open("rb") as content:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()[:16]


def _use(roads: Path, folder: str) -> None:
    beside = roads / f"{CURRENT}.new"
    beside.write_text(folder + "\n")
    os.replace(beside, roads / CURRENT)


def _sweep(roads: Path, keep: str) -> None:
    """Graphs that are not in use any more; a server that still has one open keeps its files until it ends."""
    for other in roads.glob("graph-*"):
        if other.name != keep:
            shutil.rmtree(other, ignore_errors=True)
