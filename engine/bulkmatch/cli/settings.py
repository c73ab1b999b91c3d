"""Every setting: its name, kind, default, reason and the names it goes by outside. One table.

Parsing, `config show` and docs/configuration.md all follow from it. A name is the path of the
field in `model.settings`, and the key in `bulkmatch.toml` as well: `limits.concurrency` is
`concurrency` in the table `[limits]`.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields

from bulkmatch.cli import kinds
from bulkmatch.cli.kinds import Kind, Value
from bulkmatch.model.settings import Features, Limits, Patience, Settings


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. A `secret` is never read from a file of settings or a flag, and never shown."""

    name: str
    env: str
    kind: Kind
    default: Value
    help: str
    reason: str
    flag: str = ""
    secret: bool = False
    default_words: str = ""

    @property
    def default_text(self) -> str:
        """The default in words, for people."""
        return self.default_words or show(self.default)

    @property
    def row(self) -> str:
        """The setting's row of the table in docs/configuration.md."""
        names = f"`{self.env}`" + (f", `{self.flag}`" if self.flag else "")
        key = f"`{self.name}`" + (" (not in the file)" if self.secret else "")
        return f"| {key} | {names} | {self.default_text} | {self.help} | {self.reason} |"


def show(value: Value) -> str:
    """A value as people write it; none is a dash."""
    match value:
        case None:
            return "-"
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def _defaults() -> Mapping[str, Value]:
    """The model's own defaults by dotted name, so that no default is written twice."""
    found = dict(_plain(fields(Settings), ""))
    for prefix, group in (("limits", Limits), ("features", Features), ("patience", Patience)):
        found.update(_plain(fields(group), f"{prefix}."))
    return found


def _plain(members: tuple[Field[object], ...], prefix: str) -> list[tuple[str, Value]]:
    plain = (str, int, float, bool, type(None))
    return [
        (f"{prefix}{member.name}", member.default)
        for member in members
        if member.default is not MISSING and isinstance(member.default, plain)
    ]


_MODEL = _defaults()
_PATIENT = "covers big answers: 100 parts with offers are megabytes and take tens of seconds"
_ENTITLED = "asked for by default; a plan without it answers without it and the engine stops asking"
_CONTRACT = "contracts differ"


def _setting(
    name: str, env: str, kind: Kind, words: str, reason: str, *, flag: str = ""
) -> Setting:
    return Setting(name, env, kind, _MODEL[name], words, reason, flag)


_ACCESS = (
    Setting(
        "client_id",
        "NEXAR_CLIENT_ID",
        kinds.text(),
        None,
        "client id of the Nexar application",
        "has no default; without id and secret `enrich` uses the embedded sandbox",
        secret=True,
    ),
    Setting(
        "client_secret",
        "NEXAR_CLIENT_SECRET",
        kinds.text(),
        None,
        "client secret of the Nexar application",
        "has no default; never on a command line, where other users can read it",
        secret=True,
    ),
    _setting(
        "api_url",
        "NEXAR_API_URL",
        kinds.address(),
        "address of the GraphQL API",
        "Nexar's global endpoint; the token goes to this host alone",
        flag="--url",
    ),
    _setting(
        "token_url",
        "NEXAR_TOKEN_URL",
        kinds.address(),
        "address of the token endpoint",
        "Nexar's identity server; id and secret go to this host alone",
    ),
    _setting(
        "scope",
        "NEXAR_SCOPE",
        kinds.text(),
        "scope of the token",
        "the supply side, all that is asked for here",
    ),
    _setting(
        "account",
        "BULKMATCH_ACCOUNT",
        kinds.text(),
        "name under which the ledger books",
        "by default the API's host and a digest of the client id: the part limit is the application's",
    ),
    Setting(
        "source",
        "BULKMATCH_SOURCE",
        kinds.one_of("live", "sandbox"),
        None,
        "how outputs are marked",
        "an API on this machine is a sandbox until said otherwise: its answers must not pass for live ones",
        default_words="live; sandbox when api_url is on this machine",
    ),
)

_MONEY = (
    _setting(
        "budget",
        "BULKMATCH_BUDGET",
        kinds.whole(0),
        "most parts that one run may be charged for",
        "no cap of ours; `--dry-run` tells the most a run can cost",
        flag="--budget",
    ),
    _setting(
        "month_budget",
        "BULKMATCH_MONTH_BUDGET",
        kinds.whole(0),
        "most parts that the account may be charged for in a calendar month (UTC), all runs together",
        "no cap of ours; set it to your plan's part limit, or a little below",
        flag="--month-budget",
    ),
    _setting(
        "second_look",
        "BULKMATCH_SECOND_LOOK",
        kinds.whole(0, most=99),
        "most further parts that a doubtful question may cost; 0 never asks again",
        "enough to show a person the candidates, and few lines are doubtful",
    ),
    Setting(
        "store",
        "BULKMATCH_STORE",
        kinds.file(),
        None,
        "file of the ledger and of kept answers",
        "one place for all runs of a user, so that a month's budget counts them all",
        flag="--store",
        default_words="store.sqlite in the user's state folder",
    ),
    _setting(
        "keep_answers",
        "BULKMATCH_KEEP_ANSWERS",
        kinds.truth(),
        "whether answers are kept and read again; the ledger is kept in any case",
        "a second run of the same BOM then costs nothing",
        flag="--no-store",
    ),
    Setting(
        "retention",
        "BULKMATCH_RETENTION",
        kinds.duration(),
        _MODEL["retention"],
        "how long answers are kept",
        "24 hours, the most that the API's terms are said to allow; "
        "set more only when your contract does",
        default_words="24h",
    ),
    Setting(
        "token_cache",
        "BULKMATCH_TOKEN_CACHE",
        kinds.file(),
        None,
        "folder of kept tokens (mode 0600), shared by runs",
        "the token endpoint is rate limited, and a token lives for a day",
        default_words="tokens in the user's state folder",
    ),
)

