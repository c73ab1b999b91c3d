"""A model of the API that keeps the true count of charged parts, call by call, and misbehaves."""

import json
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import anyio
import httpx
from tests.fakes import TOKEN_URL, FakeApi, aliases_of, part_limit_error, refused_token
from tests.simulation.desk import Desk
from tests.simulation.disk import SimulatedDisk
from tests.simulation.faults import CERTAIN, Fault, Weather
from tests.simulation.mangle import EMPTY_BESIDE, MANGLERS, PLAN
from tests.simulation.story import Story
from tests.simulation.watch import Watch

from bulkmatch.core.normal import maker_key, mpn_identity

Query = dict[str, Any]
Question = tuple[str, str, int, int]
_AGES = 1_000.0
_RETRY_AFTER = ("3", "0", "-5", "1e9", "nan", "Wed, 21 Oct 2099 07:28:00 GMT", "abc")
_UNTOUCHED = {
    Fault.HTML: httpx.Response(200, text="<html>"),
    Fault.THROTTLED: httpx.Response(429, text="slow"),
    Fault.BAD_GATEWAY: httpx.Response(502, text="bad"),
    Fault.UNAVAILABLE: httpx.Response(503),
}


def question_of(query: Query) -> Question:
    """What a query asks, whatever its spelling: number, maker, and the page of hits."""
    number, maker = mpn_identity(query["mpn"]), maker_key(query.get("manufacturer"))
    return number, maker, query["start"], query["limit"]


