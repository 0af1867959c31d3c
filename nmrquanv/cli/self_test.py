"""``nmrquanv --self-test``: whether this installation does the main job, from opening to export."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from nmrquanv.cli.exit_codes import DONE, FAULT
from nmrquanv.cli.window import has_display


def run(arguments: argparse.Namespace) -> int:
    """Do the main job in a temporary folder, each step a line on standard output.

    Returns
    -------
    int
        0 when all of it went well, else that of a fault of the program.
    """
    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(prefix="nmrquanv-self-test-") as folder:
        before = dict(os.environ)
        os.environ["NMRQUANV_DATA"] = str(Path(folder, "data"))
        os.environ["NMRQUANV_SETTINGS"] = str(Path(folder, "settings.json"))
        try:
            from nmrquanv.gui import self_test

            return DONE if self_test.run(Path(folder), _say) else FAULT
        finally:
            os.environ.clear()
            os.environ.update(before)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
