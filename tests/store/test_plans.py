"""What is known of plans, in both homes of the store."""

from datetime import timedelta

from tests.store.calls import LATER, NOW, books_of

from bulkmatch.model.plan import Counter, FeatureNote, KnownPlan, LimitMet, Resets
from bulkmatch.store import Store

SPECS = FeatureNote("specs", False, NOW, "Unauthorized to access 'specs'.")
CAD = FeatureNote("cad", True, NOW)
MET = LimitMet(NOW, 100, "You have exceeded your part limit of 100.")


def counter(limit: int = 100, *, counted: int = 0) -> Counter:
    return Counter("app-1", "ours", counted, limit, LATER)


async def test_nothing_is_known_of_an_account_that_nobody_has_asked(store: Store) -> None:
    assert await store.known_plan("acme") == KnownPlan()


async def test_what_was_learnt_is_kept_for_its_account_alone_the_newest_by_feature(
    store: Store,
) -> None:
    await store.note_features("acme", [SPECS, CAD])
    await store.note_features("bolt", [FeatureNote("specs", True, NOW)])
    await store.note_limit("acme", MET)
    assert await store.known_plan("acme") == KnownPlan((CAD, SPECS), MET)
    assert (await store.known_plan("acme")).lacking == {"specs"}
    newer = FeatureNote("specs", True, LATER)
    await store.note_features("acme", [newer])
    await store.note_limit("acme", LimitMet(LATER, None, "enough"))
    known = await store.known_plan("acme")
    assert known == KnownPlan((CAD, newer), LimitMet(LATER, None, "enough"))
    assert books_of(store).known_plan("acme") == known
    assert books_of(store).accounts() == ("acme", "bolt")


async def test_a_limit_can_be_lifted(store: Store) -> None:
    await store.note_limit("acme", MET)
    await store.note_limit("bolt", MET)
    await store.note_limit("acme", None)
    assert (await store.known_plan("acme")).met is None
    assert (await store.known_plan("bolt")).met == MET


async def test_a_larger_limit_on_the_counter_lifts_the_one_that_was_met(store: Store) -> None:
    await store.note_features("acme", [SPECS, CAD])
    await store.note_limit("acme", MET)
    books = books_of(store, now=LATER)
    told = books.book_counter("acme", counter(2_000), resets=Resets.MONTHLY)
    assert told.has_plan_changed
    assert books.known_plan("acme") == KnownPlan((CAD,), None, counter(2_000))


async def test_the_same_limit_on_the_counter_lifts_nothing_whatever_the_count_says(
    store: Store,
) -> None:
    await store.note_features("acme", [SPECS])
    await store.note_limit("acme", MET)
    books = books_of(store, now=LATER)
    told = books.book_counter("acme", counter(100, counted=3), resets=Resets.MONTHLY)
    assert not told.has_plan_changed
    assert books.known_plan("acme") == KnownPlan((SPECS,), MET, counter(100, counted=3))


async def test_a_plan_that_changed_between_two_readings_is_learnt_anew(store: Store) -> None:
    await store.note_features("acme", [SPECS])
    books = books_of(store, now=LATER)
    assert not books.book_counter("acme", counter(100), resets=Resets.NEVER).has_plan_changed
    smaller = Counter("app-1", "ours", 0, 50, LATER + timedelta(days=1))
    assert books.book_counter("acme", smaller, resets=Resets.NEVER).has_plan_changed
    assert books.known_plan("acme") == KnownPlan((), None, smaller)
