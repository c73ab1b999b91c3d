"""The file that a run's lines came from, as far as an output can be like it. Reads nothing."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}
_BOOKS = frozenset({"xlsx", "xlsm"})
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table stands: its sheet, and its header's row from 1 (0 without one)."""

    sheet: str | None
    header_line: int


@dataclass(frozen=True, slots=True)
class Original:
    """A lone input. `delimiter`, `encoding` and `line_ending` are None where it has none."""

    file: Path
    container: str
    places: tuple[Place, ...]
    delimiter: str | None = None
    encoding: str | None = None
    has_mark: bool = False
    line_ending: str | None = None

    @property
    def is_book(self) -> bool:
        """Whether it is a workbook that can come back with columns added, by a library that is there."""
        return self.container in _BOOKS and find_spec("openpyxl") is not None


@dataclass(frozen=True, slots=True)
class TextForm:
    """How delimited text is written. `start` comes before the first record."""

    delimiter: str = ","
    codec: str = "utf-8-sig"
    line_end: str = "\r\n"
    start: str = ""


def form_of(original: Original | None) -> TextForm:
    """As the original is written; plain ASCII becomes UTF-8 with a mark, since answers are not."""
    if original is None or original.delimiter is None or original.encoding is None:
        return TextForm()
    line_end = _ENDS.get(original.line_ending or "", "\r\n")
    if original.encoding in ("ascii", "utf-8"):
        codec = "utf-8" if original.encoding == "utf-8" and not original.has_mark else "utf-8-sig"
        return TextForm(original.delimiter, codec, line_end)
    return TextForm(
        original.delimiter, original.encoding, line_end, _MARK if original.has_mark else ""
    )
