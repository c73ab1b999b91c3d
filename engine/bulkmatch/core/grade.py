"""What a fact is compared by: a word, a class, or a band that small drift does not leave."""

from decimal import Decimal

from bulkmatch.model.observation import Fact, FactName

# A band of lead time is a week, one of price five per cent. Changes are told in whole bands.
LEAD_BAND_DAYS = 7
PRICE_BAND = Decimal("1.05")
_LN_BAND = PRICE_BAND.ln()
_MOST_LEAD_BANDS, _MOST_PRICE_BANDS = 160, 100
NONE, SOME, ONE, MANY = "none", "some", "one", "many"

CLASSES: dict[FactName, tuple[str, ...]] = {
    FactName.LIFECYCLE: ("New", "Production", "NRND", "EOL", "Obsolete", "unknown"),
    FactName.STOCK: (NONE, SOME),
    FactName.SOURCES: (NONE, ONE, MANY),
}
BANDED = frozenset({FactName.LEAD_TIME, FactName.PRICE})


def grade_of(fact: Fact) -> str | None:
    """The grade of a fact; None where there is nothing to compare.

    An unknown lifecycle is a grade of its own, since to become known or unknown is news.
    """
    if fact.name is FactName.LIFECYCLE and not fact.is_known:
        return "unknown" if fact.standing == "unknown" else None
    if not fact.is_known or fact.value is None:
        return None
    match fact.name:
        case FactName.LIFECYCLE:
            return str(fact.value)
        case FactName.STOCK:
            return SOME if fact.value else NONE
        case FactName.SOURCES:
            return {0: NONE, 1: ONE}.get(int(fact.value), MANY)
        case FactName.LEAD_TIME | FactName.PRICE:
            return str(band_of(fact.name, Decimal(fact.value)))
        case _:
            return normal_text(str(fact.value))


def normal_text(text: str) -> str:
    """A text without what does not matter: case, spaces, and a remark in brackets at its end."""
    return " ".join(text.split("(")[0].split()).casefold() or " ".join(text.split()).casefold()


def band_of(name: FactName, value: Decimal) -> int:
    """The number of the band that days or a price lie in."""
    if name is FactName.LEAD_TIME:
        return int(value) // LEAD_BAND_DAYS
    return int((value.ln() / _LN_BAND).to_integral_value(rounding="ROUND_FLOOR"))


def bands_around(name: FactName, band: int) -> tuple[str, ...]:
    """The bands to try for a fingerprint, the nearest first."""
    most = _MOST_LEAD_BANDS if name is FactName.LEAD_TIME else _MOST_PRICE_BANDS
    return tuple(str(band + offset) for step in range(most + 1) for offset in {step, -step})


def moved(name: FactName, before: Decimal, after: Decimal) -> Decimal:
    """By how much a value has moved: days, or per cent of what it was."""
    if name is FactName.LEAD_TIME:
        return after - before
    return ((after / before - 1) * 100).quantize(Decimal("0.1"))


def moved_by_bands(name: FactName, bands: int) -> Decimal:
    """About how much a value has moved that is now `bands` bands higher."""
    if name is FactName.LEAD_TIME:
        return Decimal(bands * LEAD_BAND_DAYS)
    return ((PRICE_BAND**bands - 1) * 100).quantize(Decimal(1))
