"""Sellers' stock numbers: what may be one, and which part is sold under it."""

import pytest
from tests.core.parts import Company, FullerPart, Part, Seller, Stock

from bulkmatch.core.stock_number import is_sold_as, may_be_stock_number

PART = FullerPart(
    "NP2X",
    "Neutrik",
    sellers=(
        Seller(Company("RS Components"), (Stock("0166327"), Stock(None))),
        Seller(Company("Digi-Key Electronics"), (Stock("SC1316-ND"),)),
        Seller(None, (Stock("X-1"),)),
        Seller(Company("Empty"), None),
    ),
)


@pytest.mark.parametrize(
    "text",
    ["296-39066-1-ND", "311-10.0KHRCT-ND", "568-BRT-L", "81-GRM188R61A226ME5D", "C2040", "c25804",
     "1813715", "29X6993", "166-327", "\u00a0C2040 "],
)  # fmt: skip
def test_what_sellers_number_so_may_be_a_stock_number(text: str) -> None:
    assert may_be_stock_number(text)


@pytest.mark.parametrize(
    "text",
    ["LM358", "22-01-2067", "ERJ-3EKF1002V", "C0603C103K5RACTU", "10-033", "PN-1", "", "BC847"],
)
def test_a_part_number_is_asked_for_as_one(text: str) -> None:
    assert not may_be_stock_number(text)


@pytest.mark.parametrize(
    ("sku", "seller", "sold"),
    [
        ("166-327", "RS Components", True),
        ("166-327", "RS", True),
        ("166-327", None, True),
        ("sc1316-nd", "Digikey", True),
        ("166-327", "Digi-Key", False),
        ("X-1", None, True),
        ("X-1", "RS", False),
        ("166-328", "RS", False),
    ],
)
def test_a_part_is_sold_under_its_offers_numbers(sku: str, seller: str | None, sold: bool) -> None:
    assert is_sold_as(PART, sku, seller=seller) is sold


def test_a_part_that_tells_no_offers_is_not_taken_for_sold() -> None:
    assert not is_sold_as(Part("NP2X", "Neutrik"), "166-327", seller=None)
