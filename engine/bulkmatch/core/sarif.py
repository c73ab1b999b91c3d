"""A log in SARIF 2.1.0, for tools that show findings beside a file's lines. Knows no finding of ours.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0, sections 3.4 to 3.30.
"""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
VERSION = "2.1.0"
Json = dict[str, object]


def log_of(driver: str, version: str, *, rules: Sequence[Json], results: Sequence[Json]) -> Json:
    """A log of one run."""
    run: Json = {"tool": tool_of(driver, version, rules), "results": results, **RUN}
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


RUN: Json = {"columnKind": "unicodeCodePoints"}


def tool_of(driver: str, version: str, rules: Sequence[Json]) -> Json:
    """Who has found it, and by which rules."""
    return {"driver": {"name": driver, "version": version, "rules": rules}}


def rule_of(rule_id: str, *, tells: str, help_text: str, level: str) -> Json:
    """One rule; `level` is "note", "warning" or "error"."""
    return {
        "id": rule_id,
        "shortDescription": {"text": tells},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": level},
    }


def place_of(path: Path, line: int | None) -> Json:
    """A line of a file, or the whole file. A relative path stays relative, for another machine."""
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix(), errors="surrogatepass")
    place: Json = {"artifactLocation": {"uri": uri}}
    if line is not None:
        place["region"] = {"startLine": line}
    return {"physicalLocation": place}


def plain_message(text: str) -> str:
    """`text` as a message that holds no link and no placeholder (3.11.5, 3.11.6)."""
    doubled = text.replace("{", "{{").replace("}", "}}")
    return doubled.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
