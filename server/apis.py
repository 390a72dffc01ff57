"""Every domain's part of the API, in the order of the documentation."""

from __future__ import annotations

from server.accounts.api import blueprint as accounts
from server.activities.api import blueprint as activities
from server.appointments.api import blueprint as appointments
from server.audit.api import blueprint as audit
from server.cadences.api import blueprint as cadences
from server.company.api import blueprint as company
from server.compliance.api import blueprint as compliance
from server.core.http import Blueprint
from server.hotels.api import blueprint as hotels
from server.identity.api import blueprint as identity
from server.importing.api import blueprint as importing
from server.links.api import blueprint as links
from server.places.api import blueprint as places
from server.plans.api import blueprint as plans
from server.plans.explain.api import blueprint as explanations
from server.plans.proposals.api import blueprint as proposals
from server.reps.api import blueprint as reps
from server.tracks.api import blueprint as tracks
from server.traffic.api import blueprint as traffic
from server.travel.api import blueprint as travel


def blueprints() -> list[Blueprint]:
    return [
        identity, company, reps, hotels, accounts, places, links, cadences, appointments, activities, plans, tracks,
        proposals, explanations, compliance, travel, traffic, importing, audit,
    ]  # fmt: skip
