"""Delimited text to records of cells: encoding and delimiter are found out, never asked for.

The delimiter is decided by what the text looks like under each, not by the file's extension: the
one under which a header row is recognised best, then the one that gives the most even records.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bulkmatch.errors import FeedError
from bulkmatch.feeds.bounds import check_extent
from bulkmatch.feeds.header import header_strength

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_RECORDS = 100
_SAMPLE_CHARS = 1 << 18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text(path: Path) -> list[list[str]]:
    """The records of a delimited text file; blank lines are records without cells.

    A record is numbered as a spreadsheet shows it, from 1; a quoted line break does not end one.
    Lines may end in LF, CRLF, CR or a mix of them. Raises FeedError.
    """
    text = _decode(path, path.read_bytes())
    delimiter = _delimiter(text)
    records: list[list[str]] = []
    for record in _records(path, text, delimiter):
        records.append(record)
        check_extent(path, rows=len(records), columns=len(record))
    return records


def _decode(path: Path, raw: bytes) -> str:
    """The text, by its mark, else as UTF-8, else as cp1252, else (always possible) as Latin-1."""
    marked = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp1252", "latin-1"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise FeedError(
                "is neither text nor a workbook (it holds zero bytes); save it as CSV (UTF-8) or XLSX",
                file=path,
            )
        return text
    raise FeedError(f"begins with a {marked} mark but is not {marked} text", file=path)


def _delimiter(text: str) -> str:
    sample = text[:_SAMPLE_CHARS]
    return max(_DELIMITERS, key=lambda delimiter: _fitness(sample, delimiter))


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
    names = max(header_strength(record) for record in records)
    return (names, count / widths.total(), width)


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
