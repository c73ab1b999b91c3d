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
    """A question on its way through the store."""

    asked: MatchQuery
    ask: Ask
    looks: list[Look[P]] = field(default_factory=list[Look[P]])


@dataclass(frozen=True, slots=True)
class Pricing(Generic[P]):
    """Asks the store alone. Holds a key for every distinct question, and no answers."""

    settings: Settings
    asker: Asker
    wire: Wire[P]
    answers: Answers
    now: Callable[[], datetime]

    async def estimate(self, rows: Iterable[Row], options: AskOptions) -> Estimate:
        """What asking about `rows` would take."""
        lines = skipped = 0
        questions: dict[str, _Open[P]] = {}
        for row in rows:
            lines += 1
            asked = question(row, options)
            if isinstance(asked, Skipped):
                skipped += 1
                continue
            ask = self.asker.ask(asked)
            questions.setdefault(ask.key, _Open(asked, ask))
        left = await self._unanswered(list(questions.values()))
        return estimate(
            left,
            lines=lines,
            skipped=skipped,
            found=len(questions) - len(left),
            limits=self.settings.limits,
            second_look=self.settings.second_look,
        )

    async def _unanswered(self, questions: list[_Open[P]]) -> list[tuple[Ask, MatchQuery]]:
        """The next ask, with its question, of all that the store cannot answer to the end."""
        left: list[tuple[Ask, MatchQuery]] = []
        for at in range(0, len(questions), _AT_ONCE):
            todo = questions[at : at + _AT_ONCE]
            while todo:
                todo = await self._step(todo, left)
        return left

    async def _step(
        self, todo: list[_Open[P]], left: list[tuple[Ask, MatchQuery]]
    ) -> list[_Open[P]]:
        """Take each question one stored answer further; those that need another."""
        found = await self.answers.load([open_.ask.key for open_ in todo], now=self.now())
        further: list[_Open[P]] = []
        for open_ in todo:
            kept = found.get(open_.ask.key)
            if kept is None:
                left.append((open_.ask, open_.asked))
                continue
            open_.looks.append(Look(open_.ask, self.wire.read(kept.payload)))
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
