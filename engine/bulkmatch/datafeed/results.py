"""Rows of a feed out of enriched results: the JSON Lines that `bulkmatch enrich` writes.

Each matched part gives a row for every offer, and one without an offer. Field names are the API's.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import count
from pathlib import Path

from bulkmatch.datafeed.json_text import elements, members
from bulkmatch.datafeed.reading import FeedRow
from bulkmatch.errors import FeedError

Json = Mapping[str, object]

_LIFECYCLES = ("lifecyclestatus", "manufacturerlifecyclestatus")
_OFFER = {
    "sku": "sku",
    "clickUrl": "distributor-url",
    "eligibleRegion": "eligible-region",
    "inventoryLevel": "quantity",
    "multipackQuantity": "multipack-quantity",
    "moq": "moq",
    "orderMultiple": "order-multiple",
    "onOrderQuantity": "on-order-quantity",
    "packaging": "packaging",
    "factoryLeadDays": "factory-lead-days",
    "factoryPackQuantity": "factory-pack-quantity",
}


def read_results(path: Path) -> Iterator[FeedRow]:
    """The rows of a results file. Raises FeedError for a line that is none of ours."""
    for number, line in enumerate(read_lines(path), start=1):
        yield from _rows(line, number)


def read_lines(path: Path) -> Iterator[Json]:
    """The lines of a results file, whatever came of them. Raises FeedError as above."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, text in enumerate(file, start=1):
                if text.strip():
                    yield _line(path, number, text)
    except (OSError, UnicodeDecodeError) as error:
        raise FeedError(f"cannot be read: {error}", file=path) from error


def _line(path: Path, number: int, text: str) -> Json:
    try:
        found: object = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise FeedError("is no line of JSON", file=path, line=number) from error
    line = members(found)
    if line is None or "outcome" not in line:
        message = "is no line that bulkmatch enrich writes: it has no outcome"
        raise FeedError(message, file=path, line=number)
    return line


def _rows(line: Json, number: int) -> Iterator[FeedRow]:
    part = _object(line, "part")
    if not part:
        return
    about = _part_cells(part, _text(_object(line, "provenance"), "asked_at")[:10])
    yield FeedRow(number, number, about)
    for seller in _objects(part, "sellers"):
        name = _text(_object(seller, "company"), "name")
        for offer in _objects(seller, "offers"):
            yield FeedRow(number, number, about | _offer_cells(offer), name)


def _part_cells(part: Json, asked_on: str) -> dict[str, str]:
    cells = {
        "manufacturer": _text(_object(part, "manufacturer"), "name"),
        "mpn": _text(part, "mpn"),
        "description": _text(part, "shortDescription"),
        "attributes": _attributes(part, asked_on),
        "category": _category(_object(part, "category")),
        "manufacturer-url": _text(part, "manufacturerUrl"),
        "freesample-url": _text(part, "freeSampleUrl"),
        "datasheet-url": _text(_object(part, "bestDatasheet"), "url"),
        "image-url": _text(_object(part, "bestImage"), "url"),
    }
    return {name: text for name, text in cells.items() if text}


def _offer_cells(offer: Json) -> dict[str, str]:
    cells = {header: _text(offer, field) for field, header in _OFFER.items()}
    return {name: text for name, text in (cells | _ladder(offer)).items() if text}


def _ladder(offer: Json) -> dict[str, str]:
    """The price ladder as columns: a step for each quantity, a price for each currency."""
    steps: dict[int, dict[str, str]] = {}
    for price in _objects(offer, "prices"):
        from_on, currency = _text(price, "quantity"), _text(price, "currency").lower()
        if from_on.isdecimal() and currency:
            steps.setdefault(int(from_on), {}).setdefault(currency, _text(price, "price"))
    cells: dict[str, str] = {}
    for step, quantity in zip(count(1), sorted(steps), strict=False):
        cells[f"price-break-{step}"] = str(quantity)
        prices = steps[quantity].items()
        cells |= {f"price-{currency}-{step}": price for currency, price in prices}
    return cells


def _attributes(part: Json, asked_on: str) -> str:
    """The specs as the format's JSON; the lifecycle status as observed on the day of the answer."""
    found: dict[str, object] = {}
    lifecycle: dict[str, str] = {}
    for spec in _objects(part, "specs"):
        name = _text(_object(spec, "attribute"), "shortname")
        if name in _LIFECYCLES:
            lifecycle[name] = _text(spec, "value") or _text(spec, "displayValue")
        elif name:
            found.setdefault(name, _text(spec, "displayValue") or _text(spec, "value"))
    said = next((lifecycle[name] for name in _LIFECYCLES if lifecycle.get(name)), "")
    if said:
        dated = {"metadata": {"observation_date": asked_on}} if asked_on else {}
        found["lifecycle_status"] = {**dated, "value": said}
    return json.dumps(found, ensure_ascii=False) if found else ""


def _category(category: Json) -> str:
    """The path, whose slugs are words with hyphens, with the category's own name at its end."""
    name = _text(category, "name")
    nodes = [node.replace("-", " ") for node in _text(category, "path").split("/") if node]
    return " >> ".join([*nodes[:-1], name or nodes[-1]] if nodes else [name] if name else [])


def _object(holder: Json, name: str) -> Json:
    return members(holder.get(name)) or {}


def _objects(holder: Json, name: str) -> Sequence[Json]:
    found = map(members, elements(holder.get(name)))
    return [one for one in found if one is not None]


def _text(holder: Json, name: str) -> str:
    """A member as a cell's text: numbers in plain digits, nothing for null."""
    value = holder.get(name)
    match value:
        case str():
            return value.strip()
        case bool() | None:
            return ""
        case Decimal():
            return format(value, "f")
        case int():
            return str(value)
        case _:
            return ""
