"""Which faults there are, and when the next one strikes."""

import random
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """What the network, the API or its proxy does to one request."""

    REFUSED = "connection refused"
    CONNECT_TIMEOUT = "no connection in time"
    RESET_BEFORE = "reset before the request was processed"
    SLOW_BEFORE = "no answer, not processed"
    HTML = "an HTML body under 200"
    EMPTY = "an empty body under 200"
    REDIRECT = "a redirect to another host"
    FORBIDDEN = "403"
    TOKEN_401 = "token refused with 401"
    TOKEN_200 = "token expired, under 200"
    TOKENS_REVOKED = "all tokens revoked"
    THROTTLED = "429"
    THROTTLED_SECONDS = "429 with Retry-After in seconds"
    THROTTLED_DATE = "429 with Retry-After as a date"
    THROTTLED_ABSURD = "429 with an absurd Retry-After"
    THROTTLED_BODY = "too many requests, under 200"
    BAD_GATEWAY = "502, not processed"
    UNAVAILABLE = "503"
    GATEWAY_TIMEOUT = "504, not processed"
    CRASH_500 = "500 with a GraphQL error"
    CRASH_NULL = "data null with an error, under 200"
    LIMIT_200 = "part limit, under 200"
    LIMIT_500 = "part limit, under 500"
    PLAN_NULL = "the plan lacks a field, data null"
    ECHO = "400 that echoes the token"
    RESET_AFTER = "reset after the request was processed"
    SLOW_AFTER = "no answer, processed"
    TRUNCATED = "body cut in half"
    BROKEN_OFF = "connection lost in the middle of the body"
    DRIPPING = "a body in pieces, in time"
    STALLED = "a body in pieces that never ends in time"
    BAD_GATEWAY_AFTER = "502, processed"
    GATEWAY_TIMEOUT_AFTER = "504, processed"
    CRASH_AFTER = "500 without a reason, processed"
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
        Fault.CONNECT_TIMEOUT,
        Fault.TOKEN_401,
        Fault.TOKEN_200,
        Fault.TOKENS_REVOKED,
        Fault.THROTTLED,
        Fault.THROTTLED_SECONDS,
        Fault.THROTTLED_DATE,
        Fault.THROTTLED_ABSURD,
        Fault.THROTTLED_BODY,
        Fault.LIMIT_200,
        Fault.LIMIT_500,
        Fault.DRIPPING,
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
# After these a run rightly stops: only some stories meet them, so that the others get far.
DEADLY = frozenset(
    {
        Fault.FORBIDDEN,
        Fault.LIMIT_200,
        Fault.LIMIT_500,
        Fault.LIMIT_BESIDE,
        Fault.LIMIT_MIDWAY,
        Fault.ECHO,
    }
)
LIMITS = frozenset({Fault.LIMIT_200, Fault.LIMIT_500, Fault.LIMIT_BESIDE, Fault.LIMIT_MIDWAY})


class DeskFault(StrEnum):
    """What the token endpoint does to one request."""

    DOWN = "token endpoint down"
    SLOW = "token endpoint silent"
    THROTTLED = "token endpoint: 429"
    THROTTLED_AFTER = "token endpoint: 429 with Retry-After"
    BROKEN = "token endpoint: 500"
    HTML = "token endpoint: HTML"
    OTHER = "token endpoint: a token that nobody accepts"
    ODD_LIFE = "token endpoint: a token with an odd life"
    NO_TOKEN = "token endpoint: no token that may be sent"


# What an endpoint says, or its proxy for it, while it is out of reach.
OUT_OF_REACH = (
    Fault.REFUSED,
    Fault.CONNECT_TIMEOUT,
    Fault.BAD_GATEWAY,
    Fault.UNAVAILABLE,
    Fault.BAD_GATEWAY_AFTER,
)


# What lasts for a while just as well.
PUSH_BACK = (
    Fault.THROTTLED,
    Fault.THROTTLED_BODY,
    Fault.RESET_BEFORE,
    Fault.GATEWAY_TIMEOUT,
    Fault.CRASH_500,
    Fault.CRASH_500,
)
# Silence, of which nobody can tell whose doing it is.
NO_WORD = frozenset(
    {
        Fault.RESET_BEFORE,
        Fault.SLOW_BEFORE,
        Fault.RESET_AFTER,
        Fault.SLOW_AFTER,
        Fault.BROKEN_OFF,
        Fault.STALLED,
    }
)


@dataclass(frozen=True)
class Outage:
    """Nobody is there for a while: `kind` meets every request."""

    begins_after: float
    seconds: float
    kind: Fault

    def covers(self, passed: float) -> bool:
        """Whether it lasts, so many seconds into the story."""
        return self.begins_after <= passed < self.begins_after + self.seconds


@dataclass
class Weather:
    """Draws faults: each request with `chance` one of `kinds`, now and then a burst of one kind.

    While an outage lasts it meets everybody.
    """

    dice: random.Random
    chance: float
    kinds: tuple[Fault, ...]
    desk_chance: float
    struck: Counter[str] = field(default_factory=Counter[str])
    outage: Outage | None = None
    began_at: float = 0.0
    _burst: int = 0
    _burst_kind: Fault | None = None

    def next(self, now: float) -> Fault | None:
        """The fault of the next request, None for a good answer."""
        fault: Fault | None = None
        if self.outage is not None and self.outage.covers(now - self.began_at):
            fault = self.outage.kind
        elif self._burst:
            self._burst -= 1
            fault = self._burst_kind
        elif self.dice.random() < self.chance:
            fault = self.dice.choice(self.kinds)
            if self.dice.random() < 0.2:
                self._burst, self._burst_kind = self.dice.randint(1, 8), fault
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
