"""What open spectra of other nuclei of the same sample say of couplings between the two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from nmrquanv.session.document import Document
from nmrquanv.spectra.multiplets.first_order import Coupling, element_of
from nmrquanv.spectra.multiplets.grouping import multiplets_of
from nmrquanv.spectra.multiplets.wide import wide_distances

_COUPLES_WIDELY = ("19F", "31P")


class KnownElsewhere(NamedTuple):
    """Couplings, each to the element that has it, and the names of the spectra that do."""

    couplings: tuple[Coupling, ...]
    names: tuple[str, ...]


def known_elsewhere(document: Document, others: Iterable[Document]) -> KnownElsewhere:
    """Return the couplings in open spectra of fluorine, phosphorus or, for those, of others.

    Parameters
    ----------
    document : Document
        The one whose multiplets are looked for.
    others : iterable of Document
        Those that are no other nucleus of the same sample (its folder, or its title) are passed by.
    """
    found: list[Coupling] = []
    names: list[str] = []
    for other in others:
        if other is document or not _is_partner(document, other):
            continue
        peaks, axis, nucleus = other.shown_peaks(), other.spectrum.axis, other.sample.nucleus
        if not axis.has_hz or not len(peaks):
            continue
        multiplets = other.state.multiplets or multiplets_of(peaks, axis.sf_mhz, nucleus)
        by_id = {p.id: p for p in other.state.peaks}
        there = [m for m in multiplets if all(i in by_id for i in m.peak_ids)]
        own = wide_distances(there, by_id, axis.sf_mhz, nucleus)
        may_be_ours = [c for c in own if c.to in ("", element_of(document.sample.nucleus))]
        if may_be_ours:
            found += (replace(c, to=element_of(nucleus)) for c in may_be_ours)
            names.append(other.name)
    return KnownElsewhere(tuple(found), tuple(names))


def _is_partner(one: Document, other: Document) -> bool:
    """Tell whether two are different nuclei of one sample, one of them fluorine or phosphorus."""
    nuclei = (one.sample.nucleus, other.sample.nucleus)
    if nuclei[0] == nuclei[1] or not set(nuclei) & set(_COUPLES_WIDELY):
        return False
    title = one.sample.title.strip()
    if title and title == other.sample.title.strip():
        return True
    folders = [Path(d.dataset.source.path).parent for d in (one, other) if d.dataset.source.path]
    return len(folders) == 2 and folders[0] == folders[1]
