"""One row against the account that is stored: opened, changed, visited, or the same."""

from __future__ import annotations

import re
from typing import Any

from server.accounts.positions import PERSON, UNKNOWN, country_at
from server.accounts.service import HOLDING, PLANNED
from server.core.clock import now
from server.core.ids import new_id
from server.importing.checking import UNPARSED_HOURS
from server.importing.options import REPLACE
from server.importing.rows import Row
from server.importing.staged import PLAIN, Context, Outcome, Staged
from server.importing.visits import Known, stage_visit
from server.places.ground import distance
from server.places.placing import MOVING, place

NEW: dict[str, Any] = dict.fromkeys((*PLAIN, *HOLDING, "segment")) | {"shared_visits": False, "priority": 100}
LISTS = ("products", "needed_skills")  # never null: an emptied cell empties them
NOISE = 1e-9  # degrees: a tenth of a millimetre
CONCERNING = PLANNED | {*HOLDING, "archived_at"}


def stage_row(row: Row, before: Any, staged: Staged, context: Context, known: Known) -> tuple[Any, Outcome] | None:
    """Stage what the row changes of `before` (None: a new account); returns the account as it will be.

    None where it cannot be an account at all.
    """
    values = {name: value for name, value in row.values.items() if name in NEW}
    values |= {name: [] for name in LISTS if name in values and values[name] is None}
    _resolve(row, values, context)
    if values.get("postcode"):
        values["postcode"] = whole_postcode(values["postcode"], _country(values, before, context))
    if before is None:
        return _open(row, values, staged, context, known)
    return _change(row, before, values, staged, context, known)


def _resolve(row: Row, values: dict[str, Any], context: Context) -> None:
    """Put the ids of segment, owner and team for their names."""
    refs = context.references
    for name, names, column in (
        ("segment", refs.segments, "segment"), ("owner", refs.owners, "owner_id"), ("team", refs.teams, "team_id"),
    ):  # fmt: skip
        if name in row.values:
            text, header = row.values[name], context.headers.get(name)
            values[column] = None if text is None else names.find(text, row.number, header, context.problems)


def _country(values: dict[str, Any], before: Any, context: Context) -> str | None:
    """The country that the account will have, as `placing.place` settles it."""
    known = values.get("country") or (before["country"] if before else context.options.country)
    lat, lon = values.get("lat"), values.get("lon")
    return known or (country_at(lat, lon) if lat is not None and lon is not None else None) or context.root.country


def whole_postcode(text: str, country: str | None) -> str:
    """A US postcode with the leading zeros that spreadsheets drop from numbers."""
    return text.zfill(5) if country == "US" and re.fullmatch("[0-9]{3,4}", text) else text


def _open(
    row: Row, values: dict[str, Any], staged: Staged, context: Context, known: Known
) -> tuple[Any, Outcome] | None:
    for name in ("name", "external_id"):
        if name not in values:
            header = context.headers.get(name)
            context.problems.error(row.number, header, f"no_{name}", f"A new account needs a {name}.")
            return None
    account = _new(row, values, context)
    staged.accounts.add(account)
    if account["owner_id"]:
        staged.change_owner(new_id(), account, account["active_from"])
    staged.concern(account)
    stage_visit(row, account, staged, context, known)
    return account, Outcome.CREATED


def _new(row: Row, values: dict[str, Any], context: Context) -> dict[str, Any]:
    account = {**NEW, **{name: [] for name in LISTS}, **values, "id": new_id()}
    account["custom"] = {name: value for name, value in row.values.get("custom", {}).items() if value is not None}
    if account["owner_id"]:
        account["team_id"] = None
    elif not account["team_id"]:
        account["owner_id"], account["team_id"] = context.owner, None if context.owner else context.team
    account["country"] = account["country"] or context.options.country
    by = row.values.get("position_source") or context.options.source
    account.update(place({**account, **_quality(row)}, None, context.root, context.index, by))
    visited, today = row.values.get("last_visit"), context.today(account["timezone"])
    account["active_from"] = account["active_from"] or visited or today
    account["archived_at"] = now() if row.values.get("archived") else None
    _check_shared(row, account, context)
    _check_first_visit(row, account, context)
    return account


def _check_shared(row: Row, account: Any, context: Context) -> None:
    if account["shared_visits"] and (account["owner_id"] or not account["team_id"]):
        detail = "Visits are shared by the reps of a team: name the team, and no owner."
        context.problems.error(row.number, context.headers.get("shared_visits"), "shared_without_team", detail)


