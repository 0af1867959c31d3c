"""What reading another program's list gives, before it is made peaks of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nmrquanv.io.peak_tables import MAX_PEAKS, PeakExport, peak_of
from nmrquanv.spectra.facts import SpectrumFacts
from nmrquanv.spectra.peaks import PeakList, Provenance


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as it stands in a file.

    Parameters
    ----------
    rows : sequence of dict
        Under the names of ``Peak.to_record``; values may be texts.
    facts : SpectrumFacts
        What the file says of the spectrum.
    finder, program : str
        What found the peaks, and the program that wrote them, where the file says it.
    """

    rows: Sequence[Mapping[str, Any]]
    facts: SpectrumFacts = field(default_factory=SpectrumFacts)
    finder: str = "imported"
    program: str = ""

    def export(self) -> PeakExport:
        """Return the peaks with what is known of them, or raise a ValueError."""
        if len(self.rows) > MAX_PEAKS:
            raise ValueError(f"it has {len(self.rows)} peaks, at most {MAX_PEAKS} are read")
        peaks = tuple(peak_of({"finder": self.finder, **row}) for row in self.rows)
        settings = {"written by": self.program} if self.program else {}
        return PeakExport(PeakList(peaks, Provenance(self.finder, settings=settings)), self.facts)
