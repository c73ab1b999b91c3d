"""Offers made more like real ones: each switch by itself, always the same for a seed."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from tests.sandbox.api import Api

from bulkmatch.errors import SettingsError
from bulkmatch.sandbox.loading import load_catalog
from bulkmatch.sandbox.parts import Offer, Part
from bulkmatch.sandbox.quirks import DISTORTIONS, QUIRKS, Quirks

PLAIN = list(load_catalog().parts())


def parts(*names: str, seed: int = 1) -> list[Part]:
    return list(load_catalog(quirks=Quirks(frozenset(names), seed)).parts())


def offers(found: Iterable[Part]) -> list[Offer]:
    return [offer for part in found for offer in part.offers]


def share(found: Iterable[Part], holds: Callable[[Offer], bool]) -> float:
    told = [holds(offer) for offer in offers(found)]
    return sum(told) / len(told)


SHARES: dict[str, tuple[Callable[[Offer], bool], float]] = {
    "stock-codes": (lambda offer: offer.inventory_level < 0, 0.1),
    "no-prices": (lambda offer: not offer.prices, 0.31),
    "no-moq": (lambda offer: offer.moq is None, 0.39),
    "high-moq": (lambda o: bool(o.prices and o.moq and o.moq > o.prices[0].quantity), 0.1),
    "empty-currency": (lambda offer: any(p.currency == "" for p in offer.prices), 0.02),
    "same-sku": (lambda offer: offer.inventory_level == 0, 0.1),
}


@pytest.mark.parametrize("name", SHARES)
def test_a_switch_hits_the_share_of_offers_that_it_says(name: str) -> None:
    holds, wanted = SHARES[name]
    without = share(PLAIN, holds)
    assert share(parts(name), holds) == pytest.approx(without + wanted * (1 - without), abs=0.03)


def test_currencies_are_mixed_by_quantity() -> None:
    before = share(PLAIN, lambda o: len({p.currency for p in o.prices}) > 1)
    found = parts("mixed-currencies")
    assert share(found, lambda o: len({p.currency for p in o.prices}) > 1) > before
    for offer in offers(found):
        assert [p.quantity for p in offer.prices] == sorted(p.quantity for p in offer.prices)


def test_one_seller_lists_a_stock_number_twice_under_two_ids() -> None:
    twice = [(offer.seller.id, offer.sku) for part in parts("same-sku") for offer in part.offers]
    assert len(twice) > len(set(twice))
    ids = [offer.id for offer in offers(parts("same-sku"))]
    assert len(ids) == len(set(ids))


def test_parts_lose_their_sellers_and_their_lifecycle() -> None:
    assert sum(not p.offers for p in parts("no-sellers")) > sum(not p.offers for p in PLAIN) + 20
    lived = sum(p.lifecycle is not None for p in PLAIN)
    assert sum(p.lifecycle is not None for p in parts("no-lifecycle")) < lived * 0.8


async def test_a_number_is_also_listed_under_a_wrong_maker(open_api: Callable[..., Api]) -> None:
    found = parts("wrong-maker")
    assert 1.02 < len(found) / len(PLAIN) < 1.08
    known = {part.id for part in PLAIN}
    wrong = next(part for part in found if part.id not in known and part.offers)
    api = open_api(catalogs=(), quirks=("wrong-maker",), seed=1)
    (answer,) = await api.match({"mpn": wrong.mpn, "limit": 9})
    makers = [part["manufacturer"]["name"] for part in answer["parts"]]
    assert wrong.maker.name in makers
    assert makers[0] != wrong.maker.name, "the right one has more offers"


def test_the_same_seed_gives_the_same_parts_and_another_others() -> None:
    assert parts(*DISTORTIONS) == parts(*DISTORTIONS)
    assert parts(*DISTORTIONS) != parts(*DISTORTIONS, seed=2)


SHOWN = """{ supMultiMatch(queries: [{mpn: "SN74LS00N", manufacturer: "TI"}]) { parts {
  specs { displayValue } sellers { offers { clickUrl } } } } }"""


async def test_links_can_stay_and_values_be_plain(open_api: Callable[..., Api]) -> None:
    api = open_api(quirks=("steady-links", "plain-values"))
    first, second = [await api.ask(SHOWN) for _ in range(2)]
    assert first == second
    values = [s["displayValue"] for s in first["supMultiMatch"][0]["parts"][0]["specs"]]
    assert "Production" in values
    noisy = (await open_api().ask(SHOWN))["supMultiMatch"][0]["parts"][0]["specs"]
    assert any("Last Updated" in spec["displayValue"] for spec in noisy)


def test_an_unknown_quirk_is_told(open_api: Callable[..., Api], tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no quirk is called 'nonsense'"):
        open_api(quirks=("nonsense",))
    assert set(DISTORTIONS) < set(QUIRKS)
