"""User guide and documentation in a window of its own: pages on the left, the text on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from nmrquanv.gui.dialogs.dialog import Dialog
from nmrquanv.gui.shell.scale import open_at, scaled
from nmrquanv.session.guide_pages import Chapter, guide_folder

_SIZE = 1040, 660
_LIST_WIDTH = 280


class Guide(Dialog):
    """Shows chapters, and finds words in all of them.

    Parameters
    ----------
    chapters : sequence of Chapter
    parent : QWidget
        The window stays usable beside it.
    """

    def __init__(self, chapters: Sequence[Chapter], parent: QWidget) -> None:
        super().__init__("User guide", parent)
        self._chapters: dict[int, Chapter] = {}
        self.list, self.text = QListWidget(self), QTextBrowser(self)
        self.field, self.told = QLineEdit(self), QLabel(self)
        self._build()
        self._fill(chapters)
        self.list.currentRowChanged.connect(self._show)
        self.field.returnPressed.connect(self.find_next)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self.field.setFocus)
        self.list.setCurrentRow(min(self._chapters))

    def _fill(self, chapters: Sequence[Chapter]) -> None:
        """List the chapters under the names of their parts."""
        for part in dict.fromkeys(chapter.part for chapter in chapters):
            head = QListWidgetItem(part, self.list)
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            font = head.font()
            font.setBold(True)
            head.setFont(font)
            head.setForeground(self.palette().text())
            for chapter in (c for c in chapters if c.part == part):
                self._chapters[self.list.count()] = chapter
                self.list.addItem(chapter.title)

    def _build(self) -> None:
        self.list.setAccessibleName("Chapters")
        self.text.setAccessibleName("Text of the chapter")
        self.field.setAccessibleName("Words to find")
        self.field.setPlaceholderText("Find in the guide, then Enter for the next place")
        self.field.setClearButtonEnabled(True)
        self.text.setSearchPaths([str(guide_folder())])
        self.text.setOpenExternalLinks(False)
        parts = QSplitter(self)
        parts.addWidget(self.list)
        parts.addWidget(self.text)
        parts.setStretchFactor(1, 1)
        parts.setSizes([scaled(_LIST_WIDTH), scaled(_SIZE[0] - _LIST_WIDTH)])
        row, layout = QHBoxLayout(), QVBoxLayout(self)
        row.addWidget(self.field, 1)
        row.addWidget(self.told)
        layout.addLayout(row)
        layout.addWidget(parts, 1)
        open_at(self, *_SIZE)

    def _show(self, row: int) -> None:
        self.text.setMarkdown(self._chapters[row].text)
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def find_next(self) -> None:
        """Go to the next place of the typed words, in this chapter or one after it."""
        words = self.field.text().strip()
        if not words:
            return
        rows, first = list(self._chapters), self.list.currentRow()
        is_found = self.text.find(words)
        for row in [r for r in rows if r > first] + [r for r in rows if r <= first]:
            if is_found:
                break
            if words.lower() in self._plain(row).lower():
                self.list.setCurrentRow(row)
                self.text.moveCursor(QTextCursor.MoveOperation.Start)
                is_found = self.text.find(words)
        self.told.setText("" if is_found else "Not found")

    def _plain(self, row: int) -> str:
        """Return a chapter as it reads, without the marks of its form."""
        document = QTextDocument()
        document.setMarkdown(self._chapters[row].text)
        return document.toPlainText()
