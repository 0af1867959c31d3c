"""What a study's report says: answers and plots, one experiment below the other."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from nmrquanv.gui import theme
from nmrquanv.gui.pages.curve_view import CurveView
from nmrquanv.gui.pages.page import explanation, heading
from nmrquanv.session.study_catalogue import TITLES, Drawing, Reported

_MARGIN = 10
_LEAST_WIDTH, _MOST_WIDTH = 300, 900
_MOST_SHARE = 3.0
_TIER_WORDS = {
    "quick": "From a quick run, which is too short to prove anything.",
    "standard": "From a standard run.",
    "full": "From a full run.",
}
_BUNDLED = (
    "From the study that comes with the program, {tier} size. Start it to measure on this computer."
)


class ChartView(QWidget):
    """One drawing, in the ink of the theme in use."""

    def __init__(self, drawing: Drawing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ink = theme.current().text
        svg = drawing.svg.replace("currentColor", ink).encode()
        self._svg = QSvgRenderer(QByteArray(svg), self)
        self._picture = QPixmap()
        self.setAccessibleName(f"Figure: {drawing.caption}")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumWidth(_LEAST_WIDTH)
        self.setMaximumWidth(_MOST_WIDTH)

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
        share = min(size.height() / size.width(), _MOST_SHARE) if size.width() > 0 else 0.6
        return round((width - 2 * _MARGIN) * share) + 2 * _MARGIN

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the picture, which is drawn anew for another size only."""
        ratio = self.devicePixelRatioF()
        if self._picture.size() != self.size() * ratio:
            self._picture = self._drawn(ratio)
        QPainter(self).drawPixmap(0, 0, self._picture)

    def _drawn(self, ratio: float) -> QPixmap:
        """Return paper and figure as they are at the present size."""
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(theme.current().plot))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.width() - 2 * _MARGIN
        height = self.heightForWidth(self.width()) - 2 * _MARGIN
        self._svg.render(painter, QRectF(_MARGIN, _MARGIN, width, height))
        painter.end()
        return picture


class StudyFindings(QScrollArea):
    """Scrollable column of answers and figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._findings: tuple[Reported, ...] = ()
        self.figures: list[ChartView] = []
        self.answers: list[QLabel] = []
        self.curves: list[CurveView] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("What the report says")

    def set_findings(self, findings: Iterable[Reported]) -> None:
        """Show what a report says about these experiments."""
        self._findings = tuple(findings)
        self.refresh()

    def refresh(self) -> None:
        """Draw in the theme in use."""
        page = QWidget()
        page.setObjectName("findings")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        self.figures, self.answers, self.curves = [], [], []
        for finding in self._findings:
            self._add(finding, page, column)
        column.addStretch(1)
        self.setWidget(page)
        self.setStyleSheet("QScrollArea, QWidget#findings { background: transparent; border: 0; }")

    def _add(self, finding: Reported, page: QWidget, column: QVBoxLayout) -> None:
        """Add one experiment."""
        muted = f"color: {theme.current().muted}"
        column.addWidget(heading(TITLES.get(finding.name, finding.name), page))
        source = _TIER_WORDS.get(finding.tier, "")
        if finding.is_bundled:
            source = _BUNDLED.format(tier=finding.tier)
        tier = explanation(source, page, _LEAST_WIDTH)
        tier.setStyleSheet(muted)
        column.addWidget(tier)
        for number, sentence in enumerate(finding.answer):
            answer = explanation(sentence if number == 0 else f"•  {sentence}", page, _LEAST_WIDTH)
            answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            if number == 0:
                answer.setStyleSheet("font-weight: 600")
            column.addWidget(answer)
            self.answers.append(answer)
        if finding.points:
            curve = CurveView(finding.points, page)
            column.addWidget(curve)
            self.curves.append(curve)
        for drawing in finding.drawings[1:] if finding.points else finding.drawings:
            figure = ChartView(drawing, page)
            if figure.is_valid:
                caption = explanation(drawing.caption, page, _LEAST_WIDTH)
                caption.setStyleSheet(muted)
                column.addWidget(figure)
                column.addWidget(caption)
                self.figures.append(figure)
        column.addSpacing(14)
