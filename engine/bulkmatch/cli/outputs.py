"""Where outcomes go: checked before anything is sent, so that nothing is paid for and then lost."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bulkmatch.errors import FeedError, SettingsError
from bulkmatch.report import ReportContext, Sink, check_target, open_sink


def check_outputs(outputs: Iterable[Path], *, inputs: Iterable[Path]) -> None:
    """Raise SettingsError or FeedError when an output cannot be written, or would hurt an input.

    Makes the folders that are missing.
    """
    taken = {path.resolve(): "is an input; an output must not replace it" for path in inputs}
    for path in outputs:
        place = path.resolve()
        if place in taken:
            raise SettingsError(f"{path} {taken[place]}")
        taken[place] = "is named twice"
        _make_folder(path)
        check_target(path)


@contextmanager
def open_sinks(
    outputs: Iterable[Path], *, header: tuple[str, ...], context: ReportContext
) -> Generator[Sequence[Sink]]:
    """A sink for every output; all take their places when the block is left in good order."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(open_sink(path, header=header, context=context)) for path in outputs
        ]


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FeedError(f"its folder cannot be made: {error.strerror}", file=path) from error
