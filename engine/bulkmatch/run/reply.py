"""How one ask ends: something was brought, it was left undone, or it broke."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import anyio

from bulkmatch.errors import EngineError
from bulkmatch.model.match import Match
from bulkmatch.model.outcome import SkipReason
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Ask

P = TypeVar("P", bound=PartLike)
P_co = TypeVar("P_co", bound=PartLike, covariant=True)


@dataclass(frozen=True, slots=True)
class Brought(Generic[P_co]):
    """An answer, from the API or from the store."""

    match: Match[P_co]
    asked_at: datetime
    from_store: bool
    not_entitled: frozenset[str]


@dataclass(frozen=True, slots=True)
class Left:
    """Not asked: the run stopped, or its budget did not reach."""

    reason: SkipReason
    detail: str


@dataclass(frozen=True, slots=True)
class Broke:
    """Asked in vain."""

    cause: EngineError


Reply = Brought[P_co] | Left | Broke


class Pending(Generic[P]):
    """An ask on its way, shared by all who wait for it. It ends once.

    `is_first` says that it is the first that its question needs.
    """

    def __init__(self, ask: Ask, *, is_first: bool) -> None:
        self.ask, self.is_first = ask, is_first
        self.waiters = 0
        self.done = anyio.Event()
        self.reply: Reply[P] | None = None

    def end(self, reply: Reply[P]) -> None:
        """Tell all who wait."""
        if self.reply is None:
            self.reply = reply
            self.done.set()

    def __repr__(self) -> str:
        return f"Pending({self.ask.query.mpn!r}, waiters={self.waiters}, done={self.done.is_set()})"
