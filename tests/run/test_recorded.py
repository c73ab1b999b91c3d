"""Real recorded answers through the real transport: right parts, right facts, nothing lost."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.conftest import SHARED
from tests.fakes import FakeApi, aliases_of, settings, world

from bulkmatch import (
    Engine,
    Matched,
    MatchKind,
    Missed,
    Outcome,
    Review,
    ReviewKind,
    SupplyPart,
    authorised_stock,
)
from bulkmatch.core.normal import mpn_key

RECORDED = SHARED / "nexar" / "recorded"
pytestmark = pytest.mark.skipif(not RECORDED.exists(), reason="../shared/nexar/recorded is absent")


@lru_cache
def recorded() -> dict[str, tuple[str | None, dict[str, Any]]]:
    """Every recorded match by its file's name, with the maker that was asked for."""
    found: dict[str, tuple[str | None, dict[str, Any]]] = {}
    for path in sorted(RECORDED.glob("mpn_*.json")):
        told = path.stem.removeprefix("mpn_")
        maker = None if told.startswith("unk_") else told.rpartition("_")[0].replace("_", " ")
        found[path.stem] = (maker, json.loads(path.read_text()))
    return found


class RecordedApi(FakeApi):
    """Answers with the parts of one recording, page by page."""

    def __init__(self, recording: dict[str, Any]) -> None:
        super().__init__()
        self.recording = recording

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What was recorded, under the caller's reference and within its page."""
        told = json.loads(request.content)
        data: dict[str, Any] = {}
        for alias, queries in aliases_of(told["variables"]):
            data[f"b{alias}"] = [self._page(query) for query in queries]
        return httpx.Response(200, json={"data": data})

    def _page(self, query: dict[str, Any]) -> dict[str, Any]:
        parts = self.recording["parts"][query["start"] : query["start"] + query["limit"]]
        self.charged += len(parts)
        return {**self.recording, "reference": query["reference"], "parts": parts}


async def ask(name: str, mpn: str) -> tuple[Outcome[SupplyPart], RecordedApi, Engine[SupplyPart]]:
    maker, recording = recorded()[name]
    api = RecordedApi(recording)
    async with Engine.open(settings(), world=world(api)) as engine:
        outcome = await engine.match(mpn, manufacturer=maker)
    return outcome, api, engine


TAKEN = {
    "mpn_ALPS_SKHHLQA010": "same number, same maker",
    "mpn_AMPHENOL_FCI_10103594-0001LF": "same maker: AMPHENOL FCI is Amphenol ICC / FCI",
    "mpn_Avago_HLMP-K150": "same maker: Avago is Broadcom",
    "mpn_Kemet_C0603C103K5RACTU": "same number, same maker",
    "mpn_Murata_GRM188R61A226ME15D": "same number, same maker",
    "mpn_New_Age_Enclosures_S3A-361413": "same number, same maker",
    "mpn_Panasonic_ERJ3EKF1002V": "same number, same maker",
    "mpn_ST_Microelectronics_SMAJ18A-TR": "same number, same maker",
    "mpn_unk_LM2611BMF_NOPB": "same number, listed so by Texas Instruments alone",
}
LEFT = {
    "mpn_Fairchild_NC7SZ74K8X": ReviewKind.TAKEN_OVER,
    "mpn_unk_MBR1020VL": ReviewKind.AMBIGUOUS,
    "mpn_unk_SN74LS00N": ReviewKind.AMBIGUOUS,
}
NAMES = sorted(recorded()) if RECORDED.exists() else []


@pytest.mark.parametrize("name", NAMES)
async def test_the_first_recorded_part_is_recognised_by_its_own_number(name: str) -> None:
    _, recording = recorded()[name]
    if not recording["parts"]:
        assert isinstance((await ask(name, "SN74LS00N"))[0], Missed)
        return
    first = recording["parts"][0]
    outcome, api, engine = await ask(name, first["mpn"])
    if isinstance(outcome, Review):
        assert outcome.kind is LEFT[name]
        part = outcome.parts[0]
    else:
        assert isinstance(outcome, Matched)
        assert outcome.kind is MatchKind.EXACT
        assert TAKEN[name] in outcome.reason
        part = outcome.part
    assert part.id == first["id"]
    assert api.charged == engine.tally.charged
    check_facts(engine, part, first)


def check_facts(engine: Engine[SupplyPart], part: SupplyPart, raw: dict[str, Any]) -> None:
    """The facts of a part against the bare recording."""
    facts = engine.facts(part)
    offers = [offer for seller in raw["sellers"] for offer in seller["offers"]]
    assert [offer.stock for offer in facts.offers] == [offer["inventoryLevel"] for offer in offers]
    assert sum(len(offer.prices) for offer in facts.offers) == sum(
        len(offer["prices"]) for offer in offers
    )
    specs = {spec["attribute"]["shortname"]: spec["displayValue"] for spec in raw["specs"]}
    told = specs.get("lifecyclestatus", "unknown").split(" (")[0]
    assert facts.lifecycle.value == told
    assert facts.rohs == specs.get("rohs")
    assert authorised_stock(facts) is None  # the recording does not say who is authorised


async def test_a_spelling_without_punctuation_is_a_variant() -> None:
    outcome, _, _ = await ask("mpn_Panasonic_ERJ3EKF1002V", "ERJ3EKF1002V")
    assert isinstance(outcome, Matched)
    assert outcome.kind is MatchKind.VARIANT
    assert outcome.part.mpn == "ERJ-3EKF1002V"


async def test_a_number_of_several_makers_is_left_to_a_person() -> None:
    outcome, api, _ = await ask("mpn_unk_SN74LS00N", "SN74LS00N")
    assert isinstance(outcome, Review)
    assert outcome.kind is ReviewKind.AMBIGUOUS
    assert outcome.hits == 7
    assert api.charged == 1  # five more of seven would settle nothing
    assert all(mpn_key(part.mpn) == mpn_key("SN74LS00N") for part in outcome.parts)


def test_every_recording_is_asked() -> None:
    assert len(NAMES) == len(list(Path(RECORDED).glob("mpn_*.json"))) >= 13
