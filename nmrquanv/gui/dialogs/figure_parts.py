"""What of the plot is in a figure: boxes for the export dialog, first as the screen has it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from nmrquanv.gui.plot.figure_content import FigureStyle
from nmrquanv.gui.view_state import ViewState
from nmrquanv.session.document import Document


@dataclass(frozen=True, slots=True)
class FigureView:
    """What the plot shows.

    Parameters
    ----------
    ppm : (float, float), ppm
        Either order.
    heights : (float, float) or None, intensity
        None fits them.
    state : ViewState or None
        Lanes, solvents, fit and the axis' unit; None shows none, in ppm.
    """

    ppm: tuple[float, float]
    heights: tuple[float, float] | None = None
    state: ViewState | None = None


class FigureParts(QWidget):
    """One box for each part; those of which there is nothing are not shown.

    Parameters
    ----------
    document : Document
    state : ViewState or None
        What the screen shows; None shows no lanes, no solvents and no fit.
    parent : QWidget
    """

    def __init__(self, document: Document, state: ViewState | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.labels = QCheckBox("Chemical shifts over the peaks", self)
        self.multiplets = QCheckBox("Multiplets", self)
        self.lanes = QCheckBox("Lanes of the finders", self)
        self.solvents = QCheckBox("Solvent lines", self)
        self.fit = QCheckBox("Sum of the lines and residual", self)
        has_lanes = state is not None and any(map(state.is_shown, document.layers))
        self.labels.setChecked(state is None or state.has_labels)
        self.multiplets.setChecked(state is None or state.has_multiplets)
        self.lanes.setChecked(has_lanes)
        self.solvents.setChecked(state is not None and state.has_solvents)
        self.fit.setChecked(state is not None and state.has_fit)
        self.multiplets.setVisible(bool(document.multiplets))
        self.lanes.setVisible(has_lanes)
        self.solvents.setVisible(state is not None and state.has_solvents)
        self.fit.setVisible(state is not None and state.has_fit)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        boxes = (self.labels, self.lanes, self.multiplets, self.solvents, self.fit)
        for place, box in enumerate(boxes):
            grid.addWidget(box, place // 2, place % 2)
        grid.setColumnStretch(1, 1)

    def chosen(self, style: FigureStyle) -> FigureStyle:
        """Return a style with the parts that are ticked."""
        return replace(
            style,
            has_labels=self.labels.isChecked(),
            has_multiplets=self.multiplets.isChecked(),
            has_lanes=self.lanes.isChecked(),
            has_solvents=self.solvents.isChecked(),
            has_fit=self.fit.isChecked(),
        )
