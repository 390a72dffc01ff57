"""Tracks as files: GPX 1.1 (navigation devices), KML 2.2 (maps on the desk) and GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple
from xml.etree import ElementTree as Xml

from server.tracks.day import Track, Waypoint
from server.tracks.geometry import STRAIGHT, Point

GPX = "http://www.topografix.com/GPX/1/1"
KML = "http://www.opengis.net/kml/2.2"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML can hold them


class Format(NamedTuple):
    content_type: str
    write: Callable[[Track], str]


def gpx(track: Track) -> str:
    """Way points for the stops, a route for devices that find the way themselves, and a track of the lines."""
    root = Xml.Element("gpx", {"xmlns": GPX, "version": "1.1", "creator": "Fieldbeat"})
    meta = _add(root, "metadata")
    _add(meta, "name", track.title)
    _add(meta, "desc", f"{track.summary}; {_said_of_lines(track)}")
    for point in track.waypoints:
        _gpx_point(root, "wpt", point)
    if track.waypoints:
        route = _add(root, "rte")
        _add(route, "name", track.title)
        for point in track.waypoints:
            _gpx_point(route, "rtept", point)
        drawn = _add(root, "trk")
        _add(drawn, "name", track.title)
        for leg in track.lines.legs:
            segment = _add(drawn, "trkseg")
            for lat, lon in leg:
                _add(segment, "trkpt", None, lat=_degrees(lat), lon=_degrees(lon))
    return _document(root)


def _gpx_point(parent: Xml.Element, tag: str, point: Waypoint) -> None:
    lat, lon = point.place
    element = _add(parent, tag, None, lat=_degrees(lat), lon=_degrees(lon))  # in the order that its schema wants
    moment = point.arrives_at or point.leaves_at
    if moment:
        _add(element, "time", moment.astimezone(UTC).isoformat().replace("+00:00", "Z"))
    _add(element, "name", point.name)
    if said := _described(point):
        _add(element, "desc", said)
    _add(element, "type", point.kind)


def kml(track: Track) -> str:
    root = Xml.Element("kml", {"xmlns": KML})
    document = _add(root, "Document")
    _add(document, "name", track.title)
    _add(document, "description", f"{track.summary}; {_said_of_lines(track)}")
    for point in track.waypoints:
        mark = _add(document, "Placemark")
        _add(mark, "name", point.name)
        if said := _described(point):
            _add(mark, "description", said)
        _add(_add(mark, "Point"), "coordinates", _lon_lat(point.place))
    if track.lines.legs:
        mark = _add(document, "Placemark")
        _add(mark, "name", track.title)
        lines = _add(mark, "MultiGeometry")
        for leg in track.lines.legs:
            _add(_add(lines, "LineString"), "coordinates", " ".join(map(_lon_lat, leg)))
    return _document(root)


def geojson(track: Track) -> str:
    """Points for the stops and one MultiLineString; what the day comes to is in the line's properties."""
    features: list[dict[str, Any]] = [
        _feature(
            {"type": "Point", "coordinates": _pair(point.place)},
            kind=point.kind, name=point.name, address=point.address, why=point.why,
            arrives_at=_iso(point.arrives_at), leaves_at=_iso(point.leaves_at),
        ) for point in track.waypoints
    ]  # fmt: skip
    legs = [[_pair(point) for point in leg] for leg in track.lines.legs]
    features.append(
        _feature(
            {"type": "MultiLineString", "coordinates": legs},
            kind="line", name=track.title, summary=track.summary, line_source=track.lines.source,
            travel_metres=track.metres, travel_minutes=track.minutes, consumption=track.consumption,
        )
    )  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


FORMATS = {
    "gpx": Format("application/gpx+xml", gpx),
    "kml": Format("application/vnd.google-earth.kml+xml", kml),
    "geojson": Format("application/geo+json", geojson),
}


def _said_of_lines(track: Track) -> str:
    straight = track.lines.source == STRAIGHT
    return "lines are straight, not roads" if straight else f"lines by {track.lines.source}"


def _described(point: Waypoint) -> str:
    return "; ".join(filter(None, (point.address, point.why)))


def _add(parent: Xml.Element, tag: str, text: str | None = None, **attributes: str) -> Xml.Element:
    element = Xml.SubElement(parent, tag, attributes)
    element.text = None if text is None else _CONTROL.sub("", text)
    return element


def _document(root: Xml.Element) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode")


def _degrees(value: float) -> str:
    return f"{value:.6f}"


def _lon_lat(point: Point) -> str:
    return f"{point[1]:.6f},{point[0]:.6f}"


def _pair(point: Point) -> list[float]:
    return [round(point[1], 6), round(point[0], 6)]


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
