"""Charts as inline SVG: pygal computes them, the page's own style sheet colours them.

What pygal adds for pages of its own (styles, a script, tooltips) is taken out: the report's content
security policy would refuse it, and its colours know no dark mode. Every chart is a picture with a
name and a description, and has a table of the same numbers beside it.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast
from xml.etree.ElementTree import Element, SubElement  # only builds what pygal is handed

import pygal.style  # type: ignore[import-untyped]  # has no annotations

from bulkmatch.model.audit import AuditReport
from bulkmatch.report.audit.text import day, shown

# pygal 3.1 adds an importer of the kind that Python 3.12 has dropped, for its maps, which are not used
# here: on 3.11 every later import of a missing module warns of it.
sys.meta_path[:] = [one for one in sys.meta_path if type(one).__name__ != "PluginImportFixer"]

_LABEL_CHARS = 22
_BAR_HEIGHT, _FRAME = 30, 56
_WIDTH, _FONT = 560, 13
_MOST_MAKERS, _MOST_AUDITS = 12, 24
_LIFECYCLES = (
    "New", "Production", "NRND", "EOL", "Obsolete", "unknown", "not in plan", "not found", "not kept",
    "not seen",
)  # fmt: skip
_HEALTHS = ("fine", "at risk", "at end", "unsure", "not checked")
_SEVERITIES = ("fatal", "error", "warning", "note")
_WEEKS = (4, 8, 12, 16, 26, 39, 52)


class _Drawing(Protocol):
    x_labels: Sequence[str]

    def add(self, title: str, values: Sequence[object]) -> None: ...
    def add_xml_filter(self, change: Callable[[Element], Element]) -> None: ...
    def render(self, *, is_unicode: bool) -> str: ...


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and its numbers: `columns` head the table, `rows` are a label and counts."""

    name: str
    tells: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    svg: str


def charts(report: AuditReport) -> list[Chart]:
    """All charts of an audit that have something to show."""
    counts = report.head.counts
    makers = list(counts.makers_at_risk.items())[:_MOST_MAKERS]
    drawn = [
        _bars("Lifecycle, by parts", "distinct parts", _known(counts.lifecycles, _LIFECYCLES)),
        _bars("Lifecycle, by lines", "lines", _known(counts.lines_by_lifecycle, _LIFECYCLES)),
        _bars("Health of the lines", "lines", _known(counts.healths, _HEALTHS)),
        _bars("Risk by maker", "parts with a warning or worse", makers),
        _bars("Lead times", "parts", _by_weeks(counts.lead_weeks)),
        *_over_time(report),
    ]
    return [chart for chart in drawn if chart is not None]


def _known(counts: Mapping[str, int], order: Sequence[str]) -> list[tuple[str, int]]:
    """The counts in that order, other words behind."""
    words = [word for word in order if word in counts]
    return [(word, counts[word]) for word in [*words, *(w for w in counts if w not in order)]]


def _by_weeks(weeks: Mapping[int, int]) -> list[tuple[str, int]]:
    """Lead times in steps that a planner thinks in."""
    if not weeks:
        return []
    told: list[tuple[str, int]] = []
    low = 0
    for high in _WEEKS:
        told.append((f"{low} to {high} weeks", _between(weeks, low, high)))
        low = high + 1
    return [*told, (f"over {_WEEKS[-1]} weeks", _between(weeks, low, None))]


def _between(weeks: Mapping[int, int], low: int, high: int | None) -> int:
    return sum(n for week, n in weeks.items() if low <= week and (high is None or week <= high))


def _bars(name: str, unit: str, counts: Sequence[tuple[str, int]]) -> Chart | None:
    """Horizontal bars, the first one on top."""
    if not any(count for _, count in counts):
        return None
    drawing = _drawing(pygal.HorizontalBar, height=_FRAME + _BAR_HEIGHT * len(counts))
    shown_counts = [(shown(label, 80), count) for label, count in counts]
    drawing.x_labels = [_cut(label) for label, _ in reversed(shown_counts)]
    drawing.add(
        unit,
        [
            {"value": n, "node": {"class": f"bar-{_slug(label)}"}}
            for label, n in reversed(shown_counts)
        ],
    )
    most = max(shown_counts, key=lambda pair: pair[1])
    tells = f"{unit}: {len(counts)} bars, the longest is {most[0]} with {most[1]:,}."
    rows = tuple((label, (count,)) for label, count in shown_counts)
    return Chart(name, tells, ("", unit), rows, _svg(drawing, name, tells))


