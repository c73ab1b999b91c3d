"""A service in miniature: many callers, one engine, on the embedded sandbox.

Run it with `python examples/service.py`; it needs no credentials.
"""

import anyio

from bulkmatch import (
    Credentials,
    Engine,
    Matched,
    Settings,
    SupplyPart,
    outcome_name,
    outcome_reason,
)
from bulkmatch.sandbox import SandboxSettings, serve_in_thread

WANTED = [
    ("ERJ-3EKF1002V", "Panasonic"),
    ("IRLML6402TRPBF", "Infineon"),
    ("RC0402FR-0710KL", "Yageo"),
    ("2N7002", None),
    ("NOSUCH-9000", "Acme"),
]


async def ask(engine: Engine[SupplyPart], mpn: str, maker: str | None) -> None:
    """One caller among many; the engine puts what they ask into shared requests."""
    outcome = await engine.match(mpn, manufacturer=maker)
    line = f"{mpn:18} {outcome_name(outcome):13} {outcome_reason(outcome)}"
    if isinstance(outcome, Matched):
        facts = engine.facts(outcome.part, outcome.provenance.not_entitled)
        line += f" | {facts.lifecycle}, {len(facts.offers)} offers"
    print(line)


async def main() -> None:
    """Ask for all parts at once, then tell what it cost."""
    with serve_in_thread(SandboxSettings()) as sandbox:
        settings = Settings(
            credentials=Credentials(sandbox.client_id, sandbox.client_secret),
            api_url=sandbox.api_url,
            token_url=sandbox.token_url,
            source="sandbox",
            budget=20,
        )
        async with Engine.open(settings) as engine:
            async with anyio.create_task_group() as tasks:
                for mpn, maker in WANTED:
                    tasks.start_soon(ask, engine, mpn, maker)
            spend = await engine.budget.run()
            print(f"{engine.tally.requests} requests, {spend.settled} parts of 20")


if __name__ == "__main__":
    anyio.run(main)
