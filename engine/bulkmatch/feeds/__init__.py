"""Where rows come from: BOM files as tables of rows. Knows nothing of the API."""

from bulkmatch.feeds.merge import SOURCE_COLUMNS, Merged, merge
from bulkmatch.feeds.reader import read_tables

__all__ = ["SOURCE_COLUMNS", "Merged", "merge", "read_tables"]
