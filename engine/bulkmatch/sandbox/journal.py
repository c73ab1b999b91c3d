"""What a sandbox saw and counted, for those who ask from the same process or from another."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from .settings import Crossing


@dataclass(frozen=True, slots=True)
class Entry:
    """One GraphQL request. `outcome` is "ok", or why it was refused; `at` is seconds since 1970."""

    at: float
    request_id: str
    operation: str | None
    aliases: tuple[str, ...]
    queries: int
    parts: int
    status: int
    outcome: str


@dataclass(frozen=True, slots=True)
class SandboxStats:
    """Counts since the start. Requests to the sandbox's own pages are not among them."""

    requests: int
    graphql_requests: int
    token_requests: int
    refused: int
    queries: int
    parts_charged: int
    parts_by_day: Mapping[str, int]
    part_limit: int | None
    part_count: int
    catalog_digest: str


class Meter:
    """The part counter of the one application that a sandbox has. Counts parts returned."""

    def __init__(self, limit: int | None, crossing: Crossing) -> None:
        self.limit, self.charged, self._crossing = limit, 0, crossing
        self._by_day: dict[str, int] = {}

    def __repr__(self) -> str:
        return f"Meter({self.charged} of {self.limit})"

    def admits(self, parts: int) -> bool:
        """Whether a request that returns so many parts is served.

        None is once the limit is reached, whatever it would return. The request that would pass
        the limit is served whole and counted, or refused whole: what the API does is not known.
        """
        if self.limit is None:
            return True
        return self.charged < self.limit and (
            self._crossing == "serve" or self.charged + parts <= self.limit
        )

    def charge(self, parts: int, *, day: str) -> None:
        """Count parts returned on a day."""
        self.charged += parts
        self._by_day[day] = self._by_day.get(day, 0) + parts

    def by_day(self) -> Mapping[str, int]:
        """Parts charged, by day."""
        return dict(self._by_day)


class Journal:
    """The last requests and the counts of all. May be read from another thread."""

    def __init__(self, length: int) -> None:
        self._entries: deque[Entry] = deque(maxlen=length)
        self._lock = Lock()
        self.graphql_requests = self.token_requests = self.refused = self.queries = 0

    def __repr__(self) -> str:
        return f"Journal({self.graphql_requests} requests)"

    def note(self, entry: Entry) -> None:
        """Take down one GraphQL request."""
        with self._lock:
            self._entries.append(entry)
            self.graphql_requests += 1
            self.refused += entry.outcome != "ok"
            self.queries += entry.queries

    def note_token_request(self) -> None:
        """Take down one request of the token endpoint."""
        with self._lock:
            self.token_requests += 1

    def entries(self) -> Sequence[Entry]:
        """The last requests, the oldest first."""
        with self._lock:
            return tuple(self._entries)
