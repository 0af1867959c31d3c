"""What is shown of a spectrum: layers, labels, solvent marks, decimals, the mark under the mouse.

Plot, panels, menus and shortcuts change it and follow it; none of them knows the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal, SignalInstance

from nmrquanv.spectra.peaks import Peak

AxisUnit = Literal["ppm", "hz", "points"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A marker under the mouse: its peak and its layer, None for the working list."""

    peak: Peak
    layer: str | None


class ViewState(QObject):
    """One for each window; everything but the fit is shown at first.

    Its values are read here, and changed by the methods, which tell it.

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
        self.has_labels = self.has_solvents = self.has_multiplets = self.has_threshold = True
        self.has_fit = False
        self.hiding = ""
        """The threshold whose hidden peaks have rings in the plot; empty for none."""
        self.decimals = 0
        """Decimals of chemical shifts in ppm; 0 for as many as the nucleus usually has."""
        self.unit: AxisUnit = "ppm"
        self.hovered: Hit | None = None

    def _change(self, name: str, value: object, changed: SignalInstance) -> None:
        if value != getattr(self, name):
            setattr(self, name, value)
            changed.emit()

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

    def show_labels(self, is_shown: bool) -> None:
        """Write the chemical shifts, or not."""
        self._change("has_labels", is_shown, self.labels_changed)

    def show_solvents(self, is_shown: bool) -> None:
        """Mark solvent and water, or not."""
        self._change("has_solvents", is_shown, self.solvents_changed)

    def show_multiplets(self, is_shown: bool) -> None:
        """Draw the multiplets, or not."""
        self._change("has_multiplets", is_shown, self.multiplets_changed)

    def show_threshold(self, is_shown: bool) -> None:
        """Draw the least S/N, or not."""
        self._change("has_threshold", is_shown, self.threshold_changed)

    def show_fit(self, is_shown: bool) -> None:
        """Draw the fit, or not."""
        self._change("has_fit", is_shown, self.fit_changed)

    def show_hiding(self, kind: str) -> None:
        """Show what a threshold hides, or nothing that is hidden."""
        self._change("hiding", kind, self.hiding_changed)

    def set_decimals(self, decimals: int) -> None:
        """Write chemical shifts with so many decimals."""
        self._change("decimals", decimals, self.decimals_changed)

    def set_unit(self, unit: AxisUnit) -> None:
        """Write other numbers at the axis; nothing else changes."""
        self._change("unit", unit, self.unit_changed)

    def set_hovered(self, hit: Hit | None) -> None:
        """Say what is under the mouse."""
        self._change("hovered", hit, self.hovered_changed)
