"""The best price for a quantity, and the stock that counts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkmatch.core.price import authorised_stock, best_price, order_quantity
from bulkmatch.model.part import Lifecycle, Offer, OrderPrice, PartFacts, PriceBreak


def part(*offers: Offer) -> PartFacts:
    return PartFacts(
        mpn="BME280", manufacturer="Bosch", lifecycle=Lifecycle.PRODUCTION, offers=offers
    )


def offer(
    *prices: PriceBreak,
    seller: str = "Alpha",
    stock: int | None = 100,
    is_authorized: bool = True,
    is_broker: bool = False,
    moq: int | None = None,
    order_multiple: int | None = None,
) -> Offer:
    return Offer(
        seller=seller,
        sku="1",
        stock=stock,
        is_authorized=is_authorized,
        is_broker=is_broker,
        moq=moq,
        order_multiple=order_multiple,
        prices=prices,
    )


def usd(quantity: int, price: str) -> PriceBreak:
    return PriceBreak(quantity, Decimal(price), "USD")


def eur(quantity: int, price: str, converted: str) -> PriceBreak:
    return PriceBreak(quantity, Decimal(price), "EUR", Decimal(converted), "USD")


LADDER = (usd(1, "1.00"), usd(10, "0.80"), usd(100, "0.50"))

CASES = {
    "the first break": (offer(*LADDER), 9, OrderPrice(Decimal("1.00"), "USD", "Alpha", 9)),
    "a break at its own quantity": (
        offer(*LADDER),
        10,
        OrderPrice(Decimal("0.80"), "USD", "Alpha", 10),
    ),
    "the last break": (offer(*LADDER), 5000, OrderPrice(Decimal("0.50"), "USD", "Alpha", 5000)),
    "the minimum has to be bought": (
        offer(*LADDER, moq=25),
        3,
        OrderPrice(Decimal("0.80"), "USD", "Alpha", 25),
    ),
    "the multiple rounds up": (
        offer(*LADDER, order_multiple=50),
        60,
        OrderPrice(Decimal("0.50"), "USD", "Alpha", 100),
    ),
    "minimum and multiple": (
        offer(*LADDER, moq=12, order_multiple=5),
        1,
        OrderPrice(Decimal("0.80"), "USD", "Alpha", 15),
    ),
    "an order of nothing is an order of one": (
        offer(*LADDER),
        0,
        OrderPrice(Decimal("1.00"), "USD", "Alpha", 1),
    ),
    "no break that small": (offer(usd(1000, "0.10")), 10, None),
    "no price at all": (offer(), 10, None),
    "another currency": (offer(PriceBreak(1, Decimal(1), "GBP")), 1, None),
    "no currency": (offer(PriceBreak(1, Decimal(1), "", Decimal(1), "USD")), 1, None),
    "a price of nothing": (offer(usd(1, "0")), 1, None),
    "a converted price": (
        offer(eur(1, "0.90", "0.99")),
        1,
        OrderPrice(Decimal("0.99"), "USD", "Alpha", 1),
    ),
    "currencies interleaved: the seller's own price counts": (
        offer(eur(1, "0.50", "0.55"), usd(1, "0.60"), eur(10, "0.40", "0.44"), usd(10, "0.45")),
        10,
        OrderPrice(Decimal("0.45"), "USD", "Alpha", 10),
    ),
    "a ladder out of order": (
        offer(usd(100, "0.50"), usd(1, "1.00"), usd(10, "0.80")),
        99,
        OrderPrice(Decimal("0.80"), "USD", "Alpha", 99),
    ),
    "a broker": (offer(*LADDER, is_broker=True), 1, None),
}


@pytest.mark.parametrize(("given_offer", "quantity", "price"), CASES.values(), ids=CASES.keys())
def test_the_price_of_one_offer(
    given_offer: Offer, quantity: int, price: OrderPrice | None
) -> None:
    assert best_price(part(given_offer), quantity=quantity, currency="USD") == price


def test_the_lowest_price_wins_and_ties_go_by_seller() -> None:
    offers = (
        offer(usd(1, "0.30"), seller="Gamma"),
        offer(usd(1, "0.30"), seller="Beta"),
        offer(usd(1, "0.40"), seller="Alpha"),
        offer(usd(1, "0.10"), seller="Broker", is_broker=True),
    )
    assert best_price(part(*offers), quantity=5, currency="USD") == OrderPrice(
        Decimal("0.30"), "USD", "Beta", 5
    )


def test_a_reel_of_ten_thousand_does_not_win_over_a_cut_tape_of_nineteen() -> None:
    reel = offer(usd(1, "0.017"), seller="Reels", moq=10_000)
    tape = offer(usd(1, "0.047"), seller="Tapes")
    assert best_price(part(reel, tape), quantity=19, currency="USD") == OrderPrice(
        Decimal("0.047"), "USD", "Tapes", 19
    )
    twenty = offer(usd(1, "0.040"), seller="Twenties", moq=20)
    assert best_price(part(tape, twenty), quantity=19, currency="USD") == OrderPrice(
        Decimal("0.040"), "USD", "Twenties", 20
    )


def test_no_currency_is_never_wanted() -> None:
    nameless = offer(PriceBreak(1, Decimal(1), ""))
    assert best_price(part(nameless), quantity=1, currency="") is None


STOCKS = {
    "counts add up": ((offer(stock=5), offer(stock=7, seller="Beta")), 12),
    "one seller's lots add up": ((offer(stock=5), offer(stock=7)), 12),
    "codes are no counts": (tuple(offer(stock=code) for code in (-1, -2, -3, -4, 10)), 10),
    "only codes": (tuple(offer(stock=code) for code in (-1, -2, -3, -4, None)), None),
    "none in stock": ((offer(stock=0), offer(stock=-2)), 0),
    "unauthorised": ((offer(stock=9, is_authorized=False),), None),
    "brokers": ((offer(stock=9, is_broker=True),), None),
    "no offers": ((), None),
}


@pytest.mark.parametrize(("offers", "stock"), STOCKS.values(), ids=STOCKS.keys())
def test_stock_is_what_authorised_sellers_count(
    offers: tuple[Offer, ...], stock: int | None
) -> None:
    assert authorised_stock(part(*offers)) == stock


prices = st.decimals("0.0001", 500, places=4)
currencies = st.sampled_from(["USD", "EUR", ""])
breaks = st.builds(
    PriceBreak,
    quantity=st.integers(1, 5000),
    price=prices,
    currency=currencies,
    converted=st.none() | prices,
    converted_currency=st.none() | st.sampled_from(["USD", "EUR"]),
)
offers_of_any_kind = st.builds(
    Offer,
    seller=st.sampled_from(["Alpha", "Beta", "Gamma"]),
    sku=st.just("1"),
    stock=st.none() | st.integers(-4, 10_000),
    is_authorized=st.booleans(),
    is_broker=st.booleans(),
    moq=st.none() | st.integers(0, 5000),
    order_multiple=st.none() | st.integers(0, 500),
    prices=st.lists(breaks, max_size=6).map(tuple),
)
parts = st.lists(offers_of_any_kind, max_size=6).map(lambda offers: part(*offers))


@given(parts, st.integers(0, 10_000))
def test_a_price_is_stated_by_its_seller_for_an_order_that_is_possible(
    facts: PartFacts, quantity: int
) -> None:
    best = best_price(facts, quantity=quantity, currency="USD")
    if best is None:
        return
    assert best.quantity >= max(1, quantity)
    assert any(
        best.quantity == order_quantity(candidate, quantity)
        and any(
            at.quantity <= best.quantity and best.unit in (at.price, at.converted) and at.currency
            for at in candidate.prices
        )
        for candidate in facts.offers
        if candidate.seller == best.seller and not candidate.is_broker
    )


@given(parts, st.integers(0, 10_000))
def test_no_single_offer_is_cheaper_than_the_best(facts: PartFacts, quantity: int) -> None:
    best = best_price(facts, quantity=quantity, currency="USD")
    alone = [best_price(part(one), quantity=quantity, currency="USD") for one in facts.offers]
    assert (best.unit * best.quantity if best else None) == min(
        (price.unit * price.quantity for price in alone if price), default=None
    )


@given(offers_of_any_kind, st.integers(0, 10_000))
def test_an_order_is_enough_and_no_larger_than_it_must_be(one: Offer, quantity: int) -> None:
    order, multiple = order_quantity(one, quantity), max(1, one.order_multiple or 1)
    least = max(1, quantity, one.moq or 1)
    assert order % multiple == 0
    assert least <= order < least + multiple


@given(parts)
def test_stock_is_never_negative_and_never_more_than_all_counts(facts: PartFacts) -> None:
    stock = authorised_stock(facts)
    counts = [one.stock for one in facts.offers if one.stock is not None and one.stock >= 0]
    assert stock is None or 0 <= stock <= sum(counts)
