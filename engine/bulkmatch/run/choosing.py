"""Takes one row to its one outcome: the line's own part, or the best of those approved for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import anyio

from bulkmatch.core.options import Need, choose, option_rows
from bulkmatch.core.plan import question
from bulkmatch.core.price import order_size
from bulkmatch.model.decision import Action, Decision
from bulkmatch.model.outcome import Matched, Outcome, Review, Skipped
from bulkmatch.model.part import PartFacts, PartLike
from bulkmatch.model.query import AskOptions
from bulkmatch.model.row import Row
from bulkmatch.run.inquiry import Inquiry
from bulkmatch.run.reply import Caller

P = TypeVar("P", bound=PartLike)


@dataclass(frozen=True, slots=True)
class Choosing(Generic[P]):
    """Asks each approved part once, all of a row's at the same time, and takes the healthiest.

    `facts` reads a part; with `alternates` off only the line's own part is asked for.
    """

    inquiry: Inquiry[P]
    facts: Callable[[P, frozenset[str]], PartFacts]
    alternates: bool = True

    async def outcome(
        self, row: Row, options: AskOptions, caller: Caller, *, boards: int
    ) -> Outcome[P]:
        """The one outcome of a row."""
        if not self.alternates or not row.alternates or row.do_not_populate:
            return await self.inquiry.outcome(row, options, caller)
        decision = self._decision(row, options)
        if decision is not None and decision.action is Action.IGNORE:
            return await self.inquiry.outcome(row, options, caller)
        found = await self._each(option_rows(row), options, caller)
        need = Need(order_size(row, boards), options.currency)
        return choose(row, found, [self._facts(one) for one in found], need=need, decision=decision)

    def _decision(self, row: Row, options: AskOptions) -> Decision | None:
        asked = question(row, options)
        return None if isinstance(asked, Skipped) else self.inquiry.rulings.about(asked)

    async def _each(
        self, rows: tuple[Row, ...], options: AskOptions, caller: Caller
    ) -> list[Outcome[P]]:
        """The outcome of each row's own part number, in their order."""
        found: dict[int, Outcome[P]] = {}

        async def ask(place: int, row: Row) -> None:
            found[place] = await self.inquiry.outcome(row, options, caller)

        async with anyio.create_task_group() as tasks:
            for place, row in enumerate(rows):
                tasks.start_soon(ask, place, row)
        return [found[place] for place in range(len(rows))]

    def _facts(self, outcome: Outcome[P]) -> PartFacts | None:
        """The facts of what was found, of the best candidate where there are several."""
        match outcome:
            case Matched(part=part, provenance=provenance):
                return self.facts(part, provenance.not_entitled)
            case Review(parts=(part, *_), provenance=provenance):
                return self.facts(part, provenance.not_entitled)
            case _:
                return None
