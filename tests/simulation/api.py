"""A model of the API that keeps the true count of charged parts, call by call, and misbehaves."""

import json
import random
from collections.abc import Sequence
from typing import Any

import anyio
import httpx
from tests.fakes import API_URL, TOKEN_URL, FakeApi, aliases_of
from tests.simulation.answers import Pieces, instead, untouched
from tests.simulation.arrivals import Arrivals, Query, number_of, question_of
from tests.simulation.desk import AGES, Desk
from tests.simulation.disk import SimulatedDisk
from tests.simulation.faults import CERTAIN, LIMITS, OUT_OF_REACH, Fault, Weather
from tests.simulation.mangle import EMPTY_BESIDE, LIMIT, MANGLERS
from tests.simulation.manners import Manners
from tests.simulation.mortal import Mortal
from tests.simulation.story import Crossing, Story
from tests.simulation.watch import Watch

_TOKENS = frozenset({Fault.TOKEN_401, Fault.TOKEN_200, Fault.TOKEN_BESIDE})
_IN_PIECES = frozenset({Fault.DRIPPING, Fault.STALLED, Fault.BROKEN_OFF})


class Line(httpx.AsyncBaseTransport):
    """A process's way to the API."""

    def __init__(self, api: "SimulatedApi", process: Mortal) -> None:
        self._api, self._process = api, process

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request; nothing leaves a process that is dead."""
        self._process.live()
        await request.aread()
        response = await self._api.serve(request, self._process)
        self._process.live()
        self._process.note("answer")
        return response


class SimulatedApi(FakeApi):
    """Charges every part it returns, to the call whose id begins the reference.

    A client that hangs up may be charged all the same, now or later.
    """

    def __init__(
        self, story: Story, watch: Watch, weather: Weather, disk: SimulatedDisk, desk: Desk
    ) -> None:
        super().__init__(story.catalog, part_limit=story.part_limit)
        self._story, self._watch, self._weather = story, watch, weather
        self._disk, self._desk = disk, desk
        self._arrivals = Arrivals(watch, story)
        self._dice = random.Random(f"api {story.seed}")
        self._late: list[httpx.Request] = []
        self.good_tokens = desk.good

    async def serve(self, request: httpx.Request, process: Mortal) -> httpx.Response:
        """One request of a process, after its latency."""
        if str(request.url) == TOKEN_URL:
            process.note("token")
            return await self._desk.serve(request, process)
        if str(request.url) != API_URL:
            self._watch.break_promise("secrets stay home", f"a request to {request.url}")
        queries = self._arrivals.arrive(json.loads(request.content)["variables"], process)
        self.catch_up()
        fault = self._weather.next(anyio.current_time())
        self._watch.counts["requests"] += 1
        process.tell(f"asks {len(queries)} questions and meets: {fault or 'no fault'}")
        for query in queries:
            self._disk.arrive(query["reference"], question_of(query), process)
        booked = self._disk.books.of(queries[0]["reference"])
        if booked is not None:
            booked.is_plain = fault is None
        if fault is not None and fault not in CERTAIN:
            self._doubt(queries, fault)
        process.note("request")
        try:
            response = await self._answered(fault, request, queries)
        except BaseException:
            self._leave(queries, process)
            self._arrivals.ended(queries, fault, process)
            raise
        self._arrivals.ended(queries, fault, process)
        if fault is not None and fault in _IN_PIECES:  # what it says may never arrive
            return self._pieces(fault, response, queries, process)
        is_told = fault not in (Fault.STALLED, Fault.BROKEN_OFF)
        if is_told and (fault in LIMITS or b"part limit of" in response.content):
            self._arrivals.limit_met(process)
        self._leave(queries, process)
        return response

    def _leave(self, queries: list[Query], process: Mortal) -> None:
        """A request has been answered, or its client is gone."""
        self._arrivals.leave(process)
        for query in queries:
            self._disk.leave(question_of(query), process)

    def manners(self, process: Mortal) -> Manners:
        """What is watched of a process's manners."""
        return self._arrivals.manners(process)

    def catch_up(self) -> None:
        """Charge what clients did not wait for."""
        late, self._late = self._late, []
        for request in late:
            self.answer(request)

    def _doubt(self, queries: Sequence[Query], why: str) -> None:
        """The client of this call will not learn the true count."""
        booked = self._disk.books.of(queries[0]["reference"])
        if booked is not None:
            booked.doubts.add(why)

    def _pieces(
        self, fault: Fault, response: httpx.Response, queries: list[Query], process: Mortal
    ) -> httpx.Response:
        """The answer, bit by bit."""
        timeout = self._story.settings.patience.attempt_timeout
        longest = timeout / 8 if fault is Fault.DRIPPING else timeout
        lost = httpx.ReadError("lost") if fault is Fault.BROKEN_OFF else None
        pieces = Pieces(
            response.content,
            pause=lambda: longest * (0.5 + self._dice.random() / 2),
            error=lost,
            hung_up=lambda: self._doubt(queries, "cut off in the body"),
            ended=lambda: self._leave(queries, process),
        )
        return httpx.Response(response.status_code, stream=pieces)

    async def _answered(
        self, fault: Fault | None, request: httpx.Request, queries: Sequence[Query]
    ) -> httpx.Response:
        before = self.charged
        try:
            is_there = fault not in OUT_OF_REACH
            if is_there and any(number_of(query) in self._story.poison for query in queries):
                return await self._poisoned(request, queries)
            refused = await self._untouched(fault, request)
            return refused or await self._charged(fault, request)
        except anyio.get_cancelled_exc_class():
            self._doubt(queries, "cut off in flight")
            draw = self._dice.random()
            if self.charged == before and draw < 0.5 and fault is not Fault.SLOW_BEFORE:
                self._watch.tell("the client hung up; the API goes on and charges")
                self._late.append(request)
                if draw < 0.25:
                    self.catch_up()
            raise

    async def _poisoned(self, request: httpx.Request, queries: Sequence[Query]) -> httpx.Response:
        """A line on which the API crashes, after it has charged for the others."""
        self._weather.struck["poison line"] += 1
        self._doubt(queries, "poison line")
        await self._wait()
        self.answer(request)
        return httpx.Response(500, text="boom")

    async def _wait(self) -> None:
        await anyio.sleep(self._dice.random() * self._story.latency)

    async def _untouched(
        self, fault: Fault | None, request: httpx.Request
    ) -> httpx.Response | None:
        """The answers before which nothing is charged; None for all others."""
        if fault is Fault.REFUSED:
            raise httpx.ConnectError("refused")
        if fault is Fault.CONNECT_TIMEOUT:
            raise httpx.ConnectTimeout("no connection")
        if fault is Fault.SLOW_BEFORE:
            await anyio.sleep(AGES)
        await self._wait()
        if fault is Fault.RESET_BEFORE:
            raise httpx.ReadError("reset")
        if fault is None:
            return None
        if fault in _TOKENS:
            self._desk.refuse(request)
        if fault in EMPTY_BESIDE:
            return self._empty(fault, request)
        return untouched(fault, request, self._dice, lambda: self._disk.now().timestamp())

    def _empty(self, fault: Fault, request: httpx.Request) -> httpx.Response:
        """Every question answered with nothing, and the reason beside it."""
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

    async def _charged(self, fault: Fault | None, request: httpx.Request) -> httpx.Response:
        """The API's own answer, charged, and what a fault makes of it."""
        if fault is Fault.TOKENS_REVOKED:
            self._desk.revoke()
        response = self.answer(request)
        told = json.loads(response.content)
        if not told.get("data"):
            self._desk.refuse(request)
            return response
        if fault is Fault.SLOW_AFTER:
            await anyio.sleep(AGES)
        if fault is not None and (lost := instead(fault, response, self._dice)):
            return lost
        mangler = MANGLERS.get(fault) if fault is not None else None
        if mangler is None:
            return response
        for reference, count in mangler(self._dice, told):
            self._charge(reference, count, is_beyond=count > 0)
        return httpx.Response(200, content=json.dumps(told).encode())

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The API's own answer; near the part limit one of three, since nobody knows which."""
        before, limit = self.charged, self.part_limit
        response = super().answer(request)
        is_crossing = limit is not None and before < limit < self.charged
        if not is_crossing or self._story.crossing is Crossing.SERVED:
            return response
        told = json.loads(response.content)
        self._weather.struck[f"a request across the part limit, {self._story.crossing}"] += 1
        left = 0 if self._story.crossing is Crossing.REFUSED else (limit or 0) - before
        for entries in told["data"].values():
            for entry in entries:
                count = len(entry["parts"])
                if count > left:
                    self._charge(entry["reference"], -count, is_beyond=False)
                    entry["parts"], left = [], 0
                left -= count if entry["parts"] else 0
        told["errors"] = [{"message": LIMIT}]
        if self._story.crossing is Crossing.REFUSED:
            told["data"] = None
        return httpx.Response(200, json=told)

    def match(self, query: Query) -> dict[str, Any]:
        """One match, charged."""
        before = self.charged
        told = super().match(query)
        count, self.charged = self.charged - before, before
        self._charge(query["reference"], count, is_beyond=False)
        return told

    def _charge(self, reference: str, count: int, *, is_beyond: bool) -> None:
        """Charge a call; the budget and the call's reservation must cover it at this instant."""
        self.charged += count
        self._watch.counts["parts charged"] += count
        self._disk.charge(reference, count, is_beyond=is_beyond)


def _nothing(query: Query, hits: int) -> Query:
    return {"reference": query["reference"], "hits": hits, "error": None, "parts": []}
