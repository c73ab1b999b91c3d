"""From gathered values to the settings of an engine, and the places where our files live."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_state_path

from bulkmatch.cli.credentials import credentials_of, required, with_keyring
from bulkmatch.cli.kinds import is_here
from bulkmatch.cli.sources import Origin, Sourced, Surroundings, Values, gather
from bulkmatch.model.plan import Resets
from bulkmatch.model.settings import (
    API_URL,
    TOKEN_URL,
    Credentials,
    Features,
    Limits,
    Patience,
    Settings,
)

# What an embedded sandbox is asked with until it has told its own addresses and credentials.
NOBODY = Credentials("sandbox", "sandbox")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a command is told: settings, profile, and whether the embedded sandbox has to serve.

    `wanted_sandbox` tells a sandbox that was asked for from one for lack of credentials. `note` is
    something that a person should know, empty when there is nothing.
    """

    settings: Settings
    profile: str
    uses_sandbox: bool
    wanted_sandbox: bool = False
    note: str = ""

    @property
    def is_elsewhere(self) -> bool:
        """Whether credentials go to another host than Nexar's own."""
        return (self.settings.api_url, self.settings.token_url) != (API_URL, TOKEN_URL)


def located(values: Values) -> Values:
    """The values with the files' default places, and how outputs are marked, filled in."""
    places = user_state_path("bulkmatch")
    fills = {
        "store": places / "store.sqlite",
        "token_cache": places / "tokens",
        "maker_list": places / "makers.json",
        "source": "sandbox" if is_here(values.take("api_url", str)) else "live",
    }
    return values.replaced(
        **{
            name: Sourced(fill, Origin("default"))
            for name, fill in fills.items()
            if values[name].value is None
        }
    )


def plan_of(
    around: Surroundings, *, config: Path | None, flags: Mapping[str, object], sandbox: bool
) -> Plan:
    """What to run: against the API named by the settings, or the embedded sandbox.

    The sandbox serves when it is asked for, or when there are no credentials at all. Raises
    SettingsError; MissingCredentials for half of them.
    """
    values = located(gather(around, config=config, flags=flags))
    profile = values.take("profile", str)
    if sandbox:
        return Plan(in_sandbox(values), profile, uses_sandbox=True, wanted_sandbox=True)
    values, note = with_keyring(values)
    found = credentials_of(values)
    settings = in_sandbox(values) if found is None else settings_of(values, found)
    return Plan(settings, profile, uses_sandbox=found is None, note=note)


def live(around: Surroundings, *, config: Path | None, flags: Mapping[str, object]) -> Settings:
    """Settings for the API itself. Raises MissingCredentials when there are none."""
    values, _ = with_keyring(located(gather(around, config=config, flags=flags)))
    return settings_of(values, required(values))


def settings_of(values: Values, credentials: Credentials) -> Settings:
    """The engine's settings, field by field."""
    return Settings(
        credentials=credentials,
        api_url=values.take("api_url", str),
        token_url=values.take("token_url", str),
        scope=values.take("scope", str),
        account=values.maybe("account", str),
        source=values.take("source", str),
        store=values.maybe("store", Path),
        keep_answers=values.take("keep_answers", bool),
        token_cache=values.maybe("token_cache", Path),
        maker_list=values.maybe("maker_list", Path),
        retention=values.take("retention", float),
        budget=values.maybe("budget", int),
        month_budget=values.maybe("month_budget", int),
        country=values.take("country", str),
        currency=values.take("currency", str),
        authorized_only=values.take("authorized_only", bool),
        include_brokers=values.take("include_brokers", bool),
        second_look=values.take("second_look", int),
        alternates=values.take("alternates", bool),
        part_limit_resets=Resets(values.take("part_limit_resets", str)),
        heed_plan=values.take("heed_plan", bool),
        linger=values.take("linger", float),
        window=values.take("window", int),
        limits=_limits(values),
        features=_features(values),
        patience=_patience(values),
    )


def in_sandbox(values: Values) -> Settings:
    """Settings for the embedded sandbox: its own account, and no token outlives it."""
    forced = {"account": "sandbox", "source": "sandbox", "token_cache": None, "maker_list": None}
    origin = Origin("sandbox")
    replaced = {name: Sourced(value, origin) for name, value in forced.items()}
    return settings_of(values.replaced(**replaced), NOBODY)


def _limits(values: Values) -> Limits:
    return Limits(
        queries_per_request=values.take("limits.queries_per_request", int),
        parts_per_request=values.take("limits.parts_per_request", int),
        queries_per_alias=values.take("limits.queries_per_alias", int),
        requests_per_minute=values.take("limits.requests_per_minute", float),
        concurrency=values.take("limits.concurrency", int),
    )


def _features(values: Values) -> Features:
    return Features(
        specs=values.take("features.specs", bool),
        datasheets=values.take("features.datasheets", bool),
        lead_time=values.take("features.lead_time", bool),
        similar_parts=values.take("features.similar_parts", bool),
        cad=values.take("features.cad", bool),
    )


def _patience(values: Values) -> Patience:
    return Patience(
        attempt_timeout=values.take("patience.attempt_timeout", float),
        give_up_after=values.take("patience.give_up_after", float),
        attempts=values.take("patience.attempts", int),
        backoff=values.take("patience.backoff", float),
        backoff_most=values.take("patience.backoff_most", float),
        outage=values.take("patience.outage", float),
        deadline=values.maybe("patience.deadline", float),
        drain=values.take("patience.drain", float),
    )
