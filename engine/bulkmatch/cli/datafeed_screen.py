"""What `bulkmatch datafeed` shows: reports, changes and what a conversion took; text and JSON."""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.status import Status

from bulkmatch.cli.progress import LIVE_SECONDS, PLAIN_SECONDS
from bulkmatch.cli.screen import clean, messages, results
from bulkmatch.datafeed import (
    Change,
    ChangeKind,
    CheckReport,
    Conversion,
    Finding,
    Sender,
    Severity,
    convert,
    diff,
    folder_target,
    message_of,
    survey,
)
from bulkmatch.errors import FeedError, SettingsError

_EXAMPLES = 3
_NAMED = 8
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}
Tell = Callable[[int, float | None], None]


@contextmanager
def counting(console: Console, *, quiet: bool) -> Generator[Tell]:
    """What is told how many rows are done: a line in a terminal that changes, plain lines elsewhere."""
    if quiet:
        yield lambda rows, share: None
        return
    if not console.is_terminal:
        yield _paced(lambda text: console.print(text), PLAIN_SECONDS)
        return
    with Status("reading", console=console) as status:
        yield _paced(status.update, LIVE_SECONDS)


def _paced(show: Callable[[str], None], seconds: float) -> Tell:
    """Shows no more than one text in some seconds."""
    shown_at = time.monotonic()

    def tell(rows: int, share: float | None) -> None:
        nonlocal shown_at
        now = time.monotonic()
        if now - shown_at >= seconds:
            shown_at = now
            show(f"{rows:,} rows" + ("" if share is None else f" ({share:.0%})"))

    return tell


def show_report(console: Console, report: CheckReport) -> None:
    """The broken rules, each with its count and first examples; a verdict at the end."""
    for rule, count, findings in report.rules:
        head = clean(rule.id, _STYLES[rule.severity])
        head.append(f"  {_counted(count, rule.severity)}; wanted: {rule.tells}", style="not bold")
        console.print(head, soft_wrap=True)
        if rule.id == "header-recommended":
            names = ", ".join(finding.column or "" for finding in findings)
            console.print(clean(f"  not there: {names}", "dim"), soft_wrap=True)
            continue
        for finding in findings[:_EXAMPLES]:
            console.print(clean(f"  row {finding.row}: {message_of(finding)}"), soft_wrap=True)
        if count > _EXAMPLES:
            console.print(clean(f"  and {count - _EXAMPLES:,} more", "dim"))
    console.print(clean(verdict(report), "bold"), soft_wrap=True)


def verdict(report: CheckReport) -> str:
    """The report in a line."""
    errors, warnings = (
        _counted(report.error_count, "error"),
        _counted(report.warning_count, "warning"),
    )
    rows = _counted(report.row_count, "row")
    guessed = " (guessed)" if report.is_guessed else ""
    passed = "does not pass" if report.error_count else "passes"
    return f"{report.path.name} {passed}: {rows}, {errors}, {warnings}; a {report.sender}'s feed{guessed}"


def report_as_json(report: CheckReport) -> str:
    """Counts by rule, complete, and the first findings of each."""
    told = {
        "file": str(report.path),
        "sender": str(report.sender),
        "sender_is_guessed": report.is_guessed,
        "rows": report.row_count,
        "errors": report.error_count,
        "warnings": report.warning_count,
        "passes": not report.error_count,
        "rules": [
            {
                "rule": rule.id,
                "severity": str(rule.severity),
                "wanted": rule.tells,
                "source": rule.source,
                "count": count,
                "findings": [_finding(finding) for finding in findings],
            }
            for rule, count, findings in report.rules
        ],
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "row": finding.row,
        "line": finding.line,
        "column": finding.column,
        "found": finding.found,
        "advice": finding.advice,
    }


def converted(
    inputs: Sequence[Path],
    output: Path,
    *,
    seller: str | None,
    sender: Sender | None,
    strict: bool,
    quiet: bool,
) -> None:
    """Convert, and tell on stderr what was written and what was not."""
    known = survey(inputs)
    for target, whose in _targets(inputs, output, seller, known.sellers, sender):
        with counting(messages(), quiet=quiet) as tell:
            done = convert(
                inputs,
                target,
                seller=whose,
                sender=sender,
                known=known,
                is_strict=strict,
                on_progress=lambda rows, tell=tell: tell(rows, None),  # type: ignore[misc]
            )
        for line in _took(done, target):
            messages().print(clean(line), soft_wrap=True)


