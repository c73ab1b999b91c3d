"""Policies from files: what is read, and how clearly what is wrong is told."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bulkmatch.errors import SettingsError
from bulkmatch.feeds.policy_file import default_policy, default_policy_text, load_policy
from bulkmatch.model.audit_event import EventKind
from bulkmatch.model.observation import Tier
from bulkmatch.model.policy import Policy, Scope, Severity, StateKind


def read(tmp_path: Path, text: str) -> Policy:
    file = tmp_path / "policy.toml"
    file.write_text(text, "utf-8")
    return load_policy(file)


def test_the_packaged_policy_speaks_of_every_subject_once() -> None:
    about = [rule.about for rule in default_policy().rules]
    assert sorted(about) == sorted((*EventKind, *StateKind))
    severities = {rule.about: rule.severity for rule in default_policy().rules}
    assert severities[StateKind.LINE_AT_END] is Severity.ERROR
    assert severities[StateKind.IS_OBSOLETE] is Severity.WARNING


def test_a_file_stands_over_the_packaged_policy(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """
        [thresholds]
        price_percent = 5
        [intervals]
        production = 30
        [events]
        price-up = "error"
        [[rule]]
        about = "is-nrnd"
        severity = "fatal"
        makers = "Acme*"
        advice = "Call Ada."
        [[waiver]]
        owner = "Ada"
        reason = "in stock"
        expires = 2027-03-31
        mpns = ["X*", "Y"]
        """,
    )
    assert found.rules[: len(default_policy().rules)] == default_policy().rules
    assert found.rules[-2].severity is Severity.ERROR
    assert (found.rules[-1].scope, found.rules[-1].number) == (Scope(makers=("Acme*",)), 1)
    assert found.rules[-1].advice == "Call Ada."
    [waiver] = found.waivers
    assert (waiver.expires, waiver.about) == (date(2027, 3, 31), None)
    assert waiver.scope == Scope(mpns=("X*", "Y"))
    assert found.thresholds.price_percent == Decimal(5)
    assert found.intervals[Tier.PRODUCTION] == 30
    assert found.intervals[Tier.AT_RISK] == 14


def test_without_inheritance_only_what_is_told_counts(tmp_path: Path) -> None:
    found = read(tmp_path, 'inherit = false\n[states]\nis-eol = "error"')
    assert [rule.about for rule in found.rules] == [StateKind.IS_EOL]
    assert read(tmp_path, "policy.inherit = false").rules == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[evnts]", "evnts: wanted one of inherit, thresholds, intervals, events"),
        ("[evnts]", "did you mean events?"),
        ('[events]\nprice-upp = "error"', "events.price-upp: wanted one of"),
        ('[events]\nprice-up = "loud"', "found 'loud'"),
        ("[events]\nprice-up = 3", "events.price-up: wanted one of ignore, note"),
        ("events = 3", "events: wanted a table; found 3; write [events]"),
        ("rule = 3", "rule: wanted a list of tables; found 3; write [[rule]]"),
        ("inherit = 1", "inherit: wanted true or false; found 1"),
        ("[thresholds]\nconfirmations = 3", "wanted a whole number, 1 to 2; found 3"),
        ("[thresholds]\nlead_time_days = true", "wanted a whole number, 0 or more; found True"),
        ("[intervals]\nproduction = 0", "intervals.production: wanted a whole number, 1 or more"),
        ('[[rule]]\nabout = "is-eol"', "rule 1: severity: wanted one of ignore"),
        ('[[rule]]\nabout = "is-eof"\nseverity = "error"', "did you mean is-eol?"),
        ('[[rule]]\nabout = "is-eol"\nseverity = "note"\nmpns = [3]', "a list of patterns"),
        ('[[waiver]]\nowner = "A"', "waiver 1: scope: wanted one of mpns, makers"),
        ('[[waiver]]\nmpns = "A"', "waiver 1: owner: wanted a text; found nothing"),
        (
            '[[waiver]]\nmpns = "A"\nowner = "A"\nreason = "B"\nexpires = "2027-01-01"',
            "waiver 1: expires: wanted a day; found '2027-01-01'; write it without quotes",
        ),
        ("a = ", "is not TOML"),
    ],
)
def test_what_is_wrong_is_told_with_key_wanted_found_and_what_to_do(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, text)
    assert told in str(caught.value)
    assert "policy.toml" in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_policy(tmp_path / "none.toml")


def test_the_packaged_text_can_be_read_as_a_file(tmp_path: Path) -> None:
    assert read(tmp_path, default_policy_text()).thresholds == default_policy().thresholds
