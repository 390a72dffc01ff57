"""Options of a shell that are numbers: what is none is told with the word that stands there.  Also for `benchmarks`."""

from __future__ import annotations

import argparse
import math


def seconds(text: str) -> float:
    """A time limit."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return value


def at_least_0(text: str) -> int:
    return _whole(text, 0)


def at_least_1(text: str) -> int:
    return _whole(text, 1)


def _whole(text: str, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} on")
    return int(text)
