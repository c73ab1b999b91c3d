"""URLs in cells, alone or in the JSON objects of application notes and simulation models."""

import json
import re
from collections.abc import Generator, Iterator

from bulkmatch.datafeed.finding import Flaw
from bulkmatch.datafeed.json_text import object_of

_STARTS = ("http://", "https://")
# A host, and then no blanks, quotes, angle brackets or control characters.
_URL = re.compile(r"https?://[^\s/?#\"<>]+(?:[/?#][^\s\"<>]*)?")
_HOME = re.compile(r"https?://[^/?#]+/?")
_SEVERAL = re.compile(r"[\s,;|]+(?=https?://)", re.IGNORECASE)


def url_flaws(text: str) -> Iterator[Flaw]:
    """One URL with http:// or https:// in front."""
    if not text.startswith(_STARTS):
        yield Flaw("url-scheme", "begin the URL with http:// or https://", _with_scheme(text))
    elif len(several := _SEVERAL.split(text)) > 1:
        advice = "give each URL a column of its own, as in datasheet-url-1 and datasheet-url-2"
        first = several[0] if _URL.fullmatch(several[0]) else None
        yield Flaw("url-several", advice, first)
    elif not _URL.fullmatch(text):
        yield Flaw("url-form", "write blanks as %20 and quotes as %22", _escaped(text))
    elif _HOME.fullmatch(text):
        yield Flaw("url-not-specific", "link to the part's own page, not to the home page")


def application_note_flaws(text: str) -> Iterator[Flaw]:
    """A JSON object with `url` and at least one of `title` and `description`."""
    found = yield from _linked(text, "application-note")
    if found is not None and not (_said(found, "title") or _said(found, "description")):
        yield Flaw("application-note", "add a title or a description to the object")


def simulation_model_flaws(text: str) -> Iterator[Flaw]:
    """A JSON object with `url` and `description`."""
    found = yield from _linked(text, "simulation-model")
    if found is not None and not _said(found, "description"):
        yield Flaw("simulation-model", "add a description to the object, as in PSPICE")


def _linked(text: str, rule: str) -> Generator[Flaw, None, dict[str, object] | None]:
    """The object in the cell; told what is wrong with it and with its URL."""
    if text.startswith(_STARTS):
        shown = json.dumps({"url": text, "description": "..."})
        yield Flaw("json-object", f"write a JSON object with the URL in it: {shown}")
        return None
    found = yield from object_of(text)
    if found is None:
        return None
    url = found.get("url")
    if not isinstance(url, str) or not url:
        yield Flaw(rule, "add a url to the object")
    else:
        for flaw in url_flaws(url):
            yield Flaw(flaw.rule, flaw.advice)
    return found


def _said(found: dict[str, object], name: str) -> bool:
    value = found.get(name)
    return isinstance(value, str) and bool(value.strip())


def _with_scheme(text: str) -> str | None:
    plain = text.strip()
    scheme, marks, rest = plain.partition("://")
    if marks and scheme.lower() in {"http", "https"}:
        plain = f"{scheme.lower()}://{rest}"
    elif plain.startswith("//"):
        plain = f"https:{plain}"
    elif plain.lower().startswith("www."):
        plain = f"https://{plain}"
    return _escaped(plain)


def _escaped(text: str) -> str | None:
    plain = re.sub(r"\s", "%20", text.strip()).replace('"', "%22")
    plain = plain.replace("<", "%3C").replace(">", "%3E")
    return plain if _URL.fullmatch(plain) else None
