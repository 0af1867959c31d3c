"""What the window's actions do that are neither the plot's nor a file's: which slot each calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QDockWidget

from nmrquanv.gui.closing import Closing
from nmrquanv.gui.document_tabs import DocumentTabs
from nmrquanv.gui.find_controls import FindControls
from nmrquanv.gui.opening import Opening
from nmrquanv.gui.pages.side_pages import SidePages
from nmrquanv.gui.panels.peak_table import PeakTable
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.saving import Saves
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.gui.twin_commands import TwinCommands
from nmrquanv.gui.window_dialogs import WindowDialogs
from nmrquanv.session.settings import Settings
from nmrquanv.session.work import Work


class Commanded(Protocol):
    """A window with the parts that its actions need."""

    work: Work
    settings: Settings
    view: SpectrumView
    tabs: DocumentTabs
    peak_table: PeakTable
    status: StatusBar
    opening: Opening
    saves: Saves
    closing: Closing
    dialogs: WindowDialogs
    side_pages: SidePages
    find_controls: FindControls
    twins: TwinCommands
    docks: dict[str, QDockWidget]

    def close(self) -> bool:
        """Close it."""


def slots_of(window: Commanded) -> dict[str, Callable[[], object]]:
    """Return what the actions do that are not the plot's, by their ids."""
    work, finds, dialogs = window.work, window.find_controls, window.dialogs
    return {
        "open_file": window.opening.ask_file,
        "open_folder": window.opening.ask_folder,
        "open_synthetic": window.opening.ask_synthetic,
        "import_text": window.opening.ask_text,
        "import_peaks": dialogs.import_peaks,
        "recover": dialogs.ask_recovery,
        "save": window.saves.save,
        "save_as": window.saves.save_as,
        "save_together": window.saves.save_together,
        "revert": window.saves.revert,
        "export": dialogs.export,
        "export_history": lambda: _ask_script(window),
        "close": lambda: window.closing.close_document(work.document),
        "quit": window.close,
        "copy": lambda: _copy(window),
        "copy_figure": lambda: _copy_figure(window),
        "settings": dialogs.ask_settings,
        "find": lambda: finds.start(work.document),
        "find_in_view": lambda: finds.start(work.document, window.view.visible_ppm()),
        "cancel": work.cancel,
        "retrain": dialogs.show_training,
        "models": dialogs.show_models,
        "circuit": window.side_pages.show_circuit,
        "playground": window.side_pages.show_playground,
        "study": window.side_pages.show_study,
        "journal": dialogs.show_journal,
        "published": dialogs.show_published,
        "next_spectrum": lambda: window.tabs.step(1),
        "previous_spectrum": lambda: window.tabs.step(-1),
        "impurities": dialogs.show_impurities,
        "report": lambda: _ask_report(window),
        "stack": window.side_pages.show_stack,
        "batch": window.side_pages.show_batch,
        "twin": lambda: _measure_twin(window),
    }


def _measure_twin(window: Commanded) -> None:
    """Show the comparison, where the figures stand, and measure."""
    dock = window.docks["comparison"]
    dock.show()
    dock.raise_()
    window.twins.measure()


def _copy(window: Commanded) -> None:
    window.peak_table.copy()
    window.status.say("The peak table is on the clipboard")


def _copy_figure(window: Commanded) -> None:
    from nmrquanv.gui.plot.figure_copy import copy_figure

    copy_figure(window.view, window.settings.label_decimals, window.status)


def _ask_script(window: Commanded) -> None:
    from nmrquanv.gui.script_command import ask_script

    ask_script(window.view, window.settings, window.status)


def _ask_report(window: Commanded) -> None:
    from nmrquanv.gui.report_command import ask_report

    ask_report(window.view, window.settings, window.status)
