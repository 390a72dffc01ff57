"""Installing OSRM's programs: the pinned wheel by pip, and of it only what runs without Python."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PINNED = Path(__file__).with_name("engine.txt")
TAKEN = ("osrm/bin/", "osrm/share/", "osrm_bindings.libs/")
NEEDED = ("osrm-extract", "osrm-contract", "osrm-routed")
MACHINES = {"x86_64": "manylinux_2_28_x86_64", "amd64": "manylinux_2_28_x86_64", "aarch64": "manylinux_2_28_aarch64"}


class RoadsError(Exception):
    """The engine or its graph cannot be made; the message says what to do."""


def programs(folder: Path) -> Path:
    """Where the programs are, or will be, in an instance's folder of roads."""
    return folder / "engine" / "osrm"


def installed(folder: Path) -> bool:
    return all((programs(folder) / "bin" / name).is_file() for name in NEEDED)


def install(folder: Path) -> Path:
    """Have the programs there; RoadsError where they cannot be had.  Does nothing where they are."""
    if not installed(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            unpacked = Path(scratch) / "engine"
            _unpack(_wheel(Path(scratch)), unpacked)
            target = folder / "engine"
            if not installed(folder):
                shutil.rmtree(target, ignore_errors=True)  # what somebody else left there
                _put(unpacked, target, folder)
    return programs(folder)


def _put(unpacked: Path, target: Path, folder: Path) -> None:
    try:
        unpacked.rename(target)
    except OSError:
        if not installed(folder):  # else another process was faster
            raise


def download(requirement: Path, platform_tag: str, into: Path) -> Path:
    """One wheel of a pinned requirement, for a newer Python than this one; RoadsError where pip cannot get it."""
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--require-hashes",
        "--only-binary", ":all:", "--python-version", "3.12", "--implementation", "cp", "--abi", "abi3",
        "--platform", platform_tag, "--dest", str(into), "--requirement", str(requirement),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own command line
    wheels = list(into.glob("*.whl"))
    if done.returncode or not wheels:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise RoadsError(f"pip could not download {requirement.name}: {said[-1] if said else 'it said nothing'}")
    return wheels[0]


def _wheel(into: Path) -> Path:
    tag = MACHINES.get(platform.machine().lower()) if sys.platform == "linux" else None
    if tag is None:
        raise RoadsError(
            f"There are no programs of OSRM for {sys.platform} on {platform.machine()}; run one elsewhere and set FIELDBEAT_TRAVEL=osrm."
        )
    return download(PINNED, tag, into)


def _unpack(wheel: Path, into: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith(TAKEN):
                archive.extract(name, into)
    for program in (into / "osrm" / "bin").iterdir():
        program.chmod(0o755)
