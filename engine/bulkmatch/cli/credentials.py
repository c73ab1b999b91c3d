"""Client id and secret, and a user's token: from the environment or .env first, then from the
system's keyring.

Never from a flag, which other users can read, nor from bulkmatch.toml, which gets shared.
"""

from collections.abc import Mapping
from importlib.util import find_spec

from bulkmatch.cli.exits import MissingCredentials
from bulkmatch.cli.sources import Origin, Sourced, Values
from bulkmatch.model.settings import Credentials

SERVICE = "bulkmatch"
NAMES = {"client_id": "NEXAR_CLIENT_ID", "client_secret": "NEXAR_CLIENT_SECRET"}
USER_NAMES = {"user_token": "NEXAR_USER_TOKEN"}
_HOW = "see docs/credentials.md, or use --sandbox for made-up answers"


def with_keyring(values: Values, names: Mapping[str, str] = NAMES) -> tuple[Values, str]:
    """The values, completed from the keyring; and a note when it failed, else nothing.

    `names` are the settings that are wanted, with their names outside.
    """
    missing = {name: env for name, env in names.items() if values[name].value is None}
    if not missing or find_spec("keyring") is None:
        return values, ""
    try:
        return values.replaced(**_looked_up(missing)), ""
    except Exception as error:  # noqa: BLE001 - backends raise whatever their system gives them
        return values, _note(error)


def credentials_of(values: Values) -> Credentials | None:
    """Both of id and secret, or None when there is neither.

    Raises MissingCredentials for one without the other, and for an API that was named without both.
    """
    found = {name: values.maybe(name, str) for name in NAMES}
    match found["client_id"], found["client_secret"]:
        case str(client_id), str(client_secret):
            return Credentials(client_id, client_secret)
        case None, None:
            _refuse_named_api(values)
            return None
        case client_id, _:
            have, lack = list(NAMES.values()) if client_id else list(NAMES.values())[::-1]
            raise MissingCredentials(f"{have} is set, {lack} is not; {_HOW}")


def required(values: Values) -> Credentials:
    """Both of id and secret. Raises MissingCredentials otherwise."""
    found = credentials_of(values)
    if found is None:
        raise MissingCredentials(f"{' and '.join(NAMES.values())} are not set; {_HOW}")
    return found


def user_token_of(values: Values) -> str:
    """The token of a user who may read the account. Raises MissingCredentials when there is none."""
    values, note = with_keyring(values, USER_NAMES)
    found = values.maybe("user_token", str)
    if found is None:
        raise MissingCredentials(
            "NEXAR_USER_TOKEN is not set: Nexar shows an account's part counter to the token of a "
            "user alone (scope user.access; see docs/credentials.md)"
            f"{f'; {note}' if note else ''}; or give the count yourself: --used N"
        )
    return found


def _refuse_named_api(values: Values) -> None:
    """Somebody who names an API means that one: never the sandbox in its place."""
    origin = values["api_url"].origin
    if origin.layer != "default":
        wanted = " and ".join(NAMES.values())
        raise MissingCredentials(f"api_url is set ({origin}), but {wanted} are not; {_HOW}")


def _looked_up(names: Mapping[str, str]) -> dict[str, Sourced]:
    import keyring

    found = {name: keyring.get_password(SERVICE, env) for name, env in names.items()}
    return {
        name: Sourced(secret, Origin("keyring", f"{SERVICE}/{names[name]}"))
        for name, secret in found.items()
        if secret
    }


def _note(error: Exception) -> str:
    """A machine without a keyring is no news; a keyring that fails is."""
    if type(error).__name__ == "NoKeyringError":
        return ""
    return f"the system's keyring failed ({type(error).__name__}) and is left out"
