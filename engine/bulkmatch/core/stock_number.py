"""Sellers' stock numbers: which texts may be one, and whether a part is sold under one."""

import re
from collections.abc import Iterator

from bulkmatch.core.maker_names import short_forms
from bulkmatch.core.normal import clean, mpn_key
from bulkmatch.model.part import PartLike, Sold

# How sellers number what they sell, seen in their shops and in the recorded offers, read 2026-11-20:
# Digi-Key (296-39066-1-ND), Mouser (568-BRT-L), LCSC (C2040), Farnell (1813715), Newark (29X6993),
# RS (166-327). A part number may look so too, and then both are asked for at once.
_LOOKS = re.compile(
    r"\S+-ND|\d{2,3}-(?=\S*[A-Z])[A-Z0-9]\S{3,}|C\d{3,8}|\d{7}|\d{2}[A-Z]\d{4}|\d{3}-\d{3,4}",
    re.IGNORECASE,
)


def may_be_stock_number(text: str) -> bool:
    """Whether the text looks like a stock number of one of the larger sellers."""
    return _LOOKS.fullmatch(clean(text)) is not None


def stock_key(sku: str) -> str:
    """A stock number for comparing: letters and digits, without zeros in front.

    RS lists 166-327 as 0166327 (recorded answer, facts, section 1), read 2026-11-20.
    """
    return mpn_key(sku).lstrip("0")


def is_sold_as(part: PartLike, sku: str, *, seller: str | None) -> bool:
    """Whether an offer of the part has this stock number; of this seller, when one is named.

    False for a part that does not tell its offers: what nobody can see is not taken.
    """
    wanted, named = stock_key(sku), short_forms(seller or "")[0]
    return any(
        stock_key(number) == wanted and (not named or _is_same_seller(named, name))
        for name, number in _numbers(part)
    )


def _is_same_seller(named: str, name: str) -> bool:
    """`Farnell` is `Farnell`; `Digikey` is `Digi-Key`; `RS` is `RS Components`, renamed now and then."""
    other = short_forms(name)[0]
    return bool(other) and (named.startswith(other) or other.startswith(named))


def _numbers(part: PartLike) -> Iterator[tuple[str, str]]:
    """Sellers' names with the numbers under which they sell the part."""
    for seller in (isinstance(part, Sold) and part.sellers) or ():
        for offer in seller.offers or ():
            yield (seller.company.name if seller.company else ""), offer.sku or ""
