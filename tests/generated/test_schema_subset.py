"""Our schema lies within the live interface, name by name, nullability and defaults included."""

from pathlib import Path

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, build_schema

from bulkmatch.wire.schema import check, differences, documents, left_out

ROOT = Path(__file__).resolve().parents[2]
OURS = (ROOT / "schema.graphql").read_text()
LIVE = ROOT.parent / "shared" / "nexar" / "schema.graphql"

ROOTS = (
    "supAttributes",
    "supManufacturers",
    "supSellers",
    "supCategories",
    "supParts",
    "supPartOffers",
    "supSuggest",
    "supSearch",
    "supSearchMpn",
    "supMultiMatch",
    "admOrganizations",
)


@pytest.fixture
def live() -> str:
    if not LIVE.exists():
        pytest.skip(f"the live interface is not at {LIVE}")
    return LIVE.read_text()


def test_our_schema_lies_within_the_live_interface(live: str) -> None:
    assert differences(OURS, live) == []


def test_every_supply_root_of_ours_has_all_its_arguments(live: str) -> None:
    ours, theirs = build_schema(OURS).query_type, build_schema(live, assume_valid=True).query_type
    assert ours is not None
    assert theirs is not None
    assert set(ours.fields) == set(ROOTS)
    for name in ROOTS:
        assert set(ours.fields[name].args) == set(theirs.fields[name].args)


def test_no_input_of_ours_lacks_a_field_and_nothing_of_ours_is_deprecated(live: str) -> None:
    theirs = build_schema(live, assume_valid=True).type_map
    for name, own in build_schema(OURS).type_map.items():
        other = theirs[name] if not name.startswith("__") else own
        if isinstance(own, GraphQLInputObjectType):
            assert isinstance(other, GraphQLInputObjectType)
            assert set(own.fields) == set(other.fields)
        if isinstance(own, GraphQLObjectType) and isinstance(other, GraphQLObjectType):
            assert not [f for f in own.fields if other.fields[f].deprecation_reason]


def test_against_the_interface_that_we_pinned_nothing_breaks_and_nothing_is_news(live: str) -> None:
    report = check(documents(), pinned=OURS, live=live, left_out=left_out())
    assert (report.breaks, report.dangerous, report.news) == ((), (), ())


@pytest.mark.parametrize(
    ("ours", "live", "told"),
    [
        (
            'hits: Int!\n  "The hits',
            'hits: Int\n  "The hits',
            "SupPartMatch.hits: is Int!, live Int",
        ),
        (
            '  "What went wrong with this query; never seen set."\n  error: String\n',
            "",
            "SupPartMatch.error: not in the live schema",
        ),
        ("limit: Int! = 3", "limit: Int! = 5", "SupPartMatchQuery.limit: has default 3, live 5"),
        ("limit: Int! = 3", "limit: Int!", "SupPartMatchQuery.limit: has default 3, live none"),
        ("filters: Map\n}", "filters: Map = null\n}", "has default none, live null"),
        (
            '  "What parts are used for."\n  Application\n',
            "",
            "SupCategoryRoot.Application: not in the live schema",
        ),
        ("includeBrokers: Boolean! = false", "includeBrokers: Boolean! = true", "live true"),
        ("partNumbersOnly: Boolean", "", "supSuggest(partNumbersOnly:): not in the live schema"),
        (
            "enum SupSortDirection {\n  asc\n  desc\n}",
            "scalar SupSortDirection",
            "is enum, live scalar",
        ),
    ],
)
def test_a_difference_of_any_kind_is_told(ours: str, live: str, told: str) -> None:
    assert OURS.count(ours) == 1
    found = differences(OURS, OURS.replace(ours, live))
    assert len(found) == 1
    assert told in found[0]


def test_a_type_that_the_live_interface_lacks_is_told() -> None:
    assert "SupExtra: not in the live schema" in differences(
        OURS + "type SupExtra { a: Int }", OURS
    )
    assert differences(OURS, OURS + "type SupExtra { a: Int }") == []
