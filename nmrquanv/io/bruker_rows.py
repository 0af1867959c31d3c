"""What TopSpin's lists say of each FID of ``ser``: its delay, pulse, count or gradient."""

from __future__ import annotations

from nmrquanv.io.bruker_folders import Experiment
from nmrquanv.io.files import MAX_PARAMETER_BYTES, inside, read_text
from nmrquanv.io.row_values import entry_with_unit

ROW_LISTS = {"vdlist": "s", "vplist": "µs", "vclist": "", "difflist": "G/cm"}
"""TopSpin's lists of what differs from row to row, with the unit of a number that has none: its
manuals have delays in seconds, pulses in microseconds, counts, and gradients in G/cm."""

MAX_ENTRY = 40
"""Letters of an entry that are looked at."""


def row_labels(experiment: Experiment) -> tuple[str, ...]:
    """Return delay, pulse or gradient of each FID of ``ser``, such as ``vdlist 0.5 s``."""
    labels = [""] * experiment.rows
    for name, unit in ROW_LISTS.items():
        path = inside(experiment.folder, name)
        if path.is_file():
            lines = read_text(path, MAX_PARAMETER_BYTES).split("\n")
            entries = [entry_with_unit(line[:MAX_ENTRY], unit) for line in lines]
            listed = [entry for entry in entries if entry is not None]
            for row, text in enumerate(listed[: experiment.rows]):
                labels[row] += f"{', ' if labels[row] else ''}{name} {text}"
    return tuple(labels)
