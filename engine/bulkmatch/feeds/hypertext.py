"""Tables of an HTML page, also one that calls itself a workbook, to records of cells."""

from html.parser import HTMLParser
from pathlib import Path

from bulkmatch.feeds.bounds import check_extent
from bulkmatch.feeds.grid import Grid

_MOST_SPAN = 500
_BREAKS = frozenset({"br", "p", "div"})


def read_hypertext(path: Path, text: str) -> tuple[Grid, ...]:
    """The page's tables, in order, as one sheet: a blank row between two of them."""
    reader = _Reader(path)
    reader.feed(text)
    reader.close()
    return (Grid("", hidden=False, records=reader.records),)


class _Reader(HTMLParser):
    """Collects rows; a table within a cell counts as rows of its own."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self._path = path
        self.records: list[list[str]] = []
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._span = 1

    def __repr__(self) -> str:
        return f"_Reader(rows={len(self.records)})"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.records.append([])
        elif tag == "tr":
            self._end_row()
            self._row = []
        elif tag in ("td", "th"):
            self._end_cell()
            self._cell = []
            span = dict(attrs).get("colspan") or "1"
            self._span = min(int(span), _MOST_SPAN) if span.isdecimal() and len(span) < 6 else 1
        elif tag in _BREAKS and self._cell:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def close(self) -> None:
        super().close()
        self._end_row()

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        if self._row is None:
            self._row = []
        lines = (" ".join(line.split()) for line in "".join(self._cell).split("\n"))
        self._row.append("\n".join(line for line in lines if line))
        self._row.extend("" for _ in range(self._span - 1))
        self._cell, self._span = None, 1

    def _end_row(self) -> None:
        self._end_cell()
        if self._row:
            self.records.append(self._row)
            check_extent(self._path, rows=len(self.records), columns=len(self._row))
        self._row = None
