"""JSON Schema 2020-12 of both documents, generated from the dataclasses and their docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from planner.io.encode import encode
from planner.io.units import UNITS
from planner.plan import Plan
from planner.problem import Problem
from planner.travel import Estimate, TravelMatrix

_SCALARS: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
}


def schema(document: str = "problem") -> dict[str, Any]:
    """The schema of "problem" or "plan".  It says shapes and units; cross-references are checked on reading only."""
    definitions: dict[str, Any] = {}
    root = _reference({"problem": Problem, "plan": Plan}[document], definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Fieldbeat {document}",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _reference(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}  # reserves the name, should a class ever contain itself
        definitions[kind.__name__] = _travel(definitions) if kind is TravelMatrix else _object(kind, definitions)
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _of(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        (inner,) = (option for option in arguments if option is not NoneType)
        return {"anyOf": [_of(inner, definitions), {"type": "null"}]}
    if origin is tuple and arguments[-1] is not Ellipsis:
        items = [_of(item, definitions) for item in arguments]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if origin in (tuple, frozenset):
        unique = {"uniqueItems": True} if origin is frozenset else {}
        return {"type": "array", "items": _of(arguments[0], definitions)} | unique
    if origin in (dict, Mapping):
        named = {"propertyNames": {"format": "date"}} if arguments[0] is date else {}
        return {"type": "object", "additionalProperties": _of(arguments[1], definitions)} | named
    if is_dataclass(kind):
        return _reference(kind, definitions)
    if issubclass(kind, Enum):
        return {"type": "string", "enum": [option.value for option in kind]}
    return dict(_SCALARS[kind])


def _object(kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    hints, notes = get_type_hints(kind), _notes(kind)
    properties, required = {}, []
    for field in fields(kind):
        properties[field.name] = _of(hints[field.name], definitions) | _described(kind, field.name, notes)
        if field.default is not MISSING:
            properties[field.name]["default"] = encode(field.default)
        elif field.default_factory is MISSING:
            required.append(field.name)
    return {
        "type": "object",
        "description": _summary(kind),
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _travel(definitions: dict[str, Any]) -> dict[str, Any]:
    matrix = {"type": "array", "items": {"type": "array", "items": {"type": "integer", "minimum": 0}}}
    described = {name: matrix | {"description": UNITS["TravelMatrix", name]} for name in ("seconds", "metres")}
    given = {"properties": described | {"source": {"type": "string"}}, "required": ["seconds", "metres"]}
    estimated = {"properties": {"estimate": _reference(Estimate, definitions)}, "required": ["estimate"]}
    alternatives = [{"type": "object", **form, "additionalProperties": False} for form in (given, estimated)]
    return {"description": "Matrices over the places, or an estimate reckoned from them.", "oneOf": alternatives}


def _described(kind: type, name: str, notes: dict[str, str]) -> dict[str, str]:
    parts = [text for text in (notes.get(name), UNITS.get((kind.__name__, name))) if text]
    return {"description": " ".join(parts)} if parts else {}


def _summary(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or kind.__name__).split("\n\n")[0].split())


def _notes(kind: type) -> dict[str, str]:
    """The lines `name : text` of a docstring, with what is continued on indented lines."""
    found = re.findall(r"^(\w+(?:, \w+)*) : (.*(?:\n +.*)*)", inspect.getdoc(kind) or "", flags=re.MULTILINE)
    return {name: " ".join(text.split()) for names, text in found for name in names.split(", ")}
