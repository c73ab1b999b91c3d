"""The attributes column of a feed, turned into specs. Numbers with a unit keep their unit."""

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final, cast

from .datafeed import FeedLine
from .lifecycle import Lifecycle, lifecycle_from_word
from .parts import Attribute, Spec
from .spelling import name_key, stable_id

_NUMBER = re.compile(r"(?P<number>[-+]?\d+(?:\.\d+)?)\s*(?P<unit>[^\s\d].*)?")
_PREFIXES: Final = {"p": -12, "n": -9, "u": -6, "µ": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9}
_UNITS: Final = {
    "V": "Volts",
    "A": "Amperes",
    "W": "Watts",
    "Ω": "Ohms",
    "Ohm": "Ohms",
    "F": "Farads",
    "H": "Henries",
    "Hz": "Hertz",
    "s": "Seconds",
    "g": "Grams",
    "m": "Meters",
    "B": "Bytes",
}


_TEXTS: Final = 16_384  # values of attributes come again and again


@cache
def known_attributes() -> Mapping[str, Attribute]:
    """The API's own attributes as seen in recorded answers, by comparing key (shortname and name)."""
    text = files("bulkmatch.sandbox").joinpath("attributes.csv").read_text("utf-8")
    known: dict[str, Attribute] = {}
    for row in csv.DictReader(text.splitlines()):
        attribute = Attribute(row["id"], row["shortname"], row["name"], row["group"])
        for name in (row["shortname"], row["name"], *row["also"].split()):
            known[name_key(name)] = attribute
    return known


@cache
def attribute_named(name: str) -> Attribute:
    """The attribute that a feed's key means; an unknown key becomes an attribute of its own."""
    key = name_key(name)
    known = known_attributes().get(key)
    if known is not None:
        return known
    title = " ".join(name.replace("_", " ").split()).capitalize()
    return Attribute(stable_id("attribute", key), key, title, "Other")


@dataclass(frozen=True, slots=True)
class Attributes:
    """What the attributes column of one row says."""

    specs: tuple[Spec, ...] = ()
    lifecycle: Lifecycle | None = None
    series: str | None = None


def attributes_of(line: FeedLine) -> Attributes:
    """The row's technical values, and apart from them its lifecycle and series."""
    specs: list[Spec] = []
    lifecycle, series = None, None
    for name, value in _dictionary(line).items():
        text = _text(value)
        match name_key(name):
            case _ if not text:
                continue
            case "lifecyclestatus":
                lifecycle = lifecycle_from_word(text, _observed_on(line, value))
            case "series":
                series = text
            case _:
                specs.append(spec_from_text(attribute_named(name), text))
    return Attributes(tuple(specs), lifecycle, series)


@lru_cache(_TEXTS)
def spec_from_text(attribute: Attribute, text: str) -> Spec:
    """A spec: a number with a known unit is taken apart, everything else stays text."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return Spec(attribute, text, text)
    number, unit = found["number"], (found["unit"] or "").strip()
    if not unit:
        return Spec(attribute, number, text, number, "number")
    base = _base_unit(unit)
    if base is None:
        return Spec(attribute, text, text)
    power, symbol = base
    si_value = format(Decimal(number).scaleb(power).normalize(), "f")
    return Spec(attribute, number, text, si_value, "number", unit, _UNITS[symbol], unit)


def _base_unit(unit: str) -> tuple[int, str] | None:
    for symbol in _UNITS:
        prefix = unit.removesuffix(symbol)
        if prefix != unit and prefix in _PREFIXES:
            return _PREFIXES[prefix], symbol
    return None


def _text(value: Any) -> str:
    match value:
        case {"value": inner}:
            return _text(inner)
        case str() | int() | float():
            return str(value).strip()
        case list():
            return ", ".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType]
        case _:
            return ""


def _observed_on(line: FeedLine, value: Any) -> date | None:
    match value:
        case {"metadata": {"observation_date": str(text)}}:
            try:
                return date.fromisoformat(text)
            except ValueError:
                raise line.error(f"observation_date wants YYYY-MM-DD, was {text!r}") from None
        case _:
            return None


def _dictionary(line: FeedLine) -> dict[str, Any]:
    text = line.text("attributes")
    if text is None:
        return {}
    try:
        value: Any = json.loads(text)
    except ValueError as error:
        raise line.error(f"attributes must be JSON: {error}") from error
    if not isinstance(value, dict):
        raise line.error("attributes must be a JSON dictionary")
    return cast("dict[str, Any]", value)  # JSON keys are text
