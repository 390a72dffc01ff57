"""What accounts, contacts and segments look like outside."""

from __future__ import annotations

import json
from typing import Any

import marshmallow as ma

from server.accounts.hours import LONGEST, hours_problem, normalised
from server.accounts.near import FARTHEST_METRES, METRES_PER_MILE
from server.accounts.positions import QUALITIES, SOURCES, is_null_island
from server.core.fields import (
    Boolean,
    ClientId,
    Country,
    Email,
    Integer,
    Latitude,
    Longitude,
    Money,
    Skills,
    Text,
    Zone,
)
from server.core.http import Schema
from server.core.pages import LIMIT, MOST, PageArgs
from server.core.time_fields import KeptDay

MOST_CUSTOM, LARGEST_CUSTOM = 50, 8_000  # fields, characters of JSON
SEGMENT_CODE = r"^[^/\u0000]*[^/\u0000.\s][^/\u0000]*$"  # it stands in paths: no slash, and not only dots
REVENUE = 99_999_999_999_999  # what numeric(16, 2) holds
MOST_UNITS = 1_000_000
MOST_ACCESS = 120  # minutes
LOAD = "What a visit takes of a rep's capacity_units (samples, goods), in a unit of your choice"


def custom_problem(custom: dict[str, Any]) -> str | None:
    """Why custom fields cannot be kept, None where they can: flat, few and small."""
    if len(custom) > MOST_CUSTOM:
        return f"There are {len(custom)} custom fields; at most {MOST_CUSTOM} fit."
    for name, value in custom.items():
        if not isinstance(value, str | int | float | bool | None):
            return f"The value of {name!r} is nested; custom fields are texts, numbers, true, false or null."
        if not name or len(name) > 100 or any(_unstorable(part) for part in (name, value) if isinstance(part, str)):
            return "Names have 1 to 100 characters, and no text has NUL characters or lone surrogates."
        if isinstance(value, int | float) and not abs(value) < 1e15:
            return f"The number of {name!r} is too large; write it as text."
    if len(json.dumps(custom)) > LARGEST_CUSTOM:
        return f"All custom fields together have at most {LARGEST_CUSTOM} characters of JSON."
    return None


def _unstorable(text: str) -> bool:
    return "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)


