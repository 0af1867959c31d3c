"""What a document file (``.nmrq``) says: plain values, in the form in which they are written.

The manifest is one JSON object of these types; ``resources/schemas/document-3.schema.json`` is made
from them. Numbers by the hundred thousand lie beside it as arrays, which the manifest names. All is
data: nothing in a file is run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from nmrquanv.guarded_arrays import Array
from nmrquanv.io.document_options import AUTO, Choice
from nmrquanv.io.stored_data import Recipe, StoredData, StoredFile, StoredTrace
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.integrals import Integral
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.peaks import Peak, Provenance
from nmrquanv.spectra.thresholds import Thresholds
from nmrquanv.spectra.user_marks import ClassMark, LoggedEdit, Region, Tombstone

VERSION = 3
"""Of the manifest; :mod:`nmrquanv.io.document_file` turns older ones into it."""


@dataclass(frozen=True, slots=True)
class StoredPeaks:
    """A list of peaks, as a finder left it or as a person has worked on it."""

    peaks: tuple[Peak, ...]
    provenance: Provenance
    sigma: float | None = None

    def __post_init__(self) -> None:
        if len({peak.id for peak in self.peaks}) < len(self.peaks):
            raise ValueError("two peaks of a list share an id")


@dataclass(frozen=True, slots=True)
class StoredSpectrum:
    """One spectrum of a file, with everything that a person and the finders did to it.

    Parameters
    ----------
    name : str
    data : StoredData
    shown : StoredTrace
        The processed trace: what peaks were found in, and what is drawn before anything else.
    recipe : dict
        Which gave it, with what automatic steps found.
    notes : tuple of str
        Fallbacks that processing took.
    is_as_read : bool
        No person has changed the recipe.
    found_on : "nothing" | "shown" | "before"
        What the newest search ran on; "before" means that heights and widths are old.
    layers : dict
        Finder -> its list.
    edits : tuple of LoggedEdit
        What led to this state, oldest first.
    view : dict
        How it was looked at: zoom, and what was shown.
    """

    name: str
    data: StoredData
    shown: StoredTrace
    recipe: Recipe
    notes: tuple[str, ...]
    is_as_read: bool
    found_on: Literal["nothing", "shown", "before"]
    layers: dict[str, StoredPeaks]
    peaks: StoredPeaks
    tombstones: tuple[Tombstone, ...]
    marks: tuple[ClassMark, ...]
    working_choice: str
    combined: tuple[str, ...]
    tolerance_hz: float | None
    thresholds: Thresholds
    integrals: tuple[Integral, ...]
    regions: tuple[Region, ...]
    multiplets: tuple[Multiplet, ...] = ()
    edits: tuple[LoggedEdit, ...] = ()
    view: dict[str, Any] = field(default_factory=dict)

    def arrays(self) -> dict[str, Axis | StoredFile]:
        """Return the arrays that it needs and the axis, or the file, that each must fit."""
        parts = (self.shown, self.data.fid, self.data.trace)
        needed: dict[str, Axis | StoredFile] = {
            part.points: part.axis for part in parts if part is not None
        }
        return needed | {file.content: file for file in self.data.files if file.content}


@dataclass(frozen=True, slots=True)
class Manifest:
    """The JSON object of a document file.

    Parameters
    ----------
    schema : str
        ``"nmrquanv.document/3"``.
    program_version, saved : str
        Which version wrote it, and when (ISO 8601, UTC).
    spectra : tuple of StoredSpectrum
    current : int
        Which of them was shown.
    view : dict
        Kept for what belongs to several spectra at once.
    choice : Choice
        Holds for the next saving too.
    """

    schema: str
    program_version: str
    saved: str
    spectra: tuple[StoredSpectrum, ...]
    current: int = 0
    view: dict[str, Any] = field(default_factory=dict)
    choice: Choice = AUTO

    def __post_init__(self) -> None:
        if not 0 <= self.current < len(self.spectra):
            raise ValueError(f"spectrum {self.current} of {len(self.spectra)} cannot be shown")


@dataclass(frozen=True, slots=True, eq=False)
class DocumentFile:
    """A document file in memory: the manifest and the arrays that it names."""

    manifest: Manifest
    arrays: Mapping[str, Array]
