"""The seams: what the run needs of the network, the disk and the caller."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from bulkmatch.model.decision import Decision, Subject
from bulkmatch.model.match import Answer, Match
from bulkmatch.model.money import Call, Caps, Held, Spend, Standing, StoredAnswer
from bulkmatch.model.part import PartLike
from bulkmatch.model.plan import FeatureNote, KnownPlan, LimitMet
from bulkmatch.model.query import Ask, Batch
from bulkmatch.model.settings import Features

P_co = TypeVar("P_co", bound=PartLike, covariant=True)


class Wire(Protocol[P_co]):
    """Sends batches and reads answers."""

    async def prepare(self) -> None:
        """Have a good token at hand; nothing that costs parts is sent. Raises `WireError`."""
        ...

    async def ask(self, batch: Batch, *, tag: str, features: Features) -> Answer[P_co]:
        """Send one request at once; every reference in it begins with `tag`. Raises `WireError`.

        `prepare` has been awaited just before.
        """
        ...

    def read(self, payload: bytes) -> Match[P_co]:
        """A stored match. Raises `ValueError` when the payload does not fit the part type."""
        ...

    async def renew(self, generation: int) -> None:
        """Get a new token unless somebody already has since `generation`. Raises `WireError`."""
        ...


class Ledger(Protocol):
    """Parts held and spent, durable before it returns. Every method is idempotent by call id."""

    async def reserve(
        self, call: Call, caps: Caps, asks: Sequence[Ask] = (), *, anew: Collection[str] = ()
    ) -> Held:
        """Hold the call's ceiling and claim `asks`, all but those that need not be asked.

        In one transaction: what has a fresh answer by now, or is under way in another call that
        lives, comes back and lowers the ceiling by its limit. Keys in `anew` are asked whatever
        answer there is. The claims end with the call. Raises `BudgetExceeded` when there is
        nothing to give back and the rest does not fit; then nothing is held.
        """
        ...

    async def settle(
        self,
        call: Call,
        *,
        billed: int,
        answers: Sequence[StoredAnswer],
        now: datetime,
        unknown: int = 0,
    ) -> None:
        """Book the true count and keep the answers, in one transaction.

        `unknown` is what asks may have cost that the answer passed over. Accepted late too: from
        `unknown` it corrects the books.
        """
        ...

    async def release(self, call: Call, *, cause: str, now: datetime) -> None:
        """Give the parts back: it is proven that nothing was billed."""
        ...

    async def lose(self, call: Call, *, cause: str, now: datetime) -> None:
        """Book the ceiling as unknown: nobody can tell what was billed."""
        ...


class Spending(Protocol):
    """What has been used, for those who ask."""

    async def run_spend(self, run_id: str) -> Spend:
        """What a run has used."""
        ...

    async def month_spend(self, account: str, *, now: datetime) -> Spend:
        """What an account has used in the calendar month of `now`."""
        ...


class Answers(Protocol):
    """Answers kept from earlier."""

    async def load(self, keys: Sequence[str], *, now: datetime) -> Mapping[str, StoredAnswer]:
        """The fresh ones among `keys`."""
        ...

    async def standing(self, keys: Sequence[str], *, now: datetime) -> Standing:
        """What has become of `keys`: answered, or under way in a call that lives."""
        ...

    async def tidy(self, *, now: datetime) -> None:
        """Forget what is past its retention, for good."""
        ...

    async def forget_run(self, run_id: str) -> None:
        """Forget the answers that a run has fetched; what it spent stays."""
        ...


class Plans(Protocol):
    """What is known of accounts' plans, kept from earlier."""

    async def known_plan(self, account: str) -> KnownPlan:
        """All that is known of an account's plan."""
        ...

    async def note_features(self, account: str, notes: Collection[FeatureNote]) -> None:
        """Keep what was learnt of features."""
        ...

    async def note_limit(self, account: str, met: LimitMet | None) -> None:
        """Keep that the part limit was met; None lifts it."""
        ...


class Decisions(Protocol):
    """What people have decided, kept from earlier."""

    async def decisions(self, account: str) -> tuple[Decision, ...]:
        """All that people have decided in an account."""
        ...

    async def decide(self, account: str, made: Collection[Decision]) -> None:
        """Keep decisions; each takes the place of the one about the same question."""
        ...

    async def forget_decisions(self, account: str, subjects: Collection[Subject]) -> int:
        """Forget the decisions about these questions; how many there were."""
        ...


class OpenStore(Ledger, Spending, Answers, Plans, Decisions, Protocol):
    """A store, held open."""

    def close(self) -> None:
        """Let go of the file."""
        ...
