"""The API's own list of makers: what is read of it, and what goes wrong."""

import json
from typing import Any

import httpx
import pytest
from tests.fakes import API_URL, TOKEN_URL, FakeApi, refused_token, settings, virtual_clock

from bulkmatch.core.makers import Maker
from bulkmatch.errors import Refused, Unanswered, Unauthorized, WireError
from bulkmatch.wire.maker_list import makers_over
from bulkmatch.wire.transport import open_transport, origin

LIST = [
    {"name": "Texas Instruments", "aliases": ["TI", "", "Burr-Brown"]},
    {"name": "Neutrik", "aliases": None},
    {"name": "", "aliases": ["Nobody"]},
]


class ListingApi(FakeApi):
    """Answers with `body`, whatever is asked."""

    def __init__(self, body: Any, *, refusals: int = 0) -> None:
        super().__init__()
        self.body, self.refusals = body, refusals

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The body; first as many refused tokens as were wanted."""
        self.requests.append(json.loads(request.content))
        if self.refusals:
            self.refusals -= 1
            return refused_token()
        if isinstance(self.body, str):
            return httpx.Response(502, text=self.body)
        return httpx.Response(200, json=self.body)


async def pulled(api: FakeApi) -> tuple[Maker, ...]:
    async with open_transport(
        allowed=frozenset({origin(API_URL), origin(TOKEN_URL)}),
        connections=1,
        give_up_after=5,
        inner=api,
    ) as transport:
        return await makers_over(transport, settings(), clock=virtual_clock)


async def test_makers_are_read_with_their_other_names() -> None:
    api = ListingApi({"data": {"supManufacturers": LIST}})
    makers = (Maker("Texas Instruments", ("TI", "Burr-Brown")), Maker("Neutrik"))
    assert await pulled(api) == makers
    assert api.requests[0]["operationName"] == "ListMakers"
    assert "parts" not in api.requests[0]["query"]


@pytest.mark.parametrize("body", [{"data": {}}, {"data": {"supManufacturers": None}}])
async def test_an_empty_answer_holds_nobody(body: Any) -> None:
    assert await pulled(ListingApi(body)) == ()


async def test_a_refused_token_is_replaced_once() -> None:
    api = ListingApi({"data": {"supManufacturers": LIST}}, refusals=1)
    assert len(await pulled(api)) == 2
    assert api.token_requests == 2
    with pytest.raises(Unauthorized):
        await pulled(ListingApi({}, refusals=2))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("<html>", WireError),
        ({"errors": [{"message": "no such field"}]}, Refused),
        ({"data": {"supManufacturers": [7]}}, Unanswered),
    ],
)
async def test_what_cannot_be_read_is_an_error(body: Any, error: type[WireError]) -> None:
    with pytest.raises(error):
        await pulled(ListingApi(body))
