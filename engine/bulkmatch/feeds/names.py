"""What column names mean. Knows names alone; what the cells look like is decided elsewhere.

A name is compared by its `name_key`: letters and digits only, without case, accents and a
trailing 1 (`Manufacturer Part Number 1` is the first of several; 2 and up are alternates).
"""

import unicodedata
from enum import StrEnum
from itertools import product


class Role(StrEnum):
    """What a column is for."""

    MPN = "mpn"
    MANUFACTURER = "manufacturer"
    QUANTITY = "quantity"
    DESIGNATORS = "designators"
    DESCRIPTION = "description"
    DO_NOT_POPULATE = "do not populate"
    FITTED = "fitted"


# How sure a name is: CLEAR means the role alone, USUAL the role unless something clearer is there,
# and MAYBE depends on what the cells look like.
CLEAR, USUAL, MAYBE = 0, 1, 2

_LONGEST_NAME = 48
_ASCII_FOLD: dict[int, str | None] = {
    code: None for code in range(128) if not chr(code).isalnum()
} | {ord("#"): "number"}


def name_key(name: str) -> str:
    """`name` for comparing; empty for what cannot be a column name."""
    if not name or len(name) > _LONGEST_NAME:
        return ""
    if name.isascii():
        key = name.translate(_ASCII_FOLD).lower()
    else:
        spelled = unicodedata.normalize("NFKD", name.replace("№", "#")).replace("#", "number")
        key = "".join(filter(str.isalnum, spelled)).lower()
    return key[:-1] if len(key) > 1 and key.endswith("1") else key


_MAKERS = (
    "manufacturer", "manufacturers", "manufacture", "manufacturing", "manuf", "manu", "manf",
    "mnf", "man", "mfg", "mfgr", "mfr", "mfrs", "mf", "maker", "makers", "oem", "vendormanufacturer",
    "hersteller", "fabricant", "fabricante", "produttore", "fabrikant", "tillverkare",
)  # fmt: skip
_NUMBERS = (
    "partnumber", "partnumbers", "partno", "partnr", "partnum", "part", "pn", "pno", "number",
    "num", "no", "nr", "pnumber", "productnumber", "productno", "productcode", "partcode", "code",
    "reference", "ref", "ordernumber", "ordercode", "orderingcode", "typenumber", "itemnumber",
    "catalognumber", "catalogno", "articlenumber",
    "teilenummer", "teilenr", "artikelnummer", "artikelnr", "bestellnummer", "nummer", "typ",
)  # fmt: skip