def _over_time(report: AuditReport) -> list[Chart]:
    """Changes, and findings by severity, over the past audits and this one."""
    head = report.head
    past = [(one.at, one.counts) for one in head.history[-_MOST_AUDITS:]]
    if not any(at == head.started_at for at, _ in past):
        past.append((head.started_at, head.counts))
    if len(past) < 2:
        return []
    days = [day(at) for at, _ in past]
    changes = [sum(counts.events.values()) for _, counts in past]
    severities = {
        severity: [counts.severities.get(severity, 0) for _, counts in past]
        for severity in _SEVERITIES
    }
    return [
        _columns("Changes over time", days, {"changes": changes}),
        _columns("Findings over time", days, severities),
    ]


def _columns(name: str, days: list[str], series: Mapping[str, list[int]]) -> Chart:
    """Stacked columns, one for each audit."""
    is_single = len(series) == 1
    drawing = _drawing(
        pygal.Bar if is_single else pygal.StackedBar,
        height=280,
        show_legend=not is_single,
        print_values=is_single,
        audits=len(days),
    )
    drawing.x_labels = days
    for label, counts in series.items():
        look = "bar-any" if is_single else f"bar-{label}"
        drawing.add(label, [{"value": count, "node": {"class": look}} for count in counts])
    tells = f"{', '.join(series)} in {len(days)} audits up to this one."
    rows = tuple((at, counts) for at, *counts in zip(days, *series.values(), strict=True))
    told = tuple((at, tuple(map(int, counts))) for at, counts in rows)
    return Chart(name, tells, ("audit", *series), told, _svg(drawing, name, tells))


def _drawing(
    kind: Callable[..., object],
    *,
    height: int,
    show_legend: bool = False,
    print_values: bool = True,
    audits: int = 1,
) -> _Drawing:
    sizes = pygal.style.Style(
        label_font_size=_FONT, major_label_font_size=_FONT, value_font_size=_FONT,
        legend_font_size=_FONT,
    )  # fmt: skip
    drawn = kind(
        css=(), js=(), style=sizes, width=_WIDTH, height=height, margin=8, margin_right=56, spacing=6,
        show_legend=show_legend, legend_at_bottom=True, legend_at_bottom_columns=4, no_prefix=True,
        print_values=print_values, print_values_position="top", print_zeroes=False,
        disable_xml_declaration=True, explicit_size=False, max_scale=6, truncate_label=-1,
        x_labels_major_every=max(1, -(-audits // 6)), show_minor_x_labels=audits == 1,
        value_formatter=_whole,
    )  # fmt: skip
    return cast("_Drawing", drawn)  # pygal has no types


def _whole(value: float) -> str:
    """Counts are whole: half a part has no place on an axis."""
    return f"{value:,.0f}" if float(value).is_integer() else ""


def _svg(drawing: _Drawing, name: str, tells: str) -> str:
    drawing.add_xml_filter(lambda root: _plain(root, name, tells))
    return drawing.render(is_unicode=True)


def _plain(root: Element, name: str, tells: str) -> Element:
    """The picture alone, with its name and description; no style, script or tooltip is left."""
    _strip(root)
    for attribute in ("id", "xmlns"):
        root.attrib.pop(attribute, None)
    root.set("role", "img")
    root.set("aria-label", f"{name}. {tells}")
    title, described = SubElement(root, "title"), SubElement(root, "desc")
    title.text, described.text = name, tells
    return root


_DRAWN = {"g", "rect", "path", "text", "line", "circle"}


def _strip(node: Element) -> None:
    for child in list(node):
        is_extra = child.tag not in _DRAWN  # a comment's tag is a function
        if is_extra or "tooltip-overlay" in child.get("class", ""):
            node.remove(child)
        else:
            for attribute in ("style", "id"):
                child.attrib.pop(attribute, None)
            _strip(child)


def _cut(label: str) -> str:
    return label if len(label) <= _LABEL_CHARS else label[: _LABEL_CHARS - 1] + "…"


def _slug(label: str) -> str:
    """A class name for the bars that have a colour of their own; others get a neutral one."""
    words = {*_LIFECYCLES, *_HEALTHS}
    return label.lower().replace(" ", "-") if label in words else "any"
