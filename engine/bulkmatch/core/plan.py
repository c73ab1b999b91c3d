"""From rows to distinct questions, and the price of a run before its first request."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bulkmatch.core.makers import NO_MAKERS, Makers
from bulkmatch.core.normal import clean, is_placeholder, maker_key, maker_name, mpn_identity
from bulkmatch.core.stock_number import may_be_stock_number, stock_key
from bulkmatch.model.match import Match
from bulkmatch.model.outcome import Skipped, SkipReason
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Ask, AskOptions, MatchQuery
from bulkmatch.model.row import Row
from bulkmatch.model.settings import Limits
from bulkmatch.model.tally import Estimate

# No part number is near this long; what is, is a paragraph in the wrong column.
_LONGEST_MPN = 120
# `limit: Int! = 3` of SupPartMatchQuery (facts, section 1), read 2026-11-20.
_DEFAULT_LIMIT = 3
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Asker:
    """Makes asks whose keys hold for one `scope`: account, source, profile and seller filters.

    Two spellings of one part number make one key; another country, currency, page or scope
    makes another. `makers` is what is known of makers' names.
    """

    scope: str
    makers: Makers = NO_MAKERS

    def ask(self, query: MatchQuery, *, start: int = 0, limit: int = 1) -> Ask:
        """The ask for a page of a question's hits."""
        told = (
            self.scope,
            mpn_identity(query.mpn),
            stock_key(query.sku or ""),
            maker_key(query.seller),
            str(query.is_either),
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
    skipped = _without_number(row)
    sku = None if is_placeholder(row.sku or "") else clean(row.sku or "")
    if skipped is not None and sku is None:
        return skipped
    mpn = "" if skipped else clean(row.mpn)
    return MatchQuery(
        mpn,
        maker_name(row.manufacturer),
        options,
        sku=sku,
        seller=maker_name(row.seller),
        is_either=sku is None and may_be_stock_number(mpn),
    )


def _without_number(row: Row) -> Skipped | None:
    """Why a row's own part number asks nothing, None when it does."""
    mpn = clean(row.mpn)
    if not mpn:
        return Skipped(row, SkipReason.NO_MPN)
    if len(mpn) > _LONGEST_MPN:
        return Skipped(row, SkipReason.PLACEHOLDER, f"{len(mpn)} characters are no part number")
    if is_placeholder(mpn):
        return Skipped(row, SkipReason.PLACEHOLDER, f"{mpn!r} is not a part number")
    return None


def most(ask: Ask, asked: MatchQuery, *, second_look: int) -> int:
    """The most parts that a question can still cost when `ask` is the next one it needs.

    After a look for what was `asked` a doubtful question may cost `second_look` parts more, the
    further pages together. A look that finds anything without the maker, by another number or by
    the stock number behind a part number is the last; one that finds nothing costs nothing.
    """
    if ask.start:
        return max(ask.limit, 1 + second_look - ask.start)
    return ask.limit + second_look if is_straight(ask, asked) else ask.limit


def is_straight(ask: Ask, asked: MatchQuery) -> bool:
    """Whether an ask is for what was `asked`, under whichever name of the maker."""
    query = ask.query
    if not asked.mpn:
        return True
    is_same_number = mpn_identity(query.mpn) == mpn_identity(asked.mpn)
    return is_same_number and bool(query.manufacturer) == bool(asked.manufacturer)


def parts_by_default(asks: Sequence[Ask], matches: Mapping[str, Match[PartLike]]) -> int:
    """What the answered first looks among `asks` would have been charged at the default limit."""
    first = (matches[ask.key] for ask in asks if ask.start == 0 and ask.key in matches)
    return sum(min(match.hits, _DEFAULT_LIMIT) for match in first)


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

    `open_asks` pairs each ask that is needed next with the questions that need it; questions that
    may part ways later stand beside each other. Of `distinct` questions, `unanswered` are not
    answered to the end by the store.
    """
    limit_of = {ask.key: ask.limit for ask, _ in open_asks}
    wanted = sum(limit_of.values())
    requests = max(
        math.ceil(len(limit_of) / limits.queries_per_request),
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
