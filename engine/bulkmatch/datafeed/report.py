"""What a check found: every finding counted, the first of each rule kept."""

from collections import Counter
from pathlib import Path

from bulkmatch.datafeed.finding import Finding, Rule, Severity
from bulkmatch.datafeed.layout import Sender
from bulkmatch.datafeed.rules import TABLE


class CheckReport:
    """Counts by rule are complete; `most_examples` findings of each rule are kept."""

    def __init__(self, path: Path, *, most_examples: int) -> None:
        self.path = path
        self.sender = Sender.DISTRIBUTOR
        self.is_guessed = False
        self.row_count = 0
        self._most = most_examples
        self._counts: Counter[str] = Counter()
        self._kept: dict[str, list[Finding]] = {}

    def __repr__(self) -> str:
        return f"CheckReport({str(self.path)!r}, {self.error_count} errors, {self.row_count} rows)"

    def add(self, finding: Finding) -> None:
        """Count a finding, and keep it while there is room."""
        self._counts[finding.rule.id] += 1
        kept = self._kept.setdefault(finding.rule.id, [])
        if len(kept) < self._most:
            kept.append(finding)

    @property
    def rules(self) -> tuple[tuple[Rule, int, tuple[Finding, ...]], ...]:
        """The broken rules: errors first, then by count; each with its count and first findings."""
        broken = [
            (rule, self._counts[rule.id], tuple(self._kept[rule.id]))
            for rule in TABLE
            if self._counts[rule.id]
        ]
        return tuple(sorted(broken, key=lambda one: (one[0].severity, -one[1])))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that were kept, by row."""
        kept = [finding for found in self._kept.values() for finding in found]
        return tuple(sorted(kept, key=lambda finding: finding.row))

    @property
    def error_count(self) -> int:
        return self._count(Severity.ERROR)

    @property
    def warning_count(self) -> int:
        return self._count(Severity.WARNING)

    def _count(self, severity: Severity) -> int:
        return sum(self._counts[rule.id] for rule in TABLE if rule.severity is severity)
