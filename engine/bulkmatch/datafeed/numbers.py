"""Numbers, measures and dates in cells: what is wrong with a text, and how it should read."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

from bulkmatch.datafeed.finding import Flaw

QUANTITY_CODES = {"-1": "non-stocked", "-2": "in stock", "-3": "unknown", "-4": "RFQ"}
_MOST_DIGITS = 15

_WHOLE = re.compile(rf"[0-9]{{1,{_MOST_DIGITS}}}", re.ASCII)
_NUMBER = re.compile(rf"[0-9]{{1,{_MOST_DIGITS}}}(?:\.[0-9]{{1,{_MOST_DIGITS}}})?", re.ASCII)
_WHOLE_AS_DECIMAL = re.compile(r"(-?[0-9]{1,15})\.0{1,15}", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:[, '][0-9]{3})+", re.ASCII)
_GROUPED_PRICE = re.compile(r"([0-9]{1,3}(?:[,' ][0-9]{3})+)(\.[0-9]{1,15})", re.ASCII)
_DECIMAL_COMMA = re.compile(r"([0-9]{1,15}),([0-9]{1,2}|[0-9]{4,15})", re.ASCII)
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]{1,15})?[eE][+-]?[0-9]{1,2}", re.ASCII)
_LOOSE_MEASURE = re.compile(r"([0-9.]{1,20})\s*(?::|\s)?\s*([A-Za-z][A-Za-z ]{0,30})", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_YEAR_FIRST = re.compile(
    r"([0-9]{4})[-/. ]?([0-9]{1,2})[-/. ]?([0-9]{1,2})(?:[T ].{0,20})?", re.ASCII
)


@lru_cache(maxsize=16_384)
def decimal_of(text: str) -> Decimal | None:
    """The number that a cell spells as the format wants it, None for anything else."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def stock_flaws(text: str) -> Iterator[Flaw]:
    """A whole number of pieces, or -1 to -4."""
    if _WHOLE.fullmatch(text) or text in QUANTITY_CODES:
        return
    codes = ", ".join(f"{code} {word}" for code, word in QUANTITY_CODES.items())
    mended = _whole(text)
    usable = mended if mended and (mended[0] != "-" or mended in QUANTITY_CODES) else None
    yield Flaw("quantity", f"write a whole number of pieces, or a code: {codes}", usable)


def count_flaws(text: str, *, least: int) -> Iterator[Flaw]:
    """A whole number; one below `least` is told, and allowed."""
    if not _WHOLE.fullmatch(text):
        mended = _whole(text)
        usable = mended if mended and mended[0] != "-" else None
        yield Flaw("count", "write a whole number, digits alone", usable)
    elif int(text) < least:
        yield Flaw("count-zero", "leave the cell empty when there is none to tell")


def break_flaws(text: str) -> Iterator[Flaw]:
    """A number above zero: a fraction too, since a reference may be in yards or kilograms."""
    number = decimal_of(text)
    if number is None or not number:
        mended = _whole(text)
        usable = mended if mended and mended[0] != "-" and int(mended) > 0 else None
        yield Flaw("price-break", "write a number above zero, digits alone", usable)


def price_flaws(text: str) -> Iterator[Flaw]:
    """A plain number; zero is allowed and told."""
    number = decimal_of(text)
    if number is None:
        advice = "write digits and a decimal point alone, without a currency's symbol or grouping"
        yield Flaw("price", advice, _price(text))
    elif not number:
        yield Flaw(
            "price-zero", "leave the cell empty when there is no price; 0 offers it for free"
        )


def measure_flaws(text: str, *, needs_unit: bool) -> Iterator[Flaw]:
    """`VALUE::UNIT`, or a lone value where pieces are meant."""
    value, marks, unit = text.partition("::")
    number = decimal_of(value)
    if number and ((marks and unit.strip() and ":" not in unit) or not (marks or needs_unit)):
        return
    wanted = "VALUE::UNIT, as in 10::yards"
    advice = f"write {wanted}" if needs_unit else f"write {wanted}, or a lone number of pieces"
    yield Flaw("measure", advice, _measure(text, needs_unit=needs_unit))


def date_flaws(text: str) -> Iterator[Flaw]:
    """A day that exists, as YYYY-MM-DD."""
    if _DATE.fullmatch(text) and _is_day(text):
        return
    yield Flaw("date", "write the day as YYYY-MM-DD, as in 2012-11-01", _date(text))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _date(text: str) -> str | None:
    """The day, where year comes first and nothing has to be guessed."""
    match = _YEAR_FIRST.fullmatch(text.strip())
    if match is None:
        return None
    day = f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}"
    return day if _is_day(day) else None


def _whole(text: str) -> str | None:
    """The whole number that is plainly meant: `4,000`, `12.0`, `+5`; None otherwise."""
    plain = text.strip().removeprefix("+")
    if match := _WHOLE_AS_DECIMAL.fullmatch(plain):
        return match[1]
    if _GROUPED.fullmatch(plain):
        return re.sub("[, ']", "", plain)
    return plain if _WHOLE.fullmatch(plain.removeprefix("-")) else None


def _price(text: str) -> str | None:
    """The price that is plainly meant: `1,234.50`, `4.5e-05`, `0,45`, `.45`; None otherwise.

    Not `$0.45`: nobody can know that the column's currency is meant.
    """
    plain = text.strip()
    if match := _GROUPED_PRICE.fullmatch(plain):
        return re.sub("[, ']", "", match[1]) + match[2]
    if match := _DECIMAL_COMMA.fullmatch(plain):
        return f"{match[1]}.{match[2]}"
    if _SCIENTIFIC.fullmatch(plain):
        written = format(Decimal(plain), "f")
        return written if _NUMBER.fullmatch(written) else None
    if plain.startswith(".") and _NUMBER.fullmatch(f"0{plain}"):
        return f"0{plain}"
    return plain if _NUMBER.fullmatch(plain) else None


def _measure(text: str, *, needs_unit: bool) -> str | None:
    match = _LOOSE_MEASURE.fullmatch(text.strip())
    if match and decimal_of(match[1]):
        return f"{match[1]}::{match[2].strip()}"
    return None if needs_unit else _whole(text)
