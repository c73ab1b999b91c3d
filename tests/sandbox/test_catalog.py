"""What a catalog makes of its feeds, and what of it answers a question."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sandbox.api import FEED

from bulkmatch.sandbox.catalog import Catalog
from bulkmatch.sandbox.companies import Alias, Namer, maker_aliases
from bulkmatch.sandbox.loading import load_catalog
from bulkmatch.sandbox.matching import Options, Question, match
from bulkmatch.sandbox.parts import Part
from bulkmatch.sandbox.searching import Search, found_by, found_by_mpn
from bulkmatch.sandbox.spelling import mpn_key, name_key, slug, stable_id


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The small catalog."""
    return load_catalog((FEED,))


def told(parts: list[Part] | tuple[Part, ...]) -> list[str]:
    return [f"{part.mpn} {part.maker.name}" for part in parts]


def test_rows_of_one_maker_and_number_are_one_part_with_several_offers(
    catalog: Catalog,
) -> None:
    part = match(catalog, Question(mpn="SN74LS00N", manufacturer="TI", limit=1)).parts[0]
    assert [(o.seller.name, o.sku, o.inventory_level) for o in part.offers] == [
        ("Alpha", "S-1", 1000),
        ("Beta", "S-2", -2),
        ("Beta", "S-2", 50),
        ("Kappa", "K-9", 7),
    ]
    assert len({offer.id for offer in part.offers}) == 4
    assert [d.text for d in part.descriptions] == ["Quad NAND gate", "Quad NAND gate by Beta"]


def test_an_offer_keeps_what_the_row_says(catalog: Catalog) -> None:
    part = match(catalog, Question(sku="S-1", seller="alpha")).parts[0]
    offer = part.offers[0]
    assert (offer.moq, offer.order_multiple, offer.factory_lead_days) == (1, None, 42)
    assert (offer.factory_pack_quantity, offer.on_order_quantity, offer.multipack_quantity) == (
        25,
        500,
        1,
    )
    assert (offer.eligible_region, offer.packaging) == ("US", "Tube")
    assert part.series == "74LS"
    assert [d.text for d in part.datasheets] == [
        "https://d.example.com/ls00.pdf",
        "https://d.example.com/ls00-2.pdf",
    ]


def test_who_sells_is_authorized_unless_the_row_or_being_a_broker_says_otherwise(
    write_feed: Callable[..., Path],
) -> None:
    file = write_feed(
        "manufacturer,mpn,sku,authorized,broker\nA,X1,S1,,\nA,X2,S2,no,\nA,X3,S3,,yes\nA,X4,S4,yes,yes\n"
    )
    offers = [part.offers[0] for part in load_catalog((file,)).parts()]
    assert [o.is_authorized for o in offers] == [True, False, False, True]


def test_stock_that_the_feed_does_not_tell_is_unknown(write_feed: Callable[..., Path]) -> None:
    (part,) = load_catalog((write_feed("manufacturer,mpn,sku\nA,X1,S1\n"),)).parts()
    assert part.offers[0].inventory_level == -3


def test_total_stock_leaves_out_brokers_and_is_one_when_they_alone_have_any(
    catalog: Catalog,
) -> None:
    totals = {f"{p.mpn} {p.maker.name}": p.total_avail for p in catalog.parts()}
    assert totals["SN74LS00N Texas Instruments"] == 1050
    assert totals["HLMP-K150 Broadcom"] == 1
    assert totals["SN74LS00N Motorola"] == 0


def test_the_lifecycle_observed_last_is_believed(write_feed: Callable[..., Path]) -> None:
    def said(word: str, day: str) -> str:
        dated = f'""metadata"": {{""observation_date"": ""{day}""}}, ' if day else ""
        return f'A,X,"{{""lifecycle_status"": {{{dated}""value"": ""{word}""}}}}"\n'

    rows = said("Active", "2026-01-02") + said("NRND", "2026-03-01") + said("New", "2025-01-01")
    file = write_feed("manufacturer,mpn,attributes\n" + rows + said("Obsolete", ""))
    (part,) = load_catalog((file,)).parts()
    assert part.lifecycle is not None
    assert part.lifecycle.status == "NRND"


