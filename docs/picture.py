"""Draws docs/picture.svg: what the main job shows in a terminal. Run by `make picture`."""

import io
import os
import pty
import select
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "bulkmatch enrich examples/weather-station.csv --boards 10 -o out/weather-station.xlsx"
WIDTH = 100


def shown() -> str:
    """What the command writes to a terminal of our own, with its colours."""
    ours, theirs = pty.openpty()
    with tempfile.TemporaryDirectory() as home:
        environment = {
            "HOME": home,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "TERM": "xterm-256color",
            "COLUMNS": str(WIDTH),
        }
        process = subprocess.Popen(
            COMMAND.split(), cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        written = bytearray()
        while process.poll() is None or select.select([ours], [], [], 0.1)[0]:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    written += os.read(ours, 65_536)
                except OSError:
                    break
        process.wait()
    return settled(written.decode().replace("\r\n", "\n"))


def settled(text: str) -> str:
    """The screen as it is left: the moving lines of the progress display are gone."""
    return "\n".join(
        line.rpartition("\x1b[2K")[2].replace("\x1b[?25l", "").replace("\x1b[?25h", "")
        for line in text.strip("\n").split("\n")
        if not any(told in line for told in ("/52 lines", "requests a minute"))
    )


def main() -> None:
    """Write the picture."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ " + COMMAND, style="bold"))
    console.print(Text.from_ansi(shown()))
    target = ROOT / "docs" / "picture.svg"
    console.save_svg(str(target), title="bulkmatch", unique_id="bulkmatch")
    print(f"wrote {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
