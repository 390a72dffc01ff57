"""The problem that a version answers, kept small enough to be kept with every version.

A matrix by road is most of a problem (0.4 MB of 300 places), and nearly all of it is in the rep's set of road times already.  So the
version keeps what differs from that, and the matrix's digest: it can be replayed as long as the set has these times, which is until
the engine has another map.  What cannot be said in this way is written out.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from typing import Any
from uuid import UUID

import numpy as np

from planner.io import problem_bytes, problem_from_json
from planner.problem import Problem
from planner.travel import Estimate, Place, TravelMatrix, arriving
from server.travel.estimate import CALIBRATED, ESTIMATE, fitted_to
from server.travel.store import points, sets

LEVEL = 1
MOST_DIFFERENT = 0.4  # of the cells; with more, all are written out
ROADS = "roads"  # beside the fields of a problem in the document
Json = dict[str, Any]


class RoadsChanged(Exception):
    """The road times that a plan was made with are not kept any more."""


def kept(rep_id: UUID, problem: Problem, access: Mapping[int, int]) -> bytes:
    """The document of a version.  access : seconds that are part of the ways to places."""
    roads = None if problem.travel.source == ESTIMATE else _roads(rep_id, problem, access)
    if roads is None:
        return zlib.compress(problem_bytes(problem), LEVEL)
    bare = replace(problem, travel=Estimate().matrix(problem.places))
    document = json.loads(problem_bytes(bare)) | {ROADS: roads}
    return zlib.compress(
        json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(), LEVEL
    )


def problem_of(rep_id: UUID, document: bytes) -> Problem:
    """The problem that such a document says.  RoadsChanged where its road times are gone."""
    found: Json = json.loads(zlib.decompress(document))
    roads = found.pop(ROADS, None)
    problem = problem_from_json(found)
    if roads is None:
        return problem
    base = _base(rep_id, problem.places, dict(roads["access"]), roads["estimate"])
    if base is None:
        raise RoadsChanged("The rep's road times are not kept any more.")
    seconds, metres = base.seconds.copy(), base.metres.copy()
    for i, j, *cell in roads["cells"]:
        seconds[i, j], metres[i, j] = cell
    if _digest(seconds, metres) != roads["digest"]:
        raise RoadsChanged("The rep's road times have changed since: the engine has another map.")
    return replace(problem, travel=TravelMatrix(seconds, metres, roads["source"]))


def _roads(rep_id: UUID, problem: Problem, access: Mapping[int, int]) -> Json | None:
    """What makes the matrix of what is kept; None where that is too little."""
    travel = problem.travel
    fitted = asdict(fitted_to(rep_id)) if travel.source == CALIBRATED else None
    base = _base(rep_id, problem.places, access, fitted)
    if base is None:
        return None
    other = np.argwhere((base.seconds != travel.seconds) | (base.metres != travel.metres))
    if len(other) > MOST_DIFFERENT * travel.seconds.size:
        return None
    return {
        "source": travel.source,
        "estimate": fitted,
        "access": [[place, seconds] for place, seconds in sorted(access.items())],
        "cells": [[*map(int, at), int(travel.seconds[*at]), int(travel.metres[*at])] for at in other],
        "digest": _digest(travel.seconds, travel.metres),
    }


def _base(rep_id: UUID, places: Sequence[Place], access: Mapping[int, int], fitted: Json | None) -> TravelMatrix | None:
    """The matrix as far as the rep's set, or the estimate that was fitted to it, tells it."""
    if fitted is not None:
        estimate = sets.estimate_of(fitted)
        assert estimate is not None
        return arriving(estimate.matrix(list(places)), places, access)
    own = sets.load(rep_id)
    if own is None:
        return None
    keys, which = points.distinct(places)
    seconds, metres, _ = own.of(keys)
    spread = np.ix_(which, which)
    return arriving(TravelMatrix(np.maximum(seconds[spread], 0), np.maximum(metres[spread], 0)), places, access)


def _digest(seconds: np.ndarray, metres: np.ndarray) -> str:
    return sha256(seconds.astype("<i4").tobytes() + metres.astype("<i4").tobytes()).hexdigest()
