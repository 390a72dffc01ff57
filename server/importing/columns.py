"""Which column of a file is which field: by the names that files really use, or as the user says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from server.accounts.hours import normalised
from server.accounts.positions import QUALITIES, SOURCES
from server.accounts.schemas import MOST_ACCESS, MOST_UNITS
from server.importing import values as v
from server.importing.problems import Problems

CUSTOM = "custom."  # "custom.colour": the custom field "colour"
IGNORE = ""  # a column mapped to nothing is left alone


@dataclass(frozen=True)
class Field:
    """`known_as`: headers, in lower case without separators, that mean it."""

    name: str
    parse: v.Parser
    known_as: tuple[str, ...]
    meaning: str


FIELDS = {
    field.name: field
    for field in (
        Field("fieldbeat_id", v.text(36), (), "id of an account here, as exports write it"),
        Field("external_id", v.text(200), ("id", "customerid", "customernumber", "customerno", "accountid", "accountnumber",
              "accountno", "number", "key", "crmid", "kundennummer", "externalkey"), "id in your own system; rows are matched by it"),
        Field("name", v.text(300), ("account", "accountname", "company", "companyname", "customer", "customername", "firma"),
              "needed for new accounts"),
        Field("street", v.text(300), ("address", "addressline1", "address1", "streetaddress", "billingstreet", "strasse"), ""),
        Field("housenumber", v.text(40), ("houseno", "streetnumber", "hausnummer"), ""),
        Field("postcode", v.text(20), ("zip", "zipcode", "postalcode", "postalzip", "plz"), ""),
        Field("city", v.text(200), ("town", "place", "locality", "ort"), ""),
        Field("region", v.text(40), ("state", "province", "stateprovince", "county"), "state or province, as holidays know it"),
        Field("country", v.country, ("countrycode",), "two letters (ISO 3166-1)"),
        Field("lat", v.degrees(180), ("latitude", "y"), "degrees north"),
        Field("lon", v.degrees(180), ("lng", "long", "longitude", "x"), "degrees east"),
        Field("position_quality", v.one_of(QUALITIES), (), "of the coordinates, as exports write it; default: given"),
        Field("position_source", v.one_of(SOURCES), (), "who says so, as exports write it; default: the file"),
        Field("timezone", v.zone, ("tz", "zone"), "IANA; default: that of the position"),
        Field("phone", v.text(60), ("telephone", "tel", "phonenumber", "telefon"), ""),
        Field("email", v.email, ("mail", "emailaddress"), ""),
        Field("website", v.text(500), ("web", "url", "homepage"), ""),
        Field("segment", v.text(40), ("class", "tier", "rating", "abc", "segmentcode"), "code or name of a segment"),
        Field("industry", v.text(200), ("category", "branch", "sector", "type"), ""),
        Field("size", v.text(60), ("companysize", "employees"), ""),
        Field("products", v.products, ("product",), "separated by semicolons"),
        Field("lead_source", v.text(100), ("source", "origin"), ""),
        Field("revenue", v.money, ("turnover", "annualrevenue", "sales", "umsatz"), ""),
        Field("stage", v.text(60), ("status", "lifecycle", "lifecyclestage", "dealstage"), ""),
        Field("opening_hours", normalised, ("hours", "businesshours"), "OpenStreetMap syntax"),
        Field("service_minutes", v.whole(1, 720), ("visitminutes", "duration", "visitduration", "servicetime"), "length of a visit"),
        Field("first_service_minutes", v.whole(1, 720),
              ("firstvisitminutes", "firstvisitduration", "firstvisit"), "length of the first visit"),
        Field("access_minutes", v.whole(0, MOST_ACCESS),
              ("access", "parkingminutes", "accesstime"), "from the road to the door, at each arrival"),
        Field("preferred_hours", v.hours,
              ("preferredtimes", "besttime", "bestvisittime"), "when visits had better begin, OpenStreetMap syntax"),
        Field("allowed_weekdays", v.weekdays, ("weekdays", "visitdays"), "like Mo,We-Fr"),
        Field("load_units", v.whole(0, MOST_UNITS), ("load", "visitload"), "what a visit takes of what a rep can carry"),
        Field("needed_skills", v.skills, ("skills", "skill", "requiredskills"), "separated by semicolons"),
        Field("priority", v.whole(10, 1000), (), "percent, 10 to 1000"),
        Field("parent_external_id", v.text(200), ("parent", "parentid", "parentaccount"), "external id of the parent account"),
        Field("owner", v.text(254), ("owneremail", "rep", "repemail", "salesrep", "accountowner", "ownername", "repname"),
              "e-mail, name or id of a rep"),
        Field("team", v.text(200), ("teamname",), "name or id of the team that shares the account"),
        Field("shared_visits", v.yes_or_no, ("shared",), "yes: each visit by any rep of the team"),
        Field("active_from", v.day, ("customersince", "since", "startdate"), "cadences of accounts never visited start here"),
        Field("last_visit", v.day, ("lastvisited", "lastvisitdate", "lastcall"), "becomes a completed visit of the owner"),
        Field("notes", v.text(10_000), ("note", "comment", "comments", "remarks", "description"), ""),
        Field("custom", v.custom, ("customfields",), "a flat JSON object, as exports write it"),
        Field("archived", v.yes_or_no, (), "yes takes an account out of all plans"),
    )
}  # fmt: skip
UNIQUE = {"fieldbeat_id", "external_id", "name", "lat", "lon", "phone", "email", "notes", "custom"}
_NAMES = {field.name.replace("_", ""): field.name for field in FIELDS.values()}
_SYNONYMS = {name: field.name for field in FIELDS.values() for name in field.known_as}


@dataclass(frozen=True)
class Column:
    """Where a field stands in the rows."""

    index: int
    header: str
    field: str
    parse: v.Parser


def arrange(header: list[str], explicit: Mapping[str, str], problems: Problems) -> list[Column]:
    """The columns that are used, by `explicit` (header -> field, "" to leave out) and by their names."""
    _check_explicit(header, explicit, problems)
    open_names = [(i, name) for i, name in enumerate(header) if name not in explicit]
    said = [(i, name, explicit[name]) for i, name in enumerate(header) if name in explicit]
    own = [
        (i, name, _guess(name, _NAMES)) for i, name in open_names
    ]  # a field's own name goes before what else may mean it
    other = [(i, name, _guess(name, _SYNONYMS)) for i, name in open_names]
    chosen: dict[str, Column] = {}
    for claims, certain in ((said, True), (own, True), (other, False)):
        for index, name, field in claims:
            if not field or not (field in FIELDS or field.startswith(CUSTOM)):
                continue
            taken = chosen.setdefault(field, Column(index, name, field, _parser(field)))
            if taken.index != index and certain:
                detail = f"Column {taken.header!r} already gives {field}; map only one of them."
                problems.error(1, name, "column_twice", detail)
    _warn_unused(header, explicit, chosen, problems)
    return sorted(chosen.values(), key=lambda column: column.index)


def _check_explicit(header: list[str], explicit: Mapping[str, str], problems: Problems) -> None:
    for name, field in explicit.items():
        if name not in header:
            problems.error(
                1, name, "no_such_column", f"The mapping names a column that the file has not; it has {_list(header)}."
            )
        elif field and field not in FIELDS and not (field.startswith(CUSTOM) and 0 < len(field) - len(CUSTOM) <= 100):
            known = ", ".join(FIELDS)
            problems.error(
                1, name, "no_such_field", f"There is no field {field!r}; there are {known}, and custom.<name>."
            )


def _guess(name: str, known: Mapping[str, str]) -> str | None:
    if name.lower().startswith(CUSTOM) and len(name) > len(CUSTOM):
        return CUSTOM + name[len(CUSTOM) :]
    return known.get(re.sub(r"[^a-z0-9]", "", name.lower()))


def _parser(field: str) -> Any:
    """Parsers of columns that repeat themselves remember, so that equal cells are one value in memory."""
    parse = v.text(2_000) if field.startswith(CUSTOM) else FIELDS[field].parse
    return parse if field in UNIQUE else lru_cache(maxsize=4_096)(parse)


def _warn_unused(header: list[str], explicit: Mapping[str, str], chosen: dict[str, Column], problems: Problems) -> None:
    used = {column.index for column in chosen.values()}
    unused = [name or "(no name)" for i, name in enumerate(header) if i not in used and explicit.get(name) != IGNORE]
    if unused:
        problems.warning(
            1, None, "unused_columns", f"Not used: {_list(unused)}. Map them to a field or to custom.<name>."
        )


def _list(names: list[str]) -> str:
    return ", ".join(repr(name[:60]) for name in names[:12]) + (" ..." if len(names) > 12 else "")
