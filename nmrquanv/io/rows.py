"""What tells the rows of an arrayed data set apart: a delay, a pulse, a gradient."""

from __future__ import annotations

import re
from pathlib import Path

from nmrquanv.io import bruker_folders, varian
from nmrquanv.io.bruker_fid import row_labels as bruker_labels
from nmrquanv.io.reading import followed, recognised

MAX_ROWS = 256
"""Rows that are shown beside each other."""

_NUMBER = re.compile(r"([-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)\s*([munps]?)s?\s*\Z")
_UNITS = {"": 1.0, "s": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12}


def row_labels(path: str | Path) -> tuple[str, ...]:
    """Return what a data set says of each of its rows, such as ``vdlist 10m`` or ``d2 = 0.5``.

    Parameters
    ----------
    path : str or Path
        A data set, or a path in one.

    Returns
    -------
    tuple of str
        One for each row; empty texts where nothing is said, none where there are no rows.

    Raises
    ------
    FormatError
        There is nothing, or it is damaged.
    """
    with followed(path) as place:
        found = recognised(place.real)
        if found is None:
            return ()
        if bruker_folders.is_experiment(found[1]):
            return bruker_labels(bruker_folders.survey(found[1]))
        return varian.row_labels(found[1]) if varian.recognise(found[1]) else ()


def value_of(label: str) -> float | None:
    """Return the number at the end of a row's label, times in seconds; None where there is none.

    TopSpin writes ``10m`` and ``5u`` for 10 ms and 5 us.
    """
    words = label.split(",", 1)[0].split()
    found = _NUMBER.match(words[-1]) if words else None
    return float(found[1]) * _UNITS[found[2]] if found else None
