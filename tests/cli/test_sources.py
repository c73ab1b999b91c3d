"""Settings from defaults, file, .env, environment and flags: who wins, and what is refused."""

import os
from pathlib import Path

import pytest

from bulkmatch.cli.assemble import in_sandbox, located, settings_of
from bulkmatch.cli.setting import Setting
from bulkmatch.cli.settings import SETTINGS
from bulkmatch.cli.sources import Values, gather
from bulkmatch.errors import SettingsError
from bulkmatch.model.settings import Credentials, Settings

from .conftest import Around

LAYERS = ("default", "file", ".env", "environment", "flag")


@pytest.mark.parametrize("depth", range(5))
def test_the_strongest_source_wins(around: Around, folder: Path, depth: int) -> None:
    if depth >= 1:
        (folder / "bulkmatch.toml").write_text("month_budget = 1\n")
    if depth >= 2:
        (folder / ".env").write_text("BULKMATCH_MONTH_BUDGET=2\n")
    environ = {"BULKMATCH_MONTH_BUDGET": "3"} if depth >= 3 else {}
    flags = {"month_budget": "4" if depth >= 4 else None}
    found = gather(around(**environ), config=None, flags=flags)["month_budget"]
    assert found.value == (depth or None)
    assert found.origin.layer == LAYERS[depth]


def test_the_file_of_a_parent_folder_counts(around: Around, folder: Path) -> None:
    (folder.parent / "bulkmatch.toml").write_text("[limits]\nconcurrency = 3\n")
    found = gather(around(), config=None, flags={})["limits.concurrency"]
    assert (found.value, found.origin.where) == (3, str(folder.parent / "bulkmatch.toml"))


def test_a_named_file_counts_in_place_of_the_one_nearby(around: Around, folder: Path) -> None:
    (folder / "bulkmatch.toml").write_text("country = 'DE'\n")
    other = folder / "other.toml"
    other.write_text("currency = 'EUR'\n")
    for found in (
        gather(around(), config=other, flags={}),
        gather(around(BULKMATCH_CONFIG=str(other)), config=None, flags={}),
    ):
        assert (found["country"].value, found["currency"].value) == ("US", "EUR")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give files away")
def test_a_strangers_file_in_a_parent_folder_is_refused(around: Around, folder: Path) -> None:
    stranger = folder.parent / "bulkmatch.toml"
    stranger.write_text("api_url = 'https://evil.example/'\n")
    os.chown(stranger, 65_534, 65_534)
    # Root trusts root and itself; the file belongs to neither.
    with pytest.raises(SettingsError, match="belongs to another user"):
        gather(around(), config=None, flags={})


def test_a_path_in_the_file_starts_from_the_files_folder(around: Around, folder: Path) -> None:
    (folder.parent / "bulkmatch.toml").write_text("store = 'books/store.sqlite'\n")
    found = gather(around(), config=None, flags={})["store"].value
    assert found == folder.parent / "books" / "store.sqlite"


def test_an_empty_variable_is_one_that_is_not_set(around: Around) -> None:
    assert gather(around(BULKMATCH_BUDGET=" "), config=None, flags={})["budget"].value is None


def test_variables_of_the_env_file_do_not_enter_the_environment(
    around: Around, folder: Path
) -> None:
    (folder / ".env").write_text("NEXAR_CLIENT_ID='${HOME}'\nPGPASSWORD\n")
    found = gather(around(), config=None, flags={})["client_id"]
    assert (found.value, found.origin.layer) == ("${HOME}", ".env")
    assert "NEXAR_CLIENT_ID" not in os.environ


REFUSED = [
    ("moth_budget = 5", "moth_budget is no setting; did you mean month_budget?"),
    ("[limits]\nconcurency = 5", "did you mean limits.concurrency?"),
    ("zzz = 5", "`bulkmatch config show` lists them all"),
    ("budget = 'many'", "budget: wanted a whole number of at least 0, got 'many' (file: "),
    ("budget = -1", "got -1"),
    ("limits = 5", "limits is no setting"),
    ("client_secret = 'abc'", "set NEXAR_CLIENT_SECRET in the environment, in .env or in keyring"),
    ("client_id = 'abc'", "must not stand in a file that gets shared"),
    ("budget = ", "is not TOML"),
]


@pytest.mark.parametrize(("toml", "message"), REFUSED)
def test_a_wrong_file_is_refused_and_says_why(
    around: Around, folder: Path, toml: str, message: str
) -> None:
    (folder / "bulkmatch.toml").write_text(toml)
    with pytest.raises(SettingsError) as caught:
        gather(around(), config=None, flags={})
    assert message in str(caught.value)
    assert "abc" not in str(caught.value)


