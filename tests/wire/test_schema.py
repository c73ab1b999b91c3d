"""What a changed live schema means for our documents, shown on doctored copies of the pinned one."""

import pytest
from graphql import build_schema, graphql_sync, parse

from bulkmatch.errors import SettingsError, WireError
from bulkmatch.wire.schema import (
    SchemaReport,
    check,
    documents,
    introspection_query,
    left_out,
    pinned_schema,
    sdl_from_introspection,
)

PINNED = pinned_schema()


def doctored(*changes: tuple[str, str]) -> str:
    live = PINNED
    for old, new in changes:
        assert live.count(old) == 1, old
        live = live.replace(old, new)
    return live


def report(*changes: tuple[str, str]) -> SchemaReport:
    return check(documents(), pinned=PINNED, live=doctored(*changes))


def places(findings: tuple[object, ...]) -> set[str]:
    return {str(finding).split(": ")[0] for finding in findings}


def test_the_pinned_schema_against_itself_has_nothing_to_tell() -> None:
    assert report() == SchemaReport(breaks=(), dangerous=(), news=())
    assert not report().is_broken


def test_a_removed_field_that_we_ask_for_breaks_each_document_that_asks() -> None:
    found = report(("genericMpn: String!", "bareMpn: String!"))
    assert found.is_broken
    assert places(found.breaks) == {"MatchFull", "MatchSupply", "SupPart.genericMpn"}
    assert any("Cannot query field 'genericMpn'" in str(finding) for finding in found.breaks)


def test_a_removed_field_that_we_do_not_ask_for_is_told_as_dangerous_alone() -> None:
    found = report(("  isVerified: Boolean!\n", ""))
    assert not found.is_broken
    assert places(found.dangerous) == {"SupCompany.isVerified"}
    assert "none of our documents uses it" in str(found.dangerous[0])


def test_a_field_that_may_be_null_now_breaks() -> None:
    found = report(('  hits: Int!\n  "The hits', '  hits: Int\n  "The hits'))
    assert places(found.breaks) == {"SupPartMatch.hits"}
    assert "changed type from Int! to Int" in str(found.breaks[0])


def test_an_argument_that_must_be_given_now_breaks() -> None:
    found = report(("    options: SupPartMatchOptions\n", "    options: SupPartMatchOptions!\n"))
    assert places(found.breaks) == {
        "MatchFull",
        "MatchSupply",
        "Query.supMultiMatch(options:)",
    }


def test_a_new_argument_that_must_be_given_breaks_and_one_that_need_not_is_news() -> None:
    field = "    queries: [SupPartMatchQuery!]!\n"
    must = report((field, field + "    region: String!\n"))
    may = report((field, field + "    region: String\n"))
    assert places(must.breaks) == {"MatchFull", "MatchSupply", "Query.supMultiMatch"}
    assert (may.breaks, may.dangerous) == ((), ())
    assert places(may.news) == {"Query.supMultiMatch(region:)"}


def test_a_new_input_field_that_must_be_given_breaks() -> None:
    found = report(
        ("  reference: String\n}\n\ninput", "  reference: String\n  site: ID!\n}\n\ninput")
    )
    assert places(found.breaks) == {"SupPartMatchQuery"}


def test_an_argument_that_older_servers_lack_breaks_nothing_as_no_document_names_it() -> None:
    sentence = "servers before 2025-06-24 do not know this argument."
    (line,) = (line for line in PINNED.splitlines() if sentence in line)
    argument = f"{line}\n    rankingMethod: SupSearchRankingMethod! = DEFAULT\n"
    found = report((argument, ""))
    assert not found.is_broken
    assert places(found.dangerous) == {"Query.supMultiMatch(rankingMethod:)"}


def test_a_renamed_enum_that_no_document_uses_is_dangerous_alone() -> None:
    live = PINNED.replace("SupSortDirection", "SupSortOrder")
    found = check(documents(), pinned=PINNED, live=live)
    assert not found.is_broken
    assert "SupSortDirection" in places(found.dangerous)


def test_a_renamed_enum_breaks_a_document_that_uses_it() -> None:
    live = PINNED.replace("SupSortDirection", "SupSortOrder")
    own = {"Own": "query Own($d: SupSortDirection) { supSearch(sortDir: $d) { hits } }"}
    found = check(own, pinned=PINNED, live=live)
    assert {"Own", "SupSortDirection"} <= places(found.breaks)


