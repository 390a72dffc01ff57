"""How each operation is called: the one file to extend when the API grows.

- `KINDS`: what a parameter or field that carries an id names (an attribute of `objects.Objects`).
- `BODIES`: a smallest valid body for every operation that takes one.
- `QUERIES`: required query parameters.
- `MORE_IDS`: where ids stand in a body whose schema does not say so.
- `SPECIAL`: other kinds of object for one operation, where the usual one does not do.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from server.core.clock import now
from tests.server.policy.objects import Objects, monday

KINDS = {
    "user_id": "user",
    "rep_id": "rep",
    "owner_id": "rep",
    "to_rep_id": "rep",
    "team_id": "team",
    "time_off_id": "time_off",
    "account_id": "account",
    "account_ids": "account",
    "link_id": "link",
    "contact_id": "contact",
    "policy_id": "policy",
    "pause_id": "pause",
    "must_id": "must",
    "appointment_id": "appointment",
    "activity_id": "activity",
    "import_id": "import_run",
    "plan_id": "plan",
    "against": "plan",
    "actor_id": "user",
}
SPECIAL = {
    ("POST /accounts", "parent_id"): "account",
    ("PATCH /accounts/{account_id}", "parent_id"): "account",
    ("POST /account-links", "account_ids"): "second_account",
    ("POST /teams", "parent_id"): "team",
    ("PATCH /teams/{team_id}", "team_id"): "empty_team",
    ("PATCH /teams/{team_id}", "parent_id"): "team",
    ("DELETE /teams/{team_id}", "team_id"): "empty_team",
    ("POST /reps", "user_id"): "free_user",
    ("PATCH /reps/{rep_id}", "user_id"): "free_user",
    ("PATCH /appointments/{appointment_id}/occurrences/{day}", "appointment_id"): "series",
    ("PUT /reps/{rep_id}/hours/{day}", "day"): "day_hours",
    ("DELETE /reps/{rep_id}/hours/{day}", "day"): "day_hours",
}
NOT_REFERENCES = {"client_id"}  # made by the client, names nothing that exists
HOTEL = str(uuid4())  # hotels are everybody's
NOT_IDS: dict[str, Callable[[], str]] = {
    "hotel_id": lambda: HOTEL,
    "day": lambda: monday().isoformat(),
    "code": lambda: "A",
    "table": lambda: "accounts",
    "area": lambda: "city",
}  # in paths

_span = {"first": monday().isoformat(), "last": monday().isoformat()}
NONSENSE_TOKEN = {"token": "not a real one", "password": "a long new password"}
BODIES: dict[str, Callable[[Objects], Any]] = {
    "POST /auth/token": lambda o: {"email": "nobody@example.com", "password": "wrong"},
    "POST /auth/refresh": lambda o: {"refresh_token": "not a real one"},
    "POST /auth/sign-out": lambda o: {"refresh_token": "not a real one"},
    "POST /auth/password-reset": lambda o: {"email": "nobody@example.com"},
    "POST /auth/password-reset/confirm": lambda o: NONSENSE_TOKEN,
    "POST /auth/invitation/accept": lambda o: NONSENSE_TOKEN,
    "POST /users": lambda o: {
        "email": f"{uuid4()}@example.com", "name": "New", "role": "rep", "team_id": o.of("team"),
    },
    "PATCH /users/{user_id}": lambda o: {"name": "Renamed"},
    "PATCH /company": lambda o: {"name": "Renamed"},
    "POST /reps": lambda o: {"name": "New", "team_id": o.of("team")},
    "PATCH /reps/{rep_id}": lambda o: {"name": "Renamed"},
    "POST /reps/{rep_id}/time-off": lambda o: _span,
    "PUT /reps/{rep_id}/hours/{day}": lambda o: {"starts": "07:00", "ends": "19:00"},
    "POST /teams": lambda o: {"name": "New", "parent_id": o.of("team")},
    "PATCH /teams/{team_id}": lambda o: {"name": "Renamed"},
    "POST /accounts": lambda o: {"name": "New", "owner_id": o.of("rep")},
    "PATCH /accounts/{account_id}": lambda o: {"name": "Renamed"},
    "POST /accounts/{account_id}/contacts": lambda o: {"name": "New"},
    "PATCH /contacts/{contact_id}": lambda o: {"name": "Renamed"},
    "POST /account-links": lambda o: {"kind": "apart", "account_ids": [o.of("account"), o.of("second_account")]},
    "PATCH /account-links/{link_id}": lambda o: {"note": "Please"},
    "POST /hotels": lambda o: {"name": "New", "lat": 43.0, "lon": -71.0},
    "PATCH /hotels/{hotel_id}": lambda o: {"name": "Renamed"},
    "POST /segments": lambda o: {"code": str(uuid4()), "name": "New"},
    "PATCH /segments/{code}": lambda o: {"name": "Renamed"},
    "POST /cadences": lambda o: {
        "channel": "phone", "mode": "rolling", "interval_days": 14, "account_id": o.of("account"),
    },
    "PATCH /cadences/{policy_id}": lambda o: {"interval_days": 28},
    "POST /accounts/{account_id}/pauses": lambda o: _span,
    "PATCH /accounts/{account_id}/pauses/{pause_id}": lambda o: {"reason": "Please"},
    "POST /must-visits": lambda o: {"account_id": o.of("account"), **_span},
    "PATCH /must-visits/{must_id}": lambda o: {"note": "Please"},
    "POST /appointments": lambda o: {
        "client_id": o.client_id, "rep_id": o.of("rep"), "account_id": o.of("account"), "day": monday().isoformat(),
        "start": "14:00", "duration_minutes": 30,
    },
    "POST /activities": lambda o: _activity(o),
    "POST /activities/batch": lambda o: {"activities": [_activity(o)]},
    "PATCH /activities/{activity_id}": lambda o: {"note": "Please"},
    "POST /imports": lambda o: {"file": (BytesIO(b"external_id,name\r\n"), "a.csv"), "dry_run": "true"},
    "PATCH /appointments/{appointment_id}": lambda o: {"title": "Renamed"},
    "PATCH /appointments/{appointment_id}/occurrences/{day}": lambda o: {"start": "10:00"},
    "PUT /speed-tables/{area}": lambda o: {"bands": []},
    "PUT /speed-tables/{area}/csv": lambda o: {"file": (BytesIO(b"weekdays,from,to,percent\r\n"), "a.csv")},
    "POST /me/plan/price": lambda o: _proposal(o),
    "POST /reps/{rep_id}/plan/price": lambda o: _proposal(o),
}  # fmt: skip
MORE_IDS: dict[str, list[tuple[str | int, ...]]] = {  # in bodies whose schema does not name them
    "POST /activities/batch": [("activities", 0, name) for name in ("account_id", "rep_id", "appointment_id")],
}
QUERIES: dict[str, Callable[[Objects], dict[str, str]]] = {
    "GET /places/search": lambda o: {"street": "1 Main St"},
    "GET /accounts/near": lambda o: {"lat": "42.36", "lon": "-71.06", "radius_metres": "50000"},
    "GET /appointments": lambda o: _days(),
    "GET /must-visits": lambda o: _days(),
    "GET /me/schedule": lambda o: _days(),
    "GET /reps/{rep_id}/schedule": lambda o: _days(),
    "GET /compliance": lambda o: _days(),
    "GET /me/slots": lambda o: {"account_id": o.of("account")},
    "GET /reps/{rep_id}/slots": lambda o: {"account_id": o.of("account")},
    "GET /me/plan/why": lambda o: {"account_id": o.of("account")},
    "GET /reps/{rep_id}/plan/why": lambda o: {"account_id": o.of("account")},
}
UNTRIED = {  # operations whose success is proved elsewhere, with where
    "POST /auth/token": "tests/server/identity/test_sign_in.py",
    "POST /auth/refresh": "tests/server/identity/test_sign_in.py",
    "POST /auth/password-reset/confirm": "tests/server/identity/test_links.py",
    "POST /auth/invitation/accept": "tests/server/identity/test_links.py",
    "DELETE /reps/{rep_id}/hours/{day}": "tests/server/reps/test_hours_of_a_date.py",
    "DELETE /speed-tables/{area}": "tests/server/traffic/test_tables.py",
    "DELETE /segments/{code}": "tests/server/accounts/test_contacts_and_segments.py",
}


def _activity(own: Objects) -> dict[str, str]:
    happened = (now() - timedelta(hours=1)).isoformat()
    return {
        "client_id": own.client_id,
        "account_id": own.of("account"),
        "rep_id": own.of("rep"),
        "happened_at": happened,
    }


def _proposal(own: Objects) -> dict[str, Any]:
    return {
        "kind": "appointment", "account_id": own.of("account"), "day": monday().isoformat(), "start": "14:00",
        "duration_minutes": 30,
    }  # fmt: skip


def _days() -> dict[str, str]:
    return {"from": monday().isoformat(), "to": monday().isoformat()}


def kind(operation: str, name: str) -> str | None:
    return SPECIAL.get((operation, name), KINDS.get(name))
