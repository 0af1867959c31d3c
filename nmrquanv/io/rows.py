"""What tells the rows of an arrayed data set apart: a delay, a pulse, a gradient."""

from __future__ import annotations

from pathlib import Path

from nmrquanv.io import bruker_folders, varian
from nmrquanv.io.bruker_rows import row_labels as bruker_labels
from nmrquanv.io.reading import followed, recognised

MAX_ROWS = 256
"""Rows that are shown beside each other."""


def row_labels(path: str | Path) -> tuple[str, ...]:
    """Return what a data set says of each of its rows, such as ``vdlist 10 ms`` or ``d2 = 0.5 s``.

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
