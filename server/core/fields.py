"""Fields that take exactly what they say: marshmallow's own also read "5" as a number and "yes" as true.

Text refuses what a database cannot store (NUL, lone surrogates), numbers what its columns cannot hold.  In query
strings, where everything is text, use marshmallow's own Integer and Boolean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import available_timezones

import marshmallow as ma

LARGEST = 2**31 - 1  # of a 32-bit column
CENT = Decimal("0.01")
MOST_SKILLS, SKILL_LENGTH = 20, 60
LOCALE = re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
MONEY = re.compile(r"^-?[0-9]{1,14}([.][0-9]{1,2})?$")


def _described(kwargs: dict[str, Any], **defaults: Any) -> dict[str, Any]:
    """The keyword arguments of a field with these defaults in its metadata (the documentation)."""
    return {**kwargs, "metadata": {**defaults, **kwargs.get("metadata", {})}}


class Text(ma.fields.String):
    """A string of `least` to `most` characters; surrounding white space is cut off (and not counted in `least`)."""

    trimmed = True

    def __init__(self, most: int, least: int = 0, **kwargs: Any) -> None:
        checks = kwargs.pop("validate", [])
        length = ma.validate.Length(min=least or None, max=most)
        if "format" not in kwargs.get("metadata", {}):
            kwargs = _described(kwargs, pattern=r"\S" if least and self.trimmed else r"^[^\u0000]*$")
        super().__init__(validate=[length, *(checks if isinstance(checks, list) else [checks])], **kwargs)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text is None:
            return text
        if len(text) > self.most:
            raise ma.ValidationError(f"It has {len(text)} characters; at most {self.most} fit.")
        if "\0" in text:
            raise ma.ValidationError("It contains a NUL character; remove it.")
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise ma.ValidationError("It contains half a character (a lone surrogate); remove it.")
        return text.strip().strip("\ufeff").strip() if self.trimmed else text


class Secret(Text):
    """Text that is taken as it is: white space in a password counts."""

    trimmed = False


class Integer(ma.fields.Integer):
    """A JSON integer from `least` to `most`, both included."""

    def __init__(self, least: int = 0, most: int = LARGEST, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=ma.validate.Range(least, most), **kwargs)

    def _validated(self, value: Any) -> Any:
        if isinstance(value, str):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Number(ma.fields.Float):
    """A JSON number from `least` to `most`, both included; never NaN or infinite."""

    def __init__(self, least: float, most: float, **kwargs: Any) -> None:
        super().__init__(validate=ma.validate.Range(least, most), **kwargs)

    def _validated(self, value: Any) -> Any:
        if isinstance(value, str):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Money(ma.fields.Field):
    """An amount with at most two decimals, as JSON text ("12.50") or number; answers always carry text."""

    def __init__(self, least: int = 0, most: int = 10**12, **kwargs: Any) -> None:
        described = _described(
            kwargs, type=["string", "number"], pattern=MONEY.pattern, minimum=least, maximum=most, examples=["12.50"]
        )
        super().__init__(**described)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        text = value if isinstance(value, str) else repr(value)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ma.ValidationError("It is not an amount; write it like 12.50.")
        if isinstance(value, str) and not MONEY.fullmatch(text):
            raise ma.ValidationError("It is not an amount with at most two decimals; write it like 12.50.")
        amount = Decimal(text)
        if not amount.is_finite() or not self.least <= amount <= self.most:
            raise ma.ValidationError(f"It is outside {self.least} to {self.most}.")
        if amount != amount.quantize(CENT):
            raise ma.ValidationError("It is not an amount with at most two decimals; write it like 12.50.")
        return amount.quantize(CENT)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else format(value, "f")


class Boolean(ma.fields.Boolean):
    """true or false, nothing that looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Email(Text):
    """An e-mail address, in lower case."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(254, 3, validate=ma.validate.Email(), **_described(kwargs, format="email"))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).lower()


class ClientId(ma.fields.UUID):
    """An id that the client makes for what it creates."""

    def __init__(self, **kwargs: Any) -> None:
        said = "Made by the client, new for everything it creates; sending the same again is then safe"
        super().__init__(**_described(kwargs, description=said))


class Skills(ma.fields.List):
    """Names of skills, kept once each and in order: "Fork  Lift" and "fork lift" are the same one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Text(SKILL_LENGTH, 1), validate=ma.validate.Length(max=MOST_SKILLS), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        names: list[Any] = super()._deserialize(value, attr, data, **kwargs)
        return skills(names)


