"""Where lines are looked for and where not: drawn, typed or taken back, each one undo step."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from nmrquanv.session import state_changes
from nmrquanv.session.document import Document
from nmrquanv.spectra.place_text import joined
from nmrquanv.spectra.thresholds import Ranges

PlaceKind = Literal["searched", "excluded"]
_ADDED = {"searched": "Search Region", "excluded": "Exclude Region"}
_REMOVED = {"searched": "Remove Searched Region", "excluded": "Remove Excluded Region"}


def add_place(document: Document, kind: PlaceKind, high_ppm: float, low_ppm: float) -> None:
    """Search a stretch (and no others but those searched already), or exclude it."""
    ends = max(high_ppm, low_ppm), min(high_ppm, low_ppm)
    if ends[0] > ends[1]:
        known: Ranges = getattr(document.thresholds, kind)
        _set(document, kind, joined((*known, ends)), _ADDED[kind])


def remove_place(document: Document, kind: PlaceKind, place: tuple[float, float]) -> None:
    """Take a stretch back."""
    known: Ranges = getattr(document.thresholds, kind)
    _set(document, kind, tuple(x for x in known if x != place), _REMOVED[kind])


def set_places(
    document: Document, kind: PlaceKind, places: Ranges, gesture: int | None = None
) -> None:
    """Take stretches as they were typed."""
    _set(document, kind, joined(places), "Change Regions", gesture)


def _set(
    document: Document, kind: PlaceKind, places: Ranges, text: str, gesture: int | None = None
) -> None:
    if places != getattr(document.thresholds, kind):
        own = document.thresholds
        is_search = kind == "searched"
        thresholds = replace(own, searched=places) if is_search else replace(own, excluded=places)
        state = state_changes.with_thresholds(document.state, thresholds, document.spectrum.axis)
        document.push(text, state, gesture)
