"""What a manager reads in ten seconds: one verdict, a few numbers, what changed. Knows no format."""

from collections.abc import Mapping
from dataclasses import dataclass

from bulkmatch.model.audit import AuditHead, Severity
from bulkmatch.report.audit.text import day, minute, shown

_ACUTE = (str(Severity.FATAL), str(Severity.ERROR))
_AT_END = ("EOL", "Obsolete")


@dataclass(frozen=True, slots=True)
class Tile:
    """One number with its words; `tone` is "bad", "warn", "good" or "plain"."""

    number: str
    words: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Headline:
    """`verdict` is one sentence, `tone` as a tile's; `notes` are what else must be known."""

    verdict: str
    tone: str
    tiles: tuple[Tile, ...]
    notes: tuple[str, ...]


def headline(head: AuditHead) -> Headline:
    """The summary of an audit."""
    verdict, tone = _verdict(head)
    return Headline(verdict, tone, tuple(_tiles(head)), tuple(map(shown, _notes(head))))


def total(counts: Mapping[str, int], *words: str) -> int:
    """The counts of these words, or all of them."""
    return sum(counts.get(word, 0) for word in words) if words else sum(counts.values())


def _verdict(head: AuditHead) -> tuple[str, str]:
    counts = head.counts
    acute, warnings = (
        total(counts.severities, *_ACUTE),
        total(counts.severities, str(Severity.WARNING)),
    )
    new = total(counts.new_severities, *_ACUTE)
    if acute:
        since = f", {new:,} of them new" if head.previous_at else ""
        return f"{_count(acute, 'finding')} to act on now{since}.", "bad"
    if warnings:
        return f"Nothing to act on now; {_count(warnings, 'warning')} to plan for.", "warn"
    if counts.part_count == 0:
        return "The libraries hold no part that could be audited.", "warn"
    if total(counts.lifecycles) == counts.lifecycles.get("not seen", 0):
        return "No part has been looked at yet.", "warn"
    return "Nothing to act on.", "good"


def _tiles(head: AuditHead) -> list[Tile]:
    counts = head.counts
    ended = total(counts.lifecycles, *_AT_END)
    fine, lines = counts.healths.get("fine", 0), total(counts.healths)
    share = f"{100 * fine // lines} %" if lines else "-"
    ending = counts.healths.get("at end", 0)
    return [
        Tile(f"{counts.part_count:,}", "distinct parts"),
        Tile(f"{counts.line_count:,}", f"lines in {_count(counts.bom_count, 'file')}"),
        Tile(share, "of lines fine", "good" if fine == lines else "plain"),
        Tile(f"{ending:,}", "lines without a future", "bad" if ending else "good"),
        Tile(f"{ended:,}", "parts EOL or obsolete", "bad" if ended else "good"),
        Tile(
            f"{total(counts.events):,}",
            f"changes since {day(head.previous_at)}"
            if head.previous_at
            else "changes (first audit)",
        ),
        Tile(f"{head.parts_charged:,}", "parts charged"),
    ]


def _notes(head: AuditHead) -> list[str]:
    notes: list[str] = []
    if head.context.source == "sandbox":
        notes.append("SANDBOX: made up for trying out; no real stock, no real prices.")
    if head.stopped:
        notes.append(f"The audit ended early: {head.stopped}")
    missing = [one for one in head.unlooked if not one.is_fine]
    notes += [
        f"{_count(one.part_count, 'part')} not looked at ({one.reason}). {one.advice}".strip()
        for one in missing
    ]
    if head.not_in_plan:
        notes.append(f"Not in the plan, so not judged: {', '.join(head.not_in_plan)}.")
    if head.counts.waived_count:
        notes.append(f"{_count(head.counts.waived_count, 'finding')} waived; they fail nothing.")
    if head.previous_at is None:
        notes.append("This is the first audit, so nothing can have changed.")
    return notes


def run_lines(head: AuditHead) -> list[tuple[str, str]]:
    """How the audit ran and what it cost: labels and words, in order."""
    context, forecast = head.context, head.forecast
    lines = [
        ("source", "SANDBOX (synthetic)" if context.source == "sandbox" else context.source),
        ("started", minute(head.started_at)),
        ("finished", minute(head.finished_at)),
        ("audit before", minute(head.previous_at) or "none"),
        ("country, currency", f"{context.country}, {context.currency}"),
        ("policy", head.policy),
        ("account", head.account),
        ("parts asked for", f"{head.counts.asked_count:,}"),
        ("parts charged", f"{head.parts_charged:,}"),
        ("parts of unknown answers", f"{head.parts_unknown:,}"),
        ("requests", f"{head.requests:,}"),
        ("budget of the run (parts)", _or_none(head.budget)),
        ("most parts to ask for", _or_none(head.max_parts)),
        ("month so far (parts)", _or_none(head.month_used)),
        ("budget of the month (parts)", _or_none(head.month_budget)),
        ("values kept between audits", "yes" if head.keeps_values else "no, fingerprints only"),
    ]
    if forecast:
        lines += [
            ("due now (parts)", f"{forecast.due_now:,}"),
            ("due in the rest of the month", f"{forecast.rest_of_month:,}"),
            ("due next month", f"{forecast.next_month:,}"),
            ("a month on average", f"{forecast.per_month:,.0f}"),
            ("left of the month's budget", _or_none(forecast.left)),
        ]
    if head.stopped:
        lines.append(("stopped early", head.stopped))
    lines += [("library", name) for name in head.libraries]
    return [
        *lines,
        ("command", head.command),
        ("bulkmatch", head.version),
        ("audit", head.audit_id),
    ]


def _or_none(count: int | None) -> str:
    return "none" if count is None else f"{count:,}"


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
