"""House numbers of which the map only says that they run along a way, from one that it knows to the next (addr:interpolation)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from server.places.ground import distance
from server.places.spelling import number_of

INTERPOLATION = "addr:interpolation"
STEPS = {"even": 2, "odd": 2, "all": 1}  # other ways say the step themselves; letters (alphabetic) are not counted
WHERE = ("addr:street", "addr:place", "addr:postcode", "addr:city", "addr:country")
MOST = 500  # numbers between two: more are a mistake


@dataclass(frozen=True, slots=True)
class Line:
    """A way with its tags and its corners: (node, lat, lon)."""

    tags: dict[str, str]
    corners: list[tuple[int, float, float]]


def numbers_along(way: Line, tags_at: Mapping[int, Mapping[str, str]]) -> Iterator[tuple[dict[str, str], float, float]]:
    """(tags of an address, lat, lon) of the numbers between those of the corners that have one, as far along the way as they
    are between them.

    tags_at : of the corners that have tags.  Nothing between two corners of other streets, or with a letter.
    """
    step = STEPS.get(way.tags[INTERPOLATION]) or _whole(way.tags[INTERPOLATION])
    known = [n for n, (ref, _, _) in enumerate(way.corners) if "addr:housenumber" in tags_at.get(ref, {})]
    for one, two in pairwise(known) if step else ():
        tags = [_where(way, tags_at[way.corners[n][0]]) for n in (one, two)]
        first, last = (_plain_number(tags_at[way.corners[n][0]]["addr:housenumber"]) for n in (one, two))
        if first is None or last is None or any(tags[0].get(name) != tags[1].get(name) for name in WHERE[:2]):
            continue
        for number, lat, lon in _between(first, last, step, [corner[1:] for corner in way.corners[one : two + 1]]):
            yield {**tags[0], "addr:housenumber": str(number)}, lat, lon


def _where(way: Line, tags: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name in WHERE if (value := tags.get(name) or way.tags.get(name))}


def _between(
    first: int, last: int, step: int, line: Sequence[tuple[float, float]]
) -> Iterator[tuple[int, float, float]]:
    """(number, lat, lon) of the numbers between two, at even distances along the line from one to the other."""
    count = (abs(last - first) - 1) // step
    if count > MOST:
        return
    far = list(accumulate((distance(*a, *b) for a, b in pairwise(line)), initial=0.0))
    for n in range(1, count + 1):
        share = n * step / abs(last - first)
        yield first + (n * step if last > first else -n * step), *_at(share * far[-1], line, far)


def _at(metres: float, line: Sequence[tuple[float, float]], far: Sequence[float]) -> tuple[float, float]:
    """The point so far along a line; `far`: how far its corners are."""
    n = next(n for n in range(1, len(line)) if metres <= far[n] or n == len(line) - 1)
    length = far[n] - far[n - 1]
    share = min(1.0, (metres - far[n - 1]) / length) if length else 0.0
    (lat, lon), (to_lat, to_lon) = line[n - 1], line[n]
    return lat + share * (to_lat - lat), lon + share * (to_lon - lon)


def _plain_number(text: str) -> int | None:
    number = number_of(text)
    return number.value if number and not number.suffix else None


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