def test_ids_are_the_same_in_every_run_and_do_not_hang_on_other_rows(
    catalog: Catalog, write_feed: Callable[..., Path]
) -> None:
    again = load_catalog((write_feed("manufacturer,mpn\nTexas Instruments,SN74LS00N\n"),))
    (part,) = again.parts()
    assert catalog.part(part.id) is not None
    assert part.id == "437786556142893"
    assert catalog.part("1") is None


def test_the_digest_changes_with_the_file(write_feed: Callable[..., Path]) -> None:
    first = load_catalog((write_feed("manufacturer,mpn\nA,X\n"),)).digest
    assert load_catalog((write_feed("manufacturer,mpn\nA,X\n", "other.csv"),)).digest == first
    assert load_catalog((write_feed("manufacturer,mpn\nA,Y\n"),)).digest != first


MATCHES = {
    "the exact spelling comes first": (
        Question(mpn="C0603C103K5RACTU"),
        ["C0603C103K5RACTU KEMET", "C0603C103K5RAC-TU KEMET"],
    ),
    "and so does the other one": (
        Question(mpn="C0603C103K5RAC-TU"),
        ["C0603C103K5RAC-TU KEMET", "C0603C103K5RACTU KEMET"],
    ),
    "case and punctuation do not count": (Question(mpn=" nc7sz-74k8x "), ["NC7SZ74K8X onsemi"]),
    "a lost dot makes parts equal": (
        Question(mpn="1.5SMC68CA"),
        ["1.5SMC68CA Littelfuse", "1.5SMC6.8CA Littelfuse"],
    ),
    "a beginning is no match": (Question(mpn="SN74LS00"), []),
    "nothing is no match": (Question(mpn="--"), []),
    "no number is no match": (Question(manufacturer="TI"), []),
    "several makers": (
        Question(mpn="SN74LS00N"),
        ["SN74LS00N Texas Instruments", "SN74LS00N Motorola"],
    ),
    "one maker by its alias": (
        Question(mpn="SN74LS00N", manufacturer="ti"),
        ["SN74LS00N Texas Instruments"],
    ),
    "a maker that was taken over": (
        Question(mpn="NC7SZ74K8X", manufacturer="ON Semiconductor"),
        ["NC7SZ74K8X onsemi"],
    ),
    "a misspelt maker": (Question(mpn="SN74LS00N", manufacturer="Texas Instrumentos"), []),
    "an alias of two": (
        Question(mpn="SKHHLQA010", manufacturer="ALPS"),
        ["SKHHLQA010 ALPSALPINE", "SKHHLQA010 ALPS"],
    ),
    "the younger name of the two": (
        Question(mpn="SKHHLQA010", manufacturer="Alps Alpine"),
        ["SKHHLQA010 ALPSALPINE"],
    ),
    "a stock number of a seller": (
        Question(sku="k-9", seller="Kappa"),
        ["SN74LS00N Texas Instruments"],
    ),
    "of another seller": (Question(sku="K-9", seller="Alpha"), []),
    "of an unknown seller": (Question(sku="K-9", seller="Omega"), []),
    "number and stock number together": (Question(mpn="SN74LS00N", sku="S-3"), []),
    "number at a seller": (
        Question(mpn="SN74LS00N", seller="Beta"),
        ["SN74LS00N Texas Instruments"],
    ),
    "either: a part number": (Question(mpn_or_sku="nc7sz74k8x"), ["NC7SZ74K8X onsemi"]),
    "either: a stock number": (Question(mpn_or_sku="K-1"), ["HLMP-K150 Broadcom"]),
}


