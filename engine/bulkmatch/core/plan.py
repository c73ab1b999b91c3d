"""From rows to distinct questions, and the price of a run before its first request."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

from bulkmatch.core.normal import clean, is_placeholder, maker_key, maker_name, mpn_identity
from bulkmatch.model.outcome import Skipped, SkipReason
from bulkmatch.model.query import Ask, AskOptions, MatchQuery
from bulkmatch.model.row import Row
from bulkmatch.model.settings import Limits
from bulkmatch.model.tally import Estimate

# No part number is near this long; what is, is a paragraph in the wrong column.
_LONGEST_MPN = 120
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Asker:
    """Makes asks whose keys hold for one `scope`: account, source, profile and seller filters.

    Two spellings of one part number make one key; another country, currency, page or scope
    makes another.
    """

    scope: str

    def ask(self, query: MatchQuery, *, start: int = 0, limit: int = 1) -> Ask:
        """The ask for a page of a question's hits."""
        told = (
            self.scope,
            mpn_identity(query.mpn),
            maker_key(query.manufacturer),
            query.options.country,
            query.options.currency,
            str(start),
            str(limit),
        )
        digest = hashlib.blake2b(_SEPARATOR.join(told).encode(), digest_size=16).hexdigest()
        return Ask(query=query, key=digest, start=start, limit=limit)


def question(row: Row, options: AskOptions) -> MatchQuery | Skipped:
    """What a row asks, or why it asks nothing."""
    if row.do_not_populate:
        return Skipped(row, SkipReason.DO_NOT_POPULATE)
    mpn = clean(row.mpn)
    if not mpn:
        return Skipped(row, SkipReason.NO_MPN)
    if len(mpn) > _LONGEST_MPN:
        return Skipped(row, SkipReason.PLACEHOLDER, f"{len(mpn)} characters are no part number")
    if is_placeholder(mpn):
        return Skipped(row, SkipReason.PLACEHOLDER, f"{mpn!r} is not a part number")
    return MatchQuery(mpn, maker_name(row.manufacturer), options)


def most(ask: Ask, asked: MatchQuery, *, second_look: int) -> int:
    """The most parts that a question can still cost when `ask` is the next one it needs.

    After the first look a doubtful question may cost `second_look` parts more; a look without the
    maker that was `asked` for, and a second look itself, are the last.
    """
    dropped_maker = bool(asked.manufacturer) and not ask.query.manufacturer
    return ask.limit if ask.start or dropped_maker else ask.limit + second_look


def estimate(
    open_asks: Sequence[tuple[Ask, MatchQuery]],
    *,
    distinct: int,
    unanswered: int,
    lines: int,
    skipped: int,
    limits: Limits,
    second_look: int,
) -> Estimate:
    """Price the asks that are left when the store has answered what it can.

    `open_asks` pairs each distinct ask that is needed next with a question that needs it. Of
    `distinct` questions, `unanswered` are not answered to the end by the store.
    """
    wanted = sum(ask.limit for ask, _ in open_asks)
    requests = max(
        math.ceil(len(open_asks) / limits.queries_per_request),
        math.ceil(wanted / limits.parts_per_request),
    )
    return Estimate(
        lines=lines,
        skipped=skipped,
        distinct=distinct,
        from_store=distinct - unanswered,
        parts_first_look=wanted,
        parts_at_most=sum(most(ask, asked, second_look=second_look) for ask, asked in open_asks),
        requests_at_least=requests,
        seconds_at_least=max(0, requests - limits.concurrency) * 60.0 / limits.requests_per_minute,
    )
