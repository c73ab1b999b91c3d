"""Where outcomes go: enriched CSV, XLSX and JSONL files."""

from bulkmatch.report.context import ReportContext, Summary
from bulkmatch.report.original import Original, Place
from bulkmatch.report.sink import FORMATS, Sink, check_target, open_sink

__all__ = [
    "FORMATS",
    "Original",
    "Place",
    "ReportContext",
    "Sink",
    "Summary",
    "check_target",
    "open_sink",
]