@pytest.mark.parametrize("case", MATCHES)
def test_a_question_is_matched(case: str, catalog: Catalog) -> None:
    question, wanted = MATCHES[case]
    found = match(catalog, question)
    assert told(found.parts) == wanted
    assert found.hits == len(wanted)


def test_start_and_limit_turn_pages_of_the_same_hits(catalog: Catalog) -> None:
    whole = match(catalog, Question(mpn="SN74LS00N"))
    second = match(catalog, Question(mpn="SN74LS00N", start=1, limit=1))
    beyond = match(catalog, Question(mpn="SN74LS00N", start=2))
    none = match(catalog, Question(mpn="SN74LS00N", limit=0))
    assert (second.hits, second.parts) == (2, whole.parts[1:])
    assert [(f.hits, f.parts) for f in (beyond, none)] == [(2, ()), (2, ())]


def test_options_want_an_authorized_seller_or_stock(catalog: Catalog) -> None:
    def hits(mpn: str, **options: bool) -> int:
        return match(catalog, Question(mpn=mpn), Options(**options)).hits

    assert hits("SN74LS00N", require_authorized_sellers=True) == 1
    assert hits("HLMP-K150", require_authorized_sellers=True) == 0
    assert hits("HLMP-K150", require_stock_available=True) == 1
    assert hits("1.5SMC68CA", require_stock_available=True) == 1
    assert hits("NC7SZ74K8X", require_stock_available=True) == 0


def test_a_search_by_number_takes_the_beginning_and_puts_the_whole_first(
    catalog: Catalog,
) -> None:
    def by_mpn(q: str) -> list[Part]:
        return found_by_mpn(Search(q, 0, 10), catalog)[1]

    assert told(by_mpn("C0603C103K5RACTU"))[0] == "C0603C103K5RACTU KEMET"
    assert len(by_mpn("c0603")) == 2
    assert by_mpn("0603") == []
    assert by_mpn("-") == []


def test_a_search_wants_every_word_somewhere(catalog: Catalog) -> None:
    assert told(found_by(Search("texas NAND", 0, 10), catalog)[1]) == [
        "SN74LS00N Texas Instruments"
    ]
    assert found_by(Search("texas suppressor", 0, 10), catalog) == (0, [])


TEXT = st.text(max_size=12)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=6))
def test_every_spelling_of_a_name_leads_to_the_one_company(pairs: list[tuple[str, str]]) -> None:
    namer = Namer("maker", [Alias(alias, maker, "merged") for alias, maker in pairs])
    ids = {name: namer.id_of(name) for pair in pairs for name in pair}
    assert {namer.id_of(name.swapcase().swapcase()) for name in ids} <= set(ids.values()) | {
        namer.id_of(name) for name in ids
    }
    book = namer.book()
    for name, company_id in ids.items():
        if name_key(name):
            assert company_id in book.named(name)


def test_the_alias_table_is_sound() -> None:
    aliases = maker_aliases()
    merged = [name_key(alias.name) for alias in aliases if alias.listing == "merged"]
    assert len(merged) == len(set(merged))
    assert {alias.listing for alias in aliases} == {"merged", "apart"}
    assert not {name_key(alias.maker) for alias in aliases} & set(merged)


def test_keys_slugs_and_ids_are_plain() -> None:
    assert mpn_key("1.5SMC6.8CA") == mpn_key("1-5smc68ca") == "15smc68ca"
    assert name_key("Würth Elektronik") == name_key("WURTH-ELEKTRONIK")
    assert (slug("Amphenol ICC / FCI"), slug("日本")) == ("amphenol-icc-fci", "unnamed")
    assert stable_id("a", "bc") != stable_id("ab", "c")
    assert stable_id("a").isdigit()


def test_whatever_holds_state_says_so(catalog: Catalog) -> None:
    assert repr(catalog) == f"Catalog(10 parts, {catalog.digest})"
    assert repr(catalog.sellers) == "CompanyBook(3 companies)"
    assert repr(Namer("maker")) == "Namer(maker, 0 seen)"
