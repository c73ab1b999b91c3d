"""What people have decided, held while an engine is open, as the store has it."""

from collections.abc import Iterable

from bulkmatch.core.decision import decided
from bulkmatch.core.seams import Decisions
from bulkmatch.model.decision import Decision, Subject
from bulkmatch.model.query import MatchQuery


class Rulings:
    """The decisions of one account by their question; those `given` go before the store's.

    People make them one by one, so that all of them fit in memory. What another process decides
    meanwhile is seen by engines that are opened later.
    """

    def __init__(
        self, store: Decisions, account: str, kept: Iterable[Decision], given: Iterable[Decision]
    ) -> None:
        self._store, self._account = store, account
        self._by_subject = {made.subject: made for made in (*kept, *given)}

    @staticmethod
    async def load(store: Decisions, account: str, given: Iterable[Decision]) -> "Rulings":
        """All that the store has. Raises `StoreError`."""
        return Rulings(store, account, await store.decisions(account), given)

    def about(self, query: MatchQuery) -> Decision | None:
        """The decision that fits a question."""
        if not self._by_subject:  # as in most runs, and keys cost time
            return None
        return decided(query, self._by_subject)

    async def decide(self, decisions: Iterable[Decision]) -> None:
        """Keep decisions, for all that is asked from now on. Raises `StoreError`."""
        made = {decision.subject: decision for decision in decisions}
        await self._store.decide(self._account, tuple(made.values()))
        self._by_subject |= made

    async def forget(self, subjects: Iterable[Subject]) -> int:
        """Forget decisions; how many the store had. Raises `StoreError`."""
        gone = tuple(subjects)
        count = await self._store.forget_decisions(self._account, gone)
        for subject in gone:
            self._by_subject.pop(subject, None)
        return count

    def __len__(self) -> int:
        return len(self._by_subject)

    def __repr__(self) -> str:
        return f"Rulings({self._account}, {len(self)})"
