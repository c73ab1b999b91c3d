"""Headers are known in every documented form, and a misspelt one brings the one that is meant."""

import pytest

from bulkmatch.datafeed.columns import COLUMNS, Column, Wanted, heading_of, order_of
from bulkmatch.datafeed.layout import Layout, Sender, header_flaws, is_header


def advice_on(header: str) -> str:
    layout = Layout.of(["manufacturer", "mpn", "sku", "distributor-url", header])
    told = dict(header_flaws(layout, Sender.DISTRIBUTOR))
    assert told[header].rule == "header-unknown"
    return told[header].advice


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("manufactuer-url", "manufacturer-url"),
        ("datasheet_url", "datasheet-url"),
        ("Datasheet URL 2", "datasheet-url-2"),
        ("datasheeturl-1", "datasheet-url-1"),
        ("price-usd", "price-usd-1"),
        ("price_eur_3", "price-eur-3"),
        ("pricebreak2", "price-break-2"),
        ("price-break", "price-break-1"),
        ("eligble-region", "eligible-region"),
        ("on-order-qty", "on-order-quantity"),
        ("factory-leaddays", "factory-lead-days"),
        ("3d-model", "3d-model-url"),
        ("stock", "quantity"),
        ("Manufacturer Part Number", "mpn"),
        ("evalkit-url-1", "evalkit-url"),
    ],
)
def test_a_misspelt_header_brings_the_one_that_is_meant(header: str, meant: str) -> None:
    assert advice_on(header).startswith(f"did you mean {meant}?")


@pytest.mark.parametrize("header", ["colour", "zzz", "warehouse location"])
def test_nothing_is_suggested_for_what_is_like_none(header: str) -> None:
    assert "did you mean" not in advice_on(header)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_every_documented_header_is_known(column: Column) -> None:
    name = column.name
    heading = heading_of(name)
    assert heading is not None
    assert heading.column is column
    indexed = heading_of(f"{name}-2")
    assert (indexed is not None) == column.is_indexed


def test_thirty_four_headers_and_the_price_ladder_are_the_whole_format() -> None:
    assert len(COLUMNS) == 34
    assert sum(column.is_indexed for column in COLUMNS) == 12


def test_a_price_s_header_has_a_currency_and_a_step() -> None:
    heading = heading_of("Price-CNY-02")
    assert heading is not None
    assert (heading.name, heading.currency, heading.step) == ("price-cny-2", "CNY", 2)


def test_headers_are_written_in_the_order_of_the_page() -> None:
    names = (
        "image-url-2",
        "price-usd-1",
        "mpn",
        "price-break-2",
        "price-break-1",
        "quantity",
        "moq",
    )
    headings = [heading for heading in map(heading_of, names) if heading]
    assert [heading.name for heading in sorted(headings, key=order_of)] == [
        "mpn",
        "quantity",
        "price-break-1",
        "price-usd-1",
        "price-break-2",
        "image-url-2",
        "moq",
    ]


@pytest.mark.parametrize("sender", Sender)
def test_each_sender_is_recommended_what_is_for_him(sender: Sender) -> None:
    layout = Layout.of(["manufacturer", "mpn", "sku", "distributor-url"])
    told = {
        name for name, flaw in header_flaws(layout, sender) if flaw.rule == "header-recommended"
    }
    general = {column.name for column in COLUMNS if column.wanted is Wanted.RECOMMENDED}
    assert general <= told
    assert ("simulation-model-url" in told) == (sender is Sender.MANUFACTURER)
    assert ("moq" in told) == ("price-break-1" in told) == (sender is Sender.DISTRIBUTOR)


def test_a_row_of_values_is_no_header() -> None:
    assert is_header(["Manufacturer", "MPN"])
    assert not is_header(["mpn"])
    assert not is_header(["description", "quantity"])
    assert not is_header([])
