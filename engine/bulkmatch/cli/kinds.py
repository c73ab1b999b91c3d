"""How the value of a setting is read: from TOML's types, or from text of the environment or a flag.

A kind's `read` raises ValueError for a value that it does not want; the caller says where the
value came from. Knows no setting by name.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bulkmatch.core.check import is_loopback

Value = str | int | float | bool | Path | None

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}


@dataclass(frozen=True, slots=True)
class Kind:
    """`wanted` says in words what `read` accepts."""

    wanted: str
    read: Callable[[object], Value]


def text() -> Kind:
    """Any text that is not blank."""
    return Kind("a text", _text)


def matching(pattern: str, *, wanted: str) -> Kind:
    """A text in capitals that the pattern covers."""

    def read(raw: object) -> Value:
        word = _text(raw).upper()
        return word if re.fullmatch(pattern, word) else _no(raw)

    return Kind(wanted, read)


def one_of(*words: str) -> Kind:
    """One of a few words."""

    def read(raw: object) -> Value:
        word = _text(raw).lower()
        return word if word in words else _no(raw)

    return Kind(f"one of {', '.join(words)}", read)


def whole(least: int, *, most: int | None = None) -> Kind:
    """A whole number; `1_000` and `1000` are the same."""
    wanted = f"a whole number of at least {least}"
    if most is not None:
        wanted = f"a whole number from {least} to {most}"

    def read(raw: object) -> Value:
        number = raw if type(raw) is int else int(_text(raw))
        return number if number >= least and (most is None or number <= most) else _no(raw)

    return Kind(wanted, read)


def number(*, above: float | None = None, least: float = 0.0) -> Kind:
    """A finite number, with or without a decimal point."""
    wanted = f"a number above {above:g}" if above is not None else f"a number of at least {least:g}"

    def read(raw: object) -> Value:
        plain = isinstance(raw, int | float) and not isinstance(raw, bool)
        found = float(str(raw) if plain else _text(raw))
        fits = found > above if above is not None else found >= least
        return found if fits and found < float("inf") else _no(raw)

    return Kind(wanted, read)


def duration() -> Kind:
    """Seconds above 0, or a number with a unit: `90s`, `15m`, `24h`, `30d`."""

    def read(raw: object) -> Value:
        written = str(raw) if type(raw) in (int, float) else _text(raw)
        parts = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd]?)", written.lower())
        seconds = float(parts[1]) * _SECONDS[parts[2]] if parts else 0.0
        return seconds if seconds > 0 else _no(raw)

    return Kind("a duration above 0, such as 90s, 15m, 24h or 30d (a bare number is seconds)", read)


def truth() -> Kind:
    """Yes or no."""

    def read(raw: object) -> Value:
        if isinstance(raw, bool):
            return raw
        word = _text(raw).lower()
        return word in _TRUE if word in _TRUE | _FALSE else _no(raw)

    return Kind("true or false", read)


def file() -> Kind:
    """A path; `~` is the home folder."""
    return Kind("a path", lambda raw: Path(_text(raw)).expanduser())


def address() -> Kind:
    """An https address; http only on this machine, since credentials go there."""

    def read(raw: object) -> Value:
        url = _text(raw)
        parts = urlsplit(url)
        host = parts.hostname or ""
        safe = parts.scheme == "https" or (parts.scheme == "http" and is_here(url))
        return url if safe and host and not parts.username and not parts.password else _no(raw)

    return Kind("an https:// address (http:// on this machine alone), without a user name", read)


def is_here(url: str) -> bool:
    """Whether the address is on this machine."""
    return is_loopback(urlsplit(url).hostname or "")


def _text(raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError(raw)
    return raw.strip()


def _no(raw: object) -> Value:
    raise ValueError(raw)
