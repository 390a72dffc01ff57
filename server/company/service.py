"""Reading and changing the company's settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.hours import region_problem, with_region_code
from server.company.models import Company
from server.core.database import db, writing
from server.core.errors import Invalid
from server.core.http import check_version
from server.inputs.service import changed
from server.reps.models import Rep

NOT_PLANNED = {
    "name",
    "distance_unit",
    "currency",
    "locale",
    "at_risk_days",
    "vehicle_energy",
    "consumption_per_100_km",
    "co2_grams_per_unit",
}  # what no plan depends on


def current(session: Session | None = None) -> Company:
    """The settings; the defaults, as version 0 and not stored, where nobody has written any yet."""
    return (session or db.session()).get(Company, 1) or _defaults()


def change(values: dict[str, Any], expect: Callable[[Company], None] = check_version) -> Company:
    """Change what is given; `expect` refuses where somebody else changed the settings meanwhile."""
    with writing() as session:
        company = current(session)
        expect(company)
        values = with_region_code(values, company.country)
        before = {name: getattr(company, name) for name in values}
        if company.version == 0:
            company.version = 1
            session.add(company)
        for name, value in values.items():
            setattr(company, name, value)
        if company.work_starts >= company.work_ends:
            raise Invalid(pointers={"/work_ends": "The working day ends before it begins."})
        if values.keys() & {"country", "region"} and (problem := region_problem(company.country, company.region)):
            raise Invalid(pointers={"/region": problem})
        if any(before[name] != values[name] for name in set(values) - NOT_PLANNED):
            reps = session.scalars(select(Rep.id).where(Rep.active))
            changed(session, reps, "company_changed", detail="Settings of the company changed")
    return company


def _defaults() -> Company:
    columns = Company.__table__.columns
    values = {
        column.name: column.default.arg for column in columns if column.default is not None and column.default.is_scalar
    }
    fresh = {"speed_bands": [], "traffic": "learned"}  # nobody's plans change by it, as they would at an upgrade
    return Company(**{**values, **fresh, "name": "Unnamed company", "version": 0})
