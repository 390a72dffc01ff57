"""All tables, imported once so that migrations and create_app know them."""

from server.accounts import models as accounts
from server.activities import models as activities
from server.appointments import models as appointments
from server.audit import models as audit
from server.cadences import models as cadences
from server.company import models as company
from server.core import idempotency
from server.hotels import models as hotels
from server.identity import models as identity
from server.importing import models as importing
from server.inputs import models as inputs
from server.links import models as links
from server.places import models as places
from server.plans import models as plans
from server.reps import models as reps
from server.traffic import models as traffic
from server.travel import models as travel
from server.worker import models as worker

__all__ = [
    "accounts", "activities", "appointments", "audit", "cadences", "company", "hotels", "idempotency",
    "identity", "importing", "inputs", "links", "places", "plans", "reps", "traffic", "travel", "worker",
]  # fmt: skip
