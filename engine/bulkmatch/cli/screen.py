"""The two places that people see: results go to stdout, everything else to stderr."""

from rich.console import Console
from rich.text import Text


def clean(text: str, style: str = "") -> Text:
    """Foreign text for the screen: no markup, and no control character reaches the terminal."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    return Text(plain, style=style)


def results() -> Console:
    """The console for results. Wide when it is no terminal, so that nothing is cut there."""
    return _console(to_stderr=False)


def messages() -> Console:
    """The console for all that is no result."""
    return _console(to_stderr=True)


def _console(*, to_stderr: bool) -> Console:
    console = Console(stderr=to_stderr, highlight=False, soft_wrap=False)
    if not console.is_terminal:
        return Console(stderr=to_stderr, highlight=False, width=120)
    return console
