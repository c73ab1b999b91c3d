"""How long a command takes to show its help, against Python doing nothing."""

import subprocess
import sys
import time

_ROUNDS = 7
_COMMANDS = {
    "python -c pass": ("-c", "pass"),
    "bulkmatch --help": ("-m", "bulkmatch", "--help"),
    "bulkmatch enrich --help": ("-m", "bulkmatch", "enrich", "--help"),
    "import bulkmatch; bulkmatch.Engine": ("-c", "import bulkmatch; bulkmatch.Engine"),
}


def seconds(arguments: tuple[str, ...]) -> float:
    """The best of some rounds, in seconds."""
    best = float("inf")
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        best = min(best, time.perf_counter() - began)
    return best


def main() -> None:
    """Print a line for each command."""
    base = seconds(_COMMANDS["python -c pass"])
    for name, arguments in _COMMANDS.items():
        taken = seconds(arguments)
        print(f"  {name:36} {taken * 1000:7.0f} ms   {taken / base:5.1f} x")


if __name__ == "__main__":
    main()
