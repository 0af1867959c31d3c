"""``nmrquanv train``: train a model, or retrain one from a run folder of the window.

Events go to standard output as they come, one JSON object a line: ``start``, ``progress``,
``epoch``, ``result``, ``error``. A line ``stop`` on standard input ends the training with the
best weights so far.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import threading
from functools import partial
from typing import Any, TextIO

from nmrquanv.cli.exit_codes import DONE, one_line
from nmrquanv.errors import NmrQuanvError


def run(arguments: argparse.Namespace) -> int:
    """Run the training that the arguments name."""
    stop = threading.Event()
    emit = partial(_emit, sys.stdout)
    threading.Thread(target=_listen, args=(stop,), name="stdin", daemon=True).start()
    try:
        # Events only on standard output, whatever a library prints.
        with contextlib.redirect_stdout(sys.stderr):
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


def _emit(output: TextIO, event: dict[str, Any]) -> None:
    """Write one event as a line of JSON, at once."""
    output.write(json.dumps(event, ensure_ascii=True) + "\n")
    output.flush()


def _listen(stop: threading.Event) -> None:
    """Set ``stop`` when a line ``stop`` comes in.

    Reads the file descriptor itself: a thread that waits inside Python's own buffer when the
    program ends would abort it.
    """
    received = b""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        while chunk := os.read(sys.stdin.fileno(), 1024):
            received = (received + chunk)[-4096:]
            if b"stop" in received.split():
                stop.set()
                return
