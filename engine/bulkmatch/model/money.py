"""Parts held and spent. Parts are what the API bills; money here means parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum


class CallState(StrEnum):
    """`reserved -> settled | released | unknown -> settled | written off`."""

    RESERVED = "reserved"
    SETTLED = "settled"
    RELEASED = "released"
    UNKNOWN = "unknown"
    WRITTEN_OFF = "written off"


@dataclass(frozen=True, slots=True)
class Spend:
    """What a scope has used: all counts are parts.

    `external` is what others used on the same account, as booked by a reconciliation.
    """

    settled: int = 0
    reserved: int = 0
    unknown: int = 0
    external: int = 0

    @property
    def used(self) -> int:
        """What counts against a budget: unknown answers count as their ceiling."""
        return self.settled + self.reserved + self.unknown + self.external

    def left(self, cap: int | None) -> int | None:
        """What is left under `cap`, never below 0; None without a cap."""
        return None if cap is None else max(0, cap - self.used)


@dataclass(frozen=True, slots=True)
class Caps:
    """The most parts that a run and an account's calendar month may use; None is no cap."""

    run: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One send and the parts held for it. Its id exists before anything is written."""

    call_id: str
    account: str
    run_id: str
    ceiling: int
    opened_at: datetime
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """One answer as kept: `payload` is the match as JSON text."""

    key: str
    payload: bytes
    asked_at: datetime
    expires_at: datetime
    not_entitled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """What has become of questions, by key: `answered` by now, or under way `elsewhere`.

    An instant says when at the latest a question that is under way is free again.
    """

    answered: Mapping[str, StoredAnswer] = field(default_factory=dict[str, StoredAnswer])
    elsewhere: Mapping[str, datetime] = field(default_factory=dict[str, datetime])

    @property
    def keys(self) -> frozenset[str]:
        """All of them: none need be asked."""
        return frozenset(self.answered) | self.elsewhere.keys()


@dataclass(frozen=True, slots=True)
class Held:
    """What a reservation came to: `call` holds the ceiling of the questions with these `keys`.

    They are its own until it ends. Those `aside` are not, and nothing is held for them.
    """

    call: Call
    keys: frozenset[str] = frozenset()
    aside: Standing = Standing()


def month_of(instant: datetime) -> str:
    """The calendar month that a call is booked under, `2026-11`, in UTC.

    The API resets on the 1st without rollover; its time zone is not documented (facts, section 4).
    """
    return instant.astimezone(UTC).strftime("%Y-%m")


def day_of(instant: datetime) -> str:
    """The day that a call is booked under, `2026-11-20`, in UTC."""
    return instant.astimezone(UTC).strftime("%Y-%m-%d")
