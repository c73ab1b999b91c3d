"""The program with a fault in its disk, by SQLAlchemy's own events. Reads FAULT, then runs as usual.

FAULT is one of:
  before-commit settle 3   SIGKILL itself before the third transaction that keeps answers commits
  after-commit reserve 2   the same right after the second one that reserves is on the disk
  within settle 3          the same between two statements of it
  pages 40                 the database is full at so many pages
"""

import os
import signal
import sqlite3
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import event

from bulkmatch.cli.main import main

_MARKS = {"reserve": "INSERT INTO call ", "settle": "INSERT INTO answer "}


@dataclass
class Reaper:
    """Ends this process in the `count`th transaction of a kind; commits are grouped."""

    moment: str
    mark: str
    count: int
    is_marked: bool = False

    def listen(self) -> None:
        """To every engine there will be."""
        event.listen(sa.Engine, "after_cursor_execute", self.executed)
        event.listen(sa.Engine, "commit", self.committing)
        event.listen(sa.pool.Pool, "checkin", self.given_back)

    def executed(self, *told: object) -> None:
        """A statement of the transaction was carried out."""
        if not self.is_marked and str(told[2]).startswith(self.mark):
            self.is_marked = True
            self.count -= 1
            self.die_when("within")

    def committing(self, connection: object) -> None:
        """COMMIT comes next."""
        self.die_when("before-commit")

    def given_back(self, *told: object) -> None:
        """The connection is done with the transaction."""
        self.die_when("after-commit")
        self.is_marked = False

    def die_when(self, moment: str) -> None:
        """Die if it is time."""
        if self.is_marked and self.count == 0 and moment == self.moment:
            os.kill(os.getpid(), signal.SIGKILL)


def _bound(pages: int) -> None:
    """Let no database of this process grow beyond so many pages."""

    def connected(connection: sqlite3.Connection, record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(sa.Engine, "connect", connected)


def doom(told: str) -> None:
    """Prepare the fault that was told."""
    match told.split():
        case ["pages", pages]:
            _bound(int(pages))
        case [moment, kind, count]:
            Reaper(moment, _MARKS[kind], int(count)).listen()
        case _:
            raise ValueError(told)


if __name__ == "__main__":
    doom(os.environ["FAULT"])
    main()
