"""The engine's manners towards an API in trouble: it does not storm an outage, nor repeat at will."""

import math
from collections import Counter
from collections.abc import Sequence

import anyio
from tests.simulation.disk import Question
from tests.simulation.faults import PUSH_BACK, Fault
from tests.simulation.mortal import Mortal
from tests.simulation.watch import Watch

from bulkmatch import Event, Limits
from bulkmatch.model.event import BatchFailed, CircuitOpened

_OUTAGE = "an outage is not stormed"
_REPEATS = "repeats keep to their budget"
# What the retry budget lets through: a credit, a share of first sends, a trickle a second.
_CREDIT, _SHARE, _PER_SECOND = 10, 0.2, 0.2
# Failures without a word from the endpoint before a breaker must be open.
_UNREACHED = 3


class Manners:
    """Watches one process."""

    def __init__(self, watch: Watch, limits: Limits) -> None:
        self._watch, self._limits = watch, limits
        self._began_at = anyio.current_time()
        self._counts: Counter[str] = Counter()
        self._silent_since = math.inf
        self._silent = 0
        self._failed: set[Question] = set()

    def answered(self) -> None:
        """Somebody was there."""
        self._silent, self._silent_since = 0, math.inf

    def unreached(self, process: Mortal) -> None:
        """A request met nobody, or a proxy that says so. Most are let go, few go on as probes.

        A breaker's cool-downs double from a fourth of a second at least to half a minute.
        """
        now = anyio.current_time()
        self._silent_since = min(self._silent_since, now)
        self._silent += 1
        passed = now - self._silent_since
        probes = math.log2(4 * passed + 1) + passed / 25
        most = _UNREACHED + self._limits.concurrency + probes + 3
        self._watch.expect(
            holds=self._silent <= most,
            promise=_OUTAGE,
            how=f"{process.name} sent {self._silent} requests in vain in {passed:.1f} s",
        )

    def arrive(self, questions: Sequence[Question]) -> None:
        """Count first sends, and repeats of one question alone; probes have cool-downs of their own."""
        is_repeat = len(questions) == 1 and questions[0] in self._failed
        self._counts["repeats" if is_repeat else "first"] += 1
        counts, passed = self._counts, anyio.current_time() - self._began_at
        repeats = counts["repeats"] - counts["probes"]
        most = 1.0 + counts["given up"] + max(_CREDIT, self._limits.concurrency)
        most += _SHARE * counts["first"] + _PER_SECOND * passed
        self._watch.expect(
            holds=repeats <= most, promise=_REPEATS, how=f"{repeats} repeats, {most:.1f} at most"
        )

    def ended(self, questions: Sequence[Question], fault: Fault | None) -> None:
        """What the fault failed is asked again for no other reason; the parts of a batch have others."""
        if fault in PUSH_BACK and len(questions) == 1:
            self._failed.update(questions)
        else:
            self._failed.difference_update(questions)

    def observe(self, event: Event) -> None:
        """Probes are told when a circuit opens; what was given up may be asked for another row."""
        is_over = isinstance(event, BatchFailed) and event.verdict == "GiveUp"
        self._counts["given up"] += is_over
        self._counts["probes"] += isinstance(event, CircuitOpened)
