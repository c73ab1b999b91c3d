"""How the workbook looks. Colours repeat what the text says, and never say it alone.

The palette keeps apart for red-green colour blindness: blue-green for good, yellow and orange for
doubt, dark red in bold for bad, grey for left out. Text on fill has a contrast of 7:1 and more.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bulkmatch.model.part import Lifecycle

Look = Mapping[str, str | int | bool]

HEADER: Look = {
    "bold": True, "bg_color": "#24364B", "font_color": "#FFFFFF", "text_wrap": True,
    "valign": "vcenter", "indent": 1, "border": 1, "border_color": "#8A97A6",
}  # fmt: skip
ADDED_HEADER: Look = {**HEADER, "bg_color": "#0B5563"}
TEXT: Look = {"num_format": "@", "valign": "top", "align": "left", "indent": 1}
COUNT: Look = {"num_format": "#,##0", "valign": "top"}
QUANTITY: Look = {"num_format": "General", "valign": "top"}
PRICE: Look = {"num_format": "#,##0.00####", "valign": "top"}
INSTANT: Look = {"num_format": "yyyy-mm-dd hh:mm", "align": "left", "valign": "top", "indent": 1}
HOURS: Look = {"num_format": "0.0", "valign": "top"}
LINK: Look = {
    "font_color": "#0B4F9E",
    "underline": 1,
    "valign": "top",
    "align": "left",
    "indent": 1,
}

_GOOD: Look = {**TEXT, "bg_color": "#D3ECF2", "font_color": "#0A3D4A"}
_FRESH: Look = {**TEXT, "bg_color": "#DDE6FA", "font_color": "#173063"}
_DOUBT: Look = {**TEXT, "bg_color": "#FFF0BF", "font_color": "#4A3500"}
_WARN: Look = {**TEXT, "bg_color": "#FFD9B0", "font_color": "#5A2600", "bold": True}
_BAD: Look = {**TEXT, "bg_color": "#F6C9C9", "font_color": "#6B0A0A", "bold": True}
_NOTHING: Look = {**TEXT, "bg_color": "#E4DDF0", "font_color": "#38245C"}
_ASIDE: Look = {**TEXT, "bg_color": "#ECEEF0", "font_color": "#3E454C", "italic": True}

OUTCOMES: Mapping[str, Look] = MappingProxyType(
    {
        "matched": _GOOD,
        "needs review": _DOUBT,
        "missed": _NOTHING,
        "failed": _BAD,
        "skipped": _ASIDE,
    }
)
LIFECYCLES: Mapping[str, Look] = MappingProxyType(
    {
        str(Lifecycle.NEW): _FRESH,
        str(Lifecycle.PRODUCTION): _GOOD,
        str(Lifecycle.NRND): _DOUBT,
        str(Lifecycle.EOL): _WARN,
        str(Lifecycle.OBSOLETE): _BAD,
        str(Lifecycle.UNKNOWN): _ASIDE,
        str(Lifecycle.NOT_ENTITLED): _ASIDE,
    }
)
SANDBOX: Look = _WARN
INPUT: Look = {**TEXT, "bg_color": "#FFFBE6"}  # where a person writes

TITLE: Look = {"bold": True, "font_size": 16, "font_color": "#24364B"}
ALARM: Look = {"bold": True, "font_size": 13, "bg_color": "#5A2600", "font_color": "#FFFFFF"}
SECTION: Look = {"bold": True, "font_color": "#0B5563", "bottom": 1, "bottom_color": "#8A97A6"}
LABEL: Look = {"font_color": "#3E454C", "valign": "top"}
WRAPPED: Look = {"num_format": "@", "text_wrap": True, "valign": "top", "align": "left"}
NUMBER: Look = {"num_format": "#,##0", "align": "left", "valign": "top"}
