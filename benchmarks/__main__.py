"""`make bench`: all measurements, one table each. Figures move with the machine; read the ratios."""

from benchmarks import ledger, start, stream

if __name__ == "__main__":
    for module in (start, stream, ledger):
        print(f"\n{module.__doc__.splitlines()[0]}")
        module.main()