def _targets(
    inputs: Sequence[Path],
    output: Path,
    seller: str | None,
    sellers: Sequence[str],
    sender: Sender | None,
) -> list[tuple[Path, str | None]]:
    """The files to write, each with the seller whose offers are in it."""
    is_folder = output.is_dir() or not output.suffix
    if not is_folder:
        return _checked(inputs, [(output, seller)])
    if sender is Sender.MANUFACTURER or not sellers:
        raise SettingsError(
            "a folder takes a file of each seller; the input names none: name a file"
        )
    chosen = [seller] if seller else sellers
    targets = _checked(inputs, [(folder_target(output, one, ".csv"), one) for one in chosen])
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FeedError(f"cannot be made: {error.strerror}", file=output) from error
    return targets


def _checked(
    inputs: Sequence[Path], targets: list[tuple[Path, str | None]]
) -> list[tuple[Path, str | None]]:
    """The targets. Raises SettingsError when one is an input, or that of another seller."""
    taken = {path.resolve(): "is an input; an output must not replace it" for path in inputs}
    for target, seller in targets:
        place = target.resolve()
        if place in taken:
            raise SettingsError(f"{target} {taken[place]}")
        taken[place] = f"is that of {seller} too; choose one with --seller and name a file"
    return targets


def _took(done: Conversion, target: Path) -> Iterable[str]:
    yield f"written: {target}, {_counted(done.row_count, 'row')}"
    if done.columns_left_out:
        yield f"  columns left out: {_listed(done.columns_left_out)}"
    if done.left_out:
        told = ", ".join(f"{count:,} {why}" for why, count in done.left_out.most_common(_NAMED))
        yield f"  rows left out: {told}"
    if done.changed:
        told = ", ".join(f"{count:,} {name}" for name, count in done.changed.most_common(_NAMED))
        yield f"  cells mended or emptied: {told}"
    yield from (f"  {example}" for example in done.examples)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def show_changes(old: Path, new: Path, *, most: int, as_json: bool, quiet: bool) -> bool:
    """Print the changes; whether there are any. JSON is written as it comes, so it may be long."""
    with counting(messages(), quiet=quiet) as tell:
        changes = diff(old, new, on_progress=lambda rows: tell(rows, None))
        if as_json:
            return show_json({"old": str(old), "new": str(new)}, changes).total() > 0
        return show_text(changes, most).total() > 0


def show_json(
    about: Mapping[str, object],
    changes: Iterable[Change],
    *,
    after: Callable[[], Mapping[str, object]] = dict,
) -> Counter[ChangeKind]:
    """Print one object: what it is about, every change as it comes, the counts, what is told `after`."""
    counts: Counter[ChangeKind] = Counter()
    head = json.dumps(about, ensure_ascii=False)
    sys.stdout.write(head.removesuffix("}") + ', "changes": [')
    for change in changes:
        told = json.dumps(asdict(change), ensure_ascii=False)
        sys.stdout.write(("," if counts else "") + "\n  " + told)
        counts[change.kind] += 1
    closing = {"counts": {str(kind): counts[kind] for kind in ChangeKind}, **after()}
    sys.stdout.write("\n], " + json.dumps(closing, ensure_ascii=False).removeprefix("{") + "\n")
    return counts


def show_text(
    changes: Iterable[Change], most: int, words: Mapping[ChangeKind, str] | None = None
) -> Counter[ChangeKind]:
    """Print the first changes of each kind under its word, and how many there are."""
    counts: Counter[ChangeKind] = Counter()
    kept: dict[ChangeKind, list[Change]] = {kind: [] for kind in ChangeKind}
    for change in changes:
        counts[change.kind] += 1
        if len(kept[change.kind]) < most:
            kept[change.kind].append(change)
    console = results()
    for kind in ChangeKind:
        if not counts[kind]:
            continue
        console.print(clean(f"{(words or {}).get(kind, kind)}: {counts[kind]:,}", "bold"))
        for change in kept[kind]:
            console.print(clean(f"  {_shown(change)}"), soft_wrap=True)
        if counts[kind] > most:
            console.print(clean(f"  and {counts[kind] - most:,} more", "dim"))
    if not counts:
        click.echo("no change")
    return counts


def _shown(change: Change) -> str:
    names = (change.manufacturer, change.mpn, change.sku, change.region)
    name = " / ".join(filter(None, names))
    if change.kind in {ChangeKind.ADDED, ChangeKind.REMOVED}:
        return name
    return f"{name}: {change.old or 'none'} -> {change.new or 'none'}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