class OpeningHours(Text):
    """OpenStreetMap opening hours that really parse."""

    def __init__(self, description: str, example: str, **kwargs: Any) -> None:
        super().__init__(LONGEST, 1, metadata={"description": description, "examples": [example]}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = normalised(super()._deserialize(value, attr, data, **kwargs))
        if problem := hours_problem(text):
            raise ma.ValidationError(problem)
        return text


def _preferred(otherwise: str) -> OpeningHours:
    said = f"When visits had better begin, in OpenStreetMap syntax: outside they cost preferred_price_minutes; null: {otherwise}"
    return OpeningHours(said, "Mo-Fr 08:00-11:00", allow_none=True)


def _first_service(otherwise: str) -> Integer:
    described = {"description": f"Length of the visit to an account that was never visited; null: {otherwise}"}
    return Integer(1, 720, allow_none=True, metadata=described)


class Custom(ma.fields.Dict):
    """A flat object of the company's own fields."""

    def __init__(self, **kwargs: Any) -> None:
        described = {"description": f"Your own fields: flat, at most {MOST_CUSTOM}, {LARGEST_CUSTOM} characters in all"}
        super().__init__(keys=ma.fields.String(), **{"metadata": described, **kwargs})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        custom = super()._deserialize(value, attr, data, **kwargs)
        if problem := custom_problem(custom):
            raise ma.ValidationError(problem)
        return custom


def _weekdays(**kwargs: Any) -> ma.fields.List:
    described = {"description": "Days on which visits are welcome, 0 = Monday; null: every day", "uniqueItems": True}
    checks: list[Any] = [ma.validate.Length(1, 7), _distinct]
    return ma.fields.List(Integer(0, 6), allow_none=True, validate=checks, metadata=described, **kwargs)


def _distinct(values: list[Any]) -> None:
    if len(set(values)) != len(values):
        raise ma.ValidationError("Nothing may be named twice.")


class AccountFields(Schema):
    """What people may write about an account."""

    external_id = Text(200, 1, allow_none=True, metadata={"description": "Id in the company's own system, unique"})
    street = Text(300, allow_none=True)
    housenumber = Text(40, allow_none=True)
    postcode = Text(20, allow_none=True)
    city = Text(200, allow_none=True)
    region = Text(40, allow_none=True, metadata={"description": "State or province, as holidays know it: MA, BY, ..."})
    country = Country(metadata={"description": "Default: that of the position, else the company's"})
    lat = Latitude(
        allow_none=True,
        metadata={"description": "Degrees north; together with lon, or neither: null has the address looked for again"},
    )
    lon = Longitude(allow_none=True, metadata={"description": "Degrees east; together with lat, or neither"})
    timezone = Zone(metadata={"description": "Default: that of the position, else the company's"})
    phone = Text(60, allow_none=True)
    email = Email(allow_none=True)
    website = Text(500, allow_none=True)
    segment = Text(40, 1, allow_none=True, metadata={"description": "Code of a segment"})
    industry = Text(200, allow_none=True)
    size = Text(60, allow_none=True)
    products = ma.fields.List(Text(100, 1), validate=ma.validate.Length(max=100))
    lead_source = Text(100, allow_none=True)
    revenue = Money(-REVENUE, REVENUE, allow_none=True)
    stage = Text(60, allow_none=True)
    custom = Custom()
    opening_hours = OpeningHours(
        "OpenStreetMap syntax; null: the company's default hours",
        "Mo-Fr 09:00-17:00; Sa 10:00-14:00; PH off",
        allow_none=True,
    )
    preferred_hours = _preferred("the segment's; 24/7: at any time")
    service_minutes = Integer(
        1, 720, allow_none=True, metadata={"description": "Length of a visit; null: the segment's, else the company's"}
    )
    first_service_minutes = _first_service("the segment's")
    access_minutes = Integer(
        0,
        MOST_ACCESS,
        allow_none=True,
        metadata={
            "description": "Added to the way of each arrival from elsewhere: parking, gate, stairs; null: nothing"
        },
    )
    allowed_weekdays = _weekdays()
    load_units = Integer(0, MOST_UNITS, allow_none=True, metadata={"description": LOAD + "; null: the segment's"})
    needed_skills = Skills(
        metadata={"description": "Only reps with all of these skills are planned to visit; by a manager"}
    )
    priority = Integer(10, 1000, metadata={"description": "Percent of the segment's prices; default 100"})
    parent_id = ma.fields.UUID(allow_none=True, metadata={"description": "Account that this one belongs to"})
    owner_id = ma.fields.UUID(allow_none=True, metadata={"description": "Rep; a rep's own accounts are always theirs"})
    team_id = ma.fields.UUID(
        allow_none=True,
        metadata={"description": "Team whose plan may give it to any of its reps; only without an owner"},
    )
    shared_visits = Boolean(
        metadata={
            "description": "true: each visit by any rep of the team, today this one, then that one; only with a team_id"
        }
    )
    active_from = KeptDay(metadata={"description": "Cadences of an account never visited start here; default today"})
    notes = Text(10_000, allow_none=True)

    @ma.validates_schema
    def _position(self, data: dict[str, Any], **_: Any) -> None:
        if is_null_island(data.get("lat"), data.get("lon")):
            raise ma.ValidationError("0, 0 lies in the Atlantic; leave both out when the position is unknown.", "lat")


class AccountCreateSchema(AccountFields):
    client_id = ClientId()
    name = Text(300, 1, required=True)


class AccountPatchSchema(AccountFields):
    """Only what is sent changes."""

    name = Text(300, 1)
    archived = Boolean(metadata={"description": "false brings an archived account back"})


class AccountSchema(Schema):
    """An account as stored."""

    id = ma.fields.UUID()
    external_id = ma.fields.String(allow_none=True)
    name = ma.fields.String()
    street = ma.fields.String(allow_none=True)
    housenumber = ma.fields.String(allow_none=True)
    postcode = ma.fields.String(allow_none=True)
    city = ma.fields.String(allow_none=True)
    region = ma.fields.String(allow_none=True)
    country = ma.fields.String()
    lat = ma.fields.Float(allow_none=True)
    lon = ma.fields.Float(allow_none=True)
    position_quality = ma.fields.String(
        metadata={
            "description": "given; rooftop: of that very number; interpolated: between or beside numbers of the street; street or "
            "postcode: only of its middle, approximate; unknown: cannot be planned"
        }
    )
    position_source = ma.fields.String(
        allow_none=True,
        metadata={"description": f"Who says so: {', '.join(SOURCES)}; what a person has set no machine changes"},
    )
    position_doubt_metres = ma.fields.Integer(
        allow_none=True,
        metadata={"description": "Distance from the middle of its postcode, where that is too far to be right"},
    )
    timezone = ma.fields.String()
    phone = ma.fields.String(allow_none=True)
    email = ma.fields.String(allow_none=True)
    website = ma.fields.String(allow_none=True)
    segment = ma.fields.String(allow_none=True)
    industry = ma.fields.String(allow_none=True)
    size = ma.fields.String(allow_none=True)
    products = ma.fields.List(ma.fields.String())
    lead_source = ma.fields.String(allow_none=True)
    revenue = Money(-REVENUE, REVENUE, allow_none=True)
    stage = ma.fields.String(allow_none=True)
    custom = ma.fields.Dict()
    opening_hours = ma.fields.String(allow_none=True)
    preferred_hours = ma.fields.String(allow_none=True)
    service_minutes = ma.fields.Integer(allow_none=True)
    first_service_minutes = ma.fields.Integer(allow_none=True)
    access_minutes = ma.fields.Integer(allow_none=True)
    off_road_metres = ma.fields.Integer(
        allow_none=True,
        metadata={
            "description": "To the nearest road, where that is more than 500 m (65534: or farther): it is not planned until it is corrected"
        },
    )
    allowed_weekdays = ma.fields.List(ma.fields.Integer(), allow_none=True)
    load_units = ma.fields.Integer(allow_none=True)
    needed_skills = ma.fields.List(ma.fields.String())
    priority = ma.fields.Integer()
    parent_id = ma.fields.UUID(allow_none=True)
    owner_id = ma.fields.UUID(allow_none=True)
    team_id = ma.fields.UUID(allow_none=True)
    served_by_id = ma.fields.UUID(
        allow_none=True, metadata={"description": "Without an owner: the rep whom the team plan gave it to"}
    )
    shared_visits = ma.fields.Boolean()
    active_from = ma.fields.Date()
    notes = ma.fields.String(allow_none=True)
    archived_at = ma.fields.AwareDateTime(format="iso", allow_none=True)
    created_at = ma.fields.AwareDateTime(format="iso")
    updated_at = ma.fields.AwareDateTime(format="iso")
    version = ma.fields.Integer()


class EffectiveSchema(Schema):
    """A setting as it holds for the account, and which level said so."""

    value = ma.fields.Raw()
    source = ma.fields.String(metadata={"description": "account, segment or company"})


class AccountDetailSchema(AccountSchema):
    effective = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.Nested(EffectiveSchema),
        metadata={"description": "service_minutes, first_service_minutes, load_units, opening_hours, preferred_hours, late_minutes and "
                  "miss_minutes as the planner uses them; late_minutes is null where lateness follows from miss_minutes"},
    )  # fmt: skip


