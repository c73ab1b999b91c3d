"""What a file may measure, and the checks that come before a library opens it.

The workbook library lays a sheet out as one dense block and aborts the whole process when that
does not fit (python-calamine 0.9.1: one cell in A1 and one in XFD1048576 is enough), so a sheet's
extent is read off its XML first.
"""

import re
import zipfile
import zlib
from pathlib import Path
from typing import IO

from bulkmatch.errors import FeedError

MOST_BYTES = 200_000_000
MOST_ROWS = 2_000_000
MOST_COLUMNS = 20_000
MOST_CELLS = 25_000_000  # about 800 MB in the library's dense block
MOST_UNPACKED = 2_000_000_000
MOST_LINE = 4_000_000
MOST_MARKUP = 50_000_000  # HTML and netlists, which are read in one go
MOST_ELEMENTS = 2_000_000  # of XML, about 1 GB of memory
MOST_DEPTH = 60
_SUSPICIOUS = 100_000_000
_MOST_RATIO = 200  # real sheets unpack to 10-50 times their size

# What a damaged archive raises, an entry's own damage included.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
)

_ENDLESS = re.compile(rb"[^\r\n]{%d}" % MOST_LINE)
_CHUNK = 1 << 20
_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Za-z]{1,3})(\d{1,7})"[^>]*(?<!/)>(?!</)')
_BARE_CELL = re.compile(rb'<(?:\w+:)?c(?:>|\s(?![^>]*?\br=")[^>]*>)')
_ROW = re.compile(rb"<(?:\w+:)?row[\s>]")
_ROW_NUMBER = re.compile(rb'<(?:\w+:)?row\s(?:[^>]*?\s)?r="(\d{1,7})"')


def check_size(path: Path) -> None:
    """Refuse a file that is missing, empty or over 200 MB."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise FeedError(f"cannot be read: {error.strerror}", file=path) from error
    if size == 0:
        raise FeedError("is empty; a BOM with a column of part numbers was wanted", file=path)
    if size > MOST_BYTES:
        raise FeedError(f"is {size:,} bytes; at most {MOST_BYTES:,} are read. Split it", file=path)


def check_line(path: Path, raw: bytes) -> None:
    """Refuse a text with a line that no table has, before anything copies it."""
    if _ENDLESS.search(raw):
        raise FeedError(f"has a line of over {MOST_LINE:,} bytes; that is no table", file=path)


def check_extent(path: Path, *, rows: int, columns: int) -> None:
    """Refuse a table with too many rows or columns."""
    if rows > MOST_ROWS:
        raise FeedError(f"has over {MOST_ROWS:,} rows; split it", file=path)
    if columns > MOST_COLUMNS:
        raise FeedError(f"has {columns:,} columns; at most {MOST_COLUMNS:,} are read", file=path)


def check_archive(path: Path) -> None:
    """Refuse a packed workbook that is broken, a zip bomb, or would not fit in memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_unpacked(path, archive)
            for entry in archive.infolist():
                if entry.filename.startswith("xl/worksheets/"):
                    with archive.open(entry) as sheet:
                        _check_sheet(path, sheet)
    except _BROKEN as error:
        raise FeedError(f"is not a readable workbook: {error}", file=path) from error


def _check_unpacked(path: Path, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > MOST_UNPACKED or (unpacked > _SUSPICIOUS and unpacked > packed * _MOST_RATIO):
        raise FeedError(
            f"unpacks from {packed:,} to {unpacked:,} bytes, like a zip bomb; save it again from a "
            "spreadsheet, or as CSV",
            file=path,
        )
    if any(entry.filename == "xl/workbook.bin" for entry in entries):
        raise FeedError("is a binary workbook (XLSB); save it as XLSX or CSV", file=path)


def _check_sheet(path: Path, sheet: IO[bytes]) -> None:
    """Refuse a sheet whose filled cells span too large a block."""
    rows = columns = row_count = 0
    rest = b""
    while chunk := sheet.read(_CHUNK):
        text = rest + chunk
        if b"\0" in text or len(rest) > 16 * _CHUNK:
            raise FeedError("has a sheet that is not readable XML", file=path)
        for column, row in _CELL.findall(text):
            rows, columns = max(rows, int(row)), max(columns, _column_number(column))
        row_count += len(_ROW.findall(chunk))
        if _BARE_CELL.search(text):  # cells without an address count on from their row's start
            widest = max(len(_BARE_CELL.findall(row)) for row in _ROW.split(text))
            last = max(map(int, _ROW_NUMBER.findall(text)), default=0)
            rows, columns = max(rows, row_count, last), max(columns, widest)
        rest = _unfinished(text)
    if rows * columns > MOST_CELLS:
        raise FeedError(
            f"has a sheet of {rows:,} rows and {columns:,} columns, counted up to its last filled "
            "cell; delete what is far off the table, or save it as CSV",
            file=path,
        )


def _unfinished(text: bytes) -> bytes:
    """The last row of `text`, which goes on in what comes next."""
    last = text.rfind(b"row ")
    start = text.rfind(b"<", 0, max(0, last))
    return text[start:] if start >= 0 else text[-64:]


def _column_number(letters: bytes) -> int:
    """`A` is 1, `XFD` is 16,384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
