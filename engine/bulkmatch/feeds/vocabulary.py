"""What columns are called, in the languages of BOMs. Words only; `names` reads names with them.

Sources of the spellings: the exports of KiCad and its plugins, Altium, Eagle, OrCAD, EasyEDA and
JLCPCB, the order forms of Digi-Key, Mouser, Farnell and LCSC, SAP, Arena and Agile, and the real
BOM files that the tests read.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a column is for."""

    MPN = "mpn"
    MANUFACTURER = "manufacturer"
    QUANTITY = "quantity"
    DESIGNATORS = "designators"
    DESCRIPTION = "description"
    DO_NOT_POPULATE = "do not populate"
    FITTED = "fitted"
    SKU = "supplier part number"
    HOUSE = "in-house number"
    SELLER = "supplier"
    VALUE = "value"
    ITEM = "item"
    OTHER = "other"


# How sure a name is: CLEAR means the role alone, USUAL the role unless something clearer is there,
# and MAYBE depends on what the cells look like.
CLEAR, USUAL, MAYBE = 0, 1, 2

MAKERS = (
    "manufacturer", "manufacturers", "manufacture", "manufacturing", "manuf", "manu", "manf",
    "mnf", "man", "mfg", "mfgr", "mfr", "mfrs", "mf", "maker", "makers", "oem",
    "vendormanufacturer",
    "hersteller", "fabricant", "fabricante", "produttore", "costruttore", "fabrikant",
    "tillverkare",
    "producent", "производитель", "изготовитель",
)  # fmt: skip
NUMBERS = (
    "partnumber", "partnumbers", "partno", "partnr", "partnum", "part", "pn", "pno", "number",
    "num", "no", "nr", "pnumber", "productnumber", "productno", "productcode", "partcode", "code",
    "reference", "ref", "ordernumber", "ordercode", "orderingcode", "typenumber", "itemnumber",
    "catalognumber", "catalogno", "articlenumber", "partid", "id", "sku", "model", "modelnumber",
    "teilenummer", "teilenr", "artikelnummer", "artikelnr", "bestellnummer", "nummer", "typ",
    "artnr", "artnummer", "stocknumber",
)  # fmt: skip
# Words for a number that come before a maker's or a seller's in some languages, and what stands between.
NUMBERS_BEFORE = (
    "reference", "ref", "numero", "numerodepiece", "numerodeparte", "codigo", "codice", "code",
    "referencia",
    "riferimento", "part number", "artikelnummer", "teilenummer", "pn", "numerodepeca",
)  # fmt: skip
BETWEEN = ("", "du", "de", "del", "do", "des", "von", "le", "van")
# Sellers, and what in-house numbers are called: with a NUMBERS word, or alone, a stock number.
SELLERS = (
    "supplier", "suppliers", "vendor", "vendors", "distributor", "distributors", "distri", "seller",
    "retailer", "lieferant", "lieferanten", "fournisseur", "proveedor", "fornitore", "fornecedor",
    "leverancier", "distribuidor", "distributeur", "поставщик", "dist", "spn", "purchase",
)  # fmt: skip
BRANDS = (
    "digikey", "mouser", "farnell", "lcsc", "newark", "element14", "rs", "rsonline", "rscomponents",
    "arrow", "avnet", "tme", "jlcpcb", "jlc", "szlcsc", "rapid", "future", "tti", "verical",
    "rutronik", "reichelt", "conrad", "distrelec", "sparkfun", "adafruit", "mcmaster", "oc_farnell",
    "farnellelement14", "dk", "allied", "rochester", "buerklin", "chip1stop", "akizuki",
)  # fmt: skip
HOUSE = (
    "internal", "house", "inhouse", "company", "customer", "cust", "corporate", "our", "local",
    "erp", "sap", "stock", "store", "warehouse", "lager", "inventory", "interne", "cm", "assembler",
)  # fmt: skip
ALTERNATES = (
    "alternates", "alternate", "alternatives", "alternative", "alt", "substitutes", "substitute",
    "secondsource", "secondary", "equivalent", "backup", "replacement", "second", "2ndsource",
    "2nd",
)  # fmt: skip
PRIMARIES = ("primary", "preferred", "main", "1st", "first", "approved", "actual", "orderable")

