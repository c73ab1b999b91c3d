"""What a part costs and how many there are, from its offers. Knows no API and no file."""

from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal

from bulkmatch.model.part import Offer, OrderPrice, PartFacts
from bulkmatch.model.row import Row


def order_size(row: Row, boards: int) -> int:
    """How many pieces the boards need, in whole pieces and at least 1.

    A line without a quantity counts one a board: that is what an empty cell means in most BOMs.
    """
    each = Decimal(1) if row.quantity is None else row.quantity
    return max(1, int((each * boards).to_integral_value(rounding=ROUND_CEILING)))


def best_price(facts: PartFacts, *, quantity: int, currency: str) -> OrderPrice | None:
    """The unit price in `currency` at which `quantity` pieces cost least.

    What has to be ordered is `quantity`, raised to the offer's minimum and rounded up to its
    multiple; the price break of that number counts, and it is the answer's `quantity`. The offer
    for which least is paid wins, so a reel of ten thousand does not win over a cut tape of
    twenty. Stock is not looked at. Brokers and prices of 0 are left out. Equal sums go by the
    unit price, then by seller name. None when no offer states such a price.
    """
    prices = [
        price
        for offer in facts.offers
        if not offer.is_broker and (price := _offer_price(offer, quantity, currency))
    ]
    return min(prices, key=_paid, default=None)


def _paid(price: OrderPrice) -> tuple[Decimal, Decimal, str]:
    """What sorts offers: the sum, the unit price, the seller's name."""
    return price.unit * price.quantity, price.unit, price.seller


def order_quantity(offer: Offer, quantity: int) -> int:
    """How many pieces must be ordered to get `quantity`, at least 1."""
    wanted = max(quantity, offer.moq or 1, 1)
    multiple = max(offer.order_multiple or 1, 1)
    return -(-wanted // multiple) * multiple


def authorised_stock(facts: PartFacts) -> int | None:
    """The pieces that authorised sellers say they have; None when none of them gives a count.

    Codes (-1 non-stocked, -2 in stock, -3 unknown, -4 quote) are no counts and never summed.
    """
    counts = [
        offer.stock
        for offer in facts.offers
        if offer.is_authorized and not offer.is_broker and offer.stock is not None
    ]
    known = [count for count in counts if count >= 0]
    return sum(known) if known else None


def _offer_price(offer: Offer, quantity: int, currency: str) -> OrderPrice | None:
    order = order_quantity(offer, quantity)
    ladder = [(start, unit) for start, unit in _ladder(offer, currency) if start <= order]
    if not ladder:
        return None
    start = max(start for start, _ in ladder)
    unit = min(unit for at, unit in ladder if at == start)
    return OrderPrice(unit=unit, currency=currency, seller=offer.seller, quantity=order)


def _ladder(offer: Offer, currency: str) -> list[tuple[int, Decimal]]:
    """The offer's price breaks in `currency`: the seller's own, else as the API converted them.

    An offer may hold several currencies interleaved, and the currency "" (facts of the recorded
    answers, read 2026-11-20); the latter belongs to no currency.
    """
    stated = [at for at in offer.prices if at.currency]
    own = [(at.quantity, at.price) for at in stated if at.currency == currency]
    converted = [
        (at.quantity, at.converted)
        for at in stated
        if at.converted is not None and at.converted_currency == currency
    ]
    return _priced(own) or _priced(converted)


def _priced(ladder: Iterable[tuple[int, Decimal]]) -> list[tuple[int, Decimal]]:
    return [(start, unit) for start, unit in ladder if unit.is_finite() and unit > 0]
