"""What the window shows while nothing is open: examples to try, and how to open one's own data."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont, QIcon, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nmrquanv.gui import theme
from nmrquanv.gui.example_spectra import ExampleSpectrum
from nmrquanv.gui.icons import icon
from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.gui.pages.page import heading
from nmrquanv.gui.shell.scale import scaled
from nmrquanv.io.readers import format_titles
from nmrquanv.paths import resource
from nmrquanv.session.requests import document_name

_WIDTH, _PICTURE = 760, 52
_NAME_SHARE = 1.9
_MOST_RECENT = 5


class Card(QPushButton):
    """A button with a title, facts and a sentence."""

    def __init__(self, title: str, facts: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(f"{title}, {facts}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 11, 14, 11)
        layout.setSpacing(3)
        for words, name in ((title, "card_title"), (facts, "card_facts"), (text, "card_text")):
            label = QLabel(words, self)
            label.setObjectName(name)
            label.setWordWrap(True)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            layout.addWidget(label, 1 if name == "card_text" else 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        """Return the size that the words need."""
        return self._layout.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for words that wrap: a button does not ask its layout for that."""
        super().resizeEvent(event)
        height = self._layout.totalHeightForWidth(event.size().width())
        if height != self.minimumHeight():
            self.setMinimumHeight(height)
            self._layout.invalidate()


class Welcome(QWidget):
    """Page with the examples, recent files and a hint on dropping.

    Signals
    -------
    path_chosen(str)
        An example or a recent file.
    synthetic_chosen(), file_wanted(), folder_wanted()
    """

    path_chosen = Signal(str)
    synthetic_chosen = Signal()
    file_wanted = Signal()
    folder_wanted = Signal()

    def __init__(
        self, examples: tuple[ExampleSpectrum, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.cards: list[Card] = []
        self.recent_buttons: list[QPushButton] = []
        self._area = QScrollArea(self)
        self._page = QWidget(self._area.viewport())
        self.open_file = QPushButton("Open file…", self._page)
        self.open_folder = QPushButton("Open folder…", self._page)
        self._picture, self._name = QLabel(self._page), QLabel("nmrquanv", self._page)
        self._recent = QVBoxLayout()
        self._recent_title = heading("Recent", self._page)
        self._build(examples)
        self._follow_letters()
        self.apply_theme()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_recent"):
            self._follow_letters()

    def _follow_letters(self) -> None:
        self._page.setMaximumWidth(scaled(_WIDTH))
        side = scaled(_PICTURE)
        self._picture.setPixmap(QIcon(str(resource("icons/nmrquanv.svg"))).pixmap(side, side))
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * _NAME_SHARE)
        font.setWeight(QFont.Weight.DemiBold)
        self._name.setFont(font)

    def set_recent(self, paths: tuple[str, ...]) -> None:
        """Show the recent files, newest first."""
        for button in self.recent_buttons:
            button.deleteLater()
        self.recent_buttons = []
        for path in paths[:_MOST_RECENT]:
            button = QPushButton(f"{document_name(path)}    {path}".replace("&", "&&"), self._page)
            button.setObjectName("recent")
            button.setToolTip(path)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(lambda _=False, p=path: self.path_chosen.emit(p))
            self._recent.addWidget(button)
            self.recent_buttons.append(button)
        self._recent_title.setVisible(bool(paths))

    def apply_theme(self) -> None:
        """Take the colours of the theme in use."""
        look = theme.current()
        self.open_file.setIcon(icon("open"))
        self.open_folder.setIcon(icon("folder"))
        sheet = f"""
            QPushButton#card {{ background: {look.raised}; border: 1px solid {look.line};
                border-radius: 8px; text-align: left; }}
            QPushButton#card:hover, QPushButton#card:focus {{ border-color: {look.accent}; }}
            QLabel#card_title {{ font-weight: 600; color: {look.text}; }}
            QLabel#card_facts {{ color: {look.accent}; }}
            QLabel#card_text, QLabel#hint {{ color: {look.muted}; }}
            QPushButton#recent {{ background: transparent; border: 0; text-align: left;
                padding: 4px 2px; color: {look.text}; }}
            QPushButton#recent:hover, QPushButton#recent:focus {{ color: {look.accent}; }}
            QFrame#drop {{ border: 1.5px dashed {look.muted}; border-radius: 8px; }}
            QScrollArea, QWidget#page {{ background: transparent; border: 0; }}
            """
        if sheet != self.styleSheet():  # which matches every rule with every widget anew
            self.setStyleSheet(sheet)

    def _build(self, examples: tuple[ExampleSpectrum, ...]) -> None:
        page, area = self._page, self._area
        page.setObjectName("page")
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addStretch(1)
        column.addLayout(self._header())
        column.addWidget(self._drop_hint())
        column.addWidget(heading("Try one", page))
        column.addLayout(self._card_grid(examples))
        column.addWidget(self._recent_title)
        self._recent.setSpacing(0)
        column.addLayout(self._recent)
        column.addStretch(2)
        area.setWidgetResizable(True)
        area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        area.setWidget(page)
        area.setFrameShape(QFrame.Shape.NoFrame)
        in_column(area, on=self, margins=0)

    def _header(self) -> QHBoxLayout:
        what = QLabel(
            "Finds peaks in 1D NMR spectra with a quantum network beside a CNN", self._page
        )
        what.setObjectName("hint")
        words = in_column(self._name, what, spacing=0)
        return in_row(self._picture, (words, 1), spacing=14)

    def _drop_hint(self) -> QFrame:
        frame = QFrame(self._page)
        frame.setObjectName("drop")
        formats = ", ".join(format_titles())
        text = QLabel(
            f"<b>Drop a file or folder here</b><br>{formats}; also in a zip archive", frame
        )
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.RichText)
        row = in_row((text, 1), on=frame, margins=(16, 14, 16, 14))
        for button, signal in (
            (self.open_file, self.file_wanted),
            (self.open_folder, self.folder_wanted),
        ):
            button.clicked.connect(signal)
            row.addWidget(button)
        return frame

    def _card_grid(self, examples: tuple[ExampleSpectrum, ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(10)
        for example in examples:
            card = Card(example.title, example.facts, example.description, self._page)
            card.clicked.connect(lambda _=False, p=example.path: self.path_chosen.emit(p))
            self.cards.append(card)
        synthetic = Card(
            "Synthetic spectrum",
            "lines known exactly",
            "Made by the program: see how many true lines each finder finds.",
            self._page,
        )
        synthetic.clicked.connect(self.synthetic_chosen)
        self.cards.append(synthetic)
        for number, card in enumerate(self.cards):
            grid.addWidget(card, number // 3, number % 3)
        for column in range(3):
            grid.setColumnStretch(column, 1)
        return grid
