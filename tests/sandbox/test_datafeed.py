"""Feeds are read as the format says; what is wrong is told with file and line."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.conftest import SHARED

from bulkmatch.errors import FeedError
from bulkmatch.sandbox.datafeed import is_supported, read_feed
from bulkmatch.sandbox.lifecycle import lifecycle_from_word
from bulkmatch.sandbox.loading import load_catalog, seller_from_file
from bulkmatch.sandbox.specs import attribute_named, attributes_of, spec_from_text
from bulkmatch.sandbox.spelling import mpn_key

Write = Callable[..., Path]
CATALOG = SHARED / "catalog"
REAL_FEEDS = sorted(CATALOG.rglob("*__*.csv"))


def test_a_price_ladder_keeps_its_currencies_apart_and_is_sorted_by_quantity(
    write_feed: Write,
) -> None:
    file = write_feed(
        "manufacturer,mpn,price-break-1,price-usd-1,price-eur-1,price-break-2,price-usd-2\n"
        "Maker,X1,100,0.30,0.28,1,0.5\n"
    )
    (line,) = read_feed(file)
    assert [(p.quantity, p.price, p.currency) for p in line.prices()] == [
        (1, Decimal("0.5"), "USD"),
        (100, Decimal("0.28"), "EUR"),
        (100, Decimal("0.30"), "USD"),
    ]


def test_quoted_cells_may_hold_commas_quotes_and_lines(write_feed: Write) -> None:
    file = write_feed('manufacturer,mpn,description\n"A, Inc.",X1,"5"" screen,\nwide"\n\nB,X2,\n')
    first, second = read_feed(file)
    assert first.cells == {
        "manufacturer": "A, Inc.",
        "mpn": "X1",
        "description": '5" screen,\nwide',
    }
    assert (first.line, second.line) == (2, 5)


def test_a_tab_separated_file_is_read_by_its_suffix(write_feed: Write) -> None:
    (line,) = read_feed(write_feed("manufacturer\tmpn\nA, B\tX1\n", "some.tsv"))
    assert line.cells["manufacturer"] == "A, B"


def test_the_mark_at_the_start_of_a_file_is_no_part_of_the_header(write_feed: Write) -> None:
    (line,) = read_feed(write_feed("\ufeffManufacturer,MPN\nA,X1\n"))
    assert line.cells["mpn"] == "X1"


@pytest.mark.parametrize(
    ("header", "is_known"),
    [
        ("datasheet-url-12", True),
        ("price-gbp-3", True),
        ("price-break-3", True),
        ("price-break-reference", True),
        ("seller", True),
        ("distributor-url-x", False),
        ("prices-usd-1", False),
        ("nonsense-url-1", False),
    ],
)
def test_headers_are_those_of_the_format_and_our_three(header: str, is_known: bool) -> None:
    assert is_supported(header) is is_known


HEAD = "manufacturer,mpn,sku,quantity,price-break-1,price-usd-1,attributes,authorized,moq\n"
WRONG = {
    "an empty file": ("", 1, "'manufacturer' is missing"),
    "no mpn column": ("manufacturer,sku\n", 1, "'mpn' is missing"),
    "a misspelt header": ("manufacturer,mpn,quantty\n", 1, "unsupported header 'quantty'"),
    "a header twice": ("manufacturer,mpn,mpn\n", 1, "'mpn' stands twice"),
    "a field too few": (HEAD + "A,X,S\n", 2, "wants 9 fields as in the header, has 3"),
    "no maker": (HEAD + ",X,S,,,,,,\n", 2, "manufacturer is empty"),
    "a word for a number": (HEAD + "A,X,S,many,,,,,\n", 2, "quantity wants a number, was 'many'"),
    "no finite number": (HEAD + "A,X,S,NaN,,,,,\n", 2, "quantity wants a number, was 'NaN'"),
    "half a piece": (HEAD + "A,X,S,1.5,,,,,\n", 2, "quantity wants a whole number, was '1.5'"),
    "an unknown code": (HEAD + "A,X,S,-5,,,,,\n", 2, "codes -1 to -4, was -5"),
    "a price without break": (HEAD + "A,X,S,1,,0.5,,,\n", 2, "price-break-1 is empty"),
    "a price in words": (HEAD + "A,X,S,1,1,$0.5,,,\n", 2, "price-usd-1 wants a number"),
    "broken JSON": (HEAD + "A,X,S,1,,,{no},,\n", 2, "attributes must be JSON"),
    "a JSON list": (HEAD + "A,X,S,1,,,[],,\n", 2, "attributes must be a JSON dictionary"),
    "maybe": (HEAD + "A,X,S,1,,,,maybe,\n", 2, "authorized wants yes or no, was 'maybe'"),
    "a second line": (HEAD + "A,X,S,1,,,,yes,\n\nA,Y,S,1,,,,,x\n", 4, "moq wants a number"),
    "a stray quote": (HEAD + '"A"b,X,S,1,,,,,\n', 2, "cannot be parsed"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_feed_is_refused_with_file_and_line(case: str, write_feed: Write) -> None:
    text, line, message = WRONG[case]
    file = write_feed(text)
    with pytest.raises(FeedError) as caught:
        load_catalog((file,))
    assert message in str(caught.value)
    assert (caught.value.file, caught.value.line) == (file, line)


def test_an_observation_date_must_be_a_date(write_feed: Write) -> None:
    attributes = '{""lifecycle_status"": {""metadata"": {""observation_date"": ""May""}, ""value"": ""New""}}'
    file = write_feed(f'manufacturer,mpn,attributes\nA,X,"{attributes}"\n')
    with pytest.raises(FeedError, match=r"line 2: observation_date wants YYYY-MM-DD, was 'May'"):
        load_catalog((file,))


def test_files_that_are_no_text_or_not_there_or_of_another_kind_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "feed.csv"
    file.write_bytes(b"manufacturer,mpn\nA,\xff\n")
    for path, message in (
        (file, "must be UTF-8 text"),
        (tmp_path / "absent.csv", "cannot be read"),
        (tmp_path / "feed.xlsx", r"wants a \.csv or \.tsv file, was \.xlsx"),
    ):
        with pytest.raises(FeedError, match=message):
            load_catalog((path,))


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("PRODUCTION", "Production"),
        ("Active", "Production"),
        ("Not For New Designs", "NRND"),
        ("Not Recommended for New Designs", "NRND"),
        ("Last Time Buy", "EOL"),
        ("End of Life", "EOL"),
        ("OBSOLETE", "Obsolete"),
        ("New Product", "New"),
        ("Discontinued at Digi-Key", None),
        ("whatever", None),
    ],
)
def test_a_feeds_word_becomes_one_of_the_five(word: str, status: str | None) -> None:
    assert lifecycle_from_word(word).status == status


@pytest.mark.parametrize(
    ("observed_on", "shown"),
    [
        (None, "EOL"),
        (date(2026, 11, 20), "EOL (Last Updated: today)"),
        (date(2026, 12, 1), "EOL (Last Updated: today)"),
        (date(2026, 11, 19), "EOL (Last Updated: 1 day ago)"),
        (date(2026, 11, 18), "EOL (Last Updated: 2 days ago)"),
        (date(2026, 9, 1), "EOL (Last Updated: 2 months ago)"),
        (date(2025, 9, 1), "EOL (Last Updated: 1 year ago)"),
    ],
)
def test_a_lifecycle_is_shown_with_its_age(observed_on: date | None, shown: str) -> None:
    life = lifecycle_from_word("Last Time Buy", observed_on)
    assert life.shown("EOL", date(2026, 11, 20)) == shown


@pytest.mark.parametrize(
    ("text", "value", "si_value", "units_name"),
    [
        ("4.7 kOhm", "4.7", "4700", "Ohms"),
        ("10 nF", "10", "0.00000001", "Farads"),
        ("3.3V", "3.3", "3.3", "Volts"),
        ("100 MHz", "100", "100000000", "Hertz"),
        ("5 mm", "5", "0.005", "Meters"),
        ("14", "14", "14", ""),
        ("1 %", "1 %", "", ""),
        ("X7R", "X7R", "", ""),
        ("-18V~-1V", "-18V~-1V", "", ""),
    ],
)
def test_a_number_with_a_unit_is_taken_apart(
    text: str, value: str, si_value: str, units_name: str
) -> None:
    spec = spec_from_text(attribute_named("something"), text)
    assert (spec.display_value, spec.value, spec.si_value) == (text, value, si_value)
    assert spec.units_name == units_name


def test_an_attribute_is_the_apis_own_where_it_has_one() -> None:
    known = {
        name: attribute_named(name).id for name in ("rohs_compliant", "number_of_pins", "package")
    }
    assert known == {"rohs_compliant": "610", "number_of_pins": "329", "package": "842"}
    assert attribute_named("flux_capacitance").name == "Flux capacitance"
    assert attribute_named("flux_capacitance") == attribute_named("flux_capacitance")


def test_attribute_lists_and_empty_values_are_understood(write_feed: Write) -> None:
    attributes = '{""Interface"": [""I2C"", ""SPI""], ""color"": """", ""pins"": 8, ""range"": {}}'
    (line,) = read_feed(write_feed(f'manufacturer,mpn,attributes\nA,X,"{attributes}"\n'))
    said = attributes_of(line)
    assert [(s.attribute.shortname, s.value) for s in said.specs] == [
        ("interface", "I2C, SPI"),
        ("pins", "8"),
    ]
    assert (said.lifecycle, said.series) == (None, None)


def test_a_seller_without_column_is_named_by_the_file(write_feed: Write) -> None:
    file = write_feed("manufacturer,mpn,sku\nA,X,S\n", "arrow-electronics__2026.csv")
    assert [seller.name for seller in load_catalog((file,)).sellers] == ["Arrow Electronics"]
    assert seller_from_file(Path("stock.tsv")) == "Stock"


@pytest.mark.skipif(not REAL_FEEDS, reason="../shared/catalog is absent")
@pytest.mark.parametrize("file", REAL_FEEDS, ids=lambda file: file.name)
def test_a_real_feed_loads_with_every_pair_it_names(file: Path) -> None:
    lines = list(read_feed(file))
    catalog = load_catalog((file,))
    assert lines
    assert catalog.part_count <= len(lines)
    for line in lines:
        makers = catalog.makers.named(line.cells["manufacturer"])
        alike = catalog.with_mpn(mpn_key(line.cells["mpn"]))
        spelt = [part for part in alike if part.mpn == line.cells["mpn"]]
        assert any(part.maker.id in makers for part in spelt), line
    offers = sum(len(part.offers) for part in catalog.parts())
    assert offers == sum(line.text("sku") is not None for line in lines)
