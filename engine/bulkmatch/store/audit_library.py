"""Libraries as they were read, kept so that one that has not changed need not be read again."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bulkmatch.model.library_line import AskedLine, AskedPart
from bulkmatch.store.audit_schema import audit_library, audit_line, audit_question, audit_use

# Lines written in one transaction, so that others get their turn with the store.
LINES_AT_ONCE = 2_000


_QUESTION = insert(audit_question).on_conflict_do_nothing(index_elements=["identity"])
_NUMBERS = sa.select(audit_question.c.identity, audit_question.c.question).where(
    audit_question.c.identity.in_(sa.bindparam("identities", expanding=True))
)
_MOST_KEYS = 500


def find(connection: sa.Connection, digest: str) -> int | None:
    """The library that was read whole with this digest, None when there is none."""
    wanted = sa.select(audit_library.c.library).where(
        audit_library.c.digest == digest, audit_library.c.is_whole
    )
    return connection.execute(wanted).scalar()


def begin(connection: sa.Connection, digest: str) -> int:
    """An empty library to write lines into; what an interrupted reading has left is gone."""
    wanted = sa.select(audit_library.c.library).where(audit_library.c.digest == digest)
    half_read = connection.execute(wanted).scalar()
    if half_read is not None:
        forget(connection, half_read)
    new = sa.insert(audit_library).values(digest=digest, line_count=0, is_whole=False)
    made = connection.execute(new.returning(audit_library.c.library)).scalar_one()
    return int(made)


def write(
    connection: sa.Connection, library: int, lines: Sequence[AskedLine], *, first: int
) -> None:
    """Write lines; `first` is the place of the first one."""
    numbers = _numbered(connection, [asked for line in lines for asked in line.asked])
    connection.execute(
        sa.insert(audit_line),
        [
            {
                "library": library,
                "place": place,
                "line": line.line,
                "sheet": line.sheet,
                "mpn": line.mpn,
                "designators": line.designators,
                "quantity": line.quantity,
                "skipped": line.skipped,
            }
            for place, line in enumerate(lines, start=first)
        ],
    )
    uses = [
        {
            "library": library,
            "place": place,
            "option": option,
            "question": numbers[asked.identity],
        }
        for place, line in enumerate(lines, start=first)
        for option, asked in enumerate(line.asked)
    ]
    if uses:
        connection.execute(sa.insert(audit_use), uses)


def end(connection: sa.Connection, library: int, *, line_count: int) -> None:
    """Say that a library is whole."""
    told = sa.update(audit_library).where(audit_library.c.library == library)
    connection.execute(told.values(is_whole=True, line_count=line_count))


def forget(connection: sa.Connection, library: int) -> None:
    """Delete a library; what is known of its parts stays."""
    for table in (audit_use, audit_line, audit_library):
        connection.execute(sa.delete(table).where(table.c.library == library))


def in_portions(lines: Iterable[AskedLine]) -> Iterator[Sequence[AskedLine]]:
    """The lines, as many at once as one transaction takes."""
    source = iter(lines)
    while portion := list(islice(source, LINES_AT_ONCE)):
        yield portion


def _numbered(connection: sa.Connection, asked: Sequence[AskedPart]) -> dict[str, int]:
    """The number of each question, known ones and new ones."""
    by_identity = {part.identity: part for part in reversed(asked)}
    identities = list(by_identity)
    numbers = _known(connection, identities)
    new = [part for identity, part in by_identity.items() if identity not in numbers]
    if new:
        rows = [
            {
                "identity": part.identity,
                "mpn": part.mpn,
                "manufacturer": part.manufacturer,
                "sku": part.sku,
                "seller": part.seller,
            }
            for part in new
        ]
        connection.execute(_QUESTION, rows)
        numbers |= _known(connection, [part.identity for part in new])
    return numbers


def _known(connection: sa.Connection, identities: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at in range(0, len(identities), _MOST_KEYS):
        wanted = {"identities": identities[at : at + _MOST_KEYS]}
        found.update((str(i), int(n)) for i, n in connection.execute(_NUMBERS, wanted))
    return found
