"""The sandbox: how fast a big catalog loads, one query is answered, and parts come with their offers.

Catalogs are made here, like real ones: 18 offers for a part from 16 sellers, 5 price breaks, 12
specs (the median of recorded answers: facts, section 1). Figures are CPU seconds of this one process,
in which nothing but the sandbox works: there is no socket, and the client only keeps the bytes.
"""

import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx

from bulkmatch.sandbox import SandboxSettings
from bulkmatch.sandbox.app import app_of
from bulkmatch.sandbox.twin import Twin
from nexar_client.documents import DOCUMENTS

SUPPLY = DOCUMENTS["MatchSupply"]
OFFERS, SELLERS, BREAKS = 18, 16, (1, 10, 100, 1_000, 5_000)
ATTRIBUTES = json.dumps(
    {f"property_{n}": f"{n} V" for n in range(10)}
    | {"rohs": "Compliant", "lifecycle_status": "Production"}
)


def feed(file: Path, *, parts: int, offers: int) -> None:
    """A catalog of so many parts, each with so many offers, the offers of a part far from each other."""
    steps = ",".join(f"price-break-{n},price-usd-{n}" for n in range(1, len(BREAKS) + 1))
    dice = random.Random(5)
    with file.open("w", encoding="utf-8") as stream:
        stream.write(f"manufacturer,mpn,sku,seller,quantity,moq,description,attributes,{steps}\n")
        attributes = '"' + ATTRIBUTES.replace('"', '""') + '"'
        for offer in range(offers):
            for part in range(parts):
                prices = ",".join(f"{q},{1 / (q + 1) + 0.01:.4f}" for q in BREAKS)
                told = f"Device {part} with a description as long as usual,{attributes}"
                stream.write(
                    f"Maker {part % 97},AB{part:06d}-X,S{offer}-{part},Seller {offer % SELLERS},"
                    f"{dice.randrange(10_000)},1,{told if offer == 0 else ','},{prices}\n"
                )


class Api:
    """The sandbox without a socket."""

    def __init__(self, twin: Twin) -> None:
        self._transport = httpx.ASGITransport(app_of(twin))
        self._headers = {
            "Authorization": f"Bearer {twin.tokens.issue('sandbox', ['supply.domain'])}",
            "Accept-Encoding": "identity",
        }

    async def ask(self, query: str, variables: Any) -> bytes:
        """The answer's bytes."""
        base = "http://127.0.0.1"
        async with httpx.AsyncClient(transport=self._transport, base_url=base) as client:
            answer = await client.post(
                "/graphql", json={"query": query, "variables": variables}, headers=self._headers
            )
        assert answer.status_code == 200, answer.text[:300]
        return answer.content


def queries(numbers: Iterator[int], count: int) -> list[dict[str, object]]:
    """Queries for parts that are there, each for one part."""
    return [{"mpn": f"ab{next(numbers):06d}x", "limit": 1} for _ in range(count)]


async def parts_a_second(api: Api, *, parts: int, rounds: int = 20) -> tuple[float, int]:
    """Parts that one core answers in a second by hundreds, and the bytes of one."""
    dice = random.Random(6)
    numbers = iter(lambda: dice.randrange(parts), -1)
    await api.ask(SUPPLY, {"queries": queries(numbers, 1)})
    began, size = time.process_time(), 0
    for _ in range(rounds):
        size += len(await api.ask(SUPPLY, {"queries": queries(numbers, 100)}))
    return rounds * 100 / (time.process_time() - began), size // (rounds * 100)


async def one_query(api: Api, query: str, variables: Any, rounds: int = 20) -> float:
    """Seconds of the slowest of some answers to one query."""
    worst = 0.0
    for _ in range(rounds):
        began = time.process_time()
        await api.ask(query, variables)
        worst = max(worst, time.process_time() - began)
    return worst


def loaded(settings: SandboxSettings) -> tuple[Twin, float]:
    """A sandbox over a catalog, and the CPU seconds of loading it."""
    began = time.process_time()
    twin = Twin(settings, time.time)
    return twin, time.process_time() - began


async def measure(folder: Path, *, rows: int) -> None:
    """Print a line for each figure."""
    many, few = rows // OFFERS, rows
    for name, parts, offers in (
        (f"{many:,} parts with {OFFERS} offers", many, OFFERS),
        (f"{few:,} parts with one offer", few, 1),
    ):
        file = folder / f"{parts}.csv"
        feed(file, parts=parts, offers=offers)
        twin, seconds = loaded(SandboxSettings(catalogs=(file,)))
        api = Api(twin)
        print(f"  {name}: loaded in {seconds:.1f} s, {rows / seconds:,.0f} rows/s")
        rate, size = await parts_a_second(api, parts=parts)
        print(f"    {rate:,.0f} parts/s, supply profile, {size / 1000:.1f} KB each")
        for told, query, variables in ASKED:
            worst = await one_query(api, query, variables)
            print(f"    one {told}: {worst * 1000:.1f} ms at most")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"  peak memory of this process: {peak / (1 << (20 if sys.platform == 'darwin' else 10)):.0f} MB"
    )
    _, seconds = loaded(SandboxSettings())
    print(f"  the packaged catalog: {seconds * 1000:.0f} ms")


ASKED: tuple[tuple[str, str, Any], ...] = (
    ("supMultiMatch query", SUPPLY, {"queries": [{"mpn": "AB000123-X"}]}),
    (
        "supSearchMpn, 1,000 hits",
        '{ supSearchMpn(q: "AB001") { hits results { part { mpn } } } }',
        None,
    ),
    (
        "supSearch, one hit",
        '{ supSearch(q: "device 4711") { hits results { part { mpn } } } }',
        None,
    ),
)


def main(rows: int = 300_000) -> None:
    """Measure in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        anyio.run(lambda: measure(Path(folder), rows=rows))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
