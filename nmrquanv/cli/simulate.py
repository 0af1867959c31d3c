"""``nmrquanv simulate``: write synthetic spectra with known lines."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from nmrquanv.cli.exit_codes import DONE, UsageError
from nmrquanv.cli.output import write_out
from nmrquanv.errors import ExportError, system_errors_as
from nmrquanv.writing import write_whole


def run(arguments: argparse.Namespace) -> int:
    """Write ``count`` Bruker folders and their true lines; the paths go to standard output.

    The spectra have the seeds ``seed``, ``seed + 1`` and so on, which their names tell.
    """
    from nmrquanv.spectra.simulate import KINDS

    if arguments.kind not in KINDS:
        raise UsageError(f"there is no kind '{arguments.kind}': choose from {', '.join(KINDS)}")
    folder: Path = arguments.output
    with system_errors_as(ExportError, f"cannot write to '{folder}': …"):
        folder.mkdir(parents=True, exist_ok=True)
    for number in range(arguments.count):
        seed = arguments.seed + number
        try:
            path = _write_one(folder, seed, arguments.kind)
        except ExportError as error:
            done = f"{number} of {arguments.count} spectra are written"
            raise ExportError(f"{error}; {done}, the next has seed {seed}") from error
        write_out(f"{path}\n")
    return DONE


def _write_one(folder: Path, seed: int, kind: str) -> Path:
    """Write the spectrum that belongs to a seed and a kind, with its true lines, or neither."""
    import numpy as np

    from nmrquanv.io.spectra_out import write_bruker
    from nmrquanv.spectra.simulate import simulate, truth

    simulated = simulate(np.random.default_rng(seed), kind)
    name = f"{kind}_{seed}"
    lines = json.dumps(truth(simulated), allow_nan=False, indent=1) + "\n"
    beside = folder / f"{name}.truth.json"
    if beside.exists():
        raise ExportError(f"{beside}: exists already: choose another folder")
    with system_errors_as(ExportError, f"cannot write '{beside}': …; choose another folder"):
        write_whole(beside, lines.encode())
    try:
        return write_bruker(
            folder / name, simulated.fid, simulated.spectrum, f"synthetic {name}", simulated.recipe
        )
    except ExportError:
        beside.unlink(missing_ok=True)
        raise
