"""How answers travel: schema, content types, compression, names of requests."""

import gzip

import pytest
from graphql import build_client_schema, build_schema, get_introspection_query, print_schema
from tests.sandbox.api import MATCH, Api

from bulkmatch.sandbox.schema_file import schema_text


async def test_introspection_gives_the_pinned_schema(api: Api) -> None:
    response = await api.post(get_introspection_query())
    told = build_client_schema(response.json()["data"])
    assert print_schema(told) == print_schema(build_schema(schema_text()))


async def test_the_schema_and_a_word_of_what_this_is_are_open_to_all(api: Api) -> None:
    sdl = await api.send("GET", "/graphql?sdl")
    about = await api.send("GET", "/graphql")
    assert sdl.text == schema_text()
    assert "simulation" in about.text


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        (
            "application/graphql-response+json, application/json",
            "application/graphql-response+json",
        ),
    ],
)
async def test_the_content_type_is_what_the_client_accepts(
    accept: str, kind: str, api: Api
) -> None:
    headers = {**await api.headers(), "Accept": accept}
    response = await api.post("{ __typename }", headers=headers)
    assert response.headers["content-type"] == f"{kind}; charset=utf-8"
    assert response.json()["data"] == {"__typename": "Query"}


async def test_big_answers_are_compressed_for_who_accepts_that(api: Api) -> None:
    headers = {**await api.headers(), "Accept-Encoding": "gzip"}
    response = await api.post("{ supAttributes { id name shortname group } }", headers=headers)
    assert response.headers["content-encoding"] == "gzip"
    assert len(gzip.compress(response.content)) < len(response.content)


async def test_every_answer_names_its_request(api: Api) -> None:
    answers = [
        await api.post("{ __typename }"),
        await api.post("{ nope }"),
        await api.post("{ __typename }", headers={}),
        await api.post(MATCH, {"queries": [{"limit": 101}]}),
    ]
    assert len({a.json()["extensions"]["requestId"] for a in answers}) == 4
