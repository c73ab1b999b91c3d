"""Several part numbers in one cell, with their makers.

A separator counts only where every piece could be a part number by itself, so that the comma of
`74LVC1G07GV,125` and the slash of `LM2611BMF/NOPB` stay inside.
"""

import re
from collections.abc import Callable

from bulkmatch.feeds.looks import Kind, kind_of, looks_like_mpn, without_note

Pair = tuple[str, str | None]

_LINES = re.compile(r"\s*(?:\r\n|\r|\n|<br ?/?>)\s*")
# From the strongest: what can hardly stand in a part number comes first.
_SEPARATORS = (
    _LINES,
    re.compile(r"\s*~\s*"),
    re.compile(r"\s*\|+\s*"),
    re.compile(r"\s+(?:or|OR|Or|oder|ou|alt\.?|ALT\.?)\s*:?\s+"),
    re.compile(r"\s*;\s*"),
    re.compile(r",\s+"),
    re.compile(r"\s+/\s+|\s*//\s*"),
    re.compile(r"\s+&\s+"),
)
_CAREFUL_FROM = 4  # from here on a separator could be part of a number or a remark
_FEWEST_CHARS = 5
_MOST_OPTIONS = 50
_LONGEST = 2_000


def split_options(mpn: str, manufacturer: str | None) -> tuple[Pair, ...]:
    """The cell's part numbers in order, each with its maker; at least one pair.

    Makers go with part numbers one by one where there are as many; a lone maker goes with all.
    """
    text = without_note(mpn.strip())
    if len(text) > _LONGEST:
        return ((text, (manufacturer or "").strip() or None),)
    for at, separator in enumerate(_SEPARATORS):
        pieces = [piece.strip() for piece in separator.split(text, _MOST_OPTIONS)]
        filled = [piece for piece in pieces if piece]
        if len(filled) > 1 and all(map(_check(at), filled)):
            return _paired(pieces, manufacturer, separator)
    return ((text, (manufacturer or "").strip() or None),)


def _check(at: int) -> Callable[[str], bool]:
    return _is_surely_one if at >= _CAREFUL_FROM else _is_one


def _is_one(piece: str) -> bool:
    return kind_of(piece) is not Kind.TEXT


def _is_surely_one(piece: str) -> bool:
    return len(piece) >= _FEWEST_CHARS and looks_like_mpn(piece)


def _paired(
    pieces: list[str], manufacturer: str | None, separator: re.Pattern[str]
) -> tuple[Pair, ...]:
    makers = _makers(manufacturer or "", separator, len(pieces))
    pairs = [
        (without_note(piece), maker or None)
        for piece, maker in zip(pieces, makers, strict=True)
        if piece
    ]
    return tuple(dict.fromkeys(pairs))


def _makers(manufacturer: str, separator: re.Pattern[str], count: int) -> list[str]:
    for by in (separator, *_SEPARATORS) if len(manufacturer) <= _LONGEST else ():
        makers = [maker.strip() for maker in by.split(manufacturer.strip(), _MOST_OPTIONS)]
        if len(makers) == count:
            return makers
    return [manufacturer.strip()] * count
