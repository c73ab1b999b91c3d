"""From a row of a BOM to what an audit keeps of it."""

from bulkmatch.core.decision import subject_of
from bulkmatch.core.options import option_rows
from bulkmatch.core.plan import question
from bulkmatch.model.library_line import AskedLine, AskedPart
from bulkmatch.model.outcome import Skipped
from bulkmatch.model.query import AskOptions, MatchQuery
from bulkmatch.model.row import Row

_SEPARATOR = "\x1f"


def asked_line(row: Row) -> AskedLine:
    """The line with its distinct questions, its own part first; `skipped` when it has none."""
    asked: dict[str, AskedPart] = {}
    skipped = ""
    for one in option_rows(row):
        query = question(one, AskOptions())
        if isinstance(query, Skipped):
            skipped = skipped or str(query.reason)
            continue
        part = _part(one, query)
        asked.setdefault(part.identity, part)
    return AskedLine(
        line=row.line,
        sheet=row.sheet,
        mpn=row.mpn,
        designators=row.designators,
        quantity=None if row.quantity is None else str(row.quantity),
        skipped="" if asked else skipped,
        asked=tuple(asked.values()),
    )


def _part(row: Row, query: MatchQuery) -> AskedPart:
    subject = subject_of(query)
    identity = f"{subject.number}{_SEPARATOR}{subject.maker}"
    return AskedPart(identity, row.mpn, row.manufacturer, row.sku, row.seller)
