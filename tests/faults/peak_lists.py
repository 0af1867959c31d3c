"""Peak lists in every format that is read, for ``fuzz_loaders.py`` to damage."""

from __future__ import annotations

from pathlib import Path


def endings() -> list[str]:
    """Return the endings of the formats that are read."""
    from nmrquanv.io.tables.formats import FORMATS

    return [form.ending for form in FORMATS if form.is_read]


def make(folder: Path, ending: str) -> None:
    """Write a list of two peaks; a Bruker list gets no spectrum beside it."""
    import numpy as np

    from nmrquanv.io.peak_tables import ExportedIntegral, PeakExport
    from nmrquanv.io.tables.formats import write_peaks
    from nmrquanv.spectra.axis import Axis
    from nmrquanv.spectra.facts import facts_of
    from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
    from nmrquanv.spectra.spectrum import Sample, Source, Spectrum

    peaks = [Peak(7.2, 3.0, snr=20.0, fwhm_hz=1.5, id="a"), Peak(3.1, -1.0, label="=x", id="b")]
    listed = PeakList(tuple(peaks), Provenance("quanv", "ab", {"polarity": "both"}), 0.1)
    source = Source("p", "1", "bruker", "cd", ("one",))
    spectrum = Spectrum(np.ones(32), Axis(32, 4000.0, 400.0, 10.0), Sample("1H"), source)
    integrals = (ExportedIntegral(4.0, 3.0, 2.0),)
    facts = facts_of(spectrum, {"steps": []})
    write_peaks(folder / f"p{ending}", PeakExport(listed, facts, integrals, data=spectrum))


def load(folder: Path, ending: str) -> object:
    """Read the list and write it out again."""
    from nmrquanv.io.peak_tables import peaks_csv, peaks_json
    from nmrquanv.io.tables.formats import read_peaks

    export = read_peaks(folder / f"p{ending}")
    return peaks_json(export), peaks_csv(export)
