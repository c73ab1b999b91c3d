"""What a request may look like, and when it may come: limits, pace, part limit."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import anyio
from tests.fakes import aliases_of
from tests.simulation.disk import Question
from tests.simulation.faults import NO_WORD, OUT_OF_REACH, Fault
from tests.simulation.manners import Manners
from tests.simulation.mortal import Mortal
from tests.simulation.story import Story
from tests.simulation.watch import Watch

from bulkmatch.core.normal import maker_key, mpn_identity

Query = dict[str, Any]
_LIMITS = "requests keep to the provider's limits"
# After a part limit was told, what was on its way may still come, and the store may be slow.
_LIMIT_GRACE = 30.0


def number_of(query: Query) -> str:
    """The part number that a query asks for, which may be a stock number as well."""
    number: str = query.get("mpn") or query.get("mpnOrSku") or query["sku"]
    return number


def question_of(query: Query) -> Question:
    """What a query asks, whatever its spelling: number, maker, and the page of hits."""
    number, maker = mpn_identity(number_of(query)), maker_key(query.get("manufacturer"))
    return number, maker, query["start"], query["limit"]


class Arrivals:
    """Counts what is on its way, process by process."""

    def __init__(self, watch: Watch, story: Story) -> None:
        self._watch, self._limits = watch, story.settings.limits
        self._in_flight: Counter[str] = Counter()
        self._due_at: dict[str, float] = {}
        self._limit_at: dict[str, float] = {}
        self._manners: dict[str, Manners] = {}

    def arrive(self, variables: Query, process: Mortal) -> list[Query]:
        """A request is here; its questions."""
        limits = self._limits
        aliases = [asked for _, asked in aliases_of(variables)]
        queries = [query for asked in aliases for query in asked]
        parts = sum(query["limit"] for query in queries)
        self._keep(len(queries) <= limits.queries_per_request, f"{len(queries)} questions")
        self._keep(
            parts <= limits.parts_per_request or len(queries) == 1, f"{parts} parts asked for"
        )
        most = max(map(len, aliases))
        self._keep(most <= limits.queries_per_alias, f"{most} questions under one alias")
        references = {query["reference"] for query in queries}
        self._keep(len(references) == len(queries), "a reference stands for two questions")
        self._in_flight[process.name] += 1
        count = self._in_flight[process.name]
        self._keep(count <= limits.concurrency, f"{count} requests in flight")
        self._pace(process)
        self._check_limit(process)
        self.manners(process).arrive(tuple(map(question_of, queries)))
        return queries

    def leave(self, process: Mortal) -> None:
        """A request has been answered, or its client is gone."""
        self._in_flight[process.name] -= 1

    def ended(self, queries: Sequence[Query], fault: Fault | None, process: Mortal) -> None:
        """A request has been answered, or met nobody."""
        manners = self.manners(process)
        manners.ended(tuple(map(question_of, queries)), fault)
        if fault in OUT_OF_REACH:
            manners.unreached(process)
        elif fault not in NO_WORD:
            manners.answered()

    def manners(self, process: Mortal) -> Manners:
        """What is known of a process's manners."""
        if process.name not in self._manners:
            self._manners[process.name] = Manners(self._watch, self._limits)
        return self._manners[process.name]

    def limit_met(self, process: Mortal) -> None:
        """A process has been told that the part limit is reached."""
        self._limit_at.setdefault(process.name, anyio.current_time())

    def _keep(self, holds: bool, how: str) -> None:
        self._watch.expect(holds=holds, promise=_LIMITS, how=how)

    def _pace(self, process: Mortal) -> None:
        """By a leaky bucket: a burst above the pace, and those who had their turn and were held up."""
        gap, now = 60.0 / self._limits.requests_per_minute, anyio.current_time()
        due_at = max(self._due_at.get(process.name, 0.0), now) + gap
        self._due_at[process.name] = due_at
        ahead = (due_at - now) / gap
        most = 2 * self._limits.concurrency + 1.01
        self._keep(ahead <= most, f"{ahead:.1f} requests at once")

    def _check_limit(self, process: Mortal) -> None:
        at = self._limit_at.get(process.name)
        holds = at is None or anyio.current_time() <= at + _LIMIT_GRACE
        holds = holds and not process.is_barred
        self._watch.expect(
            holds=holds,
            promise="a part limit stops the run",
            how=f"{process.name} asks on after the part limit",
        )
