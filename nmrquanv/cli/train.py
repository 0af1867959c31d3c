"""``nmrquanv train``: train a model, or go on with a run folder of the window."""

from __future__ import annotations

import argparse

from nmrquanv.cli.exit_codes import DONE


def run(arguments: argparse.Namespace) -> int:
    """Run the training; its JSON lines go to standard output as they come."""
    from nmrquanv.training.run import run_config, run_folder

    if arguments.run is not None:
        run_folder(arguments.run)
    else:
        run_config(arguments.config, arguments.output)
    return DONE
