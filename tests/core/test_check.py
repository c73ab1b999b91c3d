"""Settings that cannot work are refused before anything is opened."""

import math
from dataclasses import replace

import pytest

from bulkmatch.core.check import check_settings, check_url, is_loopback
from bulkmatch.errors import SettingsError
from bulkmatch.model.settings import Credentials, Limits, Patience, Settings

GOOD = Settings(Credentials("client", "secret"))


def test_the_defaults_work() -> None:
    check_settings(GOOD)


def test_the_edges_work() -> None:
    check_settings(
        replace(
            GOOD,
            budget=0,
            month_budget=0,
            second_look=0,
            window=1,
            linger=0,
            retention=0,
            limits=Limits(1, 1, 1, 0.1, 1),
            patience=Patience(attempts=1),
        )
    )


NAN = math.nan
BAD = [
    ({"window": 0}, "window must be at least 1, was 0"),
    ({"second_look": -1}, "second_look must be at least 0"),
    ({"second_look": 101}, "second_look is 101 parts, but one request may ask for 100"),
    ({"linger": -0.1}, "linger must be at least 0"),
    ({"linger": NAN}, "linger must be at least 0, was nan"),
    ({"linger": math.inf}, "linger must be at most"),
    ({"retention": -1}, "retention must be at least 0"),
    ({"retention": NAN}, "retention must be at least 0, was nan"),
    ({"retention": 1e12}, "retention must be at most 3153600000 seconds"),
    ({"budget": -1}, "budget must be at least 0, was -1"),
    ({"month_budget": -5}, "month_budget must be at least 0, was -5"),
    ({"limits": Limits(queries_per_request=0)}, "queries_per_request must be at least 1"),
    ({"limits": Limits(parts_per_request=0)}, "parts_per_request must be at least 1"),
    ({"limits": Limits(queries_per_alias=0)}, "queries_per_alias must be at least 1"),
    ({"limits": Limits(concurrency=0)}, "concurrency must be at least 1"),
    ({"limits": Limits(requests_per_minute=0)}, "requests_per_minute must be a number above 0"),
    ({"limits": Limits(requests_per_minute=NAN)}, "requests_per_minute must be a number above 0"),
    ({"limits": Limits(requests_per_minute=math.inf)}, "requests_per_minute must be a number"),
    ({"patience": Patience(attempts=0)}, "attempts must be at least 1"),
    ({"patience": Patience(attempt_timeout=0)}, "attempt_timeout must be above 0 seconds"),
    ({"patience": Patience(give_up_after=-1)}, "give_up_after must be above 0 seconds"),
    ({"patience": Patience(give_up_after=math.inf)}, "give_up_after must be at most"),
    ({"patience": Patience(backoff=NAN)}, "backoff must be above 0 seconds, was nan"),
    ({"patience": Patience(outage=0)}, "outage must be above 0 seconds"),
    ({"patience": Patience(deadline=-5)}, "deadline must be above 0 seconds"),
    ({"patience": Patience(deadline=math.inf)}, "deadline must be at most"),
    ({"patience": Patience(drain=NAN)}, "drain must be above 0 seconds, was nan"),
    ({"patience": Patience(backoff_most=0)}, "backoff_most must be above 0 seconds"),
    ({"country": "usa"}, "country must be 2 capital letters, was 'usa'"),
    ({"country": "us"}, "country must be 2 capital letters"),
    ({"country": "ÄÖ"}, "country must be 2 capital letters"),
    ({"currency": "EU1"}, "currency must be 3 capital letters"),
    ({"currency": "€"}, "currency must be 3 capital letters"),
    ({"credentials": Credentials("", "secret")}, "one is empty"),
    ({"credentials": Credentials("client", "")}, "one is empty"),
    ({"api_url": "http://api.nexar.com/graphql"}, "api_url must be an https address"),
    ({"token_url": "ftp://identity.nexar.com"}, "token_url must be an https address"),
]


@pytest.mark.parametrize(("change", "told"), BAD)
def test_a_setting_that_cannot_work_is_named(change: dict[str, object], told: str) -> None:
    with pytest.raises(SettingsError) as error:
        check_settings(replace(GOOD, **change))  # type: ignore[arg-type] # a table of all kinds
    assert told in str(error.value)


def test_a_complaint_never_tells_the_secret() -> None:
    with pytest.raises(SettingsError) as error:
        check_settings(replace(GOOD, credentials=Credentials("", "hush-hush")))
    assert "hush" not in str(error.value)


@pytest.mark.parametrize(
    "url",
    ["https://api.nexar.com/graphql", "http://127.0.0.1:8000/graphql", "http://localhost/",
     "http://[::1]:8000/graphql", "http://127.8.9.1/"],
)  # fmt: skip
def test_secrets_may_travel_there(url: str) -> None:
    check_url("api_url", url)


@pytest.mark.parametrize(
    "url",
    ["", "api.nexar.com", "https://", "http://", "http://10.0.0.1/", "http://localhost.example.com",
     "http://[::2]/", "file:///etc/passwd", "http://[::1", "https://[half"],
)  # fmt: skip
def test_secrets_may_not_travel_there(url: str) -> None:
    with pytest.raises(SettingsError, match="api_url"):
        check_url("api_url", url)


@pytest.mark.parametrize(
    ("host", "told"),
    [("localhost", True), ("127.0.0.1", True), ("::1", True), ("192.168.0.1", False),
     ("127.0.0.1.example.com", False)],
)  # fmt: skip
def test_a_host_is_this_machine_or_not(host: str, told: bool) -> None:
    assert is_loopback(host) is told
