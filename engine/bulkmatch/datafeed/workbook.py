"""The part of XlsxWriter that is used here, typed."""

from pathlib import Path
from typing import Protocol, cast


class Page(Protocol):
    """A worksheet. Rows and columns count from 0."""

    def write_string(self, row: int, col: int, string: str, /) -> int: ...


class Book(Protocol):
    """A workbook."""

    def add_worksheet(self, name: str, /) -> Page: ...
    def close(self) -> None: ...


def new_book(place: Path) -> tuple[Book, Page]:
    """A workbook in constant memory with its one sheet. Heavy, so imported here."""
    import xlsxwriter  # type: ignore[import-untyped]  # has annotations but no py.typed

    options = {"constant_memory": True, "strings_to_urls": False}
    book = cast("Book", xlsxwriter.Workbook(str(place), options))  # it has more than is used
    return book, book.add_worksheet("datafeed")
