"""All rules that a datafeed is checked by: one table, which docs/datafeed.md shows.

Places are headings of the format's own page, read 2026-11-20. "Ours" is said of rules which that
page does not state; all of those are warnings, except where a text cannot be read at all.
"""

from typing import Final

from bulkmatch.datafeed.finding import Rule, Severity

_E, _W = Severity.ERROR, Severity.WARNING
_REQUIREMENTS = "Requirements"
_HEADERS = "Supported Column Headers"
_ATTRIBUTES = "Supported Column Headers: attributes"
_UNSUPPORTED = "Unsupported Specs in the Attributes Column"
_CHECK = "Advanced Troubleshooting: "

TABLE: Final[tuple[Rule, ...]] = (
    # The file.
    Rule("delimiter", _E, "delimited by tab or comma, as the file's name says", _REQUIREMENTS),
    Rule("encoding", _E, "text in UTF-8", "ours: the page names no encoding"),
    Rule("byte-order-mark", _W, "nothing before the header", f"{_CHECK}extraneous information"),
    Rule("several-sheets", _W, "one sheet", "ours: the page speaks of a file, not of sheets"),
    Rule("no-rows", _W, "at least one part", "ours"),
    Rule("no-offers", _W, "a sku and a distributor-url, for distributors", _HEADERS),
    # The header row.
    Rule("header-first", _E, "the header in the first row", _REQUIREMENTS),
    Rule("header-required", _E, "the columns that every file has", _REQUIREMENTS),
    Rule("header-unknown", _E, "documented headers only", _REQUIREMENTS),
    Rule("header-empty", _E, "a name over every column", _REQUIREMENTS),
    Rule("header-duplicate", _E, "every header once", _HEADERS),
    Rule(
        "header-case", _W, "headers in lower case", "ours: whether case matters is not documented"
    ),
    Rule("header-recommended", _W, "the recommended columns", _HEADERS),
    Rule("header-price-pair", _E, "a price-break-n for every price-{cur}-n", _HEADERS),
    Rule("currency", _E, "a currency code of ISO 4217 in a price's header", _HEADERS),
    # Rows.
    Rule("field-count", _E, "as many fields as the header", _REQUIREMENTS),
    Rule("quoting", _E, "quotation marks escaped as in RFC 4180", _REQUIREMENTS),
    Rule("blank-row", _W, "a part in every row", _REQUIREMENTS),
    Rule("required", _E, "a value in every required column", f"{_CHECK}data values"),
    Rule("duplicate-line", _E, "every line once", f"{_CHECK}listings"),
    Rule("duplicate-listing", _W, "every offer once", f"{_CHECK}listings"),
    Rule("price-without-break", _E, "a quantity for every price", _HEADERS),
    Rule("break-without-price", _W, "a price for every quantity", _HEADERS),
    Rule("price-break-repeated", _E, "every quantity once in a price ladder", "ours"),
    Rule("price-break-order", _W, "quantities of a price ladder in ascending order", "ours"),
    Rule("price-rises", _W, "prices that do not rise with the quantity", "ours"),
    Rule("eta-without-quantity", _W, "a quantity on order for every date of arrival", _HEADERS),
    # Any cell.
    Rule("surrounding-blanks", _W, "no blanks around a value", f"{_CHECK}extraneous information"),
    Rule("stray-characters", _W, "no invisible characters", f"{_CHECK}extraneous information"),
    Rule("markup", _W, "no HTML", f"{_CHECK}extraneous information"),
    Rule("spreadsheet-error", _E, "values, not a formula's error", f"{_CHECK}data values"),
    Rule("spreadsheet-number", _W, "part numbers as they were", "ours: what Excel makes of them"),
    # Cells of one kind.
    Rule("url-scheme", _E, "http:// or https:// at a URL's start", _REQUIREMENTS),
    Rule("url-form", _E, "one whole URL", f"{_CHECK}URLs"),
    Rule("url-several", _E, "one URL in a cell", _HEADERS),
    Rule("url-not-specific", _W, "URLs of the part's own page", f"{_CHECK}URLs"),
    Rule("region", _E, "ISO 3166-1 or 3166-2 codes as regions", _HEADERS),
    Rule("region-case", _W, "region codes in capitals", _HEADERS),
    Rule("quantity", _E, "whole numbers of pieces, or a code from -1 to -4", _HEADERS),
    Rule("count", _E, "whole numbers as counts", _HEADERS),
    Rule("count-zero", _W, "counts above zero where none makes no sense", "ours"),
    Rule("measure", _E, "{VALUE}::{UNIT}", _HEADERS),
    Rule("price", _E, "prices as plain numbers, without a currency's symbol", _HEADERS),
    Rule("price-zero", _W, "prices above zero", "ours"),
    Rule("price-break", _E, "price breaks as numbers above zero", _HEADERS),
    Rule("date", _E, "dates as YYYY-MM-DD", _HEADERS),
    Rule("category", _E, "a name in every node of a category", _HEADERS),
    Rule("category-separator", _W, "'>>' between the nodes of a category", _HEADERS),
    Rule("json", _E, "well-formed JSON", _ATTRIBUTES),
    Rule("json-object", _E, "a JSON object", _ATTRIBUTES),
    Rule("json-duplicate", _E, "every name once in a JSON object", _ATTRIBUTES),
    Rule("application-note", _E, "url, and title or description", _HEADERS),
    Rule("simulation-model", _E, "url and description", _HEADERS),
    # Specs in the attributes column.
    Rule("spec-name", _E, "a name for every spec", _ATTRIBUTES),
    Rule("spec-empty", _W, "a value for every spec", _ATTRIBUTES),
    Rule("spec-type", _W, "values of specs as text", _ATTRIBUTES),
    Rule("spec-list", _E, "lists as one text with commas", _ATTRIBUTES),
    Rule("spec-metadata", _E, "metadata and value, and nothing else", _ATTRIBUTES),
    Rule("spec-metadata-unsupported", _W, "metadata for lifecycle_status only", _ATTRIBUTES),
    Rule("lifecycle-undated", _W, "lifecycle_status with its observation_date", _ATTRIBUTES),
    Rule("spec-range", _W, "no ranges: they are not supported and ignored", _UNSUPPORTED),
    Rule("spec-condition", _W, "no test conditions: they are not supported", _UNSUPPORTED),
    Rule("spec-combination", _W, "no combined specs: they are not supported", _UNSUPPORTED),
)
RULES: Final = {rule.id: rule for rule in TABLE}
