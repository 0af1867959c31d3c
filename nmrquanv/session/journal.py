"""A document's multiplets as a journal prints them, with what a chemist should look at first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nmrquanv.numbers import fixed
from nmrquanv.session.document import Document
from nmrquanv.session.integral_edits import nuclei_of_multiplets, why_no_areas
from nmrquanv.spectra.multiplets.doubts import close_groups, doubts_of
from nmrquanv.spectra.multiplets.grouping import WIDEST_COUPLING_HZ
from nmrquanv.spectra.multiplets.journal import (
    STYLES,
    WHOLE_AWAY,
    Entry,
    Heading,
    Style,
    is_decoupled,
    journal_text,
    warnings_of,
)
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.solvent_tables import known_solvent

_MOST_PLACES = 8
"""Of peaks in no multiplet that are named."""

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
        One for each multiplet that is not printed, and one for peaks that are in none.
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
        Its solvent, water, satellites and impurities are left out, and lines that stand for them;
        where an integral is set also what counts for less than a tenth of a nucleus, unless a
        person made it.
    style : Style
    has_nuclei : bool
        Print numbers of nuclei, where an integral is set to one.

    Raises
    ------
    FormatError
        A template has a field that does not exist.
    """
    peaks = {p.id: p for p in document.peaks}
    reasons = {one.id: _reason(one, peaks) for one in document.multiplets}
    signals = [one for one in document.multiplets if not reasons[one.id]]
    known = _entries(document, signals, has_nuclei=has_nuclei)
    reasons |= {entry.multiplet.id: _too_small(entry) for entry in known}
    entries = [entry for entry in known if not reasons[entry.multiplet.id]]
    printed = [entry.multiplet for entry in entries]
    left_out = [
        f"{fixed(one.ppm, 2)} {one.name}: {reasons[one.id]}"
        for one in document.multiplets
        if reasons[one.id]
    ]
    heading = _heading(document)
    return Journal(
        journal_text(heading, entries, style),
        journal_text(heading, entries, style, as_html=True),
        (
            *_said(document, heading),
            *warnings_of(entries),
            *_counted_by_fit(document, entries),
            *_hidden_now(document, printed),
            *doubts_of(printed, peaks, heading.mhz),
        ),
        (*left_out, *_ungrouped(document)),
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
    document: Document, signals: list[Multiplet], *, has_nuclei: bool
) -> tuple[Entry, ...]:
    """Return signals with nuclei by the integral over each, else by its fitted area."""
    if not has_nuclei or document.sample.nucleus == "13C":
        return tuple(Entry(one) for one in signals)
    by_integral, by_fit = nuclei_of_multiplets(document, signals)
    return tuple(
        Entry(one, by_fit[one.id] if by_integral[one.id] is None else by_integral[one.id])
        for one in signals
    )


def _counted_by_fit(document: Document, entries: Sequence[Entry]) -> list[str]:
    """Return a line on the nuclei that no integral says, but the fitted areas of the lines."""
    counted = [e.multiplet for e in entries if e.nuclei is not None]
    by_integral, _ = nuclei_of_multiplets(document, counted) if counted else ({}, {})
    fitted = [fixed(m.ppm, 2) for m in counted if by_integral[m.id] is None]
    if not fitted:
        return []
    return [f"no integral covers these alone, fitted areas count their nuclei: {', '.join(fitted)}"]


def _reason(one: Multiplet, peaks: dict[str, Peak]) -> str:
    """Return why a multiplet is not printed; empty where it is."""
    classes = {p.peak_class for i in one.peak_ids if (p := peaks.get(i)) is not None}
    return ", ".join(sorted(classes)) if classes and "signal" not in classes else ""


def _too_small(entry: Entry) -> str:
    """Return why a signal stands for no nucleus of the compound; empty where it does."""
    few = entry.nuclei
    if few is None or few >= WHOLE_AWAY or entry.multiplet.is_by_hand:
        return ""
    return f"counts {fixed(few, 2)} nuclei, so perhaps an impurity or a satellite"


def _hidden_now(document: Document, printed: list[Multiplet]) -> list[str]:
    """Return a line for each multiplet of whose lines some are not shown."""
    shown = {p.id for p in document.shown_peaks()}
    told = []
    for one in printed:
        hidden, lines = sum(i not in shown for i in one.peak_ids), len(one.peak_ids)
        if hidden:
            which = "no line of it is shown" if hidden == lines else f"{hidden} of {lines} lines"
            which += ": the thresholds hide it" if hidden == lines else " are hidden by thresholds"
            told.append(f"{fixed(one.ppm, 2)} {one.name}: {which} now")
    return told


def _ungrouped(document: Document) -> list[str]:
    """Return a line on the shown signal peaks that are in no multiplet; none without any."""
    grouped = {i for one in document.multiplets for i in one.peak_ids}
    left = [p for p in document.shown_peaks() if p.peak_class == "signal" and p.id not in grouped]
    if not left or not document.multiplets:
        return []
    places = ", ".join(fixed(p.ppm, 2) for p in left[:_MOST_PLACES])
    more = f" and {len(left) - _MOST_PLACES} more" if len(left) > _MOST_PLACES else ""
    return [f"{places}{more}: in no multiplet (Find Multiplets groups what is shown)"]


def _said(document: Document, heading: Heading) -> list[str]:
    told = []
    if not heading.solvent:
        told.append("the solvent is not known")
    if reason := why_no_areas(document):
        told.append(f"numbers of nuclei are not printed: {reason}")
    elif heading.nucleus != "13C" and not any(i.set_to for i in document.integrals):
        told.append(
            "no integral is set to a number of nuclei (Integrals, column H): none are printed"
        )
    return told
