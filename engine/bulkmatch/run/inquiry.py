"""Takes one question to its outcome: asks, decisions, judgement."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bulkmatch.core.decision import accepted, accepts, decision_words, direct_queries, outdated
from bulkmatch.core.judge import Doubt, Finding, Found, Nothing, is_asked_out, judge, next_ask
from bulkmatch.core.normal import has_look_alikes
from bulkmatch.core.plan import Asker, question
from bulkmatch.model.decision import Action, Decision
from bulkmatch.model.outcome import (
    Failed,
    Matched,
    Missed,
    Outcome,
    Provenance,
    Review,
    Skipped,
    SkipReason,
)
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Ask, AskOptions, MatchQuery
from bulkmatch.model.row import Row
from bulkmatch.run.reply import Broke, Brought, Caller, Left, Reply
from bulkmatch.run.rulings import Rulings
from bulkmatch.run.trail import Trail

P = TypeVar("P", bound=PartLike)


@dataclass(frozen=True, slots=True)
class Inquiry(Generic[P]):
    """How questions are asked: with which keys, how far, and through whom.

    `ask` may send; `peek` has what is stored and nothing else. `rulings` are people's decisions.
    """

    asker: Asker
    second_look: int
    source: str
    ask: Callable[[Ask, int, Caller], Awaitable[Reply[P]]]
    peek: Callable[[Ask, int], Awaitable[Brought[P] | None]]
    rulings: Rulings

    async def outcome(self, row: Row, options: AskOptions, caller: Caller) -> Outcome[P]:
        """The one outcome of a row's own part number."""
        asked = question(row, options)
        if isinstance(asked, Skipped):
            return asked
        decision = self.rulings.about(asked)
        if decision is not None and decision.action is Action.IGNORE:
            return Skipped(row, SkipReason.IGNORED, decision_words(decision))
        if decision is not None and accepts(decision):
            return await self._decided(row, asked, decision, caller)
        trail = Trail[P]()
        await self._follow(asked, trail, caller)
        return self._judged(row, asked, trail)

    async def _decided(
        self, row: Row, asked: MatchQuery, decision: Decision, caller: Caller
    ) -> Outcome[P]:
        """The outcome of a question that a person has decided, for no more than it cost before.

        What is stored of the question may show the accepted part for free; else that is asked for
        itself, one part; and when there is none, which costs nothing, the question is asked as ever.
        """
        own, direct = Trail[P](), Trail[P]()

        def found() -> Found[P] | None:
            looks = [*own.looks, *direct.looks]
            return accepted(decision, asked, looks, makers=self.asker.makers)

        await self._follow_stored(asked, own, enough=found)
        if found() is None:
            await self._ask_directly(asked, decision, direct, caller)
        if direct.cut is not None:
            return _unanswered(row, direct.cut)
        if found() is None:
            await self._follow(asked, own, caller)
        it = found()
        if it is None:
            return outdated(self._judged(row, asked, own), decision)
        both = Trail(own.looks + direct.looks, own.brought + direct.brought)
        return _outcome(row, it, both.provenance(self.source, asked.options, part=it.part), None)

    async def _follow(self, asked: MatchQuery, trail: Trail[P], caller: Caller) -> None:
        """Ask on until there is enough to judge by, or nothing more is to be had."""
        while trail.cut is None:
            ask = self._next(asked, trail)
            if ask is None:
                break
            reply = await self.ask(ask, len(trail.looks), caller)
            caller.heed(reply)
            trail.add(ask, reply)

    async def _follow_stored(
        self, asked: MatchQuery, trail: Trail[P], *, enough: Callable[[], object | None]
    ) -> None:
        """Go on as far as the store has answers, or until there is `enough`."""
        while enough() is None:
            ask = self._next(asked, trail)
            reply = None if ask is None else await self.peek(ask, len(trail.looks))
            if ask is None or reply is None:
                break
            trail.add(ask, reply)

    async def _ask_directly(
        self, asked: MatchQuery, decision: Decision, trail: Trail[P], caller: Caller
    ) -> None:
        """Ask for the accepted part, under each name of its maker until it is found."""
        for query in direct_queries(decision, asked, makers=self.asker.makers):
            ask = self.asker.ask(query)
            reply = await self.ask(ask, len(trail.looks), caller)
            caller.heed(reply)
            trail.add(ask, reply)
            if trail.cut is not None or trail.has_parts:
                break

    def _next(self, asked: MatchQuery, trail: Trail[P]) -> Ask | None:
        return next_ask(asked, trail.looks, asker=self.asker, second_look=self.second_look)

    def _judged(self, row: Row, asked: MatchQuery, trail: Trail[P]) -> Outcome[P]:
        """What a question's own looks come to."""
        cut = trail.cut
        is_known = trail.has_parts or is_asked_out(asked, trail.looks, self.asker)
        if cut is not None and not is_known:
            return _unanswered(row, cut)
        finding = judge(asked, trail.looks, makers=self.asker.makers)
        return _outcome(row, finding, trail.provenance(self.source, asked.options), cut)


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
            return Matched(row, kind, part, reason + _replaced(row), provenance)
        case Doubt(kind=kind, parts=parts, hits=hits, reason=reason):
            return Review(row, kind, parts, hits, reason + _cut_short(cut), provenance)
        case Nothing(reason=reason):
            return Missed(row, reason + _cut_short(cut), provenance)


def _cut_short(cut: Left | Broke | None) -> str:
    """Why a doubt was not followed up, or nothing further was tried for a miss."""
    match cut:
        case None:
            return ""
        case Left(reason=reason):
            return f" (not looked at further: {reason})"
        case Broke(cause=cause):
            return f" (not looked at further: {cause})"


def _replaced(row: Row) -> str:
    """A word on what cleaning has done that a person would not see."""
    return " (look-alike letters replaced)" if has_look_alikes(row.mpn) else ""