class SimulatedApi(FakeApi):
    """Charges every part it returns, to the call whose id begins the reference.

    `beyond` counts parts that it returned though nobody asked for them. `uncertain` names what
    happened that leaves the client without the true count.
    """

    def __init__(
        self, story: Story, watch: Watch, weather: Weather, disk: SimulatedDisk, desk: Desk
    ) -> None:
        super().__init__(story.catalog, part_limit=story.part_limit)
        self._story, self._watch, self._weather = story, watch, weather
        self._disk, self._desk = disk, desk
        self._dice = random.Random(f"api {story.seed}")
        self._asking: Counter[Question] = Counter()
        self.good_tokens = desk.good
        self.beyond = 0
        self.uncertain: set[str] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, after its latency."""
        self._watch.live()
        await request.aread()
        if str(request.url) == TOKEN_URL:
            return await self._desk.serve(request)
        told = json.loads(request.content)
        queries = [query for _, asked in aliases_of(told["variables"]) for query in asked]
        fault = self._weather.next()
        self._watch.counts["requests"] += 1
        self._watch.tell(f"request of {len(queries)} questions meets: {fault or 'no fault'}")
        self._arrive(queries)
        try:
            return await self._answered(fault, request, queries)
        finally:
            self._asking.subtract(map(question_of, queries))

    def _arrive(self, queries: Sequence[Query]) -> None:
        """A question that is being asked is not asked a second time."""
        self._asking.update(map(question_of, queries))
        twice = [q["mpn"] for q in queries if self._asking[question_of(q)] > 1]
        self._watch.expect(
            holds=not twice, promise="nothing is paid twice", how=f"{twice} asked at the same time"
        )

    async def _answered(
        self, fault: Fault | None, request: httpx.Request, queries: Sequence[Query]
    ) -> httpx.Response:
        before = self.charged
        if fault is not None and fault not in CERTAIN:
            self.uncertain.add(fault)
        try:
            if any(query["mpn"] in self._story.poison for query in queries):
                return await self._poisoned(request)
            refused = await self._untouched(fault, request, queries)
            return refused or await self._charged(fault, request)
        except anyio.get_cancelled_exc_class():
            self.uncertain.add("cut off in flight")
            if self.charged == before and self._dice.random() < 0.5:
                self._watch.tell("the client hung up; the API goes on and charges")
                self.answer(request)
            raise

    async def _poisoned(self, request: httpx.Request) -> httpx.Response:
        """A line on which the API crashes, after it has charged for the others."""
        self._weather.struck["poison line"] += 1
        self.uncertain.add("poison line")
        await self._wait()
        self.answer(request)
        return httpx.Response(500, text="boom")

    async def _wait(self) -> None:
        await anyio.sleep(self._dice.random() * self._story.latency)

    async def _untouched(
        self, fault: Fault | None, request: httpx.Request, queries: Sequence[Query]
    ) -> httpx.Response | None:
        """The answers before which nothing is charged; None for all others."""
        if fault is Fault.REFUSED:
            raise httpx.ConnectError("refused")
        if fault is Fault.SLOW_BEFORE:
            await anyio.sleep(_AGES)
        await self._wait()
        if fault is Fault.RESET_BEFORE:
            raise httpx.ReadError("reset")
        if fault is not None and fault in _UNTOUCHED:
            return _UNTOUCHED[fault]
        if fault is not None and fault in EMPTY_BESIDE:
            return self._empty(fault, request)
        return self._refused(fault, request)

    def _empty(self, fault: Fault, request: httpx.Request) -> httpx.Response:
        """Every question answered with nothing, and the reason beside it."""
        if fault is Fault.TOKEN_BESIDE:
            self._desk.refuse(request)
        hits = self._dice.choice([0, 0, 1])
        data = {
            f"b{alias}": [_nothing(query, hits) for query in queries]
            for alias, queries in aliases_of(json.loads(request.content)["variables"])
        }
        error = EMPTY_BESIDE[fault]
        if fault is Fault.ERROR_BESIDE:
            error = {"message": f"{error['message']} ({request.headers['authorization']})"}
        errors = [error]
        if fault is Fault.ERROR_BESIDE and self._dice.random() < 0.5:
            errors = [
                {**error, "path": [alias, index, "parts"]}
                for alias, entries in data.items()
                for index, _ in enumerate(entries)
            ]
        return httpx.Response(200, json={"data": data, "errors": errors})

    def _refused(self, fault: Fault | None, request: httpx.Request) -> httpx.Response | None:
        echo = request.headers["authorization"]
        crash = {"message": f"Unexpected Execution Error, asked by {echo}", "path": ["b0"]}
        match fault:
            case Fault.TOKEN_401:
                self._desk.refuse(request)
                return refused_token(self._dice.choice(["AuthInvalidToken", "AUTH_EXPIRED_TOKEN"]))
            case Fault.TOKEN_200:
                self._desk.refuse(request)
                return refused_token("AuthExpiredToken", 200)
            case Fault.THROTTLED_AFTER:
                after = {"retry-after": self._dice.choice(_RETRY_AFTER)}
                return httpx.Response(429, headers=after)
            case Fault.CRASH_500 | Fault.CRASH_NULL:
                status = 500 if fault is Fault.CRASH_500 else 200
                return httpx.Response(status, json={"errors": [crash], "data": None})
            case Fault.LIMIT_200 | Fault.LIMIT_500:
                return part_limit_error(5, 200 if fault is Fault.LIMIT_200 else 500)
            case Fault.PLAN_NULL:
                return httpx.Response(200, json={"errors": [{"message": PLAN}], "data": None})
            case Fault.ECHO:
                message = f"bad header {echo}"
                return httpx.Response(400, json={"errors": [{"message": message}]})
            case _:
                return None

    async def _charged(self, fault: Fault | None, request: httpx.Request) -> httpx.Response:
        """The API's own answer, charged, and what a fault makes of it."""
        if fault is Fault.TOKENS_REVOKED:
            self._desk.revoke()
        response = self.answer(request)
        told = json.loads(response.content)
        if not told.get("data"):
            self._desk.refuse(request)
            return response
        match fault:
            case Fault.RESET_AFTER:
                raise httpx.RemoteProtocolError("cut")
            case Fault.SLOW_AFTER:
                await anyio.sleep(_AGES)
            case Fault.TRUNCATED:
                return httpx.Response(200, content=response.content[: len(response.content) // 2])
            case Fault.BAD_GATEWAY_AFTER:
                return httpx.Response(502, text="bad")
            case _:
                pass
        if mangler := MANGLERS.get(fault) if fault is not None else None:
            for reference, count in mangler(self._dice, told):
                self._charge(reference, count, is_beyond=count > 0)
        return httpx.Response(200, content=json.dumps(told).encode())

    def match(self, query: Query) -> Query:
        """One match, charged."""
        before = self.charged
        told = super().match(query)
        count, self.charged = self.charged - before, before
        how = f"{query['mpn']} asked again though settled"
        settled = self._disk.is_settled(question_of(query))
        self._watch.expect(holds=not settled, promise="nothing is paid twice", how=how)
        self._disk.remember(query["reference"], question_of(query))
        self._charge(query["reference"], count)
        return told

    def _charge(self, reference: str, count: int, *, is_beyond: bool = False) -> None:
        """Charge a call; the budget and the call's reservation must cover it at this instant."""
        self.charged += count
        self.beyond += count * is_beyond
        self._watch.counts["parts charged"] += count
        call = reference.partition("-")[0]
        held = self._disk.charge(call, count, is_beyond=is_beyond)
        self._watch.expect(
            holds=held,
            promise="the ledger never understates",
            how=f"call {call} is charged more than it holds",
        )
        budget = self._story.settings.budget
        asked = self.charged - self.beyond
        self._watch.expect(
            holds=budget is None or asked <= budget,
            promise="the budget is a wall",
            how=f"{asked} parts charged under a budget of {budget}",
        )
        month = self._story.settings.month_budget
        self._watch.expect(  # when the clock jumps, another month may begin
            holds=month is None or asked <= month or bool(self._story.jumps),
            promise="the budget is a wall",
            how=f"{asked} parts charged in a month of {month}",
        )


def _nothing(query: Query, hits: int) -> Query:
    return {"reference": query["reference"], "hits": hits, "error": None, "parts": []}
