"""A KiCad netlist (`.net`, S-expressions) to records of cells: one component a record."""

import re
from pathlib import Path
from typing import TypeAlias

from bulkmatch.errors import FeedError
from bulkmatch.feeds.bounds import MOST_DEPTH, MOST_ELEMENTS
from bulkmatch.feeds.grid import Grid

START = re.compile(r"\s*\(\s*export\b")

_TOKEN = re.compile(r'[()]|"((?:[^"\\]|\\.)*)"|[^\s()"]+')
_ESCAPED = re.compile(r"\\(.)")
_FIELDS = ("fields", "property")

Node: TypeAlias = "str | list[Node]"


def read_netlist(path: Path, text: str) -> tuple[Grid, ...]:
    """The netlist's components under the union of their fields. Raises FeedError."""
    components = _find(_parsed(path, text), "components")
    items = [item for item in components if isinstance(item, list) and item[:1] == ["comp"]]
    if not items:
        raise FeedError("is a netlist without components", file=path)
    rows = [_component(item) for item in items]
    names = list(dict.fromkeys(name for row in rows for name in row))
    records = [names, *([row.get(name, "") for name in names] for row in rows)]
    return (Grid("", hidden=False, records=records, element="export/components/comp"),)


def _parsed(path: Path, text: str) -> list[Node]:
    top: list[Node] = []
    open_lists = [top]
    for count, token in enumerate(_TOKEN.finditer(text)):
        if count > MOST_ELEMENTS or len(open_lists) > MOST_DEPTH:
            raise FeedError("is too large or too deep for a netlist", file=path)
        if token[0] == "(":
            inner: list[Node] = []
            open_lists[-1].append(inner)
            open_lists.append(inner)
        elif token[0] == ")":
            if len(open_lists) > 1:
                open_lists.pop()
        else:
            open_lists[-1].append(token[0] if token[1] is None else _ESCAPED.sub(r"\1", token[1]))
    return top


def _find(nodes: list[Node], name: str) -> list[Node]:
    """The first list of that name, at the top or one below."""
    for node in nodes:
        if isinstance(node, list):
            for inner in (node, *node):
                if isinstance(inner, list) and inner[:1] == [name]:
                    return inner
    return []


def _component(item: list[Node]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for node in item[1:]:
        if not isinstance(node, list) or not node or not isinstance(node[0], str):
            continue
        if node[0] == "fields":
            for inner in node[1:]:
                fields.update(_named(inner))
        elif node[0] == "property":
            fields.update(_named(node, bare="yes"))
        elif len(node) == 2 and isinstance(node[1], str):
            fields["@ref" if node[0] == "ref" else node[0]] = node[1]
    return fields


def _named(node: Node, *, bare: str = "") -> dict[str, str]:
    """A field `(field (name "MPN") "X")` or property `(property (name "dnp") (value "X"))`."""
    if not isinstance(node, list):
        return {}
    inner = {part[0]: part[1] for part in node if isinstance(part, list) and len(part) == 2}
    name = inner.get("name")
    if not isinstance(name, str):
        return {}
    said = inner.get("value", bare)
    last = node[-1] if isinstance(node[-1], str) else said
    return {name: last if isinstance(last, str) else bare}
