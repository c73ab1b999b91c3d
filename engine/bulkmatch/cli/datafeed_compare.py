"""`bulkmatch datafeed compare`: asks through `enrich`, so that budget, store and ledger are its own."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from bulkmatch.cli.datafeed_screen import show_json, show_text
from bulkmatch.cli.enrich import enrich
from bulkmatch.cli.exits import Exit
from bulkmatch.cli.screen import clean, messages
from bulkmatch.datafeed import ChangeKind, Coverage, compare, write_questions
from bulkmatch.errors import SettingsError

_WORDS = {
    ChangeKind.ADDED: "shown, and not in the feed",
    ChangeKind.REMOVED: "in the feed, and not shown",
}
# With these `enrich` has written what it knows, so there is something to compare.
_PARTLY = frozenset({Exit.BUDGET, Exit.NETWORK})


@contextmanager
def answered(
    feed: Path, results: Path | None, *, quiet: bool, **asking: object
) -> Generator[tuple[Path, int]]:
    """The file of answers, and the code that asking ended with; asks nothing when there is one."""
    if results is not None:
        yield results, 0
        return
    if asking.get("budget") is None and not asking.get("sandbox"):
        raise SettingsError("asking is charged: give --budget N, or answers with --results FILE")
    with tempfile.TemporaryDirectory(prefix="bulkmatch-") as folder:
        questions, answers = Path(folder) / "questions.csv", Path(folder) / "answers.jsonl"
        if not write_questions(feed, questions):
            raise SettingsError(f"{feed} has no offers: no row has a sku")
        code = _ask(questions, answers, quiet=quiet, **asking)
        if (code and code not in _PARTLY) or not answers.exists():
            click.get_current_context().exit(code)
        yield answers, code


def _ask(questions: Path, answers: Path, *, quiet: bool, **asking: object) -> int:
    """Run `enrich` with its own defaults; the code that it ends with."""
    try:
        click.get_current_context().invoke(
            enrich, boms=(questions,), outputs=(answers,), quiet=quiet, **asking
        )
    except click.exceptions.Exit as ended:
        return ended.exit_code
    return 0


def show_comparison(feed: Path, answers: Path, *, seller: str, most: int, as_json: bool) -> bool:
    """Print where the API differs from the feed; whether it does."""
    coverage = Coverage()
    changes = compare(feed, answers, seller=seller, coverage=coverage)
    if as_json:
        counts = show_json(
            {"feed": str(feed), "seller": seller}, changes, after=lambda: asdict(coverage)
        )
    else:
        counts = show_text(changes, most, _WORDS)
    console = messages()
    compared = coverage.offer_count - coverage.unasked_count
    told = f"{compared:,} of {coverage.offer_count:,} offers compared"
    if coverage.unasked_count:
        told += f"; {coverage.unasked_count:,} were not answered, and say nothing"
    console.print(clean(told), soft_wrap=True)
    if seller.casefold() not in {name.casefold() for name in coverage.sellers}:
        shown = ", ".join(coverage.sellers[:8]) or "none"
        console.print(clean(f"the API shows no offer of {seller}; its sellers here: {shown}"))
    return counts.total() > 0
