"""How lines are asked for, seen from the wire: what is sent, what it costs, and what is judged."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.fakes import FakeApi, FakePart, aliases_of, settings, world

from bulkmatch import (
    Engine,
    Matched,
    MatchKind,
    Missed,
    Outcome,
    Review,
    ReviewKind,
    Row,
    SupplyPart,
)
from bulkmatch.core.makers import Maker
from bulkmatch.store import PulledMakers, save_makers

KEMET = "KEMET"
SPELLINGS = (
    FakePart("C0603C103K5RACTU", KEMET),
    FakePart("C0603C103K5RAC-TU", KEMET),
    FakePart("C0603C103K5RAC TU", KEMET),
)


class ShopApi(FakeApi):
    """Knows one part by its stock number at one seller."""

    def match(self, query: dict[str, Any]) -> dict[str, Any]:
        """The part for its stock number; anything else as the fake API has it."""
        wanted = query.get("sku") or query.get("mpnOrSku")
        if wanted != "568-BRT-L" or query.get("seller") not in (None, "Mouser"):
            return super().match(query)
        self.charged += 1
        offers = [{"id": "1", "sku": "568-BRT-L", "prices": []}]
        seller = {"company": {"id": "2401", "name": "Mouser"}, "offers": offers}
        part = {**FakePart("BRT-L", "Neutrik").to_json(), "sellers": [seller]}
        return {"reference": query["reference"], "hits": 1, "error": None, "parts": [part]}


async def ended(api: FakeApi, *rows: Row, **changes: Any) -> list[Outcome[SupplyPart]]:
    """The outcomes of rows, one after the other."""
    async with Engine.open(settings(**changes), world=world(api)) as engine:
        found = [
            await engine.match(
                row.mpn, manufacturer=row.manufacturer, sku=row.sku, seller=row.seller
            )
            for row in rows
        ]
        assert engine.tally.charged == api.charged
    return found


def queries(api: FakeApi) -> list[dict[str, Any]]:
    """All queries that were sent, without page and reference."""
    told = [
        query
        for sent in api.requests
        for _, asked in aliases_of(sent["variables"])
        for query in asked
    ]
    return [
        {
            name: value
            for name, value in query.items()
            if name not in ("reference", "start", "limit")
        }
        for query in told
    ]


async def test_two_names_of_one_maker_are_one_question_and_are_paid_once() -> None:
    api = FakeApi([FakePart("LM358D", "Texas Instruments")])
    rows = [Row("LM358D", name) for name in ("TI", "Texas Instruments", "TEXAS INSTRUMENTS INC.")]
    outcomes = await ended(api, *rows)
    assert all(isinstance(outcome, Matched) for outcome in outcomes)
    assert api.charged == 1
    assert queries(api) == [{"mpn": "LM358D", "manufacturer": "Texas Instruments"}]


async def test_a_name_of_ours_that_the_api_does_not_know_is_backed_by_the_one_written() -> None:
    api = FakeApi([FakePart("CDR-1", "CUI Devices")])
    (outcome,) = await ended(api, Row("CDR-1", "CUI Devices"))
    assert isinstance(outcome, Matched)
    assert [query["manufacturer"] for query in queries(api)] == ["Same Sky", "CUI Devices"]
    assert api.charged == 1


async def test_what_was_taken_over_is_found_at_the_successor_and_left_to_a_person() -> None:
    api = FakeApi([FakePart("ATMEGA328P-AU", "Microchip")])
    (outcome,) = await ended(api, Row("ATMEGA328P-AU", "Atmel Corp."))
    assert isinstance(outcome, Review)
    assert outcome.kind is ReviewKind.TAKEN_OVER
    assert "Atmel went to Microchip in 2016" in outcome.reason
    assert api.charged == 1


async def test_other_packaging_is_found_for_one_part_and_left_to_a_person() -> None:
    api = FakeApi([FakePart("LM358DR", "Texas Instruments")])
    (outcome,) = await ended(api, Row("LM358D", "TI"))
    assert isinstance(outcome, Review)
    assert outcome.kind is ReviewKind.PACKAGING
    assert api.charged == 1


async def test_without_second_looks_a_miss_is_not_followed_by_guesses() -> None:
    api = FakeApi([FakePart("LM358DR", "Texas Instruments")])
    (outcome,) = await ended(api, Row("LM358D", "TI"), second_look=0)
    assert isinstance(outcome, Missed)
    assert (api.charged, len(queries(api))) == (0, 3)


async def test_a_miss_stays_one_when_the_budget_is_too_short_to_guess() -> None:
    api = FakeApi([FakePart("LM358DR", "Texas Instruments"), FakePart("X-1", "Acme")])
    async with Engine.open(settings(budget=1), world=world(api)) as engine:
        missed = await engine.match("LM358DQ", manufacturer="TI")
        assert isinstance(missed, Missed)


async def test_a_stock_number_is_asked_with_its_seller() -> None:
    api = ShopApi()
    (outcome,) = await ended(api, Row("", sku="568-BRT-L", seller="Mouser"))
    assert isinstance(outcome, Matched)
    assert outcome.kind is MatchKind.STOCK_NUMBER
    assert queries(api) == [{"sku": "568-BRT-L", "seller": "Mouser"}]


async def test_a_seller_by_another_name_is_left_out_the_second_time() -> None:
    api = ShopApi()
    (outcome,) = await ended(api, Row("", sku="568-BRT-L", seller="Mouser Electronics"))
    assert isinstance(outcome, Matched)
    assert [query.get("seller") for query in queries(api)] == ["Mouser Electronics", None]
    assert api.charged == 1


async def test_a_cell_that_could_be_either_asks_for_both_at_once() -> None:
    api = ShopApi()
    (outcome,) = await ended(api, Row("568-BRT-L", "Neutrik"))
    assert isinstance(outcome, Matched)
    assert queries(api) == [{"mpnOrSku": "568-BRT-L", "manufacturer": "Neutrik"}]


async def test_look_alike_letters_are_sent_as_latin_ones_and_said_to_be() -> None:
    api = FakeApi([FakePart("ERJ-3EKF1002V", "Panasonic")])
    (outcome,) = await ended(api, Row("ЕRЈ-3ЕКF1002V", "Panasonic"))
    assert isinstance(outcome, Matched)
    assert "look-alike letters replaced" in outcome.reason
    assert queries(api)[0]["mpn"] == "ERJ-3EKF1002V"


async def test_an_alias_of_the_api_alone_is_looked_at_further_and_left_to_a_person() -> None:
    class Resolving(FakeApi):
        """Takes `Alps Works` for two makers."""

        def match(self, query: dict[str, Any]) -> dict[str, Any]:
            known = {key: value for key, value in query.items() if key != "manufacturer"}
            return super().match(known)

    api = Resolving([FakePart("SKHHLQA010", "Acme"), FakePart("SKHHLQA010", "Bolt")])
    (outcome,) = await ended(api, Row("SKHHLQA010", "Alps Works"))
    assert isinstance(outcome, Review)
    assert outcome.kind is ReviewKind.AMBIGUOUS
    assert len(outcome.parts) == api.charged == 2
    one = Resolving([FakePart("SKHHLQA010", "Acme")])
    (outcome,) = await ended(one, Row("SKHHLQA010", "Alps Works"))
    assert isinstance(outcome, Review)
    assert outcome.kind is ReviewKind.MAKER_ALIAS


async def test_rows_that_spell_one_number_differently_share_their_pages() -> None:
    api = FakeApi(SPELLINGS)
    rows = [Row("c0603c103k5rac-tu"), Row("C0603C103K5RAC TU"), Row("C0603C103K5RAC-TU")]
    outcomes = await ended(api, *rows)
    assert [type(outcome) for outcome in outcomes] == [Review, Matched, Matched]
    assert api.charged == 3, "each part once"


async def test_what_is_saved_counts_against_the_default_limit() -> None:
    api = FakeApi([*SPELLINGS, FakePart("LM358", "Acme")])
    async with Engine.open(settings(), world=world(api)) as engine:
        await engine.match("C0603C103K5RACTU", manufacturer=KEMET)
        await engine.match("LM358", manufacturer="Acme")
        assert (engine.tally.charged, engine.tally.by_default, engine.tally.saved) == (2, 4, 2)


@pytest.mark.parametrize("seconds", [0, 100_000])
async def test_the_pulled_list_is_used_while_it_may_be_kept(tmp_path: Path, seconds: float) -> None:
    path = tmp_path / "makers.json"
    pulled_at = datetime.fromtimestamp(world(FakeApi()).clock() - seconds, UTC)
    asked = settings(maker_list=path)
    save_makers(path, PulledMakers(pulled_at, asked.api_url, (Maker("Zeta Works", ("Zeta",)),)))
    api = FakeApi([FakePart("Z-1", "Zeta Works")])
    (outcome,) = await ended(api, Row("Z-1", "Zeta"), maker_list=path)
    assert isinstance(outcome, Review if seconds else Matched)
    assert path.exists() is (seconds == 0)


async def test_the_price_covers_every_way_that_questions_may_part() -> None:
    """`TI` and `Texas Instruments` begin as one question, and go on as two."""
    rows = [Row("LM358D", "TI"), Row("LM358D", "Texas Instruments")]
    parts = [FakePart("LM358D", "TI"), FakePart("LM-358D", "TI"), FakePart("LM358D", "Bolt")]
    api = FakeApi(parts)
    async with Engine.open(settings(), world=world(api)) as engine:
        price = await engine.estimate(rows)
        assert (price.distinct, price.parts_first_look) == (1, 1)
        for row in rows:
            await engine.match(row.mpn, manufacturer=row.manufacturer)
        assert api.charged <= price.parts_at_most
