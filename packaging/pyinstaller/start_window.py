"""What the bundle's window runs on Windows, where a command line would open a console beside it."""

import multiprocessing
import sys

from nmrquanv.gui.app import main

if __name__ == "__main__":
    multiprocessing.freeze_support()  # the pool's processes are this program again
    sys.exit(main(sys.argv[1:]))
