"""The formats that are read, one a row: a new one is a module and its name here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nmrquanv.io import (
    bruker,
    document_data,
    jcamp,
    jeol,
    nmrium,
    nmrml,
    nmrpipe,
    simpson,
    spinsolve,
    varian,
)
from nmrquanv.io import text as text_files
from nmrquanv.io.outlines import Asked, Outline


@dataclass(frozen=True, slots=True)
class Reader:
    """One format.

    Parameters
    ----------
    title : str
        As one says it.
    files : tuple of str
        What its files are called: endings, or the names of files that make a folder a data set.
    recognise : function
        Returns the data set (its folder or file) that a path is, or belongs to as a file of the
        format's own; None for anything else.
    data_sets_at : function
        Returns the data sets to list for an entry of a folder, in display order.
    outline : function
        Outlines a data set that ``recognise`` or ``data_sets_at`` returned; raises FormatError.
    """

    title: str
    files: tuple[str, ...]
    recognise: Callable[[Path], Path | None]
    data_sets_at: Callable[[Path], tuple[Path, ...]]
    outline: Callable[[Path, Asked], Outline]


READERS = tuple(
    Reader(module.FORMAT, module.FILES, module.recognise, module.data_sets_at, module.outline)
    for module in (
        document_data,
        bruker,
        varian,
        spinsolve,
        jcamp,
        jeol,
        nmrpipe,
        simpson,
        nmrml,
        nmrium,
        text_files,
    )
)
"""The formats, in the order in which they are asked; text last, for it is the least specific."""


def format_titles() -> tuple[str, ...]:
    """Return the formats as one says them, the vendors' first, documents of our own last."""
    own, *others = (reader.title for reader in READERS)
    return (*others, own)
