"""Puts what a search finds into its document as it comes: first look, layer by layer, one step.

The *first look* is what classical picking sees at once, shown until the first finder has answered.
It stands in the working list for that time alone, so nobody groups its lines into patterns.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from nmrquanv.finders import CLASSICAL
from nmrquanv.session import state_changes
from nmrquanv.session.document import Document
from nmrquanv.session.undo import new_gesture
from nmrquanv.spectra.peaks import PeakList

TEXT = "Find Peaks"


class TakingOver:
    """Takes over the results of one search; all of them are one undo step.

    Parameters
    ----------
    document : Document
    finders : tuple of str
        That the search asks, in the order that decides on the working list.
    region : (high_ppm, low_ppm) or None
        If they look at a part only.
    """

    def __init__(
        self, document: Document, finders: tuple[str, ...], region: tuple[float, float] | None
    ) -> None:
        self._document, self._finders, self._region = document, finders, region
        self._gesture = new_gesture()
        self._wanted = self._given = document.working_choice
        self._look: PeakList | None = None
        self._found: set[str] = set()

    @property
    def wants_look(self) -> bool:
        """Whether nothing is shown yet that a first look would take the place of."""
        return not self._document.layers and self._region is None

    @property
    def has_taken(self) -> bool:
        """Whether the document has anything of the search."""
        return bool(self._found) or self._look is not None

    def look(self, peaks: PeakList) -> None:
        """Show what is seen at once, unless something else has come to stand there."""
        if self.wants_look and not self._found:
            self._look = peaks
            self._push(CLASSICAL, peaks)

    def take(self, finder: str, peaks: PeakList) -> None:
        """Take over what a finder found."""
        self._found.add(finder)
        self._push(finder, peaks)

    def _push(self, finder: str, peaks: PeakList) -> None:
        document = self._document
        state = document.state
        if state.working_choice != self._given:
            self._wanted = state.working_choice  # a person has chosen meanwhile
        layers = dict(state.layers)
        if self._look is not None and layers.get(CLASSICAL) is self._look:
            del layers[CLASSICAL]
        state = replace(state, layers=MappingProxyType(layers), working_choice=self._wanted)
        found = tuple(f for f in self._finders if f in self._found) or (finder,)
        axis = document.spectrum.axis
        after = state_changes.with_results(state, {finder: peaks}, self._region, axis, found)
        self._given = after.working_choice
        document.push(TEXT, after, self._gesture)
