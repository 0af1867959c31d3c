"""What the bundle runs: the command line, which opens the window."""

import multiprocessing
import sys

from nmrquanv.cli import main

if __name__ == "__main__":
    multiprocessing.freeze_support()  # the pool's processes are this program again
    sys.exit(main())
