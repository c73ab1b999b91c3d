"""The report in a real Chromium: sorted, filtered, opened, printed; and nothing evil happens."""

from collections.abc import Generator
from pathlib import Path

import pytest

from bulkmatch.model.audit import AuditReport
from bulkmatch.report.audit.html import HtmlWriter

from . import examples
from .chromium import Browser, chromium

PROGRAM = chromium()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        PROGRAM is None, reason="no Chromium: apt-get install chromium, or set BULKMATCH_CHROMIUM"
    ),
]
FINDINGS = "document.getElementById('findings')"
SETTLE = "new Promise(done => setTimeout(done, 250))"
COLUMN = (
    "[...document.querySelectorAll('#findings tbody tr')].map(row => row.cells[{}].textContent)"
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[Browser]:
    assert PROGRAM is not None
    opened = Browser(PROGRAM, tmp_path_factory.mktemp("chromium"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(examples.audit(), tmp_path_factory.mktemp("small"))


def written(report: AuditReport, folder: Path) -> Path:
    place = folder / "report.html"
    HtmlWriter().write(report, place)
    return place


def test_it_opens_without_a_complaint_and_asks_the_network_for_nothing(
    browser: Browser, small: Path
) -> None:
    browser.open(small)
    assert browser.ask("document.querySelectorAll('#findings tbody tr').length") == 24
    assert browser.ask(f"{FINDINGS}.querySelector('.count').textContent") == "24 of 24 rows."
    assert browser.ask("document.querySelectorAll('svg').length") == 7
    assert browser.complaints == []


def test_columns_are_sorted_both_ways_and_say_so(browser: Browser, small: Path) -> None:
    browser.open(small)
    head = f"{FINDINGS}.querySelectorAll('thead th')[1]"
    browser.ask(f"{head}.querySelector('button').click()")
    found = browser.ask(COLUMN.format(1))
    assert found == sorted(found)
    assert browser.ask(f"{head}.getAttribute('aria-sort')") == "ascending"
    browser.ask(f"{head}.querySelector('button').click()")
    assert browser.ask(COLUMN.format(1)) == found[::-1]
    assert browser.ask(f"{head}.getAttribute('aria-sort')") == "descending"
    browser.ask(f"{FINDINGS}.querySelector('thead th button').click()")
    ranks = {"error": 0, "warning": 1, "note": 2}
    severities = browser.ask(COLUMN.format(0))
    assert severities == sorted(severities, key=ranks.__getitem__)


def test_rows_are_filtered_by_words_and_by_choice(browser: Browser, small: Path) -> None:
    browser.open(small)
    browser.ask(
        f"{FINDINGS}.querySelector('[name=q]').value = 'bosch pn-0'; "
        f"{FINDINGS}.querySelector('form').dispatchEvent(new Event('input'))"
    )
    browser.ask(SETTLE)
    assert set(browser.ask(COLUMN.format(2))) == {"Bosch"}
    browser.ask(
        f"{FINDINGS}.querySelector('select').value = '=error'; "
        f"{FINDINGS}.querySelector('form').dispatchEvent(new Event('input'))"
    )
    browser.ask(SETTLE)
    assert set(browser.ask(COLUMN.format(0))) == {"error"}
    assert "2 of 24" in browser.ask(f"{FINDINGS}.querySelector('.count').textContent")
    browser.ask(f"{FINDINGS}.querySelector('[type=reset]').click()")
    browser.ask(SETTLE)
    assert len(browser.ask(COLUMN.format(0))) == 24


def test_a_finding_is_opened_and_closed_by_keyboard(browser: Browser, small: Path) -> None:
    browser.open(small)
    browser.ask(f"{FINDINGS}.querySelector('tbody button').focus()")
    browser.press("Enter", 13)
    text = browser.ask("document.getElementById('detail-body').innerText")
    for told in (
        "PN-00000",
        "What to do",
        "Where used (1)",
        "boards/main.csv",
        "R0, R1",
        "authorised stock",
    ):
        assert told in text
    assert (
        browser.ask("document.querySelector('#detail-body a').href")
        == "https://octopart.com/part/0"
    )
    assert browser.ask("document.querySelector('dialog').contains(document.activeElement)")
    browser.press("Escape", 27)
    browser.ask(SETTLE)
    assert not browser.ask("document.querySelector('dialog').open")
    assert browser.ask("document.activeElement.textContent") == "PN-00000"


def test_a_link_to_a_finding_opens_it(browser: Browser, small: Path) -> None:
    browser.open(small, "#finding=finding-3")
    assert browser.ask("document.querySelector('#detail-h').textContent").startswith("PN-00003")


def test_a_part_and_a_line_are_opened(browser: Browser, small: Path) -> None:
    browser.open(small)
    browser.ask("document.querySelector('#parts tbody button').click()")
    assert "Findings" in browser.ask("document.getElementById('detail-body').innerText")
    browser.ask("document.querySelector('dialog').close()")
    browser.ask("document.querySelector('#lines tbody button').click()")
    assert "ALT-00000" in browser.ask("document.getElementById('detail-body').innerText")


def test_ten_thousand_findings_are_sorted_and_filtered_in_a_moment(
    browser: Browser, tmp_path: Path
) -> None:
    browser.open(written(examples.audit(2_000, 10_000, 100), tmp_path))
    assert browser.ask("document.querySelectorAll('#findings tbody tr').length") == 100
    took = browser.ask(
        "(() => { const began = performance.now(); "
        f"{FINDINGS}.querySelectorAll('thead button')[1].click(); return performance.now() - began; }})()"
    )
    assert took < 2_000
    browser.ask(f"{FINDINGS}.querySelector('[data-step=\"1\"]').click()")
    assert "page 2 of 100" in browser.ask(f"{FINDINGS}.querySelector('.count').textContent")
    assert browser.ask(COLUMN.format(1))[0] == "PN-00100"


def test_hostile_texts_are_shown_and_never_run(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(examples.hostile(), tmp_path))
    for n in range(len(examples.HOSTILE)):
        for table in ("findings", "changes", "parts", "lines"):
            browser.ask(f"document.querySelectorAll('#{table} tbody button')[{n}].click()")
            assert (
                browser.ask("document.querySelectorAll('#detail-body a, #detail-body img').length")
                == 0
            )
            browser.ask("document.querySelector('dialog').close()")
    assert browser.ask("document.title") == "Lifecycle audit, 2026-11-20"
    assert browser.ask("document.querySelectorAll('img, iframe').length") == 0
    assert browser.ask(COLUMN.format(1))[0] == examples.HOSTILE[0]
    assert browser.complaints == []


def test_no_script_of_another_text_may_run(browser: Browser, small: Path, tmp_path: Path) -> None:
    place = tmp_path / "bent.html"
    text = small.read_text(encoding="utf-8")
    place.write_text(
        text.replace("</main>", "<script>document.title='broken'</script></main>"), encoding="utf-8"
    )
    browser.open(place)
    assert browser.ask("document.title") == "Lifecycle audit, 2026-11-20"
    assert any("Content Security Policy" in told for told in browser.complaints)


def test_all_rows_are_printed_not_the_first_page_alone(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(examples.audit(4, 250, 2), tmp_path))
    browser.ask(
        "addEventListener('beforeprint', () => { window.printed = "
        "document.querySelectorAll('#findings tbody tr').length; }); 0"
    )
    assert browser.print().startswith(b"%PDF-")
    assert browser.ask("window.printed") == 250
    assert browser.ask("document.querySelectorAll('#findings tbody tr').length") == 100


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_never_wider_than_the_window(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    browser.look(width=width, height=900)
    browser.open(written(examples.hostile(), tmp_path))
    assert browser.ask("document.documentElement.scrollWidth") <= width


# The least contrast of a text with its ground, as WCAG 2.2 computes it.
CONTRAST = """(() => {
  const linear = v => v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const rgb = text => text.match(/[0-9.]+/g).map(Number);
  const ground = node => {
    for (; node; node = node.parentElement) {
      const color = rgb(getComputedStyle(node).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const texts = 'h1, h2, p, a, dt, dd, td, th, .badge, button, .advice, figcaption';
  const shown = [...document.querySelectorAll(texts)].filter(node => node.offsetParent && !node.disabled);
  return Math.min(...shown.map(node => {
    const pair = [light(rgb(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a);
    return (pair[0] + 0.05) / (pair[1] + 0.05);
  }));
})()"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_texts_have_the_contrast_that_wcag_wants(browser: Browser, small: Path, dark: bool) -> None:
    browser.look(width=1280, height=900, dark=dark)
    browser.open(small)
    assert browser.ask(CONTRAST) >= 4.5
    back = browser.ask("getComputedStyle(document.body).backgroundColor")
    assert (back == "rgb(255, 255, 255)") is not dark


def test_every_control_has_a_name(browser: Browser, small: Path) -> None:
    browser.open(small)
    nameless = browser.ask(
        "[...document.querySelectorAll('button, input, select, a')].filter(node => "
        "!(node.textContent.trim() || node.labels?.length || node.getAttribute('aria-label'))).length"
    )
    assert nameless == 0
