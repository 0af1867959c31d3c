"""What reading a path gives: the data of one source, and what else could be chosen."""

from __future__ import annotations

from dataclasses import dataclass

from nmrquanv.spectra.data_files import NOT_AT_HAND, DataFile, Elsewhere
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.spectrum import Fid, Sample, Source, Spectrum, TrueLine


@dataclass(frozen=True, slots=True, repr=False)
class DataSet:
    """One data set as read, before processing.

    Parameters
    ----------
    data : Fid or Spectrum
        Of the chosen source.
    recipe : Recipe
        Starting values for that source: the operator's phase, line broadening and size for a
        FID; nothing to do for a processed spectrum.
    sources : tuple of str
        All that could be chosen: ``"fid"`` and PROCNOs such as ``"1"``, in display order.
    true_lines : tuple of TrueLine
        Of a synthetic spectrum; empty otherwise.
    files : tuple of DataFile
        Those that were read, where that was asked for.
    elsewhere : Elsewhere or None
        The data are a trace; those that were measured are not at hand.
    """

    data: Fid | Spectrum
    recipe: Recipe
    sources: tuple[str, ...]
    true_lines: tuple[TrueLine, ...] = ()
    files: tuple[DataFile, ...] = ()
    elsewhere: Elsewhere | None = None

    def __repr__(self) -> str:
        return f"DataSet({self.data!r} of {self.source.path or self.source.format!r})"

    def _repr_html_(self) -> str:
        return self.spectrum()._repr_html_()

    @property
    def source(self) -> Source:
        """Where the data came from."""
        return self.data.source

    @property
    def sample(self) -> Sample:
        """What the file says of the experiment."""
        return self.data.sample

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of the data."""
        notes = self.source.notes
        return notes if self.elsewhere is None else (*notes, NOT_AT_HAND)

    def spectrum(self) -> Spectrum:
        """Return the spectrum that the starting recipe gives."""
        return self.recipe.apply(self.data)
