"""The Octopart Datafeed Format: reading, checking, writing and comparing feeds. Knows no network."""

from bulkmatch.datafeed.check import check
from bulkmatch.datafeed.compare import Coverage, compare, write_questions
from bulkmatch.datafeed.convert import Conversion, Survey, convert, folder_target, survey
from bulkmatch.datafeed.diff import Change, ChangeKind, diff
from bulkmatch.datafeed.finding import Finding, Flaw, Rule, Severity
from bulkmatch.datafeed.layout import Sender
from bulkmatch.datafeed.reading import FeedRow, Price, read_rows
from bulkmatch.datafeed.report import CheckReport
from bulkmatch.datafeed.rules import RULES
from bulkmatch.datafeed.sarif import message_of, sarif_of
from bulkmatch.datafeed.writer import open_writer

__all__ = [
    "RULES",
    "Change",
    "ChangeKind",
    "CheckReport",
    "Conversion",
    "Coverage",
    "FeedRow",
    "Finding",
    "Flaw",
    "Price",
    "Rule",
    "Sender",
    "Severity",
    "Survey",
    "check",
    "compare",
    "convert",
    "diff",
    "folder_target",
    "message_of",
    "open_writer",
    "read_rows",
    "sarif_of",
    "survey",
    "write_questions",
]
