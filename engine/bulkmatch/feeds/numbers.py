"""The part numbers that a row names: what of its texts is one."""

from bulkmatch.feeds.looks import Kind, is_bare_board, kind_of
from bulkmatch.model.row import Row

_INVISIBLE_ENDS = "\u200e\u200f\u200b\ufeff"


def part_numbers(row: Row) -> tuple[str, ...]:
    """The row's part numbers as written, the main one first; sellers' numbers and fillers are none."""
    if is_bare_board(row.designators, row.description, row.cells):
        return ()
    texts = (row.mpn, *(other.mpn for other in row.alternates))
    return tuple(text for text in map(trimmed, texts) if kind_of(text) is Kind.MPN)


def trimmed(text: str) -> str:
    """The text without blanks and invisible characters at its ends."""
    return text.strip().strip(_INVISIBLE_ENDS).strip()


def distinct(texts: list[str]) -> list[str]:
    """The texts in order of their characters, those that differ in case alone once."""
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault(clean_key(text), text)
    return sorted(found.values())


def clean_key(text: str) -> str:
    """What makes two spellings one here: all but case."""
    return trimmed(text).casefold()
