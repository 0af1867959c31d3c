"""What a document file says of the data: numbers, the files that were read, or where they lie.

Part of the form that ``nmrquanv/io/document_form.py`` describes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nmrquanv.io.places import is_safe_name
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Sample, Source, TrueLine

Recipe = dict[str, Any]
"""``nmrquanv.spectra.recipe.Recipe.to_dict()``."""


@dataclass(frozen=True, slots=True)
class StoredTrace:
    """A spectrum: its axis and where its points lie.

    Parameters
    ----------
    points : str
        Name of the array, (axis.size,) complex128 or float64.
    axis : Axis
    time_points : float or None
    is_magnitude : bool
    """

    points: str
    axis: Axis
    time_points: float | None = None
    is_magnitude: bool = False


@dataclass(frozen=True, slots=True)
class StoredFid:
    """A free induction decay: see :class:`nmrquanv.spectra.spectrum.Fid`."""

    points: str
    axis: Axis
    sfo1_mhz: float
    group_delay_points: float = 0.0


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was read from the spectrometer's data set.

    Parameters
    ----------
    name : str
        Its place in the data set's folder.
    size_bytes : int
    sha256 : str
    content : str
        Name of the array of its bytes; empty where the file is not embedded.
    """

    name: str
    size_bytes: int
    sha256: str
    content: str = ""

    def __post_init__(self) -> None:
        if not is_safe_name(self.name) or self.size_bytes < 0:
            raise ValueError(f"{self.name!r} is no place in a data set")


@dataclass(frozen=True, slots=True)
class StoredElsewhere:
    """That the measured data are not in the file, and how they are processed when found."""

    recipe: Recipe
    shown: Recipe


@dataclass(frozen=True, slots=True)
class StoredData:
    """What was read from the spectrometer's files.

    Parameters
    ----------
    fid : StoredFid or None
    trace : StoredTrace or None
        A processed spectrum; for data that are elsewhere the trace that is worked on instead.
    sample : Sample
    source : Source
        Path, kind and hash: where to look for data that are not embedded.
    recipe : dict
        To start with.
    sources : tuple of str
    true_lines : tuple of TrueLine
    files : tuple of StoredFile
        What was read.
    beside : str
        Where the data set lies, seen from the document's folder, with ``/``; empty if unknown.
    elsewhere : StoredElsewhere or None
        The measured data are not in the file.
    """

    sample: Sample
    source: Source
    recipe: Recipe
    sources: tuple[str, ...]
    fid: StoredFid | None = None
    trace: StoredTrace | None = None
    true_lines: tuple[TrueLine, ...] = ()
    files: tuple[StoredFile, ...] = ()
    beside: str = ""
    elsewhere: StoredElsewhere | None = None

    def __post_init__(self) -> None:
        if (self.fid is None) == (self.trace is None):
            raise ValueError("data are either a FID or a spectrum")
        if len({file.name for file in self.files}) < len(self.files):
            raise ValueError("two files of a data set share a place")
