"""Write the sandbox's sample catalog as it might be some months later: for two audits with a change between.

python examples/later_catalog.py later.csv
"""

import csv
import json
import sys
from importlib.resources import files
from pathlib import Path

# What becomes of these parts. All of it is made up, as the sample's offers are.
LIFECYCLES = {
    "MBR0520LT1G": "NRND",
    "BME280": "NRND",
    "TPS63020DSJR": "EOL",
    "AS3935-BQFT": "Obsolete",
    "XFL4020-222MEC": "NRND",
}
GONE = ("282834-3",)


def changed(row: dict[str, str]) -> dict[str, str]:
    """A row of the catalog, some months later."""
    after = LIFECYCLES.get(row["mpn"])
    if after is None:
        return row
    attributes = json.loads(row["attributes"] or "{}")
    if "lifecycle_status" in attributes:
        attributes["lifecycle_status"]["value"] = after
    return {**row, "attributes": json.dumps(attributes) if attributes else ""}


def main(place: Path) -> None:
    """Write the changed catalog."""
    text = files("bulkmatch.sandbox").joinpath("sample_catalog.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(changed(row) for row in rows if row["mpn"] not in GONE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
