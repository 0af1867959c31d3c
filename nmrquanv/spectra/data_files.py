"""Which files data were read from, and what is known of data that are not at hand."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.recipe import Recipe

NOT_AT_HAND = (
    "the data as measured are not in the document: processing starts from the trace (File > Find"
    " the Data)"
)


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file that was read of a data set.

    Parameters
    ----------
    name : str
        Its place in the data set's folder, with ``/``; of a single file its name.
    size_bytes : int
    sha256 : str
    content : (size_bytes,) uint8 or None
        What was read, where it is kept: so that a document can hold it.
    """

    name: str
    size_bytes: int
    sha256: str
    content: NDArray[np.uint8] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Data whose trace alone is at hand: how they are processed once they have been found.

    Parameters
    ----------
    recipe : Recipe
        To start with.
    shown : Recipe
        Which gave the trace.
    """

    recipe: Recipe
    shown: Recipe
