"""Impurities that a document's multiplets show: offered whole, marked in one undo step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nmrquanv.session import state_changes
from nmrquanv.session.integral_edits import why_no_areas
from nmrquanv.session.multiplet_edits import Analysed
from nmrquanv.spectra.impurities import Impurity, found_impurities, lone_lines
from nmrquanv.spectra.impurity_tables import table_of
from nmrquanv.spectra.multiplets.grouping import multiplets_of
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.solvents import solvent_offset


def offered_impurities(
    document: Analysed,
) -> tuple[tuple[Impurity, ...], tuple[Impurity, ...]]:
    """Return the impurities all of whose signals the document shows, not marked as such yet.

    Without multiplets of its own the document's shown peaks are grouped for this.

    Returns
    -------
    offered, hints : tuple of Impurity
        Of several signals; of one, where a singlet stands at its shift, which proves nothing.
    """
    axis, sample = document.spectrum.axis, document.sample
    if not axis.has_hz:
        return (), ()
    peaks = document.shown_peaks()
    multiplets: Sequence[Multiplet] = document.state.multiplets
    if not multiplets:
        multiplets = multiplets_of(peaks, axis.sf_mhz, sample.nucleus)
    signals = {p.id for p in document.state.peaks if p.peak_class == "signal"}
    free = [m for m in multiplets if any(i in signals for i in m.peak_ids)]
    offset = solvent_offset(peaks.peaks, sample)
    about = (free, sample.nucleus, sample.solvent, offset)
    return found_impurities(*about, has_areas=not why_no_areas(document)), lone_lines(*about)


def why_no_impurities(document: Analysed) -> str:
    """Return why none can be told in what a document shows; empty where they can."""
    nucleus, solvent = document.sample.nucleus, document.sample.solvent
    if not document.spectrum.axis.has_hz:
        return "Without the spectrometer frequency there are no couplings to tell impurities by."
    if table_of(nucleus, solvent):
        return ""
    if not solvent:
        return "Shifts of impurities depend on the solvent: say above which it is."
    return f"No shifts of impurities are tabulated for {nucleus or 'this nucleus'} in {solvent}."


def mark_impurities(document: Analysed, impurities: Iterable[Impurity]) -> int:
    """Class all lines of some impurities so, in one undo step; return how many lines."""
    ids = {i for one in impurities for m in one.multiplets for i in m.peak_ids}
    present = [p.id for p in document.state.peaks if p.id in ids]
    if present:
        state = state_changes.with_class(
            document.state, present, "impurity", document.spectrum.axis
        )
        document.push("Mark Impurities", state)
    return len(present)
