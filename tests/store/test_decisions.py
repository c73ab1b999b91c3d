"""What people have decided, in both homes of the store."""

from dataclasses import replace

from tests.store.calls import LATER, NOW, a_call, an_answer, books_of

from bulkmatch.model.decision import Action, Decision, Subject
from bulkmatch.model.money import Caps
from bulkmatch.store import Store

PART = Decision(
    Subject("lm358d", "texasinstruments"),
    Action.PART,
    "LM358D",
    "Texas Instruments",
    "ann",
    NOW,
    mpn="LM358DR",
    manufacturer="Texas Instruments",
    part_id="4711",
    note="same die, µ-reel; 'quoted'",
)
IGNORED = Decision(Subject("sku:c2040"), Action.IGNORE, "C2040", None, "bob", LATER)


async def test_nobody_has_decided_anything_at_first(store: Store) -> None:
    assert await store.decisions("acme") == ()


async def test_decisions_are_kept_whole_for_their_account_alone(store: Store) -> None:
    await store.decide("acme", [IGNORED, PART])
    await store.decide("bolt", [replace(PART, decided_by="eve")])
    assert await store.decisions("acme") == (PART, IGNORED)
    assert books_of(store).decisions("acme") == (PART, IGNORED)
    assert [one.decided_by for one in await store.decisions("bolt")] == ["eve"]
    assert books_of(store).accounts() == ("acme", "bolt")


async def test_a_later_decision_takes_the_place_of_the_one_about_the_same_question(
    store: Store,
) -> None:
    await store.decide("acme", [PART])
    later = replace(
        PART, action=Action.IGNORE, decided_at=LATER, mpn=None, part_id=None, decided_by="bob"
    )
    books_of(store).decide("acme", [later])
    assert await store.decisions("acme") == (later,)


async def test_what_is_forgotten_is_gone_and_counted(store: Store) -> None:
    await store.decide("acme", [PART, IGNORED])
    await store.decide("bolt", [PART])
    assert await store.forget_decisions("acme", [PART.subject, Subject("nobody")]) == 1
    assert await store.decisions("acme") == (IGNORED,)
    assert books_of(store).forget_decisions("acme", [IGNORED.subject]) == 1
    assert await store.decisions("acme") == ()
    assert await store.decisions("bolt") == (PART,)


async def test_decisions_outlive_the_answers_that_they_were_made_from(store: Store) -> None:
    call = a_call()
    await store.reserve(call, Caps())
    await store.settle(call, billed=1, answers=[an_answer(hours=0.01)], now=NOW)
    await store.decide("acme", [PART])
    await store.tidy(now=LATER)
    await store.forget_run("r1")
    assert await store.load(["k1"], now=NOW) == {}
    assert await store.decisions("acme") == (PART,)
