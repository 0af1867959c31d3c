"""What a search says each peak is: solvent, satellite, sideband, wiggle, artefact, or a signal."""

from __future__ import annotations

from collections.abc import Sequence

from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.companions import with_companions
from nmrquanv.spectra.doubted import with_doubted
from nmrquanv.spectra.feet import with_feet
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.satellites import with_satellites
from nmrquanv.spectra.sidebands import with_sidebands
from nmrquanv.spectra.solvents import classified
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.wiggles import with_wiggles
from nmrquanv.spectra.zero_frequency import with_spike

_SEEKING = "looking for satellites and artefacts"


def with_classes(
    peaks: Sequence[Peak], spectrum: Spectrum, report: Report = silent_report
) -> tuple[Peak, ...]:
    """Return all peaks of a spectrum with their classes and the lines that explain them.

    Parameters
    ----------
    peaks : sequence of Peak
        Of the whole spectrum: what explains a line may stand far from it.
    spectrum : Spectrum
        What was searched.
    report : Report
        May cancel.
    """
    axis, sample = spectrum.axis, spectrum.sample
    marked = classified(tuple(peaks), sample, axis.sf_mhz)
    report(0, 1, _SEEKING)
    marked = with_spike(with_satellites(marked, sample, axis), spectrum)
    report(0, 1, _SEEKING)
    marked = with_wiggles(with_sidebands(marked, axis), spectrum)
    report(0, 1, _SEEKING)
    marked = with_companions(marked, axis)
    report(0, 1, _SEEKING)
    return with_doubted(with_feet(marked, spectrum, report), axis)
