"""A small fixed table of exchange rates. Made up, near to 2026's; good for tests, not for money."""

from decimal import Decimal
from typing import Final

_USD_PER_UNIT: Final = {
    "USD": 1.0,
    "EUR": 1.09,
    "GBP": 1.28,
    "CHF": 1.13,
    "JPY": 0.0067,
    "CNY": 0.139,
    "CAD": 0.72,
    "AUD": 0.65,
    "SGD": 0.75,
    "SEK": 0.095,
    "PLN": 0.255,
    "INR": 0.0118,
}


def target_currency(asked: str) -> str:
    """The currency that prices are converted to: the one asked for, USD when its rate is unknown."""
    return asked.upper() if asked.upper() in _USD_PER_UNIT else "USD"


def rate(of: str, to: str) -> float:
    """How much of `to` one unit of `of` is worth; 1 where a rate is unknown."""
    if of == to or of not in _USD_PER_UNIT or to not in _USD_PER_UNIT:
        return 1.0
    return _USD_PER_UNIT[of] / _USD_PER_UNIT[to]


def converted(price: Decimal, conversion_rate: float) -> float:
    """The price in another currency, with the noise of floating point that the API has too."""
    return float(price) * conversion_rate
