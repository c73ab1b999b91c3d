"""Makers' names on disk: our own tables, and the API's list as it was pulled.

The tables are packaged and ours: names as the API and makers themselves write them, and who took
over whom, after the companies' own notices. The pulled list is vendor content: its file tells when
it was pulled, and it is not read beyond its retention.
"""

import csv
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from bulkmatch.core.makers import Maker, Makers, Takeover
from bulkmatch.errors import StoreError


@dataclass(frozen=True, slots=True)
class PulledMakers:
    """The API's list of makers. `pulled_at` is an aware UTC instant, `source` the endpoint's URL."""

    pulled_at: datetime
    source: str
    makers: tuple[Maker, ...]

    def is_fresh(self, *, now: datetime, retention: float) -> bool:
        """Whether it may still be used; `retention` is in seconds."""
        return timedelta(0) <= now - self.pulled_at < timedelta(seconds=retention)


@cache
def known_makers() -> tuple[Maker, ...]:
    """Our table of makers, with the names that the same company goes by."""
    return tuple(
        Maker(row["name"], tuple(filter(None, (row["aliases"] or "").split("|"))))
        for row in _table("known.csv")
    )


@cache
def known_takeovers() -> tuple[Takeover, ...]:
    """Our table of takeovers; years are those of completion."""
    return tuple(
        Takeover(row["name"], row["successor"], int(row["year"]), row["source"])
        for row in _table("takeovers.csv")
    )


@cache
def _own_makers() -> Makers:
    return Makers(known=known_makers(), takeovers=known_takeovers())


def makers_of(pulled: PulledMakers | None = None) -> Makers:
    """All that is known of makers' names: our tables, and the API's list where there is one."""
    if pulled is None:
        return _own_makers()
    return Makers(known=known_makers(), takeovers=known_takeovers(), listed=pulled.makers)


def save_makers(path: Path, pulled: PulledMakers) -> None:
    """Put the list in its file, in one step. Raises StoreError."""
    told = {
        "pulled_at": pulled.pulled_at.isoformat(),
        "source": pulled.source,
        "makers": [[maker.name, *maker.aliases] for maker in pulled.makers],
    }
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(told, file, ensure_ascii=False)
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise StoreError(f"{path}: the list of makers cannot be kept: {error.strerror}") from error


def load_makers(
    path: Path | None, *, source: str, now: datetime, retention: float
) -> PulledMakers | None:
    """The list that was pulled from `source`, None when there is none that may be used.

    One past its retention is deleted; a file that is no such list, or another endpoint's, is passed
    over: our own tables do.
    """
    if path is None:
        return None
    try:
        pulled = _pulled(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    if not pulled.is_fresh(now=now, retention=retention):
        with suppress(OSError):
            path.unlink()
        return None
    return pulled if pulled.source == source else None


def _pulled(told: Any) -> PulledMakers:
    instant = datetime.fromisoformat(told["pulled_at"])
    names: Sequence[Sequence[str]] = told["makers"]
    makers = tuple(Maker(str(name), tuple(map(str, aliases))) for name, *aliases in names)
    return PulledMakers(instant, str(told["source"]), makers)


def _table(name: str) -> Iterator[dict[str, str]]:
    text = files("bulkmatch.store").joinpath("makers", name).read_text("utf-8")
    lines: Iterable[str] = text.splitlines()
    yield from csv.DictReader(lines)
