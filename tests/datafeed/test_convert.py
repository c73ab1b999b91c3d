"""What is converted passes the check, says the same, and tells what it could not keep."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from bulkmatch.datafeed import Sender, check, convert, folder_target, read_rows, survey
from bulkmatch.errors import FeedError, SettingsError

from .conftest import Write
from .examples import EXAMPLES, HEAD, ladder, text_of

FORMS = ("feed.csv", "feed.tsv", "feed.xlsx")
FULL = HEAD | {
    "quantity": "-4",
    "price-break-1": "1",
    "price-usd-1": "0.450",
    "price-eur-1": "",
    "price-break-2": "100",
    "price-usd-2": "0.35",
    "description": '5" reel, "best"\nof all\t–  µ',
    "attributes": '{"supply_voltage": "3.3 volts"}',
    "datasheet-url-1": "http://example.com/a.pdf",
    "moq": "1",
}


def cells(path: Path) -> list[dict[str, str]]:
    return [dict(row.cells) for row in read_rows(path)]


def convert_one(source: Path, target: Path) -> list[dict[str, str]]:
    convert([source], target)
    assert check(target).error_count == 0, check(target).rules
    return cells(target)


@pytest.mark.parametrize("first", FORMS)
@pytest.mark.parametrize("second", FORMS)
def test_every_form_gives_every_other(first: str, second: str, tmp_path: Path, feed: Write) -> None:
    source = feed(text_of(FULL), "source.csv")
    one, other = tmp_path / f"one-{first}", tmp_path / f"two-{second}"
    assert convert_one(source, one) == convert_one(one, other) == cells(source)


def test_parquet_gives_the_same_rows(tmp_path: Path, feed: Write) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is no requirement of bulkmatch")
    source, parquet = feed(text_of(FULL), "source.csv"), tmp_path / "feed.parquet"
    assert convert_one(source, parquet) == convert_one(parquet, tmp_path / "b.tsv") == cells(source)


def test_without_pyarrow_parquet_is_one_clear_message(
    tmp_path: Path, feed: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(FeedError, match="pip install pyarrow"):
        convert([feed(text_of(FULL))], tmp_path / "out.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["feed.csv"]


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule, (wrong, _) in EXAMPLES.items() for text in wrong]
)
def test_whatever_is_wrong_what_is_written_passes(
    rule: str, text: str, feed: Write, tmp_path: Path
) -> None:
    source, target = feed(text.encode("utf-8", "surrogateescape")), tmp_path / "out.csv"
    try:
        convert([source], target)
    except FeedError:
        assert rule in {"header-first", "field-count", "quoting"}
        assert not target.exists()
        return
    assert check(target).error_count == 0


@pytest.mark.parametrize(
    ("column", "text", "mended"),
    [
        ("quantity", "4,000", "4000"),
        ("quantity", "+5", "5"),
        ("quantity", "12.0", "12"),
        ("quantity", "-7", ""),
        ("moq", "a dozen", ""),
        ("multipack-quantity", "10 yards", "10::yards"),
        ("on-order-eta", "2012/11/1", "2012-11-01"),
        ("on-order-eta", "2012-11-01 00:00:00", "2012-11-01"),
        ("on-order-eta", "11/01/2012", ""),
        ("eligible-region", "UK", "GB"),
        ("image-url", "www.example.com/a", "https://www.example.com/a"),
        ("image-url", "HTTP://example.com/a b", "http://example.com/a%20b"),
        ("image-url", "no url", ""),
        ("category", ">> a >> >> b", "a >> b"),
        ("attributes", '{"a": ["b"], "c": "d"}', '{"c": "d"}'),
        ("attributes", "{'a': 'b'}", ""),
        ("description", "#N/A", ""),
        ("description", "22 \udcb5F", "22 µF"),
    ],
)
def test_a_wrong_cell_is_mended_where_its_meaning_is_plain(
    column: str, text: str, mended: str, feed: Write, tmp_path: Path
) -> None:
    row = HEAD | {column: text}
    source = feed(text_of(row).encode("utf-8", "surrogateescape"))
    done = convert([source], tmp_path / "out.csv")
    (written,) = cells(tmp_path / "out.csv")
    assert written.get(column, "") == mended
    assert done.changed[column] == 1
    assert not done.is_whole


@pytest.mark.parametrize(
    ("price", "mended"),
    [("0,45", "0.45"), ("1,234.50", "1234.50"), ("4.5e-05", "0.000045"), (".5", "0.5"), ("$1", "")],
)
def test_a_price_in_another_currency_s_sign_is_never_taken(
    price: str, mended: str, feed: Write, tmp_path: Path
) -> None:
    convert([feed(ladder(("1", price)))], tmp_path / "out.csv")
    (written,) = cells(tmp_path / "out.csv")
    assert written.get("price-usd-1", "") == mended


def test_what_is_left_out_is_counted(feed: Write, tmp_path: Path) -> None:
    row = HEAD | {"colour": "red"}
    done = convert([feed(text_of(row, row, row | {"mpn": ""}))], tmp_path / "out.csv")
    assert (done.row_count, dict(done.left_out)) == (1, {"repeated": 1, "no mpn": 1})
    assert done.columns_left_out == ("colour",)
    assert any("row 4: left out" in example for example in done.examples)


def test_strict_writes_nothing_when_something_would_be_lost(feed: Write, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("as it was")
    with pytest.raises(FeedError, match="not written"):
        convert([feed(text_of(HEAD | {"moq": "few"}))], target, is_strict=True)
    assert target.read_text() == "as it was"
    assert len(list(tmp_path.iterdir())) == 2


def catalog(feed: Write) -> Path:
    """A catalog as the sandbox reads it: two sellers, and a part that nobody sells."""
    own = {"seller": "Alpha", "authorized": "yes", "broker": "no"}
    rows = [HEAD | own, HEAD | own | {"seller": "Beta"}, HEAD | own | {"mpn": "X", "sku": ""}]
    return feed(text_of(*rows), "catalog.csv")


def test_of_several_sellers_one_is_chosen(feed: Write, tmp_path: Path) -> None:
    source, target = catalog(feed), tmp_path / "out.csv"
    assert survey([source]).sellers == ("Alpha", "Beta")
    with pytest.raises(SettingsError, match="Alpha, Beta"):
        convert([source], target)
    with pytest.raises(SettingsError, match="no offers of 'Gamma'"):
        convert([source], target, seller="Gamma")
    assert convert([source], target, seller="beta").row_count == 1
    assert check(target).error_count == 0
    assert folder_target(tmp_path, "Bêta & Co.", ".csv").name == "bêta-co__offers.csv"


def test_a_manufacturer_s_feed_has_parts_and_no_offers(feed: Write, tmp_path: Path) -> None:
    source, target = catalog(feed), tmp_path / "out.csv"
    done = convert([source], target, sender=Sender.MANUFACTURER)
    assert [row.cells["mpn"] for row in read_rows(target)] == [HEAD["mpn"], "X"]
    assert done.left_out["repeated"] == 1
    assert not any(row.is_offer for row in read_rows(target))


def results(path: Path, lines: Sequence[object]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


OFFER = {
    "sku": "S1",
    "inventoryLevel": -2,
    "packaging": None,
    "moq": None,
    "orderMultiple": 5,
    "factoryLeadDays": 84,
    "clickUrl": "https://example.com/click?t=1",
    "prices": [
        {"quantity": 100, "price": 0.00005, "currency": "USD"},
        {"quantity": 1, "price": 0.45, "currency": "USD"},
        {"quantity": 1, "price": 0.41, "currency": "EUR"},
        {"quantity": 1, "price": 9.99, "currency": "EUR"},
    ],
}
PART = {
    "mpn": "LM358D",
    "manufacturer": {"name": "Texas Instruments"},
    "shortDescription": "Dual op-amp",
    "category": {"name": "Op-Amps", "path": "/semiconductors/linear-ics/op-amps"},
    "specs": [
        {"attribute": {"shortname": "case_package"}, "value": "SOIC", "displayValue": "SOIC-8"},
        {"attribute": {"shortname": "lifecyclestatus"}, "value": "Production"},
        {"attribute": None, "value": "x"},
    ],
    "bestDatasheet": {"url": "https://example.com/lm358.pdf"},
    "sellers": [{"company": {"name": "Alpha"}, "offers": [OFFER]}, {"company": None}],
}
LINE = {"outcome": "matched", "part": PART, "provenance": {"asked_at": "2026-11-20T10:00:00Z"}}
MISSED = {"outcome": "missed", "part": None}


def test_enriched_results_become_a_feed(tmp_path: Path) -> None:
    source = results(tmp_path / "out.jsonl", [LINE, MISSED, LINE])
    done = convert([source], tmp_path / "feed.csv")
    assert (done.row_count, done.left_out["repeated"]) == (1, 1)
    assert check(tmp_path / "feed.csv").error_count == 0
    (row,) = read_rows(tmp_path / "feed.csv")
    told = dict(row.cells)
    assert json.loads(told.pop("attributes")) == {
        "case_package": "SOIC-8",
        "lifecycle_status": {
            "metadata": {"observation_date": "2026-11-20"},
            "value": "Production",
        },
    }
    assert told == {
        "manufacturer": "Texas Instruments",
        "mpn": "LM358D",
        "sku": "S1",
        "distributor-url": "https://example.com/click?t=1",
        "quantity": "-2",
        "price-break-1": "1",
        "price-usd-1": "0.45",
        "price-eur-1": "0.41",
        "price-break-2": "100",
        "price-usd-2": "0.00005",
        "description": "Dual op-amp",
        "category": "semiconductors >> linear ics >> Op-Amps",
        "datasheet-url": "https://example.com/lm358.pdf",
        "order-multiple": "5",
        "factory-lead-days": "84",
    }
    assert row.lifecycle == "PRODUCTION"


@pytest.mark.parametrize("text", ["[1]\n", '{"a": 1}\n', "{\n", "[" * 100_000, "\udcff"])
def test_lines_that_are_none_of_ours_are_refused(text: str, tmp_path: Path) -> None:
    source = tmp_path / "out.jsonl"
    source.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(FeedError):
        convert([source], tmp_path / "feed.csv")


def test_results_of_any_shape_are_read_without_a_crash(tmp_path: Path) -> None:
    shapes: tuple[object, ...] = (
        {}, [], "x", {"sellers": {}, "specs": [1]}, {"sellers": [{"offers": [{"prices": 5}]}]},
        {"mpn": 5, "manufacturer": "x"}, {"sellers": [{"offers": [{"prices": [{"quantity": "²"}]}]}]},
    )  # fmt: skip
    odd = [{"outcome": "matched", "part": part} for part in shapes]
    done = convert([results(tmp_path / "out.jsonl", odd)], tmp_path / "feed.csv")
    assert done.row_count == 0


def test_excel_s_limits_are_told_before_anything_is_lost(feed: Write, tmp_path: Path) -> None:
    source = feed(text_of(HEAD | {"description": "x" * 40_000}))
    with pytest.raises(FeedError, match="32,767 characters"):
        convert([source], tmp_path / "out.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["feed.csv"]
    with pytest.raises(FeedError, match="XLS is read and not written"):
        convert([source], tmp_path / "out.xls")
    with pytest.raises(FeedError, match="cannot be written"):
        convert([source], tmp_path / "absent" / "out.csv")