_MPN = {
    CLEAR: (
        "mpn", "mpns", "manpartno", "orderablepartnumber", "orderablepn", "fullpartnumber",
        "referencefabricant", "reffabricant", "numerofabricant", "numerodepiecefabricant",
        "referencedufabricant", "codefabricant", "codiceproduttore", "referenciafabricante",
        "partnumbermanufacturer", "partnumbermfr", "partnumbermfg", "pnmfg", "actualmpn",
    ),
    USUAL: (
        "partnumber", "partnumbers", "partno", "partnr", "partnum", "pn", "pno", "partcode",
        "orderingcode", "ordercode", "teilenummer", "teilenr", "numerodepiece", "bestellnummer",
    ),
    MAYBE: (
        "part", "partname", "parttype", "component", "comment", "value", "device", "name",
        "designation", "item", "itemnumber", "libref", "articlenumber", "artikelnummer",
        "artikelnr", "artikel", "typ", "type", "model", "wert", "bezeichnung", "valeur",
        "stockcode", "supplierpartnumber", "supplierpartno", "supplierpn", "supplierandref",
        "vendorpartnumber", "vendorpartno", "vendorpn", "distributorpartnumber", "sku",
        "symbolvalue", "material", "product", "productnumber", "productname",
    ),
}  # fmt: skip
_MANUFACTURER = {
    CLEAR: tuple(maker + end for maker, end in product(_MAKERS, ("", "name", "names")) if maker != "mf"),
    USUAL: ("brand", "make", "mf", "marke", "marque", "marca", "componentmanufacturer", "partmanufacturer"),
    MAYBE: (),
}  # fmt: skip
_QUANTITY = {
    CLEAR: (
        "qty", "quantity", "quantities", "qnty", "qtys", "quant", "quan", "qtyperboard", "qtyboard",
        "quantityperboard", "qtyperassy", "qtyperassembly", "qtyper", "qtyperunit", "qtypcb",
        "qtyperpcb", "quantityperpcb", "unitqty", "bomqty", "bomquantity", "menge", "anzahl",
        "stuckzahl", "stueckzahl", "stuck", "stueck", "quantite", "qte", "cantidad", "cant",
        "quantita", "aantal", "antal", "quantidade",
    ),
    USUAL: ("count", "orderqty", "orderquantity", "totalqty", "totalquantity", "qtytotal", "noof",
            "numberof", "nooff", "pcs", "pieces", "usage", "qtyrequired", "requiredquantity", "amount",
            "partcount", "componentcount"),
    MAYBE: (),
}  # fmt: skip
_DESIGNATORS = {
    CLEAR: (
        "designator", "designators", "refdes", "refdesignator", "refdesignators",
        "referencedesignator", "referencedesignators", "partreference", "partreferences",
        "componentreference", "refdesg", "refdess", "bezeichner", "referenzbezeichner", "repere",
        "reperes", "reperetopologique", "designatore", "designador",
    ),
    USUAL: (
        "reference", "references", "ref", "refs", "referenz", "referenzen", "referencia",
        "riferimento", "boardreference", "pcbreference", "schematicreference", "location",
        "locations", "bauteilposition",
    ),
    MAYBE: (
        "customerreference", "customerno", "part", "parts", "designation", "position",
        "positionen", "bauteil", "bauteile", "placement", "bezeichnung",
    ),
}  # fmt: skip
_DESCRIPTION = {
    CLEAR: (
        "description", "descriptions", "desc", "descr", "partdescription", "componentdescription",
        "itemdescription", "productdescription", "beschreibung", "artikelbezeichnung", "descripcion",
        "descrizione", "omschrijving", "detaileddescription", "shortdescription", "libelle",
    ),
    USUAL: ("bezeichnung", "designation", "comment", "comments", "name", "partname", "details"),
    MAYBE: ("value", "wert", "valeur"),
}  # fmt: skip
_DO_NOT_POPULATE = {
    CLEAR: (
        "dnp", "dni", "dnf", "dns", "nopop", "nofit", "nostuff", "donotpopulate", "donotplace",
        "donotinstall", "donotfit", "donotstuff", "donotmount", "notpopulated", "notfitted",
        "notmounted", "notinstalled", "nichtbestuckt", "nichtbestucken", "nonmonte", "dnpdni",
    ),
    USUAL: (),
    MAYBE: (),
}  # fmt: skip
_FITTED = {
    CLEAR: (
        "fitted", "fit", "populate", "populated", "install", "installed", "loaded", "load", "stuff",
        "stuffed", "mount", "mounted", "place", "placed", "assemble", "assembled", "bestuckt",
        "bestucken", "bestuckung", "monte",
    ),
    USUAL: ("assembly", "assy", "assemblyinfo", "assemblynote", "assemblystatus", "mounting", "status",
            "config", "variant", "populationstatus"),
    MAYBE: (),
}  # fmt: skip


def _table() -> dict[str, dict[Role, int]]:
    """Which roles a key can have, and how surely. The clearest reading of a name wins."""
    roles: dict[str, dict[Role, int]] = {}
    listed = {
        Role.MPN: _MPN,
        Role.MANUFACTURER: _MANUFACTURER,
        Role.QUANTITY: _QUANTITY,
        Role.DESIGNATORS: _DESIGNATORS,
        Role.DESCRIPTION: _DESCRIPTION,
        Role.DO_NOT_POPULATE: _DO_NOT_POPULATE,
        Role.FITTED: _FITTED,
    }
    for role, ranks in listed.items():
        for rank, names in ranks.items():
            for name in names:
                roles.setdefault(name, {}).setdefault(role, rank)
    for maker, number in product(_MAKERS, _NUMBERS):
        roles.setdefault(maker + number, {})[Role.MPN] = CLEAR
    return roles


_ROLES = _table()


def roles_of(name: str) -> dict[Role, int]:
    """The roles that a column of this name can have, each with how sure the name is of it."""
    return _ROLES.get(name_key(name), {})


def is_quantity_name(name: str) -> bool:
    """Whether a column of this name counts pieces."""
    return Role.QUANTITY in roles_of(name)
