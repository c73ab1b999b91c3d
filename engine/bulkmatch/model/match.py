"""What the API answered: matches, and one whole answer to one request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bulkmatch.errors import WireError
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Ask

P = TypeVar("P", bound=PartLike, covariant=True)


@dataclass(frozen=True, slots=True)
class Match(Generic[P]):
    """The answer to one ask.

    `hits` counts all matching parts; `parts` is the page that was asked for. `payload` is the
    match as JSON text in the API's own names, for the store.
    """

    hits: int
    parts: tuple[P, ...]
    payload: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Drift:
    """A value that does not fit the schema which the part types were made from.

    `path` is where it was found ("b0.3.parts.0.totalAvail"), `kind` the same for any match, and
    `problem` the two types ("expected number, got string"); the value itself is nowhere. `is_kept`
    says that the part was kept without it, else its line has failed.
    """

    path: str
    kind: str
    problem: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Answer(Generic[P]):
    """One request's answer, joined to its asks by alias and reference.

    `matches` by ask key; `refusals` says why an ask got no match though the request was answered.
    An ask in neither is missing: nobody said anything about it. `part_count` is what the request
    cost: every part object in the body, joined or not. `refused` is what the answer said no to
    beside what it brought. `shown_empty` holds the keys of missing asks whose entry came without
    parts, so that it shows that none was returned. `entitlement_words` has the API's own text for
    each feature in `not_entitled`. `drifts` tells each kind of value that did not fit once.
    """

    matches: Mapping[str, Match[P]]
    refusals: Mapping[str, str]
    missing: tuple[Ask, ...]
    part_count: int
    not_entitled: frozenset[str] = frozenset()
    request_id: str | None = None
    refused: WireError | None = None
    shown_empty: frozenset[str] = frozenset()
    entitlement_words: Mapping[str, str] = field(default_factory=dict[str, str])
    drifts: tuple[Drift, ...] = ()
