"""What the dataclasses leave to their module's docstring: the unit or meaning of single fields, for the schema."""

_SECONDS = "Seconds."
_MIDNIGHT = "Seconds that have passed since local midnight."
_PRICE = "Seconds of driving."
_PLACE = "Index into places."

UNITS: dict[tuple[str, str], str] = {
    ("Problem", "horizon"): "The dates that are planned.",
    ("Problem", "places"): "Positions; everything else names them by index, from 0.",
    ("Problem", "travel"): "Between all places.",
    ("Problem", "workdays"): "At most one a rep and date; without one the rep does not work then.",
    ("Problem", "radius"): "null: no radius rule.",
    ("Problem", "locked"): "Visits that keep rep and date.",
    ("Problem", "base"): "Visits of the published plan; moving one to another day has a price.",
    ("Place", "lat"): "Degrees WGS84.",
    ("Place", "lon"): "Degrees WGS84.",
    ("TravelMatrix", "seconds"): "Row i, column j: seconds from place i to place j; 1073741824: unreachable.",
    ("TravelMatrix", "metres"): "Row i, column j: road metres from place i to place j.",
    ("Workday", "start"): f"Earliest leaving of the start place. {_MIDNIGHT}",
    ("Workday", "end"): f"Latest arrival at the end place without overtime. {_MIDNIGHT}",
    ("Workday", "start_place"): _PLACE,
    ("Workday", "end_place"): _PLACE,
    ("Workday", "rest"): "The break of the day; null: none.",
    ("Workday", "max_stops"): "Most visits and appointments at sites; null: any number.",
    ("Workday", "max_overtime"): f"{_SECONDS} Allowed after end, at a price.",
    ("Workday", "follow_up"): f"{_SECONDS} Desk work after every visit.",
    ("TimeWindow", "earliest"): _MIDNIGHT,
    ("TimeWindow", "latest"): _MIDNIGHT,
    ("Break", "duration"): _SECONDS,
    ("Appointment", "window"): "When it may start.",
    ("Appointment", "duration"): _SECONDS,
    ("Appointment", "place"): _PLACE,
    ("PlacedVisit", "start"): f"{_MIDNIGHT} null: only the day matters.",
    ("RadiusRule", "metres"): "Metres of great circle.",
    ("RadiusRule", "hard"): "true: never beyond; false: at a price.",
    ("RadiusRule", "price_per_km"): f"{_PRICE} For each kilometre beyond.",
    ("Stop", "arrival"): _MIDNIGHT,
    ("Stop", "start"): _MIDNIGHT,
    ("Stop", "end"): _MIDNIGHT,
    ("Stop", "travel"): _SECONDS,
    ("Stop", "metres"): "Road metres.",
    ("Stop", "leave_by"): _MIDNIGHT,
    ("Stop", "request"): "Id of the request, or of the appointment.",
    ("Stop", "due"): "Due date of a cadence visit.",
    ("Stop", "late_days"): "Days after the end of its window.",
    ("Route", "start"): f"Leaving the start place. {_MIDNIGHT}",
    ("Route", "end"): f"Reaching the end place. {_MIDNIGHT}",
    ("Route", "return_travel"): _SECONDS,
    ("Route", "return_metres"): "Road metres.",
    ("Route", "anchor"): "Site around which the day's radius is drawn.",
    ("Unplanned", "cost"): _PRICE,
    ("Plan", "clusters_gap"): "Clusters above the proven least number; 0: proven.",
    ("Plan", "owners"): "Sites without an owner, and the rep each was given to.",
    ("Plan", "seed"): "Of the search.",
    ("Plan", "iterations"): "Really run.",
} | {
    ("Objective", part): _PRICE for part in ("driving", "waiting", "lateness", "missed", "overtime", "radius", "churn")
}
