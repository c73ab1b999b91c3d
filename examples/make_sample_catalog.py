"""Writes the sandbox's sample catalog from sample_parts.txt. Run it by hand.

Makers, part numbers and descriptions are real; sellers, stock and prices are made up, by a seeded
generator, so that the same input always gives the same file.
"""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from urllib.parse import quote

HERE = Path(__file__).parent
PARTS = HERE / "sample_parts.txt"
CATALOG = HERE.parent / "engine" / "bulkmatch" / "sandbox" / "sample_catalog.csv"

SEED = 20_261_120
LATEST_OBSERVATION = date(2026, 11, 18)
BREAKS = (1, 10, 100, 1_000, 5_000)
DISCOUNTS = (1.0, 0.86, 0.68, 0.52, 0.47)
EUR_PER_USD = 0.92

# How feeds word each lifecycle: feeds do not agree, and neither do ours.
WORDS = {
    "": ("Active", "PRODUCTION", "Production"),
    "N": ("New",),
    "R": ("NRND", "Not For New Designs"),
    "E": ("Last Time Buy", "End of Life"),
    "O": ("Obsolete", "OBSOLETE"),
}
# Obsolete parts in which nobody deals any more.
UNSOLD = frozenset({
    "AT90S2313-10PC", "LM2611BMF-NOPB", "BMP085", "NRF8001-R2Q32-T", "SPBTLE-RF", "LM4F120H5QR",
    "EPM7064SLC44-10N", "MMA7361LCR1", "RN42-I/RM",
})  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One line of the parts list. `price` is USD for one piece, before each seller's own factor."""

    maker: str
    category: str
    mpn: str
    package: str
    description: str
    lifecycle: str
    price: float


@dataclass(frozen=True)
class Seller:
    """A made-up seller. `share` is how likely it lists a part; `codes` are its ways of hiding stock."""

    name: str
    site: str
    prefix: str
    currencies: tuple[str, ...]
    share: float
    factor: float
    authorized: bool = True
    broker: bool = False
    codes: tuple[int, ...] = ()


SELLERS = (
    Seller(
        "Sandbox Components (synthetic)", "sandbox-components.example.com", "SC-",
        currencies=("usd", "eur"), share=0.92, factor=1.0,
    ),
    Seller(
        "Example Electronics (synthetic)", "shop.example.net", "EX",
        currencies=("usd",), share=0.80, factor=1.07,
    ),
    Seller(
        "Beispiel Bauteile (synthetic)", "bauteile.example.com", "BB/",
        currencies=("eur",), share=0.40, factor=0.97, codes=(-2,),
    ),
    Seller(
        "Placeholder Parts (synthetic)", "placeholder.example.net", "PP-",
        currencies=("usd",), share=0.22, factor=1.15, codes=(-2, -3, -4),
    ),
    Seller(
        "Grey Market Bits (synthetic)", "bits.example.net", "GMB",
        currencies=("usd",), share=0.18, factor=0.81, authorized=False,
    ),
    Seller(
        "Surplus Brokerage (synthetic)", "broker.example.com", "Q",
        currencies=("usd",), share=0.12, factor=2.40, authorized=False, broker=True, codes=(-3, -4),
    ),
)  # fmt: skip


def listed_parts() -> Iterator[Part]:
    """The parts written out one by one in the list."""
    maker, category, price = "", "", 0.0
    for line in PARTS.read_text("utf-8").splitlines():
        if line.startswith("["):
            maker, category, amount = (text.strip() for text in line.strip("[]").split(" | "))
            price = float(amount)
        elif line and not line.startswith("#"):
            mpn, package, description, *lifecycle = (text.strip() for text in line.split(" | "))
            yield Part(maker, category, mpn, package, description, "".join(lifecycle), price)


RESISTANCES = (
    10,
    22,
    33,
    47,
    100,
    220,
    330,
    470,
    1e3,
    2.2e3,
    3.3e3,
    4.7e3,
    5.1e3,
    10e3,
    22e3,
    47e3,
    100e3,
    220e3,
    1e6,
)


