"""What speeds look like outside."""

from __future__ import annotations

import marshmallow as ma
from flask_smorest.fields import Upload

from server.company.schemas import AREAS, TRAFFIC, SpeedBands
from server.core.http import Schema
from server.core.time_fields import Day, Moment

SOURCES = ("none", "default", "own", "learned")


class SpeedsLabelSchema(Schema):
    """Which table of speeds."""

    source = ma.fields.String(metadata={"enum": list(SOURCES), "description": "none: empty roads at all times"})
    area = ma.fields.String(
        allow_none=True, metadata={"enum": [*AREAS, None], "description": "Kind of area; null: the same for all kinds"}
    )
    version = ma.fields.Integer(metadata={"description": "Of the table that source names"})
    said_by = ma.fields.String(
        allow_none=True,
        metadata={"description": "Whose speed_bands they are, or of whose drives they were learned: 'team ID' or 'company'"},
    )  # fmt: skip
    prior = ma.fields.String(
        allow_none=True, metadata={"description": "Learned: the table that was corrected, such as 'default 1'"}
    )
    drives = ma.fields.Integer(allow_none=True, metadata={"description": "Learned: from so many drives"})
    since = ma.fields.String(
        allow_none=True, metadata={"format": "date", "description": "Learned: from drives of this day on"}
    )
    until = ma.fields.String(allow_none=True, metadata={"format": "date"})


class PlainBandSchema(Schema):
    weekdays = ma.fields.List(ma.fields.Integer())
    from_ = ma.fields.String(data_key="from", attribute="from")
    to = ma.fields.String()
    percent = ma.fields.Integer()


class LearnedBandSchema(PlainBandSchema):
    drives = ma.fields.Integer(metadata={"description": "In this band; too few leave the percent as it was"})


class LearnedSchema(Schema):
    """What the logged drives say instead."""

    team_id = ma.fields.UUID(allow_none=True, metadata={"description": "Of which team; null: of all teams"})
    version = ma.fields.Integer(metadata={"description": "Counts the times that percents changed"})
    basis = ma.fields.String(metadata={"enum": ["estimate", "roads"], "description": "What drives were compared with"})
    bands = ma.fields.List(ma.fields.Nested(LearnedBandSchema))
    drives = ma.fields.Integer()
    since = Day(allow_none=True)
    until = Day(allow_none=True)
    learned_at = Moment(metadata={"description": "The last look"})
    changed_at = Moment(metadata={"description": "The last look that changed a percent"})
    in_use = ma.fields.Boolean(
        metadata={"description": "false: another table or another source of driving times holds by now, or traffic is not 'learned'"}
    )  # fmt: skip


class SpeedTableSchema(Schema):
    """Speeds in percent of empty roads, for one kind of area."""

    area = ma.fields.String(metadata={"enum": list(AREAS)})
    source = ma.fields.String(metadata={"enum": ["default", "own"]})
    version = ma.fields.Integer(metadata={"description": "Of your own table; 0: there is none"})
    default_version = ma.fields.Integer(allow_none=True)
    bands = SpeedBands()
    learned = ma.fields.List(ma.fields.Nested(LearnedSchema))


class SpeedTablesSchema(Schema):
    traffic = ma.fields.String(metadata={"enum": list(TRAFFIC), "description": "As the company's setting"})
    items = ma.fields.List(ma.fields.Nested(SpeedTableSchema))


class OwnTableSchema(Schema):
    """A table of your own for all hours of the week."""

    bands = SpeedBands(required=True, metadata={"description": "100 percent outside of all; []: empty roads"})


class SheetSchema(Schema):
    file = Upload(
        required=True,
        metadata={"description": "CSV (UTF-8) with the columns weekdays (Mo-Fr), from (07:00), to (09:00), percent (75)"},
    )  # fmt: skip


class RepSpeedsSchema(SpeedsLabelSchema):
    """What a rep's plans are made with."""

    rep_id = ma.fields.UUID()
    traffic = ma.fields.String(metadata={"enum": list(TRAFFIC)})
    bands = ma.fields.List(ma.fields.Nested(PlainBandSchema))
