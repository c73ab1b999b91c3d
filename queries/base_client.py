"""The client that the generated one stands on: it composes, sends by one callable, and reads.

Token, pace, retry and ledger are the caller's, in that callable. Knows no HTTP library.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from pydantic import BaseModel

from .answer import M, Reply, Unsuccessful, errors_of
from .base_model import UNSET
from .batch import AliasedOperation, BatchReply, decode, json_of, variables_of

Send: TypeAlias = Callable[[str, str, Mapping[str, object]], Awaitable[Reply]]
"""Send a document under its operation name with plain JSON variables; give the answer as it came."""


class BaseClient:
    """Everything that generated methods need. Holds nothing but the callable."""

    __slots__ = ("_send",)

    def __init__(self, send: Send) -> None:
        self._send = send

    def __repr__(self) -> str:
        return f"{type(self).__name__}(send={self._send!r})"

    async def execute(
        self, query: str, operation_name: str, variables: Mapping[str, object]
    ) -> Reply:
        """Send one plain document."""
        return await self._send(query, operation_name, _plain_variables(variables))

    def get_data(self, response: Reply) -> dict[str, Any]:
        """The data of a plain answer. Raises NotGraphQL, or Unsuccessful where it has errors."""
        raw = json_of(response)
        if errors := errors_of(raw.get("errors")):
            raise Unsuccessful(response, errors=errors, data=raw.get("data"))
        found = raw.get("data")
        return cast("dict[str, Any]", found) if isinstance(found, dict) else {}

    async def execute_batch(
        self,
        operation: AliasedOperation[M],
        items: Sequence[Mapping[str, object]],
        shared: Mapping[str, object],
    ) -> BatchReply[M]:
        """Send one document with an alias for each item; take the answer apart."""
        variables = variables_of(tuple(items), shared)
        document = operation.compose(len(items))
        reply = await self._send(document, operation.name, _plain_variables(variables))
        return decode(operation, reply, alias_count=len(items))


def _plain_variables(variables: Mapping[str, object]) -> dict[str, object]:
    return {name: _plain(value) for name, value in variables.items() if value is not UNSET}


def _plain(value: object) -> object:
    """The value as JSON has it; what was left unset in an input is not sent."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(entry) for entry in cast("Sequence[object]", value)]
    return value
