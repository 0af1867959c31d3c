"""``nmrquanv train``: train a model, or retrain one from a run folder of the window.

Events go to standard output as they come, one JSON object a line: ``start``, ``progress``,
``epoch``, ``result``, ``error``. A line ``stop`` on standard input ends the training with the
best weights so far.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
from functools import partial

from nmrquanv.cli.events import listen_for_stop, write_event
from nmrquanv.cli.exit_codes import DONE, one_line
from nmrquanv.errors import NmrQuanvError
from nmrquanv.extras import require


def run(arguments: argparse.Namespace) -> int:
    """Run the training that the arguments name."""
    stop = threading.Event()
    emit = partial(write_event, sys.stdout)
    listen_for_stop(stop)
    try:
        # Events only on standard output, whatever a library prints.
        with contextlib.redirect_stdout(sys.stderr):
            require("train", "training")
            if arguments.run is not None:
                from nmrquanv.training.retraining import run_folder

                run_folder(arguments.run, emit, stop.is_set)
            else:
                from nmrquanv.training.run import run_config

                run_config(arguments.config, arguments.output, emit, stop.is_set, arguments.device)
    except NmrQuanvError as error:
        emit({"event": "error", "message": one_line(str(error))})
        raise
    return DONE
