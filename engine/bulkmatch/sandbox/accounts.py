"""Reads the applications of an account from a TOML file: `[[app]]` tables, as `AppSettings` has fields."""

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from bulkmatch.errors import SettingsError

from .json_nodes import list_of, node_of
from .settings import AppSettings

_NAMES: Final = {field.name: field for field in fields(AppSettings)}
_LISTS: Final = ("scopes", "without", "redirects")
_TEXTS: Final = ("client_id", "client_secret", "name", "part_limit_resets")


def read_accounts(file: Path) -> tuple[AppSettings, ...]:
    """The applications of a file. Raises `SettingsError` for what it cannot understand."""
    try:
        told: Any = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"sandbox: {file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"sandbox: {file} must be TOML: {error}") from error
    tables = list_of(node_of(told).get("app"))
    if not tables:
        raise SettingsError(f"sandbox: {file} wants at least one [[app]] table")
    return tuple(_app(table, file) for table in tables)


def _app(table: Any, file: Path) -> AppSettings:
    known: dict[str, Any] = dict(node_of(table))
    for name, value in known.items():
        if name not in _NAMES:
            raise SettingsError(f"sandbox: {file}: [[app]] knows no {name!r}; {', '.join(_NAMES)}")
        if not _is_right(name, value):
            raise SettingsError(f"sandbox: {file}: {name} cannot be {value!r}")
    for name in ("client_id", "client_secret"):
        if not known.get(name):
            raise SettingsError(f"sandbox: {file}: [[app]] wants a {name}")
    options: dict[str, Any] = {n: tuple(v) if n in _LISTS else v for n, v in known.items()}
    return AppSettings(**options)


def _is_right(name: str, value: Any) -> bool:
    if name in _LISTS:
        return isinstance(value, list) and all(isinstance(inner, str) for inner in list_of(value))
    if name in _TEXTS:
        return isinstance(value, str)
    return isinstance(value, int) and not isinstance(value, bool)
