"""Geocoders on the network, through geopy: Nominatim, Photon and Pelias, each with its own words for how exact it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from geopy.exc import GeopyError
from geopy.geocoders import Nominatim, Pelias, Photon

from server.accounts.positions import INTERPOLATED, POSTCODE, ROOFTOP, STREET
from server.core.config import PUBLIC_NOMINATIM, Settings
from server.places.lookup import Address, Place
from server.places.spelling import number_of, readings

SECONDS = 5  # that an answer may take
PUBLIC = {"nominatim": PUBLIC_NOMINATIM, "photon": "https://photon.komoot.io"}
HOUSE, BESIDE, ROAD, CODE = ROOFTOP, INTERPOLATED, STREET, POSTCODE
GARBAGE = (  # what comes of reading an answer of any shape: nested without end, numbers too large for a float, ...
    GeopyError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError,
)  # fmt: skip
MOST_SAID = 300  # characters of a fault: it may quote the answer


class GeocoderFailed(Exception):
    """It did not answer, or with nothing that can be read: that says nothing about the address."""


class Said(NamedTuple):
    """What a geocoder says of its answer; `quality` None: it is a town or more."""

    quality: str | None
    number: str | int | None
    country: str | None


@dataclass(frozen=True)
class Geocoder:
    """`ask` may take SECONDS; who calls it often waits in between."""

    name: str
    url: str
    _client: Any
    _options: Callable[[str], dict[str, Any]]
    _said: Callable[[Mapping[str, Any]], Said]

    def ask(self, address: Address) -> Place | None:
        """The place, None where it knows none that is exact enough; GeocoderFailed."""
        try:
            found = self._client.geocode(question(address), timeout=SECONDS, **self._options(address.country))
            return _place(self._said(found.raw), found, address, self.name) if found is not None else None
        except GARBAGE as error:
            fault = f"{type(error).__name__}: {error}"[:MOST_SAID].encode("ascii", "backslashreplace").decode()
            raise GeocoderFailed(f"{self.name} at {self.url}: {fault}") from None


def _place(said: Said, found: Any, address: Address, name: str) -> Place | None:
    lat, lon = float(found.latitude), float(found.longitude)
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError(f"{lat}, {lon} is nowhere")
    abroad = said.country is not None and said.country.upper() != address.country
    return None if said.quality is None or abroad else Place(lat, lon, _quality(said, address), name)


def question(address: Address) -> str:
    """The address in one line, as it is asked and as answers are remembered."""
    parts = (
        " ".join(filter(None, (address.street, address.housenumber))), " ".join(filter(None, (address.postcode, address.city))),
        address.country,
    )  # fmt: skip
    return ", ".join(" ".join(part.split()) for part in parts if part)[:700]


def _quality(said: Said, address: Address) -> str:
    """The very number only where it says the number that was asked for."""
    if said.quality != ROOFTOP:
        return str(said.quality)
    asked = {reading.number for reading in readings(address.street, address.housenumber)} - {None}
    return ROOFTOP if not asked or number_of(str(said.number or "")) in asked else INTERPOLATED


def geocoder(settings: Settings) -> Geocoder | None:
    """The one that the settings name; None: none is to be asked."""
    if not settings.geocoder:
        return None
    url = (settings.geocoder_url or PUBLIC.get(settings.geocoder, "")).rstrip("/")
    parts = urlsplit(url)
    where = {"domain": parts.netloc + parts.path, "scheme": parts.scheme}
    agent = f"fieldbeat ({settings.mail_from or settings.url})"  # whom to write to, as Nominatim's rules want it
    if settings.geocoder == "nominatim":
        client: Any = Nominatim(user_agent=agent, **where)
        return Geocoder("nominatim", url, client, _ask_nominatim, _said_by_nominatim)
    if settings.geocoder == "photon":
        return Geocoder(
            "photon", url, Photon(user_agent=agent, **where), lambda _country: {"limit": 1}, _said_by_photon
        )
    client = Pelias(api_key=settings.geocoder_key or None, user_agent=agent, **where)
    return Geocoder("pelias", url, client, lambda country: {"countries": [country]}, _said_by_pelias)


def _ask_nominatim(country: str) -> dict[str, Any]:
    return {"limit": 1, "addressdetails": True, "country_codes": country.lower()}


def _said_by_nominatim(raw: Mapping[str, Any]) -> Said:
    rank, address = int(raw.get("place_rank") or 0), raw.get("address") or {}
    code = raw.get("addresstype") == "postcode" or raw.get("type") == "postcode"
    quality = CODE if code else HOUSE if rank >= 28 else ROAD if rank >= 26 else None
    return Said(quality, address.get("house_number"), address.get("country_code"))


def _said_by_photon(raw: Mapping[str, Any]) -> Said:
    said = raw["properties"]
    quality = {"house": HOUSE, "street": ROAD, "postcode": CODE}.get(said.get("type", ""))
    return Said(quality, said.get("housenumber"), said.get("countrycode"))


def _said_by_pelias(raw: Mapping[str, Any]) -> Said:
    said = raw["properties"]
    quality = {"address": HOUSE, "venue": HOUSE, "street": ROAD, "postalcode": CODE}.get(said.get("layer", ""))
    if quality == HOUSE and said.get("accuracy") == "interpolated":
        quality = BESIDE
    return Said(quality, said.get("housenumber"), said.get("country_code"))
