"""Fails when schema.graphql says anything that the live interface does not."""

import sys
from pathlib import Path

from bulkmatch.wire.schema import differences

ROOT = Path(__file__).resolve().parent.parent
LIVE = ROOT.parent / "shared" / "nexar" / "schema.graphql"

if not LIVE.exists():
    print(f"skipped: {LIVE} is absent")
    sys.exit(0)
found = differences((ROOT / "schema.graphql").read_text(), LIVE.read_text())
print("\n".join(found) or "every name, nullability and default of ours is there")
sys.exit(bool(found))
