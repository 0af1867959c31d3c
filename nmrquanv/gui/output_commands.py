"""What leaves the window at once: table, figure, report page, the history as a script."""

from __future__ import annotations

from PySide6.QtCore import QObject

from nmrquanv.gui.actions import Slots
from nmrquanv.gui.panels.peak_table import PeakTable
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.session.settings import Settings


class OutputCommands(QObject):
    """Does it with what the plot and the peak table show, and says so in the status bar."""

    def __init__(
        self, view: SpectrumView, table: PeakTable, settings: Settings, status: StatusBar
    ) -> None:
        super().__init__(view)
        self._view, self._table, self._settings, self._status = view, table, settings, status

    def slots(self) -> Slots:
        """Return what its actions do."""
        return {
            "copy": self._copy,
            "copy_figure": self._copy_figure,
            "report": self._ask_report,
            "export_history": self._ask_script,
        }

    def _copy(self) -> None:
        self._table.copy()
        self._status.say("The peak table is on the clipboard")

    def _copy_figure(self) -> None:
        from nmrquanv.gui.plot.figure_copy import copy_figure

        copy_figure(self._view, self._settings.label_decimals, self._status)

    def _ask_report(self) -> None:
        from nmrquanv.gui.report_command import ask_report

        ask_report(self._view, self._settings, self._status)

    def _ask_script(self) -> None:
        from nmrquanv.gui.script_command import ask_script

        ask_script(self._view, self._settings, self._status)
