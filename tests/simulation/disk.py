"""The disk that all processes of a story share: the real database in memory, and a count beside it."""

import functools
import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from tests.simulation.books import ALL, Booked, Books
from tests.simulation.mortal import Mortal
from tests.simulation.watch import Watch

from bulkmatch.model.money import Caps, Spend, StoredAnswer
from bulkmatch.store.schema import metadata, spend
from bulkmatch.store.sqlite import connect
from bulkmatch.store.store import Store
from bulkmatch.store.writer import Writer

# Number, maker, and the page of hits.
Question = tuple[str, str, int, int]
UNDERSTATES = "the ledger never understates"
WALL = "the budget is a wall"
TWICE = "nothing is paid twice"


@functools.cache
def _database() -> sa.Engine:
    """One database for all stories of this interpreter: to make one takes longer than a short story."""
    return connect(None)


def _emptied() -> sa.Engine:
    engine = _database()
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(sa.delete(table))
    return engine


@dataclass(frozen=True)
class Kept:
    """A committed answer: by whom, and at which version of the disk."""

    answer: StoredAnswer
    by: Mortal
    run_id: str
    version: int


class SimulatedDisk:
    """What is committed outlives every process. `version` grows with every committed answer.

    `is_shared_by_runs` says that one run's answers serve another; `has_jumps` that clocks cannot
    be relied on, and `has_odd_clocks` that somebody else's cannot.
    """

    def __init__(
        self,
        watch: Watch,
        now: Callable[[], datetime],
        caps: Caps,
        *,
        is_shared_by_runs: bool,
        has_jumps: bool,
        has_odd_clocks: bool,
    ) -> None:
        self._engine = _emptied()
        self._watch, self.now, self._caps = watch, now, caps
        self._is_shared_by_runs, self.has_jumps = is_shared_by_runs, has_jumps
        self._has_odd_clocks = has_jumps or has_odd_clocks
        self.books = Books()
        self.errors = self.writes = self.version = 0
        self._alive: dict[str, Mortal] = {}
        self._under_way: defaultdict[tuple[str, Question], list[Mortal]] = defaultdict(list)
        self._asked: dict[str, Question] = {}
        self._kept: dict[tuple[str, Question], Kept] = {}

    def opened(self, process: Mortal | None = None) -> Store:
        """The real store, as a process opens it: with a writer and a name of its own."""
        name = "somebody else" if process is None else process.name
        if process is not None:
            self._alive[name] = process
        writer = Writer(self._engine, file=None, inline=True)
        return Store(writer, process=name, is_gone=self._is_gone)

    def _is_gone(self, name: str) -> bool:
        """Whether a process has ended, as another one on the same machine sees it."""
        process = self._alive.get(name)
        return process is not None and process.has_ended

    def spends(self) -> dict[str, Spend]:
        """What the real ledger says of every scope."""
        columns = (spend.c.scope, spend.c.settled, spend.c.reserved, spend.c.unknown)
        with self._engine.begin() as connection:
            rows = connection.execute(sa.select(*columns))
            return {scope: Spend(*counts) for scope, *counts in rows}

    async def sweep(self, now: datetime) -> None:
        """Somebody else opens the store, and it is `now` by his clock."""
        await self.opened().tidy(now=now)
        self.books.reap(now)
        self._kept = {at: kept for at, kept in self._kept.items() if kept.answer.expires_at > now}

    def texts(self) -> Iterator[tuple[str, str]]:
        """All that is in the database, table by table, what is packed unpacked."""
        with self._engine.begin() as connection:
            for table in metadata.sorted_tables:
                for row in connection.execute(sa.select(table)):
                    yield table.name, " ".join(_text(value) for value in row)

    def arrive(self, reference: str, question: Question, process: Mortal) -> None:
        """The API is asked; nobody may who has, or could have found, the answer on the disk."""
        self._asked[reference] = question
        booked = self.books.of(reference)
        if booked is None:
            self._watch.break_promise(UNDERSTATES, f"{reference} is sent, and nothing is held")
        else:
            booked.is_sent = True
        self._check_pages(question, process)
        self._check_alone(question, process)
        kept = self._kept.get(self._place(process.run_id, question))
        if kept is None:
            return
        is_known = kept.answer.key in process.given or not self.has_jumps
        if is_known and self._was_seen(kept, process) and self.now() < kept.answer.expires_at:
            told = f"{question[0]} is asked by {process.name} though settled by {kept.by.name}"
            self._watch.break_promise(TWICE, told)

    def leave(self, question: Question, process: Mortal) -> None:
        """A question is not under way any more."""
        self._under_way[self._place(process.run_id, question)].remove(process)

    def _check_alone(self, question: Question, process: Mortal) -> None:
        """A question that is under way is asked by nobody else, while clocks can be relied on."""
        under_way = self._under_way[self._place(process.run_id, question)]
        others = [
            other.name
            for other in under_way
            if other is process or not (other.is_dead or self._has_odd_clocks)
        ]
        told = f"{question[0]} is asked by {process.name} while {others} ask it"
        self._watch.expect(holds=not others, promise=TWICE, how=told)
        under_way.append(process)

    def _check_pages(self, question: Question, process: Mortal) -> None:
        """No page of hits holds what another page of the same process has brought already."""
        number, maker, start, limit = question
        for other, upto, asked in process.pages[number, maker]:
            told = f"{process.name} asks for hits from {start} of {number}; has {other} to {upto}"
            is_apart = start >= upto or start + limit <= other or (start, limit) == (other, asked)
            self._watch.expect(holds=is_apart, promise=TWICE, how=told)

    def _was_seen(self, kept: Kept, process: Mortal) -> bool:
        """Whether a process that looks before it asks has seen the answer."""
        looked = process.looked.get(kept.answer.key)
        return kept.by is process or looked is None or looked >= kept.version

    def _place(self, run_id: str, question: Question) -> tuple[str, Question]:
        return "" if self._is_shared_by_runs else run_id, question

    def keep(self, answer: StoredAnswer, by: Mortal) -> None:
        """An answer is committed."""
        self._watch.look_for_secrets(answer.payload.decode(), "a stored answer")
        question = self._asked.get(json.loads(answer.payload).get("reference") or "")
        if question is None:
            told = f"an answer to no question of ours is kept: {answer.payload[:100]!r}"
            self._watch.break_promise("each answer on its own row", told)
            return
        self.version += 1
        number, maker, start, limit = question
        count = len(json.loads(answer.payload).get("parts") or ())
        by.pages[number, maker].add((start, start + count, limit))
        kept = Kept(answer, by, by.run_id, self.version)
        self._kept[self._place(by.run_id, question)] = kept
        self._watch.booked.add(question[0])

    def forget_run(self, run_id: str) -> None:
        """A run's answers are forgotten."""
        self._kept = {at: kept for at, kept in self._kept.items() if kept.run_id != run_id}

    def charge(self, reference: str, count: int, *, is_beyond: bool) -> None:
        """The API charges a call: what the call holds and every budget must cover it, now."""
        booked = self.books.of(reference)
        if booked is None:
            self._watch.break_promise(UNDERSTATES, f"{reference} is charged, and nothing is held")
            return
        asked = self.books.charge(booked, count, is_beyond=is_beyond)
        if count > 0:
            booked.paid_for.add(reference)
        else:
            booked.paid_for.discard(reference)
        self._watch.expect(
            holds=asked <= booked.used,
            promise=UNDERSTATES,
            how=f"call {reference[:4]} is charged {asked} and holds {booked.used}",
        )
        month_cap = None if self.has_jumps else self._caps.month  # another month may begin
        for cap, scope in ((self._caps.run, booked.call.run_id), (month_cap, ALL)):
            if cap is not None:
                told = f"{self.books.asked[scope]} parts charged under a budget of {cap} ({scope})"
                self._watch.expect(holds=self.books.asked[scope] <= cap, promise=WALL, how=told)

    def check_caps(self, booked: Booked) -> None:
        """A call has been reserved: with it, nothing is above its budget."""
        for name, cap, used in self.used(booked.call.run_id, booked.month):
            told = f"{used} parts held and spent under the {name}'s budget of {cap}"
            self._watch.expect(holds=used <= cap, promise=WALL, how=told)

    def used(self, run_id: str, month: str | None = None) -> Iterator[tuple[str, int, int]]:
        """Each budget's name, its cap, and what counts against it; only budgets that there are."""
        calls = list(self.books.calls.values())
        if self._caps.run is not None:
            of_run = sum(call.used for call in calls if call.call.run_id == run_id)
            yield "run", self._caps.run, of_run
        if self._caps.month is not None:
            of_month = sum(call.used for call in calls if month is None or call.month == month)
            yield "month", self._caps.month, of_month


def _text(value: object) -> str:
    if isinstance(value, bytes):
        try:
            return zlib.decompress(value).decode(errors="replace")
        except zlib.error:
            return value.decode(errors="replace")
    return str(value)
