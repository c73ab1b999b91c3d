"""A file's header row, understood: which column stands where, and what is wrong with the headers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property

from bulkmatch.datafeed.columns import BY_NAME, COLUMNS, REQUIRED, Heading, Wanted, heading_of
from bulkmatch.datafeed.finding import Flaw
from bulkmatch.datafeed.iso import CURRENCIES, MISTAKEN_CURRENCIES

_FEWEST_KNOWN = 2
_LONGEST_HEADER = 60
_CLOSE = 0.72


class Sender(StrEnum):
    """Who sends a feed. Manufacturers name parts, and need no sku and no distributor-url."""

    DISTRIBUTOR = "distributor"
    MANUFACTURER = "manufacturer"


@dataclass(frozen=True)
class Layout:
    """The columns of a file: `headings` has None where a header is unknown or comes again."""

    headers: tuple[str, ...]
    headings: tuple[Heading | None, ...]

    @classmethod
    def of(cls, headers: Sequence[str]) -> "Layout":
        """The layout of a header row."""
        headings: list[Heading | None] = []
        for header in headers:
            heading = heading_of(header)
            known = heading is not None and heading.name in {h.name for h in headings if h}
            headings.append(None if known else heading)
        return cls(tuple(headers), tuple(headings))

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each known column stands, by its name."""
        return {h.name: at for at, h in enumerate(self.headings) if h is not None}

    @cached_property
    def ladder(self) -> tuple[tuple[int, Sequence[tuple[str, int]]], ...]:
        """For each step of the price ladder: its break's column, and the prices' by currency."""
        prices: dict[int, list[tuple[str, int]]] = {}
        for at, heading in enumerate(self.headings):
            if heading and heading.step is not None and heading.currency:
                prices.setdefault(heading.step, []).append((heading.currency, at))
        steps = {h.step for h in self.headings if h and h.step is not None}
        return tuple(
            (self.places.get(f"price-break-{step}", -1), tuple(prices.get(step, ())))
            for step in sorted(steps)
        )


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row is a header: it has at least two documented headers, mpn or manufacturer too."""
    names = {heading.name for heading in map(heading_of, cells) if heading}
    return len(names) >= _FEWEST_KNOWN and bool(names & {"mpn", "manufacturer"})


def header_flaws(layout: Layout, sender: Sender) -> Iterator[tuple[str | None, Flaw]]:
    """What is wrong with the header row, each with the header that it is about."""
    yield from _spelling_flaws(layout)
    for name in REQUIRED:
        if name not in layout.places:
            yield name, Flaw("header-required", f"add the column {name}")
    yield from _price_flaws(layout)
    for name in _missing_recommended(layout, sender):
        yield name, Flaw("header-recommended", f"add the column {name} if you know its values")


def _spelling_flaws(layout: Layout) -> Iterator[tuple[str, Flaw]]:
    for header, heading in zip(layout.headers, layout.headings, strict=True):
        known = heading_of(header)
        if not header.strip():
            yield header, Flaw("header-empty", "name the column, or remove it")
        elif known is None:
            yield header, Flaw("header-unknown", *_suggested(header))
        elif heading is None:
            yield header, Flaw("header-duplicate", f"keep one column {known.name}")
        elif header != header.strip().lower():
            yield header, Flaw("header-case", f"write {known.name}", known.name)


def _price_flaws(layout: Layout) -> Iterator[tuple[str, Flaw]]:
    for heading in layout.headings:
        if heading is None or heading.step is None:
            continue
        pair = f"price-break-{heading.step}"
        if heading.currency is None:
            continue
        if pair not in layout.places:
            yield heading.name, Flaw("header-price-pair", f"add the column {pair}")
        if heading.currency not in CURRENCIES:
            meant = MISTAKEN_CURRENCIES.get(heading.currency, "").lower()
            name = f"price-{meant}-{heading.step}" if meant else ""
            advice = f"write {name}" if name else "use a code that money is paid in, such as usd"
            yield heading.name, Flaw("currency", advice, name or None)


def _suggested(header: str) -> tuple[str, str | None]:
    """What may be meant by an unknown header: advice, and the header where one is close."""
    plain = header.strip().lower()[:_LONGEST_HEADER]
    squeezed = re.sub(r"[^a-z0-9]", "", plain)
    if match := re.fullmatch(r"price([a-z]{3})([0-9]{0,4})", squeezed):
        meant = f"price-{match[1]}-{int(match[2] or 1)}"
        if match[1].upper() in CURRENCIES:
            return f"did you mean {meant}?", meant
    if match := re.fullmatch(r"(?:price|qty|quantity)break(?:qty|quantity)?([0-9]{0,4})", squeezed):
        meant = f"price-break-{int(match[1] or 1)}"
        return f"did you mean {meant}?", meant
    index = re.search(r"[0-9]{1,4}$", squeezed)
    stem = squeezed[: index.start()] if index else squeezed
    name = _SYNONYMS.get(stem) or _closest(stem)
    if name is None:
        return "remove the column, or put its values in attributes", None
    if index and BY_NAME[name].is_indexed:
        name = f"{name}-{int(index[0])}"
    elif index:
        return f"did you mean {name}? It cannot be repeated with a number", name
    return f"did you mean {name}?", name


def _closest(stem: str) -> str | None:
    near = get_close_matches(stem, _SQUEEZED, n=1, cutoff=_CLOSE)
    return _SQUEEZED[near[0]] if near else None


_SQUEEZED = {re.sub(r"[^a-z0-9]", "", name): name for name in BY_NAME}
_SYNONYMS = {
    "brand": "manufacturer",
    "mfr": "manufacturer",
    "maker": "manufacturer",
    "partnumber": "mpn",
    "manufacturerpartnumber": "mpn",
    "mfrpartnumber": "mpn",
    "stock": "quantity",
    "instock": "quantity",
    "qty": "quantity",
    "url": "distributor-url",
    "link": "distributor-url",
    "producturl": "distributor-url",
    "datasheet": "datasheet-url",
    "image": "image-url",
    "photourl": "image-url",
    "specs": "attributes",
    "leadtime": "factory-lead-days",
    "minimumorderquantity": "moq",
    "spq": "factory-pack-quantity",
    "region": "eligible-region",
    "country": "eligible-region",
}  # fmt: skip


def _missing_recommended(layout: Layout, sender: Sender) -> Iterator[str]:
    present = {heading.column.name for heading in layout.headings if heading}
    is_distributor = sender is Sender.DISTRIBUTOR
    wanted = {Wanted.RECOMMENDED}
    wanted.add(
        Wanted.RECOMMENDED_TO_DISTRIBUTORS
        if is_distributor
        else Wanted.RECOMMENDED_TO_MANUFACTURERS
    )
    for column in COLUMNS:
        if column.wanted in wanted and column.name not in present:
            yield column.name
    if is_distributor and not layout.ladder:
        yield "price-break-1"
        yield "price-{cur}-1"