def _check_first_visit(row: Row, account: Any, context: Context) -> None:
    first, usual = row.values.get("first_service_minutes"), account.get("service_minutes")
    if first is not None and usual is not None and first < usual:
        detail = f"A first visit ({first} minutes) is not shorter than the others ({usual} minutes)."
        context.problems.error(row.number, context.headers["first_service_minutes"], "first_visit_shorter", detail)


def _change(
    row: Row, before: Any, values: dict[str, Any], staged: Staged, context: Context, known: Known
) -> tuple[Any, Outcome]:
    changes = _changes(row, before, values, context)
    after = {**before, **changes} if changes else before
    _check_shared(row, after, context)
    if changes.keys() & {"service_minutes", "first_service_minutes"}:
        _check_first_visit(row, after, context)
    visited = stage_visit(row, after, staged, context, known)
    if not changes:
        return after, Outcome.VISITED if visited else Outcome.UNCHANGED
    staged.update(before, changes)
    if "owner_id" in changes:
        staged.change_owner(new_id(), after, context.today(after["timezone"]))
    if changes.keys() & CONCERNING:
        staged.concern(before)
        staged.concern(after)
    return after, Outcome.UPDATED


def _changes(row: Row, before: Any, values: dict[str, Any], context: Context) -> dict[str, Any]:
    """The columns that differ, with what follows from them."""
    changes = {
        name: value for name, value in values.items() if before[name] != value and not _close(before[name], value)
    }
    if "custom" in row.values or values.get("opening_hours"):
        _change_custom(row, before, changes, bool(values.get("opening_hours")))
    if "archived" in row.values and row.values["archived"] != (before["archived_at"] is not None):
        changes["archived_at"] = now() if row.values["archived"] else None
    _settle_owner(before, changes)
    _keep_corrected(row, before, changes, context)
    if changes.keys() & MOVING:
        moved = place(
            {**before, **changes}, {**changes, **_quality(row)}, context.root, context.index, context.options.source
        )
        changes.update({name: value for name, value in moved.items() if before[name] != value})
    return changes


def _quality(row: Row) -> dict[str, Any]:
    """What the file says of its own coordinates: an export has some that were only found."""
    said = row.values.get("position_quality")
    return {} if said in (None, UNKNOWN) else {"position_quality": said}


def _keep_corrected(row: Row, before: Any, changes: dict[str, Any], context: Context) -> None:
    """Where a person has put an account, there it stays, unless the import says otherwise."""
    corrected = before["position_source"] == PERSON and before["lat"] is not None
    if context.options.set_by_hand == REPLACE or not corrected or not changes.keys() & {"lat", "lon"}:
        return
    lat, lon = (changes.pop(name, before[name]) for name in ("lat", "lon"))
    where = (
        f", {distance(before['lat'], before['lon'], lat, lon):,.0f} m away,"
        if lat is not None and lon is not None
        else ""
    )
    detail = (
        f"Somebody corrected this position by hand; the file's{where} was not taken. To take it, remove the position by "
        'hand, or import with "set_by_hand": "replace".'
    )
    context.problems.warning(row.number, context.headers["lat"], "position_kept", detail, f"{lat}, {lon}")


def _change_custom(row: Row, before: Any, changes: dict[str, Any], has_hours: bool) -> None:
    given = {**before["custom"], **row.values.get("custom", {})}
    custom = {name: value for name, value in given.items() if value is not None}
    if has_hours:
        custom.pop(UNPARSED_HOURS, None)
    if custom != before["custom"]:
        changes["custom"] = custom


def _close(stored: Any, given: Any) -> bool:
    """Spreadsheets keep 15 digits of a coordinate, which moves nothing."""
    return isinstance(stored, float) and isinstance(given, float) and abs(stored - given) < NOISE


def _settle_owner(before: Any, changes: dict[str, Any]) -> None:
    """A team named in a file is for accounts without an owner; a new owner ends sharing."""
    if changes.get("owner_id"):
        changes["team_id"] = None
        if before["shared_visits"]:
            changes.setdefault("shared_visits", False)
    elif "team_id" in changes and (before["owner_id"] if "owner_id" not in changes else None):
        del changes["team_id"]
    if changes.keys() & set(HOLDING):
        changes["served_by_id"] = None
        if changes.get("team_id", before["team_id"]) == before["team_id"]:
            changes.pop("team_id", None)
