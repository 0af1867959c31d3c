"""What the table of multiplets says: one row of texts for each."""

from __future__ import annotations

from dataclasses import dataclass

from nmrquanv.gui.panels.peak_table_columns import UNKNOWN
from nmrquanv.numbers import fixed
from nmrquanv.session.document import Document
from nmrquanv.session.integral_edits import nuclei_of_multiplets
from nmrquanv.spectra.multiplets.first_order import Coupling
from nmrquanv.spectra.multiplets.grouping import partners
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.peaks import Peak

SHIFT, KIND, COUPLINGS, INTEGRAL, FITTED, LINES, COMMENT = range(7)
EDITABLE = (KIND, COUPLINGS, COMMENT)


def titles(nucleus: str) -> tuple[str, ...]:
    """Return the columns' titles; areas count nuclei of this kind."""
    atom = nucleus.lstrip("0123456789") or "n"
    return ("δ ppm", "Class", "J Hz", f"{atom} integral", f"{atom} fit", "Lines", "Comment")


TIPS = {
    KIND: "Type another class (dd, br s, m ...); nothing takes the program's again",
    COUPLINGS: "Couplings with their error; → names the multiplet that has the same one, or the "
    "element that a coupling is to. Type 47.2 F; 8.1 where one is to fluorine",
    INTEGRAL: "Number of nuclei by the running integral over this multiplet alone",
    FITTED: "Number of nuclei by the fitted areas of its lines",
    LINES: "Its lines; how many of them stand in another multiplet too, or are no signal",
}


@dataclass(frozen=True, slots=True)
class MultipletRow:
    """One multiplet.

    Parameters
    ----------
    multiplet : Multiplet
    texts : tuple of str
        By column.
    """

    multiplet: Multiplet
    texts: tuple[str, ...]


def rows_of(document: Document) -> tuple[MultipletRow, ...]:
    """Return a document's multiplets as rows, highest ppm first."""
    multiplets = document.multiplets
    by_integral, by_fit = nuclei_of_multiplets(document, multiplets)
    peaks = {p.id: p for p in document.peaks}
    shared = _shared(multiplets)
    pairs = _pairs(multiplets)
    decimals = 3 if document.sample.nucleus in ("1H", "") else 2
    return tuple(
        MultipletRow(
            one,
            (
                shift_text(one, decimals),
                one.name + (" *" if one.is_by_hand else ""),
                "; ".join(_coupling(one, k, c, pairs) for k, c in enumerate(one.couplings)),
                _number(by_integral[one.id]),
                _number(by_fit[one.id]),
                _lines(one, peaks, shared),
                one.comment,
            ),
        )
        for one in multiplets
    )


def shift_text(one: Multiplet, decimals: int) -> str:
    """Return the shift of a multiplet, of an ``m`` its range."""
    if one.kind == "m" and one.high_ppm > one.low_ppm:
        return f"{fixed(one.high_ppm, decimals)} – {fixed(one.low_ppm, decimals)}"
    return fixed(one.ppm, decimals)


def couplings_to_type(one: Multiplet) -> str:
    """Return couplings as they are typed."""
    return "; ".join(f"{fixed(c.hz, 2)} {c.to}".rstrip() for c in one.couplings)


def _number(value: float | None) -> str:
    return UNKNOWN if value is None else fixed(value, 2)


def _coupling(
    one: Multiplet,
    index: int,
    coupling: Coupling,
    pairs: dict[tuple[str, int], tuple[Multiplet, Coupling]],
) -> str:
    text = fixed(coupling.hz, 2)
    if coupling.error_hz > 0:
        text += f" ± {fixed(max(coupling.error_hz, 0.01), 2)}"
    if coupling.to:
        return f"{text} → {coupling.to}"
    partner = pairs.get((one.id, index))
    if partner is None:
        return text
    other, same = partner
    text += f" → {fixed(other.ppm, 2)}"
    beyond = (coupling.error_hz**2 + same.error_hz**2) ** 0.5
    return text if abs(same.hz - coupling.hz) <= beyond else f"{text} ({fixed(same.hz, 2)})"


def _pairs(
    multiplets: tuple[Multiplet, ...],
) -> dict[tuple[str, int], tuple[Multiplet, Coupling]]:
    by_id = {m.id: m for m in multiplets}
    found = {}
    for first, k, second, n in partners(multiplets):
        found[first, k] = by_id[second], by_id[second].couplings[n]
        found[second, n] = by_id[first], by_id[first].couplings[k]
    return found


def _shared(multiplets: tuple[Multiplet, ...]) -> set[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for one in multiplets:
        own = set(one.peak_ids)
        twice |= seen & own
        seen |= own
    return twice


def _lines(one: Multiplet, peaks: dict[str, Peak], shared: set[str]) -> str:
    notes = []
    if count := sum(i in shared for i in one.peak_ids):
        notes.append(f"{count} shared")
    other = sorted({p.peak_class for i in one.peak_ids if (p := peaks.get(i))} - {"signal"})
    notes += other
    return str(len(one.peak_ids)) + (f" ({', '.join(notes)})" if notes else "")
