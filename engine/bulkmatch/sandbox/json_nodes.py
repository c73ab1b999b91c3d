"""JSON of unknown shape, read without surprises: what is not of the wanted kind is empty."""

from collections.abc import Mapping
from typing import Any

Node = Mapping[str, Any]
"""A JSON object."""


def node_of(told: Any) -> Node:
    """The value if it is an object, else an empty one."""
    return told if isinstance(told, dict) else {}  # pyright: ignore[reportUnknownVariableType]


def list_of(told: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return told if isinstance(told, list) else []  # pyright: ignore[reportUnknownVariableType]


def nodes_of(told: Any) -> list[Node]:
    """The objects in a value that is a list."""
    return [node_of(inner) for inner in list_of(told) if isinstance(inner, dict)]


def nodes(node: Node, name: str) -> list[Node]:
    """The objects in a list of the node; none where there is no list."""
    return nodes_of(node.get(name))


def text(node: Node, name: str) -> str:
    """A text of the node; empty where there is none."""
    told = node.get(name)
    return told if isinstance(told, str) else ""
