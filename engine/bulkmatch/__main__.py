"""`python -m bulkmatch` is the command `bulkmatch`."""

from bulkmatch.cli.main import main

if __name__ == "__main__":
    main()
