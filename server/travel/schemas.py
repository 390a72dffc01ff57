"""What travel looks like outside."""

from __future__ import annotations

import marshmallow as ma

from server.core.http import Schema
from server.travel.reach import MOST

SOURCES = (
    "estimate (great circle), calibrated (an estimate fitted to roads), osrm, valhalla, 'osrm outdated' (kept, and too old), "
    "'osrm+estimate' or 'osrm+calibrated' (some of them estimated)"
)


def _minutes(most: int, what: str) -> ma.fields.Integer:
    return ma.fields.Integer(load_default=30, validate=ma.validate.Range(1, most), metadata={"description": what})


class IsochroneArgs(Schema):
    minutes = _minutes(180, "Of driving at the usual speed (no speed bands)")


class IsochroneSchema(Schema):
    """A GeoJSON feature (RFC 7946)."""

    type = ma.fields.String(validate=ma.validate.OneOf(["Feature"]))
    properties = ma.fields.Dict(metadata={"description": "rep_id, minutes, and travel_source as in plans"})
    geometry = ma.fields.Dict(metadata={"description": "A MultiPolygon, with holes for what is not reached in time"})


class ReachArgs(Schema):
    minutes = _minutes(600, "Of driving at the usual speed (no speed bands), with access")
    limit = ma.fields.Integer(
        load_default=500, validate=ma.validate.Range(1, MOST), metadata={"description": "Most accounts in the answer"}
    )


class ReachedSchema(Schema):
    account_id = ma.fields.UUID()
    name = ma.fields.String()
    lat = ma.fields.Float()
    lon = ma.fields.Float()
    travel_minutes = ma.fields.Integer(metadata={"description": "From home, rounded up"})
    distance_metres = ma.fields.Integer()


class ReachSchema(Schema):
    rep_id = ma.fields.UUID()
    minutes = ma.fields.Integer()
    travel_source = ma.fields.String(metadata={"description": SOURCES})
    reached_count = ma.fields.Integer()
    beyond_count = ma.fields.Integer(metadata={"description": "Farther than that"})
    unreachable_count = ma.fields.Integer(metadata={"description": "No road leads there"})
    off_road_count = ma.fields.Integer(
        metadata={"description": "More than 500 m from any road: a wrong position, most likely"}
    )
    no_position_count = ma.fields.Integer()
    accounts = ma.fields.List(ma.fields.Nested(ReachedSchema), metadata={"description": "Nearest first"})
    outline = ma.fields.List(
        ma.fields.List(ma.fields.Float()),
        metadata={"description": "[lat, lon] of the convex hull of home and what is reached, counter-clockwise"},
    )


class TravelStatusSchema(Schema):
    source = ma.fields.String(metadata={"description": "FIELDBEAT_TRAVEL: estimate, osrm, valhalla or local"})
    engine = ma.fields.String(allow_none=True, metadata={"description": "osrm or valhalla; null: times are estimated"})
    answers = ma.fields.Boolean(allow_none=True, metadata={"description": "Whether the engine answers now"})
    fault = ma.fields.String(allow_none=True, metadata={"description": "What it does instead"})
    map_version = ma.fields.String(allow_none=True, metadata={"description": "Of the engine's map, in its own words"})
    reps_with_roads = ma.fields.Integer()
    reps_wanting = ma.fields.Integer(
        metadata={"description": "Planned without times that the engine will be asked for"}
    )
    reps_not_covered = ma.fields.Integer(metadata={"description": "The engine's map does not reach where they drive"})
    reps_calibrated = ma.fields.Integer(metadata={"description": "Whose estimate is fitted to roads"})
    kept_bytes = ma.fields.Integer()
    oldest_at = ma.fields.AwareDateTime(format="iso", allow_none=True)
    newest_at = ma.fields.AwareDateTime(format="iso", allow_none=True)
