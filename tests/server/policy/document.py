"""The operations of the OpenAPI document, and every place in them where an id may stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
Position = tuple[str, tuple[str | int, ...]]  # "path", "query" or "body", and the way to the value


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    roles: frozenset[str]
    in_path: tuple[str, ...]
    required_query: tuple[str, ...]
    has_if_match: bool
    body_type: str | None
    ids: tuple[Position, ...] = field(repr=False)

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path.removeprefix('/api/v1')}"


def operations(document: dict[str, Any]) -> list[Operation]:
    found = []
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                found.append(_operation(document, path, method, item[method], item.get("parameters", [])))
    return found


def _operation(document: dict[str, Any], path: str, method: str, raw: dict[str, Any], shared: list[Any]) -> Operation:
    parameters = [*shared, *raw.get("parameters", [])]
    query = [p for p in parameters if p["in"] == "query"]
    content = raw.get("requestBody", {}).get("content", {})
    body_type = next(iter(content), None)
    in_path = tuple(re.findall(r"{(\w+)}", path))
    ids: list[Position] = [("path", (name,)) for name in in_path]
    ids += [("query", (p["name"],)) for p in query if p["schema"].get("format") == "uuid"]
    if body_type:
        ids += [("body", way) for way in _ids(document, content[body_type]["schema"], ())]
    return Operation(
        method=method,
        path=path,
        roles=frozenset(raw["x-roles"]),
        in_path=in_path,
        required_query=tuple(p["name"] for p in query if p.get("required")),
        has_if_match=any(p["in"] == "header" and p["name"] == "If-Match" for p in parameters),
        body_type=body_type,
        ids=tuple(ids),
    )


def _ids(
    document: dict[str, Any], schema: dict[str, Any], way: tuple[str | int, ...]
) -> Iterator[tuple[str | int, ...]]:
    """The ways to every UUID of a body: object keys, and 0 for the first item of a list."""
    if "$ref" in schema:
        yield from _ids(document, document["components"]["schemas"][schema["$ref"].split("/")[-1]], way)
        return
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _ids(document, part, way)
    if schema.get("format") == "uuid":
        yield way
    for name, inner in schema.get("properties", {}).items():
        yield from _ids(document, inner, (*way, name))
    if "items" in schema:
        yield from _ids(document, schema["items"], (*way, 0))
