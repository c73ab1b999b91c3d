"""The wire as the run sees it: one call, one request, one joined answer or one error."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Generic, TypeVar

import httpx

from bulkmatch.errors import PartLimitReached, Unanswered, Unauthorized, WireError
from bulkmatch.model.event import Observer
from bulkmatch.model.match import Answer, Match
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Batch
from bulkmatch.model.settings import Features, Settings
from bulkmatch.wire.decode import GeneratedMatch, join, references
from bulkmatch.wire.post import Post
from bulkmatch.wire.profile import Filters, Profile, Sending
from bulkmatch.wire.refusal import refusal, without_body
from bulkmatch.wire.token import TokenSource
from bulkmatch.wire.token_cache import token_file
from bulkmatch.wire.transport import Transport, open_transport, origin
from nexar_client import BatchReply, NexarClient, NotGraphQL

P = TypeVar("P", bound=PartLike)


class NexarWire(Generic[P]):
    """Implements `Wire` (core/seams) on the generated client. Holds no policy: it sends once."""

    def __init__(
        self,
        settings: Settings,
        profile: Profile[P],
        transport: Transport,
        tokens: TokenSource,
        *,
        clock: Callable[[], float],
    ) -> None:
        self._settings, self._profile, self._transport = settings, profile, transport
        self._tokens, self._clock = tokens, clock
        self._filters = Filters(settings.authorized_only, settings.include_brokers)

    async def prepare(self) -> None:
        """Have a good token at hand. Raises `BadCredentials`, `Throttled` or `NotSent`."""
        await self._tokens.token()

    async def ask(self, batch: Batch, *, tag: str, features: Features) -> Answer[P]:
        """Send one request and join its answer, with the token that `prepare` left at hand.

        Nothing is awaited before the request leaves. Raises `WireError`; the body is read before
        the status.
        """
        token = self._tokens.at_hand()
        try:
            answer = await self._ask(batch, token.value, tag=tag, features=features)
        except Unauthorized as error:
            error.generation = token.generation
            raise
        if isinstance(answer.refused, Unauthorized):
            answer.refused.generation = token.generation
        return answer

    async def _ask(self, batch: Batch, token: str, *, tag: str, features: Features) -> Answer[P]:
        client = NexarClient(Post(self._transport, self._settings.api_url, token))
        named = references(batch, tag=tag)
        by_key = {ask.key: reference for reference, (_, ask) in named.items()}
        try:
            reply = await self._profile.send(
                Sending(client, batch.groups, by_key, features, self._filters)
            )
        except NotGraphQL as error:
            raise without_body(error.reply, now=self._clock()) from error
        reply = self._hushed(reply, token)
        answer = join(batch, reply, tag=tag)
        failure = self._failure(reply)
        if isinstance(failure, PartLimitReached) and _names_some(reply):
            failure.billed = None
        is_bare = not (answer.matches or answer.refusals or reply.part_count)
        if failure is not None and is_bare:
            raise failure
        if is_bare and answer.missing:
            why = "the API answered but said nothing of what it was asked"
            raise Unanswered(why, status=reply.reply.status, request_id=reply.request_id)
        secrets = (token, self._settings.credentials.client_secret)
        told = {key: _without(text, secrets) for key, text in answer.refusals.items()}
        return replace(answer, refused=failure, refusals=told)

    def _hushed(
        self, reply: BatchReply[GeneratedMatch[P]], token: str
    ) -> BatchReply[GeneratedMatch[P]]:
        """The reply with our secrets taken out of its errors, should it echo them."""
        secrets = (token, self._settings.credentials.client_secret)
        errors = tuple(
            replace(error, message=_without(error.message, secrets)) for error in reply.errors
        )
        return replace(reply, errors=errors)

    def _failure(self, reply: BatchReply[GeneratedMatch[P]]) -> WireError | None:
        """What the answer says no to, as a whole or beside what it brought."""
        if not reply.errors and reply.has_data:
            return None
        failure = refusal(reply.reply, reply.errors, now=self._clock())
        failure.request_id = reply.request_id
        return failure

    def read(self, payload: bytes) -> Match[P]:
        """A stored match. Raises `ValueError` when it does not fit the part type."""
        return self._profile.read(payload)

    async def renew(self, generation: int) -> None:
        """Get a new token unless somebody already has since `generation`."""
        await self._tokens.renew(generation)

    def __repr__(self) -> str:
        return f"NexarWire({self._settings.api_url}, profile={self._profile.name})"


def _names_some(reply: BatchReply[GeneratedMatch[P]]) -> bool:
    """Whether errors name some aliases and not all: the others may have been served and counted.

    A field that may not be null takes all of `data` with it (GraphQL spec, section 6.4.4).
    """
    aliases = {f"b{number}" for number in range(len(reply.aliases))}
    named = aliases & {error.path[0] for error in reply.errors if error.path}
    return bool(named) and named != aliases and not reply.has_data


def _without(text: str, secrets: tuple[str, ...]) -> str:
    """Somebody else's text, cut to what a message holds, our secrets taken out."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


@asynccontextmanager
async def open_wire(
    settings: Settings,
    profile: Profile[P],
    *,
    clock: Callable[[], float],
    observer: Observer,
    inner: httpx.AsyncBaseTransport | None = None,
) -> AsyncGenerator[NexarWire[P], None]:
    """A wire to the settings' endpoint. `clock` gives seconds since the epoch."""
    async with open_transport(
        allowed=frozenset({origin(settings.api_url), origin(settings.token_url)}),
        connections=settings.limits.concurrency + 1,  # one for the token
        give_up_after=settings.patience.attempt_timeout,
        inner=inner,
    ) as transport:
        tokens = TokenSource(
            settings, transport, clock=clock, cache=token_file(settings), observer=observer
        )
        yield NexarWire(settings, profile, transport, tokens, clock=clock)
