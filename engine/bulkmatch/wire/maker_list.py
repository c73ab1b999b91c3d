"""Reads the API's own list of makers, logged in. It returns no part, so it costs none.

Source: parts are what is counted (A:101000476314), and `supManufacturers` returns companies; that it
is free is said of categories alone (facts, section 11), read 2026-11-20.
"""

import time
from collections.abc import Callable

from pydantic import ValidationError

from bulkmatch.core.makers import Maker
from bulkmatch.errors import Unanswered, Unauthorized
from bulkmatch.model.event import ignore
from bulkmatch.model.settings import Settings
from bulkmatch.wire.post import Post
from bulkmatch.wire.refusal import refusal, without_body
from bulkmatch.wire.token import Token, TokenSource
from bulkmatch.wire.token_cache import token_file
from bulkmatch.wire.transport import Transport, open_transport, origin
from nexar_client import ListMakers, NexarClient, NotGraphQL, Unsuccessful


async def pull_makers(
    settings: Settings, *, clock: Callable[[], float] = time.time
) -> tuple[Maker, ...]:
    """The makers that the endpoint knows; see `makers_over`."""
    async with open_transport(
        allowed=frozenset({origin(settings.api_url), origin(settings.token_url)}),
        connections=1,
        give_up_after=settings.patience.attempt_timeout,
    ) as transport:
        return await makers_over(transport, settings, clock=clock)


async def makers_over(
    transport: Transport, settings: Settings, *, clock: Callable[[], float]
) -> tuple[Maker, ...]:
    """The makers that the endpoint knows, with their aliases. Raises `WireError`.

    A kept token may have been revoked, so a refused one is replaced once.
    """
    cache = token_file(settings)
    tokens = TokenSource(settings, transport, clock=clock, cache=cache, observer=ignore)
    token = await tokens.token()
    try:
        return await _ask(settings.api_url, transport, token, now=clock())
    except Unauthorized:
        await tokens.renew(token.generation)
    return await _ask(settings.api_url, transport, await tokens.token(), now=clock())


async def _ask(url: str, transport: Transport, token: Token, *, now: float) -> tuple[Maker, ...]:
    client = NexarClient(Post(transport, url, token.value))
    try:
        return _makers(await client.list_makers())
    except NotGraphQL as error:
        raise without_body(error.reply, now=now) from error
    except Unsuccessful as error:
        raise refusal(error.reply, error.errors, now=now) from error
    except ValidationError as error:
        place = ".".join(str(step) for step in error.errors()[0]["loc"])
        raise Unanswered(f"the list of makers could not be read, at {place}") from None


def _makers(told: ListMakers) -> tuple[Maker, ...]:
    return tuple(
        Maker(listed.name, tuple(filter(None, listed.aliases or ())))
        for listed in told.sup_manufacturers or ()
        if listed.name
    )
