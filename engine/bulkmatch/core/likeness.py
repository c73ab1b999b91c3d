"""How near a part's numbers come to the one that a line asks for. Knows nothing of makers' ways."""

from enum import IntEnum

from bulkmatch.core.normal import clean, is_same_number, misread, mpn_identity, mpn_key
from bulkmatch.core.packaging import packing_difference
from bulkmatch.core.stock_number import is_sold_as
from bulkmatch.model.part import OtherwiseNumbered, PartLike
from bulkmatch.model.query import MatchQuery

_SHORTEST_BEGINNING = 4  # letters and digits; `LM3` begins half of a catalog


class Likeness(IntEnum):
    """The nearer, the smaller."""

    EXACT = 1
    VARIANT = 2
    OTHER_NAME = 3
    STOCK_NUMBER = 4
    PACKAGING = 5
    SAME_LETTERS = 6
    BEGINNING = 7
    LOOKS_ALIKE = 8
    OTHER = 9

    @property
    def is_own_number(self) -> bool:
        """Whether the number is one of the part's own."""
        return self <= Likeness.STOCK_NUMBER


def likeness(query: MatchQuery, part: PartLike, *, maker: str) -> Likeness:
    """How near the part is; `maker` is the key of its maker's name."""
    mpn = query.mpn
    if mpn and (near := _by_number(mpn, part)):
        return near
    sku = mpn if query.is_either else query.sku
    if sku and (query.is_either or not mpn) and is_sold_as(part, sku, seller=query.seller):
        return Likeness.STOCK_NUMBER
    if mpn and packing_difference(mpn, part.mpn, maker=maker) is not None:
        return Likeness.PACKAGING
    return _from_afar(mpn, part.mpn)


def _by_number(mpn: str, part: PartLike) -> Likeness | None:
    if clean(part.mpn) == clean(mpn):
        return Likeness.EXACT
    if is_same_number(part.mpn, mpn):
        return Likeness.VARIANT
    others = other_numbers(part)
    return Likeness.OTHER_NAME if any(is_same_number(mpn, other) for other in others) else None


def other_numbers(part: PartLike) -> tuple[str, ...]:
    """The numbers that a part has beside its own, as far as it tells them."""
    if not isinstance(part, OtherwiseNumbered):
        return ()
    return tuple(filter(None, (*(part.aka_mpns or ()), part.generic_mpn)))


def _from_afar(mpn: str, found: str) -> Likeness:
    key, other = mpn_key(mpn), mpn_key(found)
    if key == other:
        return Likeness.SAME_LETTERS
    if len(key) >= _SHORTEST_BEGINNING and other.startswith(key):
        return Likeness.BEGINNING
    told = misread(mpn)
    if told is not None and mpn_identity(told) == mpn_identity(found):
        return Likeness.LOOKS_ALIKE
    return Likeness.OTHER
