"""The price of a run before its first request: what the store has, and what is left to ask."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

import anyio

from bulkmatch.core.judge import Look, next_ask
from bulkmatch.core.plan import Asker, estimate, question
from bulkmatch.core.seams import Answers, Wire
from bulkmatch.model.outcome import Skipped
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Ask, AskOptions, MatchQuery
from bulkmatch.model.row import Row
from bulkmatch.model.settings import Settings
from bulkmatch.model.tally import Estimate

P = TypeVar("P", bound=PartLike)
_AT_ONCE = 500


@dataclass(slots=True)
class _Open(Generic[P]):
    """A spelling of a question on its way through the store."""

    asked: MatchQuery
    ask: Ask
    first_key: str
    looks: list[Look[P]] = field(default_factory=list[Look[P]])


@dataclass(frozen=True, slots=True)
class Pricing(Generic[P]):
    """Asks the store alone. Holds a key for every distinct spelling, and no more answers than it reads."""

    settings: Settings
    asker: Asker
    wire: Wire[P]
    answers: Answers
    now: Callable[[], datetime]

    async def estimate(self, rows: Iterable[Row], options: AskOptions) -> Estimate:
        """What asking about `rows` would take.

        Spellings of one number share their first ask, but each judges its answer for itself, so
        each is followed through the store; asks that several need are counted once.
        """
        lines = skipped = 0
        spellings: dict[tuple[str, str], _Open[P]] = {}
        for row in rows:
            lines += 1
            asked = question(row, options)
            if isinstance(asked, Skipped):
                skipped += 1
                continue
            ask = self.asker.ask(asked)
            spellings.setdefault((ask.key, asked.mpn), _Open(asked, ask, ask.key))
        left = await self._unanswered(list(spellings.values()))
        return estimate(
            [(open_.ask, open_.asked) for open_ in {o.ask.key: o for o in left}.values()],
            distinct=len({key for key, _ in spellings}),
            unanswered=len({open_.first_key for open_ in left}),
            lines=lines,
            skipped=skipped,
            limits=self.settings.limits,
            second_look=self.settings.second_look,
        )

    async def _unanswered(self, questions: list[_Open[P]]) -> list[_Open[P]]:
        """Those that the store cannot answer to the end, at the ask that they need next."""
        left: list[_Open[P]] = []
        for at in range(0, len(questions), _AT_ONCE):
            todo = questions[at : at + _AT_ONCE]
            while todo:
                todo = await self._step(todo, left)
        return left

    async def _step(self, todo: list[_Open[P]], left: list[_Open[P]]) -> list[_Open[P]]:
        """Take each question one stored answer further; those that need another."""
        found = await self.answers.load([open_.ask.key for open_ in todo], now=self.now())
        further: list[_Open[P]] = []
        for open_ in todo:
            kept = found.get(open_.ask.key)
            if kept is None:
                left.append(open_)
                continue
            try:
                match = self.wire.read(kept.payload)
            except ValueError:
                left.append(open_)
                continue
            open_.looks.append(Look(open_.ask, match))
            ask = next_ask(
                open_.asked,
                open_.looks,
                asker=self.asker,
                second_look=self.settings.second_look,
            )
            if ask is not None:
                open_.ask = ask
                further.append(open_)
        await anyio.lowlevel.checkpoint()
        return further
