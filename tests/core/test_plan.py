"""From rows to distinct questions, and what they will cost."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.parts import ASKER, Part

from bulkmatch.core.batch import fill
from bulkmatch.core.judge import Look, next_ask
from bulkmatch.core.normal import maker_key, mpn_identity
from bulkmatch.core.pace import Pace
from bulkmatch.core.plan import Asker, estimate, most, parts_by_default, question
from bulkmatch.model.match import Match
from bulkmatch.model.outcome import Skipped, SkipReason
from bulkmatch.model.query import Ask, AskOptions, MatchQuery
from bulkmatch.model.row import Row
from bulkmatch.model.settings import Limits
from bulkmatch.model.tally import Estimate

US = AskOptions()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (Row("LM358", do_not_populate=True), SkipReason.DO_NOT_POPULATE),
        (Row("", do_not_populate=True), SkipReason.DO_NOT_POPULATE),
        (Row(""), SkipReason.NO_MPN),
        (Row("\u00a0\u200b "), SkipReason.NO_MPN),
        (Row("TBD"), SkipReason.PLACEHOLDER),
        (Row("--"), SkipReason.PLACEHOLDER),
        (Row("a paragraph in the wrong column " * 5), SkipReason.PLACEHOLDER),
    ],
)
def test_a_row_without_a_part_number_asks_nothing(row: Row, reason: SkipReason) -> None:
    told = question(row, US)
    assert isinstance(told, Skipped)
    assert (told.row, told.reason) == (row, reason)


def test_a_row_asks_for_its_number_as_cleaned_and_its_maker() -> None:
    told = question(Row("LM358\u00a0DR\u200b", " Texas  Instruments "), AskOptions("DE", "EUR"))
    assert told == MatchQuery("LM358 DR", "Texas Instruments", AskOptions("DE", "EUR"))


@pytest.mark.parametrize(
    ("row", "query"),
    [
        (
            Row("", sku=" 296-1-ND ", seller="Digi-Key"),
            MatchQuery("", sku="296-1-ND", seller="Digi-Key"),
        ),
        (Row("TBD", "TI", sku="C2040"), MatchQuery("", "TI", sku="C2040")),
        (Row("LM358", sku="C2040", seller="-"), MatchQuery("LM358", sku="C2040")),
        (Row("C2040", "TI"), MatchQuery("C2040", "TI", is_either=True)),
        (
            Row("C2040", sku="N/A", seller="LCSC"),
            MatchQuery("C2040", seller="LCSC", is_either=True),
        ),
    ],
)
def test_a_row_may_ask_by_a_stock_number(row: Row, query: MatchQuery) -> None:
    assert question(row, US) == query


def test_a_row_without_any_number_asks_nothing_whatever_its_seller() -> None:
    told = question(Row("TBD", sku="N/A", seller="LCSC"), US)
    assert isinstance(told, Skipped)
    assert told.reason is SkipReason.PLACEHOLDER


@pytest.mark.parametrize("maker", [None, "", " ", "-", "—", "?"])
def test_a_dash_for_a_maker_asks_for_no_maker(maker: str | None) -> None:
    # Its key is that of a question without a maker, so it must be the same question: asked with
    # the dash it would find nothing, and the others would be told so.
    told = question(Row("LM358", maker), US)
    assert told == MatchQuery("LM358", None, US)


def test_every_part_of_a_question_is_in_its_key() -> None:
    base = MatchQuery("LM358", "TI", US)
    keys = [
        ASKER.ask(base).key,
        ASKER.ask(MatchQuery("LM359", "TI", US)).key,
        ASKER.ask(MatchQuery("LM3.58", "TI", US)).key,
        ASKER.ask(MatchQuery("LM358", "ST", US)).key,
        ASKER.ask(MatchQuery("LM358", None, US)).key,
        ASKER.ask(MatchQuery("LM358T", "I", US)).key,
        ASKER.ask(MatchQuery("LM358", "TI", AskOptions("DE"))).key,
        ASKER.ask(MatchQuery("LM358", "TI", AskOptions(currency="EUR"))).key,
        ASKER.ask(base, start=1).key,
        ASKER.ask(base, limit=2).key,
        ASKER.ask(base, start=1, limit=2).key,
        ASKER.ask(MatchQuery("LM358", "TI", US, is_either=True)).key,
        ASKER.ask(MatchQuery("", "TI", US, sku="LM358")).key,
        ASKER.ask(MatchQuery("", "TI", US, sku="LM358", seller="Mouser")).key,
        Asker("another account").ask(base).key,
    ]
    assert len(set(keys)) == len(keys)


TEXTS = st.text(alphabet="aB1.-,/ \u00a0", max_size=6)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_two_spellings_of_one_question_make_one_key(
    one: str, one_maker: str, other: str, other_maker: str
) -> None:
    same = (mpn_identity(one), maker_key(one_maker)) == (
        mpn_identity(other),
        maker_key(other_maker),
    )
    first = ASKER.ask(MatchQuery(one, one_maker))
    second = ASKER.ask(MatchQuery(other, other_maker))
    assert (first.key == second.key) is same


def test_an_ask_is_what_was_asked_for() -> None:
    query = MatchQuery("LM358", "TI", US)
    ask = ASKER.ask(query, start=1, limit=4)
    assert (ask.query, ask.start, ask.limit) == (query, 1, 4)
    assert ASKER.ask(query).limit == 1


@given(data=st.data(), maker=st.sampled_from([None, "Acme"]), second_look=st.integers(0, 5))
def test_no_question_ever_costs_more_than_it_was_priced_at(
    data: st.DataObject, maker: str | None, second_look: int
) -> None:
    query = MatchQuery("LM358", maker, US)
    looks: list[Look[Part]] = []
    prices: list[int] = []
    billed: list[int] = []
    while ask := next_ask(query, looks, asker=ASKER, second_look=second_look):
        prices.append(most(ask, query, second_look=second_look))
        hits = data.draw(st.integers(0, 8))
        count = data.draw(st.integers(0, max(0, min(ask.limit, hits - ask.start))))
        names = st.sampled_from(["LM358", "LM-358", "LM3.58"])
        makers = st.sampled_from(["Acme", "Bolt"])
        page = tuple(Part(data.draw(names), data.draw(makers)) for _ in range(count))
        looks.append(Look(ask, Match(hits, page)))
        billed.append(count)
        assert len(looks) <= 6
    for at, price in enumerate(prices):
        assert sum(billed[at:]) <= price


LIMITS = st.builds(
    Limits,
    queries_per_request=st.integers(1, 20),
    parts_per_request=st.integers(5, 30),
    requests_per_minute=st.floats(1, 600),
    concurrency=st.integers(1, 8),
)


@given(sizes=st.lists(st.integers(1, 5), max_size=60), limits=LIMITS, second_look=st.integers(0, 5))
def test_no_run_is_faster_or_takes_fewer_requests_than_estimated(
    sizes: list[int], limits: Limits, second_look: int
) -> None:
    asks = [Ask(MatchQuery(f"PN-{n}"), key=str(n), limit=limit) for n, limit in enumerate(sizes)]
    told = estimate(
        [(ask, ask.query) for ask in asks],
        distinct=len(asks),
        unanswered=len(asks),
        lines=len(asks),
        skipped=0,
        limits=limits,
        second_look=second_look,
    )
    assert told.parts_first_look == sum(sizes)
    assert told.parts_at_most == sum(sizes) + second_look * len(sizes)
    requests, waited = 0, 0.0
    pace = Pace(limits.requests_per_minute, burst=limits.concurrency)
    while asks:
        asks = asks[fill(asks, limits=limits) :]
        requests, waited = requests + 1, pace.take(0.0)
    assert told.requests_at_least <= requests
    assert told.seconds_at_least <= waited + 1e-6


def test_an_estimate_counts_lines_skipped_and_found() -> None:
    query = MatchQuery("LM358", "TI")
    dropped = ASKER.ask(MatchQuery("LM358"))
    second = ASKER.ask(query, start=1, limit=3)
    told = estimate(
        [(ASKER.ask(query), query), (dropped, query), (second, query)],
        distinct=7,
        unanswered=3,
        lines=10,
        skipped=2,
        limits=Limits(),
        second_look=4,
    )
    assert (told.lines, told.skipped, told.from_store, told.distinct) == (10, 2, 4, 7)
    assert told.parts_first_look == 1 + 1 + 3
    assert told.parts_at_most == (1 + 4) + 1 + 4  # from the second hit on: four more
    assert (told.requests_at_least, told.seconds_at_least) == (1, 0.0)


def price(asks: list[tuple[Ask, MatchQuery]], *, distinct: int, unanswered: int) -> Estimate:
    """The price of `asks` under the documented limits."""
    return estimate(
        asks,
        distinct=distinct,
        unanswered=unanswered,
        lines=distinct,
        skipped=0,
        limits=Limits(),
        second_look=4,
    )


def test_parts_may_need_more_requests_than_questions_do() -> None:
    queries = [MatchQuery(f"LM{number}") for number in range(26)]
    looks = [(ASKER.ask(query, start=1, limit=4), query) for query in queries]
    told = price(looks, distinct=26, unanswered=26)
    assert (told.parts_first_look, told.requests_at_least) == (104, 2)


def test_a_run_from_the_store_costs_nothing() -> None:
    told = price([], distinct=3, unanswered=0)
    assert (told.parts_at_most, told.requests_at_least, told.seconds_at_least) == (0, 0, 0.0)
    assert told.distinct == 3


def test_ten_thousand_questions_take_a_hundred_requests_and_eighteen_seconds() -> None:
    asks = [(ASKER.ask(MatchQuery(f"PN-{n}")), MatchQuery(f"PN-{n}")) for n in range(10_000)]
    told = price(asks, distinct=10_000, unanswered=10_000)
    assert told.requests_at_least == 100
    assert math.isclose(told.seconds_at_least, (100 - 8) / 5)


@pytest.mark.parametrize(
    ("ask", "asked", "price"),
    [
        (ASKER.ask(MatchQuery("LM358", "TI")), MatchQuery("LM358", "Texas Instruments"), 5),
        (ASKER.ask(MatchQuery("LM358")), MatchQuery("LM358"), 5),
        (ASKER.ask(MatchQuery("LM358")), MatchQuery("LM358", "TI"), 1),
        (ASKER.ask(MatchQuery("LM358R", "TI")), MatchQuery("LM358", "TI"), 1),
        (ASKER.ask(MatchQuery("", sku="1-ND")), MatchQuery("LM358", sku="1-ND"), 1),
        (ASKER.ask(MatchQuery("", sku="1-ND")), MatchQuery("", "TI", sku="1-ND"), 5),
        (ASKER.ask(MatchQuery("LM358"), start=1), MatchQuery("LM358"), 4),
        (ASKER.ask(MatchQuery("LM358"), start=2, limit=3), MatchQuery("LM358"), 3),
    ],
)
def test_what_a_question_may_still_cost(ask: Ask, asked: MatchQuery, price: int) -> None:
    assert most(ask, asked, second_look=4) == price


def test_first_looks_would_have_brought_up_to_three_parts_each() -> None:
    first, many, second, unanswered = (
        ASKER.ask(MatchQuery("A1")),
        ASKER.ask(MatchQuery("A2")),
        ASKER.ask(MatchQuery("A2"), start=1, limit=4),
        ASKER.ask(MatchQuery("A3")),
    )
    part = Part("A1", "Acme")
    matches = {
        first.key: Match(2, (part,)),
        many.key: Match(9, (part,)),
        second.key: Match(9, (part,)),
    }
    assert parts_by_default([first, many, second, unanswered], matches) == 2 + 3
