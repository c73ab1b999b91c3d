"""Where `bulkmatch audit` writes to, and whom it does not tell."""

from pathlib import Path

import pytest

from .conftest import Run

BOM = Path(__file__).resolve().parents[2] / "examples" / "weather-station.csv"
NAMES = ["a.html", "a.xlsx", "a.md", "a.sarif", "a.xml", "a.jsonl", "a.audit"]


def test_every_output_is_written_in_one_run(bulkmatch: Run, folder: Path) -> None:
    outputs = [word for name in (*NAMES, "notes") for word in ("-o", name)]
    ran = bulkmatch("audit", BOM, "--sandbox", *outputs, "--format", "markdown")
    assert ran.returncode == 0, ran.stderr
    assert [name for name in NAMES if not (folder / name).stat().st_size] == []
    assert (folder / "notes").read_text("utf-8").startswith("## Lifecycle audit")
    assert "TPS63020DSJR" in (folder / "a.html").read_text("utf-8")


@pytest.mark.parametrize("url", ["http://hooks.example/key", "https://[bad/", "ftp://127.0.0.1/"])
def test_events_go_to_no_unsafe_address(bulkmatch: Run, folder: Path, url: str) -> None:
    ran = bulkmatch("audit", BOM, "--sandbox", "--notify", url, "-o", "a.md")
    assert ran.returncode == 2
    assert "the address to notify" in ran.stderr
    assert not (folder / "a.md").exists()


def test_an_output_of_no_known_ending_is_refused_before_anything_is_asked(
    bulkmatch: Run, folder: Path
) -> None:
    ran = bulkmatch("audit", BOM, "--sandbox", "-o", "a.doc")
    assert ran.returncode == 2
    assert "--format" in ran.stderr
