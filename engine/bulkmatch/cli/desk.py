"""Whose decisions a command is about, where they are kept, and who decides now."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bulkmatch.cli.accounts import books_in
from bulkmatch.cli.assemble import plan_of
from bulkmatch.cli.sources import Surroundings
from bulkmatch.core.choices import Stamp
from bulkmatch.model.decision import Decision
from bulkmatch.store import Books
from bulkmatch.wire.account import account_of


@dataclass(frozen=True, slots=True)
class Place:
    """An account's decisions in a store; `path` need not exist."""

    path: Path
    account: str

    def books(self) -> AbstractContextManager[Books]:
        """The store, made when it is missing."""
        return books_in(self.path)

    def read(self) -> tuple[Decision, ...]:
        """All decisions; who only looks makes no store."""
        if not self.path.is_file():
            return ()
        with self.books() as books:
            return books.decisions(self.account)


def place_here(
    config: Path | None, store: str | None, account: str | None, *, sandbox: bool
) -> Place:
    """The place that `enrich` would read: of the account given, of the credentials, or the sandbox's."""
    given = {"store": store, "account": account}
    plan = plan_of(Surroundings.here(), config=config, flags=given, sandbox=sandbox)
    path = plan.settings.store
    assert path is not None, "the command line always has a store"
    return Place(path, account or account_of(plan.settings))


def stamp_here(*, note: str = "") -> Stamp:
    """Whoever runs the program, now."""
    environ = Surroundings.here().environ
    names = (environ.get(name, "").strip() for name in ("USER", "LOGNAME", "USERNAME"))
    return Stamp(next(filter(None, names), "somebody"), datetime.now(UTC), note)
