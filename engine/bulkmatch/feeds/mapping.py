"""What a person says the columns are, over what was found out; and how a layout is known again.

Columns are given by letter (`F`), by number from 1 (`6`), or by name (`MFG P/N`).
"""

import hashlib
from collections.abc import Mapping as MappingType
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace

from bulkmatch.errors import SettingsError
from bulkmatch.feeds.layout import Choice, Layout
from bulkmatch.feeds.names import name_key
from bulkmatch.feeds.vocabulary import Role
from bulkmatch.model.row import Columns

ROLES = {
    "mpn": Role.MPN,
    "manufacturer": Role.MANUFACTURER,
    "maker": Role.MANUFACTURER,
    "qty": Role.QUANTITY,
    "quantity": Role.QUANTITY,
    "ref": Role.DESIGNATORS,
    "refs": Role.DESIGNATORS,
    "designators": Role.DESIGNATORS,
    "description": Role.DESCRIPTION,
    "dnp": Role.DO_NOT_POPULATE,
    "fitted": Role.FITTED,
    "sku": Role.SKU,
    "house": Role.HOUSE,
    "seller": Role.SELLER,
    "value": Role.VALUE,
    "item": Role.ITEM,
}
NONE = "-"
_WORDS = {role: word for word, role in reversed(ROLES.items())}
_LONGEST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Mapping:
    """Columns by role as a person gave them. `-` says that there is no such column.

    `sheet` is the only sheet to read; `header_line`, from 1, is where the names stand.
    """

    columns: MappingType[Role, str] = field(default_factory=dict[Role, str])
    sheet: str | None = None
    header_line: int | None = None

    def wants_sheet(self, name: str) -> bool:
        return self.sheet is None or self.sheet.casefold() == name.casefold()

    def applied(self, layout: Layout, header: Sequence[str]) -> Layout:
        """The layout with the given columns in place of those found. Raises SettingsError."""
        if not self.columns:
            return layout
        given = {role: place(text, header) for role, text in self.columns.items()}
        taken = {at for at in given.values() if at is not None}
        columns = _freed(layout.columns, taken)
        for role, at in given.items():
            columns = _given(columns, role, at)
        chosen = tuple(
            Choice(role, at, header[at].strip() if at < len(header) else "", 1.0, "given by you")
            for role, at in given.items()
            if at is not None
        )
        kept = (one for one in layout.choices if one.role not in given and one.index not in taken)
        return Layout(columns, chosen + tuple(kept))

    def __str__(self) -> str:
        """As `--map` takes it."""
        words = [f"{_WORDS[role]}={text}" for role, text in self.columns.items()]
        words += [f"sheet={self.sheet}"] if self.sheet else []
        words += [f"header={self.header_line}"] if self.header_line else []
        return ",".join(words)


def parse_mapping(text: str) -> Mapping:
    """The mapping in `mpn=F,manufacturer=G,qty=3,sheet=BOM,header=2`. Raises SettingsError."""
    columns: dict[Role, str] = {}
    sheet, header_line = None, None
    for part in filter(None, (part.strip() for part in text.split(","))):
        word, equals, told = (piece.strip() for piece in part.partition("="))
        if not equals or not told:
            raise SettingsError(f"--map: wanted role=column, got {part!r}")
        if word.lower() == "sheet":
            sheet = told
        elif word.lower() == "header":
            header_line = _line(told)
        elif word.lower() in ROLES:
            columns[ROLES[word.lower()]] = told
        else:
            known = ", ".join([*dict.fromkeys(ROLES), "sheet", "header"])
            raise SettingsError(f"--map: {word!r} is not one of {known}")
    return Mapping(columns, sheet, header_line)


def _line(text: str) -> int:
    if not text.isdecimal() or not int(text[:9]) > 0:
        raise SettingsError(f"--map: header={text!r} is not a line from 1 up")
    return int(text[:9])


def place(text: str, header: Sequence[str]) -> int | None:
    """The column's index from 0: by its name, else by number from 1, else by letter."""
    if text == NONE:
        return None
    keys = [name_key(cell) for cell in header]
    if name_key(text) and name_key(text) in keys:
        return keys.index(name_key(text))
    if text.isdecimal() and 0 < int(text[:6]) <= len(header):
        return int(text) - 1
    letters = text.upper()
    if letters.isascii() and letters.isalpha() and len(letters) <= _LONGEST_LETTERS:
        at = _letter_index(letters)
        if at < len(header):
            return at
    names = ", ".join(cell.strip() for cell in header if cell.strip())
    raise SettingsError(
        f"--map: there is no column {text!r}; wanted is a letter, a number from 1 to {len(header)}, "
        f"or one of: {names or '(no names)'}"
    )


def _letter_index(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at - 1


def layout_key(header: Sequence[str]) -> str:
    """The same for files of one layout: the names of the columns in their order."""
    named = "\x1f".join(name_key(cell) for cell in header)
    return hashlib.blake2b(named.encode(), digest_size=12).hexdigest()


def _freed(columns: Columns, taken: Set[int]) -> Columns:
    """The columns without those that now serve another role."""

    def left(at: int | None) -> int | None:
        return None if at in taken else at

    return Columns(
        mpn=left(columns.mpn),
        manufacturer=left(columns.manufacturer),
        quantity=left(columns.quantity),
        designators=left(columns.designators),
        description=left(columns.description),
        do_not_populate=left(columns.do_not_populate),
        alternates=tuple((at, left(by)) for at, by in columns.alternates if at not in taken),
        skus=tuple(at for at in columns.skus if at not in taken),
        house=tuple(at for at in columns.house if at not in taken),
        value=left(columns.value),
        item=left(columns.item),
        seller=left(columns.seller),
        mpn_also=tuple(at for at in columns.mpn_also if at not in taken),
        manufacturer_also=tuple(at for at in columns.manufacturer_also if at not in taken),
    )


def _given(columns: Columns, role: Role, at: int | None) -> Columns:
    """The columns with one role's column as given."""
    one = () if at is None else (at,)
    match role:
        case Role.MPN:
            others = columns.alternates if one else ()
            return replace(columns, mpn=at, mpn_also=(), alternates=others)
        case Role.MANUFACTURER:
            return replace(columns, manufacturer=at, manufacturer_also=())
        case Role.SKU:
            return replace(columns, skus=one)
        case Role.HOUSE:
            return replace(columns, house=one)
        case _:
            return _given_alone(columns, role, at)


def _given_alone(columns: Columns, role: Role, at: int | None) -> Columns:
    """The same for roles that one column serves alone."""
    match role:
        case Role.QUANTITY:
            return replace(columns, quantity=at)
        case Role.DESIGNATORS:
            return replace(columns, designators=at)
        case Role.DESCRIPTION:
            return replace(columns, description=at)
        case Role.DO_NOT_POPULATE | Role.FITTED:
            return replace(columns, do_not_populate=at)
        case Role.SELLER:
            return replace(columns, seller=at)
        case Role.VALUE:
            return replace(columns, value=at)
        case Role.ITEM:
            return replace(columns, item=at)
        case _:
            return columns
