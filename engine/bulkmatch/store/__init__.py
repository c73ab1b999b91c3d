"""Disk: answers kept for their retention, and the ledger that is never wrong."""

from bulkmatch.store.books import Books, RunRecord, open_books
from bulkmatch.store.store import Store, open_store

__all__ = ["Books", "RunRecord", "Store", "open_books", "open_store"]
