"""``nmrquanv simulate``: write synthetic spectra with known lines."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from nmrquanv.cli.exit_codes import DONE
from nmrquanv.cli.output import write_out
from nmrquanv.errors import ExportError
from nmrquanv.paths import write_whole


def run(arguments: argparse.Namespace) -> int:
    """Write ``count`` Bruker folders and their true lines; the names go to standard output."""
    folder: Path = arguments.output
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for index in range(arguments.count):
            write_out(f"{_write_one(folder, arguments.seed, arguments.kind, index)}\n")
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ExportError(f"cannot write to '{folder}': {error.strerror or error}") from error
    return DONE


def _write_one(folder: Path, seed: int, kind: str, index: int) -> Path:
    """Write one spectrum, which depends on the seed, the kind and its own number only."""
    import numpy as np

    from nmrquanv.io.spectra_out import write_bruker
    from nmrquanv.spectra.simulate import simulate, truth

    simulated = simulate(np.random.default_rng([seed, index]), kind)
    name = f"{simulated.kind}_{seed}_{index:03d}"
    path = write_bruker(folder / name, simulated.fid, simulated.spectrum, f"synthetic {name}")
    lines = json.dumps(truth(simulated), allow_nan=False, indent=1) + "\n"
    write_whole(folder / f"{name}.truth.json", lines.encode())
    return path
