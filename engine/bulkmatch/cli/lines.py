"""The lines that `enrich` was given, and the fingerprint that an interrupted run is known by."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bulkmatch.errors import SettingsError
from bulkmatch.feeds import merge, read_tables
from bulkmatch.model.row import Row
from bulkmatch.model.settings import Settings


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines under one header, in reading order; `sheet` is that of a lone table.

    `mpn_columns` are the names of the columns that part numbers were read from.
    """

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    mpn_columns: tuple[str, ...]
    sheet: str | None = None


def read_lines(files: Sequence[Path], *, limit: int | None) -> Lines:
    """The first `limit` lines of all tables in all files. Raises FeedError, or SettingsError."""
    tables = [table for file in files for table in read_tables(file)]
    merged = merge(tables)
    rows = tuple(islice(merged.rows(), limit))
    if not rows:
        raise SettingsError(f"{', '.join(map(str, files))}: no lines below the header")
    columns = tuple(dict.fromkeys(table.header[table.columns.mpn] for table in tables))
    return Lines(merged.header, rows, columns, tables[0].sheet if len(tables) == 1 else None)


def fingerprint(
    files: Iterable[Path], settings: Settings, *, profile: str, limit: int | None
) -> str:
    """The same for the same questions about the same files."""
    asked = (settings.country, settings.currency, settings.authorized_only, profile, limit)
    digest = hashlib.sha256(json.dumps(asked).encode())
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:32]
