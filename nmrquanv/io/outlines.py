"""What a reader is asked, and what it answers: everything of a data set but its numbers.

The numbers are decoded only when asked for, by nmrglue for vendors' binary data; its import takes
a second, so that lists and ``info`` do without.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.text_form import TextForm
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.spectrum import Fid, Sample, Source, Spectrum

Load = Callable[[], tuple[NDArray[Any], tuple[str, ...]]]
"""Returns the numbers in our convention, and the notes that only they can give."""


def some_of(names: Sequence[str]) -> str:
    """Return names in a row; of many the first and the last ones."""
    return ", ".join(names if len(names) < 9 else (*names[:4], "...", *names[-4:]))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller of a reader wants.

    Parameters
    ----------
    opened : Path
        What the user named; kept as the data's path.
    source : str or None
        ``"fid"``, a PROCNO, ...; None leaves it to the reader.
    sf_mhz : float, MHz, or None
        Frequency of 0 ppm, for files that do not say it.
    nucleus : str or None
        Likewise.
    text : TextForm or None
        How a text is read; None reads it as it looks.
    is_outline : bool
        The numbers will not be asked for: nothing slow may be imported.
    """

    opened: Path
    source: str | None = None
    sf_mhz: float | None = None
    nucleus: str | None = None
    text: TextForm | None = None
    is_outline: bool = False

    def chosen(self, sources: Sequence[str], usual: str | None = None) -> str:
        """Return the source that is asked for, else the usual or the only one.

        Raises
        ------
        FormatError
            There is none of that name.
        """
        source = self.source or usual or sources[0]
        if source in sources:
            return source
        few = f"choose one of {some_of(sources)}"
        choices = few if len(sources) > 1 else f"its only source is {sources[0]}"
        raise FormatError(f"{self.opened}: there is no source {source!r}: {choices}")


@dataclass(frozen=True, slots=True)
class TimeDomain:
    """What a FID has and a spectrum has not: see :class:`nmrquanv.spectra.spectrum.Fid`."""

    sfo1_mhz: float
    group_delay_points: float = 0.0


@dataclass(frozen=True, slots=True)
class Outline:
    """One source of a data set before its numbers are decoded.

    Parameters
    ----------
    axis, sample, source, recipe, sources
        As in the data set; ``source`` without the notes that ``load`` adds.
    load : Load
    fid : TimeDomain or None
        None for a spectrum.
    time_points : float or None
        Of a spectrum; see :class:`nmrquanv.spectra.spectrum.Spectrum`.
    is_complex : bool
    is_magnitude : bool
        The file says that its numbers are magnitudes.
    measured : str
        The day of the measurement, as ``2010-06-08``; empty where it is not said.
    """

    axis: Axis
    sample: Sample
    source: Source
    recipe: Recipe
    sources: tuple[str, ...]
    load: Load
    fid: TimeDomain | None = None
    time_points: float | None = None
    is_complex: bool = True
    is_magnitude: bool = False
    measured: str = ""

    def loaded(self) -> Outline:
        """Return the same with its numbers decoded, so that damage shows now."""
        found = self.load()
        return replace(self, load=lambda: found)

    def complete(self) -> DataSet:
        """Decode the numbers and return the data set."""
        numbers, notes = self.load()
        source = replace(self.source, notes=self.source.notes + notes)
        data: Fid | Spectrum
        if self.fid is not None:
            data = Fid(
                numbers,
                self.axis,
                self.fid.sfo1_mhz,
                self.fid.group_delay_points,
                self.sample,
                source,
            )
        else:
            known = (self.sample, source, self.time_points)
            data = Spectrum(numbers, self.axis, *known, is_magnitude=self.is_magnitude)
        return DataSet(data, self.recipe, self.sources)
