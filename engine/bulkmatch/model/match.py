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
class Answer(Generic[P]):
    """One request's answer, joined to its asks by alias and reference.

    `matches` by ask key; `refusals` says why an ask got no match though the request was answered.
    An ask in neither is missing: nobody said anything about it. `part_count` is what the request
    cost: every part object in the body, joined or not. `refused` is what the answer said no to
    beside what it brought.
    """

    matches: Mapping[str, Match[P]]
    refusals: Mapping[str, str]
    missing: tuple[Ask, ...]
    part_count: int
    not_entitled: frozenset[str] = frozenset()
    request_id: str | None = None
    refused: WireError | None = None
