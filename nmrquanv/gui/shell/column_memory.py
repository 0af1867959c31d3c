"""Which columns of a table are shown, in which order and how wide, kept for the next start."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, SignalInstance
from PySide6.QtWidgets import QApplication, QTableView

_HIDDEN = "-"


class ColumnMemory(QObject):
    """Reads and sets the columns of one table as words.

    Parameters
    ----------
    view : QTableView
    fitted : signal
        The view has fitted its columns anew; those that a person widened keep their width.
    keys : sequence of str
        A word for each column of the model.
    """

    def __init__(self, view: QTableView, fitted: SignalInstance, keys: Sequence[str]) -> None:
        super().__init__(view)
        self._view, self._keys = view, tuple(keys)
        self._usual = self._shown_now()
        self._widths: dict[str, int] = {}
        view.horizontalHeader().sectionResized.connect(self._on_resized)
        fitted.connect(self._set_widths)

    def words(self) -> tuple[str, ...]:
        """Return the columns from left to right: ``ppm``, ``ppm:90`` set by hand, ``-hz`` hidden.

        Nothing is returned where all is as usual.
        """
        shown = self._shown_now()
        if shown == self._usual and not self._widths:
            return ()
        return tuple(
            f"{key}:{self._widths[key.removeprefix(_HIDDEN)]}"
            if key.removeprefix(_HIDDEN) in self._widths
            else key
            for key in shown
        )

    def restore(self, words: Sequence[str]) -> None:
        """Set the columns; without words as usual, and columns that no word names come last."""
        known: dict[str, bool] = {}
        self._widths = {}
        for word in words or self._usual:
            name, _, width = word.partition(":")
            key = name.removeprefix(_HIDDEN)
            if key in self._keys and key not in known:
                known[key] = name.startswith(_HIDDEN)
                if width.isascii() and width.isdigit() and 0 < int(width) < _WIDEST:
                    self._widths[key] = int(width)
        header = self._view.horizontalHeader()
        for place, key in enumerate(known):
            header.moveSection(header.visualIndex(self._keys.index(key)), place)
            self._view.setColumnHidden(self._keys.index(key), known[key])
        self._set_widths()

    def _shown_now(self) -> tuple[str, ...]:
        header = self._view.horizontalHeader()
        order = (header.logicalIndex(place) for place in range(len(self._keys)))
        return tuple(
            _HIDDEN * self._view.isColumnHidden(column) + self._keys[column] for column in order
        )

    def _on_resized(self, column: int, _old: int, new: int) -> None:
        # columns are also resized by the program; a person holds the button
        if new and QApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self._widths[self._keys[column]] = new

    def _set_widths(self) -> None:
        for key, width in self._widths.items():
            if not self._view.isColumnHidden(column := self._keys.index(key)):
                self._view.setColumnWidth(column, width)


_WIDEST = 4000
"""Pixels; a file of settings may say anything."""
