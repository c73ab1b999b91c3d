"""Who asks what: a question under way belongs to one call, in both homes of the store."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from tests.store.calls import AFTER_LEASE, LATER, NOW, a_call, an_answer, books_of, spends, state_of

from bulkmatch.errors import BudgetExceeded
from bulkmatch.model.money import Call, CallState, Caps, Held, Spend, Standing
from bulkmatch.model.query import Ask, MatchQuery
from bulkmatch.store import Store
from bulkmatch.store.schema import claim

FREE = Caps()
LEASE = a_call().lease_until


def asks(*keys: str, limit: int = 1) -> list[Ask]:
    """Asks with these keys."""
    return [Ask(MatchQuery(key), key, limit=limit) for key in keys]


async def reserve(store: Store, call_id: str, wanted: list[Ask], at: datetime = NOW) -> Held:
    """What a call with the ceiling of all that is wanted comes to."""
    call = a_call(call_id, sum(ask.limit for ask in wanted), at=at)
    return await store.reserve(call, FREE, wanted)


async def claimed(store: Store) -> list[str]:
    """Every key that is claimed, whether the claim still holds or not."""
    wanted = sa.select(claim.c.key).order_by(claim.c.key)
    return list(await store._writer.run(lambda c: c.execute(wanted).scalars().all()))


async def test_what_nobody_asks_is_held_and_claimed(store: Store) -> None:
    held = await reserve(store, "c1", asks("k1", "k2", limit=4))
    assert (held.call, held.keys, held.aside) == (
        a_call("c1", 8),
        frozenset({"k1", "k2"}),
        Standing(),
    )
    assert await spends(store) == (Spend(reserved=8),) * 2
    assert await store.standing(["k1", "k3"], now=NOW) == Standing({}, {"k1": LEASE})


async def test_what_another_call_asks_is_told_and_not_held(store: Store) -> None:
    await reserve(store, "c1", asks("k1", "k2"))
    held = await reserve(store, "c2", asks("k2", "k3", limit=4))
    assert (held.call.ceiling, held.keys) == (4, frozenset({"k3"}))
    assert held.aside == Standing({}, {"k2": LEASE})
    assert await spends(store) == (Spend(reserved=6),) * 2


async def test_what_has_an_answer_by_now_is_handed_back_and_not_held(store: Store) -> None:
    await reserve(store, "c1", asks("k1"))
    await store.settle(a_call("c1", 1), billed=1, answers=[an_answer("k1")], now=NOW)
    held = await reserve(store, "c2", asks("k1", "k2"), at=LATER)
    assert (held.call.ceiling, held.keys) == (1, frozenset({"k2"}))
    assert held.aside == Standing({"k1": an_answer("k1")}, {})


async def test_a_stale_answer_is_asked_again(store: Store) -> None:
    answer = an_answer("k1", hours=0.01)
    await store.settle(a_call("c1", 1), billed=1, answers=[answer], now=NOW)
    assert (await reserve(store, "c2", asks("k1"), at=LATER)).keys == {"k1"}


async def test_an_answer_that_nobody_can_read_may_be_asked_anew(store: Store) -> None:
    await store.settle(a_call("c1", 1), billed=1, answers=[an_answer("k1")], now=NOW)
    held = await store.reserve(a_call("c2", 1), FREE, asks("k1"), anew={"k1"})
    assert held.keys == {"k1"}


async def test_where_all_is_told_nothing_is_held_and_no_call_is_made(store: Store) -> None:
    await reserve(store, "c1", asks("k1"))
    held = await reserve(store, "c2", asks("k1"))
    assert (held.call.ceiling, held.keys) == (0, frozenset())
    assert await spends(store) == (Spend(reserved=1),) * 2
    await store.release(held.call, cause="nothing to send", now=NOW)
    assert await spends(store) == (Spend(reserved=1),) * 2


async def test_a_reservation_told_twice_holds_and_claims_once(store: Store) -> None:
    await reserve(store, "c1", asks("k1"))
    first = await reserve(store, "c2", asks("k1", "k2"))
    assert await reserve(store, "c2", asks("k1", "k2")) == Held(first.call, first.keys)
    assert await spends(store) == (Spend(reserved=2),) * 2


async def settle(store: Store, call: Call) -> None:
    await store.settle(call, billed=1, answers=(), now=NOW)


async def release(store: Store, call: Call) -> None:
    await store.release(call, cause="429", now=NOW)


async def lose(store: Store, call: Call) -> None:
    await store.lose(call, cause="reset", now=NOW)


async def tidy(store: Store, call: Call) -> None:
    await store.tidy(now=AFTER_LEASE)


async def reconcile(store: Store, call: Call) -> None:
    books_of(store, now=AFTER_LEASE).reconcile("acme", "2026-11", used=0)


@pytest.mark.parametrize("end", [settle, release, lose, tidy, reconcile])
async def test_claims_end_with_their_call_and_no_other(
    store: Store, end: Callable[[Store, Call], Awaitable[None]]
) -> None:
    held = await reserve(store, "c1", asks("k1", "k2"))
    await reserve(store, "c2", asks("k3"), at=LATER)
    await end(store, held.call)
    assert await claimed(store) == ["k3"]
    assert (await reserve(store, "c3", asks("k1", "k2"), at=LATER)).keys == {"k1", "k2"}


async def test_a_claim_holds_to_the_last_instant_of_its_lease(store: Store) -> None:
    await reserve(store, "c1", asks("k1"))
    assert not (await reserve(store, "c2", asks("k1"), at=LEASE)).keys
    late = await reserve(store, "c3", asks("k1"), at=LEASE + timedelta(seconds=1))
    assert late.keys == {"k1"}


async def test_a_claim_dated_by_a_wrong_clock_does_not_hold(store: Store) -> None:
    await reserve(store, "c1", asks("k1"), at=NOW + timedelta(days=30))
    assert (await reserve(store, "c2", asks("k1"))).keys == {"k1"}


async def test_a_call_past_its_lease_does_not_end_the_claim_of_its_successor(store: Store) -> None:
    late = await reserve(store, "c1", asks("k1"))
    await reserve(store, "c2", asks("k1"), at=AFTER_LEASE)
    await store.settle(late.call, billed=1, answers=(), now=AFTER_LEASE)
    assert await claimed(store) == ["k1"]
    assert not (await reserve(store, "c3", asks("k1"), at=AFTER_LEASE)).keys


async def test_a_dead_process_keeps_its_parts_and_not_its_questions(store: Store) -> None:
    dead: set[str] = set()
    one = Store(store._writer, process="one", is_gone=dead.__contains__)
    other = Store(store._writer, process="other", is_gone=dead.__contains__)
    await reserve(one, "c1", asks("k1"))
    assert not (await reserve(other, "c2", asks("k1"))).keys
    dead.add("one")
    assert (await other.standing(["k1"], now=NOW)) == Standing()
    assert (await reserve(other, "c3", asks("k1"))).keys == {"k1"}
    assert await state_of(store, "c1") is CallState.RESERVED
    assert await spends(store) == (Spend(reserved=2),) * 2
    await store.tidy(now=AFTER_LEASE)
    assert await state_of(store, "c1") is CallState.UNKNOWN


async def test_what_does_not_fit_the_budget_is_not_claimed(store: Store) -> None:
    with pytest.raises(BudgetExceeded):
        await store.reserve(a_call("c1", 8), Caps(run=7), asks("k1", "k2", limit=4))
    assert await claimed(store) == []


async def test_what_others_ask_needs_no_budget_and_comes_back_before_it_is_short(
    store: Store,
) -> None:
    await reserve(store, "c1", asks("k1"))
    held = await store.reserve(a_call("c2", 1), Caps(run=1), asks("k1"))
    assert held.aside.elsewhere.keys() == {"k1"}
    held = await store.reserve(a_call("c3", 2), Caps(run=1), asks("k1", "k2"))
    assert (held.call.ceiling, held.keys, held.aside.keys) == (0, frozenset(), frozenset({"k1"}))
    with pytest.raises(BudgetExceeded, match="may cost 1 parts, 0 left"):
        await store.reserve(a_call("c4", 1), Caps(run=1), asks("k2"))


async def test_more_keys_than_one_statement_takes_are_looked_for(store: Store) -> None:
    many = [f"k{n:04}" for n in range(1_200)]
    await reserve(store, "c1", asks(*many))
    assert (await store.standing(many, now=NOW)).elsewhere.keys() == set(many)
    assert not (await reserve(store, "c2", asks(*many))).keys
