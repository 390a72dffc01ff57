"""JSON of hotels."""

from __future__ import annotations

import marshmallow as ma

from server.core.fields import Boolean, ClientId, Latitude, Longitude, Text
from server.core.http import Schema
from server.core.pages import PageArgs, page_schema


class HotelSchema(Schema):
    """Where reps may spend a night, if they may spend any away."""

    id = ma.fields.UUID()
    name = ma.fields.String()
    address = ma.fields.String(allow_none=True)
    lat = ma.fields.Float(metadata={"description": "Degrees WGS84"})
    lon = ma.fields.Float()
    active = ma.fields.Boolean()
    version = ma.fields.Integer()


class HotelChangeSchema(Schema):
    """What is given changes."""

    name = Text(200, 1)
    address = Text(500, 1, allow_none=True, metadata={"description": "As the rep reads it"})
    lat = Latitude()
    lon = Longitude()
    active = Boolean(metadata={"description": "false: nobody is planned to sleep there any more"})


class NewHotelSchema(HotelChangeSchema):
    client_id = ClientId()
    name = Text(200, 1, required=True)
    lat = Latitude(required=True)
    lon = Longitude(required=True)


class HotelListArgs(PageArgs):
    active = ma.fields.Boolean(truthy={"true"}, falsy={"false"})


HotelPage = page_schema(HotelSchema)
