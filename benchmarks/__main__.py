"""`make bench`: all measurements, one table each. Figures move with the machine; read the ratios."""

from benchmarks import audit, datafeed, ledger, matching, reading, sandbox, start, stream, throttle

if __name__ == "__main__":
    for module in (start, stream, ledger, datafeed, matching, reading, sandbox, throttle, audit):
        print(f"\n{(module.__doc__ or '').splitlines()[0]}")
        module.main()
