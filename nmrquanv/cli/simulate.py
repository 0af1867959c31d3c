"""``nmrquanv simulate``: write synthetic spectra with known lines."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from nmrquanv.cli.exit_codes import DONE, UsageError
from nmrquanv.cli.output import write_out
from nmrquanv.errors import ExportError
from nmrquanv.writing import write_whole


def run(arguments: argparse.Namespace) -> int:
    """Write ``count`` Bruker folders and their true lines; the paths go to standard output.

    The spectra have the seeds ``seed``, ``seed + 1`` and so on, which their names tell.
    """
    from nmrquanv.spectra.simulate import KINDS

    if arguments.kind not in KINDS:
        raise UsageError(f"there is no kind '{arguments.kind}': choose from {', '.join(KINDS)}")
    folder: Path = arguments.output
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for seed in range(arguments.seed, arguments.seed + arguments.count):
            write_out(f"{_write_one(folder, seed, arguments.kind)}\n")
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ExportError(f"cannot write to '{folder}': {error.strerror or error}") from error
    return DONE


def _write_one(folder: Path, seed: int, kind: str) -> Path:
    """Write the spectrum that belongs to a seed and a kind."""
    import numpy as np

    from nmrquanv.io.spectra_out import write_bruker
    from nmrquanv.spectra.simulate import simulate, truth

    simulated = simulate(np.random.default_rng(seed), kind)
    name = f"{kind}_{seed}"
    path = write_bruker(
        folder / name, simulated.fid, simulated.spectrum, f"synthetic {name}", simulated.recipe
    )
    lines = json.dumps(truth(simulated), allow_nan=False, indent=1) + "\n"
    write_whole(folder / f"{name}.truth.json", lines.encode())
    return path
