"""What a sandbox saw and counted, for those who ask from the same process or from another."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from .settings import Crossing, PartLimitResets


@dataclass(frozen=True, slots=True)
class Entry:
    """One GraphQL request. `outcome` is "ok", or why it was refused; `at` is seconds since 1970.

    `fault` is what was done to the answer on demand; `client_id` whose token it was, if it held.
    """

    at: float
    request_id: str
    operation: str | None
    aliases: tuple[str, ...]
    queries: int
    parts: int
    status: int
    outcome: str
    fault: str | None = None
    client_id: str | None = None


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
    by_outcome: Mapping[str, int] = field(default_factory=dict[str, int])
    by_operation: Mapping[str, int] = field(default_factory=dict[str, int])
    by_fault: Mapping[str, int] = field(default_factory=dict[str, int])


class Meter:
    """The part counter of one application. Counts parts returned."""

    def __init__(
        self, limit: int | None, crossing: Crossing, resets: PartLimitResets = "monthly"
    ) -> None:
        self.limit, self.charged, self._crossing = limit, 0, crossing
        self._resets = resets
        self._by_day: dict[str, int] = {}

    def __repr__(self) -> str:
        return f"Meter({self.charged} of {self.limit})"

    def admits(self, parts: int, *, today: date) -> int | None:
        """How many of the parts that a request returns are served; None when it is refused.

        None is once the limit is reached, whatever it would return. The request that would pass
        the limit is served whole and counted, refused whole, or served as far as the limit goes:
        what the API does is not known.
        """
        if self.limit is None:
            return parts
        left = self.limit - self.counted(today)
        if left <= 0 or (parts > left and self._crossing == "refuse"):
            return None
        return min(parts, left) if self._crossing == "partial" else parts

    def counted(self, until: date) -> int:
        """The parts counted against the limit, up to the end of a day."""
        last = until.isoformat()
        first = last[:8] if self._resets == "monthly" else ""
        return sum(n for day, n in self.by_day().items() if first <= day <= last)

    def charge(self, parts: int, *, today: date) -> None:
        """Count parts returned on a day."""
        self.charged += parts
        day = today.isoformat()
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
        self.by_outcome, self.by_operation, self.by_fault = (Counter[str]() for _ in range(3))

    def __repr__(self) -> str:
        return f"Journal({self.graphql_requests} requests)"

    def note(self, entry: Entry) -> None:
        """Take down one GraphQL request."""
        with self._lock:
            self._entries.append(entry)
            self.graphql_requests += 1
            self.refused += entry.outcome != "ok"
            self.queries += entry.queries
            self.by_outcome[entry.outcome] += 1
            self.by_operation[entry.operation or "(no name)"] += 1
            if entry.fault:
                self.by_fault[entry.fault] += 1

    def clear(self) -> None:
        """Forget all requests and their counts; parts stay charged."""
        with self._lock:
            self._entries.clear()
            self.graphql_requests = self.token_requests = self.refused = self.queries = 0
            for counts in (self.by_outcome, self.by_operation, self.by_fault):
                counts.clear()

    def note_token_request(self) -> None:
        """Take down one request of the token endpoint."""
        with self._lock:
            self.token_requests += 1

    def entries(self) -> Sequence[Entry]:
        """The last requests, the oldest first."""
        with self._lock:
            return tuple(self._entries)
