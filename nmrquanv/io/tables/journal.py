"""The line that a journal prints: multiplets of the peaks with their couplings, in ACS style."""

from __future__ import annotations

from nmrquanv.errors import LackingError
from nmrquanv.io.peak_tables import ExportedIntegral, PeakExport
from nmrquanv.spectra.multiplets.doubts import doubts_of
from nmrquanv.spectra.multiplets.grouping import multiplets_of
from nmrquanv.spectra.multiplets.journal import Entry, Heading, is_decoupled, journal_text
from nmrquanv.spectra.multiplets.multiplet import Multiplet

_NOT_SURE = "[not sure] "


def content(export: PeakExport) -> bytes:
    """Return the text; lines of solvent, water and what is explained are left out.

    An integral gives the number of nuclei of the one multiplet that it covers. What is printed but
    not sure stands below, a line each.

    Raises
    ------
    LackingError
        The nucleus or the frequency is not known, without which there are no couplings.
    """
    facts = export.spectrum
    if facts.sf_mhz is None or not facts.nucleus:
        raise LackingError(
            "a journal's text gives nucleus, MHz and couplings in Hz, which are not known here: "
            "open the data with nucleus and MHz, or choose another format"
        )
    program = "" if export.data is None else export.data.sample.pulse_program
    heading = Heading(
        facts.nucleus,
        facts.sf_mhz,
        facts.solvent or "",
        is_decoupled=is_decoupled(facts.nucleus, program),
    )
    multiplets = tuple(m for m in multiplets_in(export) if _is_printed(m, export))
    entries = [Entry(one, nuclei_of(one, multiplets, export.integrals)) for one in multiplets]
    peaks = {peak.id: peak for peak in export.peaks}
    doubts = [f"{_NOT_SURE}{text}" for text in doubts_of(multiplets, peaks, facts.sf_mhz)]
    lines = [journal_text(heading, entries), *([""] if doubts else []), *doubts]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def multiplets_in(export: PeakExport) -> tuple[Multiplet, ...]:
    """Return the multiplets of an export's peaks: the document's, else grouped here."""
    if export.multiplets is not None:
        return export.multiplets
    facts = export.spectrum
    if facts.sf_mhz is None or not facts.nucleus:
        return ()
    return multiplets_of(export.peaks, facts.sf_mhz, facts.nucleus)


def _is_printed(multiplet: Multiplet, export: PeakExport) -> bool:
    """Tell whether a multiplet has a line of the sample's own."""
    own = {peak.id for peak in export.peaks if peak.peak_class == "signal"}
    return not own.isdisjoint(multiplet.peak_ids)


def nuclei_of(
    multiplet: Multiplet,
    multiplets: tuple[Multiplet, ...],
    integrals: tuple[ExportedIntegral, ...],
) -> float | None:
    """Return the nuclei of the integral that covers this multiplet and no other."""
    for integral in integrals:
        covered = [m for m in multiplets if integral.low_ppm <= m.ppm <= integral.high_ppm]
        if covered == [multiplet]:
            return integral.nuclei
    return None
