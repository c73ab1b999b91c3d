"""What one setting is: its name, kind, default, reason and the names it goes by outside."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields

from bulkmatch.cli.kinds import Kind, Value
from bulkmatch.model.settings import Features, Limits, Patience, Settings


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. A `secret` is never read from a file of settings or a flag, and never shown."""

    name: str
    env: str
    kind: Kind
    default: Value
    help: str
    reason: str
    flag: str = ""
    secret: bool = False
    default_words: str = ""

    @property
    def default_text(self) -> str:
        """The default in words, for people."""
        return self.default_words or show(self.default)

    @property
    def row(self) -> str:
        """The setting's row of the table in docs/configuration.md."""
        names = f"`{self.env}`" + (f", `{self.flag}`" if self.flag else "")
        key = f"`{self.name}`" + (" (not in the file)" if self.secret else "")
        return f"| {key} | {names} | {self.default_text} | {self.help} | {self.reason} |"


def show(value: Value) -> str:
    """A value as people write it; none is a dash."""
    match value:
        case None:
            return "-"
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def _defaults() -> Mapping[str, Value]:
    """The model's own defaults by dotted name, so that no default is written twice."""
    found = dict(_plain(fields(Settings), ""))
    for prefix, group in (("limits", Limits), ("features", Features), ("patience", Patience)):
        found.update(_plain(fields(group), f"{prefix}."))
    return found


def _plain(members: tuple[Field[object], ...], prefix: str) -> list[tuple[str, Value]]:
    plain = (str, int, float, bool, type(None))
    return [
        (f"{prefix}{member.name}", member.default)
        for member in members
        if member.default is not MISSING and isinstance(member.default, plain)
    ]


MODEL: Mapping[str, Value] = _defaults()


def of_model(
    name: str, env: str, kind: Kind, words: str, reason: str, *, flag: str = ""
) -> Setting:
    """A setting with the default that the model has."""
    return Setting(name, env, kind, MODEL[name], words, reason, flag)
