"""What a policy says of parts, events and lines: findings with severity, reason, advice and waiver."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from bulkmatch.core.finding_words import REASONS, advice_for
from bulkmatch.core.fingerprint import Sealer
from bulkmatch.model.audit import MOST_USES, Finding, Health, LineHealth, WaivedBy, WhereUsed
from bulkmatch.model.audit_event import AuditEvent
from bulkmatch.model.observation import PartState
from bulkmatch.model.policy import Policy, Rule, Scope, Severity, StateKind, Subject, Waiver

_LINE_STATES = {Health.AT_END: StateKind.LINE_AT_END, Health.AT_RISK: StateKind.LINE_AT_RISK}


@dataclass(frozen=True, slots=True)
class Named:
    """What a scope is held against."""

    mpn: str
    manufacturer: str
    category: str = ""
    uses: Sequence[WhereUsed] = ()


@dataclass(frozen=True, slots=True)
class Judge:
    """Applies one policy on one day (UTC)."""

    policy: Policy
    sealer: Sealer
    today: date

    @property
    def needs_uses(self) -> bool:
        """Whether a rule or waiver looks at BOMs or designators."""
        scopes = [rule.scope for rule in self.policy.rules]
        scopes += [waiver.scope for waiver in self.policy.waivers]
        return any(scope.boms or scope.designators for scope in scopes)

    def rule_for(self, subject: Subject, named: Named) -> Rule | None:
        """The rule that counts: the last whose scope fits. None where none speaks of the subject."""
        fitting = (
            rule
            for rule in reversed(self.policy.rules)
            if rule.about is subject and fits(rule.scope, named)
        )
        return next(fitting, None)

    def waiver_for(self, subject: Subject, named: Named) -> Waiver | None:
        """The first waiver in force that lets this through."""
        return next(
            (w for w in self.waivers_about(subject, named) if w.expires >= self.today), None
        )

    def waivers_about(self, subject: Subject, named: Named) -> Iterator[Waiver]:
        """All waivers that speak of this, expired ones too."""
        for waiver in self.policy.waivers:
            if waiver.about in (None, subject) and fits(waiver.scope, named):
                yield waiver

    def part_findings(
        self,
        part: PartState,
        events: Iterable[AuditEvent],
        uses: Sequence[WhereUsed],
        *,
        use_count: int,
    ) -> Iterator[Finding]:
        """The findings of a part's states and events."""
        named = named_of(part, uses)
        for state in map(StateKind, part.states):
            reason = _state_reason(state, part)
            yield from self._finding(state, named, part.key, reason, use_count=use_count)
        for event in events:
            found = self._finding(
                event.kind, named, part.key, event.words, event=event, use_count=use_count
            )
            yield from found

    def line_findings(self, line: LineHealth) -> Iterator[Finding]:
        """The finding of a line that no approved option makes fine."""
        state = _LINE_STATES.get(line.health)
        if state is None:
            return
        first = line.options[line.best or 0]
        named = Named(first.mpn, first.manufacturer or "", uses=(line.use,))
        place = f"{line.use.bom}\x1f{line.use.sheet}\x1f{line.use.line}"
        reason = f"{REASONS[state]}: {line.words}"
        yield from self._finding(state, named, first.key, reason, use_count=1, place=place)

    def waiver_findings(self) -> Iterator[Finding]:
        """Waivers that have expired, and those that soon will."""
        for waiver in self.policy.waivers:
            days = (waiver.expires - self.today).days
            if days < 0:
                state = StateKind.WAIVER_EXPIRED
            elif days <= self.policy.thresholds.waiver_days:
                state = StateKind.WAIVER_EXPIRES_SOON
            else:
                continue
            name = f"waiver {waiver.number} of {waiver.owner}"
            reason = f"{REASONS[state]}, on {waiver.expires}: {waiver.reason}"
            yield from self._finding(state, Named(name, ""), "", reason, place=name)

    def finding_about(self, event: AuditEvent) -> Iterator[Finding]:
        """The finding of an event that is of no single part."""
        yield from self._finding(event.kind, Named("", ""), "", event.words, event=event)

    def _finding(
        self,
        subject: Subject,
        named: Named,
        key: str,
        reason: str,
        *,
        event: AuditEvent | None = None,
        use_count: int = 0,
        place: str = "",
    ) -> Iterator[Finding]:
        rule = self.rule_for(subject, named)
        if rule is None or rule.severity is Severity.IGNORE:
            return
        waiver = self.waiver_for(subject, named)
        yield Finding(
            finding_id=self.sealer.named("finding", subject, key, place),
            rule_id=rule.rule_id,
            about=subject,
            severity=rule.severity,
            key=key,
            mpn=named.mpn,
            manufacturer=named.manufacturer or None,
            reason=reason,
            advice=rule.advice or advice_for(subject),
            where_used=tuple(named.uses[:MOST_USES]),
            use_count=use_count,
            waived=None if waiver is None else _waived_by(waiver),
            event=event,
        )


def named_of(part: PartState, uses: Sequence[WhereUsed] = ()) -> Named:
    """A part as scopes see it."""
    return Named(part.mpn, part.manufacturer or "", part.category, uses)


def fits(scope: Scope, named: Named) -> bool:
    """Whether a scope holds here. BOM and designator must fit at one and the same line."""
    if not (_any(scope.mpns, named.mpn) and _any(scope.makers, named.manufacturer)):
        return False
    if not _any(scope.categories, named.category):
        return False
    if not (scope.boms or scope.designators):
        return True
    return any(
        _any(scope.boms, use.bom) and _any_designator(scope.designators, use.designators)
        for use in named.uses
    )


def _any(patterns: Sequence[str], text: str) -> bool:
    return not patterns or any(
        fnmatchcase(text.casefold(), pattern.casefold()) for pattern in patterns
    )


def _any_designator(patterns: Sequence[str], designators: str) -> bool:
    words = designators.replace(",", " ").split()
    return not patterns or any(_any(patterns, word) for word in words)


def _state_reason(state: StateKind, part: PartState) -> str:
    reason = REASONS[state]
    if state in (StateKind.NEEDS_REVIEW, StateKind.NOT_FOUND, StateKind.FAILED) and part.reason:
        return f"{reason}: {part.reason}"
    return reason


def _waived_by(waiver: Waiver) -> WaivedBy:
    return WaivedBy(waiver.owner, waiver.reason, waiver.expires)


def order_of(finding: Finding) -> tuple[bool, int, bool, str, str, str]:
    """What sorts findings: those that count, the worst, the new, then by maker and part number."""
    return (
        not finding.counts,
        -finding.severity.rank,
        not finding.is_new,
        (finding.manufacturer or "").casefold(),
        finding.mpn.casefold(),
        finding.finding_id,
    )