def resistor_families() -> Iterator[Part]:
    """Thick-film resistors of 1 percent, whose part numbers follow from their values."""
    for size, price in (("0402", 0.020), ("0603", 0.024), ("0805", 0.030)):
        for ohms in RESISTANCES:
            yield _resistor("Yageo", f"RC{size}FR-07{_letters(ohms)}L", size, ohms, price)
    for series, size in (("ERJ-2RKF", "0402"), ("ERJ-3EKF", "0603"), ("ERJ-6ENF", "0805")):
        for ohms in RESISTANCES:
            suffix = "X" if size == "0402" else "V"
            yield _resistor("Panasonic", f"{series}{_digits(ohms)}{suffix}", size, ohms, 0.055)
    for ohms in RESISTANCES:
        yield _resistor("Vishay", f"CRCW0603{_padded(ohms)}FKEA", "0603", ohms, 0.048)
    yield Part(
        "Yageo",
        "Passive Components >> Resistors",
        "RC0603JR-070RL",
        "0603",
        "Jumper, 0 Ohm",
        "",
        0.02,
    )


def _resistor(maker: str, mpn: str, size: str, ohms: float, price: float) -> Part:
    description = f"Resistor, {_shown(ohms)}, 1 percent"
    return Part(maker, "Passive Components >> Resistors", mpn, size, description, "", price)


def _shown(ohms: float) -> str:
    for unit, size in (("MOhm", 1e6), ("kOhm", 1e3)):
        if ohms >= size:
            return f"{ohms / size:g} {unit}"
    return f"{ohms:g} Ohm"


def _letters(ohms: float) -> str:
    """Yageo's way: the unit's letter stands for the decimal point (4K7, 10K, 100R, 1M)."""
    for letter, size in (("M", 1e6), ("K", 1e3), ("R", 1.0)):
        if ohms >= size:
            whole, _, rest = f"{ohms / size:g}".partition(".")
            return f"{whole}{letter}{rest}"
    raise ValueError(ohms)


def _digits(ohms: float) -> str:
    """Panasonic's way: three digits and a power of ten; below 100 Ohm an R for the point."""
    if ohms < 100:
        return f"{ohms:.1f}".replace(".", "R")
    power = len(str(int(ohms))) - 3
    return f"{int(ohms) // 10**power}{power}"


def _padded(ohms: float) -> str:
    """Vishay's way: four characters, the unit's letter for the decimal point (4K70, 100R, 10K0)."""
    for letter, size in (("M", 1e6), ("K", 1e3), ("R", 1.0)):
        if ohms >= size:
            whole, _, rest = f"{ohms / size:.2f}".partition(".")
            return f"{whole}{letter}{rest}"[:4]
    raise ValueError(ohms)


def attributes(part: Part, dice: Random) -> dict[str, object]:
    """The part's technical values, as a feed's JSON column holds them."""
    values: dict[str, object] = {"case_package": part.package}
    if found := re.match(r"Resistor, ([^,]+), 1 percent", part.description):
        values |= {"resistance": found[1], "tolerance": "1 %"}
    if found := re.match(r"Ceramic capacitor, ([^,]+), ([^,]+), (\w+)", part.description):
        values |= {"capacitance": found[1], "voltage_rating": found[2], "dielectric": found[3]}
    values |= {"rohs": "Compliant", "reach_svhc": dice.choice(("No SVHC", "No SVHC", "Unknown"))}
    if part.lifecycle in WORDS:
        values["lifecycle_status"] = _lifecycle(part, dice)
    return values


def _lifecycle(part: Part, dice: Random) -> dict[str, object]:
    word = dice.choice(WORDS[part.lifecycle])
    if dice.random() < 0.15:
        return {"value": word}
    observed_on = LATEST_OBSERVATION - timedelta(days=dice.randrange(40))
    return {"metadata": {"observation_date": observed_on.isoformat()}, "value": word}


def rows(part: Part, dice: Random) -> Iterator[dict[str, object]]:
    """The part's offers as rows of the feed; one row without offer when nobody sells it."""
    known = _known(part, dice)
    sellers = [seller for seller in SELLERS if _lists(seller, part, dice)]
    if not sellers:
        yield known
    for seller in sellers:
        yield known | _offer(part, seller, dice)
        known = {"manufacturer": part.maker, "mpn": part.mpn}


