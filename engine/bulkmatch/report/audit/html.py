"""The report as one HTML file that needs no network: template, style, script, charts and rows.

The content security policy lets nothing in but this file's own style and script, by their digests.
Rows are written as they come; a browser's patience bounds how many (see html_rows).
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from importlib.resources import files
from itertools import islice
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from bulkmatch.model.audit import AuditReport
from bulkmatch.report.audit.charts import charts
from bulkmatch.report.audit.headline import headline, run_lines
from bulkmatch.report.audit.html_rows import HtmlTable, html_tables
from bulkmatch.report.audit.text import day, minute, shown

_FIRST = 5


class HtmlWriter:
    """Writes the report as HTML."""

    def write(self, report: AuditReport, place: Path) -> None:
        """Write a new file at `place`. Raises OSError."""
        with place.open("x", encoding="utf-8", errors="replace", newline="\n") as file:
            for piece in _pieces(report):
                file.write(piece)


def _pieces(report: AuditReport) -> Iterator[str]:
    head = report.head
    style, script = _asset("report.css"), _asset("report.js")
    told = {
        "csp": csp(style, script),
        "style": Markup(style),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "day": day(head.finished_at),
        "when": minute(head.finished_at),
        "previous": day(head.previous_at),
        "headline": headline(head),
        "first": _first(report),
        "changes": _most(head.counts.events),
        "charts": charts(report),
        "tables": [_marked(table) for table in html_tables(report)],
        "run": [(label, shown(words, 600)) for label, words in run_lines(head)],
        "unlooked": head.unlooked,
    }
    return _template().generate(told)


def _most(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The counts with the largest first."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(shown(word), count) for word, count in ordered]


def csp(style: str, script: str) -> str:
    """Only these two texts, and nothing else of any kind."""
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    """Source: CSP level 3, section 2.3.1, hash-source."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made: dict[str, Callable[[str], str]] = {"shown": shown, "drawn": Markup}  # pygal has escaped
    environment.filters.update(made)  # pyright: ignore[reportUnknownMemberType]
    return environment.from_string(_asset("report.html"))


def _marked(table: HtmlTable) -> HtmlTable:
    """With pieces that the template takes as they are: `in_page` has escaped them."""
    pieces = (Markup(piece) for piece in table.pieces)  # noqa: S704
    return HtmlTable(table.id, table.name, table.caption, table.columns, pieces)


def _first(report: AuditReport) -> list[dict[str, str]]:
    """The worst findings that are not waived."""
    worst = (one for one in report.findings if one.counts and one.severity.rank > 1)
    return [
        {
            "severity": str(one.severity),
            "mpn": shown(one.mpn, 80),
            "maker": shown(one.manufacturer, 60),
            "reason": shown(one.reason),
            "advice": shown(one.advice),
        }
        for one in islice(worst, _FIRST)
    ]


def _asset(name: str) -> str:
    return files("bulkmatch.report.audit").joinpath("assets", name).read_text("utf-8")
