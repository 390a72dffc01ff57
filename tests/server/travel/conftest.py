"""A fake engine, real ones where their wheels can be had, and applications that ask them."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from server.travel.local.port import claimed
from tests.server.travel import fake

ROOT = Path(__file__).resolve().parents[3]
_ports = iter(range(20_000 + os.getpid() % 1_000 * 10, 32_000))  # of this process: others begin elsewhere


@pytest.fixture
def engine() -> Iterator[fake.FakeEngine]:
    with fake.running() as made:
        yield made


@pytest.fixture
def on_roads(app, engine):
    """The application with the fake OSRM as its engine, for which plans wait two seconds at most."""
    app.extensions["settings"] = replace(
        app.extensions["settings"], travel="osrm", travel_url=engine.url, travel_seconds=2
    )
    return app


def not_to_be_had(why: str) -> None:
    """Skips; in CI, where it must be there, it fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def osrm_programs() -> Path:
    """The folder of roads with OSRM's programs, downloaded once for all runs."""
    from server.travel.local.install import RoadsError, install

    folder = ROOT / "instance" / "test-roads"
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        pytest.skip("OSRM's wheel is for Linux")
    try:
        install(folder)
    except RoadsError as error:
        not_to_be_had(str(error))
    return folder


@pytest.fixture(scope="session")
def monaco(shared, osrm_programs, tmp_path_factory) -> Path:
    """A folder of roads with Monaco's graph, built in this run."""
    from server.travel.local import graph

    folder = tmp_path_factory.mktemp("roads")
    (folder / "engine").symlink_to(osrm_programs / "engine")
    graph.build(folder, shared / "data" / "osm" / "monaco.osm.pbf", say=lambda _: None)
    return folder


@pytest.fixture(scope="session")
def valhalla_programs() -> Path:
    """Valhalla's programs, downloaded once for all runs."""
    from server.travel.local.install import RoadsError, download
    from tests.server.travel.real import VALHALLA, unpack_valhalla

    folder = ROOT / "instance" / "test-valhalla"
    if sys.platform != "linux" or platform.machine() != "x86_64":
        pytest.skip("this wheel of Valhalla is for Linux on x86_64")
    if not (folder / "programs").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                unpack_valhalla(download(VALHALLA, "manylinux_2_28_x86_64", Path(scratch)), Path(scratch) / "programs")
                (Path(scratch) / "programs").rename(folder / "programs")
        except RoadsError as error:
            not_to_be_had(str(error))
        except OSError:  # another process of the same run was faster
            assert (folder / "programs").is_dir()
    return folder / "programs"


def free_port() -> int:
    """A port that nobody has, below those that the system gives away: a connection or a test beside us could get one of these."""
    for number in _ports:
        with socket.socket() as found, suppress(OSError):
            found.bind(("127.0.0.1", number))
            if not claimed(number):
                return number
    raise AssertionError("no port is free")


@pytest.fixture
def own_monaco(monaco, tmp_path) -> Path:
    """The same for a test that spoils it."""
    folder = tmp_path / "roads"
    shutil.copytree(monaco, folder, symlinks=True)
    return folder
