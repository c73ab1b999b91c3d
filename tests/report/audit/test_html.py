"""The HTML report as text: what it holds, what it lets in, how big it is."""

import json
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bulkmatch.model.audit import AuditReport
from bulkmatch.report.audit.html import HtmlWriter
from bulkmatch.report.audit.html_rows import in_page, pieces

from . import examples

Write = Callable[[AuditReport], str]


class Outline(HTMLParser):
    """The elements and attributes of a page, and the texts of its scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.raw: list[tuple[str, dict[str, str], str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag in {"script", "style"}:
            self.raw.append((tag, {name: value or "" for name, value in attrs}, ""))

    def handle_data(self, data: str) -> None:
        if self.lasttag in {"script", "style"} and self.raw and data.strip():
            tag, attrs, text = self.raw[-1]
            self.raw[-1] = (tag, attrs, text + data)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(report: AuditReport) -> str:
        place = tmp_path / "report.html"
        place.unlink(missing_ok=True)
        HtmlWriter().write(report, place)
        return place.read_text(encoding="utf-8")

    return written


def outline(text: str) -> Outline:
    parsed = Outline()
    parsed.feed(text)
    return parsed


def test_the_policy_lets_in_this_files_own_style_and_script_alone(write: Write) -> None:
    text = write(examples.audit())
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    script = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert len(style) == len(script) == 1
    policy = dict(
        part.strip().split(" ", 1)
        for part in next(
            v for t, n, v in outline(text).attributes if v.startswith("default-src")
        ).split(";")
    )
    digests = [b64encode(sha256(one[0].encode()).digest()).decode() for one in (script, style)]
    assert policy == {
        "default-src": "'none'",
        "script-src": f"'sha256-{digests[0]}'",
        "style-src": f"'sha256-{digests[1]}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


@pytest.mark.parametrize("report", [examples.audit(), examples.hostile()], ids=["plain", "hostile"])
def test_nothing_is_loaded_and_nothing_is_styled_or_run_in_place(
    write: Write, report: AuditReport
) -> None:
    found = outline(write(report))
    assert not {"img", "iframe", "object", "embed", "link", "base", "image", "use"} & set(
        found.tags
    )
    names = {name for _, name, _ in found.attributes}
    assert not {name for name in names if name.startswith("on")} | {"src", "style"} & names
    links = {
        value for tag, name, value in found.attributes if name in {"href", "xlink:href", "action"}
    }
    assert links == {value for value in links if value.startswith("#")}


def test_hostile_texts_make_no_element_and_no_script(write: Write) -> None:
    plain, hostile = outline(write(examples.audit(7, 7, 7))), outline(write(examples.hostile()))
    assert set(hostile.tags) <= set(plain.tags) | {"details"}
    assert [tag for tag, _, _ in hostile.raw] == [tag for tag, _, _ in plain.raw]


def test_hostile_texts_are_told_whole_or_cut_and_visible(write: Write) -> None:
    text = write(examples.hostile())
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\x00-\x08\x1b\u2028\u2029]", text)
    rows = json.loads(re.findall(r'id="parts-rows">(.*?)</script>', text, re.DOTALL)[0])["rows"]
    assert rows[0][1] == examples.HOSTILE[0]
    assert rows[4][1] == "N" * 119 + "…"
    assert [row[13] for row in rows] == [""] * len(examples.HOSTILE), "only https is a link"


def test_a_thousand_lines_take_less_than_three_megabytes(write: Write) -> None:
    assert len(write(examples.audit(1_000, 1_000, 300)).encode()) < 3_000_000


def test_rows_beyond_the_bound_are_counted_and_not_held() -> None:
    told = json.loads("".join(pieces(range(10), lambda n: [n], 4)))
    assert told == {"rows": [[0], [1], [2], [3]], "total": 10}
    assert json.loads("".join(pieces([], lambda n: [n], 4))) == {"rows": [], "total": 0}


@pytest.mark.parametrize("text", [*examples.HOSTILE, "<!--", "]]>", "&lt;"])
def test_json_in_the_page_is_ascii_without_markup(text: str) -> None:
    told = in_page([text])
    assert json.loads(told) == [text]
    assert told.isascii()
    assert not set("<>&") & set(told)


def test_every_chart_has_a_name_a_description_and_a_table(write: Write) -> None:
    text = write(examples.audit())
    charts = re.findall(r"<figure>(.*?)</figure>", text, re.DOTALL)
    assert len(charts) == 7
    for chart in charts:
        assert 'role="img"' in chart
        assert re.search(r"<title>.+</title><desc>.+</desc>", chart)
        assert chart.count("<table") == 1
        assert "<th scope" in chart


def test_an_audit_without_anything_is_told_in_words(write: Write) -> None:
    known = examples.head(0, 0)
    empty = replace(known, counts=type(known.counts)(), previous_at=None, history=(), unlooked=())
    text = write(AuditReport(empty, (), (), (), ()))
    assert "The libraries hold no part that could be audited." in text
    assert "There is nothing to draw yet." in text
    assert "The first audit" in text