def test_a_file_that_is_not_there_is_refused(around: Around, folder: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        gather(around(), config=folder / "none.toml", flags={})


def test_a_wrong_variable_names_itself(around: Around) -> None:
    with pytest.raises(SettingsError, match="environment: BULKMATCH_CONCURRENCY"):
        gather(around(BULKMATCH_CONCURRENCY="0"), config=None, flags={})


def test_a_wrong_flag_names_itself(around: Around) -> None:
    with pytest.raises(SettingsError, match="flag: --budget"):
        gather(around(), config=None, flags={"budget": "lots"})


def test_an_unknown_variable_of_ours_is_refused_since_a_budget_may_be_meant(
    around: Around,
) -> None:
    with pytest.raises(SettingsError, match="did you mean BULKMATCH_MONTH_BUDGET"):
        gather(around(BULKMATCH_MONTHBUDGET="5"), config=None, flags={})


def test_credentials_never_go_out_in_the_clear(around: Around) -> None:
    with pytest.raises(SettingsError, match="https://"):
        gather(around(NEXAR_TOKEN_URL="http://nexar.example/token"), config=None, flags={})


def _other_value(setting: Setting) -> tuple[str, object]:
    """A value other than the default, as written and as read."""
    match setting.default:
        case bool() as default:
            return str(not default).lower(), not default
        case int() as default:
            return str(default + 1), default + 1
        case float() as default:
            return str(default + 1), default + 1
        case _ if setting.name in OTHER_TEXTS:
            return OTHER_TEXTS[setting.name]
        case _:
            return "17", int("17") if "budget" in setting.name else "17"


OTHER_TEXTS: dict[str, tuple[str, object]] = {
    "api_url": ("https://a.example/", "https://a.example/"),
    "token_url": ("https://t.example/", "https://t.example/"),
    "source": ("sandbox", "sandbox"),
    "store": ("s.sqlite", Path("s.sqlite")),
    "token_cache": ("tokens", Path("tokens")),
    "maker_list": ("makers.json", Path("makers.json")),
    "patience.deadline": ("90m", 5_400.0),
    "part_limit_resets": ("never", "never"),
    "country": ("FR", "FR"),
    "currency": ("EUR", "EUR"),
}


def _field(settings: Settings, name: str) -> object:
    found: object = settings
    for part in name.split("."):
        found = getattr(found, part)
    return found


# What commands alone use.
COMMANDS_ALONE = {"profile", "application", "drift"}
ENGINE_SETTINGS = [one for one in SETTINGS if not one.secret and one.name not in COMMANDS_ALONE]


@pytest.mark.parametrize("setting", ENGINE_SETTINGS, ids=lambda one: one.name)
def test_every_setting_reaches_the_engine(around: Around, setting: Setting) -> None:
    written, value = _other_value(setting)
    values = located(gather(around(**{setting.env: written}), config=None, flags={}))
    assert _field(settings_of(values, Credentials("id", "secret")), setting.name) == value


def test_without_anything_the_engine_gets_the_models_own_defaults(around: Around) -> None:
    values = located(gather(around(), config=None, flags={}))
    found = settings_of(values, Credentials("id", "secret"))
    plain = Settings(
        Credentials("id", "secret"),
        store=found.store,
        token_cache=found.token_cache,
        maker_list=found.maker_list,
    )
    assert found == plain
    assert found.store is not None
    assert found.store.parts[-2:] == ("bulkmatch", "store.sqlite")


@pytest.mark.parametrize(
    ("url", "source"),
    [("http://127.0.0.1:9/graphql", "sandbox"), ("https://api.nexar.com/graphql", "live")],
)
def test_answers_of_this_machine_never_pass_for_live(around: Around, url: str, source: str) -> None:
    assert (
        located(gather(around(NEXAR_API_URL=url), config=None, flags={}))["source"].value == source
    )


def test_the_embedded_sandbox_has_its_own_account_and_keeps_no_token(around: Around) -> None:
    environ = {"BULKMATCH_ACCOUNT": "mine", "BULKMATCH_SOURCE": "live"}
    settings = in_sandbox(located(gather(around(**environ), config=None, flags={})))
    assert (settings.account, settings.source, settings.token_cache) == ("sandbox", "sandbox", None)


def test_values_do_not_show_secrets_in_their_repr(around: Around) -> None:
    environ = {"NEXAR_CLIENT_ID": "id-4711", "NEXAR_CLIENT_SECRET": "secret-4711"}
    shown = repr(around(**environ)) + repr(gather(around(**environ), config=None, flags={}))
    assert "4711" not in shown
    assert isinstance(gather(around(**environ), config=None, flags={}), Values)
