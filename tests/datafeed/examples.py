"""For every rule a feed that breaks it, and one that is close to it and does not."""

import csv
import io
import json

HEAD = {
    "manufacturer": "General Devices",
    "mpn": "TLC274AID",
    "sku": "123-456-AB",
    "distributor-url": "http://example.com/buy/TLC274AID.html",
}


def text_of(*rows: dict[str, str], delimiter: str = ",") -> str:
    """A feed of these rows; the first one's keys are its header."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)
    return out.getvalue()


def with_cell(column: str, text: str, **more: str) -> str:
    """A feed of one good row with one more cell; `_` in further names stands for a hyphen."""
    others = {name.replace("_", "-"): value for name, value in more.items()}
    return text_of(HEAD | {column: text} | others)


def spec(value: object, name: str = "supply_voltage") -> str:
    """A feed of one row with one spec."""
    return with_cell("attributes", json.dumps({name: value}, ensure_ascii=False))


def ladder(*steps: tuple[str, str], currency: str = "usd") -> str:
    """A feed of one row with this price ladder."""
    cells = dict(HEAD)
    for number, (quantity, price) in enumerate(steps, start=1):
        cells |= {f"price-break-{number}": quantity, f"price-{currency}-{number}": price}
    return text_of(cells)


def named(header: str) -> str:
    """A feed whose last column has this header."""
    return text_of(HEAD | {header: ""})


GOOD = text_of(HEAD)
LINES = GOOD.splitlines(keepends=True)
DATED = {"metadata": {"observation_date": "2020-05-20"}, "value": "PRODUCTION"}

# Each rule with feeds that break it, and feeds that do not.
EXAMPLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "delimiter": ((text_of(HEAD, delimiter=";"), text_of(HEAD, delimiter="|")), (GOOD,)),
    "encoding": ((with_cell("description", "22 \udcb5F"),), (with_cell("description", "22 µF"),)),
    "byte-order-mark": (("\ufeff" + GOOD,), (GOOD,)),
    "no-rows": ((LINES[0],), (GOOD,)),
    "no-offers": ((text_of(HEAD | {"sku": "", "distributor-url": ""}),), (GOOD,)),
    "header-first": (("My feed\n" + GOOD, "a,b\n1,2\n"), (GOOD,)),
    "header-required": ((text_of({"manufacturer": "A", "mpn": "B", "sku": "C"}),), (GOOD,)),
    "header-unknown": (
        (named("datasheet_url"), named("manufacturer-url-1"), named("price-usd"), named("colour")),
        (named("datasheet-url"), named("datasheet-url-1"), named("price-break-reference")),
    ),
    "header-empty": ((named(""),), (GOOD,)),
    "header-duplicate": (
        ("manufacturer,mpn,sku,distributor-url,mpn\nA,B,C,http://a.example/b,B\n",),
        (text_of(HEAD | {"image-url": "", "image-url-1": "", "image-url-2": ""}),),
    ),
    "header-case": ((named("Description"), named(" description")), (named("description"),)),
    "header-recommended": ((GOOD,), ()),
    "header-price-pair": ((text_of(HEAD | {"price-usd-1": "1"}),), (ladder(("1", "2")),)),
    "currency": ((ladder(("1", "2"), currency="rmb"),), (ladder(("1", "2"), currency="cny"),)),
    "field-count": ((GOOD + "A,B,C\n", GOOD + "A,B,C,http://a.example/b,E\n"), (GOOD,)),
    "quoting": (
        (GOOD + 'A,5" screen,C,http://a.example/b\n', GOOD + '"A,B,C,http://a.example/b\n'),
        (GOOD + '"A ""b"",\n c",B,C,http://a.example/b\n',),
    ),
    "blank-row": ((GOOD + "\n", GOOD + ",,,\n"), (GOOD,)),
    "required": ((text_of(HEAD, HEAD | {"mpn": ""}), text_of(HEAD, HEAD | {"sku": " "})), (GOOD,)),
    "duplicate-line": ((text_of(HEAD, HEAD),), (text_of(HEAD, HEAD | {"sku": "other"}),)),
    "duplicate-listing": (
        (text_of(HEAD | {"moq": "1"}, HEAD | {"moq": "2"}),),
        (text_of(HEAD | {"eligible-region": "US"}, HEAD | {"eligible-region": "CA"}),),
    ),
    "price-without-break": ((ladder(("", "2")),), (ladder(("1", "2")), ladder(("", "")))),
    "break-without-price": ((ladder(("1", "")),), (ladder(("1", "2")),)),
    "price-break-repeated": ((ladder(("1", "2"), ("1", "1")),), (ladder(("1", "2"), ("2", "1")),)),
    "price-break-order": ((ladder(("10", "1"), ("1", "2")),), (ladder(("1", "2"), ("10", "1")),)),
    "price-rises": ((ladder(("1", "1"), ("10", "1.01")),), (ladder(("1", "1"), ("10", "1.0")),)),
    "eta-without-quantity": (
        (with_cell("on-order-eta", "2012-11-01"),),
        (with_cell("on-order-eta", "2012-11-01", on_order_quantity="5"),),
    ),
    "surrounding-blanks": ((with_cell("packaging", "cut tape "),), (with_cell("packaging", "a b"),)),
    "stray-characters": (
        (with_cell("description", "a\u200bb"), with_cell("description", "22 \ufffdF")),
        (with_cell("description", "22 µF ±5 % 日本\n語"),),
    ),
    "markup": (
        (with_cell("description", "R&amp;D <b>bold</b>"),),
        (with_cell("description", "R&D, a < b > c"),),
    ),
    "spreadsheet-error": ((with_cell("packaging", "#N/A"),), (with_cell("packaging", "#1 reel"),)),
    "spreadsheet-number": (
        (text_of(HEAD | {"mpn": "1.23E+12"}), text_of(HEAD | {"sku": "1-Mar"})),
        (text_of(HEAD | {"mpn": "74HC00E+"}),),
    ),
    "url-scheme": (
        (with_cell("image-url", "www.example.com/a.jpg"), with_cell("image-url", "ftp://a/b")),
        (with_cell("image-url", "https://www.example.com/a.jpg"),),
    ),
    "url-form": ((with_cell("image-url", "http://example.com/a b"),), (GOOD,)),
    "url-several": (
        (with_cell("image-url", "http://a.example/b;http://a.example/c"),),
        (with_cell("image-url", "http://a.example/?to=http://b.example/c"),),
    ),
    "url-not-specific": ((with_cell("image-url", "http://example.com/"),), (GOOD,)),
    "region": (
        (with_cell("eligible-region", "UK"), with_cell("eligible-region", "US, CA")),
        tuple(with_cell("eligible-region", text) for text in ("US", "US-NY", "GB-ENG")),
    ),
    "region-case": ((with_cell("eligible-region", "us"),), (with_cell("eligible-region", "US"),)),
    "quantity": (
        tuple(with_cell("quantity", text) for text in ("-5", "4,000", "100+", "1.5", "plenty")),
        tuple(with_cell("quantity", text) for text in ("4000", "0", "-1", "-2", "-3", "-4")),
    ),
    "count": (
        (with_cell("moq", "-1"), with_cell("factory-lead-days", "12 weeks")),
        (with_cell("moq", "100"), with_cell("factory-lead-days", "0")),
    ),
    "count-zero": ((with_cell("moq", "0"),), (with_cell("on-order-quantity", "0"),)),
    "measure": (
        (
            with_cell("multipack-quantity", "10 yards"),
            with_cell("multipack-quantity", "::yards"),
            with_cell("multipack-quantity", "0::yards"),
            with_cell("price-break-reference", "10"),
        ),
        (
            with_cell("multipack-quantity", "1000"),
            with_cell("multipack-quantity", "10::yards"),
            with_cell("price-break-reference", "4::kilograms"),
        ),
    ),
    "price": ((ladder(("1", "$0.45")), ladder(("1", "0,45"))), (ladder(("1", "0.45")),)),
    "price-zero": ((ladder(("1", "0")),), (ladder(("1", "0.00001")),)),
    "price-break": ((ladder(("0", "1")), ladder(("ten", "1"))), (ladder(("2.5", "1")),)),
    "date": (
        tuple(with_cell("datecode", text) for text in ("2012-02-30", "01.11.2012", "1223")),
        (with_cell("datecode", "2012-02-29"),),
    ),
    "category": ((with_cell("category", "a >> >> b"), with_cell("category", ">> a")), (GOOD,)),
    "category-separator": (
        (with_cell("category", "a > b"), with_cell("category", "a -> b")),
        (with_cell("category", "semiconductors >> op-amps"), with_cell("category", "A/D, D/A")),
    ),
    "json": (
        tuple(with_cell("attributes", text) for text in ("{'a': 'b'}", '{"a": NaN}', '{"a": "b",}')),
        (spec("3.3 volts"),),
    ),
    "json-object": ((with_cell("attributes", '["a"]'),), (with_cell("attributes", "{}"),)),
    "json-duplicate": ((with_cell("attributes", '{"a": "b", "a": "c"}'),), (spec("b"),)),
    "application-note": (
        (
            with_cell("application-note-url", '{"url": "http://a.example/b"}'),
            with_cell("application-note-url-1", '{"title": "b"}'),
        ),
        (with_cell("application-note-url", '{"url": "http://a.example/b", "title": "c"}'),),
    ),
    "simulation-model": (
        (with_cell("simulation-model-url", '{"url": "http://a.example/b", "title": "c"}'),),
        (with_cell("simulation-model-url", '{"url": "http://a.example/b", "description": "c"}'),),
    ),
    "spec-name": ((spec("b", name=""),), (spec("b"),)),
    "spec-empty": ((spec(""), spec(None)), (spec("0"),)),
    "spec-type": ((spec(14), spec(True)), (spec("14"),)),
    "spec-list": ((spec(["I2C", "SPI"]),), (spec("I2C, SPI"),)),
    "spec-metadata": (
        (
            spec({"value": ""}),
            spec({"val": "x"}),
            spec({"value": "x", "unit": "V"}),
            spec({"value": "x", "metadata": "y"}),
        ),
        (spec(DATED, name="lifecycle_status"),),
    ),
    "spec-metadata-unsupported": (
        (spec({"value": "x", "metadata": {"a": "b"}}),),
        (spec({"value": "x"}),),
    ),
    "lifecycle-undated": (
        (spec("Active", name="lifecycle_status"), spec({"value": "A"}, name="lifecycle_status")),
        (spec(DATED, name="lifecycle_status"),),
    ),
    "spec-range": (
        tuple(map(spec, ("-40C to 85C", "3.3V - 5V", "3.3 to 5 volts", "-55°C~+125°C (TJ)"))),
        tuple(map(spec, ("±10 %", "SOT-23-6", "2-Wire", "6 to go", "10 V", "0603", "I2C to SPI"))),
    ),
    "spec-condition": (
        tuple(map(spec, ("200 ohms @ 100MHz", "25cfm @ 12V", "1 V @10mA"))),
        tuple(map(spec, ("mail@example.com", "200 ohms"))),
    ),
    "spec-combination": (
        tuple(map(spec, ("L x W x H", "14 x 10 x 3 mm", "3.2mm x 1.6mm"))),
        tuple(map(spec, ("Linear", "x86", "LxT", "2x"))),
    ),
}  # fmt: skip
