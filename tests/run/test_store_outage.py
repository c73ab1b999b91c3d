"""An answer in hand while the store fails: tried again while that may help, and no longer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import anyio
import pytest
from tests.fakes import FakeApi, FakePart, settings, world

from bulkmatch import Engine, Failed, Matched, Patience, StoreError
from bulkmatch.model.money import Call, StoredAnswer
from bulkmatch.store import Store, open_store


class Failing(Store):
    """A store in memory whose settlements fail until an instant of the loop's clock."""

    def __init__(self, error: StoreError, *, mends_after: float) -> None:
        super().__init__(open_store(None)._writer)
        self._error, self._mends_at = error, anyio.current_time() + mends_after

    async def settle(
        self,
        call: Call,
        *,
        billed: int,
        answers: Sequence[StoredAnswer],
        now: datetime,
        unknown: int = 0,
    ) -> None:
        """Book, or fail."""
        if anyio.current_time() < self._mends_at:
            raise self._error
        await super().settle(call, billed=billed, answers=answers, now=now, unknown=unknown)


@pytest.mark.parametrize(
    ("is_lasting", "mends_after", "is_answered", "lasts"),
    [(False, 20.0, True, 20), (False, 1e9, False, 30), (True, 1e9, False, 0)],
    ids=["it mends", "it does not mend", "it cannot mend"],
)
async def test_an_answer_waits_for_a_store_that_may_mend(
    is_lasting: bool, mends_after: float, is_answered: bool, lasts: int
) -> None:
    api = FakeApi([FakePart("LM358D")])
    error = StoreError("the disk is full", is_lasting=is_lasting)
    store = Failing(error, mends_after=mends_after)
    told = settings(patience=Patience(drain=30.0))
    began = anyio.current_time()
    async with Engine.open(told, world=replace(world(api), open_store=lambda _: store)) as engine:
        outcome = await engine.match("LM358D")
        spend = await engine.budget.run()
    assert isinstance(outcome, Matched if is_answered else Failed)
    assert int(anyio.current_time() - began) == lasts
    assert api.charged == 1 == spend.used, "settled or unknown, and never free"
    assert (engine.fatal is None) == is_answered
