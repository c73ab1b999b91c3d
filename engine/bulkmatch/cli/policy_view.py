"""What `bulkmatch policy explain` shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table

from bulkmatch.cli.accounts import values_and_store
from bulkmatch.cli.audit_screen import SEVERITY_COLOURS
from bulkmatch.cli.screen import clean, results
from bulkmatch.core.apply_policy import Judge, Named
from bulkmatch.core.decision import subject_of
from bulkmatch.core.fingerprint import Sealer
from bulkmatch.core.policy_words import explained
from bulkmatch.model.policy import Policy
from bulkmatch.model.query import MatchQuery
from bulkmatch.store import open_desk


@dataclass(frozen=True, slots=True)
class Explanation:
    """One subject, as it is shown."""

    subject: str
    holds: bool
    severity: str
    words: str

    def as_json(self) -> dict[str, str | bool]:
        """For programs."""
        return {
            "subject": self.subject,
            "holds": self.holds,
            "severity": self.severity,
            "why": self.words,
        }


def explanations(
    policy: Policy,
    part: str,
    manufacturer: str,
    *,
    category: str,
    store: str | None,
    config: Path | None,
) -> Sequence[Explanation]:
    """What the policy says of a part, its states as the last audit in the store has left them."""
    _, path = values_and_store(config, store)
    states = _states(path, part, manufacturer)
    judge = Judge(policy, Sealer(b""), datetime.now(UTC).date())
    named = Named(part, manufacturer, category)
    return [
        Explanation(one.subject.value, one.holds, one.severity.value, one.words)
        for one in explained(judge, named, states)
    ]


def _states(path: Path, part: str, manufacturer: str) -> tuple[str, ...]:
    if not path.is_file():  # who only looks makes no store
        return ()
    subject = subject_of(MatchQuery(part, manufacturer or None))
    desk = open_desk(path, scope="")
    try:
        found = desk.states_in_scopes(subject.number, subject.maker)
    finally:
        desk.close()
    return tuple(([*found.values()] or [""])[-1].split())


def show_explanations(part: str, policy: str, told: Sequence[Explanation]) -> None:
    """Print them as a table, what holds now first."""
    table = Table(title=f"{part} by the policy {policy}", title_justify="left", box=None)
    for name in ("", "subject", "counts as", "why"):
        table.add_column(name, overflow="fold")
    for one in told:
        style = SEVERITY_COLOURS.get(one.severity, "dim")
        mark = "now" if one.holds else ""
        table.add_row(mark, one.subject, f"[{style}]{one.severity}[/]", clean(one.words))
    results().print(table)
