"""Policies from TOML: the packaged one, and a file's over it.

Every error names the key, what was wanted, what was there, and what to do.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NoReturn, TypeGuard, TypeVar, cast

from bulkmatch.errors import SettingsError
from bulkmatch.model.audit_event import EventKind
from bulkmatch.model.observation import Tier
from bulkmatch.model.policy import (
    Policy,
    Rule,
    Scope,
    Severity,
    StateKind,
    Subject,
    Thresholds,
    Waiver,
)

T = TypeVar("T")
Table = Mapping[str, object]
PACKAGED = "packaged"
_SUBJECTS: Mapping[str, Subject] = {kind.value: kind for kind in (*EventKind, *StateKind)}
_SEVERITIES = {severity.value: severity for severity in Severity}
_TIERS = {tier.value.replace(" ", "-"): tier for tier in Tier if tier is not Tier.NEVER_SEEN}
_LEAST = {"price_quantity": 1, "price_percent": 1, "confirmations": 1, "stale_factor": 1}
_MOST = {"confirmations": 2}
_SCOPE = tuple(field.name for field in fields(Scope))
_KEYS = ("inherit", "thresholds", "intervals", "events", "states", "rule", "waiver")
_RULE = ("about", "severity", "advice", *_SCOPE)
_WAIVER = ("owner", "reason", "expires", "about", *_SCOPE)


def default_policy_text() -> str:
    """The packaged policy as its file has it."""
    return files("bulkmatch.feeds").joinpath("policies", "default.toml").read_text("utf-8")


@cache
def default_policy() -> Policy:
    """The packaged policy."""
    bare = Policy(PACKAGED, rules=())
    return read_policy(tomllib.loads(default_policy_text()), name=PACKAGED, base=bare)


def load_policy(file: Path) -> Policy:
    """The policy of a TOML file, over the packaged one. Raises SettingsError."""
    try:
        told: Table = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"{file}: is not TOML: {error}") from error
    if set(told) == {"policy"}:
        told = _Reader(str(file)).table(told, "policy")
    return read_policy(told, name=str(file))


def read_policy(told: Table, *, name: str, base: Policy | None = None) -> Policy:
    """The policy that tables tell, over `base` (the packaged one unless they say `inherit = false`)."""
    reader = _Reader(name)
    reader.check_keys(told, "", _KEYS)
    if base is None:
        wants_packaged = reader.flag(told, "inherit", default=True)
        base = default_policy() if wants_packaged else Policy(name, rules=())
    return Policy(
        name=name,
        rules=(*base.rules, *reader.plain_rules(told), *reader.rules(told)),
        thresholds=reader.thresholds(told, base.thresholds),
        waivers=(*base.waivers, *reader.waivers(told)),
        intervals={**base.intervals, **reader.intervals(told)},
    )


class _Reader:
    """Reads the tables of one policy; `name` stands before every error."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return f"_Reader({self._name})"

    def plain_rules(self, told: Table) -> tuple[Rule, ...]:
        """The rules of [events] and [states]: one severity for a subject, everywhere."""
        found: list[Rule] = []
        for name, kinds in (("events", EventKind), ("states", StateKind)):
            subjects = {kind.value: kind for kind in kinds}
            table = self.table(told, name)
            self.check_keys(table, f"{name}.", tuple(subjects))
            for key in table:
                severity = self.one_of(table, key, f"{name}.{key}", _SEVERITIES)
                found.append(Rule(key, subjects[key], severity))
        return tuple(found)

    def rules(self, told: Table) -> tuple[Rule, ...]:
        """The rules of [[rule]], numbered from 1."""
        found: list[Rule] = []
        for number, table in enumerate(self.tables(told, "rule"), start=1):
            at = f"rule {number}: "
            self.check_keys(table, at, _RULE)
            about = self.one_of(table, "about", f"{at}about", _SUBJECTS)
            severity = self.one_of(table, "severity", f"{at}severity", _SEVERITIES)
            advice = self.text(table, "advice", at) if "advice" in table else ""
            scope = self.scope(table, at)
            found.append(Rule(f"{about}/{number}", about, severity, scope, advice, number))
        return tuple(found)

    def waivers(self, told: Table) -> tuple[Waiver, ...]:
        """The waivers of [[waiver]]: each has an owner, a reason, a last day and a scope."""
        found: list[Waiver] = []
        for number, table in enumerate(self.tables(told, "waiver"), start=1):
            at = f"waiver {number}: "
            self.check_keys(table, at, _WAIVER)
            scope = self.scope(table, at)
            if scope == Scope():
                self.refuse(
                    f"{at}scope", f"one of {', '.join(_SCOPE)}", "none", "say what it is for"
                )
            about = None
            if "about" in table:
                about = self.one_of(table, "about", f"{at}about", _SUBJECTS)
            owner, reason = self.text(table, "owner", at), self.text(table, "reason", at)
            expires = self.day(table, "expires", at)
            found.append(Waiver(owner, reason, expires, scope, about, number))
        return tuple(found)

    def scope(self, table: Table, at: str) -> Scope:
        """The patterns of a rule or waiver."""
        return Scope(**{name: self.texts(table, name, at) for name in _SCOPE})

    def thresholds(self, told: Table, base: Thresholds) -> Thresholds:
        """The thresholds, those that are not told as in `base`."""
        table = self.table(told, "thresholds")
        names = tuple(field.name for field in fields(Thresholds))
        self.check_keys(table, "thresholds.", names)
        values = {name: getattr(base, name) for name in names}
        for key in table:
            least, most = _LEAST.get(key, 0), _MOST.get(key)
            count = self.whole(table, key, "thresholds.", least=least, most=most)
            values[key] = Decimal(count) if key == "price_percent" else count
        return Thresholds(**values)

    def intervals(self, told: Table) -> Mapping[Tier, int]:
        """Days for each tier that is told."""
        table = self.table(told, "intervals")
        self.check_keys(table, "intervals.", tuple(_TIERS))
        return {_TIERS[key]: self.whole(table, key, "intervals.", least=1) for key in table}

    def table(self, told: Table, key: str) -> Table:
        """A table, an empty one where there is none."""
        found = told.get(key, {})
        if not isinstance(found, dict):
            self.refuse(key, "a table", found, f"write [{key}] above its keys")
        return {str(name): value for name, value in found.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]

    def tables(self, told: Table, key: str) -> Sequence[Table]:
        """A list of tables."""
        found = told.get(key, [])
        if not _is_tables(found):
            self.refuse(key, "a list of tables", found, f"write [[{key}]] above each")
        return [{str(name): value for name, value in one.items()} for one in found]

    def text(self, table: Table, key: str, at: str) -> str:
        """A text that is not empty."""
        found = table.get(key)
        if not isinstance(found, str) or not found.strip():
            self.refuse(f"{at}{key}", "a text", found, "say it in words")
        return found.strip()

    def texts(self, table: Table, key: str, at: str) -> tuple[str, ...]:
        """A list of texts; a single text is a list of one."""
        found = table.get(key, [])
        listed: Sequence[object] = [found] if isinstance(found, str) else found  # type: ignore[assignment]
        if not isinstance(listed, list) or not all(isinstance(one, str) and one for one in listed):
            self.refuse(f"{at}{key}", "a list of patterns", found, 'write it as ["LM358*"]')
        return tuple(map(str, listed))

    def day(self, table: Table, key: str, at: str) -> date:
        """A TOML date."""
        found = table.get(key)
        if type(found) is not date:
            self.refuse(f"{at}{key}", "a day", found, "write it without quotes, as 2027-03-31")
        return found

    def flag(self, table: Table, key: str, *, default: bool) -> bool:
        """True or false."""
        found = table.get(key, default)
        if not isinstance(found, bool):
            self.refuse(key, "true or false", found, "write it without quotes")
        return found

    def whole(self, table: Table, key: str, at: str, *, least: int, most: int | None = None) -> int:
        """A whole number within bounds."""
        found = table.get(key)
        is_whole = isinstance(found, int) and not isinstance(found, bool)
        if not is_whole or found < least or (most is not None and found > most):  # type: ignore[operator]
            bounds = f"{least} or more" if most is None else f"{least} to {most}"
            self.refuse(f"{at}{key}", f"a whole number, {bounds}", found, "mend the number")
        assert isinstance(found, int), "checked just above"
        return found

    def one_of(self, table: Table, key: str, at: str, known: Mapping[str, T]) -> T:
        """A word that is known."""
        found = table.get(key)
        if not isinstance(found, str) or found not in known:
            self.refuse(at, f"one of {', '.join(known)}", found, _nearest(str(found), known))
        return known[found]

    def check_keys(self, table: Table, at: str, known: Sequence[str]) -> None:
        """Refuse a key that nothing reads."""
        for key in table:
            if key not in known:
                self.refuse(f"{at}{key}", f"one of {', '.join(known)}", key, _nearest(key, known))

    def refuse(self, key: str, wanted: str, found: object, advice: str) -> NoReturn:
        """Say what is wrong."""
        there = "nothing" if found is None else repr(found)
        raise SettingsError(f"{self._name}: {key}: wanted {wanted}; found {there}; {advice}")


def _is_tables(found: object) -> TypeGuard[Sequence[Mapping[object, object]]]:
    return isinstance(found, list) and {type(one) for one in cast("list[object]", found)} <= {dict}


def _nearest(word: str, known: Sequence[str] | Mapping[str, object]) -> str:
    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else "docs/policy.md lists them"
