"""The plots of a study's report, one below the other, as wide as there is room."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

_PAPER = QColor("#ffffff")
_MARGIN = 8


class Figure(QWidget):
    """One drawing on white paper, as the report has it."""

    def __init__(self, drawing: bytes, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._svg = QSvgRenderer(QByteArray(drawing), self)
        self.setAccessibleName(f"Figure {number}")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumWidth(200)

    @property
    def is_valid(self) -> bool:
        """Whether the drawing can be shown."""
        return self._svg.isValid()

    def hasHeightForWidth(self) -> bool:
        """Keep the drawing's proportions."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height that goes with a width."""
        size = self._svg.viewBoxF().size()
        share = size.height() / size.width() if size.width() > 0 else 0.6
        return round((width - 2 * _MARGIN) * share) + 2 * _MARGIN

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw paper and figure."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), _PAPER)
        width = self.width() - 2 * _MARGIN
        height = self.heightForWidth(self.width()) - 2 * _MARGIN
        self._svg.render(painter, QRectF(_MARGIN, _MARGIN, width, height))


class StudyFigures(QScrollArea):
    """Scrollable column of figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figures: list[Figure] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Figures of the report")

    def set_figures(self, drawings: Iterable[bytes]) -> None:
        """Show these drawings; those that cannot be read are left to the report itself."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.figures = []
        for number, drawing in enumerate(drawings, 1):
            figure = Figure(drawing, number, page)
            if figure.is_valid:
                column.addWidget(figure)
                self.figures.append(figure)
        column.addStretch(1)
        self.setWidget(page)
