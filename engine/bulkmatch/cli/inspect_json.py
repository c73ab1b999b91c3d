"""What was found in a file as one JSON object.

Its keys and counting: rows and columns count from 0; rows are a sheet's, or a text's records, blank
ones too. `bom_lines` leaves out headers, titles, totals, notes, blank rows and rows that only add an
alternate. `mpns` are distinct but for case, alternates included; what stands for none is not there.
"""

from collections.abc import Iterable
from typing import Any

from bulkmatch.feeds import Found, Reading
from bulkmatch.feeds.findings import findings_of
from bulkmatch.feeds.layout import Choice
from bulkmatch.feeds.numbers import distinct, part_numbers
from bulkmatch.feeds.vocabulary import Role
from bulkmatch.model.row import Row

Json = dict[str, Any]  # an object of JSON as it goes out


def as_json(reading: Reading) -> Json:
    """The object; everything in it is plain JSON."""
    content = reading.content
    rows = [row for found in reading.counted for row in found.table.rows]
    numbers = [part_numbers(row) for row in rows]
    told: Json = {
        "file": reading.file.name,
        "bytes": reading.file.stat().st_size,
        "container": content.container,
        "encoding": content.encoding,
        "byte_order_mark": content.has_mark,
        "line_ending": content.line_ending,
        "delimiter": content.delimiter,
        "sheets": list(content.sheets) if content.sheets is not None else None,
        "tables": [_table(found) for found in reading.tables],
        "bom_lines": len(rows),
        "alternate_rows": sum(len(found.table.alternate_lines) for found in reading.counted),
        "dnp_lines": sum(row.do_not_populate for row in rows),
        "partially_dnp_lines": sum(bool(row.left_out) for row in rows),
        "has_mpn_column": any(found.table.columns.mpn is not None for found in reading.counted),
        "has_manufacturer_column": any(
            found.table.columns.manufacturer is not None for found in reading.counted
        ),
        "lines_with_mpn": sum(map(bool, numbers)),
        "unique_mpns": 0,
        "unique_primary_mpns": len(distinct([texts[0] for texts in numbers if texts])),
        "quantity_sum": _sum(rows),
        "mpns": distinct([text for texts in numbers for text in texts]),
        "confidence": round(min((found.confidence for found in reading.counted), default=0.0), 2),
        "findings": [
            {
                "problem": str(one.problem),
                "sheet": one.sheet,
                "row": one.line - 1,
                "text": one.text,
                "says": one.says,
            }
            for found in reading.counted
            for one in findings_of(found.table)
        ],
    }
    told["unique_mpns"] = len(told["mpns"])
    return told


def _sum(rows: Iterable[Row]) -> float | None:
    known = [row.quantity for row in rows if row.quantity is not None]
    return float(sum(known)) if known else None


def _table(found: Found) -> Json:
    table, columns = found.table, found.table.columns
    lines = table.rows
    options = [at for at, _ in columns.alternates]
    makers = [by for _, by in columns.alternates]
    shown: Json = {
        "sheet": table.sheet,
        "role": found.role,
        "title": found.title or None,
        "header_row_index": table.header_line - 1 if table.header_line else None,
        "first_data_row": lines[0].line - 1 if lines else None,
        "last_data_row": _last(found),
        "columns": {
            "mpn": _columns(found, (columns.mpn, *columns.mpn_also, *options)),
            "manufacturer": _columns(
                found, (columns.manufacturer, *columns.manufacturer_also, *makers)
            ),
            "quantity": _column(found, columns.quantity),
            "designators": _column(found, columns.designators),
            "supplier_part_number": _columns(found, sorted((*columns.skus, *columns.house))),
            "description": _column(found, columns.description),
            "dnp": _column(found, columns.do_not_populate),
            "value": _column(found, columns.value),
        },
        "lines": len(lines),
        "alternate_rows": [line - 1 for line in table.alternate_lines],
        "dnp_rows": [row.line - 1 for row in lines if row.do_not_populate],
        "partially_dnp_rows": [row.line - 1 for row in lines if row.left_out],
        "confidence": found.confidence,
        "counted": found.counts,
        "choices": [_choice(choice) for choice in found.choices],
    }
    if found.element is not None:
        shown |= _fields(found)
    return shown


def _last(found: Found) -> int | None:
    lines = [row.line for row in found.table.rows] + list(found.table.alternate_lines)
    return max(lines) - 1 if lines else None


def _fields(found: Found) -> Json:
    """What a list of XML elements says instead of columns."""
    columns = found.table.columns
    makers = (columns.manufacturer, *columns.manufacturer_also)
    return {
        "element": found.element,
        "mpn_field": _names(found, (columns.mpn, *columns.mpn_also)),
        "manufacturer_field": _names(found, makers),
        "quantity": _names(found, (columns.quantity,)),
        "designators": _names(found, (columns.designators,)),
    }


def _names(found: Found, places: Iterable[int | None]) -> str | None:
    names = sorted((found.table.header[at] for at in places if at is not None), key=str.casefold)
    return " | ".join(names) or None


def _columns(found: Found, places: Iterable[int | None]) -> list[Json]:
    return [shown for at in places if (shown := _column(found, at)) is not None]


def _column(found: Found, at: int | None) -> Json | None:
    if at is None:
        return None
    reason = next((c for c in found.choices if c.index == at), None)
    name = found.table.header[at].strip() if at < len(found.table.header) else ""
    told: Json = {"index": at, "name": name}
    return told if reason is None else told | {"confidence": reason.confidence}


def _choice(choice: Choice) -> Json:
    return {
        "role": str(choice.role if choice.role is not Role.FITTED else Role.DO_NOT_POPULATE),
        "index": choice.index,
        "name": choice.name,
        "confidence": choice.confidence,
        "reason": choice.reason,
    }
