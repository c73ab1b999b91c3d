"""Join an answer to its asks by alias and reference, and count what it cost."""

from collections.abc import Iterator
from typing import Protocol, TypeVar

from bulkmatch.model.match import Answer, Match
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Ask, Batch
from bulkmatch.wire.refusal import entitlements, is_grave
from nexar_client import BatchReply

P = TypeVar("P", bound=PartLike)
P_co = TypeVar("P_co", bound=PartLike, covariant=True)


class GeneratedMatch(Protocol[P_co]):
    """What every generated match fragment has; `parts` is what is billed."""

    @property
    def reference(self) -> str | None: ...
    @property
    def hits(self) -> int: ...
    @property
    def error(self) -> str | None: ...
    @property
    def parts(self) -> tuple[P_co, ...]: ...
    def model_dump_json(self, *, by_alias: bool, exclude_unset: bool) -> str:
        """The match in the API's own names, with only what came."""
        ...


def references(batch: Batch, *, tag: str) -> dict[str, tuple[int, Ask]]:
    """Our name for every ask of a batch, with the number of its alias. `tag` is the request's own."""
    named: dict[str, tuple[int, Ask]] = {}
    for alias, group in enumerate(batch.groups):
        for ask in group.asks:
            named[f"{tag}-{len(named)}"] = alias, ask
    return named


def join(batch: Batch, reply: BatchReply[GeneratedMatch[P]], *, tag: str) -> Answer[P]:
    """The answer to each ask that has one.

    An entry counts for an ask only under the ask's own alias and reference; what is repeated,
    foreign or misplaced is dropped, but was paid for. An entry without parts is no answer when
    errors stand beside it that may be the reason: a limit never looks like a miss.
    """
    named = references(batch, tag=tag)
    matches: dict[str, Match[P]] = {}
    refusals: dict[str, str] = {}
    grave = any(map(is_grave, reply.errors))
    for alias, match in _entries(reply):
        expected, ask = named.get(match.reference or "", (None, None))
        if ask is None or expected != alias or ask.key in matches or ask.key in refusals:
            continue
        if not match.parts and (grave or (reply.errors and match.hits > ask.start)):
            continue
        problem = _problem(ask, match)
        if problem is None:
            matches[ask.key] = of_generated(match)
        else:
            refusals[ask.key] = problem
    for broken in reply.broken:
        expected, ask = named.get(broken.reference or "", (None, None))
        if broken.part_count == 0 and reply.errors:
            continue
        if ask is not None and expected == broken.alias and ask.key not in matches:
            refusals[ask.key] = f"the answer could not be read: {broken.problem}"
    missing = tuple(
        ask for _, ask in named.values() if ask.key not in matches and ask.key not in refusals
    )
    return Answer(
        matches=matches,
        refusals=refusals,
        missing=missing,
        part_count=reply.part_count,
        not_entitled=entitlements(reply.errors),
        request_id=reply.request_id,
    )


def of_generated(match: GeneratedMatch[P]) -> Match[P]:
    """A generated match as the engine's own, with the payload to store."""
    payload = match.model_dump_json(by_alias=True, exclude_unset=True).encode()
    return Match(hits=_hits(match), parts=tuple(match.parts), payload=payload)


def of_stored(match: GeneratedMatch[P], payload: bytes) -> Match[P]:
    """A generated match read back from the store."""
    return Match(hits=_hits(match), parts=tuple(match.parts), payload=payload)


def _hits(match: GeneratedMatch[PartLike]) -> int:
    """What the API counts, but no fewer than came."""
    return max(match.hits, len(match.parts))


def _entries(
    reply: BatchReply[GeneratedMatch[P]],
) -> Iterator[tuple[int, GeneratedMatch[P]]]:
    for alias, matches in enumerate(reply.aliases):
        for match in matches or ():
            yield alias, match


def _problem(ask: Ask, match: GeneratedMatch[PartLike]) -> str | None:
    """Why an entry is no answer: an error of its own, or hits of which none was returned."""
    if match.error:
        return f"the API answered this line with an error: {match.error}"
    if match.hits > ask.start and not match.parts:
        return f"the API counts {match.hits} hits but returned no part"
    return None
