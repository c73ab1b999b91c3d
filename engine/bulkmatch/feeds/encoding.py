"""Bytes to text: the encoding is found out from a mark, from the bytes, and from known words.

UTF-8 is certain when it decodes. Without it, an old Chinese, Japanese or Cyrillic code page counts
only when the text then holds column names in that script; what is left is cp1252, or Latin-1 where
a byte means nothing in cp1252.
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from bulkmatch.errors import FeedError
from bulkmatch.feeds.names import read_name

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),  # before UTF-16: it begins with UTF-16's mark
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)
_CODE_PAGES = ("gb18030", "big5", "shift_jis", "cp949", "cp1251")
_SAMPLE_BYTES = 1 << 16
_ZEROS = 0.4  # of every second byte: Latin letters in UTF-16
_WORD_BREAK = re.compile(r"[,;\t|\r\n\"]+")
_QUOTED = re.compile(r'"[^"]*"')
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x7f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with how it was written; `line_ending` is lf, crlf, cr or mixed, None without lines."""

    text: str
    encoding: str
    codec: str
    has_mark: bool
    line_ending: str | None


def decode(path: Path, raw: bytes) -> Decoded:
    """The text of a file. Raises FeedError where it is none."""
    mark, encoding = _marked(raw) or (b"", _unmarked(raw))
    try:
        text = raw[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise FeedError(
            f"begins with a {encoding} mark but is not {encoding}", file=path
        ) from error
    if _is_binary(text):
        raise FeedError(
            "is neither text nor a workbook (it holds control bytes); save it as CSV (UTF-8) or XLSX",
            file=path,
        )
    return Decoded(text, _shown(encoding, raw, mark), encoding, bool(mark), _line_ending(text))


def _marked(raw: bytes) -> tuple[bytes, str] | None:
    return next(((mark, codec) for mark, codec, _ in _MARKS if raw.startswith(mark)), None)


def _unmarked(raw: bytes) -> str:
    wide = _wide(raw[:_SAMPLE_BYTES])
    if wide:
        return wide
    if _decodes(raw, "utf-8"):
        return "utf-8"
    for codec in _CODE_PAGES:
        if _has_known_words(raw, codec):
            return codec
    return "cp1252" if _decodes(raw, "cp1252") else "latin-1"


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of its Latin letters is zero."""
    half = len(sample) // 2
    if half < 2:
        return None
    if sample[1::2].count(0) > half * _ZEROS and sample[::2].count(0) < half * 0.05:
        return "utf-16-le"
    if sample[::2].count(0) > half * _ZEROS and sample[1::2].count(0) < half * 0.05:
        return "utf-16-be"
    return None


def _decodes(raw: bytes, codec: str) -> bool:
    try:
        raw.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _has_known_words(raw: bytes, codec: str) -> bool:
    """Whether the text, read so, has two column names that are not ASCII."""
    sample = raw[:_SAMPLE_BYTES].decode(codec, errors="ignore")
    words = {word.strip() for word in _WORD_BREAK.split(sample[:8192])}
    known = [word for word in words if not word.isascii() and read_name(word).is_known]
    return len([word for word in known if not _is_latin(word)]) > 1 and _decodes(raw, codec)


def _is_latin(word: str) -> bool:
    return all(ord(char) < 0x250 for char in word)


def _is_binary(text: str) -> bool:
    """Whether control characters make up more than a stray few."""
    sample = text[:_SAMPLE_BYTES]
    return "\0" in text or len(_CONTROL.findall(sample)) > 2 + len(sample) // 200


def _shown(codec: str, raw: bytes, mark: bytes) -> str:
    """The encoding's name as a person would say it; plain ASCII where nothing else occurs."""
    if codec == "utf-8" and not mark and raw.isascii():
        return "ascii"
    if codec == "cp1252" and not any(0x80 <= byte <= 0x9F for byte in raw):
        return "cp1252 (also valid latin-1)"
    return codec


def _line_ending(quoted: str) -> str | None:
    """How lines end; a line break inside quotes ends none."""
    text = _QUOTED.sub("", quoted)
    crlf = text.count("\r\n")
    found = {
        "crlf": crlf,
        "lf": text.count("\n") - crlf,
        "cr": text.count("\r") - crlf,
    }
    kinds = [name for name, count in found.items() if count]
    if not kinds:
        return None
    return kinds[0] if len(kinds) == 1 else "mixed"
