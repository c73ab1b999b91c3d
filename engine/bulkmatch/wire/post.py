"""The generated client's one callable: a document becomes one authorised POST."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from bulkmatch.wire.transport import Transport
from nexar_client import Reply


@dataclass(frozen=True, slots=True)
class Post:
    """Sends documents to `url` under one token."""

    transport: Transport
    url: str
    token: str = field(repr=False)

    async def __call__(
        self, document: str, operation: str, variables: Mapping[str, object]
    ) -> Reply:
        """The answer as it came. Raises `NotSent` and `Unanswered`."""
        told = {"query": document, "operationName": operation, "variables": variables}
        content = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        sent = content.encode(errors="replace")  # half a surrogate pair is no character
        return await self.transport.post(self.url, content=sent, headers=headers)
