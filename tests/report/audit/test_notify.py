"""The webhook: what it is told, how that is signed, when it is tried again, and where it never goes."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from bulkmatch.errors import FeedError, SettingsError
from bulkmatch.model.audit import AuditReport
from bulkmatch.report.audit import Notice, check_notice_url, notice_of, notify

from . import examples

URL = "https://hooks.example/T0/secret-part"
Answer = Callable[[httpx.Request], httpx.Response]


class Receiver:
    """Answers with each of the statuses in turn, the last one for ever; keeps what came."""

    def __init__(self, *statuses: int | Exception) -> None:
        self.statuses, self.heard = [*statuses], list[httpx.Request]()
        self.waits: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if isinstance(status, Exception):
            raise status
        return httpx.Response(status, headers={"location": "http://elsewhere.example/"})

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def tell(self, notice: Notice, *, url: str = URL, secret: str | None = "key") -> int:
        return await notify(
            url, notice, secret=secret, now=lambda: examples.NOW, sleep=self.sleep,
            inner=httpx.MockTransport(self),
        )  # fmt: skip


def notice(report: AuditReport | None = None) -> Notice:
    found = notice_of(report or examples.audit())
    assert found is not None
    return found


async def test_events_are_posted_and_signed() -> None:
    receiver = Receiver(204)
    assert await receiver.tell(notice()) == 1
    request = receiver.heard[0]
    told = json.loads(request.content)
    assert (told["type"], told["audit"], len(told["events"])) == (
        "bulkmatch.audit.events",
        "audit-7",
        6,
    )
    assert told["events"][1]["words"].startswith("costs more")
    seconds, _, digest = (
        request.headers["x-bulkmatch-signature"].removeprefix("t=").partition(",v1=")
    )
    assert int(seconds) == int(examples.NOW.timestamp())
    wanted = hmac.new(b"key", f"{seconds}.".encode() + request.content, hashlib.sha256).hexdigest()
    assert digest == wanted
    assert request.headers["x-bulkmatch-delivery"] == "audit-7"


async def test_without_a_secret_nothing_is_signed() -> None:
    receiver = Receiver(200)
    await receiver.tell(notice(), secret=None)
    assert "x-bulkmatch-signature" not in receiver.heard[0].headers


def test_an_audit_without_events_says_nothing() -> None:
    assert notice_of(examples.audit(events=0)) is None


def test_what_may_not_be_kept_does_not_leave() -> None:
    report = examples.audit()
    bare = AuditReport(replace(report.head, keeps_values=False), (), report.events, (), ())
    event = json.loads(notice(bare).content)["events"][0]
    assert set(event) == {"kind", "fact", "part", "manufacturer", "at", "since"}


def test_many_events_are_counted_and_the_first_told() -> None:
    told = json.loads(notice(examples.audit(events=612)).content)
    assert (len(told["events"]), told["more_events"]) == (500, 112)


@pytest.mark.parametrize("first", [503, 429, httpx.ConnectError("no"), httpx.ReadError("broken")])
async def test_what_may_pass_is_tried_again(first: int | Exception) -> None:
    receiver = Receiver(first, 200)
    assert await receiver.tell(notice()) == 2
    assert receiver.waits == [1]
    assert receiver.heard[0].content == receiver.heard[1].content


async def test_a_receiver_that_is_down_is_given_up_on() -> None:
    receiver = Receiver(500)
    with pytest.raises(
        FeedError, match=r"hooks\.example: was not told .* in 4 attempts: it answered 500"
    ):
        await receiver.tell(notice())
    assert (len(receiver.heard), receiver.waits) == (4, [1, 2, 4])


@pytest.mark.parametrize("status", [301, 307, 400, 401, 404])
async def test_a_no_is_final_and_no_redirect_is_followed(status: int) -> None:
    receiver = Receiver(status)
    with pytest.raises(FeedError, match=f"it answered {status}") as failed:
        await receiver.tell(notice())
    assert len(receiver.heard) == 1
    assert "secret-part" not in str(failed.value)


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example/x", "ftp://hooks.example", "file:///etc/passwd", "https://", "hooks.example",
     "http://127.0.0.1.evil.example/", "https://user:pass@hooks.example/", "https://[bad/", "http://10.0.0.1/"],
)  # fmt: skip
async def test_it_goes_to_https_or_this_machine_alone(url: str) -> None:
    receiver = Receiver(200)
    with pytest.raises(SettingsError, match="address to notify"):
        await receiver.tell(notice(), url=url)
    assert receiver.heard == []


@pytest.mark.parametrize(
    "url", [URL, "http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:1/"]
)
def test_good_addresses_are_taken(url: str) -> None:
    check_notice_url(url)
