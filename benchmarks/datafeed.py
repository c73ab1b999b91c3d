"""Rows a second and peak memory of `datafeed check`, on a made-up feed with ladders and attributes.

Each size runs in a process of its own, because a process's peak memory only grows.
"""

import csv
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

ROWS = (20_000, 100_000)
_STEPS = (1, 10, 25, 100, 500, 1_000)
_ATTRIBUTES = ("case_package", "height", "tolerance", "capacitance", "voltage_rating")
_MEASURE = """
import resource, sys, time
from pathlib import Path
from bulkmatch.datafeed import check
began = time.perf_counter()
report = check(Path(sys.argv[1]), most_examples=3)
taken = time.perf_counter() - began
assert report.error_count == 0, report.rules
print(report.row_count / taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def write_feed(path: Path, rows: int) -> None:
    """A feed of distinct offers: 30 columns, six steps, five specs and a lifecycle status."""
    dice = random.Random(20261120)
    ladder = [name for n in range(1, 7) for name in (f"price-break-{n}", f"price-usd-{n}")]
    headers = ["manufacturer", "mpn", "sku", "distributor-url", "eligible-region", "quantity"]
    headers += [*ladder, "description", "attributes", "category", "datasheet-url", "moq"]
    headers += ["order-multiple", "packaging", "factory-lead-days"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headers)
        for number in range(rows):
            writer.writerow(_row(number, dice))


def _row(number: int, dice: random.Random) -> list[str]:
    price = dice.uniform(0.01, 20)
    steps = [(step, f"{price * 0.9**at:.5f}") for at, step in enumerate(_STEPS)]
    specs: dict[str, object] = {name: f"{dice.randrange(1, 999)} uF" for name in _ATTRIBUTES}
    observed = {"observation_date": "2026-11-20"}
    specs["lifecycle_status"] = {"metadata": observed, "value": "PRODUCTION"}
    mpn = f"CL{number:07}KB8NNNC"
    head = [f"Maker {number % 300}", mpn, f"SK-{number}", f"https://example.com/p/{mpn}", "US"]
    head.append(str(dice.randrange(100_000)))
    ladder = [str(cell) for step in steps for cell in step]
    tail = ['Ceramic capacitor, 5" reel, X7R', json.dumps(specs), "passives >> capacitors"]
    tail += [f"https://example.com/d/{mpn}.pdf", "1", "1", "Cut Tape", "84"]
    return [*head, *ladder, *tail]


def measure(path: Path) -> tuple[float, float]:
    """Rows a second, and the most memory in MB."""
    arguments = [sys.executable, "-c", _MEASURE, str(path)]
    told = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout
    speed, megabytes = map(float, told.split())
    return speed, megabytes


def main(sizes: tuple[int, ...] = ROWS) -> None:
    """Print a line for each size; `python -m benchmarks.datafeed 1000000` for another."""
    with tempfile.TemporaryDirectory() as folder:
        for rows in sizes:
            path = Path(folder) / "feed.csv"
            write_feed(path, rows)
            size = path.stat().st_size / 1e6
            speed, megabytes = measure(path)
            print(f"  {rows:9,} rows, {size:6.0f} MB {speed:9,.0f} rows/s {megabytes:6.0f} MB held")


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or ROWS)
