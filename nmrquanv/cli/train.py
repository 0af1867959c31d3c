"""``nmrquanv train``: train a model, or go on with a run folder of the window.

Events go to standard output, one JSON object a line; the line ``stop`` on standard input ends
training with the best weights so far.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from typing import Any

from nmrquanv.cli.exit_codes import DONE


def run(arguments: argparse.Namespace) -> int:
    """Run the training; its JSON lines go to standard output as they come."""
    stop = threading.Event()
    threading.Thread(target=_listen, args=(stop,), daemon=True).start()
    if arguments.run is not None:
        from nmrquanv.training.retraining import run_folder

        run_folder(arguments.run, _tell, stop.is_set)
    else:
        from nmrquanv.training.run import run_config

        run_config(arguments.config, arguments.output, _tell, stop.is_set)
    return DONE


def _tell(event: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def _listen(stop: threading.Event) -> None:
    # Read the bare descriptor: a thread waiting inside sys.stdin would hold its lock at exit.
    said = b""
    while chunk := os.read(sys.stdin.fileno(), 4096):
        said += chunk
        if b"stop" in said.split():
            stop.set()
