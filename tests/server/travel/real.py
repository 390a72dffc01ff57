"""Real road engines for tests: OSRM and Valhalla from their wheels, on loopback."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from server.travel.engines.faults import Deadline, EngineFault
from server.travel.engines.osrm import Osrm
from server.travel.engines.tiles import Engine
from server.travel.engines.valhalla import Valhalla
from server.travel.local.serve import RoadServer
from tests.server.travel.fake import until

VALHALLA = Path(__file__).with_name("valhalla.txt")
PROGRAMS = ("valhalla_build_tiles", "valhalla_service")


def answers(engine: Engine) -> bool:
    try:
        engine.version([], Deadline(1))
    except EngineFault:
        return False
    return True


@contextmanager
def osrm(roads: Path, port: int) -> Iterator[tuple[RoadServer, Osrm]]:
    """Our supervisor with its osrm-routed, once that answers."""
    server, engine = RoadServer(roads, port), Osrm(f"http://127.0.0.1:{port}")
    thread = Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.process is not None and answers(engine), 15)
        yield server, engine
    finally:
        server.stop()
        thread.join(10)


def unpack_valhalla(wheel: Path, into: Path) -> None:
    """What runs without Python, and the maker of its configuration."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith("pyvalhalla.libs/") or name.rsplit("/", 1)[-1] in (
                *PROGRAMS,
                "valhalla_build_config.py",
            ):
                archive.extract(name, into)
    for program in PROGRAMS:
        (into / "valhalla" / "bin" / program).chmod(0o755)


@contextmanager
def valhalla(programs: Path, extract: Path, folder: Path, port: int, most_pairs: int = 2_500) -> Iterator[Valhalla]:
    """A Valhalla of an extract; one second or two to build."""
    sockets = Path(tempfile.mkdtemp(prefix="vh-"))  # their names must be short
    config = folder / "valhalla.json"
    (folder / "tiles").mkdir()
    config.write_text(json.dumps(_config(programs, folder, sockets, port, most_pairs)))
    binaries = programs / "valhalla" / "bin"
    subprocess.run(
        [binaries / "valhalla_build_tiles", "-c", config, "-j", "2", extract], check=True, capture_output=True
    )
    engine = Valhalla(f"http://127.0.0.1:{port}")
    process = subprocess.Popen(
        [binaries / "valhalla_service", config, "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: answers(engine), 15)
        yield engine
    finally:
        process.kill()
        process.wait()


def _config(programs: Path, folder: Path, sockets: Path, port: int, most_pairs: int) -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("valhalla_config", programs / "valhalla" / "valhalla_build_config.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)

    def without_optional(part: dict[str, Any]) -> dict[str, Any]:
        return {
            name: without_optional(value) if isinstance(value, dict) else value
            for name, value in part.items()
            if not isinstance(value, maker.Optional)
        }

    config = without_optional(maker.config)
    absent = ("tile_extract", "traffic_extract", "admin", "landmarks", "timezone", "transit_dir", "transit_feeds_dir")
    config["mjolnir"].update(tile_dir=str(folder / "tiles"), **dict.fromkeys(absent, ""))
    config["logging"]["type"] = config["additional_data"]["elevation"] = ""
    config["service_limits"]["auto"]["max_matrix_location_pairs"] = most_pairs
    config["thor"]["source_to_target_algorithm"] = "timedistancematrix"
    config["httpd"]["service"].update(
        listen=f"tcp://127.0.0.1:{port}", loopback=f"ipc://{sockets}/loopback", interrupt=f"ipc://{sockets}/interrupt"
    )
    for part in ("loki", "thor", "odin", "meili"):
        config[part]["service"]["proxy"] = f"ipc://{sockets}/{part}"
    return config
