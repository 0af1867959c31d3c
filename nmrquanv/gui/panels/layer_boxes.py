"""Boxes that show and hide the finders' layers, with what each holds: shown / all candidates."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from nmrquanv.gui.marker_looks import finder_title, layer_icon
from nmrquanv.gui.view_state import ViewState


class LayerBoxes(QWidget):
    """One box for each layer that there is, in the order given.

    Parameters
    ----------
    state : ViewState
        Says, and is told, which layers are shown.
    """

    def __init__(self, state: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.by_layer: dict[str, QCheckBox] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        state.layer_changed.connect(self._on_layer_changed)

    def show_counts(self, counts: Mapping[str, str]) -> None:
        """Show these layers, each with what it holds."""
        if list(self.by_layer) != list(counts):
            self._make_boxes(list(counts))
        for layer, box in self.by_layer.items():
            box.setIcon(layer_icon(layer))
            box.setText(f"{finder_title(layer)}  {counts[layer]}")

    def _make_boxes(self, layers: list[str]) -> None:
        for box in self.by_layer.values():
            self._grid.removeWidget(box)
            box.deleteLater()
        self.by_layer = {}
        for row, layer in enumerate(layers):
            box = QCheckBox(self)
            box.setChecked(self._state.is_shown(layer))
            box.setAccessibleName(f"Show layer {finder_title(layer)}")
            box.setToolTip("Show or hide this layer: peaks shown / all candidates")
            box.toggled.connect(lambda is_on, n=layer: self._state.show_layer(n, is_on))
            self.by_layer[layer] = box
            self._grid.addWidget(box, row, 0)

    def _on_layer_changed(self, layer: str) -> None:
        """Tick the box of a layer that is shown, also when a menu or a key showed it."""
        if layer in self.by_layer:
            self.by_layer[layer].setChecked(self._state.is_shown(layer))