class AccountFilterArgs(PageArgs):
    search = Text(100, metadata={"description": "Part of the name, the external id or the city"})
    external_id = Text(200)
    segment = Text(40)
    owner_id = ma.fields.UUID()
    team_id = ma.fields.UUID(metadata={"description": "Owned in this team or a team below it, or shared by it"})
    unowned = ma.fields.Boolean(metadata={"description": "true: only accounts without an owner"})
    archived = ma.fields.Boolean(load_default=False, metadata={"description": "true: only archived accounts"})
    stage = Text(60)
    position_quality = ma.fields.String(validate=ma.validate.OneOf(QUALITIES))
    position_doubtful = ma.fields.Boolean(
        metadata={"description": "true: only positions far from their postcode; false: only others"}
    )
    updated_since = ma.fields.AwareDateTime(format="iso", metadata={"description": "Changed at or after this instant"})
    off_road = ma.fields.Boolean(
        metadata={"description": "true: only accounts that are not planned for being off the road"}
    )


class NearArgs(Schema):
    lat = ma.fields.Float(required=True, validate=ma.validate.Range(-90, 90))
    lon = ma.fields.Float(required=True, validate=ma.validate.Range(-180, 180))
    radius_metres = ma.fields.Float(
        validate=ma.validate.Range(1, FARTHEST_METRES), metadata={"description": "Default: the company's radius"}
    )
    radius_miles = ma.fields.Float(validate=ma.validate.Range(0.001, FARTHEST_METRES / METRES_PER_MILE))
    limit = ma.fields.Integer(load_default=LIMIT, validate=ma.validate.Range(1, MOST))
    cursor = ma.fields.String(load_default=None, metadata={"description": "`next` of the page before"})

    @ma.validates_schema
    def _one_radius(self, data: dict[str, Any], **_: Any) -> None:
        if "radius_metres" in data and "radius_miles" in data:
            raise ma.ValidationError("Give the radius in metres or in miles, not in both.", "radius_miles")