def test_a_value_gone_from_an_enum_breaks_a_document_that_takes_it() -> None:
    live = doctored(('  "What parts are used for."\n  Application\n', ""))
    own = {"Own": "query Own($r: SupCategoryRoot!) { supCategories(root: $r) { id } }"}
    assert places(check(own, pinned=PINNED, live=live).breaks) == {"SupCategoryRoot.Application"}
    assert check(documents(), pinned=PINNED, live=live).breaks == ()


def test_a_default_that_moves_is_dangerous() -> None:
    found = report(("limit: Int! = 3", "limit: Int! = 5"))
    assert [str(finding) for finding in found.dangerous] == [
        "SupPartMatchQuery.limit: default was 3, is 5"
    ]
    found = report(("    includeBrokers: Boolean! = false", "    includeBrokers: Boolean! = true"))
    assert places(found.dangerous) == {"SupPart.sellers(includeBrokers:)"}


def test_new_fields_and_values_are_news_with_the_types_they_lead_to() -> None:
    live = doctored(
        ("  slug: String!\n  isVerified", "  duns: SupDuns\n  slug: String!\n  isVerified")
    )
    live = live.replace("  SUPPLY\n", "  SUPPLY\n  PRICE\n") + "type SupDuns { number: ID! }"
    found = check(documents(), pinned=PINNED, live=live)
    assert {str(finding) for finding in found.news} == {
        "SupCompany.duns: new field, SupDuns (a type new to us)",
        "SupSearchRankingMethod.PRICE: new value",
    }
    known = frozenset({"SupCompany.duns"})
    rest = check(documents(), pinned=PINNED, live=live, left_out=known).news
    assert places(rest) == {"SupSearchRankingMethod.PRICE"}


def test_of_new_roots_only_those_of_the_supply_side_are_news() -> None:
    roots = "type Query {\n  supNew: Int\n  desNew: Int\n"
    found = report(("type Query {\n", roots))
    assert places(found.news) == {"Query.supNew"}


def test_what_is_left_out_on_purpose_is_a_list_of_places() -> None:
    assert "SupPart.v3uid" in left_out()
    assert not [place for place in left_out() if place.count(".") != 1]


def test_a_text_that_is_no_schema_is_an_error_that_says_which() -> None:
    with pytest.raises(SettingsError, match="the live schema is no schema"):
        check(documents(), pinned=PINNED, live="<html>")
    with pytest.raises(SettingsError, match="the pinned schema is no schema"):
        check(documents(), pinned="type {", live=PINNED)


def introspected(sdl: str) -> dict[str, object]:
    answer = graphql_sync(build_schema(sdl), introspection_query())
    assert answer.errors is None
    return dict(answer.formatted)


def test_introspection_gives_the_same_schema_sorted_and_the_same_text_each_time() -> None:
    sdl = sdl_from_introspection(introspected(PINNED))
    assert sdl.endswith("}\n")
    assert sdl == sdl_from_introspection(introspected(sdl))
    assert check(documents(), pinned=PINNED, live=sdl) == SchemaReport((), (), ())
    names = [line.split()[1] for line in sdl.splitlines() if line.startswith("type ")]
    assert names == sorted(names)


def test_introspection_keeps_what_codegen_needs_defaults_and_descriptions() -> None:
    sdl = sdl_from_introspection(introspected(PINNED))
    assert "limit: Int! = 3" in sdl
    assert "A part of one maker" in sdl


def test_the_data_alone_does_as_well_as_the_whole_answer() -> None:
    whole = introspected(PINNED)
    inner = whole["data"]
    assert isinstance(inner, dict)
    assert sdl_from_introspection(inner) == sdl_from_introspection(whole)


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"data": None, "errors": [{"message": "introspection is not allowed"}]},
        {"data": {"__schema": None}},
        {"data": {"__schema": {}}},
        {"data": {"__schema": {"queryType": {"name": "Q"}, "types": [{"kind": "WHAT"}]}}},
        {"data": ["__schema"]},
    ],
    ids=str,
)
def test_an_answer_without_a_schema_is_a_wire_error(payload: dict[str, object]) -> None:
    with pytest.raises(WireError, match=r"introspection"):
        sdl_from_introspection(payload)


def test_the_introspection_document_asks_for_nothing_that_older_servers_lack() -> None:
    parse(introspection_query())
    assert "specifiedByURL" not in introspection_query()
    assert "includeDeprecated: true" in introspection_query()
