"""The price of a run before its first request: what the store has, and what is left to ask."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

import anyio

from bulkmatch.core.decision import accepted, accepts, direct_queries
from bulkmatch.core.judge import Look, next_ask
from bulkmatch.core.options import option_rows
from bulkmatch.core.plan import Asker, estimate, question
from bulkmatch.core.seams import Answers, Wire
from bulkmatch.core.trials import trials
from bulkmatch.model.decision import Action, Decision
from bulkmatch.model.match import Match
from bulkmatch.model.money import StoredAnswer
from bulkmatch.model.outcome import Skipped
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Ask, AskOptions, MatchQuery
from bulkmatch.model.row import Row
from bulkmatch.model.settings import Settings
from bulkmatch.model.tally import Estimate
from bulkmatch.run.rulings import Rulings

P = TypeVar("P", bound=PartLike)
_AT_ONCE = 500


@dataclass(slots=True)
class _Open(Generic[P]):
    """A spelling of a question on its way through the store.

    Of a question that a person has decided `direct` are the asks for the accepted part that have not
    been tried, and `seen` what those brought which have.
    """

    asked: MatchQuery
    ask: Ask
    first_key: str
    course: tuple[str, ...]
    looks: list[Look[P]] = field(default_factory=list[Look[P]])
    decision: Decision | None = None
    direct: list[Ask] = field(default_factory=list[Ask])
    seen: list[Look[P]] = field(default_factory=list[Look[P]])


@dataclass(frozen=True, slots=True)
class Pricing(Generic[P]):
    """Asks the store alone. Holds a key for every distinct spelling, and no more answers than it reads."""

    settings: Settings
    asker: Asker
    wire: Wire[P]
    answers: Answers
    now: Callable[[], datetime]
    rulings: Rulings

    async def estimate(self, rows: Iterable[Row], options: AskOptions) -> Estimate:
        """What asking about `rows` would take.

        Spellings of one number share their first ask, but each judges its answer for itself, so
        each is followed through the store. An ask that several need next is one ask; where they may
        go on differently, at most counts for each. Every approved part of a row is a question.
        """
        lines = skipped = 0
        spellings: dict[tuple[str, ...], _Open[P]] = {}
        for row in rows:
            lines += 1
            questions = list(self._questions(row, options))
            skipped += not questions
            for asked in questions:
                open_ = self._open(asked)
                spellings.setdefault((asked.mpn, *open_.course), open_)
        left = await self._unanswered(list(spellings.values()))
        return estimate(
            [(o.ask, o.asked) for o in {(o.ask.key, o.course): o for o in left}.values()],
            distinct=len({open_.first_key for open_ in spellings.values()}),
            unanswered=len({open_.first_key for open_ in left}),
            lines=lines,
            skipped=skipped,
            limits=self.settings.limits,
            second_look=self.settings.second_look,
        )

    def _questions(self, row: Row, options: AskOptions) -> Iterator[MatchQuery]:
        """What a row asks, for its own part and for its alternates; nothing when it is left out."""
        own = question(row, options)
        if row.do_not_populate or (not isinstance(own, Skipped) and self._is_ignored(own)):
            return
        for option in option_rows(row) if self.settings.alternates else (row,):
            asked = question(option, options)
            if not isinstance(asked, Skipped) and not self._is_ignored(asked):
                yield asked

    def _is_ignored(self, asked: MatchQuery) -> bool:
        decision = self.rulings.about(asked)
        return decision is not None and decision.action is Action.IGNORE

    def _open(self, asked: MatchQuery) -> _Open[P]:
        course = self._course(asked)
        open_ = _Open[P](asked, course[0], course[0].key, tuple(ask.key for ask in course))
        decision = self.rulings.about(asked)
        if decision is not None and accepts(decision):
            queries = direct_queries(decision, asked, makers=self.asker.makers)
            open_.decision, open_.direct = decision, [self.asker.ask(query) for query in queries]
        return open_

    async def _unanswered(self, questions: list[_Open[P]]) -> list[_Open[P]]:
        """Those that the store cannot answer to the end, at the ask that they need next."""
        left: list[_Open[P]] = []
        for at in range(0, len(questions), _AT_ONCE):
            todo, missing = questions[at : at + _AT_ONCE], list[_Open[P]]()
            while todo:
                todo = await self._step(todo, missing)
            left += [open_ for open_ in missing if not await self._is_free(open_)]
        return left

    async def _is_free(self, open_: _Open[P]) -> bool:
        """Whether the store has the accepted part of a decided question under its own number.

        If not, it costs one part; or nothing, when there is no such part, and then what the question
        costs by itself: the larger is what is counted.
        """
        if not open_.direct:
            return False
        found = await self.answers.load([ask.key for ask in open_.direct], now=self.now())
        for ask in open_.direct:
            match = self._read(found.get(ask.key))
            if match is not None:
                open_.seen.append(Look(ask, match))
        is_known = open_.ask in open_.direct and len(found) == len(open_.direct)
        return is_known or self._is_accepted(open_)

    def _is_accepted(self, open_: _Open[P]) -> bool:
        looks, makers = [*open_.looks, *open_.seen], self.asker.makers
        decision = open_.decision
        return decision is not None and (
            accepted(decision, open_.asked, looks, makers=makers) is not None
        )

    async def _step(self, todo: list[_Open[P]], left: list[_Open[P]]) -> list[_Open[P]]:
        """Take each question one stored answer further; those that need another."""
        found = await self.answers.load([open_.ask.key for open_ in todo], now=self.now())
        further: list[_Open[P]] = []
        for open_ in todo:
            match = self._read(found.get(open_.ask.key))
            if match is None:
                left.append(open_)
                continue
            open_.looks.append(Look(open_.ask, match))
            if self._is_accepted(open_):
                continue
            ask = self._next(open_.asked, open_.looks)
            if ask is not None:
                open_.ask = ask
                further.append(open_)
            elif open_.direct:  # answered to the end, and the accepted part was not among it
                open_.ask = open_.direct[0]
                left.append(open_)
        await anyio.lowlevel.checkpoint()
        return further

    def _read(self, kept: StoredAnswer | None) -> Match[P] | None:
        """A stored answer; None when there is none that fits the part type."""
        try:
            return None if kept is None else self.wire.read(kept.payload)
        except ValueError:
            return None

    def _course(self, asked: MatchQuery) -> tuple[Ask, ...]:
        """All that may be asked for a question before anything is found; at least one ask."""
        makers, guesses = self.asker.makers, self.settings.second_look > 0
        return tuple(
            self.asker.ask(trial) for trial in trials(asked, makers=makers, guesses=guesses)
        )

    def _next(self, asked: MatchQuery, looks: Sequence[Look[P]]) -> Ask | None:
        return next_ask(asked, looks, asker=self.asker, second_look=self.settings.second_look)
