"""The packaged sample catalog and the sample BOM are what they say, and belong together."""

import csv
import runpy
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bulkmatch.sandbox.behaviours import behaviours
from bulkmatch.sandbox.catalog import Catalog
from bulkmatch.sandbox.loading import load_catalog
from bulkmatch.sandbox.matching import Question, match

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
CATALOG = Path("engine/bulkmatch/sandbox/sample_catalog.csv")


@pytest.fixture(scope="module")
def sample() -> Catalog:
    """The packaged catalog."""
    return load_catalog()


@pytest.fixture(scope="module")
def bom() -> list[dict[str, str]]:
    """The lines of the sample BOM."""
    with (EXAMPLES / "weather-station.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """A copy of the examples beside an empty package, for scripts to write into."""
    (tmp_path / CATALOG).parent.mkdir(parents=True)
    return Path(shutil.copytree(EXAMPLES, tmp_path / "examples"))


def run(script: Path) -> None:
    runpy.run_path(str(script), run_name="__main__")


def test_there_are_at_least_500_parts_of_many_makers(sample: Catalog) -> None:
    assert sample.part_count >= 500
    assert len(list(sample.makers)) >= 50


def test_all_sellers_say_that_they_are_synthetic(sample: Catalog) -> None:
    names = [seller.name for seller in sample.sellers]
    assert len(names) >= 5
    assert all(name.endswith("(synthetic)") for name in names)
    offers = [offer for part in sample.parts() for offer in part.offers]
    assert any(offer.is_broker for offer in offers)
    assert any(not offer.is_authorized and not offer.is_broker for offer in offers)
    assert all(".example." in offer.url for offer in offers)


def test_stock_codes_and_both_currencies_occur(sample: Catalog) -> None:
    offers = [offer for part in sample.parts() for offer in part.offers]
    assert {-2, -3, -4} <= {offer.inventory_level for offer in offers}
    assert {"USD", "EUR"} == {price.currency for offer in offers for price in offer.prices}
    assert any(not offer.prices for offer in offers)


def test_every_lifecycle_occurs_and_so_do_parts_without(sample: Catalog) -> None:
    seen = Counter(part.lifecycle and part.lifecycle.status for part in sample.parts())
    assert set(seen) == {"New", "Production", "NRND", "EOL", "Obsolete", None}
    assert seen["Obsolete"] >= 20
    assert all(part.lifecycle is None or part.lifecycle.status for part in sample.parts())
    assert any(not part.offers for part in sample.parts())


@pytest.mark.parametrize(
    ("mpn", "hits"),
    [("2N7002", 2), ("C0603C103K5RACTU", 2), ("1.5SMC68CA", 2), ("LM2611BMF/NOPB", 2)],
)
def test_ambiguous_numbers_are_there_to_practise_with(mpn: str, hits: int, sample: Catalog) -> None:
    found = match(sample, Question(mpn=mpn))
    assert (found.hits, found.parts[0].mpn) == (hits, mpn)


# What the sample BOM is there to show: item, hits, why.
SPECIAL = {
    "7": (1, "an obsolete part"),
    "8": (0, "a misspelt maker"),
    "19": (0, "an unknown part"),
    "21": (2, "several makers, none named"),
    "24": (2, "a number that differs by its dot alone"),
    "29": (1, "a spelling variant"),
    "43": (2, "two listings of one number"),
    "47": (1, "a spelling variant"),
    "49": (0, "a placeholder"),
    "52": (0, "no number"),
}


def test_every_part_of_the_sample_bom_is_in_the_catalog_but_for_those_meant_to_fail(
    sample: Catalog, bom: list[dict[str, str]]
) -> None:
    assert len(bom) >= 40
    for line in bom:
        found = match(sample, Question(mpn=line["MPN"], manufacturer=line["Manufacturer"]))
        hits, _ = SPECIAL.get(line["Item"], (1, ""))
        assert found.hits == hits, line
        if hits and line["Item"] not in ("29", "47"):
            assert found.parts[0].mpn == line["MPN"], line


def test_the_sample_bom_shows_what_it_is_there_to_show(
    sample: Catalog, bom: list[dict[str, str]]
) -> None:
    lines = {line["Item"]: line for line in bom}
    lost = match(sample, Question(mpn=lines["7"]["MPN"])).parts[0].lifecycle
    assert lost is not None
    assert lost.status == "Obsolete"
    assert match(sample, Question(mpn=lines["8"]["MPN"])).hits == 1
    assert lines["49"]["MPN"] == "TBD"
    assert sum(line["DNP"] == "DNP" for line in bom) >= 4
    alternates = [line for line in bom if line["Note"] == "alternate"]
    assert len(alternates) >= 4
    for line in alternates:
        assert not line["Quantity"]
        assert any(o["Designator"] == line["Designator"] and o["Quantity"] for o in bom)


def test_the_workbook_holds_the_same_bom_under_a_title_block(bom: list[dict[str, str]]) -> None:
    book = openpyxl.load_workbook(EXAMPLES / "weather-station.xlsx")
    rows: list[tuple[Any, ...]] = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[2] == tuple(bom[0])
    shown = [tuple("" if cell is None else str(cell) for cell in row) for row in rows[3:]]
    assert shown == [tuple(line.values()) for line in bom]
    mpns = [row[rows[2].index("MPN")] for row in rows[3:]]
    assert all(isinstance(mpn, str) for mpn in mpns if mpn is not None)


def test_the_scripts_write_what_is_committed(examples: Path) -> None:
    run(examples / "make_sample_catalog.py")
    run(examples / "make_weather_station.py")
    assert (examples.parent / CATALOG).read_bytes() == (ROOT / CATALOG).read_bytes()
    workbook = "weather-station.xlsx"
    assert (examples / workbook).read_bytes() == (EXAMPLES / workbook).read_bytes()


def test_every_behaviour_has_a_status_and_a_source() -> None:
    texts = [behaviour.text for behaviour in behaviours()]
    assert len(texts) == len(set(texts))
    assert {b.status for b in behaviours()} == {"documented", "observed", "assumed", "ours"}
    assert all(b.topic and b.source for b in behaviours())
