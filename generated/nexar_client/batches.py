"""The operations that may be repeated under aliases, and what one alias of each asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional, Union

from pydantic import TypeAdapter

from .answer import Envelope
from .base_model import UNSET, UnsetType
from .batch import AliasedOperation
from .documents import DOCUMENTS
from .fragments import FullMatch, SupplyMatch
from .input_types import SupPartMatchOptions, SupPartMatchQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchFullItem:
    """What one alias of `MatchFull` asks; what is UNSET is not sent."""

    queries: Sequence[SupPartMatchQuery]
    options: Union[Optional[SupPartMatchOptions], UnsetType] = UNSET
    country: Union[str, UnsetType] = UNSET
    currency: Union[str, UnsetType] = UNSET

    def variables(self) -> dict[str, object]:
        """The variables of this alias, under their names in the query file."""
        return {
            "queries": self.queries,
            "options": self.options,
            "country": self.country,
            "currency": self.currency,
        }


MATCH_FULL: AliasedOperation[FullMatch] = AliasedOperation(
    name="MatchFull",
    document=DOCUMENTS["MatchFull"],
    fingerprint="50a1ba0eb2a786ff",
    item_variables=(
        ("queries", "[SupPartMatchQuery!]!"),
        ("options", "SupPartMatchOptions"),
        ("country", 'String! = "US"'),
        ("currency", 'String! = "USD"'),
    ),
    shared_variables=(
        ("authorizedOnly", "Boolean! = false"),
        ("includeBrokers", "Boolean! = false"),
        ("withSpecs", "Boolean! = true"),
        ("withDatasheets", "Boolean! = true"),
        ("withLeadTime", "Boolean! = true"),
        ("withSimilarParts", "Boolean! = false"),
        ("withCad", "Boolean! = true"),
    ),
    template="b{i}: supMultiMatch(queries: $queries_{i} options: $options_{i} country: $country_{i} currency: $currency_{i}) { ...FullMatch }",
    model=FullMatch,
    adapter=TypeAdapter(Envelope[FullMatch]),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchSupplyItem:
    """What one alias of `MatchSupply` asks; what is UNSET is not sent."""

    queries: Sequence[SupPartMatchQuery]
    options: Union[Optional[SupPartMatchOptions], UnsetType] = UNSET
    country: Union[str, UnsetType] = UNSET
    currency: Union[str, UnsetType] = UNSET

    def variables(self) -> dict[str, object]:
        """The variables of this alias, under their names in the query file."""
        return {
            "queries": self.queries,
            "options": self.options,
            "country": self.country,
            "currency": self.currency,
        }


MATCH_SUPPLY: AliasedOperation[SupplyMatch] = AliasedOperation(
    name="MatchSupply",
    document=DOCUMENTS["MatchSupply"],
    fingerprint="e7109d7d636c1f2e",
    item_variables=(
        ("queries", "[SupPartMatchQuery!]!"),
        ("options", "SupPartMatchOptions"),
        ("country", 'String! = "US"'),
        ("currency", 'String! = "USD"'),
    ),
    shared_variables=(
        ("authorizedOnly", "Boolean! = false"),
        ("includeBrokers", "Boolean! = false"),
        ("withSpecs", "Boolean! = true"),
        ("withDatasheets", "Boolean! = true"),
        ("withLeadTime", "Boolean! = true"),
    ),
    template="b{i}: supMultiMatch(queries: $queries_{i} options: $options_{i} country: $country_{i} currency: $currency_{i}) { ...SupplyMatch }",
    model=SupplyMatch,
    adapter=TypeAdapter(Envelope[SupplyMatch]),
)
