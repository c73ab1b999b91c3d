"""The account's own counter is booked with what it may not know yet, and with the reason."""

from datetime import datetime, timedelta

from tests.store.calls import MONTH, NOW, a_call, books_of, state_of

from bulkmatch.model.money import CallState, Caps, Spend
from bulkmatch.model.plan import Counter, Resets
from bulkmatch.store import Counted, Store

OLD = NOW - timedelta(days=3)


async def settled(store: Store, name: str, billed: int, *, at: datetime = OLD) -> None:
    await store.reserve(a_call(name, 10, at=at), Caps())
    await store.settle(a_call(name, 10, at=at), billed=billed, answers=(), now=at)


async def lost(store: Store, name: str, ceiling: int, *, at: datetime = OLD) -> None:
    await store.reserve(a_call(name, ceiling, at=at), Caps())
    await store.lose(a_call(name, ceiling, at=at), cause="timed out", now=at)


def book(
    store: Store, counted: int, *, at: datetime = NOW, resets: Resets = Resets.MONTHLY
) -> Counted:
    counter = Counter("app-1", "ours", counted, 2_000, at)
    return books_of(store, now=at).book_counter("acme", counter, resets=resets)


async def test_old_unknown_parts_are_settled_by_the_counter(store: Store) -> None:
    await settled(store, "c1", 5)
    await lost(store, "c2", 10)
    told = book(store, 12)
    assert told.spend == Spend(settled=5, external=7)
    assert (told.reckoning.written_off, told.reckoning.external, told.reckoning.drift) == (10, 7, 0)
    assert await state_of(store, "c2") is CallState.WRITTEN_OFF
    [done] = books_of(store).reconciliations("acme", MONTH)
    assert (done.counted, done.written_off, done.external) == (12, 10, 7)
    assert "10 unknown parts are old enough" in done.reason


async def test_recent_unknown_parts_stay_since_the_counter_may_not_know_of_them(
    store: Store,
) -> None:
    await settled(store, "c1", 5)
    await lost(store, "c2", 10, at=NOW - timedelta(hours=20))
    assert book(store, 5).spend == Spend(settled=5, unknown=10)
    assert await state_of(store, "c2") is CallState.UNKNOWN
    later = book(store, 5, at=NOW + timedelta(days=2))
    assert later.spend == Spend(settled=5)


async def test_a_counter_that_lags_takes_nothing_back(store: Store) -> None:
    await settled(store, "c1", 5, at=NOW - timedelta(hours=3))
    told = book(store, 0)
    assert (told.spend, told.reckoning.drift) == (Spend(settled=5), 0)


async def test_what_others_used_is_external_and_stays_when_the_counter_lags_behind(
    store: Store,
) -> None:
    await settled(store, "c1", 5)
    told = book(store, 25)
    assert (told.spend, told.reckoning.drift) == (Spend(settled=5, external=20), 20)
    await settled(store, "c2", 9, at=NOW)
    told = book(store, 25, at=NOW + timedelta(days=1))
    assert (told.spend, told.reckoning.drift) == (Spend(settled=14, external=20), 0)


async def test_a_late_answer_of_a_call_that_was_written_off_is_not_counted_twice(
    store: Store,
) -> None:
    await lost(store, "c1", 10)
    assert book(store, 4).spend == Spend(external=4)
    await store.settle(a_call("c1", 10, at=OLD), billed=4, answers=(), now=NOW)
    assert books_of(store).month("acme", MONTH) == Spend(settled=4)


async def test_a_limit_for_life_is_of_no_month_so_nothing_is_booked(store: Store) -> None:
    await settled(store, "c1", 5)
    await lost(store, "c2", 10)
    told = book(store, 900, resets=Resets.NEVER)
    assert told.spend == Spend(settled=5, unknown=10)
    assert "for life" in told.reckoning.reason
    assert books_of(store).known_plan("acme").counter == told.counter


async def test_what_a_person_books_is_kept_with_its_reason_too(store: Store) -> None:
    await settled(store, "c1", 5)
    books_of(store).reconcile("acme", MONTH, used=9)
    [done] = books_of(store).reconciliations("acme", MONTH)
    assert (done.counted, done.external, done.reason) == (9, 4, "a person gave the count")
    assert books_of(store).reconciliations("bolt", MONTH) == ()
