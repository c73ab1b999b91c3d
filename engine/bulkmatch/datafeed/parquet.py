"""Parquet, with pyarrow, which is not among the requirements: install it beside bulkmatch.

Every column is text: what is read again is what was written. Memory holds a batch of rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from bulkmatch.datafeed.record import Record
from bulkmatch.errors import FeedError

_BATCH = 10_000


class _Batch(Protocol):
    def to_pydict(self) -> Mapping[str, Sequence[object]]: ...


class _File(Protocol):
    def iter_batches(self, batch_size: int) -> Iterator[_Batch]: ...


class _Writer(Protocol):
    def write_table(self, table: object) -> None: ...
    def close(self) -> None: ...


class _Table(Protocol):
    def from_arrays(self, arrays: Sequence[object], *, schema: object) -> object: ...


class _Arrow(Protocol):
    """What is used of the module `pyarrow`."""

    Table: _Table

    def schema(self, fields: Sequence[tuple[str, object]]) -> object: ...
    def string(self) -> object: ...
    def array(self, values: Sequence[object], type: object) -> object: ...  # noqa: A002


class _ArrowParquet(Protocol):
    """What is used of the module `pyarrow.parquet`."""

    def ParquetFile(self, source: str) -> _File: ...  # noqa: N802
    def ParquetWriter(self, where: str, schema: object, *, compression: str) -> _Writer: ...  # noqa: N802


def read_parquet(path: Path) -> Iterator[Record]:
    """The header and the rows of a Parquet file; what is null is empty. Raises FeedError."""
    _, parquet = _modules(path)
    try:
        file = parquet.ParquetFile(str(path))
        yield Record(1, 1, tuple(str(getattr(field, "name", "")) for field in _fields(file)))
        row = 1
        for batch in file.iter_batches(batch_size=_BATCH):
            for values in zip(*batch.to_pydict().values(), strict=True):
                row += 1
                yield Record(row, row, tuple("" if v is None else str(v) for v in values))
    except (ValueError, OSError) as error:  # pyarrow's own errors derive from these
        raise FeedError(f"is not a readable Parquet file: {error}", file=path) from error


class ParquetWriter:
    """Writes rows in batches."""

    def __init__(self, place: Path, headers: Sequence[str]) -> None:
        self._arrow, parquet = _modules(place)
        text = self._arrow.string()
        self._schema = self._arrow.schema([(header, text) for header in headers])
        self._writer = parquet.ParquetWriter(str(place), self._schema, compression="zstd")
        self._waiting: list[tuple[str, ...]] = []
        self._width = len(headers)

    def __repr__(self) -> str:
        return f"ParquetWriter({self._width} columns)"

    def write(self, cells: Sequence[str]) -> None:
        """Write one row."""
        self._waiting.append(tuple(cells))
        if len(self._waiting) >= _BATCH:
            self._flush()

    def close(self) -> None:
        """Complete the file."""
        if self._waiting:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        text = self._arrow.string()
        columns = [
            self._arrow.array([cell or None for cell in column], text)
            for column in zip(*self._waiting, strict=True)
        ]
        self._writer.write_table(self._arrow.Table.from_arrays(columns, schema=self._schema))
        self._waiting.clear()


def _fields(file: _File) -> Sequence[object]:
    fields: Sequence[object] = getattr(file, "schema_arrow", ())
    return fields


def need_parquet(path: Path) -> None:
    """Raise FeedError when Parquet cannot be written here, before there is anything to lose."""
    _modules(path)


def _modules(path: Path) -> tuple[_Arrow, _ArrowParquet]:
    """pyarrow and its Parquet module. Heavy, and perhaps not there: a FeedError then."""
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise FeedError(
            "Parquet needs pyarrow, which is not installed: pip install pyarrow", file=path
        ) from error
    return cast("_Arrow", arrow), cast("_ArrowParquet", parquet)  # modules have no types here
