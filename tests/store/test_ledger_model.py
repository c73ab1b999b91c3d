"""Any order of steps against a model so simple that it is seen to be right."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import REAL, VIRTUAL
from tests.store.calls import AFTER_LEASE, NOW, a_call, booked, books_of

from bulkmatch.errors import BudgetExceeded, SettingsError
from bulkmatch.model.money import Call, CallState, Caps, Spend, month_of
from bulkmatch.store import Store, open_store
from bulkmatch.store.schema import month_scope, run_scope

DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)
CALLS = (
    a_call("a", 10),
    a_call("b", 7),
    a_call("c", 20, run="r2"),
    a_call("d", 5, run="r2", at=DECEMBER),
    a_call("e", 8, run="r3", account="bolt"),
)
RUNS = ("r1", "r2", "r3")
MONTHS = (("acme", "2026-11"), ("acme", "2026-12"), ("bolt", "2026-11"))
CAPS = Caps(run=22, month=31)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens; `parts` is the true count, or the account's own."""

    what: str
    call: Call
    parts: int = 0
    unknown: int = 0


@dataclass(slots=True)
class Life:
    """What became of a call, and what it is counted for."""

    state: CallState = CallState.RESERVED
    billed: int = 0
    unknown_in_run: int = 0
    unknown_in_month: int = 0


@dataclass(slots=True)
class Model:
    """The books, added up call by call each time somebody asks."""

    lives: dict[str, Life] = field(default_factory=dict[str, Life])
    external: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])

    def run(self, run: str) -> Spend:
        lives = [(call, self.lives[call.call_id]) for call in CALLS if call.call_id in self.lives]
        mine = [(call, life) for call, life in lives if call.run_id == run]
        return Spend(
            sum(life.billed for _, life in mine),
            sum(call.ceiling for call, life in mine if life.state is CallState.RESERVED),
            sum(life.unknown_in_run for _, life in mine),
        )

    def month(self, account: str, month: str) -> Spend:
        mine = self.of_month(account, month)
        return Spend(
            sum(life.billed for _, life in mine),
            sum(call.ceiling for call, life in mine if life.state is CallState.RESERVED),
            sum(life.unknown_in_month for _, life in mine),
            self.external.get((account, month), 0),
        )

    def all(self) -> dict[str, Spend]:
        runs = {run_scope(run): self.run(run) for run in RUNS}
        months = {month_scope(*of): self.month(*of) for of in MONTHS}
        return runs | months

    def of_month(self, account: str, month: str) -> list[tuple[Call, Life]]:
        return [
            (call, self.lives[call.call_id])
            for call in CALLS
            if call.call_id in self.lives
            and (call.account, month_of(call.opened_at)) == (account, month)
        ]

    def fits(self, call: Call) -> bool:
        run, month = self.run(call.run_id), self.month(call.account, month_of(call.opened_at))
        assert CAPS.run is not None
        assert CAPS.month is not None
        return run.used + call.ceiling <= CAPS.run and month.used + call.ceiling <= CAPS.month

    def settle(self, call: Call, billed: int, unknown: int) -> None:
        life = self.lives.setdefault(call.call_id, Life(CallState.RELEASED))
        if life.state is CallState.SETTLED:
            return
        if life.state is CallState.WRITTEN_OFF:
            of = call.account, month_of(call.opened_at)
            self.external[of] -= min(billed, max(0, self.external[of]))
        life.state, life.billed = CallState.SETTLED, billed
        life.unknown_in_run = life.unknown_in_month = unknown

    def release(self, call: Call) -> None:
        life = self.lives.get(call.call_id)
        if life and life.state is not CallState.SETTLED:
            self.lives[call.call_id] = Life(CallState.RELEASED)

    def lose(self, call: Call) -> None:
        life = self.lives.get(call.call_id)
        if life and life.state is CallState.RESERVED:
            self.lives[call.call_id] = Life(CallState.UNKNOWN, 0, call.ceiling, call.ceiling)

    def reap(self) -> None:
        for call in CALLS:
            if call.lease_until < AFTER_LEASE:
                self.lose(call)

    def reconcile(self, account: str, month: str, used: int) -> None:
        for _, life in self.of_month(account, month):
            life.unknown_in_month = 0
            if life.state is CallState.UNKNOWN:
                life.state = CallState.WRITTEN_OFF
        self.external[account, month] = used - self.month(account, month).settled


