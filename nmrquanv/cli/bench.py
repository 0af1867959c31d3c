"""``nmrquanv bench accuracy``: the finders on simulated spectra, side by side."""

from __future__ import annotations

import argparse
import json
import sys

from nmrquanv.cli.exit_codes import DONE
from nmrquanv.paths import write_whole


def run(arguments: argparse.Namespace) -> int:
    """Measure and print the table; progress goes to standard error."""
    from nmrquanv.study.benchmark import accuracy, table, to_dict

    results = accuracy(arguments.models, arguments.spectra, report=_tell)
    sys.stderr.write("\n")
    sys.stdout.write(table(results) + "\n")
    if arguments.json is not None:
        write_whole(arguments.json, json.dumps(to_dict(results), indent=1).encode())
    return DONE


def _tell(done: int, total: int, text: str) -> None:
    sys.stderr.write(f"\r{done} of {total}: {text:24s}")
    sys.stderr.flush()
