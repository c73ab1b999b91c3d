"""Answers kept for their retention, in both homes of the store."""

from datetime import timedelta

import sqlalchemy as sa
from tests.store.calls import LATER, NOW, a_call, an_answer, spends

from bulkmatch.model.money import Caps, Spend, StoredAnswer
from bulkmatch.store import Store
from bulkmatch.store.schema import answer

DAY = timedelta(days=1)


async def keep(store: Store, *answers: StoredAnswer, call_id: str = "c1", run: str = "r1") -> None:
    await store.settle(a_call(call_id, run=run), billed=1, answers=answers, now=NOW)


async def kept(store: Store) -> int:
    """How many answers are in the file, fresh or not."""
    counted = sa.select(sa.func.count()).select_from(answer)
    return await store._writer.run(lambda connection: connection.execute(counted).scalar_one())


async def test_an_answer_comes_back_as_it_was_kept(store: Store) -> None:
    text = '{"hits":2,"parts":[{"mpn":"ERJ-3EKF1002V","maker":"Würth\u2009Ω"}]}'.encode()
    told = StoredAnswer("k1", text, NOW, NOW + DAY, frozenset({"specs", "lead_time"}))
    await keep(store, told)
    assert await store.load(["k1", "k2"], now=LATER) == {"k1": told}


async def test_an_answer_serves_until_its_retention_ends_and_not_after(store: Store) -> None:
    await keep(store, an_answer(hours=24))
    just_before = NOW + DAY - timedelta(milliseconds=1)
    assert set(await store.load(["k1"], now=just_before)) == {"k1"}
    assert await store.load(["k1"], now=NOW + DAY) == {}


async def test_stale_answers_are_deleted_and_fresh_ones_stay(store: Store) -> None:
    await keep(store, an_answer("old", hours=1), an_answer("new", hours=48))
    await store.tidy(now=NOW + timedelta(hours=1))
    assert await kept(store) == 1
    assert set(await store.load(["old", "new"], now=LATER)) == {"new"}


async def test_what_was_spent_outlives_the_answers(store: Store) -> None:
    await keep(store, an_answer(hours=1))
    await store.tidy(now=NOW + DAY)
    assert await spends(store) == (Spend(settled=1), Spend(settled=1))


async def test_a_newer_answer_takes_the_place_of_an_older_one(store: Store) -> None:
    await keep(store, an_answer(text=b"old"))
    await keep(store, an_answer(text=b"new", at=LATER), call_id="c2")
    assert (await store.load(["k1"], now=LATER))["k1"].payload == b"new"
    assert await kept(store) == 1


async def test_an_older_answer_that_comes_late_takes_nobodys_place(store: Store) -> None:
    await keep(store, an_answer(text=b"new", at=LATER))
    await keep(store, an_answer(text=b"old", at=NOW), call_id="c2")
    told = (await store.load(["k1"], now=LATER))["k1"]
    assert (told.payload, told.asked_at) == (b"new", LATER)


async def test_a_run_forgets_its_own_answers_and_keeps_its_books(store: Store) -> None:
    await keep(store, an_answer("mine"), call_id="c1", run="r1")
    await keep(store, an_answer("yours"), call_id="c2", run="r2")
    await store.forget_run("r1")
    assert set(await store.load(["mine", "yours"], now=LATER)) == {"yours"}
    assert await store.run_spend("r1") == Spend(settled=1)


async def test_thousands_of_keys_are_looked_up_at_once(store: Store) -> None:
    await keep(store, *(an_answer(f"k{n}") for n in range(0, 2_500, 2)))
    found = await store.load([f"k{n}" for n in range(2_500)], now=LATER)
    assert set(found) == {f"k{n}" for n in range(0, 2_500, 2)}


async def test_nothing_is_found_for_nothing(store: Store) -> None:
    assert await store.load([], now=NOW) == {}


async def test_a_reservation_keeps_no_answer(store: Store) -> None:
    await store.reserve(a_call(), Caps())
    assert await kept(store) == 0


async def test_a_torn_answer_is_as_good_as_none(store: Store) -> None:
    await keep(store, an_answer("torn"), an_answer("whole"))
    tear = sa.update(answer).where(answer.c.key == "torn").values(payload=b"\x78\x01torn")
    await store._writer.run(lambda connection: connection.execute(tear))
    assert set(await store.load(["torn", "whole"], now=LATER)) == {"whole"}
