"""What of a document goes into a peak list file: shown peaks, integrals, and how all came about."""

from __future__ import annotations

from pathlib import Path

from nmrquanv.io.peak_tables import ExportedIntegral, PeakExport, peak_export, write_peaks
from nmrquanv.session.document import Document


def export_of(
    document: Document, *, leaves_out_solvent: bool = False, has_integrals: bool = True
) -> PeakExport:
    """Return what an export of the document says now.

    Parameters
    ----------
    document : Document
    leaves_out_solvent : bool
        Leave out lines of solvent and water.
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
    return peak_export(document.spectrum, document.recipe.to_dict(), peaks, integrals)


def export_peaks(document: Document, path: Path, export: PeakExport) -> None:
    """Write an export and remember that the document's work is safe now.

    Raises
    ------
    ExportError
        The ending is neither .json nor .csv, or the place cannot be written to.
    """
    write_peaks(path, export)
    document.mark_exported()
