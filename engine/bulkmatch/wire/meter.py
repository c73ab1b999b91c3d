"""Reads the account's own part counter, under a user's token. Asks for no part, so it costs none.

An application's own token may not read it (facts, section 4: "Usage meter"; A:101000472660, read
2026-11-20). The token is somebody's: it goes to the API's address alone and is told nowhere.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pydantic import ValidationError

from bulkmatch.errors import BadCredentials, SettingsError, Unanswered, Unauthorized, WireError
from bulkmatch.model.plan import Counter
from bulkmatch.model.settings import Settings
from bulkmatch.wire.post import Post
from bulkmatch.wire.refusal import refusal, without_body
from bulkmatch.wire.token import TOKEN
from bulkmatch.wire.transport import Transport, open_transport, origin
from nexar_client import (
    CountedApplication,
    NexarClient,
    NotGraphQL,
    ReadCounters,
    Unsuccessful,
)

USER_SCOPE = "user.access"


@dataclass(frozen=True, slots=True)
class Metered:
    """An application of the user's; `counter` is None where it has no supply side."""

    id: str
    name: str
    organization: str
    scopes: tuple[str, ...]
    counter: Counter | None

    def __str__(self) -> str:
        scopes = " ".join(self.scopes) or "no scopes"
        return f"{self.name!r} of {self.organization}: id {self.id}, {scopes}"


async def read_counters(
    settings: Settings,
    user_token: str,
    *,
    clock: Callable[[], float] = time.time,
) -> tuple[Metered, ...]:
    """The applications that the user may see, with their counters; see `counters_over`."""
    async with open_transport(
        allowed=frozenset({origin(settings.api_url)}),
        connections=1,
        give_up_after=settings.patience.attempt_timeout,
    ) as transport:
        return await counters_over(transport, settings.api_url, user_token, clock=clock)


async def counters_over(
    transport: Transport, api_url: str, user_token: str, *, clock: Callable[[], float]
) -> tuple[Metered, ...]:
    """The applications that the user may see, with their counters.

    Raises `WireError`: `Unauthorized` for a token that is refused, `BadCredentials` for one that
    may not read the account; and `SettingsError` for what is no token.
    """
    if not TOKEN.fullmatch(user_token):
        raise SettingsError("the user token holds characters that no token has; copy it anew")
    client = NexarClient(Post(transport, api_url, user_token))
    try:
        told = await client.read_counters()
    except NotGraphQL as error:
        raise _advised(without_body(error.reply, now=clock())) from error
    except Unsuccessful as error:
        raise _refused(error, user_token, now=clock()) from None
    except ValidationError as error:
        place = ".".join(str(step) for step in error.errors()[0]["loc"])
        raise Unanswered(f"the counter's answer could not be read, at {place}") from None
    return tuple(_metered(told, read_at=datetime.fromtimestamp(clock(), UTC)))


def counter_of(found: Sequence[Metered], *, client_id: str | None, named: str | None) -> Counter:
    """The counter of the one application that is meant. Raises `SettingsError` that lists them all.

    `named` is an id or a name that a person or an earlier reading gave; without it the application
    is the one whose id is the client id. Nothing else is taken for it: another application's count
    in the ledger would be wrong money.
    """
    wanted = {word.casefold() for word in (named, None if named else client_id) if word}
    fitting = [one for one in found if {one.id.casefold(), one.name.casefold()} & wanted]
    by_id = [one for one in fitting if one.id.casefold() in wanted]
    match by_id or fitting:
        case [Metered(counter=Counter() as counter)]:
            return counter
        case [Metered(name=name)]:
            raise SettingsError(f"the application {name!r} has no supply side, so no part counter")
        case []:
            raise SettingsError(f"{_not_found(client_id, named)}; {_choice(found)}")
        case _:
            raise SettingsError(f"several applications are called {named!r}; {_choice(found)}")


def _not_found(client_id: str | None, named: str | None) -> str:
    if named:
        return f"the user sees no application {named!r}"
    if client_id is None:
        return "without a client id nobody can tell which application is meant"
    return "none of the user's applications has the client id for its id"


def _choice(found: Sequence[Metered]) -> str:
    """What a person can choose among."""
    counted = [str(one) for one in found if one.counter is not None]
    if not counted:
        return "the user sees no application with a supply side: use the token of its owner"
    return f"say which: --application ID (there are: {'; '.join(counted)})"


def _refused(error: Unsuccessful, user_token: str, *, now: float) -> WireError:
    """The refusal, without the token should the answer echo it."""
    errors = [replace(one, message=one.message.replace(user_token, "***")) for one in error.errors]
    return _advised(refusal(error.reply, errors, now=now))


def _advised(failure: WireError) -> WireError:
    """The failure, with what to do about a token."""
    match failure:
        case Unauthorized():
            told = f"the user token was refused, as expired or invalid: get a new one ({failure})"
            return Unauthorized(told, status=failure.status)
        case BadCredentials():
            told = (
                "the token may not read the account's counter: that takes the token of a user, with "
                f"the scope {USER_SCOPE}; an application's own token never may ({failure})"
            )
            return BadCredentials(told, status=failure.status)
        case _:
            return failure


def _metered(told: ReadCounters, *, read_at: datetime) -> Iterator[Metered]:
    for organization in told.adm_organizations or ():
        for application in organization.applications or ():
            if application.id and application.name:
                scopes = tuple(one.scope for one in application.scopes or () if one.scope)
                yield Metered(
                    id=application.id,
                    name=application.name,
                    organization=organization.name or "an organization without a name",
                    scopes=scopes,
                    counter=_counter(application, read_at),
                )


def _counter(application: CountedApplication, read_at: datetime) -> Counter | None:
    counts = application.supply_counts
    if counts is None or counts.part_counter is None or counts.part_limit is None:
        return None
    return Counter(
        application.id or "",
        application.name or "",
        max(0, counts.part_counter),
        counts.part_limit,
        read_at,
    )
