"""What a run came to, counted line by line as outcomes arrive; holds a few lines, never all."""

from collections import Counter
from collections.abc import Iterable

from bulkmatch.model.outcome import (
    Failed,
    Matched,
    Missed,
    Outcome,
    Review,
    Skipped,
    SkipReason,
    outcome_name,
    outcome_reason,
)
from bulkmatch.model.part import Lifecycle, PartFacts, PartLike
from bulkmatch.model.row import Row

Facts = tuple[PartFacts, ...]
KINDS = ("matched", "needs review", "missed", "failed", "skipped")
FAIL_KINDS = {
    "review": "needs review",
    "missed": "missed",
    "failed": "failed",
    "skipped": "skipped",
}
ENDING = (Lifecycle.OBSOLETE, Lifecycle.EOL, Lifecycle.NRND)
_AS_WANTED = (SkipReason.DO_NOT_POPULATE, SkipReason.IGNORED)
# A person reads a few examples, and opens the output for the rest.
EXAMPLES = 5


class Digest:
    """Counts of outcomes, lifecycles and reasons, with the first examples of each kind.

    A line that needs review counts under the lifecycle of its best candidate, and `not_entitled`
    counts the lines that lack something which the plan does not include.

    With `keeps` it also holds that many lines, to be shown where no output was asked for.
    """

    def __init__(self, *, keeps: int = 0) -> None:
        self.lines = 0
        self.kinds: Counter[str] = Counter()
        self.lifecycles: Counter[Lifecycle] = Counter()
        self.skips: Counter[SkipReason] = Counter()
        self.not_entitled: Counter[str] = Counter()
        self.causes: Counter[str] = Counter()
        self.examples: dict[str, list[tuple[Row, str]]] = {kind: [] for kind in KINDS}
        self.risks: list[tuple[Row, str]] = []
        self.kept: list[tuple[Outcome[PartLike], Facts]] = []
        self._keeps = keeps

    def add(self, outcome: Outcome[PartLike], facts: Facts) -> None:
        """Count one line; `facts` are those of the outcome's parts, in their order."""
        kind = outcome_name(outcome)
        self.lines += 1
        self.kinds[kind] += 1
        if len(self.examples[kind]) < EXAMPLES:
            self.examples[kind].append((outcome.row, outcome_reason(outcome)))
        if len(self.kept) < self._keeps:
            self.kept.append((outcome, facts))
        self._count(outcome, facts)

    def _count(self, outcome: Outcome[PartLike], facts: Facts) -> None:
        if facts:
            self.lifecycles[facts[0].lifecycle] += 1
            self.not_entitled.update(facts[0].not_entitled)
            self._note_risk(outcome.row, facts[0])
        match outcome:
            case Failed(cause=cause):
                self.causes[str(cause)] += 1
            case Skipped(reason=reason):
                self.skips[reason] += 1
            case Matched() | Review() | Missed():
                pass

    def _note_risk(self, row: Row, facts: PartFacts) -> None:
        if facts.lifecycle in ENDING and len(self.risks) < EXAMPLES:
            self.risks.append((row, str(facts.lifecycle)))

    @property
    def ending(self) -> int:
        """How many lines name a part that is not made for new designs, or not made at all."""
        return sum(self.lifecycles[word] for word in ENDING)

    @property
    def answered(self) -> int:
        """How many lines the API or the store had an answer for."""
        return sum(self.kinds[kind] for kind in ("matched", "needs review", "missed"))

    def has(self, fail_on: Iterable[str]) -> bool:
        """Whether a line ended as `--fail-on` names it.

        A line that the BOM itself marks as not populated, or a person ignores, is skipped as it
        should be.
        """
        wanted = set(FAIL_KINDS) if "any" in fail_on else set(fail_on)
        counts = {
            **self.kinds,
            "skipped": self.kinds["skipped"] - sum(self.skips[reason] for reason in _AS_WANTED),
        }
        return any(counts.get(FAIL_KINDS[kind], 0) > 0 for kind in wanted)

    def __repr__(self) -> str:
        return f"Digest({self.lines} lines, {dict(self.kinds)})"
