"""A rep's day as a track: its places in order, the lines between them, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from server.plans.route import day_of
from server.reps.models import Rep
from server.tracks.geometry import Lines, Point, RouteGeometry


@dataclass(frozen=True)
class Waypoint:
    """`kind`: start, visit, appointment, block or end."""

    kind: str
    name: str
    place: Point
    arrives_at: datetime | None
    leaves_at: datetime | None
    address: str | None = None
    why: str | None = None


@dataclass(frozen=True)
class Track:
    rep: str
    day: date
    waypoints: list[Waypoint]
    lines: Lines
    metres: int
    minutes: int
    consumption: dict[str, Any]

    @property
    def title(self) -> str:
        return f"{self.rep}, {self.day.isoformat()}"

    @property
    def summary(self) -> str:
        """Like "5 stops, 42.3 km, 71 minutes of driving, about 4.5 litre (petrol) and 10.5 kg of CO2"."""
        stops = sum(point.kind not in ("start", "end") for point in self.waypoints)
        used = self.consumption
        return (
            f"{stops} {'stop' if stops == 1 else 'stops'}, {self.metres / 1000:.1f} km, {self.minutes} minutes of driving, about "
            f"{used['amount']:.1f} {used['unit']} ({used['energy']}) and {used['co2_grams'] / 1000:.1f} kg of CO2"
        )


def track_of(rep: Rep, day: date | None, ways: RouteGeometry) -> Track:
    """The published day; without a stop that has a place it has neither waypoints nor lines."""
    view = day_of(rep, day, remember=False)
    waypoints = list(_waypoints(view))
    lines = ways.lines([point.place for point in waypoints])
    return Track(
        rep.name, view["date"], waypoints, lines, view["travel_metres"], view["travel_minutes"], view["consumption"]
    )


def _waypoints(view: dict[str, Any]) -> Iterator[Waypoint]:
    stops = [stop for stop in view["stops"] if stop["place"] and stop["status"] != "skipped"]
    if not stops:
        return
    if view["start_place"]:
        name = view["night_before"]["name"] if view["night_before"] else "Start"
        yield Waypoint("start", name, _point(view["start_place"]), None, view["starts_at"])
    for stop in stops:
        why = stop["why"]["text"] if stop["why"] else None
        yield Waypoint(
            stop["kind"], stop["title"], _point(stop["place"]), stop["starts_at"], stop["ends_at"], stop["address"], why
        )
    if view["end_place"]:
        name = view["night_after"]["name"] if view["night_after"] else "End"
        yield Waypoint("end", name, _point(view["end_place"]), view["ends_at"], None)


def _point(place: dict[str, float]) -> Point:
    return place["lat"], place["lon"]
