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


class Caller:
    """Who asks: for one answer now, or `is_bulk`, for many in a row. Told to let go by `heed`.

    While an outage lasts a single call may be the probe that ends it, and does not wait for
    another's. A stream does wait, and may knock too; but once it has been told to let go it does
    neither, so that a run which has stopped stays stopped.
    """

    def __init__(self, *, is_bulk: bool) -> None:
        self._is_bulk, self._has_let_go = is_bulk, False

    @property
    def may_knock(self) -> bool:
        """Whether its question may go as a probe."""
        return not self._has_let_go

    @property
    def may_wait(self) -> bool:
        """Whether it waits for somebody else's probe."""
        return self._is_bulk and not self._has_let_go

    def heed(self, reply: "Brought[PartLike] | Left | Broke") -> None:
        """Take note of what it was told."""
        if isinstance(reply, Left) and reply.reason is SkipReason.UNREACHABLE:
            self._has_let_go = self._is_bulk

    def __repr__(self) -> str:
        return f"Caller(is_bulk={self._is_bulk}, has_let_go={self._has_let_go})"


class Pending(Generic[P]):
    """An ask on its way, shared by all who wait for it. It ends once.

    `is_first` says that it is the first that its question needs; `caller` asked first.
    """

    def __init__(self, ask: Ask, caller: Caller, *, is_first: bool) -> None:
        self.ask, self.caller, self.is_first = ask, caller, is_first
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
