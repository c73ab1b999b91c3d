"""Asks that travel together, and the search for those that break any request they are in.

What a lost answer cost is unknown, so whatever is sent again stakes its parts again; and a request
that fails as a whole tells nothing of who is to blame: one line, a passing failure, or an API that
is down. So of more than four asks the first goes alone, and while nothing is answered one ask
after another does: an outage costs single parts. Once something is answered, the rest is halved.
A half that fails is halved again and what was beside it waits, all of it, for one request at the
end; a half that is answered leaves the cause in the other, which goes as a whole once, since the
failure may have been passing, and is halved unsent from then on.

So a line among n costs at most 2 ceil(log2 n) further requests, as long as one line is good.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bulkmatch.core.batch import split
from bulkmatch.core.verdict import Tried
from bulkmatch.errors import WireError
from bulkmatch.model.query import Ask

# Up to so many, a half is about as cheap as one ask alone, and the bound leaves no room for more.
_FEW = 4
# From so many on the bound leaves room to send what was set free in parts.
_MANY = 16


@dataclass(frozen=True, slots=True)
class Blamed:
    """An ask that failed alone, with its own cause."""

    ask: Ask
    cause: WireError


@dataclass(frozen=True, slots=True)
class Step:
    """What follows: the asks that fail, and the parcels that have the others."""

    parcels: tuple["Parcel", ...] = ()
    blamed: tuple[Blamed, ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """Asks of which the first `going` go next in one request; all of them, unless told.

    During a search the `suspected` that follow hold the cause if those are answered; of the
    others nothing is known. `failed_at` is when the search began, after a request of `size` asks;
    `failures` counts what failed since anything was answered, `doubted` failed alone meanwhile.
    `is_sure` says that the failure was not a passing one, `is_several` that a search has been
    through these asks before. Every ask is in `asks` once.

    `passed_over` counts answers that said nothing of them; `is_probing` that the first goes
    alone, since the API may be out of reach; `wait` is seconds before the next request. `cause`
    is what its last request met, for those who give up on it.
    """

    asks: tuple[Ask, ...]
    going: int | None = None
    suspected: int = 0
    passed_over: int = 0
    is_probing: bool = False
    failed_at: float | None = None
    size: int = 0
    failures: int = 0
    doubted: tuple[Blamed, ...] = ()
    is_sure: bool = False
    is_several: bool = False
    wait: float = 0.0
    cause: WireError | None = None

    @property
    def next(self) -> tuple[Ask, ...]:
        """What goes in the next request."""
        return self.asks[: self.going]

    @property
    def others(self) -> tuple[Ask, ...]:
        """What stays behind meanwhile."""
        return self.asks[len(self.next) :]

    @property
    def tried(self) -> Tried:
        """Where its attempts begin."""
        asks = 1 if self.is_probing else len(self.next)
        return Tried(attempt=1 + self.failures, asks=asks, is_probing=self.is_probing)

    def without(self, keys: Collection[str]) -> "Parcel":
        """What is left when others have taken over the asks with these keys.

        Where none is left of those that were to go, the rest starts anew.
        """
        asks = tuple(ask for ask in self.asks if ask.key not in keys)
        going = sum(ask.key not in keys for ask in self.next)
        if not going:
            return Parcel(asks, passed_over=self.passed_over)
        return replace(
            self,
            asks=asks,
            going=None if self.going is None else going,
            suspected=sum(ask.key not in keys for ask in self.others[: self.suspected]),
            doubted=tuple(one for one in self.doubted if one.ask.key not in keys),
        )

    def failed(self, cause: WireError, *, now: float, is_alive: bool, wait: float) -> Step:
        """After a failure of the whole request that one ask may be the cause of.

        `is_alive` says that a request has been answered that was sent after the search began.
        """
        failed = replace(
            self,
            going=1 if self.is_probing else self.going,
            is_probing=False,
            failed_at=now if self.failed_at is None else self.failed_at,
            size=self.size or len(self.next),
            failures=0 if is_alive else self.failures + 1,
            wait=wait,
        )
        if len(failed.next) > 1 and is_alive and self.is_several and self.size > _MANY:
            free = _anew(failed, self.others)
            failed = replace(failed, asks=self.next)
            return Step((_narrowed(failed, is_alive=True), *free))
        if len(failed.next) > 1:
            return Step((_narrowed(failed, is_alive=is_alive),))
        alone = Blamed(self.asks[0], cause)
        return _known(failed, (alone,)) if is_alive else Step((_with_another_first(failed, alone),))

    def gave_up(self, cause: WireError) -> Step:
        """After the last try: what was tried fails, the others go on one by one."""
        tried = 1 if self.is_probing else len(self.next)
        blamed = tuple(Blamed(ask, cause) for ask in self.asks[:tried])
        rest = self.asks[tried:]
        if not rest:
            return Step(blamed=blamed)
        if self.is_probing:
            again = replace(*_anew(self, rest), is_probing=True)
        else:
            again = replace(_apart(self, tried), going=1, suspected=len(rest) - 1)
        return Step((again,), blamed)

    def answered(self, sent: tuple[Ask, ...]) -> Step:
        """After an answer to `sent`, which may be less than was to go."""
        is_sent = set(sent)
        unsent = tuple(ask for ask in self.next if ask not in is_sent)
        if unsent and self.is_probing:
            return Step(_anew(self, *split(unsent), self.others))
        if unsent:
            asks = unsent + self.others
            return Step((replace(self, asks=asks, going=len(unsent), failures=0, wait=0.0),))
        if self.doubted:
            return _known(self, ())
        if not self.suspected:
            return Step(_anew(self, self.others))
        is_whole = _FEW < self.suspected <= len(sent) and not self.is_sure
        going = self.suspected if is_whole else (self.suspected + 1) // 2
        suspected = self.suspected - going
        return Step((replace(_apart(self, len(self.next)), going=going, suspected=suspected),))


def _narrowed(parcel: Parcel, *, is_alive: bool) -> Parcel:
    """With the cause among what was sent: a half of it, or its first alone, goes next."""
    count = len(parcel.next)
    going = (count + 1) // 2 if is_alive or parcel.size <= _FEW else 1
    return replace(parcel, going=going, suspected=count - going, is_sure=is_alive)


def _with_another_first(parcel: Parcel, doubted: Blamed) -> Parcel:
    """With nothing answered yet nobody is blamed: another ask is tried alone, if there is one."""
    asks = (*parcel.asks[1:], parcel.asks[0])
    again = replace(parcel, asks=asks, going=1, suspected=len(asks) - 1)
    before = tuple(one for one in parcel.doubted if one.ask != doubted.ask)
    return replace(again, doubted=(*before, doubted)) if len(asks) > 1 else again


def _known(parcel: Parcel, blamed: tuple[Blamed, ...]) -> Step:
    """With something answered: what failed alone is to blame, and the others are free to go.

    Where the bound leaves room, what failed while nothing was answered is tried once more. An
    ask that failed alone and was answered after all shows that the API was down.
    """
    first = parcel.asks[0]
    was_down = not blamed and first in {one.ask for one in parcel.doubted}
    doubted = () if was_down else tuple(one for one in parcel.doubted if one.ask != first)
    apart = {one.ask for one in doubted}
    clear = _anew(parcel, tuple(ask for ask in parcel.others if ask not in apart))
    if parcel.size <= _FEW:
        return Step(clear, (*blamed, *doubted))
    return Step((*clear, *_anew(parcel, *((one.ask,) for one in doubted))), blamed)


def _apart(parcel: Parcel, ended: int) -> Parcel:
    """The same search without its first asks."""
    asks = parcel.asks[ended:]
    doubted = tuple(one for one in parcel.doubted if one.ask in asks)
    return replace(parcel, asks=asks, doubted=doubted, failures=0, wait=0.0)


def _anew(parcel: Parcel, *groups: tuple[Ask, ...]) -> tuple[Parcel, ...]:
    """Parcels without suspicion; none for a group without asks.

    For a few asks the answers since the search began are proof enough that the API is there.
    """
    return tuple(
        Parcel(
            asks,
            passed_over=parcel.passed_over,
            failed_at=parcel.failed_at if len(asks) <= _FEW or parcel.is_several else None,
            size=parcel.size if parcel.is_several else 0,
            is_several=parcel.failed_at is not None,
        )
        for asks in groups
        if asks
    )
