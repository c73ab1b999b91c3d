"""Delimited text to records of cells. The delimiter is found out, never asked for.

It is decided by what the text looks like under each, not by the file's extension: the one under
which a header row is recognised best, then the one that gives the most even records.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bulkmatch.errors import FeedError
from bulkmatch.feeds.bounds import check_extent
from bulkmatch.feeds.header import header_strength

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_RECORDS = 150
_SAMPLE_CHARS = 1 << 17
_MOST_SAMPLE_CELLS = 400
_NAMED = re.compile(r'"?sep=(.)"?', re.IGNORECASE)  # Excel's own first line


def read_records(path: Path, text: str, delimiter: str) -> list[list[str]]:
    """The records of a delimited text; blank lines are records without cells.

    A quoted line break does not end a record. Lines may end in LF, CRLF, CR or a mix of them.
    Raises FeedError.
    """
    records: list[list[str]] = []
    for record in _records(path, text, delimiter):
        records.append(record)
        check_extent(path, rows=len(records), columns=len(record))
    return records


def find_delimiter(text: str) -> tuple[str, int]:
    """The delimiter that explains the text best, and how many named columns it then has."""
    sample = text[:_SAMPLE_CHARS]
    told = _NAMED.fullmatch(sample.split("\n", 1)[0].strip())
    if told and told[1] in DELIMITERS:
        return told[1], _fitness(sample, told[1])[0]
    fitness = {delimiter: _fitness(sample, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: fitness[delimiter])
    return best, fitness[best][0]


def _fitness(sample: str, delimiter: str) -> tuple[int, float, int]:
    """How well `delimiter` explains the sample: header names, evenness, then columns."""
    try:
        records = list(islice(_reader(sample, delimiter), _SAMPLE_RECORDS))
    except csv.Error:
        return (0, 0.0, 0)
    widths = Counter(len(record) for record in records if any(record))
    if not widths:
        return (0, 0.0, 0)
    width, count = widths.most_common(1)[0]
    names = max(header_strength(record[:_MOST_SAMPLE_CELLS]) for record in records)
    even = count / widths.total() if width > 1 or names else 0.0
    return (names, even, width)


def _records(path: Path, text: str, delimiter: str) -> Iterator[list[str]]:
    count = 0
    try:
        for record in _reader(text, delimiter):
            count += 1
            yield record
    except csv.Error as error:
        raise FeedError(
            f"is not readable as delimited text ({error}); a quote that is never closed is the "
            "usual cause",
            file=path,
            line=count + 1,
        ) from error


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    lines = io.StringIO(text, newline="")  # breaks at LF, CRLF and CR alike
    spaced = delimiter != "\t" and f'{delimiter} "' in text[:_SAMPLE_CHARS]
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=spaced)
