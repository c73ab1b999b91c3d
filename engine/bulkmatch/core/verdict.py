"""One table: what a failed send means for its batch."""

import re
from dataclasses import dataclass

from bulkmatch.errors import (
    BadCredentials,
    BadQuery,
    NotEntitled,
    NotSent,
    PartLimitReached,
    Throttled,
    Unanswered,
    Unauthorized,
    WireError,
)
from bulkmatch.model.settings import Features, Patience

# Longer than this a Retry-After is taken for a mistake and the back-off's most is used instead.
_ABSURD_WAIT = 900.0

# A crash in the middle, or an answer that is cut short, too large or no GraphQL: one question may
# cause them. Any other status without an answer is a proxy's, and silence may be an outage.
_MAY_BE_ONE_QUESTION = frozenset({200, 500})

# What can be left out of a document.
_FEATURES = frozenset(Features.__slots__)
_BAD_VALUE = re.compile(r"\bvariable\b.*(?:invalid value|coerce|not (?:a )?valid)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Retry:
    """Send the same again after so many seconds."""

    after: float


@dataclass(frozen=True, slots=True)
class Probe:
    """Send one ask alone after so many seconds; answered, the others follow in halves.

    What a lost answer cost is unknown, so a whole batch is not staked again on an API that may be
    down.
    """

    after: float


@dataclass(frozen=True, slots=True)
class Refresh:
    """Get a new token, then send again after so many seconds."""

    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Narrow:
    """Leave these plan features out of the document, then send again."""

    features: frozenset[str]


@dataclass(frozen=True, slots=True)
class Split:
    """Send a part by itself after so many seconds: one question may be the cause (`core.parcel`)."""

    after: float = 0.0


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The rows of this batch fail with the cause; other batches go on."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Nothing more will help; the run stops."""


Verdict = Retry | Probe | Refresh | Narrow | Split | GiveUp | Stop


@dataclass(frozen=True, slots=True)
class Tried:
    """What a batch has been through. `attempt` counts from 1; a probe sends one ask alone.

    `told_to_wait` counts refusals to take it now: they lengthen the next wait and are no attempts.
    """

    attempt: int
    asks: int
    told_to_wait: int = 0
    refreshed: bool = False
    narrowed: frozenset[str] = frozenset()
    is_probing: bool = False


def backoff(attempt: int, *, patience: Patience, dice: float) -> float:
    """Seconds to wait after failed attempt `attempt`: exponential, with full jitter.

    `dice` is drawn from [0, 1) by the caller. At least a tenth of the step is waited.
    """
    step = min(patience.backoff_most, patience.backoff * 2.0 ** (attempt - 1))
    return step * (0.1 + 0.9 * dice)


def verdict(failure: WireError, tried: Tried, *, patience: Patience, dice: float) -> Verdict:
    """Say what to do about a failed send."""
    wait = backoff(tried.attempt + tried.told_to_wait, patience=patience, dice=dice)
    last = tried.attempt >= patience.attempts
    match failure:
        case PartLimitReached() | BadCredentials():
            return Stop()
        case Unauthorized():  # a new token refused, too, may be a passing trouble of the API's
            return Stop() if last and tried.refreshed else Refresh(wait * tried.refreshed)
        case NotEntitled(features=features) if not last and features & _FEATURES - tried.narrowed:
            return Narrow(features & _FEATURES)
        case Throttled(retry_after=after):  # nothing was carried out: waiting is all it takes
            return Retry(_slow_down(after, wait, patience))
        case BadQuery(executed=False, status=status) if not _refuses_a_value(failure):
            return Retry(wait) if tried.attempt == 1 and status != 400 else Stop()
        case BadQuery(executed=False):
            return Split()
        case _ if may_be_one_question(failure):
            return GiveUp() if last and tried.asks == 1 else Split(wait)
        case Unanswered():
            return GiveUp() if last else Probe(wait)
        case NotSent():
            return GiveUp() if last else Retry(wait)
        case _:
            return Stop()


def may_be_one_question(failure: WireError) -> bool:
    """Whether a request may have failed as a whole because of one question in it."""
    if isinstance(failure, BadQuery):
        return failure.executed or _refuses_a_value(failure)
    return isinstance(failure, Unanswered) and failure.status in _MAY_BE_ONE_QUESTION


def _slow_down(after: float | None, wait: float, patience: Patience) -> float:
    """What the API asked for, unless it makes no sense."""
    if after is None:
        return wait
    return patience.backoff_most if after > _ABSURD_WAIT else max(after, wait)


def _refuses_a_value(failure: BadQuery) -> bool:
    """Whether the refusal is about a value, not about the document (GraphQL spec, section 6.1.2)."""
    return _BAD_VALUE.search(str(failure)) is not None
