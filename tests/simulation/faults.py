"""Which faults there are, and when the next one strikes."""

import random
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """What the network, the API or its proxy does to one request."""

    REFUSED = "connection refused"
    RESET_BEFORE = "reset before the request was processed"
    SLOW_BEFORE = "no answer, not processed"
    HTML = "an HTML body under 200"
    TOKEN_401 = "token refused with 401"
    TOKEN_200 = "token expired, under 200"
    TOKENS_REVOKED = "all tokens revoked"
    THROTTLED = "429"
    THROTTLED_AFTER = "429 with some Retry-After"
    BAD_GATEWAY = "502, not processed"
    UNAVAILABLE = "503"
    CRASH_500 = "500 with a GraphQL error"
    CRASH_NULL = "data null with an error, under 200"
    LIMIT_200 = "part limit, under 200"
    LIMIT_500 = "part limit, under 500"
    PLAN_NULL = "the plan lacks a field, data null"
    ECHO = "400 that echoes the token"
    RESET_AFTER = "reset after the request was processed"
    SLOW_AFTER = "no answer, processed"
    TRUNCATED = "body cut in half"
    BAD_GATEWAY_AFTER = "502, processed"
    PLAN_BESIDE = "the plan lacks a field, data beside it"
    PLAN_EMPTIES = "the plan lacks a field, parts null"
    LIMIT_BESIDE = "part limit beside empty entries"
    TOKEN_BESIDE = "token refused beside empty entries"
    ERROR_BESIDE = "an error beside empty entries"
    LIMIT_MIDWAY = "part limit in the middle of an answer"
    MISSING = "entries missing"
    REPEATED = "an entry twice"
    REORDERED = "entries in another order"
    FOREIGN = "a foreign entry"
    WRONG_REFERENCE = "a wrong reference"
    SWAPPED = "two aliases swapped"
    MORE = "more parts than asked"
    NULL_PARTS = "parts that are null"
    NULL_ENTRIES = "entries that are null"
    NO_PARTS = "hits without parts"
    NULL_ALIAS = "an alias that is null, with an error"
    NO_ALIAS = "an alias missing"
    ODD_TYPES = "fields of other types"
    LINE_ERRORS = "errors in entries"


# After these the true count is known: nothing was charged, or all that was charged has come. Every
# other fault leaves parts of which nobody can tell, and the ledger may be higher than the API's count.
CERTAIN = frozenset(
    {
        Fault.REFUSED,
        Fault.TOKEN_401,
        Fault.TOKEN_200,
        Fault.TOKENS_REVOKED,
        Fault.THROTTLED,
        Fault.THROTTLED_AFTER,
        Fault.LIMIT_200,
        Fault.LIMIT_500,
        Fault.PLAN_BESIDE,
        Fault.REPEATED,
        Fault.REORDERED,
        Fault.FOREIGN,
        Fault.MORE,
        Fault.NO_PARTS,
        Fault.ODD_TYPES,
        Fault.LINE_ERRORS,
    }
)


class DeskFault(StrEnum):
    """What the token endpoint does to one request."""

    DOWN = "token endpoint down"
    SLOW = "token endpoint silent"
    THROTTLED = "token endpoint: 429"
    THROTTLED_AFTER = "token endpoint: 429 with Retry-After"
    BROKEN = "token endpoint: 500"
    HTML = "token endpoint: HTML"
    OTHER = "token endpoint: a token that nobody accepts"


@dataclass
class Weather:
    """Draws faults: each request with `chance` one of `kinds`, now and then a burst of one kind."""

    dice: random.Random
    chance: float
    kinds: tuple[Fault, ...]
    desk_chance: float
    struck: Counter[str] = field(default_factory=Counter[str])
    _burst: int = 0
    _burst_kind: Fault | None = None

    def next(self) -> Fault | None:
        """The fault of the next request, None for a good answer."""
        fault: Fault | None = None
        if self._burst:
            self._burst -= 1
            fault = self._burst_kind
        elif self.dice.random() < self.chance:
            fault = self.dice.choice(self.kinds)
            if self.dice.random() < 0.3:
                self._burst, self._burst_kind = self.dice.randint(1, 12), fault
        if fault is not None:
            self.struck[fault] += 1
        return fault

    def next_at_desk(self) -> DeskFault | None:
        """The fault of the next token request."""
        if self.dice.random() >= self.desk_chance:
            return None
        fault = self.dice.choice(tuple(DeskFault))
        self.struck[fault] += 1
        return fault
