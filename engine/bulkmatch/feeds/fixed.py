"""Text in columns of fixed width, as Eagle, OrCAD and old systems print it, to records of cells.

A column begins where a word of the header begins and nearly every line below has a blank before
it. Knows such a text only by its header.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from bulkmatch.feeds.header import header_strength

_SAMPLE_LINES, _SAMPLE_CHARS = 400, 1 << 18
_LONGEST_HEADER = 4_000
_FEWEST_NAMES = 3
_MOST_CROSSING = 0.03  # of the lines below, those that may run over a column's edge
_MOST_CROSSING_WIDE = 0.3  # where the header's words stand well apart
_LINE_END = re.compile(r"\r\n|\r|\n")
_RULES = frozenset("-_=+|. ")
_TAB = 8


def fixed_width_records(text: str) -> tuple[list[list[str]], int] | None:
    """The text's records, one a line, and how many named columns; None when it has no columns."""
    found = _header(_lines(text[:_SAMPLE_CHARS])[:_SAMPLE_LINES])
    if found is None:
        return None
    strength, header, edges = found
    records = [
        [line.strip()] if at < header else _cut(line, edges) for at, line in enumerate(_lines(text))
    ]
    return [record if any(record) else [] for record in records], strength


def _lines(text: str) -> list[str]:
    return [line.expandtabs(_TAB).replace("\f", " ").rstrip() for line in _LINE_END.split(text)]


def _header(lines: Sequence[str]) -> tuple[int, int, list[int]] | None:
    """The best header among the lines: its named columns, its line, and where columns begin."""
    best: tuple[int, int, list[int]] | None = None
    for at, line in enumerate(lines):
        if len(line) > _LONGEST_HEADER or len(line.split()) < _FEWEST_NAMES:
            continue
        edges = _edges(line, lines[at + 1 :])
        strength = header_strength(_cut(line, edges))
        if strength >= _FEWEST_NAMES and (best is None or strength > best[0]):
            best = (strength, at, edges)
    return best


def _edges(header: str, below: Sequence[str]) -> list[int]:
    """Where columns begin: 0, and each word of the header that data keep clear of."""
    filled = [line for line in below if set(line) - _RULES][:_SAMPLE_LINES]
    starts = [at for at in range(1, len(header)) if header[at - 1] == " " and header[at] != " "]
    wide = [at for at in starts if header[max(0, at - 2) : at] == "  "]
    edges = [at for at in starts if _is_clear(at, filled, certain=at in wide)]
    return [0, *edges]


def _is_clear(at: int, lines: Sequence[str], *, certain: bool) -> bool:
    """Whether a column can begin at `at`: lines that reach it have a blank before it."""
    reaching = [line for line in lines if len(line) > at]
    if not reaching:
        return certain
    crossing = sum(1 for line in reaching if line[at - 1] != " ")
    return crossing <= len(reaching) * (_MOST_CROSSING_WIDE if certain else _MOST_CROSSING)


def _cut(line: str, edges: Sequence[int]) -> list[str]:
    ends = [*edges, max(len(line), edges[-1]) + 1]
    return [line[start:end].strip() for start, end in pairwise(ends)]
