"""XML, as KiCad, KiCost and Altium write it, to records of cells.

Read by expat with what a BOM never needs refused: a document type with entities, deep nesting, more
elements than memory has room for. Nothing outside the file is ever opened.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from xml.parsers import expat

from bulkmatch.errors import FeedError
from bulkmatch.feeds.bounds import MOST_COLUMNS, MOST_DEPTH, MOST_ELEMENTS
from bulkmatch.feeds.grid import Grid
from bulkmatch.feeds.header import header_strength

T = TypeVar("T")
_ENCODING = re.compile(
    rb"[^>]{0,80}?encoding\s*=\s*[\"']"
    rb"((?:utf|iso|latin|windows|cp|gb|big5|shift|euc|us-ascii|koi8)[\w.-]{0,20})[\"']",
    re.IGNORECASE,
)
_NAMING = ("name", "key", "id", "field")


@dataclass(slots=True)
class Element:
    """One element: its tag without namespace, its attributes, its own text and its children."""

    tag: str
    attributes: Mapping[str, str]
    texts: list[str] = field(default_factory=list[str])
    children: list["Element"] = field(default_factory=list["Element"])

    @property
    def text(self) -> str:
        return "".join(self.texts).strip()


def read_markup(path: Path, raw: bytes, text: str) -> tuple[Grid, ...]:
    """The file's tables: sheets of an XML spreadsheet, else the list that names parts best.

    `text` counts where the file does not name its encoding, or not rightly.
    """
    root = _parsed(path, _declared(raw) or text)
    if root.tag == "Workbook":
        return tuple(_sheets(root))
    best: tuple[int, int] = (0, 0)
    found: Grid | None = None
    for name, items in _lists(root):
        grid = _grid(path, name, items)
        score = (header_strength(grid.records[0]), len(items))
        if score > best:
            best, found = score, grid
    if found is None:
        raise FeedError(
            "is XML without a list of parts that could be made out; export the BOM as CSV",
            file=path,
        )
    return (found,)


def _declared(raw: bytes) -> str | None:
    """The text by the encoding that the file itself names."""
    named = _ENCODING.match(raw)
    try:
        return raw.decode(named[1].decode("ascii")) if named else None
    except (LookupError, UnicodeError):
        return None


def _parsed(path: Path, text: str) -> Element:
    builder = _Builder(path)
    parser = expat.ParserCreate("utf-8", namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.EntityDeclHandler = builder.refuse
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)  # noqa: FBT003 - expat takes it by place
    except expat.ExpatError as error:
        raise FeedError(f"is not readable XML: {error}", file=path) from error
    return builder.top.children[0]


class _Builder:
    """Puts elements together as expat meets them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.top = Element("", {})
        self._open = [self.top]
        self._count = 0

    def __repr__(self) -> str:
        return f"_Builder(elements={self._count})"

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS:
            raise FeedError(
                f"has over {MOST_ELEMENTS:,} XML elements; export it as CSV", file=self._path
            )
        if len(self._open) > MOST_DEPTH:
            raise FeedError(f"nests XML over {MOST_DEPTH} deep; that is no BOM", file=self._path)
        plain = {_local(name): value for name, value in attributes.items()}
        element = Element(_local(tag), plain)
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, _tag: str) -> None:
        self._open.pop()

    def text(self, text: str) -> None:
        self._open[-1].texts.append(text)

    def refuse(self, *_declared: object) -> None:
        raise FeedError(
            "declares XML entities, which no BOM needs and which can be an attack; export it again",
            file=self._path,
        )


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _lists(root: Element) -> Iterator[tuple[str, list[Element]]]:
    """Every group of like elements under one parent, with its path."""
    waiting = [(root.tag, root)]
    while waiting:
        name, element = waiting.pop()
        groups: dict[str, list[Element]] = {}
        for child in element.children:
            groups.setdefault(child.tag, []).append(child)
            if child.children:
                waiting.append((f"{name}/{child.tag}", child))
        for tag, items in groups.items():
            if items[0].children or len(items[0].attributes) > 1:
                yield f"{name}/{tag}", items


def _grid(path: Path, name: str, items: list[Element]) -> Grid:
    """The items as records under the union of their fields' names."""
    rows = [_fields(item) for item in items]
    names = list(dict.fromkeys(key for row in rows for key in row))
    if len(names) > MOST_COLUMNS:
        raise FeedError(f"has {len(names):,} fields; at most {MOST_COLUMNS:,} are read", file=path)
    records = [names, *([row.get(key, "") for key in names] for row in rows)]
    return Grid(name="", hidden=False, records=records, element=name)


def _fields(item: Element) -> dict[str, str]:
    """An item's attributes (marked by @), its children's texts, and its named fields."""
    fields = {f"@{name}": value.strip() for name, value in item.attributes.items()}
    for child in item.children:
        named = [leaf for leaf in (child, *child.children) if _given_name(leaf)]
        if named:
            for leaf in named:
                _put(fields, _given_name(leaf), _told(leaf))
        elif child.text or not child.attributes:
            _put(fields, child.tag, child.text)
        else:
            for name, value in child.attributes.items():
                _put(fields, f"{child.tag}/@{name}", value)
    return fields


def _given_name(element: Element) -> str:
    """The name that a field carries: `<field name="MPN">`, `<property name="dnp"/>`."""
    if element.children:
        return ""
    return next(
        (element.attributes[key].strip() for key in _NAMING if key in element.attributes), ""
    )


def _told(element: Element) -> str:
    """What a named field says; one that says nothing more than its name says yes."""
    if element.text or len(element.attributes) > 1:
        return element.text or element.attributes.get("value", "").strip()
    return "yes" if element.tag == "property" else ""


def _put(fields: dict[str, str], name: str, value: str) -> None:
    if value and fields.get(name):
        fields[name] = f"{fields[name]}, {value}"
    elif value or name not in fields:
        fields[name] = value


def _sheets(workbook: Element) -> Iterator[Grid]:
    """The sheets of an XML spreadsheet (Excel 2003)."""
    for sheet in workbook.children:
        if sheet.tag == "Worksheet":
            rows = [
                row for table in sheet.children if table.tag == "Table" for row in table.children
            ]
            records: list[list[str]] = []
            for row in rows:
                if row.tag == "Row":
                    _skip(records, row, [])
                    records.append(_cells(row))
            yield Grid(sheet.attributes.get("Name", ""), hidden=False, records=records)


def _cells(row: Element) -> list[str]:
    cells: list[str] = []
    for cell in row.children:
        if cell.tag == "Cell":
            _skip(cells, cell, "")
            cells.append(next((child.text for child in cell.children if child.tag == "Data"), ""))
            cells.extend("" for _ in range(_number(cell, "MergeAcross")))
    return cells


def _skip(filled: list[T], element: Element, blank: T) -> None:
    """Fill up to where the element says that it stands."""
    while len(filled) + 1 < _number(element, "Index"):
        filled.append(blank)


def _number(element: Element, name: str) -> int:
    text = element.attributes.get(name, "")
    return min(int(text), MOST_COLUMNS) if text.isdecimal() and len(text) < 8 else 0
