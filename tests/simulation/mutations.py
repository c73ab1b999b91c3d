"""Ways to break the engine on purpose. Each is an edit of its source that must fit exactly once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ENGINE = Path(__file__).resolve().parents[2] / "engine" / "bulkmatch"


class Misfit(Exception):
    """The source is not what a mutation was written against."""


@dataclass(frozen=True)
class Edit:
    """In one file of the engine, `old` becomes `new`."""

    file: str
    old: str
    new: str

    def applied(self, source: str) -> str:
        """The source with the edit. Raises `Misfit` unless `old` stands in it exactly once."""
        count = source.count(self.old)
        if count != 1:
            raise Misfit(f"{self.file}: {count} places, not one, for:\n{self.old}")
        return source.replace(self.old, self.new)


@dataclass(frozen=True)
class Mutation:
    """One defect, in words."""

    name: str
    edits: tuple[Edit, ...]

    def sources(self, engine: Path = ENGINE) -> Iterator[tuple[str, str]]:
        """Each file that it changes, with its new text. Raises `Misfit`."""
        texts: dict[str, str] = {}
        for edit in self.edits:
            text = texts.get(edit.file)
            if text is None:
                text = (engine / edit.file).read_text(encoding="utf-8")
            texts[edit.file] = edit.applied(text)
        yield from texts.items()


def _one(name: str, file: str, old: str, new: str) -> Mutation:
    return Mutation(name, (Edit(file, old, new),))


_SHIELD = "        with anyio.CancelScope(shield=True):\n"
_SENT = "            await reservation.settle(\n                billed=answer.part_count,"

MUTATIONS: tuple[Mutation, ...] = (
    _one(
        "the count is settled first, the answers are stored after",
        "run/purse.py",
        "            await self._purse.settle(self.call, billed=billed, unknown=unknown, answers=answers)\n",
        "            await self._purse.settle(self.call, billed=billed, unknown=unknown, answers=())\n"
        "            await self._purse.settle(self.call, billed=billed, unknown=unknown, answers=answers)\n",
    ),
    _one(
        "an answer is delivered before it is settled",
        "run/sender.py",
        _SENT,
        "            for ask in reservation.asks:\n"
        "                if match := answer.matches.get(ask.key):\n"
        "                    now = self._world.now()\n"
        "                    brought = Brought(match, now, from_store=False, not_entitled=lacking)\n"
        "                    self._end(ask, brought)\n" + _SENT,
    ),
    Mutation(
        "parts are reserved after sending",
        (
            Edit(
                "run/purse.py",
                "                    held = await self._ledger.reserve(call, self.caps, asks, anew=anew)\n",
                "                    await anyio.lowlevel.checkpoint()\n"
                "                    held = Held(call, frozenset(ask.key for ask in asks))\n",
            ),
            Edit(
                "run/purse.py",
                "        give_up_at = anyio.current_time() + self._store_outage\n",
                "        give_up_at = anyio.current_time() + self._store_outage\n"
                "        await self._ledger.reserve(call, self.caps)\n",
            ),
        ),
    ),
    _one(
        "answers are joined by position",
        "wire/decode.py",
        '        expected, ask = named.get(match.reference or "", (None, None))\n'
        "        if ask is None or expected != alias",
        "        mine = [pair for pair in named.values() if pair[0] == alias]\n"
        "        expected, ask = (mine[index : index + 1] or [(None, None)])[0]\n"
        "        if ask is None or expected != alias",
    ),
    _one(
        "a cancel is swallowed where an answer is waited for",
        "run/dispatcher.py",
        "            await pending.done.wait()\n        finally:\n",
        "            await pending.done.wait()\n"
        "        except BaseException:\n"
        "            pending.end(_CLOSED)\n"
        "        finally:\n",
    ),
    _one(
        "a token is refreshed whatever its generation",
        "wire/token.py",
        "            if self._token is not None and self._token.generation > generation:\n",
        "            if False:\n",
    ),
    _one(
        "tokens are fetched without single flight",
        "wire/token.py",
        "        async with self._lock:\n            if self._token is not None",
        "        if True:\n            if self._token is not None",
    ),
    _one(
        "a lost call counts as zero",
        "run/purse.py",
        "        free = not self.is_sent or billed == 0\n",
        "        free = True\n",
    ),
    _one(
        "unknown parts do not count against a budget",
        "model/money.py",
        "        return self.settled + self.reserved + self.unknown + self.external\n",
        "        return self.settled + self.reserved + self.external\n",
    ),
    _one(
        "reserved parts do not count against a budget",
        "model/money.py",
        "        return self.settled + self.reserved + self.unknown + self.external\n",
        "        return self.settled + self.unknown + self.external\n",
    ),
    _one(
        "the month's budget is not looked at",
        "core/budget.py",
        '(("run", run.left(caps.run)), ("month", month.left(caps.month)))',
        '(("run", run.left(caps.run)),)',
    ),
    _one(
        "entries that an answer passed over count as zero",
        "run/sender.py",
        "                unknown=_unknown(answer),\n",
        "                unknown=0,\n",
    ),
    _one(
        "parts beyond what was asked are not counted",
        "run/sender.py",
        "                billed=answer.part_count,\n",
        "                billed=min(answer.part_count, reservation.call.ceiling),\n",
    ),
    _one(
        "a call is lost that never left",
        "run/sender.py",
        "            await self._prepare(lane)  # once more",
        "            reservation.is_sent = True\n            await self._prepare(lane)  # once more",
    ),
    _one(
        "what a dead process held is free when its lease is out",
        "store/ledger.py",
        "        add(connection, *scopes, reserved=-parts, unknown=parts)\n",
        "        add(connection, *scopes, reserved=-parts)\n",
    ),
    Mutation(
        "an engine that opens frees what another process holds",
        (
            Edit(
                "store/ledger.py",
                "        add(connection, *scopes, reserved=-parts, unknown=parts)\n",
                "        add(connection, *scopes, reserved=-parts)\n",
            ),
            Edit(
                "store/ledger.py", "        calls.c.lease_until < ", "        calls.c.opened_at <= "
            ),
        ),
    ),
    _one(
        "leases never run out",
        "store/ledger.py",
        "        calls.c.lease_until < ",
        "        calls.c.lease_until > calls.c.lease_until + ",
    ),
    _one(
        "a settlement after the lease is refused",
        "store/ledger.py",
        "    if state is CallState.SETTLED:\n        return\n",
        "    if state not in (None, CallState.RESERVED):\n        return\n",
    ),
    _one(
        "a settlement that is repeated counts twice",
        "store/ledger.py",
        "    if state is CallState.SETTLED:\n        return\n",
        "    if state is CallState.SETTLED:\n        state = CallState.RELEASED\n",
    ),
    _one(
        "settling may be cut off",
        "run/purse.py",
        _SHIELD + "            await self._purse.settle(",
        "        if True:\n            await self._purse.settle(",
    ),
    _one(
        "an outage of the store loses an answer in hand",
        "run/purse.py",
        "                if error.is_lasting or anyio.current_time() >= give_up_at:\n",
        "                if True:\n",
    ),
    _one(
        "equal asks do not share one way",
        "run/dispatcher.py",
        "        pending = self._pending.get(ask.key)\n        if pending is None:\n",
        "        pending = None\n        if pending is None:\n",
    ),
    _one(
        "two processes may ask one question at the same time",
        "store/claims.py",
        "                if is_live(opened_at, lease_until, now) and not gone[owner]:\n",
        "                if False:\n",
    ),
    _one(
        "what another process has settled meanwhile is asked again",
        "store/claims.py",
        "        answered = cache.load(connection, [key for key in keys if key not in anew], now=now)\n",
        "        answered = cache.load(connection, [], now=now)\n",
    ),
    _one(
        "answers are not stored",
        "store/store.py",
        "            cache.save(connection, call.call_id, answers)\n",
        "",
    ),
    _one(
        "a second look begins at the first hit",
        "core/judge.py",
        "start=seen, limit=1 if is_first else unseen)",
        "start=0, limit=seen + unseen)",
    ),
    _one(
        "an empty entry beside an error is a miss",
        "wire/decode.py",
        "        if not match.parts and doubt.covers(",
        "        if False and doubt.covers(",
    ),
    _one(
        "a miss under one name is not looked for under another",
        "core/judge.py",
        "        return _next_trial(query, looks, asker=asker, guesses=second_look > 0)\n",
        "        return asker.ask(query) if last is None else None\n",
    ),
    _one(
        "the run goes on after the part limit",
        "core/verdict.py",
        "        case PartLimitReached() | BadCredentials():\n            return Stop()\n",
        "        case PartLimitReached():\n            return GiveUp()\n"
        "        case BadCredentials():\n            return Stop()\n",
    ),
    _one(
        "the next process forgets the part limit",
        "run/plan_memory.py",
        "        if met is None or not self._settings.heed_plan:\n",
        "        if True:\n",
    ),
    _one(
        "answers are used past their retention",
        "core/freshness.py",
        "    return asked_at <= now + CLOCK_SKEW and now < expires\n",
        "    return True\n",
    ),
    _one(
        "the window is one row too wide",
        "run/stream.py",
        "anyio.Semaphore(window, max_value=window)",
        "anyio.Semaphore(window + 1, max_value=window + 1)",
    ),
    _one(
        "a stream whose row was cut off ends as if it were whole",
        "run/stream.py",
        "                if not workers.cancel_scope.cancel_called:",
        "                if True:",
    ),
    _one(
        "a closed engine leaves its callers waiting",
        "run/dispatcher.py",
        "        for pending in list(self._pending.values()):\n            self.end(pending.ask, _CLOSED)\n",
        "        self._pending.clear()\n",
    ),
    _one(
        "errors keep the token that the API echoes",
        "wire/client.py",
        "        reply = self._hushed(reply, token)\n",
        "",
    ),
    _one(
        "redirects are followed",
        "wire/transport.py",
        "follow_redirects=False",
        "follow_redirects=True",
    ),
    _one(
        "the parts of a request are not limited",
        "core/batch.py",
        "        if parts > limits.parts_per_request:\n",
        "        if False:\n",
    ),
    _one(
        "the pace is not kept",
        "core/pace.py",
        "        return max(0.0, due_at - self._slack - now)\n",
        "        return 0.0\n",
    ),
    _one(
        "the breaker never opens",
        "core/breaker.py",
        "        if self._proven + len(self._unreached) < _MOST_UNREACHED:\n            return False\n",
        "        if not self._broken:\n            return False\n",
    ),
    _one(
        "everybody is the probe",
        "core/breaker.py",
        "        self._is_probing = not self.is_closed\n",
        "        self._is_probing = False\n",
    ),
    _one(
        "repeats are not limited",
        "core/retry_budget.py",
        "        if self._left >= 1 - 1e-9:\n",
        "        if True:\n",
    ),
    _one(
        "a poison line takes its neighbours along",
        "core/verdict.py",
        "            return GiveUp() if last and tried.asks == 1 else Split(wait)\n",
        "            return Stop()\n",
    ),
)
