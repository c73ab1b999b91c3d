"""Lines that break any request they are in: found for few requests, their neighbours kept.

Requests and charged parts are the fake API's own counts.
"""

import json
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from math import ceil, log2

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from tests.fakes import TOKEN_URL, FakeApi, FakePart, settings, world

from bulkmatch import Engine, Failed, Limits, Matched, Outcome, Row, Spend, SupplyPart

PARTS = tuple(FakePart(f"PN-{n}") for n in range(100))
BAD_VALUE = 'Variable "$queries_0" got invalid value 7 at "[0].mpn"; String cannot represent it'
CRASH = "Unexpected Execution Error"
Breaking = Callable[[httpx.Response], httpx.Response]


async def _breaking_off(content: bytes) -> AsyncGenerator[bytes, None]:
    yield content[: len(content) // 2]
    raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


async def _as_it_is(content: bytes) -> AsyncGenerator[bytes, None]:
    yield content


async def _without_end() -> AsyncGenerator[bytes, None]:
    for _ in range(257):
        yield bytes(1024 * 1024)


# What becomes of a request with a bad line in it, from the answer that the API would have given.
KINDS: dict[str, Breaking] = {
    "500 with GraphQL": lambda _: httpx.Response(500, json={"errors": [{"message": CRASH}]}),
    "500 with HTML": lambda _: httpx.Response(500, text="<html>oops</html>"),
    "data null": lambda _: httpx.Response(
        200, json={"data": None, "errors": [{"message": CRASH, "path": ["b0"]}]}
    ),
    "cut short": lambda good: httpx.Response(200, content=good.content[:-40]),
    "broken off": lambda good: httpx.Response(200, content=_breaking_off(good.content)),
    "refused value": lambda _: httpx.Response(400, json={"errors": [{"message": BAD_VALUE}]}),
    "other types": lambda _: httpx.Response(200, json={"data": [1]}),
    "a list": lambda _: httpx.Response(200, json=[]),
    "nothing of anybody": lambda _: httpx.Response(200, json={"data": {"b0": []}}),
}
FREE = {"refused value"}


@dataclass
class PoisonedApi(FakeApi):
    """Charges for what it is asked, then breaks the answer when a bad line is in the request.

    The first `passing` requests are broken whatever is in them. `sent` counts all requests.
    """

    breaking: Breaking = KINDS["500 with HTML"]
    bad: frozenset[int] = frozenset()
    passing: int = 0
    is_free: bool = False
    sent: int = field(default=0)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The API's own answer, or a broken one."""
        self.sent += 1
        before = self.charged
        good = super().answer(request)
        is_bad = any(f'"PN-{n}"'.encode() in request.content for n in self.bad)
        if not is_bad and self.passing == 0:
            return good
        self.passing = max(0, self.passing - 1)
        if self.is_free:
            self.charged = before
        return self.breaking(good)


class Ran:
    """What a run of `count` lines in one batch came to."""

    def __init__(self, api: PoisonedApi, outcomes: list[Outcome[SupplyPart]], spend: Spend):
        self.extra, self.spend = api.sent - 1, spend
        self.failed = {o.row.line: o.cause for o in outcomes if isinstance(o, Failed)}
        self.matched = {o.row.line for o in outcomes if isinstance(o, Matched)}
        for outcome in outcomes:
            if isinstance(outcome, Matched):
                assert outcome.part.mpn == outcome.row.mpn


async def run(api: PoisonedApi, count: int) -> Ran:
    limits = Limits(requests_per_minute=60_000, concurrency=1)
    async with Engine.open(settings(limits=limits), world=world(api)) as engine:
        rows = [Row(f"PN-{n}", "Acme", line=n) for n in range(count)]
        outcomes = [outcome async for outcome in engine.enrich(rows)]
        spend = await engine.budget.run()
    assert [outcome.row.line for outcome in outcomes] == list(range(count))
    assert spend.used >= api.charged
    return Ran(api, outcomes, spend)


def api_for(kind: str, *bad: int, passing: int = 0) -> PoisonedApi:
    is_free = kind in FREE
    return PoisonedApi(
        PARTS, breaking=KINDS[kind], bad=frozenset(bad), passing=passing, is_free=is_free
    )


@pytest.mark.parametrize("kind", KINDS)
@examples(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
async def test_bad_lines_fail_alone_and_within_the_bound(kind: str, data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 100), label="lines")
    many = min(count - 1, data.draw(st.sampled_from([1, 2, 3, 5]), label="of them bad"))
    places = st.sets(st.integers(0, count - 1), min_size=many, max_size=many)
    bad = data.draw(places, label="bad")
    ran = await run(api_for(kind, *bad), count)
    assert ran.failed.keys() == bad
    assert ran.matched == set(range(count)) - bad
    assert ran.extra <= many * 2 * ceil(log2(count))
    assert ran.spend.settled == count - many
    if kind in FREE:
        assert ran.spend.unknown == 0


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - FREE))
@pytest.mark.parametrize("place", [0, 37, 99])
async def test_one_bad_line_stakes_twice_the_parts_of_its_batch_at_most(
    kind: str, place: int
) -> None:
    ran = await run(api_for(kind, place), 100)
    assert ran.failed.keys() == {place}
    assert ran.spend.unknown <= 202


