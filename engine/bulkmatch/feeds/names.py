"""What column names mean. Knows names alone; what the cells look like is decided elsewhere.

A name is compared by its `name_key`: letters and digits only, without case and accents. A number
in a name (`Manufacturer Part Number 2`, `MFR2 PN`) or a word (`Alt MPN`) says which of several
it is, and is no part of what it means.
"""

import re
import unicodedata
from collections.abc import Callable, Set
from dataclasses import dataclass
from itertools import product

from bulkmatch.feeds.vocabulary import (
    ALTERNATES,
    BETWEEN,
    BRANDS,
    CLEAR,
    HOUSE,
    MAKERS,
    MAYBE,
    NUMBERS,
    NUMBERS_BEFORE,
    PRIMARIES,
    SELLERS,
    USUAL,
    WORDS,
    Role,
)

__all__ = ["CLEAR", "MAYBE", "USUAL", "Name", "Role", "is_quantity_name", "name_key", "read_name"]

_LONGEST_NAME = 64
_ASCII_FOLD: dict[int, str | None] = {
    code: None for code in range(128) if not chr(code).isalnum()
} | {ord("#"): "number"}
_OURS = "Match: "  # columns that outputs of ours add
_ORDINAL = re.compile(r"\d{1,2}")
_DELIMITED = re.compile(r"[,;\t|]\S|\s{3}")
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_a-zA-Z]+")
_NO_COUNTS = frozenset(
    {
        "price", "cost", "stock", "available", "availability", "min", "minimum", "multiple", "moq",
        "unit", "usd", "eur", "extended", "lead", "rate", "break", "on", "hand", "ordered",
        "tolerance", "warning", "instock", "backorder",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """What a column's name says: the roles it can have, each with how sure the name is of it.

    `ordinal` tells several columns of one kind apart: 1 is the main one (also without a number),
    2 and up are alternates.
    """

    text: str
    roles: dict[Role, int]
    ordinal: int = 1

    @property
    def is_known(self) -> bool:
        return bool(self.roles)


def name_key(name: str) -> str:
    """`name` for comparing; empty for what cannot be a column name."""
    if not name or len(name) > _LONGEST_NAME:
        return ""
    if name.isascii():
        return name.translate(_ASCII_FOLD).lower()
    spelled = unicodedata.normalize("NFKD", name.replace("№", "#")).replace("#", "number")
    return "".join(filter(str.isalnum, spelled)).lower()


def _table() -> dict[str, dict[Role, int]]:
    """Which roles a key can have, and how surely. The clearest reading of a name wins."""
    roles: dict[str, dict[Role, int]] = {}
    for role, ranks in WORDS.items():
        for rank, names in ranks.items():
            for name in names:
                roles.setdefault(name_key(name), {}).setdefault(role, rank)
    for maker in map(name_key, MAKERS):
        for end in ("", "name", "names"):
            if maker + end != "mf":
                roles.setdefault(maker + end, {})[Role.MANUFACTURER] = CLEAR
    for maker, number in product(map(name_key, MAKERS), NUMBERS):
        roles.setdefault(maker + number, {})[Role.MPN] = CLEAR
    for words in product(NUMBERS_BEFORE, BETWEEN, MAKERS):
        roles.setdefault(name_key("".join(words)), {})[Role.MPN] = CLEAR
    for words in product(NUMBERS_BEFORE, BETWEEN, SELLERS):
        roles.setdefault(name_key("".join(words)), {}).update({Role.SKU: CLEAR, Role.MPN: MAYBE})
    _add_sellers(roles)
    return roles


def _add_sellers(roles: dict[str, dict[Role, int]]) -> None:
    sellers = [name_key(name) for name in SELLERS]
    brands = [name_key(name) for name in BRANDS]
    houses = [name_key(name) for name in HOUSE]
    for seller, number in product((*sellers, *brands), NUMBERS):
        known = roles.setdefault(seller + number, {})
        known.setdefault(Role.SKU, CLEAR)
        if seller in sellers:
            known.setdefault(Role.MPN, MAYBE)
    for house, number in product(houses, NUMBERS):
        roles.setdefault(house + number, {}).update({Role.HOUSE: CLEAR, Role.MPN: MAYBE})
    for seller in sellers:
        for end in ("", "name"):
            roles.setdefault(seller + end, {}).setdefault(Role.SELLER, USUAL)
    for brand in brands:
        roles.setdefault(brand, {}).setdefault(Role.SKU, USUAL)


_ROLES = _table()
_MAKER_WORDS = frozenset(map(name_key, MAKERS)) - {"man", "mf"}
_SELLER_WORDS = frozenset(map(name_key, (*SELLERS, *BRANDS)))
_NUMBER_WORDS = frozenset(
    {
        "number", "num", "no", "nr", "part", "pn", "code", "sku", "id", "partnumber", "partno", "pno",
        "reference", "ref", "nummer", "teilenummer", "artikelnummer",
    }
)  # fmt: skip


_AFFIXES = (*ALTERNATES, *PRIMARIES, *(f"{word}{n}" for word in ALTERNATES for n in range(10)))


def is_plain_name(text: str) -> bool:
    """Whether the text is one of the names in the vocabulary as it stands; cheaper than reading it."""
    return name_key(text) in _ROLES


def read_name(text: str) -> Name:
    """What the name says; a name that says nothing has no roles."""
    key = name_key(text)
    if not key or text.startswith(_OURS):
        return Name(text, {Role.OTHER: CLEAR} if key else {})
    exact = _ROLES.get(key)
    if exact is not None:
        return Name(text, exact)
    return _numbered(text, key) or _worded(text, key) or Name(text, _by_words(text))


def _numbered(text: str, key: str) -> Name | None:
    """A known name with a number in it."""
    numbers = _ORDINAL.findall(key)
    if len(numbers) != 1:
        return None
    roles = _ROLES.get(_ORDINAL.sub("", key))
    if roles is None:
        return None
    return Name(text, roles, ordinal=max(1, int(numbers[0])))


def _worded(text: str, key: str) -> Name | None:
    """A known name with a word such as `alternate` or `primary` in front or behind."""
    if not (key.startswith(_AFFIXES) or key.endswith(_AFFIXES)):
        return None
    if key.rstrip("0123456789") in ALTERNATES:
        return Name(text, {Role.MPN: USUAL}, ordinal=2)
    for words, ordinal in ((ALTERNATES, 2), (PRIMARIES, 1)):
        for word in words:
            for rest in (key.removeprefix(word), key.removesuffix(word)):
                digits = _ORDINAL.findall(rest)
                roles = _ROLES.get(_ORDINAL.sub("", rest))
                if rest != key and roles is not None:
                    step = int(digits[0]) - 1 if digits and ordinal > 1 else 0
                    return Name(text, roles, ordinal=ordinal + max(0, step))
    return None


def _by_words(text: str) -> dict[Role, int]:
    """What the words of an unknown name add up to."""
    if len(text) > _LONGEST_NAME or _DELIMITED.search(text):
        return {}
    spelled = text.replace("#", " number ").replace("P/N", "pn").replace("p/n", "pn")
    words = {name_key(word) for word in _TOKEN.findall(spelled)}
    if not words or len(words) > 7:
        return {}
    nothing: dict[Role, int] = {}
    return next((roles for fits, roles in _MEANINGS if fits(words)), nothing)


def _is_numbered(words: Set[str]) -> bool:
    return bool(words & _NUMBER_WORDS)


# What the words of a name add up to; the first that fits counts.
_MEANINGS: tuple[tuple[Callable[[Set[str]], bool], dict[Role, int]], ...] = (
    (lambda words: "mpn" in words, {Role.MPN: USUAL}),
    (lambda words: bool(words & _MAKER_WORDS) and _is_numbered(words), {Role.MPN: USUAL}),
    (lambda words: bool(words & _MAKER_WORDS), {Role.MANUFACTURER: USUAL}),
    (lambda words: bool(words & _NO_COUNTS), {Role.OTHER: CLEAR}),
    (
        lambda words: bool(words & _SELLER_WORDS) and _is_numbered(words),
        {Role.SKU: USUAL, Role.MPN: MAYBE},
    ),
    (
        lambda words: bool(words & {"pn", "partnumber"}) or words >= {"part", "number"},
        {Role.HOUSE: USUAL, Role.SKU: MAYBE, Role.MPN: MAYBE},
    ),
    (lambda words: bool(words & {"qty", "quantity", "menge", "quantite"}), {Role.QUANTITY: USUAL}),
    (
        lambda words: (
            bool(words & {"designator", "designators", "refdes"}) or words >= {"ref", "des"}
        ),
        {Role.DESIGNATORS: USUAL},
    ),
    (lambda words: bool(words & {"description", "desc"}), {Role.DESCRIPTION: USUAL}),
    (lambda words: bool(words & {"dnp", "dni", "dnf", "nopop"}), {Role.DO_NOT_POPULATE: USUAL}),
    (
        lambda words: bool(words & {"link", "url", "datasheet", "footprint", "package"}),
        {Role.OTHER: CLEAR},
    ),
)


def is_quantity_name(name: str) -> bool:
    """Whether a column of this name counts pieces."""
    return Role.QUANTITY in read_name(name).roles


_BRAND_NAMES = {"digikey": "Digi-Key", "dk": "Digi-Key", "mouser": "Mouser", "farnell": "Farnell",
                "lcsc": "LCSC", "szlcsc": "LCSC", "jlcpcb": "LCSC", "jlc": "LCSC", "newark": "Newark",
                "rs": "RS Components", "rscomponents": "RS Components", "arrow": "Arrow", "avnet": "Avnet",
                "tme": "TME", "rapid": "Rapid"}  # fmt: skip


def seller_named(text: str) -> str | None:
    """The seller whose name a column carries: `Digi-Key Part Number`, `LCSC Part #`."""
    key = name_key(text)
    known = sorted(_BRAND_NAMES, key=len, reverse=True)
    found = next((word for word in known if key.startswith(word)), None)
    return _BRAND_NAMES[found] if found and (len(found) > 2 or key[2:] in NUMBERS) else None
