"""The lines that `enrich` was given, and the fingerprint that an interrupted run is known by."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bulkmatch.cli.layouts import Layouts
from bulkmatch.errors import FeedError, SettingsError
from bulkmatch.feeds import Mapping, Reading, merge, read_file, why_unsure
from bulkmatch.model.row import Row, Table
from bulkmatch.model.settings import Settings
from bulkmatch.report import Original, Place

Ask = Callable[[Reading], Mapping | None]


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines under one header, in reading order; `sheet` is that of a lone table.

    `mpn_columns` are the names of the columns that part numbers were read from. `original` is the
    file of a lone input, for outputs that shall be like it.
    """

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    mpn_columns: tuple[str, ...]
    sheet: str | None = None
    original: Original | None = None


def open_bom(file: Path, *, mapping: Mapping | None, layouts: Layouts) -> Reading:
    """What is in the file: as `mapping` says, else as was saved for its layout, else as found."""
    reading = read_file(file, mapping=mapping)
    if mapping is not None:
        return reading
    saved = layouts.known(reading)
    return reading if saved is None else read_file(file, mapping=saved)


def read_lines(
    files: Sequence[Path],
    *,
    limit: int | None,
    mapping: Mapping | None = None,
    ask: Ask | None = None,
) -> Lines:
    """The first `limit` lines of all tables in all files.

    What would be a guess is asked through `ask`. Raises FeedError, or SettingsError.
    """
    layouts = Layouts.here()
    readings = [_read(file, mapping=mapping, layouts=layouts, ask=ask) for file in files]
    tables = [found.table for reading in readings for found in reading.counted]
    merged = merge(tables)
    rows = tuple(islice(merged.rows(), limit))
    if not rows:
        raise SettingsError(f"{', '.join(map(str, files))}: no lines below the header")
    columns = tuple(dict.fromkeys(name for table in tables for name in _number_names(table)))
    return Lines(
        header=merged.header,
        rows=rows,
        mpn_columns=columns,
        sheet=tables[0].sheet if len(tables) == 1 else None,
        original=_original(readings[0]) if len(readings) == 1 else None,
    )


def _read(file: Path, *, mapping: Mapping | None, layouts: Layouts, ask: Ask | None) -> Reading:
    reading = open_bom(file, mapping=mapping, layouts=layouts)
    if not reading.is_sure and ask is not None and reading.tables:
        told = ask(reading)
        reading = reading if told is None else read_file(file, mapping=told)
    if not reading.is_sure:
        raise FeedError(why_unsure(reading), file=file)
    return reading


def _original(reading: Reading) -> Original:
    content = reading.content
    return Original(
        file=reading.file,
        container=content.container,
        places=tuple(Place(one.table.sheet, one.table.header_line) for one in reading.counted),
        delimiter=content.delimiter,
        encoding=content.encoding and content.encoding.partition(" ")[0],
        has_mark=content.has_mark,
        line_ending=content.line_ending,
    )


def _number_names(table: Table) -> Sequence[str]:
    """The columns that numbers are asked from: of part numbers, else of stock numbers."""
    columns = table.columns
    places = columns.skus if columns.mpn is None else (columns.mpn,)
    return [table.header[at].strip() for at in places if at < len(table.header)]


def fingerprint(
    files: Iterable[Path], settings: Settings, *, profile: str, limit: int | None
) -> str:
    """The same for the same questions about the same files."""
    asked = (settings.country, settings.currency, settings.authorized_only, profile, limit)
    digest = hashlib.sha256(json.dumps(asked).encode())
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:32]
