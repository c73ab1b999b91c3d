"""The promises, as far as outcomes, an engine that has ended, and the ledger can break them."""

from datetime import datetime

from tests.simulation.books import Booked, charged_of, spend_of
from tests.simulation.disk import UNDERSTATES, SimulatedDisk
from tests.simulation.faults import LIMITS, Weather
from tests.simulation.mortal import Mortal
from tests.simulation.story import Story
from tests.simulation.watch import Watch

from bulkmatch import (
    Engine,
    Failed,
    Matched,
    Missed,
    Outcome,
    Review,
    Skipped,
    SkipReason,
    Spend,
    SupplyPart,
    outcome_name,
    outcome_reason,
)
from bulkmatch.core.normal import is_placeholder, maker_key, maker_name, mpn_identity, mpn_key

_WITHOUT_ASKING = {SkipReason.NO_MPN, SkipReason.PLACEHOLDER, SkipReason.DO_NOT_POPULATE}
_ONE = "one outcome per row"
_OWN = "each answer on its own row"
_EXACT = "the ledger is exact"
# Numbers that a fault puts into an entry that is the row's own: "more parts", "other types".
_MADE_UP = ("EXTRA", "5")


class Judge:
    """Knows the story, and what has struck so far."""

    def __init__(self, story: Story, watch: Watch, weather: Weather, disk: SimulatedDisk) -> None:
        self._story, self._watch, self._weather, self._disk = story, watch, weather, disk
        self._parts = {(mpn_identity(p.mpn), maker_key(p.maker)) for p in story.catalog}
        self._keys = {part.key for part in story.catalog}

    def outcome(self, outcome: Outcome[SupplyPart], line: int, process: Mortal) -> None:
        """An outcome is of its own row, true to the catalog, has a cause, and holds no secret."""
        watch, number = self._watch, outcome.row.mpn
        watch.counts[outcome_name(outcome)] += 1
        watch.look_for_secrets(f"{outcome!r} {outcome_reason(outcome)}", "an outcome")
        match outcome:
            case Matched() | Review() | Missed():
                watch.answered.add(line)
                watch.expect(
                    holds=mpn_identity(number) in watch.booked,
                    promise="booked before it is believed",
                    how=f"{number} has an outcome, but no answer for it is on the disk",
                )
                self._answer(outcome)
            case Failed(cause=cause):
                watch.look_for_secrets(told(cause), "an error")
                self._expect_trouble(f"{number} failed: {cause!r}", process)
            case Skipped():
                self._skip(outcome, process)
        if self._story.is_calm:
            self._plain(outcome, process)

    def _answer(self, outcome: Matched[SupplyPart] | Review[SupplyPart] | Missed) -> None:
        number = outcome.row.mpn
        match outcome:
            case Matched(part=part):
                self._match(outcome.row.manufacturer, number, part)
            case Review(parts=parts):
                strange = [p.mpn for p in parts if mpn_key(p.mpn) != mpn_key(number)]
                foreign = [mpn for mpn in strange if mpn not in _MADE_UP]
                self._watch.expect(holds=not foreign, promise=_OWN, how=f"{foreign} on {number}")
            case Missed():
                known = mpn_key(number) in self._keys
                how = f"{number} is missed though the API knows it: {outcome.reason}"
                self._watch.expect(
                    holds=not known, promise="trouble never looks like a miss", how=how
                )

    def _match(self, maker: str | None, number: str, part: SupplyPart) -> None:
        named = maker_name(maker)
        is_odd = part.manufacturer.name not in ("Acme", "Bolt")  # a fault's own name for a maker
        is_same = named is None or is_odd or maker_key(named) == maker_key(part.manufacturer.name)
        self._watch.expect(
            holds=mpn_identity(part.mpn) == mpn_identity(number) and is_same,
            promise=_OWN,
            how=f"{part.mpn} of {part.manufacturer.name} on {number} of {maker}",
        )

    def _plain(self, outcome: Outcome[SupplyPart], process: Mortal) -> None:
        """Where nothing goes wrong, what is plainly in the catalog is matched."""
        row, maker = outcome.row, maker_key(maker_name(outcome.row.manufacturer))
        is_known = bool(maker) and (mpn_identity(row.mpn), maker) in self._parts
        is_asked = not (isinstance(outcome, Skipped) and self._has_end(process))
        is_asked = is_asked and not row.do_not_populate and not self._is_poison(row.mpn)
        self._watch.expect(
            holds=not (is_known and is_asked) or isinstance(outcome, Matched | Review),
            promise=_ONE,
            how=f"{row.mpn} of {row.manufacturer} is known, all went well, and it is {outcome!r}",
        )

    def _is_poison(self, number: str) -> bool:
        """Whether a line may fail by itself: the API crashes on one of its spellings."""
        return mpn_key(number) in {mpn_key(mpn) for mpn in self._story.poison}

    def _has_end(self, process: Mortal) -> bool:
        """Whether a process was ended, wholly or in part, by something that no fault explains."""
        return process.was_stopped or process.has_left or process.is_struck

    def _expect_trouble(self, how: str, process: Mortal) -> None:
        """Something must have gone wrong somewhere: a fault, the disk, a slow pace, a short time."""
        patience, limits = self._story.settings.patience, self._story.settings.limits
        is_slow = limits.requests_per_minute < 1_000 or patience.give_up_after < 600
        has_cause = bool(self._weather.struck) or self._disk.errors > 0 or is_slow
        has_cause = has_cause or self._story.disk.delay > 1 or self._story.part_limit is not None
        self._watch.expect(holds=has_cause or self._has_end(process), promise=_ONE, how=how)

    def _skip(self, outcome: Skipped, process: Mortal) -> None:
        """A row that could be asked is skipped for a reason that the story has."""
        number, reason = outcome.row.mpn, outcome.reason
        self._watch.counts[f"skipped: {reason}"] += 1
        is_odd = is_placeholder(number) or len(number) > 100
        fits = reason not in _WITHOUT_ASKING - {SkipReason.DO_NOT_POPULATE} or is_odd
        self._watch.expect(holds=fits, promise=_ONE, how=f"{number!r} is skipped as {reason}")
        if reason is SkipReason.STOPPED and not self._has_end(process):
            self._expect_trouble(f"{number} is skipped, and nobody stopped the run", process)
        if reason is SkipReason.PART_LIMIT:
            met = self._story.part_limit is not None or bool(LIMITS & set(self._weather.struck))
            told_so = f"{number} is skipped for a part limit that nobody has met"
            self._watch.expect(holds=met, promise=_ONE, how=told_so)
        if reason is SkipReason.BUDGET:
            self._short(number, process)

    def _short(self, number: str, process: Mortal) -> None:
        """A budget that is used up to what one question may cost; others' parts come back late."""
        most = max(1, self._story.settings.second_look)
        is_short = any(cap - used < most for _, cap, used in self._disk.used(process.run_id))
        is_alone = all(len(act) == 1 for act in self._story.acts)
        self._watch.expect(
            holds=is_short or not is_alone or bool(self._story.jumps),
            promise=_ONE,
            how=f"{number} is skipped for a budget that has room: {list(self._disk.used(process.run_id))}",
        )

    def stop(self, engine: Engine[SupplyPart], process: Mortal) -> None:
        """Why a run stopped holds no secret, and is counted."""
        if engine.fatal is not None:
            self._watch.look_for_secrets(told(engine.fatal), "the fatal error")
        reason = "none" if engine.stopped is None else str(engine.stopped[0])
        self._watch.counts[f"run stopped early: {reason}"] += 1

    def engine(self, engine: Engine[SupplyPart], process: Mortal) -> None:
        """Nothing is left behind in an engine that has ended, in whatever way it ended."""
        if process.is_dead:
            return
        dispatcher, purse = engine._dispatcher, engine._sender._purse
        left = len(dispatcher._pending), len(dispatcher._unsent), len(dispatcher._arrived)
        told_so = f"pending, unsent and arrived {left}, {purse._in_flight} in flight"
        self._watch.expect(
            holds=not dispatcher._pending and purse._in_flight == 0,
            promise="nothing is left behind",
            how=told_so,
        )

    def ledger(self, name: str, real: Spend, calls: list[Booked], *, has_ended: bool) -> None:
        """A scope's books against the API's own count.

        Weakened where the knowledge is lost, and only there: parts beyond what was asked are
        counted by nobody when their answer was lost.
        """
        watch, model = self._watch, spend_of(calls)
        lost = sum(call.beyond for call in calls if call.doubts or not call.billed)
        charged = charged_of(calls, with_beyond=True)
        told_so = f"{name}: {real}, charged {charged}"
        watch.tell(told_so)
        booked = real.settled + real.unknown + (0 if has_ended else real.reserved)
        watch.expect(holds=booked >= charged - lost, promise=UNDERSTATES, how=told_so)
        watch.expect(holds=real.settled <= charged, promise=_EXACT, how=f"overstated: {told_so}")
        watch.expect(holds=real == model, promise=_EXACT, how=f"{told_so}; calls say {model}")
        if has_ended:
            how = f"after all leases: {told_so}"
            watch.expect(holds=not real.reserved, promise="nothing is left behind", how=how)

    def every_call(self, *, has_left_over: bool) -> bool:
        """Each call is closed, and exact where nothing was lost. True when all books are exact."""
        is_exact = True
        for tag, call in self._disk.books.calls.items():
            how = f"call {tag[:4]} is still reserved"
            self._watch.expect(
                holds=not call.reserved or has_left_over,
                promise="nothing is left behind",
                how=how,
            )
            is_exact = is_exact and call.billed == call.charged and not call.reserved
        return is_exact

    def texts(self) -> None:
        """No secret stands in the database."""
        for table, text in self._disk.texts():
            self._watch.look_for_secrets(text, f"the table {table}")

    def now(self) -> datetime:
        """The instant, by the story's clock."""
        return self._disk.now()


def told(error: BaseException) -> str:
    """An error with all that led to it."""
    lines: list[str] = []
    chain: BaseException | None = error
    while chain is not None and len(lines) < 20:
        lines.append(f"{chain!r} {chain}")
        if isinstance(chain, BaseExceptionGroup):
            lines += [told(inner) for inner in chain.exceptions]
        chain = chain.__cause__ or chain.__context__
    return " <- ".join(lines)