def _lists(seller: Seller, part: Part, dice: Random) -> bool:
    wants = dice.random()
    if part.mpn in UNSOLD:
        return False
    if part.lifecycle == "O":
        return wants < (0.75 if seller.broker or not seller.authorized else 0.08)
    return wants < seller.share


def _known(part: Part, dice: Random) -> dict[str, object]:
    page = quote(part.mpn, safe="")
    known: dict[str, object] = {
        "manufacturer": part.maker,
        "mpn": part.mpn,
        "description": part.description,
        "attributes": json.dumps(attributes(part, dice), ensure_ascii=False),
        "category": part.category,
        "manufacturer-url": f"https://makers.example.com/{quote(part.maker, safe='')}/{page}",
    }
    if dice.random() < 0.85:
        known["datasheet-url"] = f"https://datasheets.example.net/{page}.pdf"
    return known


def _offer(part: Part, seller: Seller, dice: Random) -> dict[str, object]:
    sku = f"{seller.prefix}{dice.randrange(10**5, 10**6)}"
    cut = part.price < 1 and dice.random() < 0.25
    offer: dict[str, object] = {
        "sku": sku,
        "distributor-url": f"https://{seller.site}/p/{quote(sku, safe='')}",
        "seller": seller.name,
        "authorized": "yes" if seller.authorized else "no",
        "broker": "yes" if seller.broker else "no",
        "quantity": _quantity(part, seller, dice),
        "moq": 100 if cut else dice.choice(("", 1, 1, 1)),
        "order-multiple": 100 if cut else "",
        "packaging": dice.choice(("", "", "Cut Tape", "Tape & Reel", "Tray")),
        "factory-lead-days": dice.choice(("", "", 42, 70, 84, 112)),
    }
    return offer | _ladder(part, seller, dice, first=100 if cut else 1)


def _quantity(part: Part, seller: Seller, dice: Random) -> int:
    if seller.codes and dice.random() < 0.35:
        return dice.choice(seller.codes)
    if part.lifecycle == "O" or dice.random() < 0.12:
        return dice.choice((0, 0, 12, 85))
    most = 90_000 if part.price < 1 else 6_000
    return int(most * dice.random() ** 2)


def _ladder(part: Part, seller: Seller, dice: Random, *, first: int) -> dict[str, object]:
    if seller.broker and dice.random() < 0.6:
        return {}
    ladder: dict[str, object] = {}
    one = part.price * seller.factor * dice.uniform(0.8, 1.25)
    steps = [(q, d) for q, d in zip(BREAKS, DISCOUNTS, strict=True) if q >= first]
    for number, (quantity, discount) in enumerate(steps, start=1):
        ladder[f"price-break-{number}"] = quantity
        for currency in seller.currencies:
            rate = EUR_PER_USD if currency == "eur" else 1.0
            ladder[f"price-{currency}-{number}"] = f"{one * discount * rate:.4f}"
    return ladder


def headers() -> list[str]:
    """The feed's columns, in order."""
    steps = range(1, len(BREAKS) + 1)
    ladder = [h for n in steps for h in (f"price-break-{n}", f"price-usd-{n}", f"price-eur-{n}")]
    return [
        "manufacturer", "mpn", "sku", "distributor-url", "seller", "authorized", "broker", "quantity",
        "moq", "order-multiple", "packaging", "factory-lead-days", *ladder,
        "description", "attributes", "category", "datasheet-url", "manufacturer-url",
    ]  # fmt: skip


def main() -> None:
    """Write the catalog and say what is in it."""
    dice = Random(SEED)  # noqa: S311 - repeatable on purpose, and no secret
    parts = [*listed_parts(), *resistor_families()]
    if len({(part.maker, part.mpn) for part in parts}) != len(parts):
        raise SystemExit("a part is listed twice")
    with CATALOG.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, headers(), lineterminator="\n")
        writer.writeheader()
        written = [row for part in parts for row in rows(part, dice)]
        writer.writerows(written)
    print(f"{CATALOG.name}: {len(parts)} parts, {len(written)} rows")


if __name__ == "__main__":
    main()
