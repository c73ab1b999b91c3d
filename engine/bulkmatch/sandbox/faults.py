"""What goes wrong on demand: which request is hit, by rules with seeded dice or by its own header.

None of this is known of the API unless `FAULTS` says so; clients must live through all of it.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bulkmatch.errors import SettingsError

HEADER: Final = "x-sandbox-fault"
"""A request's own fault, as `rule_from_text` reads it: `X-Sandbox-Fault: 503` or `slow:seconds=2`."""

FAULTS: Final[Mapping[str, str]] = {
    "429": "status 429; Retry-After under retry-after=SECONDS (assumed: not documented for Nexar)",
    "500": "status 500 with a JSON error (documented for the part limit alone)",
    "502": "status 502 with an HTML page (observed by clients)",
    "503": "status 503, empty; with Retry-After under retry-after=SECONDS (assumed)",
    "504": "status 504 with an HTML page (observed: KiCost handles it)",
    "html": "an HTML page under status 200 (assumed: proxies do that)",
    "slow": "the answer comes after seconds=SECONDS (assumed)",
    "cut": "the connection ends within the answer; charged (assumed)",
    "truncated": "the JSON ends too early, under a fitting length; charged (assumed)",
    "errors": "the data with an error beside it (observed)",
    "null-data": "`data: null` with an error; charged (observed)",
    "null-parts": "an entry's `parts`, a search's `results` is null; charged (observed of results)",
    "duplicate": "a match entry comes twice (assumed: not documented for Nexar)",
    "missing": "a match entry is not there (assumed: not documented for Nexar)",
    "reorder": "match entries come in another order (assumed: not documented for Nexar)",
    "expire": "all tokens expire just before this request (documented: tokens expire)",
    "quota": "the part limit is set to what was counted, just before this request (documented: limits end)",
}
"""Every fault, with what it does and how well it is known."""

REFUSING: Final = frozenset({"429", "500", "502", "503", "504", "html"})
"""Faults in place of an answer: nothing is executed or charged, unless they say `charged=yes`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault and when it strikes.

    `share`: of the requests, by dice. `after`: requests passed over first. `times`: the most
    strikes, None for ever. `seconds`: of `slow`. `retry_after`: seconds of that header.
    `is_charged`: a refusing fault comes only after the request was carried out.
    """

    kind: str
    share: float = 1.0
    after: int = 0
    times: int | None = None
    seconds: float = 1.0
    retry_after: int | None = None
    is_charged: bool = False

    def __str__(self) -> str:
        told = {
            "share": (self.share, 1.0),
            "after": (self.after, 0),
            "times": (self.times, None),
            "seconds": (self.seconds, 1.0),
            "retry-after": (self.retry_after, None),
            "charged": ("yes" if self.is_charged else "no", "no"),
        }
        said = ",".join(
            f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"
            for name, (value, usual) in told.items()
            if value != usual
        )
        return f"{self.kind}:{said}" if said else self.kind


def rule_from_text(text: str) -> Rule:
    """`503`, or `429:share=0.1,times=3,retry-after=5`. Raises `SettingsError` for what is no rule."""
    kind, _, rest = text.strip().partition(":")
    if kind not in FAULTS:
        raise SettingsError(f"sandbox: no fault is called {kind!r}; there are {', '.join(FAULTS)}")
    rule = Rule(kind)
    for pair in filter(None, rest.split(",")):
        name, _, value = pair.partition("=")
        rule = _told(rule, name.strip(), value.strip(), text)
    return rule


def _told(rule: Rule, name: str, value: str, text: str) -> Rule:
    try:
        match name:
            case "share" if 0 <= float(value) <= 1:
                return replace(rule, share=float(value))
            case "after" if int(value) >= 0:
                return replace(rule, after=int(value))
            case "times" if int(value) >= 1:
                return replace(rule, times=int(value))
            case "seconds" if 0 <= float(value) < float("inf"):
                return replace(rule, seconds=float(value))
            case "retry-after" if int(value) >= 0:
                return replace(rule, retry_after=int(value))
            case "charged" if value in ("yes", "no"):
                return replace(rule, is_charged=value == "yes")
            case _:
                pass
    except ValueError:
        pass
    raise SettingsError(
        f"sandbox: cannot read {name}={value} in the fault {text!r}; wanted share=0..1, after=N,"
        " times=N, seconds=S, retry-after=S or charged=yes"
    )


@dataclass(slots=True)
class _Running:
    rule: Rule
    dice: random.Random
    seen: int = 0
    struck: int = 0

    def strikes(self) -> bool:
        """Whether this request is hit. The dice are thrown every time: rules do not disturb each other."""
        hit = self.dice.random() < self.rule.share
        self.seen += 1
        is_over = self.rule.times is not None and self.struck >= self.rule.times
        if not hit or is_over or self.seen <= self.rule.after:
            return False
        self.struck += 1
        return True


@dataclass(slots=True)
class FaultDesk:
    """The rules at work; they can be changed while requests come in."""

    texts: Iterable[str]
    seed: int = 0
    _running: Sequence[_Running] = field(init=False, default=())

    def __post_init__(self) -> None:
        """Read the rules; raises `SettingsError`."""
        self.set(self.texts, seed=self.seed)

    def set(self, texts: Iterable[str], *, seed: int) -> None:
        """From now on these rules, counted from the next request on; same seed, same strikes."""
        rules = [rule_from_text(text) for text in texts]
        self.seed = seed
        self._running = [
            _Running(rule, random.Random(f"{seed} {number}"))  # noqa: S311 - no secrets here
            for number, rule in enumerate(rules)
        ]

    def rules(self) -> list[str]:
        """The rules as texts."""
        return [str(running.rule) for running in self._running]

    def strike(self, header: str | None) -> Rule | None:
        """What hits the next request: its header's wish, or the first rule that strikes."""
        struck = [running.rule for running in self._running if running.strikes()]
        if header:
            return rule_from_text(header)
        return struck[0] if struck else None
