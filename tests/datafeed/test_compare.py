"""A feed is compared with answers by stock number; what was not answered says nothing."""

import csv
import json
from pathlib import Path

import pytest

from bulkmatch.datafeed import Change, Coverage, compare, write_questions

from .conftest import Write
from .examples import text_of

ONE = {
    "manufacturer": "TI",
    "mpn": "LM358D",
    "sku": "S1",
    "distributor-url": "http://example.com/s1",
    "quantity": "5",
    "price-break-1": "1",
    "price-usd-1": "0.50",
}


def line(mpn: str, outcome: str, *offers: dict[str, object], seller: str = "Alpha") -> str:
    sellers = [{"company": {"name": seller}, "offers": list(offers)}]
    part = {"mpn": mpn, "manufacturer": {"name": "Texas Instruments"}, "sellers": sellers}
    told = {"row": {"mpn": mpn}, "outcome": outcome, "part": part if outcome == "matched" else None}
    return json.dumps(told) + "\n"


def offer(sku: str, stock: int, **prices: float) -> dict[str, object]:
    ladder = [{"quantity": 1, "price": p, "currency": c.upper()} for c, p in prices.items()]
    return {"sku": sku, "inventoryLevel": stock, "prices": ladder}


def compared(feed: Write, answers: str, *rows: dict[str, str]) -> tuple[list[Change], Coverage]:
    coverage = Coverage()
    results = feed(answers, "answers.jsonl")
    changes = compare(feed(text_of(*rows)), results, seller="alpha", coverage=coverage)
    return list(changes), coverage


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (line("LM358D", "matched", offer("s1", 5, usd=0.5)), []),
        (line("LM358D", "matched", offer("S1", 5, usd=0.5, eur=0.4)), []),
        (line("LM358D", "matched", offer("S1", -4, usd=0.5)), [("stock", "5", "-4 (RFQ)")]),
        (
            line("LM358D", "matched", offer("S1", 5, usd=0.6)),
            [("price", "USD 1: 0.5", "USD 1: 0.6")],
        ),
        (
            line("LM358D", "matched", offer("S1", 5, eur=0.6)),
            [("price", "USD 1: 0.5", "EUR 1: 0.6")],
        ),
        (
            line("LM358D", "matched", offer("S1", 5, usd=0.5), seller="Beta"),
            [("removed", None, None)],
        ),
        (line("LM358D", "missed"), [("removed", None, None)]),
        (line("LM358D", "skipped"), []),
        (line("LM358D", "failed"), []),
        (
            line("LM358D", "matched", offer("S1", 5, usd=0.5), offer("S2", 1)) * 2,
            [("added", None, None)],
        ),
    ],
)
def test_each_difference_is_told(
    answer: str, told: list[tuple[str, str | None, str | None]], feed: Write
) -> None:
    changes, _ = compared(feed, answer, ONE)
    assert [(one.kind, one.old, one.new) for one in changes] == told


def test_what_was_not_answered_is_counted(feed: Write) -> None:
    other = ONE | {"mpn": "LM324N", "sku": "S3"}
    answers = line("LM358D", "matched", offer("S1", 5, usd=0.5)) + line("LM324N", "skipped")
    changes, coverage = compared(feed, answers, ONE, other, ONE | {"sku": "", "mpn": "part"})
    assert changes == []
    assert coverage == Coverage(offer_count=2, unasked_count=1, sellers=("Alpha",))


def test_each_part_is_asked_for_once(feed: Write, tmp_path: Path) -> None:
    rows = [ONE, ONE | {"sku": "S2"}, ONE | {"mpn": "X"}, ONE | {"mpn": "Y", "sku": ""}]
    assert write_questions(feed(text_of(*rows)), tmp_path / "questions.csv") == 2
    with (tmp_path / "questions.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["MPN", "Manufacturer"], ["LM358D", "TI"], ["X", "TI"]]
