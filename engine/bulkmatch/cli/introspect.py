"""Reads the schema of an endpoint, logged in. Asks for no part, so it costs none."""

import json
import time
from collections.abc import Mapping
from typing import TypeGuard

from bulkmatch.model.event import ignore
from bulkmatch.model.settings import Settings
from bulkmatch.wire.refusal import without_body
from bulkmatch.wire.schema import introspection_query, sdl_from_introspection
from bulkmatch.wire.token import Token, TokenSource
from bulkmatch.wire.token_cache import token_file
from bulkmatch.wire.transport import open_transport, origin

_QUESTION = json.dumps({"query": introspection_query()}).encode()
_BARRED = frozenset({401, 403, 429})


async def live_schema(settings: Settings) -> str:
    """The endpoint's schema, sorted. Raises WireError when it cannot be had."""
    async with open_transport(
        allowed=frozenset({origin(settings.api_url), origin(settings.token_url)}),
        connections=1,
        give_up_after=settings.patience.attempt_timeout,
    ) as transport:
        tokens = TokenSource(
            settings, transport, clock=time.time, cache=token_file(settings), observer=ignore
        )
        token = await tokens.token()
        reply = await transport.post(settings.api_url, content=_QUESTION, headers=_with(token))
        if b"__schema" not in reply.body:
            # A kept token may have been revoked: one new token, one more try.
            await tokens.renew(token.generation)
            token = await tokens.token()
            reply = await transport.post(settings.api_url, content=_QUESTION, headers=_with(token))
    told = _json(reply.body)
    if reply.status in _BARRED or not _is_answer(told):
        raise without_body(reply, now=time.time())
    return sdl_from_introspection(told)


def _with(token: Token) -> dict[str, str]:
    return {"authorization": f"Bearer {token.value}", "content-type": "application/json"}


def _json(body: bytes) -> object:
    """What the body says, None when it is not JSON."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def _is_answer(told: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(told, dict)
