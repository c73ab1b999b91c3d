"""Opening and completing a workbook in constant memory, with its disk errors as what they are."""

from contextlib import suppress
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

import xlsxwriter  # type: ignore[import-untyped]  # has annotations but no py.typed
from xlsxwriter.exceptions import XlsxWriterException  # type: ignore[import-untyped]

from bulkmatch.report.paper import Paper
from bulkmatch.report.xlsx_book import Book


def open_book(paper: Paper, *, room: str, title: str, told: str, at: datetime) -> Book:
    """A workbook that is written to `paper`; rows wait in the folder `room`.

    A text stays a text: no formula, link or number is made of it.
    """
    # Its annotations say less than it takes; what is used of it is typed in xlsx_book.
    book: Book = xlsxwriter.Workbook(  # pyright: ignore[reportAssignmentType]
        paper,  # pyright: ignore[reportArgumentType]
        {
            "constant_memory": True,
            "tmpdir": room,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    created = at.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": title, "comments": told, "created": created})
    return book


def complete(book: Book, paper: Paper, room: TemporaryDirectory[str]) -> None:
    """Write all of it. Raises OSError."""
    try:
        book.close()
    except XlsxWriterException as error:
        is_disk = error.args and isinstance(error.args[0], OSError)
        raise (error.args[0] if is_disk else OSError(str(error))) from error
    paper.close()
    room.cleanup()


def discard(book: Book, paper: Paper, room: TemporaryDirectory[str]) -> None:
    """Let go of the book and its temporary files."""
    for page in book.worksheets():
        with suppress(OSError):
            page.row_data_fh.close()
    with suppress(OSError):
        paper.give_up()
    room.cleanup()
