"""A document's multiplets as a journal prints them, with what a chemist should look at first."""

from __future__ import annotations

from dataclasses import dataclass

from nmrquanv.numbers import fixed
from nmrquanv.session.document import Document
from nmrquanv.spectra.multiplets.doubts import close_groups, doubts_of
from nmrquanv.spectra.multiplets.grouping import WIDEST_COUPLING_HZ
from nmrquanv.spectra.multiplets.journal import (
    STYLES,
    Entry,
    Heading,
    Style,
    is_decoupled,
    journal_text,
    warnings_of,
)
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.multiplets.nuclei import fitted, integrated
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.solvent_tables import known_solvent

OWN = "own"
"""Name of the style that the user makes."""


@dataclass(frozen=True, slots=True)
class Journal:
    """What is printed, and what is not.

    Parameters
    ----------
    plain, html : str
    doubts : tuple of str
        One for each thing that is printed but not sure; what is said of the whole comes first.
    left_out : tuple of str
        One for each multiplet that is not printed.
    """

    plain: str
    html: str
    doubts: tuple[str, ...]
    left_out: tuple[str, ...]


def own_style(templates: tuple[str, ...], base: Style = STYLES["acs"]) -> Style:
    """Return the user's style; what is missing is as in another one."""
    filled = (*templates, *base.templates[len(templates) :])[: len(base.templates)]
    return Style("Own", *filled)


def journal_of(document: Document, style: Style, *, has_nuclei: bool = True) -> Journal:
    """Return the document's multiplets in a style.

    Parameters
    ----------
    document : Document
        Its solvent, water, satellites and impurities are left out, and lines that stand for them.
    style : Style
    has_nuclei : bool
        Print numbers of nuclei, where an integral is set to one.

    Raises
    ------
    FormatError
        A template has a field that does not exist.
    """
    peaks = {p.id: p for p in document.peaks}
    printed, left_out = [], []
    for one in document.multiplets:
        reason = _reason(one, peaks)
        if reason:
            left_out.append(f"{fixed(one.ppm, 2)} {one.name}: {reason}")
        else:
            printed.append(one)
    entries = _entries(document, printed, has_nuclei=has_nuclei)
    heading = _heading(document)
    return Journal(
        journal_text(heading, entries, style),
        journal_text(heading, entries, style, as_html=True),
        (*_said(document, heading), *warnings_of(entries), *doubts_of(printed, peaks, heading.mhz)),
        tuple(left_out),
    )


def close_signals(document: Document) -> tuple[tuple[str, ...], ...]:
    """Return ids of printed signals that are too close to say whose lines are whose, in groups.

    Those that a person made, and carbons, which do not couple, are in none; see ``close_groups``.
    """
    if document.sample.nucleus not in WIDEST_COUPLING_HZ:
        return ()
    peaks = {p.id: p for p in document.peaks}
    free = [m for m in document.multiplets if not m.is_by_hand and not _reason(m, peaks)]
    groups = close_groups(free, peaks, document.spectrum.axis.sf_mhz)
    return tuple(tuple(m.id for m in group) for group in groups)


def _heading(document: Document) -> Heading:
    sample = document.sample
    solvent = known_solvent(sample.solvent) or sample.solvent
    decoupled = is_decoupled(sample.nucleus, sample.pulse_program)
    return Heading(sample.nucleus, document.spectrum.axis.sf_mhz, solvent, decoupled)


def _entries(
    document: Document, printed: list[Multiplet], *, has_nuclei: bool
) -> tuple[Entry, ...]:
    """Return what is printed; nuclei by the integral over a signal, else by its fitted area."""
    if not has_nuclei or document.sample.nucleus == "13C":
        return tuple(Entry(one) for one in printed)
    numbers = {key: number for key, (_, number) in document.integral_values().items()}
    by_integral = integrated(printed, document.integrals, numbers)
    by_fit = fitted(printed, document.integrals)
    return tuple(
        Entry(one, by_fit[one.id] if by_integral[one.id] is None else by_integral[one.id])
        for one in printed
    )


def _reason(one: Multiplet, peaks: dict[str, Peak]) -> str:
    """Return why a multiplet is not printed; empty where it is."""
    classes = {p.peak_class for i in one.peak_ids if (p := peaks.get(i)) is not None}
    return ", ".join(sorted(classes)) if classes and "signal" not in classes else ""


def _said(document: Document, heading: Heading) -> list[str]:
    told = []
    if not heading.solvent:
        told.append("the solvent is not known")
    if heading.nucleus != "13C" and not any(i.set_to for i in document.integrals):
        told.append(
            "no integral is set to a number of nuclei (Integrals, column H): none are printed"
        )
    return told
