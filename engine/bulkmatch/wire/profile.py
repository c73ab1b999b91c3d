"""The profiles: which fields are asked for, and the part type that comes of it."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from bulkmatch.model.match import Match
from bulkmatch.model.part import PartFacts, PartLike
from bulkmatch.model.query import AliasGroup, Ask, MatchQuery
from bulkmatch.model.settings import Features
from bulkmatch.wire.decode import GeneratedMatch, of_stored
from bulkmatch.wire.facts import facts_of
from nexar_client import (
    MATCH_FULL,
    MATCH_SUPPLY,
    BatchReply,
    FullMatch,
    FullPart,
    MatchFullItem,
    MatchSupplyItem,
    NexarClient,
    SupPartMatchQuery,
    SupplyMatch,
    SupplyPart,
    collector_paused,
)

P = TypeVar("P", bound=PartLike)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which sellers an answer holds."""

    authorized_only: bool = False
    include_brokers: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """One request in the generated client's terms: groups with their references, and options."""

    client: NexarClient
    groups: Sequence[AliasGroup]
    references: Mapping[str, str]
    features: Features
    filters: Filters


@dataclass(frozen=True, slots=True)
class Profile(Generic[P]):
    """A set of fields: fields cost nothing, bytes do.

    `fingerprint` changes with the document, so that answers kept under another are not used.
    `send`, `read` and `facts` tie the generated types to the engine's.
    """

    name: str
    fingerprint: str
    send: Callable[[Sending], Awaitable[BatchReply[GeneratedMatch[P]]]] = field(repr=False)
    read: Callable[[bytes], Match[P]] = field(repr=False)
    facts: Callable[[P, Collection[str]], PartFacts] = field(repr=False)


def queries_of(asks: Sequence[Ask], references: Mapping[str, str]) -> list[SupPartMatchQuery]:
    """The generated inputs of one alias; what a row says travels here and nowhere else."""
    return [
        SupPartMatchQuery(
            start=ask.start, limit=ask.limit, reference=references[ask.key], **_told(ask.query)
        )
        for ask in asks
    ]


def _told(query: MatchQuery) -> dict[str, Any]:
    """What a question asks by; what is left unset is not sent.

    A stock number goes with its seller's name alone, a part number with its maker's.
    """
    if query.sku and not query.mpn:
        return {"sku": query.sku, **({"seller": query.seller} if query.seller else {})}
    number = {"mpn_or_sku" if query.is_either else "mpn": query.mpn}
    return {**number, **({"manufacturer": query.manufacturer} if query.manufacturer else {})}


async def _send_supply(sending: Sending) -> BatchReply[GeneratedMatch[SupplyPart]]:
    items = [
        MatchSupplyItem(
            queries=queries_of(group.asks, sending.references),
            country=group.options.country,
            currency=group.options.currency,
        )
        for group in sending.groups
    ]
    return await sending.client.match_supply_batch(
        items,
        authorized_only=sending.filters.authorized_only,
        include_brokers=sending.filters.include_brokers,
        with_specs=sending.features.specs,
        with_datasheets=sending.features.datasheets,
        with_lead_time=sending.features.lead_time,
    )


async def _send_full(sending: Sending) -> BatchReply[GeneratedMatch[FullPart]]:
    items = [
        MatchFullItem(
            queries=queries_of(group.asks, sending.references),
            country=group.options.country,
            currency=group.options.currency,
        )
        for group in sending.groups
    ]
    return await sending.client.match_full_batch(
        items,
        authorized_only=sending.filters.authorized_only,
        include_brokers=sending.filters.include_brokers,
        with_specs=sending.features.specs,
        with_datasheets=sending.features.datasheets,
        with_lead_time=sending.features.lead_time,
        with_similar_parts=sending.features.similar_parts,
        with_cad=sending.features.cad,
    )


def _read_supply(payload: bytes) -> Match[SupplyPart]:
    with collector_paused():
        match = SupplyMatch.model_validate_json(payload)
    return of_stored(match, payload)


def _read_full(payload: bytes) -> Match[FullPart]:
    with collector_paused():
        match = FullMatch.model_validate_json(payload)
    return of_stored(match, payload)


SUPPLY: Profile[SupplyPart] = Profile(
    "supply", MATCH_SUPPLY.fingerprint, _send_supply, _read_supply, facts_of
)
"""Identity, lifecycle and compliance specs, sellers, offers, prices, lead time."""

FULL: Profile[FullPart] = Profile("full", MATCH_FULL.fingerprint, _send_full, _read_full, facts_of)
"""All that the plan includes: the supply profile and descriptions, documents, images, CAD."""

PROFILES: Mapping[str, Profile[SupplyPart] | Profile[FullPart]] = {"supply": SUPPLY, "full": FULL}
