"""Rows a second through the whole engine, against a bare loop that posts the same and reads dicts.

The bare loop has no budget, no store, no judgement and no retry: it is the floor, not a peer.
"""

import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
import httpx

from benchmarks.canned import API_URL, TOKEN_URL, CannedApi
from bulkmatch import Credentials, Engine, Limits, Row, Settings, World
from nexar_client import MATCH_SUPPLY

ROWS, BATCH, ROUNDS = 3_000, 100, 3


def rows() -> list[Row]:
    """Distinct rows."""
    return [Row(f"PN-{n}", "Acme", line=n) for n in range(ROWS)]


async def bare() -> None:
    """Post the same documents one after another and read the bodies as dicts."""
    document = MATCH_SUPPLY.compose(1)
    async with httpx.AsyncClient(transport=CannedApi()) as client:
        for start in range(0, ROWS, BATCH):
            queries = [
                {"mpn": f"PN-{n}", "limit": 1, "start": 0, "reference": str(n)}
                for n in range(start, start + BATCH)
            ]
            told = {"query": document, "variables": {"queries_0": queries}}
            answer = (await client.post(API_URL, json=told)).json()
            assert len(answer["data"]["b0"]) == BATCH


def engine(store: Path | None) -> Callable[[], Awaitable[None]]:
    """The same rows through the engine, on `store`."""

    async def run() -> None:
        settings = Settings(
            credentials=Credentials("id", "secret"),
            api_url=API_URL,
            token_url=TOKEN_URL,
            account="bench",
            store=store,
            limits=Limits(requests_per_minute=1e6),
        )
        async with Engine.open(settings, world=World(transport=CannedApi())) as opened:
            count = 0
            async for _ in opened.enrich(rows()):
                count += 1
            assert count == ROWS

    return run


def seconds(work: Callable[[], Awaitable[None]]) -> float:
    """How long one run takes."""
    began = time.perf_counter()
    anyio.run(work)
    return time.perf_counter() - began


def main() -> None:
    """Print rows a second and the share of the bare loop's, best of some rounds in turn."""
    best: dict[str, float] = {}
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            kept = engine(Path(folder) / f"store-{number}.sqlite")
            ways = {
                "bare loop, dicts": bare,
                "engine, store in memory": engine(None),
                "engine, store on disk": kept,
                "engine, second run from the store": kept,
            }
            for name, work in ways.items():
                best[name] = min(best.get(name, float("inf")), seconds(work))
    for name, taken in best.items():
        share = best["bare loop, dicts"] / taken
        print(f"  {name:36} {ROWS / taken:7.0f} rows/s   {share:5.2f} of the bare loop")


if __name__ == "__main__":
    main()
