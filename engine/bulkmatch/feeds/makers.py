"""Names of makers that are common on boards: enough to know a column of makers by its cells.

Not for deciding who a maker is: two words of a name are compared at most, and none is resolved.
"""

import re

_NAMES = """
3m abracon adafruit allegro alps altera amphenol ams analog aos apem arduino atmel avago avx belfuse
boomele bosch bourns broadcom cirrus citizen cnc-tech coilcraft cree cts cui cypress dallas diodes
diotec dialight diptronics eaton ecs epcos epson espressif everlight exar fairchild fci fenghua foxconn
freescale ftdi fujitsu gigadevice guangdong hamamatsu harting harwin hirose hrs honeywell ilsi infineon
inolux intel interquip intersil invensense ixys jae johanson jst kemet keystone kingbright koa kyocera
laird lattice ledil lelon linear liteon lite-on littelfuse lumex lumileds macronix maxim maxlinear
mcc micrel microchip micron microsemi mini-circuits minicircuits mitsubishi molex monolithic mps murata
mill-max nanya national neutrik nexperia nichicon nordic nuvoton nxp omron on onsemi optosupply osram
panasonic philips phihong phoenix preci-dip pulse qorvo qualcomm quectel raltron realtek recom renesas
richtek rohm rubycon samsung samtec sandisk semtech seoul sharp siliconlabs silabs silicon sitime
skyworks spansion st stackpole stmicro stmicroelectronics sullins sunlord susumu swissbit switchcraft
tadiran taiyo talema tdk te telit texas ti tallysman toshiba traco triquint tyco u-blox uniroyal
united vishay walsin wago western wima winbond worldsemi wuerth wurth würth xilinx xkb yageo yamaichi
yxc zilog ckcomponents c&k jauch iqd fox txc taitien hosonic mec e-switch nkk grayhill schurter bel
bivar dominant knitter lumberg hartmann assmann tensility xp meanwell cincon delta vicor mornsun hlk
国巨 村田 三星 风华 厚声 长电 顺络 村田製作所 ローム 東芝 ルネサス 太陽誘電 パナソニック 日亜 オムロン ヒロセ
"""
_MAKERS = frozenset(_NAMES.split())
_SUFFIX = re.compile(
    r"\b(?:inc|corp|corporation|ltd|llc|gmbh|co|semiconductors?|electronics?|technology|technologies|"
    r"devices|instruments|components|elektronik|electric|yuden|international|group)\b",
    re.IGNORECASE,
)
_SELLER = re.compile(
    r"digi-?\s?key|mouser|farnell|newark|element14|rs\b|rs ?components|arrow|avnet|future|lcsc|tme|jlc|rapid|"
    r"conrad|reichelt|distrelec|amazon|aliexpress|ebay|mcmaster|sparkfun|adafruit",
    re.IGNORECASE,
)
_LONGEST = 120
_FIRST = re.compile(r"[^\s,;/~|()]+")


def looks_like_maker(cell: str) -> bool:
    """Whether the cell names a maker: a known one first, or a company by its last words."""
    first = _FIRST.search(cell.strip())
    if first is None or len(cell) > _LONGEST or _SELLER.match(cell.strip()):
        return False
    return first[0].lower().strip(".") in _MAKERS or bool(_SUFFIX.search(cell))


def glued_maker(cell: str) -> str | None:
    """The maker in front of a part number in one cell (`Murata GRM155R71C104KA88D`), else None."""
    words = cell.split()
    if len(words) < 2 or words[0].lower() not in _MAKERS or len(words[0]) < 3:
        return None
    rest = words[-1]
    return words[0] if any(map(str.isdigit, rest)) and len(rest) > 3 else None
