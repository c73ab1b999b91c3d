"""The workbook's summary sheet: what ran, what came out, what it cost."""

from collections.abc import Iterator, Mapping

from bulkmatch.model.part import Lifecycle
from bulkmatch.report import xlsx_style as style
from bulkmatch.report.context import ReportContext, Summary
from bulkmatch.report.csv_sink import plain_text
from bulkmatch.report.xlsx_book import Book, Page, fit_text

_OUTCOMES = ("matched", "needs review", "missed", "failed", "skipped")
_SANDBOX = "made up for trying out: no real stock, no real prices"

Count = int | str
Line = tuple[str, Count]


def write_summary(
    page: Page,
    book: Book,
    *,
    context: ReportContext,
    summary: Summary | None,
    outcomes: Mapping[tuple[str, str], int],
    lifecycles: Mapping[str, int],
    not_entitled: Mapping[str, int],
) -> None:
    """Fill the sheet, top to bottom. Without a `summary` it tells what the lines tell.

    `not_entitled` counts the lines that lack a feature which the plan does not include.
    """
    looks = {
        name: book.add_format(dict(look))
        for name, look in {
            "title": style.TITLE,
            "alarm": style.ALARM,
            "section": style.SECTION,
            "label": style.LABEL,
            "text": style.WRAPPED,
            "number": style.NUMBER,
        }.items()
    }
    page.fit_to_pages(1, 0)
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 84)
    page.write_string(0, 0, "Summary", looks["title"])
    row = 1
    if context.is_sandbox:
        page.write_string(row, 0, "SANDBOX", looks["alarm"])
        page.write_string(row, 1, _SANDBOX, looks["alarm"])
        row += 1
    for title, lines in sections(context, summary, outcomes, lifecycles, not_entitled):
        row += 1
        page.write_string(row, 0, title, looks["section"])
        page.write_string(row, 1, "", looks["section"])
        for label, value in lines:
            row += 1
            page.write_string(row, 0, label, looks["label"])
            if isinstance(value, int):
                page.write_number(row, 1, value, looks["number"])
            else:
                page.write_string(row, 1, fit_text(value), looks["text"])
        row += 1


def sections(
    context: ReportContext,
    summary: Summary | None,
    outcomes: Mapping[tuple[str, str], int],
    lifecycles: Mapping[str, int],
    not_entitled: Mapping[str, int],
) -> Iterator[tuple[str, list[Line]]]:
    """The sheet's sections in order: each a title, and lines of a label with a count or text."""
    yield "Lines", list(_lines(summary, outcomes))
    if lifecycles:
        known = [str(word) for word in Lifecycle if str(word) in lifecycles]
        yield "Lifecycle of what was found", [(word, lifecycles[word]) for word in known]
    if not_entitled:
        yield "Not in the plan (lines)", sorted(not_entitled.items())
    if summary:
        yield "Cost", list(_cost(summary))
    yield "Run", list(_run(context, summary))


def _lines(summary: Summary | None, outcomes: Mapping[tuple[str, str], int]) -> Iterator[Line]:
    yield "lines", sum(outcomes.values())
    if summary and summary.distinct is not None:
        yield "distinct questions", summary.distinct
    for name in _OUTCOMES:
        kinds = {kind: count for (outcome, kind), count in outcomes.items() if outcome == name}
        yield name, sum(kinds.values())
        for kind, count in sorted(kinds.items()):
            if kind:
                yield f"    {kind}", count


def _cost(summary: Summary) -> Iterator[Line]:
    tally = summary.tally
    yield "parts charged", tally.charged
    yield "parts saved against the API's default limit", tally.saved
    yield "parts of unknown answers", tally.unknown
    yield "budget of the run (parts)", "none" if summary.budget is None else summary.budget
    yield "answers from the store", tally.from_store
    yield "requests", tally.requests
    yield "errors", tally.errors


def _run(context: ReportContext, summary: Summary | None) -> Iterator[Line]:
    yield "source", "SANDBOX (synthetic data)" if context.is_sandbox else context.source
    yield "started (UTC)", plain_text(context.started_at)
    if summary:
        yield "finished (UTC)", plain_text(summary.finished_at)
        if summary.stopped:
            yield "stopped early", summary.stopped
    yield "country, currency", f"{context.country}, {context.currency}"
    yield "boards", context.boards
    yield "profile", context.profile
    if context.command:
        yield "command", context.command
    for at, name in enumerate(context.inputs, start=1):
        yield ("file" if len(context.inputs) == 1 else f"file {at}"), name
