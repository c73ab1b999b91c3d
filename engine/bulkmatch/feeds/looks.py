"""What a text looks like by itself: a maker's part number, a seller's, a value, a note.

Shapes of sellers' numbers: Digi-Key ends in -ND, LCSC is a C and digits, Mouser puts its number
for the maker before the part number (read off the sellers' own pages and real BOMs, 2026-11-20).
"""

import re
from enum import StrEnum

from bulkmatch.core.normal import clean, is_placeholder
from bulkmatch.feeds.cells import is_dnp_word

_MPN = re.compile(r"[A-Za-z0-9][A-Za-z0-9./+#&=*:(),_ %@'-]{2,59}", re.ASCII)
_AMOUNT = r"[~±+<>-]{0,2}[0-9]{1,4}(?:[.,][0-9]+)?\s?"
_MEASURE = re.compile(
    _AMOUNT
    + r"(?:(?:[pnumkKMGRrµμ](?:[FfHhVvAaWwSs]|[Oo]hms?|OHMS?|[Hh][Zz]|Ω)|[Oo]hms?|OHMS?|[Hh][Zz]|"
    r"mm|MM|inch|ppm|°C|%|Ω)|[pnumkKMGRrµμVF][0-9]{0,3}|[fHhvAaWw])(?:[\s,/_;@±-].*)?|"
    r"[0-9]{5,9}\s?(?:[pn]F|PF|[Oo]hms?|OHMS?|[Hh]z|HZ)(?:[\s,/_;@±-].*)?"
)
_LEADING = re.compile(
    r"(?:[RCLN]P?[0-9]{0,2}|u|n|p)[0-9]{1,2}"
)  # u1, R15: values as KiCad has them
_DIGIKEY = re.compile(r".{3,}-ND", re.IGNORECASE)
_LCSC = re.compile(r"C[0-9]{4,9}")
_MOUSER = re.compile(r"([0-9]{2,3})-[A-Z0-9][A-Za-z0-9./+#-]{4,}", re.ASCII)
_PACKAGE = re.compile(
    r"(?:[RCLD]|LED|CAP|RES|SMD|CAPC|RESC|INDC)?[_ -]?"
    r"(?:01005|0201|0402|0603|0805|1008|1206|1210|1806|1812|2010|2512)[A-Z]?|"
    r"(?:SOT|SOIC|SOP|SSOP|TSSOP|MSOP|VSSOP|QFN|VQFN|DFN|WSON|QFP|LQFP|TQFP|BGA|DIP|SOD|SC|TO|DPAK|"
    r"DO|SMA|SMB|SMC|SON|LGA|PLCC|USON|SO|HC)[-_ ]?[0-9]{0,4}(?:[-_ ][0-9A-Z]{1,5})*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z]*[a-z]{2,}[A-Za-z]*")
_ANNOTATION = re.compile(r"(.*\S)\s+[(\[][^()\[\]]*[a-z][^()\[\]]*\s[^()\[\]]*[)\]]", re.DOTALL)
_KIND_WORDS = frozenset(
    {
        "resistor", "capacitor", "inductor", "diode", "transistor", "connector", "header", "jumper",
        "fiducial", "testpoint", "crystal", "switch", "button", "led", "fuse", "ferrite", "screw",
        "washer", "nut", "standoff", "pcb", "heatsink", "label", "wire", "cable", "logo", "hole",
        "mounting", "mountinghole", "test", "point", "bead", "socket", "terminal", "battery",
        "antenna", "open", "short", "closed", "opened", "other", "various", "pad", "testpad", "res",
        "cap", "ind", "conn",
    }
)  # fmt: skip
# Mouser's numbers for makers that are common on boards.
_MOUSER_MAKERS = frozenset(
    {
        "71", "77", "80", "81", "187", "200", "279", "286", "403", "490", "511", "512", "517", "522",
        "523", "530", "534", "538", "546", "553", "556", "563", "568", "571", "574", "575", "576",
        "579", "581", "584", "588", "590", "594", "595", "598", "600", "603", "604", "610", "612",
        "621", "622", "623", "625", "630", "637", "638", "647", "649", "652", "653", "656", "660",
        "661", "667", "673", "680", "696", "700", "701", "704", "706", "709", "710", "717", "720",
        "726", "727", "728", "732", "738", "739", "746", "748", "750", "754", "755", "757", "760",
        "763", "765", "767", "771", "774", "777", "785", "789", "791", "798", "806", "810", "811",
        "815", "820", "821", "833", "835", "841", "842", "844", "845", "849", "851", "852", "855",
        "859", "863", "864", "865", "871", "873", "875", "882", "891", "895", "899", "903", "904",
        "907", "910", "914", "919", "923", "926", "927", "932", "934", "937", "941", "942", "947",
        "948", "950", "951", "954", "955", "963", "964", "968", "969", "972", "974", "976", "981",
        "983", "984", "992", "994", "998", "999",
    }
)  # fmt: skip
# Names of symbols and devices in design libraries, Eagle's above all.
_LIBRARY = re.compile(
    r"(?:[RCL]|CPOL)-(?:EU|US)[-_A-Z0-9/.]*|(?:TP|SJ)[0-9_]{0,3}|M0[0-9](?:PTH|SMD|LOCK|X)?[-_A-Z0-9]*|"
    r"(?:PINHD|PINHEAD|HEADER|CONN_|CRYSTAL|TAC_?SWITCH|SWITCH|BATTERY|BUZZER|DIODE|MOSFET|RESISTOR|"
    r"CAPACITOR|INDUCTOR|JUMPER|SOLDERJUMPER|TESTPOINT|TESTPAD|FIDUCIAL|MOUNT|CAP_?(?:POL|SMD|PTH)|"
    r"(?:CAP|RES|LED|IND)[-_]?(?:0[46]0[23]|0805|1206|[35]MM)|LEDD|FRAME|LOGO|EIA_)[-_A-Z0-9/+.]*",
    re.IGNORECASE,
)
_FEWEST_DIGITS = 7
_LONGEST, _LONGEST_CELL = 60, 200


