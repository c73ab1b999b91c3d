"""What can be wrong with any text: invisible characters, markup, what spreadsheets leave behind."""

import html
import re
import unicodedata
from collections.abc import Iterator

from bulkmatch.datafeed.finding import Flaw
from bulkmatch.datafeed.iso import COUNTRIES, MISTAKEN_COUNTRIES

_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MARKUP = re.compile(
    r"</?(?:b|br|p|i|u|a|li|ul|ol|sub|sup|div|span|strong|em|font|table|tr|td|img)\b[^<>]{0,200}>"
    r"|&(?:amp|lt|gt|quot|apos|nbsp|deg|micro|Omega|plusmn|reg|trade|copy|#[0-9]{1,6}|#x[0-9a-fA-F]{1,5});",
    re.IGNORECASE,
)
_DAMAGED = re.compile(r"[0-9](?:\.[0-9]{1,15})?E\+[0-9]{1,2}", re.ASCII)
_DAY_AND_MONTH = re.compile(
    r"[0-9]{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-[0-9]{2}"
)
_REGION = re.compile(r"([A-Z]{2})(?:-[A-Z0-9]{1,3})?", re.ASCII)
_OTHER_SEPARATORS = re.compile(r"\s*(?:->|»|(?<!>)>(?!>)|\||\\)\s*")
_BREAKS = frozenset("\t\r\n")
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cn"})


def is_clean(text: str) -> bool:
    """Whether `text` has none of the flaws that any text can have, save markup: a quick look."""
    return (
        text.isprintable()
        and text[0] != " "
        and text[-1] != " "
        and text[0] != "#"
        and "\ufffd" not in text
    )


def text_flaws(text: str) -> Iterator[Flaw]:
    """What can be wrong with the text of any cell."""
    if text in _ERRORS:
        yield Flaw("spreadsheet-error", "write the value, or leave the cell empty", "")
    if _ESCAPED_BYTE.search(text):
        yield Flaw("encoding", "save the file as UTF-8", _other_encoding(text))
        return
    stripped = text.strip()
    if stripped != text:
        yield Flaw("surrounding-blanks", "remove the blanks around the value", stripped)
    if "\ufffd" in text or any(map(_is_stray, stripped)):
        advice = "remove characters that do not show; U+FFFD stands where a letter was lost"
        yield Flaw("stray-characters", advice, visible(text))


def visible(text: str) -> str:
    """`text` without invisible characters and lone surrogates, and without blanks around it."""
    return "".join(char for char in text if char in _BREAKS or not _is_stray(char)).strip()


def markup_flaws(text: str) -> Iterator[Flaw]:
    """Tags and entities of HTML."""
    if ("<" in text or "&" in text) and _MARKUP.search(text):
        plain = html.unescape(re.sub(r"<[^<>]{0,200}>", " ", text))
        yield Flaw("markup", "write plain text", " ".join(visible(plain).split()))


def number_text_flaws(text: str) -> Iterator[Flaw]:
    """A part or stock number that a spreadsheet has taken for a number or a date."""
    if _DAMAGED.fullmatch(text) or _DAY_AND_MONTH.fullmatch(text):
        advice = (
            "this looks like a number that a spreadsheet has changed; format the column as text"
        )
        yield Flaw("spreadsheet-number", advice)


def region_flaws(text: str) -> Iterator[Flaw]:
    """A country of ISO 3166-1, alone or with a subdivision whose shape alone is looked at."""
    match = _REGION.fullmatch(text)
    if match and match[1] in COUNTRIES:
        return
    meant = _region(text)
    if meant is not None and meant == text.upper():
        yield Flaw("region-case", f"write {meant}", meant)
        return
    advice = f"write {meant}" if meant else "write one code as in US or US-NY, and a row for each"
    yield Flaw("region", advice, meant)


def _region(text: str) -> str | None:
    plain = text.strip().upper().replace("_", "-").replace(" ", "-")
    country, dash, rest = plain.partition("-")
    meant = MISTAKEN_COUNTRIES.get(country, country) + dash + rest
    match = _REGION.fullmatch(meant)
    return meant if match and match[1] in COUNTRIES else None


def category_flaws(text: str) -> Iterator[Flaw]:
    """A path of names with '>>' between them."""
    if ">>" in text and not all(node.strip(" >") for node in text.split(">>")):
        nodes = [node.strip(" >") for node in text.split(">>")]
        advice = "write 'semiconductors >> op-amps': a name on both sides of every '>>'"
        yield Flaw("category", advice, " >> ".join(filter(None, nodes)))
    elif _OTHER_SEPARATORS.search(text):
        mended = " >> ".join(filter(None, _OTHER_SEPARATORS.split(text)))
        yield Flaw("category-separator", "separate the nodes with '>>'", mended)


def _is_stray(char: str) -> bool:
    if char.isprintable() and char != "\ufffd":
        return False
    category = unicodedata.category(char)
    return char == "\ufffd" or category == "Cs" or (category in _INVISIBLE and char not in _BREAKS)


def _other_encoding(text: str) -> str:
    """Bytes that are no UTF-8 read as cp1252, which is what most of them are."""
    try:
        raw = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return _SURROGATE.sub("", text)
    try:
        return visible(raw.decode("cp1252"))
    except UnicodeDecodeError:
        return visible(raw.decode("latin-1"))
