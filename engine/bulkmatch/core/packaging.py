"""What at the end of a part number tells how it is packed, and not what it is.

A careful table: reel, tape, tube and lead-free codes of makers who write them apart. Grades
(`-Q1`), packages (`D`, `PW`) and versions (`-1`) are no packaging. What differs in these codes alone
is still left to a person: a reel of 3000 is not a tube of 50.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bulkmatch.core.maker_names import maker_keys
from bulkmatch.core.normal import clean, is_same_number, mpn_identity, mpn_key

_SHORTEST_BASE = 5  # letters and digits that have to be left
_MOST_CODES = 3  # one behind the other: `MMBT3904LT1G`


@dataclass(frozen=True, slots=True)
class Packing:
    """A code that ends a number. `makers` are keys, empty for all; `often` are codes worth a guess.

    The first group of `pattern` is what is left, a second one what is put behind it again.
    """

    pattern: re.Pattern[str]
    meaning: str
    makers: frozenset[str] = frozenset()
    often: tuple[str, ...] = ()


def _ends(code: str, meaning: str, *makers: str, often: tuple[str, ...] = ()) -> Packing:
    return _whole(rf"(.+?){code}", meaning, *makers, often=often)


def _whole(pattern: str, meaning: str, *makers: str, often: tuple[str, ...] = ()) -> Packing:
    keys = frozenset(maker_keys(maker)[0] for maker in makers)
    return Packing(re.compile(pattern, re.IGNORECASE), meaning, keys, often)


_TI_PACKAGES = (
    "D|DB|DBQ|DBV|DBZ|DCK|DCN|DCQ|DCU|DCY|DDA|DDC|DDF|DGG|DGK|DGN|DGQ|DGS|DPW|DQN|DRB|DRC|DRL|DRV|DSE|"
    "DSG|DT|DW|DYY|NS|PM|PN|PT|PW|PWP|RGE|RGT|RGW|RGY|RGZ|RHA|RHB|RHL|RSA|RSE|RTE|RUG|YZP|ZQE"
)
# Sources, read 2026-11-20: TI, ordering notes of the TPS5420 data sheet (R: taped and reeled) and
# forum.digikey.com/t/10484 (T: small reel); Analog Devices, forum.digikey.com/t/6825 (-REEL, -REEL7,
# -RL, -R7, -R2); Infineon, table of orderable part numbers (the last five characters); onsemi, product
# marking (G: lead-free) and BRD8011/D (reels); Microchip, product identification system of the
# AT25010B (-T). The others are after the makers' own data sheets.
PACKINGS = (
    _ends(r"/NOPB", "lead-free"),
    _ends(r"/NOPB", "lead-free", "Texas Instruments", "National Semiconductor", often=("/NOPB",)),
    _ends(r"#(?:TRPBF|PBF|TR)", "reel, lead-free"),
    _ends(r"\+(?:T(?:&R|R|L|G\d+)?)?", "lead-free, reel"),
    _ends(r"[-/ ]T[&/]?R", "reel"),
    _ends(r"-(?:REEL(?:7|13)?|TRAY|TUBE|TAPE|BULK)", "packing"),
    _ends(r",\d{3}", "packing code of NXP and Nexperia"),
    _ends(r"(?:E4|G4)", "lead-free", "Texas Instruments"),
    _ends(r"/(?:250|500|1K|2K|2K5|3K)", "reel", "Texas Instruments"),
    _whole(rf"(.*\d.*?(?:{_TI_PACKAGES}))[RT]", "reel", "Texas Instruments", often=("R",)),
    _ends(r"-(?:RL7?|R7|R2)", "reel", "Analog Devices", "Linear Technology", "Maxim Integrated"),
    _ends(r"#(?:TR)?PBF", "lead-free", "Analog Devices", "Linear Technology", often=("#PBF",)),
    _ends(r"(?:TRL?)?PBF", "lead-free, reel", "Infineon", "International Rectifier",
          often=("PBF", "TRPBF")),
    _ends(r"[A-Z]{3}A[1-9]", "ordering code of Infineon", "Infineon"),
    _whole(r"(CY\w+-\w*\d)T", "reel", "Infineon", "Cypress"),
    _ends(r"(?:T[1-5]|R2|R4|RK|TB|TC)G?", "reel, lead-free", "onsemi", often=("T1G",)),
    _whole(r"(.*[A-Z])G", "lead-free", "onsemi", often=("G",)),
    _ends(r"TR", "reel", "STMicroelectronics", "Winbond", often=("TR",)),
    _ends(r"-(?:7|13)[BR]?(?:-F)?|(.+?)-F", "reel, lead-free", "Diodes Inc.", often=("-7-F", "-7")),
    _ends(r"(?:-T1|-T3|-TR3?)?-(?:GE3|BE3|E3|M3)(?:/[0-9A-Z]{2,3})?|(.+?)-(?:T1|T3|TAP|GS08|GS18)",
          "reel, lead-free", "Vishay", often=("-GE3", "-E3")),
    _ends(r"(?:TU|7411)", "reel", "KEMET", often=("TU",)),
    _whole(r"((?:G[A-Z]{2}|BLM|LQ[A-Z]|DLW)\w{9,})[BDJKLW]", "tape", "Murata", often=("D",)),
    _whole(r"(.*\d[A-Z]{0,3})T(-(?:\w{2,4})?[IEH]/\w+)", "reel", "Microchip"),
    _ends(r"-T", "reel", "Microchip", "Maxim Integrated"),
    _whole(r"(.+-[ACMPSTX]U)R", "reel", "Microchip", "Atmel", often=("R",)),
    _whole(r"(.+-G[MQSU])R", "reel", "Silicon Labs", often=("R",)),
    _ends(r"-(?:E2|GE2|TL|TE2)", "reel", "ROHM", often=("-E2",)),
    _ends(r"(?:-LF)?-[ZP]", "reel", "Monolithic Power Systems", often=("-Z",)),
    _ends(r"TR(?:50|1K)?", "reel", "Lattice Semiconductor"),
    _ends(r"(?:\(T[^()]*\)|,L[1-9]?F|,LM)", "reel, lead-free", "Toshiba"),
)  # fmt: skip


def packed(mpn: str, *, maker: str = "") -> tuple[str, str]:
    """The number without packaging codes, and what they mean; as given where there are none.

    `maker` is a key of its name; without one, only codes that all makers share are looked for.
    """
    number, meanings = clean(mpn), list[str]()
    while len(meanings) < _MOST_CODES:
        found = next(_shorter(number, maker), None)
        if found is None:
            break
        number = found[0]
        meanings.append(found[1])
    return number, "; ".join(dict.fromkeys(meanings))


def _shorter(number: str, maker: str) -> Iterator[tuple[str, str]]:
    for packing in PACKINGS:
        if packing.makers and maker not in packing.makers:
            continue
        match = packing.pattern.fullmatch(number)
        base = "".join(filter(None, match.groups())) if match else ""
        if len(mpn_key(base)) >= _SHORTEST_BASE and any(c.isdigit() for c in base):
            yield base, packing.meaning


def packing_difference(one: str, other: str, *, maker: str = "") -> str | None:
    """What the packaging codes mean in which two numbers differ; None when they differ otherwise.

    The same either way round. Numbers that are equal but for spelling differ in nothing.
    """
    if is_same_number(one, other):
        return None
    (base, told), (other_base, other_told) = packed(one, maker=maker), packed(other, maker=maker)
    if not (told or other_told) or mpn_identity(base) != mpn_identity(other_base):
        return None
    return "; ".join(sorted({told, other_told} - {""}))


def packed_otherwise(mpn: str, *, maker: str = "") -> tuple[str, ...]:
    """Numbers under which the same part may be listed in other packaging, the likeliest first."""
    base, told = packed(mpn, maker=maker)
    often = [code for packing in PACKINGS if maker in packing.makers for code in packing.often]
    others = [base] if told else [f"{clean(mpn)}{code}" for code in often]
    return tuple(
        other
        for other in others
        if mpn_key(other) != mpn_key(mpn) and packing_difference(mpn, other, maker=maker)
    )
