"""A process that spends from a store until it is told to stop, or its budget ends.

`spender.py FILE NAME CAP PAIRS SEED`: says "ready", waits for a line, opens the file, then reserves
and settles PAIRS times under a month's CAP (0 for none). Every settled call is told as
"settled <call id> <parts>" before the next begins; "done" comes last.
"""

import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio

from bulkmatch.errors import BudgetExceeded
from bulkmatch.model.money import Call, Caps, StoredAnswer
from bulkmatch.store import Store, open_store

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def say(text: str) -> None:
    """Tell the parent at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def one_pair(store: Store, name: str, cap: int, n: int, dice: random.Random) -> int:
    """The parts of one call; raises `BudgetExceeded`."""
    call_id, ceiling = f"{name}-{n}", dice.randint(1, 9)
    call = Call(call_id, "acme", name, ceiling, NOW, NOW + timedelta(days=1))
    await store.reserve(call, Caps(month=cap or None))
    billed = dice.randint(0, ceiling)
    kept = StoredAnswer(call_id, call_id.encode(), NOW, NOW + timedelta(days=1))
    await store.settle(call, billed=billed, answers=[kept], now=NOW)
    return billed


async def spend(store: Store, name: str, cap: int, pairs: int, dice: random.Random) -> None:
    """All pairs, or as many as the budget holds."""
    for n in range(pairs):
        try:
            billed = await one_pair(store, name, cap, n, dice)
        except BudgetExceeded:
            break
        say(f"settled {name}-{n} {billed}")
    say("done")


def main(file: str, name: str, cap: str, pairs: str, seed: str) -> None:
    """Spend."""
    say("ready")
    sys.stdin.readline()
    store = open_store(Path(file))
    anyio.run(spend, store, name, int(cap), int(pairs), random.Random(int(seed)))
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