async def take(step: Step, store: Store, model: Model) -> None:
    """One step, in the store and in the model."""
    call = step.call
    match step.what:
        case "reserve":
            await reserve(call, store, model)
        case "settle":
            told = {"billed": step.parts, "unknown": step.unknown}
            await store.settle(call, **told, answers=(), now=NOW)
            model.settle(call, step.parts, step.unknown)
        case "release":
            await store.release(call, cause="429", now=NOW)
            model.release(call)
        case "lose":
            await store.lose(call, cause="reset", now=NOW)
            model.lose(call)
        case "reap":
            await store.tidy(now=AFTER_LEASE)
            model.reap()
        case _:
            reconcile(call, step.parts, store, model)


async def reserve(call: Call, store: Store, model: Model) -> None:
    """Held when it fits, and only then."""
    if call.call_id in model.lives or model.fits(call):
        await store.reserve(call, CAPS)
        model.lives.setdefault(call.call_id, Life())
        return
    with pytest.raises(BudgetExceeded):
        await store.reserve(call, CAPS)


def reconcile(call: Call, used: int, store: Store, model: Model) -> None:
    """The account's own count is believed unless it is less than what was answered."""
    account, month = call.account, month_of(call.opened_at)
    if used < model.month(account, month).settled:
        with pytest.raises(SettingsError):
            books_of(store).reconcile(account, month, used=used)
        return
    books_of(store).reconcile(account, month, used=used)
    model.reconcile(account, month, used)


async def check_play(steps: Sequence[Step], store: Store) -> None:
    """Take all steps; after each, every scope says what the model says."""
    model = Model()
    for step in steps:
        await take(step, store, model)
        told = await store._writer.run(booked)
        expected = model.all()
        assert {scope: told.get(scope, Spend()) for scope in expected} == expected, step
        assert set(told) <= set(expected)


ANY_STEP = st.builds(
    Step,
    st.sampled_from(["reserve"] * 2 + ["settle", "release", "lose", "reap", "reconcile"]),
    st.sampled_from(CALLS),
    st.integers(0, 25),
    st.integers(0, 3),
)


@st.composite
def honest_steps(draw: st.DrawFn) -> list[Step]:
    """Lives as the API and the engine lead them: reserved first, then at most one end.

    No answer costs more than its ceiling, and what was given back stays so.
    """
    order = draw(st.permutations(CALLS * 2))
    ends = ["settle", "release", "lose", "lose and settle", "reap and settle", "nothing"]
    seen: set[str] = set()
    steps: list[Step] = []
    for call in order:
        if call.call_id not in seen:
            seen.add(call.call_id)
            steps.append(Step("reserve", call))
            continue
        for what in draw(st.sampled_from(ends)).split(" and "):
            parts = draw(st.integers(0, call.ceiling))
            unknown = draw(st.integers(0, call.ceiling - parts))
            steps.append(Step(what, call, parts, unknown))
    return steps


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.mark.parametrize("anyio_backend", VIRTUAL[:1])
@settings(max_examples=80, suppress_health_check=QUIET, deadline=None)
@given(st.lists(ANY_STEP, max_size=30))
async def test_any_order_of_steps_leaves_the_books_right_in_memory(steps: list[Step]) -> None:
    store = open_store(None)
    try:
        await check_play(steps, store)
    finally:
        store.close()


@pytest.mark.parametrize("anyio_backend", REAL[:1])
@settings(max_examples=8, suppress_health_check=QUIET, deadline=None)
@given(st.lists(ANY_STEP, min_size=8, max_size=20))
async def test_any_order_of_steps_leaves_the_books_right_in_a_file(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "store.db")
        try:
            await check_play(steps, store)
        finally:
            store.close()


@pytest.mark.parametrize("anyio_backend", VIRTUAL[:1])
@settings(max_examples=80, suppress_health_check=QUIET, deadline=None)
@given(honest_steps())
async def test_what_is_held_and_spent_never_passes_a_cap(steps: list[Step]) -> None:
    store = open_store(None)
    refused: set[str] = set()
    try:
        model = Model()
        for step in steps:
            if step.call.call_id in refused or step.what == "nothing":
                continue
            await take(step, store, model)
            if step.what == "reserve" and step.call.call_id not in model.lives:
                refused.add(step.call.call_id)  # the engine sends nothing then
            await assert_within(store)
    finally:
        store.close()


async def assert_within(store: Store) -> None:
    """No scope has used more than its cap."""
    for scope, told in (await store._writer.run(booked)).items():
        cap = CAPS.run if scope.startswith("run:") else CAPS.month
        assert cap is not None
        assert told.used <= cap, scope
