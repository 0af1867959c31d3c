"""The layout of the window at the next start: docks, their sizes, the columns of the peak table."""

from __future__ import annotations

from PySide6.QtCore import QObject

from nmrquanv.gui.docks import Docks
from nmrquanv.gui.panels.peak_table import PeakTable
from nmrquanv.gui.panels.peak_table_columns import COLUMNS
from nmrquanv.gui.shell.column_memory import ColumnMemory
from nmrquanv.session.settings import Settings


class LayoutMemory(QObject):
    """Restores the layout of the last window, and keeps this one's when asked.

    Parameters
    ----------
    docks : Docks
    table : PeakTable
    settings : Settings
    parent : QObject
    """

    def __init__(self, docks: Docks, table: PeakTable, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._docks, self._settings = docks, settings
        keys = [column.key for column in COLUMNS]
        self._columns = ColumnMemory(table.view, table.view.columns_fitted, keys)
        self._columns.restore(settings.peak_columns)
        docks.layout = settings.window_state

    def keep(self) -> None:
        """Write the layout into the settings."""
        self._settings.window_state = self._docks.current_layout()
        self._settings.peak_columns = self._columns.words()

    def reset(self) -> None:
        """Go back to the layout of a first start."""
        self._docks.reset()
        self._columns.restore(())
        self.keep()
