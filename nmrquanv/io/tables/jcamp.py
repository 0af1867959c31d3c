"""JCAMP-DX peak tables: what the finder said (AUTO) and what the user made of it (EDIT).

Both blocks stand in one LINK file, after the spectrum where it is at hand, as ChemSpectra does
it. A reader of peak tables gets shift and height; ``$NQPEAKS`` has what else is known of each
peak, one line each.
"""

from __future__ import annotations

from nmrquanv.io.jcamp_out import xydata
from nmrquanv.io.jcamp_words import head, record, sample
from nmrquanv.io.peak_tables import PeakExport
from nmrquanv.io.tables.cells import ppm_text, provenance_lines, rounded, word
from nmrquanv.spectra.facts import SpectrumFacts
from nmrquanv.spectra.peaks import Peak, PeakList

_NO_MARKS = str.maketrans("#$", "__")
"""Two of each begin a record or a comment."""


def content(export: PeakExport) -> bytes:
    """Return a LINK of the spectrum (its real part) and two peak tables."""
    facts = export.spectrum
    title = facts.title or "peaks"
    edited = export.peaks
    found = export.automatic
    if found is None:
        found = edited.filtered(lambda peak: peak.source == "model")
    shown = [] if export.data is None else xydata(export.data)
    lines = [
        record("TITLE", title),
        record("JCAMP-DX", "5.00"),
        record("DATA TYPE", "LINK"),
        record("BLOCKS", 4 if shown else 3),
        *shown,
        *_block(title, "AUTO_PEAK", found, facts),
        *_block(title, "EDIT_PEAK", edited, facts),
        record("END", ""),
    ]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _block(title: str, category: str, peaks: PeakList, facts: SpectrumFacts) -> list[str]:
    """Return one peak table."""
    shifts, heights = [p.ppm for p in peaks], [p.height for p in peaks]
    extent = [
        ("NPOINTS", len(peaks)),
        ("FIRSTX", f"{max(shifts, default=0.0):.6f}"),
        ("LASTX", f"{min(shifts, default=0.0):.6f}"),
        ("MAXX", f"{max(shifts, default=0.0):.6f}"),
        ("MINX", f"{min(shifts, default=0.0):.6f}"),
        ("MAXY", rounded(max(heights, default=0.0))),
        ("MINY", rounded(min(heights, default=0.0))),
    ]
    told = provenance_lines(peaks, facts)
    return [
        *head(title, "NMR PEAK TABLE", "PEAK TABLE"),
        *sample(facts),
        record("$NQCATEGORY", category),
        *(record("$NQPROVENANCE", f"{name}: {value}") for name, value in told),
        record("$NQPEAKS", "(PPM ERROR FWHM_HZ S/N AREA CONFIDENCE CLASS SOURCE LABEL)"),
        *(_known(peak, facts) for peak in peaks),
        record("XUNITS", "PPM"),
        record("YUNITS", "ARBITRARY UNITS"),
        record("XFACTOR", 1),
        record("YFACTOR", 1),
        *(record(label, value) for label, value in extent),
        record("PEAK TABLE", "(XY..XY)"),
        *(f"{ppm_text(peak, facts)}, {rounded(peak.height)!r}" for peak in peaks),
        record("END", ""),
    ]


def _known(peak: Peak, facts: SpectrumFacts) -> str:
    """Return all that is known of a peak; ``?`` for what is not."""
    values = (peak.ppm_err, peak.fwhm_hz, peak.snr, peak.area, peak.confidence)
    numbers = ["?" if (known := rounded(value)) is None else repr(known) for value in values]
    words = [peak.peak_class, peak.source, word(peak.label, "?").translate(_NO_MARKS)]
    return " ".join([ppm_text(peak, facts), *numbers, *words])
