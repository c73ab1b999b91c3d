"""What a run takes from the world besides the network and the disk: time and chance."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bulkmatch.core.seams import OpenStore
from bulkmatch.store.store import open_store


@dataclass(frozen=True, slots=True)
class World:
    """The clock gives seconds since the epoch; the dice give numbers from [0, 1).

    `transport` takes the network's place, and `open_store` the disk's, in tests.
    """

    clock: Callable[[], float] = time.time
    dice: Callable[[], float] = field(default_factory=lambda: random.Random().random)  # noqa: S311
    transport: httpx.AsyncBaseTransport | None = None
    open_store: Callable[[Path | None], OpenStore] = open_store

    def now(self) -> datetime:
        """The instant, in UTC."""
        return datetime.fromtimestamp(self.clock(), UTC)
