"""Read the plain facts off a generated part: lifecycle, offers, prices, links."""

import re
from collections.abc import Collection
from decimal import Decimal

from bulkmatch.model.part import Lifecycle, Offer, PartFacts, PriceBreak
from nexar_client import FullPart, Price, Seller, SupplyPart
from nexar_client import Offer as GeneratedOffer

# Attributes: 910 lifecyclestatus, 610 rohs (facts, section 2; A:101000434626), read 2026-11-20.
_LIFECYCLE = "lifecyclestatus"
_ROHS = "rohs"
# 942 the maker's own word for the lifecycle, 683 substances of very high concern (as above).
_MAKER_WORD = "manufacturerlifecyclestatus"
_REACH = "reachsvhc"
# The lifecycle's display value ends so: "Production (Last Updated: 2 years ago)" (facts, section 2).
_AGE = re.compile(
    r"last updated:\s*(\d+|an?)\s+(minute|hour|day|week|month|year)s?\s+ago", re.IGNORECASE
)
_DAYS = {"minute": 0, "hour": 0, "day": 1, "week": 7, "month": 30, "year": 365}
_WORDS = {
    "new": Lifecycle.NEW,
    "production": Lifecycle.PRODUCTION,
    "nrnd": Lifecycle.NRND,
    "eol": Lifecycle.EOL,
    "obsolete": Lifecycle.OBSOLETE,
}
# Which of our features carries which fact.
SPECS, DATASHEETS, LEAD_TIME, LIFECYCLE = "specs", "datasheets", "lead_time", "lifecycle"


def facts_of(part: SupplyPart, not_entitled: Collection[str]) -> PartFacts:
    """The facts of a part of any profile; `not_entitled` names features that the plan lacks."""
    return PartFacts(
        mpn=part.mpn,
        manufacturer=part.manufacturer.name,
        lifecycle=_lifecycle(part, not_entitled),
        description=part.short_description or "",
        octopart_url=part.octopart_url,
        datasheet_url=part.best_datasheet.url if part.best_datasheet else None,
        lead_days=part.estimated_factory_lead_days,
        total_available=part.total_avail,
        rohs=_spec(part, _ROHS),
        offers=tuple(
            _offer(seller, offer) for seller in part.sellers or () for offer in seller.offers or ()
        ),
        not_entitled=frozenset(not_entitled),
        maker_word=_spec(part, _MAKER_WORD),
        lifecycle_age_days=_age_days(part),
        reach=_spec(part, _REACH),
        category=_category(part),
        similar_count=_similar_count(part),
    )


def _lifecycle(part: SupplyPart, not_entitled: Collection[str]) -> Lifecycle:
    """The status by its first word: the display value adds "(Last Updated: 2 days ago)"."""
    told = _spec(part, _LIFECYCLE)
    if told:
        return _WORDS.get(told.split("(")[0].strip().casefold(), Lifecycle.UNKNOWN)
    is_lacking = LIFECYCLE in not_entitled or (SPECS in not_entitled and not part.specs)
    return Lifecycle.NOT_ENTITLED if is_lacking else Lifecycle.UNKNOWN


def _age_days(part: SupplyPart) -> int | None:
    """How many days ago the lifecycle was observed, as its display value says; None where it does not."""
    for spec in part.specs or ():
        if spec.attribute and spec.attribute.shortname == _LIFECYCLE:
            told = _AGE.search(spec.display_value or "")
            if told is None:
                return None
            count = int(told[1]) if told[1].isdecimal() else 1
            return count * _DAYS[told[2].casefold()]
    return None


def _category(part: SupplyPart) -> str:
    if part.category is None:
        return ""
    return part.category.path or part.category.name or ""


def _similar_count(part: SupplyPart) -> int | None:
    if isinstance(part, FullPart) and part.similar_parts is not None:
        return len(part.similar_parts)
    return None


def _spec(part: SupplyPart, shortname: str) -> str | None:
    for spec in part.specs or ():
        if spec.attribute and spec.attribute.shortname == shortname:
            return spec.value or spec.display_value
    return None


def _offer(seller: Seller, offer: GeneratedOffer) -> Offer:
    return Offer(
        seller=seller.company.name if seller.company else "",
        sku=offer.sku or "",
        stock=offer.inventory_level,
        is_authorized=bool(seller.is_authorized),
        is_broker=bool(seller.is_broker),
        moq=offer.moq,
        order_multiple=offer.order_multiple,
        packaging=offer.packaging,
        lead_days=offer.factory_lead_days,
        prices=tuple(
            found for found in (_price(price) for price in offer.prices or ()) if found is not None
        ),
    )


def _price(price: Price) -> PriceBreak | None:
    if price.quantity is None or price.price is None:
        return None
    return PriceBreak(
        quantity=price.quantity,
        price=Decimal(str(price.price)),
        currency=price.currency or "",
        converted=None if price.converted_price is None else Decimal(str(price.converted_price)),
        converted_currency=price.converted_currency,
    )
