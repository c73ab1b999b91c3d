"""One life of a call after another, in both homes of the store."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.store.calls import (
    AFTER_LEASE,
    LATER,
    NOW,
    a_call,
    an_answer,
    books_of,
    spends,
    state_of,
)

from bulkmatch.core.seams import Answers, Ledger
from bulkmatch.errors import BudgetExceeded
from bulkmatch.model.money import CallState, Caps, Spend
from bulkmatch.store import Store

FREE = Caps()


def test_the_store_is_what_the_engine_needs(store: Store) -> None:
    ledger: Ledger = store
    answers: Answers = store
    assert (ledger, answers) == (store, store)


async def test_a_new_scope_has_used_nothing(store: Store) -> None:
    assert await spends(store) == (Spend(), Spend())


async def test_parts_are_held_then_counted_as_charged(store: Store) -> None:
    await store.reserve(a_call(ceiling=10), FREE)
    assert await spends(store) == (Spend(reserved=10), Spend(reserved=10))
    await store.settle(a_call(ceiling=10), billed=7, answers=(), now=LATER)
    assert await spends(store) == (Spend(settled=7), Spend(settled=7))


async def test_what_was_proven_free_is_given_back(store: Store) -> None:
    await store.reserve(a_call(), FREE)
    await store.release(a_call(), cause="429", now=LATER)
    assert await spends(store) == (Spend(), Spend())
    assert await state_of(store, "c1") is CallState.RELEASED


async def test_what_nobody_knows_counts_as_its_ceiling(store: Store) -> None:
    await store.reserve(a_call(ceiling=10), FREE)
    await store.lose(a_call(ceiling=10), cause="timed out", now=LATER)
    assert await spends(store) == (Spend(unknown=10), Spend(unknown=10))


async def test_what_an_answer_passed_over_counts_as_unknown(store: Store) -> None:
    await store.reserve(a_call(ceiling=10), FREE)
    await store.settle(a_call(ceiling=10), billed=7, answers=(), now=LATER, unknown=2)
    assert await spends(store) == (Spend(settled=7, unknown=2),) * 2


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_every_step_counts_once_however_often_it_is_told(store: Store, times: int) -> None:
    for _ in range(times):
        await store.reserve(a_call("held", 5), FREE)
    for _ in range(times):
        await store.reserve(a_call("paid", 10), FREE)
        await store.settle(a_call("paid", 10), billed=3, answers=(), now=LATER, unknown=1)
    for _ in range(times):
        await store.reserve(a_call("free", 20), FREE)
        await store.release(a_call("free", 20), cause="429", now=LATER)
    for _ in range(times):
        await store.reserve(a_call("lost", 40), FREE)
        await store.lose(a_call("lost", 40), cause="reset", now=LATER)
    assert await spends(store) == (Spend(settled=3, reserved=5, unknown=41),) * 2


async def test_a_settled_call_is_neither_released_nor_lost(store: Store) -> None:
    await store.reserve(a_call(), FREE)
    await store.settle(a_call(), billed=4, answers=(), now=LATER)
    await store.release(a_call(), cause="late", now=LATER)
    await store.lose(a_call(), cause="late", now=LATER)
    assert await spends(store) == (Spend(settled=4), Spend(settled=4))


async def test_a_call_lost_and_found_is_settled_or_released(store: Store) -> None:
    for call in (a_call("found", 10), a_call("proven", 10)):
        await store.reserve(call, FREE)
        await store.lose(call, cause="timed out", now=LATER)
    await store.settle(a_call("found", 10), billed=6, answers=(), now=AFTER_LEASE)
    await store.release(a_call("proven", 10), cause="never sent", now=AFTER_LEASE)
    assert await spends(store) == (Spend(settled=6), Spend(settled=6))


async def test_an_answer_counts_though_its_call_was_given_back(store: Store) -> None:
    await store.reserve(a_call(), FREE)
    await store.release(a_call(), cause="mistaken", now=LATER)
    await store.settle(a_call(), billed=4, answers=[an_answer()], now=LATER)
    assert await spends(store) == (Spend(settled=4), Spend(settled=4))
    assert await store.load(["k1"], now=LATER)


async def test_an_answer_counts_though_nobody_knows_its_call(store: Store) -> None:
    await store.settle(a_call("never seen", 9), billed=4, answers=[an_answer()], now=LATER)
    assert await spends(store) == (Spend(settled=4), Spend(settled=4))
    await store.reserve(a_call("never seen", 9), FREE)  # a reservation that comes after it
    assert await spends(store) == (Spend(settled=4), Spend(settled=4))


@pytest.mark.parametrize("step", ["release", "lose"])
async def test_what_was_never_reserved_is_neither_given_back_nor_lost(
    store: Store, step: str
) -> None:
    await getattr(store, step)(a_call(), cause="?", now=LATER)
    assert await spends(store) == (Spend(), Spend())


async def test_the_last_part_can_be_held_and_not_one_more(store: Store) -> None:
    await store.reserve(a_call("c1", 60), Caps(run=100))
    await store.reserve(a_call("c2", 40), Caps(run=100))
    with pytest.raises(BudgetExceeded, match="may cost 1 parts, 0 left in the run budget"):
        await store.reserve(a_call("c3", 1), Caps(run=100))
    assert await spends(store) == (Spend(reserved=100), Spend(reserved=100))


async def test_a_refused_call_leaves_nothing_and_may_come_back_smaller(store: Store) -> None:
    with pytest.raises(BudgetExceeded):
        await store.reserve(a_call("c1", 11), Caps(run=10))
    assert await spends(store) == (Spend(), Spend())
    await store.reserve(a_call("c1", 10), Caps(run=10))
    assert await spends(store) == (Spend(reserved=10), Spend(reserved=10))


@pytest.mark.parametrize(
    ("caps", "scope", "left"),
    [
        (Caps(run=15), "run", 5),
        (Caps(month=25), "month", 5),
        (Caps(run=15, month=22), "month", 2),
        (Caps(run=11, month=25), "run", 1),
        (Caps(run=100, month=20), "month", 0),
    ],
)
async def test_the_tighter_scope_is_named(store: Store, caps: Caps, scope: str, left: int) -> None:
    await store.reserve(a_call("mine", 10), FREE)
    await store.reserve(a_call("another run's", 10, run="r2"), FREE)
    with pytest.raises(BudgetExceeded) as error:
        await store.reserve(a_call("c3", 8), caps)
    assert (error.value.scope, error.value.left, error.value.wanted) == (scope, left, 8)
    assert await store.run_spend("r1") == Spend(reserved=10)


async def test_unknown_and_external_parts_count_against_the_budget(store: Store) -> None:
    await store.reserve(a_call("lost", 30), FREE)
    await store.lose(a_call("lost", 30), cause="reset", now=LATER)
    with pytest.raises(BudgetExceeded, match="70 left in the run budget"):
        await store.reserve(a_call("c2", 80), Caps(run=100))
    books_of(store).reconcile("acme", "2026-11", used=90)
    with pytest.raises(BudgetExceeded, match="10 left in the month budget"):
        await store.reserve(a_call("c2", 80), Caps(month=100))


async def test_runs_and_accounts_have_books_of_their_own(store: Store) -> None:
    await store.reserve(a_call("c1", 10), FREE)
    await store.reserve(a_call("c2", 20, run="r2"), FREE)
    await store.reserve(a_call("c3", 40, run="r3", account="bolt"), FREE)
    assert await store.run_spend("r1") == Spend(reserved=10)
    assert await store.run_spend("r2") == Spend(reserved=20)
    assert await store.month_spend("acme", now=NOW) == Spend(reserved=30)
    assert await store.month_spend("bolt", now=NOW) == Spend(reserved=40)


async def test_a_call_of_november_is_settled_in_november(store: Store) -> None:
    late = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
    next_day = datetime(2026, 12, 1, 0, 0, 30, tzinfo=UTC)
    for name in ("paid", "lost", "free"):
        await store.reserve(a_call(name, 10, at=late), FREE)
    await store.settle(a_call("paid", 10, at=late), billed=3, answers=(), now=next_day)
    await store.lose(a_call("lost", 10, at=late), cause="reset", now=next_day)
    await store.release(a_call("free", 10, at=late), cause="429", now=next_day)
    await store.reserve(a_call("new", 5, at=next_day), FREE)
    assert await store.month_spend("acme", now=late) == Spend(settled=3, unknown=10)
    assert await store.month_spend("acme", now=next_day) == Spend(reserved=5)
    assert await store.run_spend("r1") == Spend(settled=3, unknown=10, reserved=5)


async def test_a_new_month_has_a_new_budget(store: Store) -> None:
    caps = Caps(month=10)
    await store.reserve(a_call("c1", 10), caps)
    with pytest.raises(BudgetExceeded):
        await store.reserve(a_call("c2", 1), caps)
    await store.reserve(a_call("c3", 10, at=datetime(2026, 12, 1, tzinfo=UTC)), caps)


async def test_a_reservation_whose_process_died_becomes_unknown(store: Store) -> None:
    await store.reserve(a_call("dead", 10), FREE)
    await store.reserve(a_call("alive", 5, at=LATER), FREE)
    await store.tidy(now=NOW + timedelta(minutes=10))  # the lease holds to its last instant
    assert await spends(store) == (Spend(reserved=15),) * 2
    await store.tidy(now=AFTER_LEASE)
    await store.tidy(now=AFTER_LEASE)
    assert await spends(store) == (Spend(reserved=5, unknown=10),) * 2


async def test_a_settlement_that_comes_after_the_reaper_corrects_the_books(store: Store) -> None:
    await store.reserve(a_call("slow", 10), FREE)
    await store.tidy(now=AFTER_LEASE)
    await store.settle(a_call("slow", 10), billed=8, answers=[an_answer()], now=AFTER_LEASE)
    assert await spends(store) == (Spend(settled=8), Spend(settled=8))


async def test_a_settlement_that_comes_after_a_reconciliation_is_not_counted_twice(
    store: Store,
) -> None:
    await store.reserve(a_call("lost", 10), FREE)
    await store.lose(a_call("lost", 10), cause="reset", now=LATER)
    books_of(store).reconcile("acme", "2026-11", used=25)
    assert await spends(store) == (Spend(unknown=10), Spend(external=25))
    await store.settle(a_call("lost", 10), billed=8, answers=(), now=LATER)
    assert await spends(store) == (Spend(settled=8), Spend(settled=8, external=17))


async def test_a_late_settlement_that_the_counter_had_not_seen_is_not_lost(store: Store) -> None:
    await store.reserve(a_call("lost", 10), FREE)
    await store.lose(a_call("lost", 10), cause="reset", now=LATER)
    books_of(store).reconcile("acme", "2026-11", used=3)
    await store.settle(a_call("lost", 10), billed=8, answers=(), now=LATER)
    assert await spends(store) == (Spend(settled=8), Spend(settled=8))


async def test_a_written_off_call_that_proves_free_is_given_back_to_its_run(store: Store) -> None:
    await store.reserve(a_call("lost", 10), FREE)
    await store.lose(a_call("lost", 10), cause="reset", now=LATER)
    books_of(store).reconcile("acme", "2026-11", used=3)
    await store.release(a_call("lost", 10), cause="never sent", now=LATER)
    assert await spends(store) == (Spend(), Spend(external=3))
