"""Where rows come from: BOM files as tables of rows. Knows nothing of the API."""

from bulkmatch.feeds.mapping import Mapping, layout_key, parse_mapping
from bulkmatch.feeds.merge import SOURCE_COLUMNS, Merged, merge
from bulkmatch.feeds.reader import SURE, Found, Reading, read_file, read_tables, why_unsure

__all__ = [
    "SOURCE_COLUMNS",
    "SURE",
    "Found",
    "Mapping",
    "Merged",
    "Reading",
    "layout_key",
    "merge",
    "parse_mapping",
    "read_file",
    "read_tables",
    "why_unsure",
]
