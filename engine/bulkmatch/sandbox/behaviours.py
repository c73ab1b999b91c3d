"""What the sandbox does, and how well it is known that the API does the same.

`A:nnn` is article nnn of Nexar's support site; all sources were read on 2026-11-20.
"""

from typing import Final, Literal, NamedTuple

Status = Literal["documented", "observed", "assumed", "ours"]
"""Documented by the maker; observed in recorded answers or by several clients; assumed by us; ours alone."""


class Behaviour(NamedTuple):
    """One thing that the sandbox does."""

    topic: str
    text: str
    status: Status
    source: str


BEHAVIOURS: Final = (
    Behaviour("schema", "names, nullability and defaults", "documented", "interface of 2026-02-07"),
    Behaviour("schema", "GET ?sdl shows the schema", "documented", "A:101000434620"),
    Behaviour("schema", "introspection for an authenticated client", "observed", "a live client"),
    Behaviour(
        "token", "client credentials, Bearer, expires_in of 86400 s", "documented", "A:101000452406"
    ),
    Behaviour("token", "scope supply.domain, or none", "documented", "nexar-token-py"),
    Behaviour("token", "invalid_scope under status 400", "observed", "a recorded answer"),
    Behaviour(
        "token",
        "invalid_client, unsupported_grant_type under 400",
        "assumed",
        "RFC 6749; IdentityServer",
    ),
    Behaviour(
        "token", "headers `Authorization: Bearer` and `token`", "documented", "official examples"
    ),
    Behaviour(
        "token", "AuthInvalidToken, AuthExpiredToken: code and text", "documented", "A:101000452406"
    ),
    Behaviour(
        "token", "their HTTP status, 401 unless set to 200", "assumed", "clients handle both"
    ),
    Behaviour(
        "match", "one answer for each query, in their order", "observed", "149 recorded answers"
    ),
    Behaviour("match", "reference is echoed, null without one", "observed", "149 recorded answers"),
    Behaviour(
        "match", "three parts unless limit says otherwise", "documented", "interface of 2026-02-07"
    ),
    Behaviour(
        "match", "parts is min(hits, limit) from start on", "observed", "139 recorded answers"
    ),
    Behaviour(
        "match",
        "part numbers compare by letters and digits alone",
        "observed",
        "136 recorded parts",
    ),
    Behaviour("match", "the exact spelling comes first", "observed", "21 recorded answers"),
    Behaviour("match", "then parts with more offers and more stock", "assumed", "no source"),
    Behaviour("match", "makers go by their aliases", "observed", "recorded answers"),
    Behaviour("match", "which aliases there are", "ours", "maker_aliases.csv"),
    Behaviour(
        "match", "an unknown maker gives no hits and no error", "observed", "a recorded answer"
    ),
    Behaviour("match", "sku with seller; mpnOrSku", "observed", "28 recorded answers; a client"),
    Behaviour("match", "a query without any number has no hits", "assumed", "no source"),
    Behaviour(
        "match",
        "country, currency and filters remove no parts",
        "documented",
        "altium.com examples",
    ),
    Behaviour("match", "error is always null", "observed", "never seen otherwise"),
    Behaviour(
        "limits",
        "start 0 to 1000, limit 0 to 100, one error for each",
        "documented",
        "A:101000460513",
    ),
    Behaviour(
        "limits",
        "that error's body; under status 200",
        "observed",
        "a recorded answer; status assumed",
    ),
    Behaviour(
        "limits", "at most 100 queries and ids over a request", "documented", "A:101000434616"
    ),
    Behaviour("limits", "that error's text, and that aliases add up", "assumed", "no source"),
    Behaviour(
        "limits", "the sum of requested parts is not checked", "observed", "the official C# example"
    ),
    Behaviour(
        "parts", "each part returned at a root counts as one", "documented", "A:101000476314"
    ),
    Behaviour(
        "parts", "duplicates and repeats count each time", "assumed", "A:101000476314, by its words"
    ),
    Behaviour(
        "parts",
        "makers, sellers, attributes, suggestions cost nothing",
        "assumed",
        "they return no parts",
    ),
    Behaviour("parts", "categories cost nothing", "documented", "A:101000476314"),
    Behaviour("parts", "text of the part-limit error", "documented", "A:101000437414"),
    Behaviour(
        "parts",
        "its status, 200 unless set to 500",
        "observed",
        "500 documented, 200 reported since 2025",
    ),
    Behaviour(
        "parts", "at the limit every request for parts is refused whole", "assumed", "no source"
    ),
    Behaviour(
        "parts", "the request that passes the limit is served whole", "assumed", "switch: crossing"
    ),
    Behaviour("search", "supSearchMpn goes by the beginning of the number", "observed", "clients"),
    Behaviour(
        "search", "supSearch wants every word; ten results", "assumed", "ten is A:101000434614"
    ),
    Behaviour(
        "search", "results is null when nothing matches", "assumed", "null was seen by clients"
    ),
    Behaviour("search", "sort and sortDir change nothing", "ours", "not simulated yet"),
    Behaviour("offers", "stock codes -1 to -4", "documented", "Octopart Datafeed format"),
    Behaviour("offers", "clickUrl is new in every answer", "observed", "recordings of one part"),
    Behaviour(
        "offers", "convertedPrice is price times conversionRate", "observed", "recorded answers"
    ),
    Behaviour("offers", "exchange rates", "ours", "a fixed table"),
    Behaviour(
        "offers", "priceBreaks gives the price that holds at each quantity", "assumed", "no source"
    ),
    Behaviour(
        "offers", "brokers are left out unless asked for", "documented", "interface of 2026-02-07"
    ),
    Behaviour(
        "offers",
        "totalAvail leaves out brokers; 1 when they alone have stock",
        "documented",
        "A:101000525138",
    ),
    Behaviour("offers", "one offer for each region", "ours", "not simulated: all offers are shown"),
    Behaviour("specs", "lifecycle is attribute 910, in five words", "documented", "A:101000434626"),
    Behaviour("specs", "its displayValue tells the age", "observed", "recorded answers"),
    Behaviour(
        "specs", "similar parts, drawings and models are empty", "ours", "catalogs hold none"
    ),
    Behaviour("http", "extensions.requestId on every answer", "documented", "A:101000452406"),
    Behaviour(
        "http",
        "400 for bodies, documents and variables that are wrong",
        "observed",
        "KiCost and others",
    ),
    Behaviour(
        "http",
        "application/json, or graphql-response+json when accepted",
        "observed",
        "official client",
    ),
)
