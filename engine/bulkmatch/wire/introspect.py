"""Reads the schema of an endpoint, logged in. Asks for no part, so it costs none."""

import time
from collections.abc import Callable

from bulkmatch.errors import Unauthorized
from bulkmatch.model.event import ignore
from bulkmatch.model.settings import Settings
from bulkmatch.wire.post import Post
from bulkmatch.wire.refusal import refusal, without_body
from bulkmatch.wire.schema import introspection_query, sdl_from_introspection
from bulkmatch.wire.token import Token, TokenSource
from bulkmatch.wire.token_cache import token_file
from bulkmatch.wire.transport import Transport, open_transport, origin
from nexar_client import BaseClient, NotGraphQL, Unsuccessful

_OPERATION = "IntrospectionQuery"


async def live_schema(settings: Settings, *, clock: Callable[[], float] = time.time) -> str:
    """The endpoint's schema, sorted. Raises `WireError` when it cannot be had.

    A kept token may have been revoked, so a refused one is replaced once.
    """
    async with open_transport(
        allowed=frozenset({origin(settings.api_url), origin(settings.token_url)}),
        connections=1,
        give_up_after=settings.patience.attempt_timeout,
    ) as transport:
        cache = token_file(settings)
        tokens = TokenSource(settings, transport, clock=clock, cache=cache, observer=ignore)
        token = await tokens.token()
        try:
            return await _ask(settings.api_url, transport, token, now=clock())
        except Unauthorized:
            await tokens.renew(token.generation)
        return await _ask(settings.api_url, transport, await tokens.token(), now=clock())


async def _ask(url: str, transport: Transport, token: Token, *, now: float) -> str:
    client = BaseClient(Post(transport, url, token.value))
    reply = await client.execute(introspection_query(), _OPERATION, {})
    try:
        data = client.get_data(reply)
    except NotGraphQL as error:
        raise without_body(reply, now=now) from error
    except Unsuccessful as error:
        raise refusal(reply, error.errors, now=now) from error
    return sdl_from_introspection({"data": data})