@pytest.mark.parametrize("kind", KINDS)
async def test_a_passing_failure_costs_three_requests_and_stakes_its_batch_once(kind: str) -> None:
    ran = await run(api_for(kind, passing=1), 100)
    assert not ran.failed
    assert ran.extra <= (3 if kind not in FREE else 8)
    assert ran.spend == Spend(settled=100, unknown=0 if kind in FREE else 100)


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - FREE))
async def test_failures_in_a_row_cost_one_part_each_and_no_line(kind: str) -> None:
    ran = await run(api_for(kind, passing=4), 100)
    assert not ran.failed
    assert ran.spend == Spend(settled=100, unknown=103)


UNREAD: dict[str, tuple[Breaking, str]] = {
    "too large": (lambda _: httpx.Response(200, content=_without_end()), "larger than"),
    "not what it says": (
        lambda _: httpx.Response(
            200, headers={"content-encoding": "gzip"}, content=_as_it_is(b"no gzip")
        ),
        "broke off",
    ),
}


# Trio warns of httpx's own generators, which nobody can close from outside.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", UNREAD)
async def test_an_answer_that_is_not_read_to_its_end_is_searched_too(kind: str) -> None:
    breaking, told = UNREAD[kind]
    ran = await run(PoisonedApi(PARTS, breaking=breaking, bad=frozenset({2})), 4)
    assert ran.failed.keys() == {2}
    assert told in str(ran.failed[2])
    assert ran.extra <= 4


async def test_each_bad_line_fails_by_its_own_cause() -> None:
    class Talking(PoisonedApi):
        def answer(self, request: httpx.Request) -> httpx.Response:
            asked = [n for n in (3, 8) if f'"PN-{n}"'.encode() in request.content]
            good = super().answer(request)
            if not asked:
                return good
            return httpx.Response(500, json={"errors": [{"message": f"crash on {asked}"}]})

    ran = await run(Talking(PARTS), 12)
    assert {line: str(cause) for line, cause in ran.failed.items()} == {
        3: "the API failed with 500: crash on [3]",
        8: "the API failed with 500: crash on [8]",
    }


def alias_broken(api: FakeApi, good: httpx.Response, bad: set[str]) -> httpx.Response:
    """Each alias with a bad line is null, the others are served."""
    asked = api.requests[-1]["variables"]
    told = json.loads(good.content)
    errors: list[dict[str, object]] = []
    for name in told["data"]:
        queries = asked[f"queries_{name.removeprefix('b')}"]
        if bad & {query["mpn"] for query in queries}:
            told["data"][name] = None
            errors.append({"message": CRASH, "path": [name]})
    return httpx.Response(200, json={**told, "errors": errors} if errors else told)


@pytest.mark.parametrize("bad", [{3}, {3, 40}, {3, 40, 77}, {3, 4, 40, 41, 77, 78}], ids=str)
async def test_bad_lines_under_several_aliases_take_nobody_along(bad: set[int]) -> None:
    class Halfway(PoisonedApi):
        def answer(self, request: httpx.Request) -> httpx.Response:
            return alias_broken(self, super().answer(request), {f"PN-{n}" for n in bad})

    api = Halfway(PARTS)
    limits = Limits(requests_per_minute=60_000, concurrency=1, queries_per_alias=9)
    async with Engine.open(settings(limits=limits), world=world(api)) as engine:
        outcomes = [o async for o in engine.enrich([Row(f"PN-{n}", line=n) for n in range(100)])]
        spend = await engine.budget.run()
    failed = {o.row.line for o in outcomes if isinstance(o, Failed)}
    assert failed == bad
    assert sum(isinstance(o, Matched) for o in outcomes) == 100 - len(bad)
    assert api.sent - 1 <= len(bad) * 14
    assert spend.used >= api.charged


async def test_an_unknown_number_beside_a_bad_line_is_missed_and_does_not_fail() -> None:
    class Doubtful(PoisonedApi):
        def answer(self, request: httpx.Request) -> httpx.Response:
            good = super().answer(request)
            if b'"PN-13"' not in request.content:
                return good
            return httpx.Response(
                200, json={**json.loads(good.content), "errors": [{"message": CRASH}]}
            )

    known = tuple(part for part in PARTS if part.mpn not in {"PN-13", "PN-20", "PN-21"})
    api = Doubtful(known)
    limits = Limits(requests_per_minute=60_000, concurrency=1)
    async with Engine.open(settings(limits=limits), world=world(api)) as engine:
        rows = [Row(f"PN-{n}", line=n) for n in range(30)]
        outcomes = [o async for o in engine.enrich(rows)]
    names = {type(o).__name__: o.row.line for o in outcomes if not isinstance(o, Matched)}
    assert [o.row.line for o in outcomes if isinstance(o, Failed)] == [13]
    assert names.keys() == {"Failed", "Missed"}
    assert api.charged == 27


async def test_an_outage_of_crashes_stakes_a_batch_once_and_then_single_parts() -> None:
    api = api_for("500 with HTML", passing=10_000)
    ran = await run(api, 100)
    assert ran.spend.unknown == 100 + ran.extra
    assert TOKEN_URL not in str(ran.failed)
