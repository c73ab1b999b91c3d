"""Fails unless a run's summary and outputs tell of every line of its BOM."""

import csv
import json
import sys
from pathlib import Path

summary_file, bom_file, csv_file, jsonl_file = map(Path, sys.argv[1:])
summary = json.loads(summary_file.read_text())
lines = len(list(csv.DictReader(bom_file.open(encoding="utf-8-sig"))))
rows = list(csv.reader(csv_file.open(encoding="utf-8-sig")))
objects = [json.loads(line) for line in jsonl_file.read_text().splitlines()]
told = {"lines": summary["lines"], "csv": len(rows) - 1, "jsonl": len(objects)}
print(f"{lines} lines in, {told}, outcomes {summary['outcomes']}, charged {summary['charged']}")
wrong = [name for name, count in told.items() if count != lines]
if wrong or summary["source"] != "sandbox" or not summary["charged"]:
    sys.exit(f"something is missing: {wrong}, source {summary['source']}")
