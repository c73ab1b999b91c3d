"""What a policy says of one part, rule by rule, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from bulkmatch.core.apply_policy import Judge, Named
from bulkmatch.core.finding_words import REASONS
from bulkmatch.model.audit_event import EventKind
from bulkmatch.model.policy import Rule, Severity, StateKind, Subject, Waiver


@dataclass(frozen=True, slots=True)
class Explained:
    """What counts for one subject of a part: the rule, the waiver, and whether it holds now."""

    subject: Subject
    holds: bool
    rule: Rule | None
    waiver: Waiver | None

    @property
    def severity(self) -> Severity:
        """What it counts as."""
        return Severity.IGNORE if self.rule is None else self.rule.severity

    @property
    def words(self) -> str:
        """Why it counts so."""
        if self.rule is None:
            return "no rule speaks of it"
        where = f"rule {self.rule.number}" if self.rule.number else "the policy's general severity"
        told = REASONS[self.subject] if isinstance(self.subject, StateKind) else "when it happens"
        if self.waiver is None:
            return f"{told}; by {where}"
        waiver = self.waiver
        return (
            f"{told}; by {where}; waived by {waiver.owner} until {waiver.expires}: {waiver.reason}"
        )


def explained(judge: Judge, named: Named, states: tuple[str, ...]) -> Iterator[Explained]:
    """What the policy says of a part: its states now first, then all that could happen to it."""
    for subject in sorted((*StateKind, *EventKind), key=lambda one: one.value not in states):
        yield Explained(
            subject,
            holds=subject.value in states,
            rule=judge.rule_for(subject, named),
            waiver=judge.waiver_for(subject, named),
        )
