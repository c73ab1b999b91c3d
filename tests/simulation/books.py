"""What the ledger should say: every call's life, kept beside the real one, and what it was charged."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bulkmatch.model.money import Call, CallState, Spend, month_of

ALL = "all runs"
_TAG = 10  # so much of a call's id begins the references of its request


@dataclass
class Booked:
    """One call. `charged` is the API's own count for it, `beyond` of these nobody asked for.

    `is_plain` says that no fault met it, and `paid_for` are the references under which parts came.
    `doubts` name what happened to it that leaves the client without the true count.
    """

    call: Call
    state: CallState
    billed: int = 0
    unknown: int = 0
    charged: int = 0
    beyond: int = 0
    is_sent: bool = False
    is_plain: bool = False
    paid_for: set[str] = field(default_factory=set[str])
    doubts: set[str] = field(default_factory=set[str])

    @property
    def month(self) -> str:
        """The month whose budget it belongs to."""
        return month_of(self.call.opened_at)

    @property
    def reserved(self) -> int:
        """Parts held until it is known what was charged."""
        return self.call.ceiling if self.state is CallState.RESERVED else 0

    @property
    def used(self) -> int:
        """Parts that count against the budgets."""
        return self.reserved + self.billed + self.unknown


class Books:
    """All calls of a story by the beginning of their id.

    `asked` are the parts charged that were asked for: of every run, and of `ALL`.
    """

    def __init__(self) -> None:
        self.calls: dict[str, Booked] = {}
        self.asked: Counter[str] = Counter()

    def of(self, tag: str) -> Booked | None:
        """The call whose id begins so."""
        return self.calls.get(tag[:_TAG])

    def reserve(self, call: Call) -> Booked:
        """A call holds its ceiling."""
        return self.calls.setdefault(call.call_id[:_TAG], Booked(call, CallState.RESERVED))

    def settle(self, call: Call, *, billed: int, unknown: int) -> Booked:
        """The true count is booked; a second time it changes nothing."""
        booked = self.calls[call.call_id[:_TAG]]
        if booked.state is not CallState.SETTLED:
            booked.state, booked.billed, booked.unknown = CallState.SETTLED, billed, unknown
        return booked

    def release(self, call: Call) -> Booked | None:
        """The call holds nothing any more."""
        booked = self.of(call.call_id)
        if booked is not None and booked.state in (CallState.RESERVED, CallState.UNKNOWN):
            booked.state, booked.unknown = CallState.RELEASED, 0
        return booked

    def lose(self, call: Call) -> Booked | None:
        """The call's ceiling is unknown."""
        booked = self.of(call.call_id)
        if booked is not None and booked.state is CallState.RESERVED:
            booked.state, booked.unknown = CallState.UNKNOWN, call.ceiling
        return booked

    def reap(self, now: datetime) -> None:
        """What is reserved past its lease is unknown."""
        for booked in self.calls.values():
            if booked.call.lease_until < now:
                self.lose(booked.call)

    def charge(self, booked: Booked, count: int, *, is_beyond: bool) -> int:
        """The API charges a call; the parts asked for that it has been charged by now."""
        booked.charged += count
        booked.beyond += count * is_beyond
        for scope in (booked.call.run_id, ALL):
            self.asked[scope] += count * (not is_beyond)
        return booked.charged - booked.beyond

    def runs(self) -> dict[str, list[Booked]]:
        """The calls of each run."""
        return _grouped((booked.call.run_id, booked) for booked in self.calls.values())

    def months(self) -> dict[str, list[Booked]]:
        """The calls of each month."""
        return _grouped((booked.month, booked) for booked in self.calls.values())


def _grouped(pairs: Iterable[tuple[str, Booked]]) -> dict[str, list[Booked]]:
    groups: dict[str, list[Booked]] = {}
    for name, booked in pairs:
        groups.setdefault(name, []).append(booked)
    return groups


def spend_of(calls: Iterable[Booked]) -> Spend:
    """What the ledger should say of these calls."""
    settled = reserved = unknown = 0
    for booked in calls:
        settled += booked.billed
        reserved += booked.reserved
        unknown += booked.unknown
    return Spend(settled=settled, reserved=reserved, unknown=unknown)


def charged_of(calls: Iterable[Booked], *, with_beyond: bool) -> int:
    """What the API has charged for these calls."""
    return sum(call.charged - (0 if with_beyond else call.beyond) for call in calls)