class Kind(StrEnum):
    """What a text in a column of part numbers is."""

    MPN = "mpn"
    SKU = "sku"
    PLACEHOLDER = "placeholder"
    VALUE = "value"
    TEXT = "text"
    EMPTY = "empty"


def without_note(text: str) -> str:
    """The text without a remark in words at its end: `1945119 (Mate is 1984183)` is `1945119`."""
    match = _ANNOTATION.fullmatch(text) if len(text) <= _LONGEST_CELL else None
    return match[1] if match else text


def seller_of(text: str) -> str | None:
    """The seller whose stock number the text looks like, None when it does not."""
    if _DIGIKEY.fullmatch(text):
        return "Digi-Key"
    if _LCSC.fullmatch(text):
        return "LCSC"
    mouser = _MOUSER.fullmatch(text)
    if mouser and mouser[1] in _MOUSER_MAKERS and text.split("-", 1)[1][:1].isalpha():
        return "Mouser"
    return None


def kind_of(text: str) -> Kind:
    """What a text that stands in a column of part numbers is. Doubt counts for the part number."""
    plain = clean(text)
    if not plain:
        return Kind.EMPTY
    if is_placeholder(plain) or is_dnp_word(plain):
        return Kind.PLACEHOLDER
    if seller_of(plain):
        return Kind.SKU
    if _is_words(plain):
        return Kind.TEXT
    if is_value(plain):
        return Kind.VALUE
    return Kind.MPN


def _is_words(text: str) -> bool:
    """Whether it is something said rather than a number: words, or too short or too long."""
    if len(text) > _LONGEST or len(text) < 2:
        return True
    words = _WORD.findall(text)
    if any(char.isdigit() for char in text):
        longer = [word for word in words if len(word) > 2]
        return len(longer) > 1 or (len(text.split()) > 1 and _names_a_kind(text))
    if len(text) <= 2 or any(char.isspace() for char in text):
        return True
    if not text.isascii() and not any(char.isascii() and char.isalpha() for char in text):
        return True
    return _names_a_kind(text) or (bool(words) and "-" not in text)


def _names_a_kind(text: str) -> bool:
    return any(word.lower() in _KIND_WORDS for word in re.split(r"[^A-Za-z]+", text))


def is_value(text: str) -> bool:
    """Whether the text is a measure (`100nF`, `4k7 1%`), not a number of a part."""
    return bool(_MEASURE.fullmatch(text))


def is_package(text: str) -> bool:
    """Whether the text names a case: `0603`, `SOT-23-5`, `R_0402`."""
    return bool(_PACKAGE.fullmatch(text.strip()))


def looks_like_mpn(cell: str) -> bool:
    """Whether the cell could be a maker's part number rather than a value, a package or a SKU.

    Stricter than `kind_of`: this finds columns, that reads cells of a column that was found.
    """
    text = cell.strip()
    if not _MPN.fullmatch(text) or not any(map(str.isdigit, text)) or len(text) < 4:
        return False
    if text.replace(".", "").isdigit():
        return len(text) >= _FEWEST_DIGITS
    if _MEASURE.fullmatch(text) or _PACKAGE.fullmatch(text) or seller_of(text):
        return False
    words = [word for word in _WORD.findall(text) if len(word) > 3]
    if words and " " in text and any(len(word) > 4 for word in words):
        return False
    return len(words) < 2 and text.count(" ") < 4 and not _LEADING.fullmatch(text)


_BOARD = re.compile(
    r"(?:bare )?(?:pcb|pwb|printed circuit board|printed wiring board|circuit board|leiterplatte)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_BOARD_DESIGNATOR = re.compile(r"(?:PCB|PWB)[0-9]{0,3}", re.IGNORECASE)
_BOARD_KINDS = frozenset(
    {"pcb", "pwb", "bare board", "bare pcb", "leiterplatte", "circuit imprimé"}
)


def is_bare_board(designators: str, description: str, cells: tuple[str, ...]) -> bool:
    """Whether a line is the circuit board itself: its number is a drawing's, no maker's."""
    if _BOARD_DESIGNATOR.fullmatch(designators.strip()) or _BOARD.fullmatch(description.strip()):
        return True
    return any(len(cell) < 20 and cell.strip().lower() in _BOARD_KINDS for cell in cells)


def is_library_name(text: str) -> bool:
    """Whether the text names a symbol of a design library rather than a part: `R-EU_R0603`."""
    return bool(_LIBRARY.fullmatch(text.strip()))
