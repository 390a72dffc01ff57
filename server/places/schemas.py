"""What places look like outside."""

from __future__ import annotations

import marshmallow as ma

from server.accounts.positions import QUALITIES, SOURCES
from server.core.fields import Country, Text
from server.core.http import Schema
from server.core.time_fields import Moment


class AddressArgs(Schema):
    street = Text(
        300, 1, required=True, metadata={"description": "With the house number or without", "examples": ["12 Main St"]}
    )
    housenumber = Text(40)
    postcode = Text(20)
    city = Text(200)
    country = Country(metadata={"description": "Default: the company's"})


class FoundPlaceSchema(Schema):
    lat = ma.fields.Float(metadata={"description": "Degrees WGS84"})
    lon = ma.fields.Float()
    quality = ma.fields.String(
        metadata={"enum": list(QUALITIES[1:-1]), "description": "As position_quality of accounts"}
    )
    source = ma.fields.String(metadata={"enum": list(SOURCES)})
    timezone = ma.fields.String(allow_none=True)


class AddressAnswerSchema(Schema):
    place = ma.fields.Nested(
        FoundPlaceSchema,
        allow_none=True,
        metadata={
            "description": "null: nothing on this machine agrees with the address; a geocoder on the network may know it later"
        },
    )


class ExtractSchema(Schema):
    id = ma.fields.UUID()
    name = ma.fields.String()
    data_from = Moment(allow_none=True, metadata={"description": "As of when the map is, where the file says so"})
    indexed_at = Moment()
    addresses = ma.fields.Integer(metadata={"description": "House numbers"})
    roads = ma.fields.Integer(metadata={"description": "Named roads"})
    postcodes = ma.fields.Integer()
    towns = ma.fields.Integer()


class ExtractsSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(ExtractSchema))
    attribution = ma.fields.String(metadata={"description": "To be shown wherever positions found by it are"})
