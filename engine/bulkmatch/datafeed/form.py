"""The forms that a feed comes in, by the file's name: delimited text, workbooks, Parquet."""

from enum import StrEnum
from pathlib import Path

from bulkmatch.errors import FeedError


class Form(StrEnum):
    """How a file is written. XLS is read and never written."""

    CSV = "csv"
    TSV = "tsv"
    XLSX = "xlsx"
    XLS = "xls"
    PARQUET = "parquet"

    @property
    def delimiter(self) -> str | None:
        """What separates fields, None where no character does."""
        return {Form.CSV: ",", Form.TSV: "\t"}.get(self)


_BY_SUFFIX = {
    ".csv": Form.CSV,
    ".tsv": Form.TSV,
    ".tab": Form.TSV,
    ".xlsx": Form.XLSX,
    ".xls": Form.XLS,
    ".parquet": Form.PARQUET,
}


def form_of(path: Path) -> Form:
    """The form that a file's name says. Raises FeedError for any other name."""
    form = _BY_SUFFIX.get(path.suffix.lower())
    if form is None:
        wanted = ", ".join(_BY_SUFFIX)
        raise FeedError(f"its name must end in one of {wanted}", file=path)
    return form
