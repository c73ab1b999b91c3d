"""Every setting: its name, kind, default, reason and the names it goes by outside. One table.

Parsing, `config show` and docs/configuration.md all follow from it. A name is the path of the
field in `model.settings`, and the key in `bulkmatch.toml` as well: `limits.concurrency` is
`concurrency` in the table `[limits]`.
"""

from collections.abc import Mapping

from bulkmatch.cli import kinds
from bulkmatch.cli.setting import MODEL, Setting, of_model
from bulkmatch.cli.settings_access import ACCESS

_PATIENT = "covers big answers: 100 parts with offers are megabytes and take tens of seconds"
_ENTITLED = "asked for by default; a plan without it answers without it and the engine stops asking"
_CONTRACT = "contracts differ"

_MONEY = (
    of_model(
        "budget",
        "BULKMATCH_BUDGET",
        kinds.whole(0),
        "most parts that one run may be charged for",
        "no cap of ours; `--dry-run` tells the most a run can cost",
        flag="--budget",
    ),
    of_model(
        "month_budget",
        "BULKMATCH_MONTH_BUDGET",
        kinds.whole(0),
        "most parts that the account may be charged for in a calendar month (UTC), all runs together",
        "no cap of ours; set it to your plan's part limit, or a little below",
        flag="--month-budget",
    ),
    of_model(
        "second_look",
        "BULKMATCH_SECOND_LOOK",
        kinds.whole(0, most=99),
        "most further parts that a doubtful question may cost; 0 never asks again",
        "enough to show a person the candidates, and few lines are doubtful",
    ),
    of_model(
        "alternates",
        "BULKMATCH_ALTERNATES",
        kinds.truth(),
        "whether the alternates that a file approves for a line are asked for too",
        "a line is as healthy as its best approved part; each distinct one is a question",
        flag="--no-alternates",
    ),
    of_model(
        "part_limit_resets",
        "BULKMATCH_PART_LIMIT_RESETS",
        kinds.one_of("monthly", "never"),
        "when the account's part limit starts anew: monthly (on the 1st, UTC), or never",
        "plans count by the month; an evaluation plan's limit is for life",
    ),
    of_model(
        "heed_plan",
        "BULKMATCH_HEED_PLAN",
        kinds.truth(),
        "whether what the store knows of the plan is heeded: part limit reached, features refused",
        "asking again would bring the same errors; `--ask-anyway` asks all the same",
        flag="--ask-anyway",
    ),
    Setting(
        "drift",
        "BULKMATCH_DRIFT",
        kinds.whole(0),
        10,
        "parts that ledger and counter may differ by before `budget reconcile` warns",
        "a lost answer or two at the turn of a month is no news",
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
    of_model(
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
        MODEL["retention"],
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
    Setting(
        "maker_list",
        "BULKMATCH_MAKER_LIST",
        kinds.file(),
        None,
        "file of the API's own list of makers, as `bulkmatch makers pull` keeps it",
        "the list is the API's content, so it is used for as long as answers are kept",
        default_words="makers.json in the user's state folder",
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
    of_model(
        "country",
        "BULKMATCH_COUNTRY",
        kinds.matching("[A-Z]{2}", wanted="a country of two letters (ISO 3166), such as US"),
        "country whose offers are preferred",
        "the API's own default",
        flag="--country",
    ),
    of_model(
        "currency",
        "BULKMATCH_CURRENCY",
        kinds.matching("[A-Z]{3}", wanted="a currency of three letters (ISO 4217), such as USD"),
        "currency that prices are converted to",
        "the API's own default",
        flag="--currency",
    ),
    of_model(
        "authorized_only",
        "BULKMATCH_AUTHORIZED_ONLY",
        kinds.truth(),
        "whether only offers of authorized sellers are asked for",
        "outputs tell authorized stock apart anyway",
    ),
    of_model(
        "include_brokers",
        "BULKMATCH_INCLUDE_BROKERS",
        kinds.truth(),
        "whether offers of brokers are asked for",
        "the API's own default",
    ),
    of_model(
        "features.specs",
        "BULKMATCH_FEATURE_SPECS",
        kinds.truth(),
        "technical specs; the lifecycle is one of them",
        _ENTITLED,
    ),
    of_model(
        "features.datasheets",
        "BULKMATCH_FEATURE_DATASHEETS",
        kinds.truth(),
        "the best datasheet's address",
        _ENTITLED,
    ),
    of_model(
        "features.lead_time",
        "BULKMATCH_FEATURE_LEAD_TIME",
        kinds.truth(),
        "the maker's estimated lead time",
        _ENTITLED,
    ),
    of_model(
        "features.similar_parts",
        "BULKMATCH_FEATURE_SIMILAR_PARTS",
        kinds.truth(),
        "similar parts",
        "whether similar parts are charged as parts is not documented",
    ),
    of_model(
        "features.cad",
        "BULKMATCH_FEATURE_CAD",
        kinds.truth(),
        "CAD models",
        "few plans include them",
    ),
)

_PACE = (
    of_model(
        "limits.queries_per_request",
        "BULKMATCH_QUERIES_PER_REQUEST",
        kinds.whole(1),
        "most queries in one request",
        f"the documented limit of 100 part numbers; {_CONTRACT}",
    ),
    of_model(
        "limits.parts_per_request",
        "BULKMATCH_PARTS_PER_REQUEST",
        kinds.whole(1),
        "most parts that one request may ask for",
        f"the documented limit of 100; {_CONTRACT}",
    ),
    of_model(
        "limits.queries_per_alias",
        "BULKMATCH_QUERIES_PER_ALIAS",
        kinds.whole(1),
        "most queries in one alias of a request",
        f"as many as in a request; {_CONTRACT}",
    ),
    of_model(
        "limits.requests_per_minute",
        "BULKMATCH_REQUESTS_PER_MINUTE",
        kinds.number(above=0),
        "most requests a minute",
        f"the most that Nexar recommends; {_CONTRACT}",
    ),
    of_model(
        "limits.concurrency",
        "BULKMATCH_CONCURRENCY",
        kinds.whole(1, most=1000),
        "most requests in flight at once",
        "fills the pace at answers of a second or two",
    ),
    of_model(
        "patience.attempt_timeout",
        "BULKMATCH_ATTEMPT_TIMEOUT",
        kinds.duration(),
        "how long one request may take",
        _PATIENT,
    ),
    of_model(
        "patience.give_up_after",
        "BULKMATCH_GIVE_UP_AFTER",
        kinds.duration(),
        "how long a batch is tried, with all its attempts and waits",
        "outlasts a short outage, and the longest wait that an API may ask for (15 minutes)",
    ),
    of_model(
        "patience.attempts",
        "BULKMATCH_ATTEMPTS",
        kinds.whole(1, most=100),
        "most failed attempts at the same questions; being told to slow down (429) is none",
        "each unanswered attempt may be charged, so few",
    ),
    of_model(
        "patience.backoff",
        "BULKMATCH_BACKOFF",
        kinds.duration(),
        "first wait after a failure; it doubles each time",
        "short enough for a hiccup",
    ),
    of_model(
        "patience.backoff_most",
        "BULKMATCH_BACKOFF_MOST",
        kinds.duration(),
        "longest wait between attempts",
        "a minute is the window of the request rate",
    ),
    of_model(
        "patience.outage",
        "BULKMATCH_OUTAGE",
        kinds.duration(),
        "how long an endpoint that cannot be reached is waited for before the run stops",
        "longer than a restart or a failover takes, and within the time of a batch",
    ),
    of_model(
        "patience.deadline",
        "BULKMATCH_DEADLINE",
        kinds.duration(),
        "how long a run may send; then what is in flight is awaited and the rest is skipped",
        "a run takes as long as it takes",
        flag="--deadline",
    ),
    of_model(
        "patience.drain",
        "BULKMATCH_DRAIN",
        kinds.duration(),
        "how long what is in flight may take once a run is told to stop",
        "as long as one request may take, so that no answer is cut off without need",
    ),
    of_model(
        "linger",
        "BULKMATCH_LINGER",
        kinds.number(),
        "seconds that a lone question waits for company before it is sent",
        "fills batches without being felt",
    ),
    of_model(
        "window",
        "BULKMATCH_WINDOW",
        kinds.whole(1),
        "most lines held in the engine at once",
        "bounds memory, and keeps all requests full",
    ),
)

SETTINGS: tuple[Setting, ...] = ACCESS + _MONEY + _ASKING + _PACE
BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}
BY_ENV: Mapping[str, Setting] = {setting.env: setting for setting in SETTINGS}
