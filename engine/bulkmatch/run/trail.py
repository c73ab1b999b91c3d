"""What one question has brought so far: its looks, where they came from, and what cut it short."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bulkmatch.core.judge import Look
from bulkmatch.model.outcome import Provenance
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Ask, AskOptions
from bulkmatch.run.reply import Broke, Brought, Left, Reply

P = TypeVar("P", bound=PartLike)


@dataclass(slots=True)
class Trail(Generic[P]):
    """Looks in the order in which they were taken; `cut` says why there was no further one."""

    looks: list[Look[P]] = field(default_factory=list[Look[P]])
    brought: list[Brought[P]] = field(default_factory=list[Brought[P]])
    cut: Left | Broke | None = None

    def add(self, ask: Ask, reply: Reply[P]) -> None:
        """Take an ask's reply."""
        if isinstance(reply, Brought):
            self.looks.append(Look(ask, reply.match))
            self.brought.append(reply)
        else:
            self.cut = reply

    @property
    def has_parts(self) -> bool:
        """Whether the last look found anything."""
        return bool(self.looks) and bool(self.looks[-1].match.parts)

    def provenance(self, source: str, options: AskOptions, *, part: P | None = None) -> Provenance:
        """Where all of it comes from; with a `part`, where that part does."""
        return _provenance(
            [reply for reply in self.brought if part is None or _holds(reply, part)],
            source,
            options,
        )


def _holds(reply: Brought[P], part: P) -> bool:
    return any(one is part for one in reply.match.parts)


def _provenance(
    replies: Iterable[Brought[PartLike]], source: str, options: AskOptions
) -> Provenance:
    told = tuple(replies)
    return Provenance(
        asked_at=min(reply.asked_at for reply in told),
        source=source,
        from_store=all(reply.from_store for reply in told),
        country=options.country,
        currency=options.currency,
        not_entitled=frozenset[str]().union(*(reply.not_entitled for reply in told)),
    )
