"""What is shown of a spectrum: layers, labels, solvent marks, decimals, the mark under the mouse.

Plot, panels, menus and shortcuts change it and follow it; none of them knows the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal

from nmrquanv.spectra.peaks import Peak

AxisUnit = Literal["ppm", "hz", "points"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A marker under the mouse: its peak and its layer, None for the working list."""

    peak: Peak
    layer: str | None


class ViewState(QObject):
    """One for each window; everything but the fit is shown at first.

    Signals
    -------
    layer_changed(str)
        A finder, or ``marker_looks.TRUE_LINES``, is shown or hidden now.
    labels_changed(), solvents_changed(), multiplets_changed(), threshold_changed(),
    fit_changed(), hiding_changed(), decimals_changed(), hovered_changed(), unit_changed()
    """

    layer_changed = Signal(str)
    labels_changed = Signal()
    solvents_changed = Signal()
    multiplets_changed = Signal()
    threshold_changed = Signal()
    fit_changed = Signal()
    hiding_changed = Signal()
    decimals_changed = Signal()
    hovered_changed = Signal()
    unit_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hidden: set[str] = set()
        self._has_labels = self._has_solvents = self._has_multiplets = True
        self._has_threshold = True
        self._has_fit = False
        self._hiding = ""
        self._decimals = 0
        self._unit: AxisUnit = "ppm"
        self._hovered: Hit | None = None

    def is_shown(self, layer: str) -> bool:
        """Tell whether a finder's marks, or the true lines, are shown where there are any."""
        return layer not in self._hidden

    def show_layer(self, layer: str, is_shown: bool) -> None:
        """Show or hide a finder's marks or the true lines."""
        if is_shown != self.is_shown(layer):
            (self._hidden.discard if is_shown else self._hidden.add)(layer)
            self.layer_changed.emit(layer)

    @property
    def hidden_layers(self) -> tuple[str, ...]:
        """What is not shown, in alphabetical order."""
        return tuple(sorted(self._hidden))

    @property
    def has_labels(self) -> bool:
        """Whether chemical shifts stand over the peaks."""
        return self._has_labels

    def show_labels(self, is_shown: bool) -> None:
        """Write the chemical shifts, or not."""
        if is_shown != self._has_labels:
            self._has_labels = is_shown
            self.labels_changed.emit()

    @property
    def has_solvents(self) -> bool:
        """Whether the places of solvent and water are marked."""
        return self._has_solvents

    def show_solvents(self, is_shown: bool) -> None:
        """Mark solvent and water, or not."""
        if is_shown != self._has_solvents:
            self._has_solvents = is_shown
            self.solvents_changed.emit()

    @property
    def has_multiplets(self) -> bool:
        """Whether multiplets are drawn over the trace."""
        return self._has_multiplets

    def show_multiplets(self, is_shown: bool) -> None:
        """Draw the multiplets, or not."""
        if is_shown != self._has_multiplets:
            self._has_multiplets = is_shown
            self.multiplets_changed.emit()

    @property
    def has_threshold(self) -> bool:
        """Whether the least S/N is drawn as a line."""
        return self._has_threshold

    def show_threshold(self, is_shown: bool) -> None:
        """Draw the least S/N, or not."""
        if is_shown != self._has_threshold:
            self._has_threshold = is_shown
            self.threshold_changed.emit()

    @property
    def has_fit(self) -> bool:
        """Whether the sum of the list's lines is drawn, and what it leaves of the trace."""
        return self._has_fit

    def show_fit(self, is_shown: bool) -> None:
        """Draw the fit, or not."""
        if is_shown != self._has_fit:
            self._has_fit = is_shown
            self.fit_changed.emit()

    @property
    def hiding(self) -> str:
        """The threshold whose hidden peaks have rings in the plot; empty for none."""
        return self._hiding

    def show_hiding(self, kind: str) -> None:
        """Show what a threshold hides, or nothing that is hidden."""
        if kind != self._hiding:
            self._hiding = kind
            self.hiding_changed.emit()

    @property
    def decimals(self) -> int:
        """Decimals of chemical shifts in ppm; 0 for as many as the nucleus usually has."""
        return self._decimals

    def set_decimals(self, decimals: int) -> None:
        """Write chemical shifts with so many decimals."""
        if decimals != self._decimals:
            self._decimals = decimals
            self.decimals_changed.emit()

    @property
    def unit(self) -> AxisUnit:
        """What the axis of a spectrum is numbered in."""
        return self._unit

    def set_unit(self, unit: AxisUnit) -> None:
        """Write other numbers at the axis; nothing else changes."""
        if unit != self._unit:
            self._unit = unit
            self.unit_changed.emit()

    @property
    def hovered(self) -> Hit | None:
        """The mark under the mouse."""
        return self._hovered

    def set_hovered(self, hit: Hit | None) -> None:
        """Say what is under the mouse."""
        if hit != self._hovered:
            self._hovered = hit
            self.hovered_changed.emit()
