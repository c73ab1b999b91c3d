"""Writes weather-station.xlsx from weather-station.csv: the same BOM under a title block. Run it by hand."""

import csv
from datetime import datetime
from pathlib import Path

import xlsxwriter

HERE = Path(__file__).parent
NUMBERS = frozenset({"Item", "Quantity"})
HEADER_ROW = 2  # the third row, counted from 0: title and revision stand above it


def main() -> None:
    """Write the workbook; every cell but items and quantities is text."""
    with (HERE / "weather-station.csv").open(encoding="utf-8", newline="") as stream:
        headers, *lines = csv.reader(stream)
    file = HERE / "weather-station.xlsx"
    with xlsxwriter.Workbook(file, {"strings_to_numbers": False}) as book:
        book.set_properties({"title": "Weather station", "created": datetime(2026, 11, 20)})  # noqa: DTZ001
        sheet, bold = book.add_worksheet("BOM"), book.add_format({"bold": True})
        sheet.write_string(0, 0, "Weather station: bill of materials", bold)
        sheet.write_string(1, 0, "Revision B, 2026-11-20")
        for row, fields in enumerate((headers, *lines), start=HEADER_ROW):
            for column, (header, field) in enumerate(zip(headers, fields, strict=True)):
                if row > HEADER_ROW and header in NUMBERS and field:
                    sheet.write_number(row, column, int(field))
                else:
                    sheet.write_string(row, column, field)
        sheet.set_column(1, 1, 28)
        sheet.set_column(3, 5, 26)
    print(f"{file.name}: {len(lines)} lines")


if __name__ == "__main__":
    main()