def skills(names: Iterable[str]) -> list[str]:
    """The names as they are stored and compared: in lower case, with single spaces."""
    return sorted({" ".join(name.casefold().split()) for name in names})


class Weekdays(ma.fields.List):
    """Days of the week, kept in order: 0 is Monday."""

    def __init__(self, least: int = 0, **kwargs: Any) -> None:
        checks: list[Any] = [ma.validate.Length(least, 7), _each_once]
        super().__init__(Integer(0, 6), validate=checks, **_described(kwargs, uniqueItems=True))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        days: list[Any] = super()._deserialize(value, attr, data, **kwargs)
        return sorted(days)


def _each_once(values: list[Any]) -> None:
    if len(set(values)) < len(values):
        raise ma.ValidationError("Name each weekday once.")


class Latitude(Number):
    """Degrees north, WGS84."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(-90, 90, **kwargs)


class Longitude(Number):
    """Degrees east, WGS84."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(-180, 180, **kwargs)


class Zone(ma.fields.String):
    """The name of an IANA time zone."""

    def __init__(self, **kwargs: Any) -> None:
        described = _described(kwargs, description="IANA time zone", examples=["America/New_York", "Europe/Vienna"])
        super().__init__(validate=_known_zone, **described)


class Country(ma.fields.String):
    """A country by its two letters (ISO 3166-1 alpha-2)."""

    def __init__(self, **kwargs: Any) -> None:
        described = _described(kwargs, description="ISO 3166-1 alpha-2", examples=["US", "AT"], pattern="^[A-Z]{2}$")
        super().__init__(validate=_known_country, **described)


class Currency(ma.fields.String):
    """A currency by its three letters (ISO 4217)."""

    def __init__(self, **kwargs: Any) -> None:
        described = _described(kwargs, description="ISO 4217", examples=["USD", "EUR"], pattern="^[A-Z]{3}$")
        super().__init__(validate=_known_currency, **described)


class Locale(ma.fields.String):
    """A language, with a region or without, as the registry of IANA knows it (BCP 47)."""

    def __init__(self, **kwargs: Any) -> None:
        described = _described(kwargs, description="BCP 47", examples=["en-US", "de-AT"], pattern=f"^{LOCALE.pattern}$")
        super().__init__(validate=[ma.validate.Length(2, 20), _known_locale], **described)


@lru_cache
def zones() -> frozenset[str]:
    """Of places; not those that stand for the machine or for nothing."""
    return frozenset(available_timezones()) - {"Factory", "localtime"}


@lru_cache
def countries() -> frozenset[str]:
    """ISO 3166-1 alpha-2 codes, from the table that the time zone database carries."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    return frozenset(line[:2] for line in table.splitlines() if line and not line.startswith("#"))


def _known_zone(value: str) -> None:
    if value not in zones():
        raise ma.ValidationError("It is not an IANA time zone; write it like America/New_York.")


@lru_cache
def currencies() -> frozenset[str]:
    """Codes of money that some country uses: neither metals nor the codes for tests."""
    from iso4217 import Currency as Known

    return frozenset(known.code for known in Known if known.country_names and known.exponent is not None)


def _known_currency(value: str) -> None:
    if value not in currencies():
        raise ma.ValidationError("It is not a currency of ISO 4217; write its three letters, like USD.")


def _known_locale(value: str) -> None:
    from langcodes import tag_is_valid

    if not LOCALE.fullmatch(value) or not tag_is_valid(value):
        raise ma.ValidationError("It is not a language of BCP 47, alone or with a region; write it like en or en-US.")


def _known_country(value: str) -> None:
    if value not in countries():
        raise ma.ValidationError("It is not an ISO 3166-1 country; write its two letters, like US.")
