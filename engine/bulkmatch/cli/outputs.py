"""Where outcomes go: checked before anything is sent, so that nothing is paid for and then lost."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType

from bulkmatch.errors import FeedError, SettingsError
from bulkmatch.model.outcome import Outcome
from bulkmatch.model.part import PartFacts, PartLike
from bulkmatch.report import ReportContext, Summary, check_target, open_sink


class Output:
    """One output of a run, completed or given up once.

    When it cannot be written it is given up: what stood there before stays, `error` says why, and
    what would have been written is in the store.
    """

    def __init__(self, path: Path, *, header: tuple[str, ...], context: ReportContext) -> None:
        self.path = path
        self.error: FeedError | None = None
        self._file = open_sink(path, header=header, context=context)
        self._is_open = False

    def __enter__(self) -> "Output":
        self._sink = self._file.__enter__()
        self._is_open = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._is_open:
            self._is_open = False
            self._file.__exit__(kind, error, trace)

    def write(self, outcome: Outcome[PartLike], facts: tuple[PartFacts, ...]) -> None:
        """Write one line, unless it has been given up."""
        if self._is_open:
            try:
                self._sink.write(outcome, facts)
            except FeedError as error:
                self._give_up(error)

    def close(self, summary: Summary) -> None:
        """Complete it and put it in its place, unless it has been given up."""
        if self._is_open:
            try:
                self._sink.close(summary)
                self.__exit__(None, None, None)
            except FeedError as error:
                self._give_up(error)

    def _give_up(self, error: FeedError) -> None:
        self.error = error
        self.__exit__(type(error), error, error.__traceback__)

    def __repr__(self) -> str:
        return f"Output({str(self.path)!r}, open={self._is_open}, error={self.error})"


def broken(outputs: Iterable[Output]) -> FeedError | None:
    """Why an output was given up, None while all can be written."""
    return next((output.error for output in outputs if output.error is not None), None)


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
        make_folder(path)
        check_target(path)


@contextmanager
def open_outputs(
    paths: Iterable[Path], *, header: tuple[str, ...], context: ReportContext
) -> Generator[Sequence[Output]]:
    """All outputs; those that are not closed when the block is left by an error stay as they were."""
    with ExitStack() as stack:
        yield [stack.enter_context(Output(path, header=header, context=context)) for path in paths]


def make_folder(path: Path) -> None:
    """Make the folder of an output where it is missing. Raises FeedError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FeedError(f"its folder cannot be made: {error.strerror}", file=path) from error
