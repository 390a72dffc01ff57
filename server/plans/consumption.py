"""What a day's driving takes of fuel or electricity, and its CO2 at the tailpipe or in the power station: an estimate.

The usual figures, for companies that give none (docs/operations.md says where they come from): what the US EPA calls a typical
passenger vehicle (22.2 miles per gallon, 8,887 g of CO2 a gallon of petrol, 10,180 g a gallon of diesel), a diesel that needs a
quarter less, an electric car of 30 kWh per 100 miles, and the average of the US grid (eGRID2022, 823 lb a MWh).
"""

from __future__ import annotations

from typing import Any, NamedTuple

PETROL, DIESEL, ELECTRIC = ENERGIES = ("petrol", "diesel", "electric")


class Usual(NamedTuple):
    """Of one kind of car."""

    unit: str  # litre or kWh
    per_100_km: float  # units
    co2_grams: int  # a unit


USUAL = {
    PETROL: Usual("litre", 10.6, 2_348),
    DIESEL: Usual("litre", 8.2, 2_689),
    ELECTRIC: Usual("kWh", 18.6, 373),
}


def consumption(metres: int, company: Any) -> dict[str, Any]:
    """Of so much driving; `company`: anything with the company's settings of cars."""
    usual = USUAL[company.vehicle_energy or PETROL]
    rate = company.consumption_per_100_km if company.consumption_per_100_km is not None else usual.per_100_km
    grams = company.co2_grams_per_unit if company.co2_grams_per_unit is not None else usual.co2_grams
    amount = metres / 100_000 * rate
    return {
        "energy": company.vehicle_energy or PETROL, "unit": usual.unit, "amount": round(amount, 2), "co2_grams": round(amount * grams),
    }  # fmt: skip
