"""What a policy makes of parts, events and lines."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from bulkmatch.core.apply_policy import Judge, Named, fits, order_of
from bulkmatch.core.finding_words import REASONS, advice_for
from bulkmatch.core.line_health import line_health
from bulkmatch.core.policy_words import explained
from bulkmatch.model.audit import Finding, Health, OptionHealth, WhereUsed
from bulkmatch.model.audit_event import EventKind
from bulkmatch.model.part import Lifecycle
from bulkmatch.model.policy import Scope, Severity, StateKind, Waiver

from .audits import TODAY, facts, judge, rule, state, watch

OBSOLETE = state(facts(lifecycle=Lifecycle.OBSOLETE))
USES = (WhereUsed("power.csv", 3, "U1, U2"), WhereUsed("radio.csv", 9, "R1"))
FOR_ACME = Scope(makers=("acme*",))


def found(judge: Judge, uses: Sequence[WhereUsed] = ()) -> list[Finding]:
    return list(judge.part_findings(OBSOLETE, (), uses, use_count=len(uses)))


def waiver(expires: date = date(2027, 1, 31), scope: Scope = FOR_ACME) -> Waiver:
    return Waiver("Ada", "stock for life", expires, scope, StateKind.IS_OBSOLETE, 1)


@pytest.mark.parametrize(
    ("scope", "is_inside"),
    [
        (Scope(), True),
        (Scope(mpns=("ABC-*",), makers=("acme",)), True),
        (Scope(mpns=("XYZ*",)), False),
        (Scope(makers=("Other",)), False),
        (Scope(categories=("*Timers*",)), True),
        (Scope(categories=("Relays",)), False),
        (Scope(boms=("power*",)), True),
        (Scope(designators=("u2",)), True),
        (Scope(boms=("radio*",), designators=("U*",)), False),
        (Scope(boms=("radio*",), designators=("R*",)), True),
    ],
)
def test_a_scope_holds_where_each_of_its_kinds_fits(scope: Scope, is_inside: bool) -> None:
    named = Named("ABC-1", "Acme", "Circuits/Timers/Clocks", USES)
    assert fits(scope, named) is is_inside


def test_of_several_rules_the_last_that_fits_counts() -> None:
    general = rule(StateKind.IS_OBSOLETE, Severity.WARNING)
    mild = rule(StateKind.IS_OBSOLETE, Severity.NOTE, scope=FOR_ACME, advice="Do nothing.")
    other = rule(StateKind.IS_OBSOLETE, Severity.FATAL, scope=Scope(makers=("Other",)))
    [finding] = found(judge(general, mild, other), USES)
    assert (finding.severity, finding.advice) == (Severity.NOTE, "Do nothing.")
    assert (finding.where_used, finding.use_count) == (USES, 2)
    assert finding.reason == REASONS[StateKind.IS_OBSOLETE]
    assert found(judge()) == found(judge(rule(StateKind.IS_OBSOLETE, Severity.IGNORE))) == []


def test_a_finding_has_the_same_name_in_every_audit() -> None:
    told = rule(StateKind.IS_OBSOLETE)
    [one], [two] = found(judge(told)), found(judge(told), USES)
    assert one.finding_id == two.finding_id
    assert one.finding_id != found(judge(told))[0].rule_id


def test_a_waiver_lets_a_finding_through_until_its_day() -> None:
    told = rule(StateKind.IS_OBSOLETE)
    [finding] = found(judge(told, waivers=[waiver(TODAY)]))
    assert finding.waived is not None
    assert (finding.waived.owner, finding.counts) == ("Ada", False)
    [expired] = found(judge(told, waivers=[waiver(date(2026, 11, 19))]))
    assert expired.counts
    [elsewhere] = found(judge(told, waivers=[waiver(scope=Scope(mpns=("X",)))]))
    assert elsewhere.counts
    assert [order_of(one) for one in (expired, finding)] == sorted(
        order_of(one) for one in (finding, expired)
    )


@pytest.mark.parametrize(
    ("expires", "about"),
    [
        (date(2026, 11, 19), [StateKind.WAIVER_EXPIRED]),
        (date(2026, 12, 1), [StateKind.WAIVER_EXPIRES_SOON]),
        (date(2027, 12, 1), []),
    ],
)
def test_an_expired_waiver_is_a_finding(expires: date, about: list[StateKind]) -> None:
    rules = (rule(StateKind.WAIVER_EXPIRED), rule(StateKind.WAIVER_EXPIRES_SOON))
    told = list(judge(*rules, waivers=[waiver(expires)]).waiver_findings())
    assert [finding.about for finding in told] == about
    assert all("stock for life" in finding.reason for finding in told)


def test_an_event_is_a_finding_by_its_kind() -> None:
    events = watch(facts(), facts(lifecycle=Lifecycle.EOL))[1][-1].events
    told = judge(rule(EventKind.WENT_EOL))
    [finding] = told.part_findings(state(facts()), events, (), use_count=0)
    assert finding.event is events[0]
    assert finding.reason.startswith("is at its end of life now")
    assert [one.event for one in told.finding_about(events[0])] == [events[0]]


def test_a_missed_part_tells_why() -> None:
    [finding] = judge(rule(StateKind.NOT_FOUND)).part_findings(state(None), (), (), use_count=0)
    assert finding.reason == "the API knows no such part: no such part"
    bare = replace(state(None), reason="")
    [finding] = judge(rule(StateKind.NOT_FOUND)).part_findings(bare, (), (), use_count=0)
    assert finding.reason == "the API knows no such part"


def test_a_line_is_a_finding_when_no_option_makes_it_fine() -> None:
    ended = OptionHealth("key", "ABC-1", "Acme", Health.AT_END, "obsolete")
    fine = OptionHealth("other", "B", None, Health.FINE, "nothing speaks against it")
    told = judge(rule(StateKind.LINE_AT_END))
    [finding] = told.line_findings(line_health(USES[0], [ended]))
    assert (finding.where_used, finding.mpn) == (USES[:1], "ABC-1")
    assert list(told.line_findings(line_health(USES[0], [ended, fine]))) == []


def test_bom_scopes_need_the_uses() -> None:
    assert not judge(rule(StateKind.IS_EOL)).needs_uses
    assert judge(rule(StateKind.IS_EOL, scope=Scope(boms=("a",)))).needs_uses
    assert judge(waivers=[waiver(scope=Scope(designators=("U1",)))]).needs_uses


def test_a_policy_is_explained_rule_by_rule() -> None:
    numbered = rule(StateKind.IS_OBSOLETE, scope=FOR_ACME, number=3)
    told = judge(numbered, rule(EventKind.WENT_EOL), waivers=[waiver()])
    lines = list(explained(told, Named("ABC-1", "Acme"), OBSOLETE.states))
    assert (lines[0].subject, lines[0].holds) == (StateKind.IS_OBSOLETE, True)
    assert lines[0].words == (
        "obsolete: the maker makes it no more; by rule 3; waived by Ada until 2027-01-31: "
        "stock for life"
    )
    by_subject = {line.subject: line for line in lines}
    assert by_subject[EventKind.WENT_EOL].words == (
        "when it happens; by the policy's general severity"
    )
    silent = by_subject[StateKind.IS_NRND]
    assert (silent.severity, silent.words) == (Severity.IGNORE, "no rule speaks of it")


def test_every_subject_has_words_and_advice() -> None:
    assert set(REASONS) == set(StateKind)
    assert all(advice_for(subject) for subject in (*StateKind, *EventKind))
    assert advice_for(EventKind.STOCK_BACK) == "Nothing has to be done."


def test_severities_rise() -> None:
    assert [severity.rank for severity in Severity] == [0, 1, 2, 3, 4]
