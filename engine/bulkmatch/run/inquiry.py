"""Takes one row to its outcome: question, asks, judgement."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bulkmatch.core.judge import Doubt, Finding, Found, Look, Nothing, judge, next_ask
from bulkmatch.core.plan import Asker, question
from bulkmatch.model.outcome import (
    Failed,
    Matched,
    Missed,
    Outcome,
    Provenance,
    Review,
    Skipped,
)
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Ask, AskOptions, MatchQuery
from bulkmatch.model.row import Row
from bulkmatch.run.reply import Broke, Brought, Left, Reply

P = TypeVar("P", bound=PartLike)


@dataclass(frozen=True, slots=True)
class Inquiry(Generic[P]):
    """How rows are asked about: with which keys, how far, and through whom."""

    asker: Asker
    second_look: int
    source: str
    ask: Callable[[Ask, int], Awaitable[Reply[P]]]

    async def outcome(self, row: Row, options: AskOptions) -> Outcome[P]:
        """The one outcome of a row."""
        asked = question(row, options)
        if isinstance(asked, Skipped):
            return asked
        looks: list[Look[P]] = []
        brought: list[Brought[P]] = []
        cut: Left | Broke | None = None
        while cut is None:
            ask = next_ask(asked, looks, asker=self.asker, second_look=self.second_look)
            if ask is None:
                break
            reply = await self.ask(ask, len(looks))
            if isinstance(reply, Brought):
                looks.append(Look(ask, reply.match))
                brought.append(reply)
            else:
                cut = reply
        if cut is not None and not (looks and looks[-1].match.parts):
            return _unanswered(row, cut)
        finding = judge(row.mpn, row.manufacturer, looks)
        return _outcome(row, finding, self._provenance(asked, brought), cut)

    def _provenance(self, asked: MatchQuery, brought: list[Brought[P]]) -> Provenance:
        return Provenance(
            asked_at=min(reply.asked_at for reply in brought),
            source=self.source,
            from_store=all(reply.from_store for reply in brought),
            country=asked.options.country,
            currency=asked.options.currency,
            not_entitled=frozenset[str]().union(*(reply.not_entitled for reply in brought)),
        )


def _unanswered(row: Row, cut: Left | Broke) -> Skipped | Failed:
    """What a row is told whose question found no answer."""
    if isinstance(cut, Broke):
        return Failed(row, cut.cause)
    return Skipped(row, cut.reason, cut.detail)


def _outcome(
    row: Row, finding: Finding[P], provenance: Provenance, cut: Left | Broke | None
) -> Outcome[P]:
    match finding:
        case Found(kind=kind, part=part, reason=reason):
            return Matched(row, kind, part, reason, provenance)
        case Doubt(kind=kind, parts=parts, hits=hits, reason=reason):
            return Review(row, kind, parts, hits, reason + _cut_short(cut), provenance)
        case Nothing(reason=reason):
            return Missed(row, reason, provenance)


def _cut_short(cut: Left | Broke | None) -> str:
    """Why a doubt was not followed up."""
    match cut:
        case None:
            return ""
        case Left(reason=reason):
            return f" (not looked at further: {reason})"
        case Broke(cause=cause):
            return f" (not looked at further: {cause})"
