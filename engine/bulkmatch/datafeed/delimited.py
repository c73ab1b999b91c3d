"""Delimited text to records, one at a time, as RFC 4180 has it, and what is not as it has it.

A quotation mark opens a field only as its first character, so a stray one hurts its own record and
not the rest of the file. Memory holds one record.
"""

import csv
import re
from collections.abc import Iterator
from functools import lru_cache, partial
from io import TextIOWrapper
from itertools import islice
from pathlib import Path

from bulkmatch.datafeed.finding import Flaw
from bulkmatch.datafeed.record import Record
from bulkmatch.errors import FeedError

MOST_CHARS = 1_000_000  # of one line
_MOST_BY_CSV = 100_000  # the csv module reads fields of up to 131,072
_MOST_LINES = 200  # of one quoted field
_MOST_UNCLOSED = 20  # then a quote that stays open ends with its line
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = (",", "\t", ";", "|")


def open_text(path: Path) -> TextIOWrapper:
    """The file as text. Bytes that are no UTF-8 become lone surrogates, which a check tells of."""
    with path.open("rb") as raw:
        start = raw.read(4)
    encoding = next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
    errors = "surrogateescape" if encoding == "utf-8" else "replace"
    return path.open(encoding=encoding, errors=errors, newline="")


def delimiter_of(first_line: str, expected: str) -> str:
    """What the header is separated by: the expected delimiter unless another gives more columns."""
    if expected in first_line:
        return expected
    found = max(_DELIMITERS, key=first_line.count)
    return found if found in first_line else expected


def read_records(path: Path, stream: TextIOWrapper, delimiter: str) -> Iterator[Record]:
    """The records of `stream`, from the first. Raises FeedError for what is no text in lines."""
    lines = _Lines(path, stream)
    row = unclosed = 0
    while line := lines.take():
        row += 1
        began_at, body = lines.number, line.rstrip("\r\n")
        if '"' not in body:
            yield Record(row, began_at, tuple(body.split(delimiter)))
        elif len(body) <= _MOST_BY_CSV and _clean(delimiter).fullmatch(body):
            cells = next(csv.reader((body,), delimiter=delimiter, strict=True))
            yield Record(row, began_at, tuple(cells))
        else:
            most = _MOST_LINES if unclosed < _MOST_UNCLOSED else 1
            split = _gathered(line, lines, delimiter, most)
            unclosed += split.is_open
            yield Record(row, began_at, tuple(split.cells), split.flaws)


class _Lines:
    """Lines of a stream with their numbers; some can be given back."""

    def __init__(self, path: Path, stream: TextIOWrapper) -> None:
        self._path, self._read = path, partial(stream.readline, MOST_CHARS)
        self._back: list[str] = []
        self.number = 0

    def __repr__(self) -> str:
        return f"_Lines({str(self._path)!r}, number={self.number})"

    def take(self) -> str:
        """The next line with its end, empty after the last."""
        line = self._back.pop() if self._back else self._fresh()
        self.number += bool(line)
        return line

    def give_back(self, lines: list[str]) -> None:
        """Let these lines come again."""
        self._back.extend(reversed(lines))
        self.number -= len(lines)

    def _fresh(self) -> str:
        line = self._read()
        if "\0" in line:
            raise self._error("is not text: it holds zero bytes; save it as CSV (UTF-8) or XLSX")
        if len(line) >= MOST_CHARS:
            raise self._error(f"has a line of over {MOST_CHARS:,} characters; is it a datafeed?")
        return line

    def _error(self, message: str) -> FeedError:
        return FeedError(message, file=self._path, line=self.number + len(self._back) + 1)


class _Split:
    """A record's cells, and how far they are from RFC 4180."""

    __slots__ = ("cells", "is_loose", "is_open")

    def __init__(self, cells: list[str], *, is_loose: bool, is_open: bool) -> None:
        self.cells, self.is_loose, self.is_open = cells, is_loose, is_open

    def __repr__(self) -> str:
        return f"_Split({self.cells!r}, loose={self.is_loose}, open={self.is_open})"

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        if self.is_open:
            return (Flaw("quoting", "close the quotation mark that begins a field in this row"),)
        if self.is_loose:
            return (Flaw("quoting", 'quote the field, and double the marks in it: "5"" screen"'),)
        return ()


def _gathered(line: str, lines: _Lines, delimiter: str, most: int) -> _Split:
    """The record that begins with `line`: more lines while a quote is open, else that line alone."""
    split = _split(line.rstrip("\r\n"), delimiter)
    alone, text, more = split, line, list[str]()
    while split.is_open and len(more) < most - 1 and (following := lines.take()):
        more.append(following)
        text += following
        if '"' in following:
            split = _split(text.rstrip("\r\n"), delimiter)
        if len(text) > MOST_CHARS:
            break
    if split.is_open:
        lines.give_back(more)
        return _resplit(line, delimiter) if alone.is_open else alone
    return split


def _resplit(line: str, delimiter: str) -> _Split:
    """A line whose quote is never closed: its marks are taken as they stand."""
    cells = [cell.removeprefix('"') for cell in line.rstrip("\r\n").split(delimiter)]
    return _Split(cells, is_loose=True, is_open=True)


def _split(text: str, delimiter: str) -> _Split:
    """Cells of one record's text; a mark that is not doubled stands for itself."""
    cells: list[str] = []
    is_loose, at = False, 0
    while True:
        if text.startswith('"', at):
            cell, at, loose = _quoted(text, at + 1, delimiter)
            if at < 0:
                return _Split([*cells, cell], is_loose=is_loose, is_open=True)
        else:
            end = text.find(delimiter, at)
            end = len(text) if end < 0 else end
            cell, at = text[at:end], end
            loose = '"' in cell
        cells.append(cell)
        is_loose |= loose
        if at >= len(text):
            return _Split(cells, is_loose=is_loose, is_open=False)
        at += 1


def _quoted(text: str, begin: int, delimiter: str) -> tuple[str, int, bool]:
    """The quoted field whose text starts at `begin`, where it ends (-1: nowhere), and if loosely."""
    pieces: list[str] = []
    is_loose, at = False, begin
    while True:
        mark = text.find('"', at)
        if mark < 0:
            return "".join(pieces) + text[at:], -1, is_loose
        following = text[mark + 1 : mark + 2]
        if following in ("", delimiter):
            pieces.append(text[at:mark])
            return "".join(pieces), mark + 1, is_loose
        pieces.append(text[at : mark + 1])
        is_loose |= following != '"'
        at = mark + 1 + (following == '"')


@lru_cache
def _clean(delimiter: str) -> re.Pattern[str]:
    """What a whole record in RFC 4180 looks like; possessive, so that it never goes back."""
    field = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"{re.escape(delimiter)}]*+)'
    return re.compile(rf"{field}(?:{re.escape(delimiter)}{field})*+")


def first_lines(path: Path, count: int) -> list[str]:
    """Some lines from the start of a file. Raises FeedError."""
    with open_text(path) as stream:
        return list(islice(iter(_Lines(path, stream).take, ""), count))