_ASKING = (
    Setting(
        "profile",
        "BULKMATCH_PROFILE",
        kinds.one_of("supply", "full"),
        "supply",
        "which fields are asked for: supply, or full, which is all that the plan includes",
        "fields cost no parts, but bytes and time",
        flag="--profile",
    ),
    _setting(
        "country",
        "BULKMATCH_COUNTRY",
        kinds.matching("[A-Z]{2}", wanted="a country of two letters (ISO 3166), such as US"),
        "country whose offers are preferred",
        "the API's own default",
        flag="--country",
    ),
    _setting(
        "currency",
        "BULKMATCH_CURRENCY",
        kinds.matching("[A-Z]{3}", wanted="a currency of three letters (ISO 4217), such as USD"),
        "currency that prices are converted to",
        "the API's own default",
        flag="--currency",
    ),
    _setting(
        "authorized_only",
        "BULKMATCH_AUTHORIZED_ONLY",
        kinds.truth(),
        "whether only offers of authorized sellers are asked for",
        "outputs tell authorized stock apart anyway",
    ),
    _setting(
        "include_brokers",
        "BULKMATCH_INCLUDE_BROKERS",
        kinds.truth(),
        "whether offers of brokers are asked for",
        "the API's own default",
    ),
    _setting(
        "features.specs",
        "BULKMATCH_FEATURE_SPECS",
        kinds.truth(),
        "technical specs; the lifecycle is one of them",
        _ENTITLED,
    ),
    _setting(
        "features.datasheets",
        "BULKMATCH_FEATURE_DATASHEETS",
        kinds.truth(),
        "the best datasheet's address",
        _ENTITLED,
    ),
    _setting(
        "features.lead_time",
        "BULKMATCH_FEATURE_LEAD_TIME",
        kinds.truth(),
        "the maker's estimated lead time",
        _ENTITLED,
    ),
    _setting(
        "features.similar_parts",
        "BULKMATCH_FEATURE_SIMILAR_PARTS",
        kinds.truth(),
        "similar parts",
        "whether similar parts are charged as parts is not documented",
    ),
    _setting(
        "features.cad",
        "BULKMATCH_FEATURE_CAD",
        kinds.truth(),
        "CAD models",
        "few plans include them",
    ),
)

_PACE = (
    _setting(
        "limits.queries_per_request",
        "BULKMATCH_QUERIES_PER_REQUEST",
        kinds.whole(1),
        "most queries in one request",
        f"the documented limit of 100 part numbers; {_CONTRACT}",
    ),
    _setting(
        "limits.parts_per_request",
        "BULKMATCH_PARTS_PER_REQUEST",
        kinds.whole(1),
        "most parts that one request may ask for",
        f"the documented limit of 100; {_CONTRACT}",
    ),
    _setting(
        "limits.queries_per_alias",
        "BULKMATCH_QUERIES_PER_ALIAS",
        kinds.whole(1),
        "most queries in one alias of a request",
        f"as many as in a request; {_CONTRACT}",
    ),
    _setting(
        "limits.requests_per_minute",
        "BULKMATCH_REQUESTS_PER_MINUTE",
        kinds.number(above=0),
        "most requests a minute",
        f"the most that Nexar recommends; {_CONTRACT}",
    ),
    _setting(
        "limits.concurrency",
        "BULKMATCH_CONCURRENCY",
        kinds.whole(1, most=1000),
        "most requests in flight at once",
        "fills the pace at answers of a second or two",
    ),
    _setting(
        "patience.attempt_timeout",
        "BULKMATCH_ATTEMPT_TIMEOUT",
        kinds.duration(),
        "how long one request may take",
        _PATIENT,
    ),
    _setting(
        "patience.give_up_after",
        "BULKMATCH_GIVE_UP_AFTER",
        kinds.duration(),
        "how long a batch is tried, with all its attempts and waits",
        "outlasts a short outage",
    ),
    _setting(
        "patience.attempts",
        "BULKMATCH_ATTEMPTS",
        kinds.whole(1, most=100),
        "most attempts at the same questions",
        "each unanswered attempt may be charged, so few",
    ),
    _setting(
        "patience.backoff",
        "BULKMATCH_BACKOFF",
        kinds.duration(),
        "first wait after a failure; it doubles each time",
        "short enough for a hiccup",
    ),
    _setting(
        "patience.backoff_most",
        "BULKMATCH_BACKOFF_MOST",
        kinds.duration(),
        "longest wait between attempts",
        "a minute is the window of the request rate",
    ),
    _setting(
        "linger",
        "BULKMATCH_LINGER",
        kinds.number(),
        "seconds that a lone question waits for company before it is sent",
        "fills batches without being felt",
    ),
    _setting(
        "window",
        "BULKMATCH_WINDOW",
        kinds.whole(1),
        "most lines held in the engine at once",
        "bounds memory, and keeps all requests full",
    ),
)

SETTINGS: tuple[Setting, ...] = _ACCESS + _MONEY + _ASKING + _PACE
BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}
BY_ENV: Mapping[str, Setting] = {setting.env: setting for setting in SETTINGS}
