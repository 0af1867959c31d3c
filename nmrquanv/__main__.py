"""Run the program with ``python -m nmrquanv``."""

import sys

from nmrquanv.cli import main

if __name__ == "__main__":
    sys.exit(main())