class NearbyAccountSchema(AccountSchema):
    distance_metres = ma.fields.Integer(metadata={"description": "Great circle, rounded"})


class ContactFields(Schema):
    title = Text(200, allow_none=True)
    phone = Text(60, allow_none=True)
    email = Email(allow_none=True)
    primary = Boolean(metadata={"description": "The one to ask first; an account has at most one"})
    notes = Text(10_000, allow_none=True)


class ContactCreateSchema(ContactFields):
    client_id = ClientId()
    name = Text(200, 1, required=True)


class ContactPatchSchema(ContactFields):
    name = Text(200, 1)


class ContactSchema(Schema):
    id = ma.fields.UUID()
    account_id = ma.fields.UUID()
    name = ma.fields.String()
    title = ma.fields.String(allow_none=True)
    phone = ma.fields.String(allow_none=True)
    email = ma.fields.String(allow_none=True)
    primary = ma.fields.Boolean()
    notes = ma.fields.String(allow_none=True)
    version = ma.fields.Integer()


class SegmentFields(Schema):
    rank = Integer(0, 1000, metadata={"description": "0 is the most important"})
    service_minutes = Integer(1, 720, allow_none=True, metadata={"description": "null: the company's default"})
    late_minutes = Integer(
        0, 1440, allow_none=True,
        metadata={"description": "Minutes of driving that each day late is worth; null: half of miss_minutes as soon as a visit is late, "
                  "the rest day by day until the next window opens"},
    )  # fmt: skip
    miss_minutes = Integer(0, 10_080, metadata={"description": "Minutes of driving that a visit left out is worth"})
    load_units = Integer(0, MOST_UNITS, allow_none=True, metadata={"description": LOAD + "; null: nothing"})
    first_service_minutes = _first_service("as any other")
    preferred_hours = _preferred("at any time")


class SegmentCreateSchema(SegmentFields):
    code = Text(
        40, 1, required=True, validate=ma.validate.Regexp(SEGMENT_CODE, error="It has a slash or only dots: no path could name it."),
        metadata={"pattern": SEGMENT_CODE, "description": "How accounts and paths name it: no slash, not only dots"},
    )  # fmt: skip
    name = Text(200, 1, required=True)


class SegmentPatchSchema(SegmentFields):
    name = Text(200, 1)


class SegmentSchema(Schema):
    code = ma.fields.String()
    name = ma.fields.String()
    rank = ma.fields.Integer()
    service_minutes = ma.fields.Integer(allow_none=True)
    late_minutes = ma.fields.Integer(allow_none=True)
    miss_minutes = ma.fields.Integer()
    load_units = ma.fields.Integer(allow_none=True)
    first_service_minutes = ma.fields.Integer(allow_none=True)
    preferred_hours = ma.fields.String(allow_none=True)
    version = ma.fields.Integer()
