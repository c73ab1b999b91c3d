"""Parts as text for the shelf, and back. Companies, categories and attributes are named by id."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .lifecycle import Lifecycle
from .parts import Attribute, Category, Company, Credited, Offer, Part, Price, Spec
from .shelf import Filed
from .spelling import mpn_key, sku_key


@dataclass(frozen=True, slots=True)
class Registers:
    """What parts refer to, by id."""

    makers: Mapping[str, Company]
    sellers: Mapping[str, Company]
    categories: Mapping[str, Category]
    attributes: Mapping[str, Attribute]


def filed(part: Part) -> Filed:
    """A part of a feed, ready for the shelf."""
    return shelved(part, _body(part), is_recorded=False)


def shelved(part: Part, body: str, *, is_recorded: bool) -> Filed:
    """A part with its keys, under whatever body."""
    key = mpn_key(part.mpn)
    return Filed(
        id=part.id,
        key=key,
        mpn=part.mpn,
        maker=part.maker.id,
        category=part.category.id if part.category else None,
        offers=len(part.offers),
        avail=part.total_avail,
        is_recorded=is_recorded,
        body=body,
        sku_keys=frozenset(sku_key(offer.sku) for offer in part.offers),
        text=f"{key} {part.name} {' '.join(d.text for d in part.descriptions)}",
    )


def _body(part: Part) -> str:
    life = part.lifecycle
    told = [
        part.id,
        part.mpn,
        part.maker.id,
        [(d.text, d.credit) for d in part.descriptions],
        [(s.attribute.id, s.value, s.display_value, *_units(s)) for s in part.specs],
        life and (life.status, life.raw, life.observed_on and life.observed_on.isoformat()),
        part.category and part.category.id,
        part.series,
        [(d.text, d.credit) for d in part.datasheets],
        [(d.text, d.credit) for d in part.images],
        part.manufacturer_url,
        part.free_sample_url,
        [_offer_body(offer) for offer in part.offers],
    ]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _units(spec: Spec) -> tuple[str, ...]:
    return spec.si_value, spec.value_type, spec.units, spec.units_name, spec.units_symbol


def _offer_body(offer: Offer) -> list[Any]:
    prices = [(p.quantity, str(p.price), p.currency) for p in offer.prices]
    return [
        *(offer.id, offer.seller.id, offer.sku, offer.url, offer.inventory_level, prices),
        *(offer.is_authorized, offer.is_broker, offer.eligible_region, offer.packaging),
        *(offer.moq, offer.order_multiple, offer.factory_lead_days),
        *(offer.factory_pack_quantity, offer.on_order_quantity, offer.multipack_quantity),
    ]


def opened(body: str, registers: Registers) -> Part:
    """The part of a body that `filed` made."""
    told: list[Any] = json.loads(body)
    part_id, mpn, maker_id, descriptions, specs, life, category_id, series = told[:8]
    datasheets, images, manufacturer_url, free_sample_url, offers = told[8:]
    return Part(
        id=part_id,
        mpn=mpn,
        maker=registers.makers[maker_id],
        descriptions=_credited(descriptions),
        specs=tuple(Spec(registers.attributes[first], *rest) for first, *rest in specs),
        lifecycle=_lifecycle(life),
        category=registers.categories[category_id] if category_id else None,
        series=series,
        datasheets=_credited(datasheets),
        images=_credited(images),
        manufacturer_url=manufacturer_url,
        free_sample_url=free_sample_url,
        offers=tuple(_offer(offer, registers.sellers) for offer in offers),
    )


def _credited(pairs: Sequence[Sequence[str]]) -> tuple[Credited, ...]:
    return tuple(Credited(*pair) for pair in pairs)


def _lifecycle(told: Sequence[Any] | None) -> Lifecycle | None:
    if told is None:
        return None
    status, raw, day = told
    return Lifecycle(status, raw, date.fromisoformat(day) if day else None)


def _offer(told: Sequence[Any], sellers: Mapping[str, Company]) -> Offer:
    offer_id, seller_id, sku, url, level, prices, *rest = told
    ladder = tuple(
        Price(quantity, Decimal(price), currency) for quantity, price, currency in prices
    )
    return Offer(offer_id, sellers[seller_id], sku, url, level, ladder, *rest)
