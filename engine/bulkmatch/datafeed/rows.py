"""What can be wrong with a row as a whole: empty required cells, and price ladders."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bulkmatch.datafeed.finding import Flaw
from bulkmatch.datafeed.layout import Layout, Sender
from bulkmatch.datafeed.numbers import decimal_of

Told = tuple[str | None, str, Flaw]  # the column, what was there, what is wrong

_Rung = tuple[Decimal, Decimal | None]  # from how many pieces on, and the price of each

_OF_DISTRIBUTORS = ("sku", "distributor-url")


def row_flaws(cells: Sequence[str], layout: Layout, sender: Sender) -> Iterator[Told]:
    """What is wrong between the cells of a row that has as many as the header."""
    yield from _required_flaws(cells, layout, sender)
    if layout.ladder:
        yield from _ladder_flaws(cells, layout)
    eta, due = layout.places.get("on-order-eta"), layout.places.get("on-order-quantity")
    if eta is not None and cells[eta] and (due is None or not cells[due]):
        advice = "add on-order-quantity, or leave on-order-eta empty"
        yield "on-order-eta", cells[eta], Flaw("eta-without-quantity", advice)


def _required_flaws(cells: Sequence[str], layout: Layout, sender: Sender) -> Iterator[Told]:
    names = ["manufacturer", "mpn"]
    if sender is Sender.DISTRIBUTOR:
        names += _OF_DISTRIBUTORS
    for name in names:
        at = layout.places.get(name)
        if at is not None and not cells[at].strip():
            advice = f"fill in {name}: a part without it is not shown"
            yield name, "", Flaw("required", advice)


def _ladder_flaws(cells: Sequence[str], layout: Layout) -> Iterator[Told]:
    rungs: dict[str, list[_Rung]] = {}
    for at, prices in layout.ladder:
        if at < 0:
            continue  # told of the header
        break_text = cells[at]
        filled = [price for price in prices if cells[price[1]]]
        if not filled:
            if break_text.strip():
                flaw = Flaw("break-without-price", "add a price, or leave the break empty")
                yield layout.headers[at], break_text, flaw
        elif not break_text.strip():
            place = filled[0][1]
            advice = f"fill in {layout.headers[at]}, or leave the price empty"
            yield layout.headers[place], cells[place], Flaw("price-without-break", advice)
        elif (quantity := decimal_of(break_text.strip())) is not None:
            for currency, place in filled:
                rung = (quantity, decimal_of(cells[place]))
                below = rungs.setdefault(currency, [])
                yield from _rung_flaws(cells, layout, (at, place), rung, below)
                below.append(rung)


def _rung_flaws(
    cells: Sequence[str],
    layout: Layout,
    at: tuple[int, int],
    rung: _Rung,
    below: Sequence[_Rung],
) -> Iterator[Told]:
    """What is wrong with a rung of one currency's ladder; `at` is its break's and price's column."""
    if not below:
        return  # the first
    (quantity, price), (last_quantity, last_price) = rung, below[-1]
    header, text = layout.headers[at[0]], cells[at[0]]
    if quantity <= last_quantity and any(quantity == other for other, _ in below):
        yield header, text, Flaw("price-break-repeated", "keep one price for each quantity")
    elif quantity < last_quantity:
        yield header, text, Flaw("price-break-order", "sort the ladder by quantity")
    elif price is not None and last_price is not None and price > last_price:
        advice = f"more pieces cost more each than fewer ({last_price}): check it"
        yield layout.headers[at[1]], cells[at[1]], Flaw("price-rises", advice)
