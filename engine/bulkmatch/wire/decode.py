"""Join an answer to its asks by alias and reference, and count what it cost."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from bulkmatch.model.match import Answer, Drift, Match
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Ask, Batch
from bulkmatch.wire.refusal import entitlements, is_grave
from nexar_client import BatchReply, GraphQLError

_ENTRY_STEPS = 2  # alias and number
_UNREADABLE = "the answer could not be read"
_TOLD = 300  # as much of a foreign text as a message holds

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
    shown_empty: set[str] = set()
    entitled = entitlements(reply.errors)
    doubt = _Doubt(reply.errors, has_order=not reply.broken)
    for alias, index, match in _entries(reply):
        expected, ask = named.get(match.reference or "", (None, None))
        if ask is None or expected != alias or ask.key in matches or ask.key in refusals:
            continue
        if not match.parts and doubt.covers(alias, index, has_hits=match.hits > ask.start):
            shown_empty.add(ask.key)
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
            refusals[ask.key] = f"{_UNREADABLE}: {broken.drift}"
    refusals |= _nameless(named, reply, but=matches.keys() | refusals.keys())
    missing = tuple(
        ask for _, ask in named.values() if ask.key not in matches and ask.key not in refusals
    )
    return Answer(
        matches=matches,
        refusals=refusals,
        missing=missing,
        part_count=reply.part_count,
        not_entitled=frozenset(entitled),
        request_id=reply.request_id,
        shown_empty=frozenset(shown_empty),
        entitlement_words=entitled,
        drifts=tuple(_drifts(reply)),
    )


def _nameless(
    named: Mapping[str, tuple[int, Ask]],
    reply: BatchReply[GeneratedMatch[P]],
    *,
    but: Collection[str],
) -> dict[str, str]:
    """Asks left over under an alias that has as many entries whose reference nobody could read.

    Those entries are theirs, whichever is whose, and were paid for; asked again, so would the next.
    """
    unread: dict[int, list[str]] = {}
    left: dict[int, list[str]] = {}
    for broken in reply.broken:
        if broken.drift.kind == "reference":
            unread.setdefault(broken.alias, []).append(f"{_UNREADABLE}: {broken.drift}")
    for alias, ask in named.values():
        if ask.key not in but:
            left.setdefault(alias, []).append(ask.key)
    return {
        key: told[0]
        for alias, told in unread.items()
        if len(told) >= len(left.get(alias, ()))
        for key in left.get(alias, ())
    }


def _drifts(reply: BatchReply[GeneratedMatch[P]]) -> Iterator[Drift]:
    """What did not fit. A null beside errors is theirs (GraphQL spec, section 6.4.4), not the schema's."""
    for drift in reply.drifts:
        if drift.got != "null" or not reply.errors:
            problem = f"expected {drift.expected}, got {drift.got}"
            yield Drift(drift.path, drift.kind, problem, drift.is_kept)


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
) -> Iterator[tuple[int, int, GeneratedMatch[P]]]:
    for alias, matches in enumerate(reply.aliases):
        for index, match in enumerate(matches or ()):
            yield alias, index, match


class _Doubt:
    """Which entries without parts the errors beside them may explain.

    An error of one entry names its alias and number; any other may concern them all. What the
    plan lacks empties fields, so it explains an entry that counts hits, and no other.
    `has_order` is False when entries were dropped, so that numbers say nothing.
    """

    def __init__(self, errors: Sequence[GraphQLError], *, has_order: bool) -> None:
        self._has_errors = bool(errors)
        paths = [error.path for error in errors if is_grave(error)]
        self._covers_all = any(len(path) < _ENTRY_STEPS or not has_order for path in paths)
        self._entries = {path[:_ENTRY_STEPS] for path in paths}

    def covers(self, alias: int, index: int, *, has_hits: bool) -> bool:
        """Whether the entry is no answer."""
        if self._covers_all or (f"b{alias}", index) in self._entries:
            return True
        return self._has_errors and has_hits


def _problem(ask: Ask, match: GeneratedMatch[PartLike]) -> str | None:
    """Why an entry is no answer: an error of its own, or hits of which none was returned."""
    if match.error:
        return f"the API answered this line with an error: {match.error[:_TOLD]}"
    if match.hits > ask.start and not match.parts:
        return f"the API counts {match.hits} hits but returned no part"
    return None
