"""Thresholds and regions of one spectrum given to other open ones, as one step in each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from nmrquanv.session import state_changes
from nmrquanv.session.document import Document
from nmrquanv.session.integral_edits import why_no_areas
from nmrquanv.session.state import State
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.integrals import Integral

Shared = Literal["thresholds", "places", "integrals"]
"""What is given: what peaks must pass, where they are searched or not, what is integrated."""

_TEXTS: dict[Shared, str] = {
    "thresholds": "Take Over Thresholds",
    "places": "Take Over Searched Regions",
    "integrals": "Take Over Integrals",
}
_SEVERAL = "Take Over Thresholds and Regions"


def why_not_shared(source: Document, other: Document) -> str:
    """Return why nothing can be given from one spectrum to another; empty if it can."""
    own, theirs = source.sample.nucleus, other.sample.nucleus
    if own and theirs and own != theirs:
        return f"shows {theirs}, this one {own}"
    return ""


def share(source: Document, others: Iterable[Document], parts: Iterable[Shared]) -> int:
    """Give parts of a spectrum's state to others; return how many were changed.

    Searched and excluded regions take the place of what was there. Integrals join those that are
    there, unless areas of the spectrum count nothing; what they count stays each spectrum's own.
    """
    chosen, changed = tuple(dict.fromkeys(parts)), 0
    text = _TEXTS[chosen[0]] if len(chosen) == 1 else _SEVERAL
    for other in others:
        state = other.state
        for part in chosen:
            if part == "integrals" and why_no_areas(other):
                continue
            state = _given(state, source.state, part, other.spectrum.axis)
        if state is not other.state:
            other.push(text, state)
            changed += 1
    return changed


def _given(state: State, source: State, part: Shared, axis: Axis) -> State:
    if part == "integrals":
        for one in source.integrals:
            bare = Integral(one.high_ppm, one.low_ppm)
            state = state_changes.with_imported_integral(state, bare, axis)
        return state
    own, theirs = state.thresholds, source.thresholds
    wanted = own.with_places_of(theirs) if part == "places" else theirs.with_places_of(own)
    if wanted == own:
        return state
    return state_changes.with_thresholds(state, wanted, axis)
