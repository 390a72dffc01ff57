"""What imports look like outside."""

from __future__ import annotations

import json
from typing import Any

import marshmallow as ma
from flask_smorest.fields import Upload

from server.core.fields import Text
from server.core.http import Schema
from server.core.pages import page_schema
from server.importing.options import CLEAR, KEEP, REPLACE, Options, SegmentRule
from server.importing.words import summary


class JsonText(ma.fields.Field):
    """A JSON object as a form field."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        try:
            parsed = json.loads(value)
        except (ValueError, TypeError, RecursionError):
            parsed = None
        if not isinstance(parsed, dict) or len(value) > 100_000:
            raise ma.ValidationError("It is not a JSON object.")
        return parsed


class SegmentBySchema(Schema):
    column = Text(200, 1, required=True, metadata={"description": "Header of the column that decides the segment"})
    rules = ma.fields.Dict(
        keys=Text(200, 1), values=Text(40, 1), required=True, validate=ma.validate.Length(1, 1000),
        metadata={"description": "Pattern (with * and ?) to segment code; the first that matches decides"},
    )  # fmt: skip


class OptionsSchema(Schema):
    """The `options` of an import."""

    owner = Text(
        254, 1, metadata={"description": "E-mail, name or id of the rep who owns new accounts of rows without an owner"}
    )
    team = Text(
        200, 1, metadata={"description": "Name or id of the team that shares new accounts of rows without an owner"}
    )
    country = ma.fields.String(
        validate=ma.validate.Regexp("^[A-Z]{2}$"), metadata={"description": "Of rows that name none"}
    )
    empty = ma.fields.String(
        validate=ma.validate.OneOf([KEEP, CLEAR]),
        metadata={"description": "What an empty cell does: keep what is stored (default), or clear it"},
    )
    set_by_hand = ma.fields.String(
        validate=ma.validate.OneOf([KEEP, REPLACE]),
        metadata={
            "description": "Where somebody has set a position by hand: it stays (keep, default), or the file's replaces it"
        },
    )
    delimiter = ma.fields.String(
        validate=ma.validate.OneOf([",", ";", "\t", "|"]), metadata={"description": "Default: found out"}
    )
    sheet = Text(100, 1, metadata={"description": "Sheet of a workbook; default: the first"})
    segment_by = ma.fields.Nested(SegmentBySchema)


class ImportFormSchema(Schema):
    file = Upload(required=True, metadata={"description": "CSV (UTF-8 best; comma, semicolon or tab) or XLSX"})
    dry_run = ma.fields.Boolean(
        load_default=False, metadata={"description": "Only check: list all problems, change nothing"}
    )
    mapping = JsonText(
        load_default=dict,
        metadata={"type": "string", "description": 'JSON: {"column header": "field"}, "" leaves a column out'},
    )
    options = JsonText(
        load_default=dict, metadata={"type": "string", "description": "JSON: see ImportOptions in the documentation"}
    )

    @ma.validates_schema
    def _shapes(self, data: dict[str, Any], **_: Any) -> None:
        mapping = data.get("mapping", {})
        if not all(
            isinstance(k, str) and isinstance(v, str) and len(k) < 1000 and len(v) < 200 for k, v in mapping.items()
        ):
            raise ma.ValidationError("It maps column headers to names of fields.", "mapping")
        if wrong := OptionsSchema().validate(data.get("options", {})):
            raise ma.ValidationError(wrong, "options")


def options_of(form: dict[str, Any]) -> Options:
    """The options of a validated form."""
    values = OptionsSchema().load(form["options"])
    if rule := values.pop("segment_by", None):
        values["segment_by"] = SegmentRule(rule["column"], tuple(rule["rules"].items()))
    return Options(mapping=form["mapping"], dry_run=form["dry_run"], **values)


class ImportProblemSchema(Schema):
    row = ma.fields.Integer(
        allow_none=True, metadata={"description": "As a spreadsheet numbers it; null: the whole file"}
    )
    column = ma.fields.String(allow_none=True, metadata={"description": "Header of the column"})
    severity = ma.fields.String(metadata={"description": "error: nothing is imported; warning: imported all the same"})
    code = ma.fields.String()
    detail = ma.fields.String(metadata={"description": "What is wrong, and what to do"})
    value = ma.fields.String(allow_none=True)


class ImportSchema(Schema):
    id = ma.fields.UUID()
    filename = ma.fields.String()
    dry_run = ma.fields.Boolean()
    mapping = ma.fields.Dict(metadata={"description": "Which column was read as which field"})
    state = ma.fields.String(
        metadata={"description": "applied, rejected (nothing changed), checked (dry run without errors)"}
    )
    rows = ma.fields.Integer()
    created = ma.fields.Integer(
        metadata={"description": "Accounts; in a dry run: that would be; 0 where it is rejected"}
    )
    updated = ma.fields.Integer(metadata={"description": "As for created"})
    unchanged = ma.fields.Integer(metadata={"description": "As for created"})
    problem_count = ma.fields.Integer(metadata={"description": "Errors and warnings"})
    error_count = ma.fields.Integer(metadata={"description": "Errors alone; with any, nothing is imported"})
    summary = ma.fields.Function(
        summary, metadata={"type": "string", "description": "What was done, or would be, in words"}
    )
    started_at = ma.fields.AwareDateTime(format="iso")
    finished_at = ma.fields.AwareDateTime(format="iso", allow_none=True)


class ImportDetailSchema(ImportSchema):
    problems = ma.fields.List(
        ma.fields.Nested(ImportProblemSchema), metadata={"description": "The first 1,000, errors first"}
    )


ImportPage = page_schema(ImportSchema)
