"""Where settings come from: defaults < bulkmatch.toml < .env < environment < flags.

The only reader of the process environment. Every value remembers its origin, so that an error or
`config show` can name it.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TypeGuard, TypeVar

from bulkmatch.cli.kinds import Value
from bulkmatch.cli.setting import Setting
from bulkmatch.cli.settings import BY_ENV, BY_NAME, SETTINGS
from bulkmatch.errors import SettingsError

T = TypeVar("T")
FILE_NAME = "bulkmatch.toml"
# Tables of the file that others read: [policy] is cli/policy's.
OTHER_TABLES = frozenset({"policy"})
# Names of ours in the environment that are no settings.
OTHER_NAMES = frozenset({"BULKMATCH_CONFIG", "BULKMATCH_DEBUG"})


@dataclass(frozen=True, slots=True)
class Origin:
    """`layer` is default, file, .env, environment, flag or keyring; `where` names the place."""

    layer: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.layer}: {self.where}" if self.where else self.layer


@dataclass(frozen=True, slots=True)
class Sourced:
    """A value and where it came from. Not shown by its repr: it may be a secret."""

    value: Value = field(repr=False)
    origin: Origin


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies around the program: the environment and the current folder."""

    environ: Mapping[str, str] = field(repr=False)
    folder: Path

    @staticmethod
    def here() -> "Surroundings":
        """The surroundings of this very program."""
        return Surroundings(dict(os.environ), Path.cwd())


@dataclass(frozen=True, slots=True)
class Values:
    """A value for every setting, by name."""

    by_name: Mapping[str, Sourced]

    def __getitem__(self, name: str) -> Sourced:
        return self.by_name[name]

    def take(self, name: str, kind: type[T]) -> T:
        """The value of a setting that cannot be none."""
        value = self.by_name[name].value
        assert isinstance(value, kind), name
        return value

    def maybe(self, name: str, kind: type[T]) -> T | None:
        """The value of a setting that may be none."""
        return None if self.by_name[name].value is None else self.take(name, kind)

    def replaced(self, **changed: Sourced) -> "Values":
        """The same values but for a few."""
        return Values({**self.by_name, **changed})


def gather(around: Surroundings, *, config: Path | None, flags: Mapping[str, object]) -> Values:
    """Every setting's value, the strongest source last. `flags` by setting; None is not given.

    Raises SettingsError that names the setting, what was wanted, what was there, and its source.
    """
    found = {setting.name: Sourced(setting.default, Origin("default")) for setting in SETTINGS}
    found.update(_from_file(around, config))
    found.update(_from_names(_dotenv(around.folder), ".env"))
    found.update(_from_names(around.environ, "environment"))
    found.update(_from_flags(flags))
    return Values(found)


def _read(setting: Setting, raw: object, origin: Origin) -> Sourced:
    try:
        return Sourced(setting.kind.read(raw), origin)
    except ValueError:
        got = "something else" if setting.secret else repr(raw)
        message = f"{setting.name}: wanted {setting.kind.wanted}, got {got} ({origin})"
        raise SettingsError(message) from None


def _from_flags(flags: Mapping[str, object]) -> Iterator[tuple[str, Sourced]]:
    for name, raw in flags.items():
        if raw is not None:
            setting = BY_NAME[name]
            yield name, _read(setting, raw, Origin("flag", setting.flag))


def _from_names(names: Mapping[str, str], layer: str) -> Iterator[tuple[str, Sourced]]:
    """Settings by their names in the environment; an empty value is one that is not set."""
    for env, raw in sorted(names.items()):
        if env.startswith("BULKMATCH_") and env not in BY_ENV and env not in OTHER_NAMES:
            raise SettingsError(f"{env} ({layer}) is no setting{_nearest(env, BY_ENV)}")
        if env in BY_ENV and raw.strip():
            yield BY_ENV[env].name, _read(BY_ENV[env], raw, Origin(layer, env))


def _dotenv(folder: Path) -> Mapping[str, str]:
    file = folder / ".env"
    if not file.is_file():
        return {}
    from dotenv import dotenv_values

    return {name: value or "" for name, value in dotenv_values(file, interpolate=False).items()}


def _from_file(around: Surroundings, config: Path | None) -> Iterator[tuple[str, Sourced]]:
    file = config_file(around, config)
    if file is None:
        return
    told = {key: raw for key, raw in _load(file).items() if key not in OTHER_TABLES}
    for key, raw in _flat(told):
        setting = _setting_of(key, file)
        sourced = _read(setting, raw, Origin("file", str(file)))
        yield key, _beside(file, sourced)


def config_file(around: Surroundings, config: Path | None) -> Path | None:
    """The file of settings: as named, or `bulkmatch.toml` in the current folder or a parent."""
    named = config or (Path(around.environ["BULKMATCH_CONFIG"]) if _is_named(around) else None)
    if named is not None:
        return named
    for folder in (around.folder, *around.folder.parents):
        if (folder / FILE_NAME).is_file():
            return _trusted(folder / FILE_NAME, is_here=folder == around.folder)
    return None


def _is_named(around: Surroundings) -> bool:
    return bool(around.environ.get("BULKMATCH_CONFIG", "").strip())


def _trusted(file: Path, *, is_here: bool) -> Path:
    """A file in a parent folder must be ours or root's: it may say where credentials go."""
    if is_here or os.name != "posix" or file.stat().st_uid in (os.geteuid(), 0):
        return file
    raise SettingsError(f"{file} belongs to another user; to use it all the same: --config {file}")


def _load(file: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"{file}: is not TOML: {error}") from error


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, raw in table.items():
        if _is_table(raw):
            yield from _flat(raw, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", raw


def _is_table(raw: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(raw, dict)


def _setting_of(key: str, file: Path) -> Setting:
    setting = BY_NAME.get(key)
    if setting is None:
        raise SettingsError(f"{file}: {key} is no setting{_nearest(key, BY_NAME)}")
    if setting.secret:
        message = f"{file}: {key} must not stand in a file that gets shared; "
        raise SettingsError(
            message + f"set {setting.env} in the environment, in .env or in keyring"
        )
    return setting


def _beside(file: Path, sourced: Sourced) -> Sourced:
    """A relative path in a file of settings starts from that file's folder."""
    if not isinstance(sourced.value, Path):
        return sourced
    return Sourced(file.resolve().parent / sourced.value, sourced.origin)


def _nearest(name: str, names: Mapping[str, Setting]) -> str:
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else "; `bulkmatch config show` lists them all"