WORDS: dict[Role, dict[int, tuple[str, ...]]] = {
    Role.MPN: {
        CLEAR: (
            "mpn", "mpns", "mpnnumber", "manpartno", "orderablepartnumber", "orderablepn",
            "referencefabricant", "reffabricant", "numerofabricant", "numerodepiecefabricant",
            "referencedufabricant", "codefabricant", "codiceproduttore", "referenciafabricante",
            "referenciadelfabricante", "numerodepartedelfabricante", "numeropartefabricante",
            "codicecostruttore", "codigofabricante", "codigodofabricante", "fullpartnumber",
            "partnumbermanufacturer", "partnumbermfr", "partnumbermfg", "pnmfg", "actualmpn",
            "fabrikantnummer", "herstellerteil", "herstellertyp", "herstellerbezeichnung",
            "номер производителя", "номер детали производителя", "код производителя",
            "артикул производителя", "партномер",
            "制造商料号", "厂商料号", "原厂料号", "厂家型号", "制造商型号", "制造商编号",
            "厂商型号", "原厂型号",
            "制造商零件编号", "制造商部件号", "制造商产品编号", "厂家料号", "生产商型号",
            "製造商料號", "原廠料號",
            "廠商料號", "製造商零件編號", "廠商型號", "原廠型號",
            "メーカー型番", "メーカ型番", "メーカー品番", "メーカ品番", "製造元品番",
            "製造元型番", "メーカー部品番号",
            "メーカー型式", "제조사품번", "제조사부품번호", "mfpn", "mfnum", "mfrpn", "mpartnumber",
            "mp",
        ),
        USUAL: (
            "partnumber", "partnumbers", "partno", "partnr", "partnum", "pn", "pno", "partcode",
            "orderingcode", "ordercode", "ordernumber", "teilenummer", "teilenr", "numerodepiece",
            "bestellnummer", "bestellnr", "bestellbezeichnung", "numerodeparte", "numeroparte",
            "codiceprodotto", "bestelnummer", "onderdeelnummer", "partid", "modelnumber",
            "typenumber",
            "型号", "规格型号", "物料型号", "型號", "規格型號", "产品型号", "元件型号", "器件型号",
            "型番", "品番", "型式", "型名", "артикул", "부품번호", "품번", "모델명",
        ),
        MAYBE: (
            "part", "parts", "partname", "parttype", "component", "comment", "value", "device",
            "name",
            "designation", "item", "itemnumber", "libref", "articlenumber", "artikelnummer",
            "artikelnr", "artikel", "typ", "type", "model", "wert", "bezeichnung", "valeur",
            "stockcode", "symbolvalue", "material", "product", "productnumber", "productname",
            "libpart", "partdescription", "description", "componentname", "articulo", "referencia",
            "référence", "reference", "code", "codice", "codigo", "artnr", "partvalue", "bauteil",
            "部品番号", "部品名", "名称", "品名", "规格", "наименование", "номинал", "参数",
            "物料名称",
        ),
    },
    Role.MANUFACTURER: {
        CLEAR: (
            "制造商", "厂家", "厂商", "生产厂家", "制造厂商", "生产商", "製造商", "廠商", "廠牌",
            "メーカー", "メーカ",
            "製造元", "製造メーカー", "メーカー名", "製造会社", "제조사", "제조업체", "fabbricante",
        ),
        USUAL: (
            "brand", "make", "mf", "marke", "marque", "marca", "componentmanufacturer",
            "partmanufacturer", "merk", "品牌", "бренд", "марка",
        ),
        MAYBE: ("vendor", "supplier", "source", "company", "vendorname"),
    },
    Role.QUANTITY: {
        CLEAR: (
            "qty", "quantity", "quantities", "qnty", "qtys", "quant", "quan", "qtyperboard",
            "qtyboard",
            "quantityperboard", "qtyperassy", "qtyperassembly", "qtyper", "qtyperunit", "qtypcb",
            "qtyperpcb", "quantityperpcb", "unitqty", "bomqty", "bomquantity", "menge", "anzahl",
            "stuckzahl", "stueckzahl", "stuck", "stueck", "quantite", "qte", "cantidad", "cant",
            "quantita", "aantal", "antal", "quantidade", "qtd", "qtde", "ilosc", "mnozstvi",
            "maara",
            "qta", "quantityper", "qtyused", "qtyea", "qtyea.", "bommenge", "compqty",
            "componentqty",
            "количество", "кол-во", "кол", "колво", "数量", "用量", "單位用量", "單機用量",
            "单机用量", "數量",
            "单板用量", "员数", "員数", "個数", "使用数", "点数", "수량", "qt", "qntd",
        ),
        USUAL: (
            "count", "orderqty", "orderquantity", "totalqty", "totalquantity", "qtytotal", "noof",
            "numberof", "nooff", "pcs", "pieces", "usage", "qtyrequired", "requiredquantity",
            "amount",
            "partcount", "componentcount", "qpa", "qpb", "numberofparts", "nb", "nombre", "stk",
            "buildquantity", "piecesperboard", "requestedquantity", "pezzi", "ea", "ordermenge",
        ),
        MAYBE: (),
    },
    Role.DESIGNATORS: {
        CLEAR: (
            "designator", "designators", "refdes", "refdesignator", "refdesignators",
            "referencedesignator", "referencedesignators", "partreference", "partreferences",
            "componentreference", "refdesg", "refdess", "bezeichner", "referenzbezeichner",
            "repere",
            "reperes", "reperetopologique", "designatore", "designador", "designators(s)",
            "referencedes", "refdescription", "refdesignation", "refdesignations", "schematicref",
            "referencedesignation", "referencedesignations", "componentdesignator", "rds",
            "bauteilreferenz", "referenzkennzeichen", "betriebsmittelkennzeichen", "designateur",
            "designadores", "designatori", "designatoren", "circuitreference", "circuitref",
            "позиционное обозначение", "поз обозначение", "обозначение", "позобозначение",
            "位号", "元件位号", "标号", "元件标号", "位置号", "位號", "零件位置", "插件位置",
            "元件位置",
            "部品記号", "回路記号", "記号", "リファレンス", "回路番号", "回路符号", "シンボル",
            "部品番号", "위치",
            "참조번호",
        ),
        USUAL: (
            "reference", "references", "ref", "refs", "referenz", "referenzen", "referencia",
            "referencias", "riferimento", "riferimenti", "boardreference", "pcbreference",
            "schematicreference", "location", "locations", "bauteilposition", "componentlocation",
            "referenties", "referentie", "referencja", "место", "位置", "座標", "boardlocation",
            "referencedesignatorlist", "instances", "referenceid", "refid", "reffabrication",
        ),
        MAYBE: (
            "customerreference", "customerno", "customerpartnumber", "part", "parts", "designation",
            "position", "positionen", "bauteil", "bauteile", "placement", "bezeichnung",
            "component",
            "components", "name", "comment", "id", "notes", "позиция", "部品", "pos", "instance",
            "partslist", "item", "linenote", "customerref", "usage", "symbol", "label",
        ),
    },
    Role.DESCRIPTION: {
        CLEAR: (
            "description", "descriptions", "desc", "descr", "partdescription",
            "componentdescription",
            "itemdescription", "productdescription", "beschreibung", "artikelbezeichnung",
            "descripcion",
            "descrizione", "omschrijving", "detaileddescription", "shortdescription", "libelle",
            "descricao", "opis", "beskrivning", "objektkurztext", "kurztext", "materialkurztext",
            "materialdescription", "mfrdescription", "manufacturerdescription", "popis",
            "longdescription",
            "описание", "描述", "物料描述", "器件描述", "元件描述", "說明", "规格描述",
            "規格描述", "説明", "仕様",
            "설명", "規格", "mfgdescription",
        ),
        USUAL: (
            "bezeichnung", "designation", "comment", "comments", "name", "partname", "details",
            "descriptionpart", "规格", "品名", "名称", "наименование", "部品名",
            "物料名称", "benennung", "denominacion", "denominazione", "nom", "title", "nome",
            "naam",
            "규격", "품명", "componentname", "specification", "spec", "specs", "specifications",
        ),
        MAYBE: ("value", "wert", "valeur"),
    },
    Role.VALUE: {
        CLEAR: (
            "value", "values", "val", "wert", "valeur", "valor", "valore", "waarde", "partvalue",
            "componentvalue", "номинал", "值", "参数", "阻容值", "値", "定数", "symbolvalue",
            "värde",
        ),
        USUAL: (), MAYBE: ("comment",),
    },
    Role.DO_NOT_POPULATE: {
        CLEAR: (
            "dnp", "dni", "dnf", "dns", "dnm", "nopop", "nofit", "nostuff", "donotpopulate",
            "donotplace", "donotinstall", "donotfit", "donotstuff", "donotmount", "notpopulated",
            "notfitted", "notmounted", "notinstalled", "nichtbestuckt", "nichtbestucken",
            "nonmonte",
            "dnpdni", "unpopulated", "notstuffed", "notplaced", "nomontar", "nicht bestücken",
            "не устанавливать", "не монтировать", "不贴", "未実装", "未贴", "nonmontare",
            "depopulate",
            "excludefromassembly", "excludedfromassembly", "noassemble", "nomount", "noload",
            "isdnp",
        ),
        USUAL: (), MAYBE: ("excludefrombom", "excludefromboard"),
    },
    Role.FITTED: {
        CLEAR: (
            "fitted", "fit", "populate", "populated", "install", "installed", "loaded", "load",
            "stuff",
            "stuffed", "mount", "mounted", "place", "placed", "assemble", "assembled", "bestuckt",
            "bestucken", "bestuckung", "monte", "population", "实装", "実装", "是否贴装",
            "是否焊接",
            "是否贴片", "установка", "isfitted", "placeyn", "fit/nofit", "fitnofit", "montado",
        ),
        USUAL: (
            "assembly", "assy", "assemblyinfo", "assemblynote", "assemblystatus", "mounting",
            "status",
            "config", "variant", "populationstatus", "configuration", "option", "populationoption",
            "stuffing", "stuffingoption", "buildoption", "fittedstatus", "placement", "bomstatus",
        ),
        MAYBE: (),
    },
    Role.SKU: {
        CLEAR: (
            "sku", "skus", "distributorpartnumber", "lieferantennummer", "lcscpart", "jlcpcbpart",
            "jlcpart", "jlcpcbpartnumber", "商品编号", "立创编号", "立创商城编号", "供应商编号",
            "供应商料号",
            "lcscpartnumber", "供应商型号", "仕入先品番", "注文コード", "supplierandref",
            "lcsccode",
            "供應商料號", "distpartnumber", "dpn",
        ),
        USUAL: (),
        MAYBE: (
            "partnumber", "partno", "pn", "itemnumber", "code", "ordercode", "orderingcode",
            "productcode",
            "ordernumber", "bestellnummer", "bestellnr", "partnum", "partid", "stockcode",
            "articlenumber",
            "artikelnummer", "supplier", "vendor", "comment", "referencia", "reference",
        ),
    },
    Role.HOUSE: {
        CLEAR: (
            "mrp", "ipn", "cpn", "hpn", "internalpartnumber", "internalpn", "matnr", "idnrk",
            "housepartnumber", "materialnumber", "materialnummer", "sachnummer", "物料编码",
            "物料编号", "料号",
            "料號", "物料號", "編碼", "编码", "存货编码", "自社品番", "社内品番", "agilenumber",
            "duropartnumber",
        ),
        USUAL: (
            "itemcode", "stockcode", "stocknumber", "stockno", "component", "material", "itemid",
            "itemno", "artikelnummer", "artikelnr", "artnr", "articlenumber", "articleno",
            "componentnumber",
        ),
        MAYBE: (
            "partnumber", "partno", "pn", "itemnumber", "code", "ordercode", "orderingcode",
            "productcode",
            "ordernumber", "bestellnummer", "bestellnr", "partnum", "partid", "item", "id",
            "number",
        ),
    },
    Role.SELLER: {
        CLEAR: (), USUAL: ("供应商", "仕入先", "購入先", "供應商", "distributor1", "store"), MAYBE: (),
    },
    Role.ITEM: {
        CLEAR: (
            "item", "itemnumber", "itemno", "itemnr", "lineitem", "line", "lineno", "linenumber",
            "sno",
            "slno", "srno", "serialno", "seq", "sequence", "index", "no", "nr", "num", "number",
            "row",
            "pos", "posnr", "position", "posn", "id", "序号", "項番", "番号", "№", "序號", "n",
            "idx",
            "level", "ebene", "stufe", "bomlevel", "laufendenr", "lfdnr", "номер", "п/п", "№ п/п",
            "findno", "findnumber", "rownumber", "ligne", "renglon", "linha", "rang", "nummer",
        ),
        USUAL: (), MAYBE: (),
    },
    Role.OTHER: {
        CLEAR: (
            "package", "footprint", "pcbfootprint", "case", "casepackage", "casesize",
            "packagecase",
            "gehause", "bauform", "boitier", "encapsulado", "封装", "封裝", "パッケージ", "корпус",
            "library", "libraryname", "lib", "sheet", "sheetname", "datasheet", "datenblatt",
            "link",
            "url", "hyperlink", "price", "unitprice", "cost", "unitcost", "totalprice",
            "extendedprice",
            "totalcost", "linecost", "preis", "prix", "precio", "prezzo", "цена", "单价", "価格",
            "tolerance", "toleranz", "voltage", "rating", "power", "wattage", "temperature",
            "remark",
            "remarks", "note", "notes", "comments", "bemerkung", "bemerkungen", "remarque",
            "remarques",
            "примечание", "备注", "備考", "備註", "rev", "revision", "version", "lifecycle",
            "rohs", "moq",
            "leadtime", "stock", "available", "backorder", "availability", "unit", "uom", "einheit",
            "units", "meins", "unite", "side", "layer", "rotation", "angle", "x", "y", "midx",
            "midy",
            "type", "parttype", "category", "categories", "class", "family", "series", "symbol",
            "mounttype", "mountingtype", "technology", "pins", "pincount", "padcount", "variant",
            "libref", "libpart", "populate", "height", "msl", "country", "currency", "image",
            "photo",
            "subtotal", "size", "dimension", "dielectric", "substitutionsallowed", "stocked",
            "weight",
            "substitutionspolicy", "temperaturerange", "datasheetlink", "productlink", "sparepart",
            "characteristics", "checked", "date", "author", "changedescription", "approver",
            "kind", "group", "bom", "dnpnote",
        ),
        USUAL: (), MAYBE: (),
    },
}  # fmt: skip
