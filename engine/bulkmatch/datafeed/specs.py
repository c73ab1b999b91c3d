"""The attributes column: a JSON object of specs, each of a type that is supported or is not.

Whether a spec's name and text are known to Octopart cannot be checked: its lists are not public.
"""

import json
import re
from collections.abc import Iterator, Mapping

from bulkmatch.datafeed.finding import Flaw
from bulkmatch.datafeed.json_text import members, object_of, plain
from bulkmatch.datafeed.numbers import date_flaws

LIFECYCLE = "lifecycle_status"
_MEMBERS = {"metadata", "value"}

_NUMBER = r"[+\-±]?\s?[0-9]{1,9}(?:[.,][0-9]{1,9})?"
_UNIT = r"\s?[A-Za-zµμΩ°%Ω℃][A-Za-z0-9/µμΩ°%Ω²³]{0,14}"
_NOTE = r"(?:\s?\([^()]{0,40}\))?"
# "-40C to 85C", "3.3V - 5V", "3.3 to 5 volts", "10...20 mm": numbers, a word between, a unit behind.
_RANGE = re.compile(
    rf"{_NUMBER}(?:(?:{_UNIT})?\s?(?:to|~|–|—|\.\.\.?|…)\s?|{_UNIT}\s?-\s?|\s-\s){_NUMBER}{_UNIT}{_NOTE}",
    re.IGNORECASE,
)
# "200 ohms @ 100MHz", "25cfm @ 12V"
_CONDITION = re.compile(r"[0-9][^@]{0,40}@\s?[+\-±]?[0-9.]")
# "14 x 10 x 3 mm", "L x W x H"
_COMBINATION = re.compile(
    rf"(?:{_NUMBER}(?:{_UNIT})?\s?[x×X]\s?){{1,3}}{_NUMBER}(?:{_UNIT})?{_NOTE}"
    r"|L\s?[x×]\s?W(?:\s?[x×]\s?H)?"
)
# What none of these is without: most values are passed over by it.
_SUSPECT = re.compile(r"[0-9L].*?(?:[@~x×X…–—-]|to|\.\.)", re.IGNORECASE)
_UNSUPPORTED = (
    (_RANGE, "spec-range", "give the ends as two specs, as in temperature_range_low and _high"),
    (_CONDITION, "spec-condition", "leave the condition out, or name it in the description"),
    (_COMBINATION, "spec-combination", "give each as a spec of its own, as in length and width"),
)


def attribute_flaws(text: str) -> Iterator[Flaw]:
    """What is wrong with the cell and with each spec in it."""
    found = yield from object_of(text)
    if found is None:
        return
    for name, value in found.items():
        for flaw in _spec_flaws(name, value):
            shown = f"{name}: {_shown(plain(value))}"
            yield Flaw(flaw.rule, flaw.advice, found=shown)


def _shown(value: object) -> str:
    try:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "..."


def mended_attributes(text: str) -> str | None:
    """The cell without the specs that are wrong, None when it holds no object at all."""
    flaws = object_of(text)
    try:
        while True:
            next(flaws)
    except StopIteration as stop:
        found = stop.value
    if found is None:
        return None
    kept = {name: plain(value) for name, value in found.items() if not _is_wrong(name, value)}
    return json.dumps(kept, ensure_ascii=False)


def lifecycle_of(text: str) -> str | None:
    """The lifecycle status in an attributes cell, in capitals; None when it holds none."""
    try:
        found = members(json.loads(text))
    except (ValueError, RecursionError):
        return None
    said = found.get(LIFECYCLE) if found else None
    about = members(said)
    value = said if about is None else about.get("value")
    return value.strip().upper() or None if isinstance(value, str) else None


def _is_wrong(name: str, value: object) -> bool:
    return any(flaw.rule in _ERRORS for flaw in _spec_flaws(name, value))


_ERRORS = frozenset({"spec-name", "spec-list", "spec-metadata", "date"})


def _spec_flaws(name: str, value: object) -> Iterator[Flaw]:
    if not name.strip():
        yield Flaw("spec-name", "give the spec a name")
    value = plain(value)
    about = members(value)
    if about is not None:
        yield from _metadata_flaws(name, about)
        return
    match value:
        case str():
            yield from _text_flaws(name, value)
        case list():
            yield Flaw("spec-list", 'write a list as one text: "I2C, SPI, UART"')
        case None:
            yield Flaw("spec-empty", "leave the spec out when there is no value")
        case _:
            yield Flaw("spec-type", f'write the value as text: "{json.dumps(value)}"')


def _text_flaws(name: str, value: str) -> Iterator[Flaw]:
    if not value.strip():
        yield Flaw("spec-empty", "leave the spec out when there is no value")
    elif name == LIFECYCLE:
        yield Flaw("lifecycle-undated", _dated(value))
    elif len(value) <= _LONGEST_MEASURE and _SUSPECT.search(value):
        yield from (
            Flaw(rule, advice)
            for pattern, rule, advice in _UNSUPPORTED
            if (pattern.match if rule == "spec-condition" else pattern.fullmatch)(value.strip())
        )


_LONGEST_MEASURE = 80


def _metadata_flaws(name: str, value: Mapping[str, object]) -> Iterator[Flaw]:
    """`{"metadata": {...}, "value": "..."}`, and the date of a lifecycle status."""
    given, said = value.get("metadata"), value.get("value")
    metadata = members(given)
    if not set(value) <= _MEMBERS or not isinstance(said, str) or not said.strip():
        yield Flaw("spec-metadata", 'write {"metadata": {...}, "value": "..."}')
        return
    if given is not None and metadata is None:
        yield Flaw("spec-metadata", "write the metadata as an object")
    elif name != LIFECYCLE:
        if metadata:
            yield Flaw("spec-metadata-unsupported", "write the value alone")
    elif not metadata or "observation_date" not in metadata:
        yield Flaw("lifecycle-undated", _dated(said))
    else:
        observed = metadata["observation_date"]
        yield from (
            Flaw(flaw.rule, f"observation_date: {flaw.advice}")
            for flaw in date_flaws(observed if isinstance(observed, str) else "")
        )


def _dated(value: str) -> str:
    shown = json.dumps({"metadata": {"observation_date": "YYYY-MM-DD"}, "value": value})
    return f"say when it was observed: {shown}"
