"""What of a document goes into a peak list file: shown peaks, integrals, and how all came about."""

from __future__ import annotations

from dataclasses import replace

from nmrquanv.io.peak_tables import ExportedIntegral, PeakExport, peak_export
from nmrquanv.io.spectra_formats import SpectrumExport
from nmrquanv.session import state_changes
from nmrquanv.session.document import Document
from nmrquanv.session.integral_edits import why_no_areas
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.peaks import PeakList


def export_of(
    document: Document, *, leaves_out_solvent: bool = False, has_integrals: bool = True
) -> PeakExport:
    """Return what an export of the document says now.

    Parameters
    ----------
    document : Document
    leaves_out_solvent : bool
        Leave out lines of solvent, water and impurities.
    has_integrals : bool
        Write the integrals too.
    """
    values = document.integral_values()
    integrals = [
        ExportedIntegral(i.high_ppm, i.low_ppm, *values[i.id])
        for i in document.integrals
        if has_integrals
    ]
    peaks = document.export_peaks(leave_out_solvent=leaves_out_solvent)
    if has_no_areas := bool(why_no_areas(document)):
        peaks = peaks.without_areas()
    export = peak_export(document.spectrum, document.recipe.to_dict(), peaks, integrals)
    state, axis = document.state, document.spectrum.axis
    # what the chosen finders say and the thresholds let pass, before anybody edited it
    automatic = state_changes.passing(state, state_changes.candidates(state, axis))
    return replace(
        export,
        automatic=automatic.without_areas() if has_no_areas else automatic,
        multiplets=_multiplets(document, export.peaks),
    )


def _multiplets(document: Document, peaks: PeakList) -> tuple[Multiplet, ...] | None:
    """Return the document's multiplets of which all lines are exported; None where it has none."""
    there = {peak.id for peak in peaks}
    whole = tuple(m for m in document.multiplets if there.issuperset(m.peak_ids))
    return whole if document.multiplets else None


def spectrum_export_of(document: Document) -> SpectrumExport:
    """Return the document's spectrum with what it was made of."""
    return SpectrumExport(document.spectrum, document.fid, document.recipe)
