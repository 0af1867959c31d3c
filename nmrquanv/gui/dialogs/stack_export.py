"""Writes the plot of several spectra as a figure."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from nmrquanv.gui.dialogs.export_base import ExportAsking
from nmrquanv.gui.dialogs.export_choices import CHOICES
from nmrquanv.gui.plot.figures import write_figure
from nmrquanv.gui.plot.stack_figure import StackFigure
from nmrquanv.numbers import counted
from nmrquanv.session.settings import Settings


class StackExportDialog(ExportAsking):
    """Asks how and where; stays open to say what it wrote.

    Parameters
    ----------
    figure : StackFigure
    settings : Settings
        Keeps the folder.
    parent : QWidget
    """

    def __init__(self, figure: StackFigure, settings: Settings, parent: QWidget) -> None:
        choices = tuple(choice for choice in CHOICES if choice.kind == "figure")
        super().__init__("Export the Figure", choices, settings, parent)
        self._figure = figure
        first = figure.traces[0].name
        more = len(figure.traces) - 1
        self._ask(f"{first} and {more} more" if more else first, choices[0].ending)

    def _written(self, path: Path) -> str:
        style = self.size_row.sized()
        left_out = write_figure(path, self._figure, style, is_forced=self._agreed == path)
        missing = f" {counted(left_out, 'name')} found no room." if left_out else ""
        return f"Wrote {path}.{missing}"
