"""Disk: answers kept for their retention, and the ledger that is never wrong."""

from bulkmatch.store.audit_desk import Desk, Known, Schedule, Seen, Turn, open_desk
from bulkmatch.store.audit_lists import Lists
from bulkmatch.store.audit_results import Results
from bulkmatch.store.books import Books, RunRecord, open_books
from bulkmatch.store.maker_tables import (
    PulledMakers,
    known_makers,
    known_takeovers,
    load_makers,
    makers_of,
    save_makers,
)
from bulkmatch.store.reconcile import Counted, Reconciliation
from bulkmatch.store.store import Store, open_store

__all__ = [
    "Books",
    "Counted",
    "Desk",
    "Known",
    "Lists",
    "PulledMakers",
    "Reconciliation",
    "Results",
    "RunRecord",
    "Schedule",
    "Seen",
    "Store",
    "Turn",
    "known_makers",
    "known_takeovers",
    "load_makers",
    "makers_of",
    "open_books",
    "open_desk",
    "open_store",
    "save_makers",
]
