"""Text files of numbers that other people wrote: what is wrong with one is said with its name and line, and the others are still run."""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Instance = TypeVar("Instance")
LARGEST = (
    1e6  # far beyond what the public instances have; their distances and times stay within what the planner counts in
)


class Malformed(ValueError):
    """A file is not what it should be: "FILE, line 3: what is wrong"."""


@dataclass(frozen=True)
class Row:
    """The numbers of a line."""

    path: Path
    line: int
    numbers: tuple[float, ...]

    def wrong(self, what: str) -> Malformed:
        return Malformed(f"{self.path}, line {self.line}: {what}")

    def needs(self, count: int, names: str) -> tuple[float, ...]:
        """The numbers, if there are so many at least."""
        if len(self.numbers) < count:
            raise self.wrong(f"has {len(self.numbers)} numbers where {count} are needed ({names})")
        return self.numbers

    def whole(self, position: int, name: str, least: int = 0) -> int:
        """The number at a position, which counts something."""
        number = self.numbers[position]
        if number != int(number) or number < least:
            raise self.wrong(f"{name} is {number:g}, not a whole number from {least} on")
        return int(number)

    def not_negative(self, position: int, name: str) -> float:
        if self.numbers[position] < 0:
            raise self.wrong(f"{name} is {self.numbers[position]:g}, less than 0")
        return self.numbers[position]


def rows(path: Path) -> list[Row]:
    """The lines that are not empty.  Raises Malformed where something is no number."""
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed(f"{path}: cannot be read: {error}") from None
    return [_row(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _row(path: Path, number: int, line: str) -> Row:
    found = []
    for word in line.split():
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise Malformed(f"{path}, line {number}: {word[:40]!r} is not a number")
        if abs(value) > LARGEST:
            raise Malformed(f"{path}, line {number}: {word[:40]} is larger than {LARGEST:,.0f}")
        found.append(value)
    return Row(path, number, tuple(found))


def points(lines: list[Row], after: int, count: int, path: Path) -> list[Row]:
    """The `count` lines after the first `after`, which are the last ones.  Raises Malformed where there are fewer or more."""
    if len(lines) < after + count:
        raise Malformed(
            f"{path}: ends after {max(0, len(lines) - after)} points; {count} are said to follow, the depot first"
        )
    if extra := lines[after + count :]:
        raise extra[0].wrong(f"is one point more than the {count} that are said to follow, the depot first")
    for number, row in enumerate(lines[after:]):
        if row.numbers[0] != number:
            raise row.wrong(f"is point {row.numbers[0]:g} where {number} is next, the depot being 0")
    return lines[after:]


def readable(files: Iterable[Path], read: Callable[[Path], Instance]) -> tuple[list[Instance], bool]:
    """The instances that can be read, and whether all can; of the others what is wrong is written to the standard error."""
    found, fine = [], True
    for path in files:
        try:
            found.append(read(path))
        except Malformed as error:
            print(error, file=sys.stderr)
            fine = False
    return found, fine


def chosen(parser: argparse.ArgumentParser, folder: Path, names: Sequence[str] | None = None) -> list[Path]:
    """The *.txt of a folder, or those that are named; ends with an error where there is none, or one is not there."""
    files = sorted(folder.glob("*.txt"))
    if not files:
        parser.error(f"no *.txt in {folder}")
    missing = sorted(set(names or ()) - {file.stem for file in files})
    if missing:
        parser.error(f"no {', '.join(f'{name}.txt' for name in missing)} in {folder}")
    return [file for file in files if not names or file.stem in names]


def writable(text: str) -> Path:
    """An option: a folder for results, made where there is none; tried before the run, not after it."""
    try:
        Path(text).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=text):
            return Path(text)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"cannot write into {text}: {error.strerror}") from None
