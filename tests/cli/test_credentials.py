"""Client id and secret: both or none, from the keyring when nowhere else, never shown."""

from collections.abc import Iterator

import pytest

from bulkmatch.cli.assemble import located, plan_of
from bulkmatch.cli.credentials import credentials_of, required, with_keyring
from bulkmatch.cli.exits import MissingCredentials
from bulkmatch.cli.sources import Values, gather

from .conftest import Around

keyring = pytest.importorskip("keyring", reason="the keyring extra is not installed")
from keyring.backend import KeyringBackend  # noqa: E402 - after the skip

BOTH = {"NEXAR_CLIENT_ID": "id-4711", "NEXAR_CLIENT_SECRET": "secret-4711"}


class Pocket(KeyringBackend):
    """A keyring in memory; with `breaks` it fails as a locked one does."""

    priority = 1.0  # pyright: ignore[reportAssignmentType] - keyring reads it so

    def __init__(self, kept: dict[str, str], *, breaks: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept, self.breaks, self.asked = kept, breaks, 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        if self.breaks:
            raise OSError("locked: secret-4711")
        return self.kept.get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[f"{service}/{username}"] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[f"{service}/{username}"]


@pytest.fixture(autouse=True)
def pocket() -> Iterator[Pocket]:
    """An empty keyring in place of the system's."""
    before = keyring.get_keyring()
    mine = Pocket({})
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


def _values(around: Around, **environ: str) -> Values:
    return located(gather(around(**environ), config=None, flags={}))


def test_the_environment_is_enough_and_the_keyring_is_left_alone(
    around: Around, pocket: Pocket
) -> None:
    values, note = with_keyring(_values(around, **BOTH))
    found = required(values)
    assert (found.client_id, found.client_secret, note) == ("id-4711", "secret-4711", "")
    assert pocket.asked == 0


def test_the_keyring_fills_what_the_environment_leaves_out(around: Around, pocket: Pocket) -> None:
    pocket.set_password("bulkmatch", "NEXAR_CLIENT_SECRET", "from-keyring")
    values, _ = with_keyring(_values(around, NEXAR_CLIENT_ID="id-4711"))
    assert required(values).client_secret == "from-keyring"
    assert str(values["client_secret"].origin) == "keyring: bulkmatch/NEXAR_CLIENT_SECRET"


def test_a_keyring_that_fails_is_left_out_with_a_note_that_tells_no_secret(
    around: Around, pocket: Pocket
) -> None:
    pocket.breaks = True
    values, note = with_keyring(_values(around))
    assert credentials_of(values) is None
    assert "OSError" in note
    assert "4711" not in note


def test_a_machine_without_a_keyring_is_no_news(around: Around) -> None:
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    assert with_keyring(_values(around))[1] == ""


@pytest.mark.parametrize("name", sorted(BOTH))
def test_half_of_the_credentials_is_an_error_and_never_the_sandbox(
    around: Around, name: str
) -> None:
    with pytest.raises(MissingCredentials, match=f"{name} is set") as caught:
        plan_of(around(**{name: BOTH[name]}), config=None, flags={}, sandbox=False)
    assert "4711" not in str(caught.value)


def test_without_credentials_the_sandbox_serves(around: Around) -> None:
    plan = plan_of(around(), config=None, flags={}, sandbox=False)
    assert (plan.uses_sandbox, plan.settings.source) == (True, "sandbox")


def test_whoever_names_an_api_gets_that_one_or_an_error(around: Around) -> None:
    environ = {"NEXAR_API_URL": "https://mine.example/graphql"}
    with pytest.raises(MissingCredentials, match="api_url is set"):
        plan_of(around(**environ), config=None, flags={}, sandbox=False)
    assert plan_of(around(**environ), config=None, flags={}, sandbox=True).uses_sandbox


def test_the_sandbox_never_gets_the_accounts_credentials(around: Around) -> None:
    plan = plan_of(around(**BOTH), config=None, flags={}, sandbox=True)
    assert plan.settings.credentials.client_id == "sandbox"
    assert "4711" not in repr(plan)


def test_a_command_that_needs_credentials_says_so(around: Around) -> None:
    with pytest.raises(MissingCredentials, match="are not set"):
        required(_values(around))
