"""What is asked for a line, one thing after another, until something is found.

A question without hits costs nothing (facts, section 4), so every further trial is free until it
finds a part, and that part is the last thing that the line is charged for.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from bulkmatch.core.makers import Makers
from bulkmatch.core.normal import misread
from bulkmatch.core.packaging import packed_otherwise
from bulkmatch.model.query import MatchQuery

# Each guess is a round trip for every line that is missed; the first few find nearly all.
_MOST_GUESSES = 3


def trials(query: MatchQuery, *, makers: Makers, guesses: bool) -> Iterator[MatchQuery]:
    """The queries for a line in the order to try them; all but the last may find nothing.

    The number under every name of the maker, then without a maker. With `guesses` also by the stock
    number, with 0 for O, and in other packaging: what these find is for a person to look at.
    """
    if not query.mpn:
        yield from _by_stock_number(query)
        return
    plain = replace(query, sku=None, seller=None)
    names = makers.names_to_ask(query.manufacturer) if query.manufacturer else ()
    for name in (*names, None):
        yield replace(plain, manufacturer=name)
    if not guesses:
        return
    if query.sku:
        yield from _by_stock_number(query)
    named = names[0] if names else None
    for number in islice(_near(query, makers), _MOST_GUESSES):
        yield replace(plain, mpn=number, manufacturer=named, is_either=False)


def _by_stock_number(query: MatchQuery) -> Iterator[MatchQuery]:
    """By the number at the seller, then at any: sellers' names are not always the API's."""
    bare = replace(query, mpn="", manufacturer=None, is_either=False)
    yield bare
    if query.seller:
        yield replace(bare, seller=None)


def _near(query: MatchQuery, makers: Makers) -> Iterator[str]:
    if (number := misread(query.mpn)) is not None:
        yield number
    key = makers.key(query.manufacturer) if query.manufacturer else ""
    yield from packed_otherwise(query.mpn, maker=key)
