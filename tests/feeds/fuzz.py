"""Damages good files at random and reads them: `python -m tests.feeds.fuzz --seed 1 --count 10000`.

A file may be refused by an error of ours; anything else, or a read that takes long, is a defect. The
same seed damages alike, so a defect can be played again.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bulkmatch.cli.inspect_json import as_json
from bulkmatch.errors import EngineError
from bulkmatch.feeds import read_file

SAMPLES = Path(__file__).parent / "samples"
BOMS = Path(__file__).resolve().parents[3] / "shared" / "boms"
LONGEST = 10.0  # seconds for one file of some kilobytes
_TOKENS = (
    b"MPN", b"\0", b'"', b"\r", b"\n", b",", b";", b"\t", b"|", b"\xff\xfe", b"\xef\xbb\xbf", b"(",
    b")", b"<a>", b"</a>", b"&amp;", b"R1-R9999", b"DNP", b"\xe4", b"\x0c", b"~", b" or ", b"[",
    b"=1+1", b"1e999", b"PK\x03\x04",
)  # fmt: skip


def originals() -> list[bytes]:
    """What is damaged: our samples, and the real files where they are at hand."""
    files = [path for path in sorted(SAMPLES.iterdir()) if not path.name.endswith(".json")]
    files += [path for path in sorted(BOMS.glob("*")) if path.suffix != ".json"]
    return [path.read_bytes() for path in files]


def damaged(raw: bytes, dice: random.Random) -> bytes:
    """The bytes with a few cut out, doubled, overwritten or put in."""
    told = bytearray(raw)
    for _ in range(dice.randint(1, 12)):
        at = dice.randrange(len(told) + 1)
        length = dice.choice((1, 1, 2, 8, 64, 512))
        match dice.randrange(5):
            case 0:
                del told[at : at + length]
            case 1:
                told[at:at] = told[at : at + length] * dice.choice((1, 2, 50))
            case 2:
                told[at:at] = dice.choice(_TOKENS) * dice.choice((1, 1, 3, 200))
            case 3:
                told[at : at + length] = dice.randbytes(length)
            case _:
                del told[at:]
    return bytes(told)


def play(seed: int, count: int, folder: Path) -> Iterator[str]:
    """Read so many damaged files; what went wrong, in words."""
    known = originals()
    place = folder / "damaged.bin"
    for step in range(seed, seed + count):
        dice = random.Random(step)
        place.write_bytes(damaged(dice.choice(known), dice) or b"x")
        began = time.monotonic()
        try:
            as_json(read_file(place))
        except EngineError:
            pass
        except Exception as error:  # noqa: BLE001 - a defect, to be told
            yield f"seed {step}: {type(error).__name__}: {error}"
        if time.monotonic() - began > LONGEST:
            yield f"seed {step}: took {time.monotonic() - began:.1f} s"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10_000)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        defects = list(play(told.seed, told.count, Path(folder)))
    sys.stdout.write("\n".join([*defects, f"{told.count} files, {len(defects)} defects\n"]))
    return 1 if defects else 0


if __name__ == "__main__":
    sys.exit(main())
