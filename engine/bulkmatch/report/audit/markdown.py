"""The summary in Markdown, for a CI job's page or a comment on a change: short, whatever the library.

A text of somebody else can make no link, mention, picture or table cell of its own.
"""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bulkmatch.model.audit import AuditReport, Finding
from bulkmatch.report.audit.headline import headline, run_lines
from bulkmatch.report.audit.text import day, minute, place_words, shown

_MOST_FINDINGS, _MOST_CHANGES = 15, 10
# All of ASCII's punctuation can be escaped (CommonMark 0.31, 2.4); what GitHub and GitLab make links
# of on their own (addresses, mentions, issues) is broken by a zero-width space.
_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+!|~&$^-])")
_ALONE = re.compile(r"(?<=@)(?=\S)|(?<=:)(?=//)|(?<=[wW]{3})(?=\.)|(?<=#)(?=\d)")
_MARK = {"bad": "🔴", "warn": "🟠", "good": "🟢"}
_RUN = frozenset({"parts charged", "month so far (parts)", "budget of the month (parts)", "policy"})


class MarkdownWriter:
    """Writes the summary as Markdown."""

    def write(self, report: AuditReport, place: Path) -> None:
        """Write a new file at `place`. Raises OSError."""
        with place.open("x", encoding="utf-8", errors="replace", newline="\n") as file:
            file.writelines(f"{line}\n" for line in markdown_lines(report))


def markdown_lines(report: AuditReport) -> Iterator[str]:
    """The summary, line by line."""
    head, told = report.head, headline(report.head)
    yield f"## Lifecycle audit, {minute(head.finished_at)}"
    yield ""
    yield f"{_MARK[told.tone]} **{told.verdict}**"
    yield ""
    yield "| " + " | ".join(tile.words for tile in told.tiles) + " |"
    yield "|" + " ---: |" * len(told.tiles)
    yield "| " + " | ".join(tile.number for tile in told.tiles) + " |"
    yield ""
    for note in told.notes:
        yield f"- {escaped(note)}"
    yield from _findings(report)
    yield from _changes(report)
    yield ""
    yield "; ".join(
        f"{label}: {escaped(words)}" for label, words in run_lines(head) if label in _RUN
    )


def escaped(text: str, most: int = 200) -> str:
    """`text` as Markdown that shows it and does nothing else."""
    return _ALONE.sub("\u200b", _MARKS.sub(r"\\\1", shown(text, most)))


def _findings(report: AuditReport) -> Iterator[str]:
    worst = [*islice((one for one in report.findings if one.counts), _MOST_FINDINGS)]
    count = sum(report.head.counts.severities.values())
    if not worst:
        return
    yield ""
    yield f"### Findings ({count:,})"
    yield ""
    yield "| severity | part | maker | why | what to do | used |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for one in worst:
        yield f"| {' | '.join(_cells(one))} |"
    if count > len(worst):
        yield ""
        yield f"The worst {len(worst)} of {count:,}; the report has all."


def _cells(one: Finding) -> Iterator[str]:
    yield f"{one.severity}{' (new)' if one.is_new else ''}"
    yield escaped(one.mpn, 80)
    yield escaped(one.manufacturer or "", 60)
    yield escaped(one.reason)
    yield escaped(one.advice)
    more = f" and {one.use_count - 1:,} more" if one.use_count > 1 else ""
    yield (escaped(place_words(one.where_used[0]), 120) + more) if one.where_used else ""


def _changes(report: AuditReport) -> Iterator[str]:
    head = report.head
    events = sorted(head.counts.events.items(), key=lambda pair: (-pair[1], pair[0]))
    if not events:
        return
    yield ""
    yield f"### Changes since {day(head.previous_at)}"
    yield ""
    for kind, count in events[:_MOST_CHANGES]:
        yield f"- {count:,} × {escaped(kind)}"
