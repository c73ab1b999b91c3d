"""What comes back for a document, before anybody knows what it means.

`Reply` is the bare HTTP answer, `Envelope` the frame that GraphQL puts around data.
Must not know how documents are sent, nor what parts are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

from pydantic import BaseModel, ConfigDict


class Match(Protocol):
    """The answer to one question: all that joining and counting need to see of it."""

    @property
    def reference(self) -> str | None: ...
    @property
    def parts(self) -> tuple[object, ...]: ...


M = TypeVar("M", bound=Match)
M_co = TypeVar("M_co", bound=Match, covariant=True)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer as it came; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"Reply(status={self.status}, bytes={len(self.body)})"


class Envelope(BaseModel, Generic[T]):
    """The frame around an answer; every alias of `data` holds one match for each question."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    data: dict[str, tuple[T, ...] | None] | None = None
    errors: Any = None
    extensions: Any = None


class NotGraphQL(Exception):
    """The body is no JSON object with `data` or `errors`: HTML, truncated, empty, a list."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(
            f"status {reply.status}, {len(reply.body)} bytes that are no GraphQL answer"
        )
        self.reply = reply


@dataclass(frozen=True, slots=True)
class GraphQLError:
    """One entry of `errors`; empty where the entry did not say.

    `path` begins with the alias that failed. `code` is `extensions.code`, which the API writes in
    several spellings ("AuthInvalidToken", "AUTH_INVALID_TOKEN").
    """

    message: str
    path: tuple[str | int, ...]
    code: str | None

    @classmethod
    def from_json(cls, entry: object) -> "GraphQLError":
        """Read one entry, whatever it is."""
        fields = mapping(entry)
        extensions = mapping(fields.get("extensions"))
        remote = mapping(extensions.get("remote"))
        return cls(
            message=text(fields.get("message")) or text(remote.get("message")) or text(entry) or "",
            path=_path(fields.get("path")),
            code=text(extensions.get("code")),
        )


class Unsuccessful(Exception):
    """A plain operation was answered with errors; what data came with them is in `data`."""

    def __init__(self, reply: Reply, *, errors: tuple[GraphQLError, ...], data: object) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.reply, self.errors, self.data = reply, errors, data


def errors_of(value: object) -> tuple[GraphQLError, ...]:
    """Read the value of `errors`, which should be a list and may be anything."""
    if value is None:
        return ()
    entries = cast("list[object]", value) if isinstance(value, list) else [value]
    return tuple(GraphQLError.from_json(entry) for entry in entries)


def mapping(value: object) -> Mapping[str, object]:
    """The value where it is a JSON object, else an empty one."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def text(value: object) -> str | None:
    """The value where it is text or a number, else None."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _path(value: object) -> tuple[str | int, ...]:
    steps: Iterable[object] = cast("list[object]", value) if isinstance(value, list) else ()
    return tuple(
        step for step in steps if isinstance(step, str | int) and not isinstance(step, bool)
    )
