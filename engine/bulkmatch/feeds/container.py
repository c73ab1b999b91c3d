"""From a file to its grids. The content decides how it is read, not the extension."""

import re
from pathlib import Path

from bulkmatch.errors import FeedError
from bulkmatch.feeds.bounds import MOST_MARKUP, check_line, check_size
from bulkmatch.feeds.encoding import Decoded, decode
from bulkmatch.feeds.fixed import fixed_width_records
from bulkmatch.feeds.grid import Content, Grid
from bulkmatch.feeds.hypertext import read_hypertext
from bulkmatch.feeds.markup import read_markup
from bulkmatch.feeds.netlist import START, read_netlist
from bulkmatch.feeds.text import find_delimiter, read_records
from bulkmatch.feeds.workbook import OLE_MAGIC, ZIP_MAGIC, read_workbook

_FOREIGN = {
    b"%PDF": "a PDF",
    b"\x1f\x8b": "packed with gzip",
    b"7z\xbc\xaf": "packed with 7-Zip",
    b"Rar!": "packed with RAR",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!DOCTYPE\s+html|html|table|meta|head|body|style|div|h[1-4]|b|p|br)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(r"\s*<(?:\?xml|!DOCTYPE|[A-Za-z][\w.:-]*[\s/>])")
_START = 4096


def open_content(path: Path) -> Content:
    """The file's grids, and what it is. Raises FeedError."""
    check_size(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise FeedError(f"cannot be read: {error.strerror or error}", file=path) from error
    if raw.startswith((ZIP_MAGIC, OLE_MAGIC)):
        return read_workbook(path, raw)
    foreign = next((what for magic, what in _FOREIGN.items() if raw.startswith(magic)), None)
    if foreign:
        raise FeedError(
            f"is {foreign}; delimited text (CSV) or a workbook (XLSX, XLS, ODS) was wanted. "
            "Export the BOM as one of these",
            file=path,
        )
    return _text_content(path, raw, decode(path, raw))


def _text_content(path: Path, raw: bytes, decoded: Decoded) -> Content:
    start = decoded.text[:_START]
    if len(raw) > MOST_MARKUP and (_HTML.match(start) or START.match(start)):
        raise FeedError(f"is over {MOST_MARKUP:,} bytes of HTML or netlist; use CSV", file=path)
    if _HTML.match(start):
        return _content("html", read_hypertext(path, decoded.text), decoded)
    if _XML.match(start):
        return _content("xml", read_markup(path, raw, decoded.text), decoded)
    if START.match(start):
        return _content("kicad netlist", read_netlist(path, decoded.text), decoded)
    check_line(path, raw)
    delimiter, names = find_delimiter(decoded.text)
    fixed = fixed_width_records(decoded.text) if _could_be_fixed(decoded.text, delimiter) else None
    if fixed is not None and fixed[1] > names:
        return _content("fixed-width text", (_grid(fixed[0]),), decoded)
    records = read_records(path, decoded.text, delimiter)
    return _content("delimited text", (_grid(records),), decoded, delimiter)


def _could_be_fixed(text: str, delimiter: str) -> bool:
    """Whether lines look aligned by blanks rather than split by the delimiter."""
    return "  " in text[: _START * 4] or text.count(delimiter, 0, _START) == 0


def _grid(records: list[list[str]]) -> Grid:
    return Grid(name="", hidden=False, records=records)


def _content(
    container: str, grids: tuple[Grid, ...], decoded: Decoded, delimiter: str | None = None
) -> Content:
    return Content(
        container=container,
        grids=grids,
        encoding=decoded.encoding,
        has_mark=decoded.has_mark,
        line_ending=decoded.line_ending,
        delimiter=delimiter,
    )
